"""A bar with rate and remaining time, where a terminal looks and it is worth it."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

WORTH_IT = 5000


@contextmanager
def progress(text: str, *, quiet: bool = False) -> Generator[Callable[[int, int], None]]:
    """Yields what hears of work: how much was done now, and how much there is in all."""
    if quiet or not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(text),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="", visible=False)

        def advance(count: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, advance=count, total=total, rate=rate, visible=total >= WORTH_IT)

        yield advance
