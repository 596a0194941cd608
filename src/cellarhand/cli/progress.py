"""Bars with rate and remaining time, where a terminal looks and it is worth it."""

import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

WORTH_IT = 5000
WINDOW = 300.0
"""A rate is that of so many seconds: several windows of the platform's limit, in each of which all calls may
come at once."""


class Pace:
    """How fast something goes on, by the clock on the wall: what waits is slow. Pure."""

    def __init__(self, now: float, done: int = 0) -> None:
        self._marks = deque([(now, done)])
        self.done = done

    def note(self, now: float, done: int) -> None:
        self.done = done
        if now - self._marks[-1][0] >= 1:
            self._marks.append((now, done))
        while len(self._marks) > 1 and self._marks[1][0] <= now - WINDOW:
            self._marks.popleft()

    def rate(self, now: float, most: float | None = None) -> float | None:
        """A second's worth; `most` is what a limit allows. None while nothing can be said."""
        began, before = self._marks[0]
        if now - began < 1 or self.done <= before:
            return None
        rate = (self.done - before) / (now - began)
        return rate if most is None else min(rate, most)


def spoken_rate(rate: float | None) -> str:
    if rate is None:
        return ""
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate * 60:,.0f}/min"


def spoken_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02}"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


class Bars(Protocol):
    """What is under way, by name. `most` is how many a second a limit allows."""

    def show(
        self, name: str, done: int, total: int | None, *, most: float | None = None, seen: bool = True
    ) -> None: ...


class _Silent:
    def show(
        self, name: str, done: int, total: int | None, *, most: float | None = None, seen: bool = True
    ) -> None:
        pass


class _OnTerminal:
    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._paces: dict[str, Pace] = {}

    def show(
        self, name: str, done: int, total: int | None, *, most: float | None = None, seen: bool = True
    ) -> None:
        now = time.monotonic()
        if name not in self._tasks:
            # What was done before this began says nothing of how fast it is.
            self._paces[name] = Pace(now, done)
            # What is not to be seen must not be drawn in between either.
            self._tasks[name] = self._progress.add_task(
                name, total=total, completed=done, visible=seen, pace=self._paces[name], most=most
            )
        self._paces[name].note(now, done)
        # What was announced may have grown since; a bar beyond its end would promise nothing.
        whole = None if total is None else max(total, done)
        self._progress.update(
            self._tasks[name], completed=done, total=whole, most=most, visible=seen, refresh=False
        )


@contextmanager
def bars(*, quiet: bool = False) -> Generator[Bars]:
    """Bars while the block is under way; repetitions of calls are told of above them."""
    if quiet or not sys.stderr.isatty():
        yield _Silent()
        return
    import logging

    from rich.console import Console
    from rich.logging import RichHandler

    console = Console(stderr=True)
    told = RichHandler(console=console, show_path=False, show_time=False, show_level=False)
    log = logging.getLogger("cellarhand.client")
    log.addHandler(told)
    try:
        with _progress(console) as progress:
            yield _OnTerminal(progress)
    finally:
        log.removeHandler(told)


def _progress(console: "Console") -> "Progress":
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.text import Text

    class Counted(ProgressColumn):
        def render(self, task: Task) -> Text:
            of = "" if task.total is None else f" of {task.total:,.0f}"
            return Text(f"{task.completed:,.0f}{of}", justify="right")

    class Speed(ProgressColumn):
        def render(self, task: Task) -> Text:
            rate = task.fields["pace"].rate(time.monotonic(), task.fields["most"])
            return Text(spoken_rate(rate), justify="right")

    class Left(ProgressColumn):
        def render(self, task: Task) -> Text:
            rate = task.fields["pace"].rate(time.monotonic(), task.fields["most"])
            if rate is None or task.total is None or task.completed >= task.total:
                return Text("")
            return Text(f"{spoken_time((task.total - task.completed) / rate)} left", justify="right")

    columns = TextColumn("{task.description}"), BarColumn(bar_width=20), Counted(), Speed(), Left()
    return Progress(*columns, console=console, transient=True)


@contextmanager
def progress(text: str, *, quiet: bool = False) -> Generator[Callable[[int, int], None]]:
    """Yields what hears of work: how much was done now, and how much there is in all."""
    with bars(quiet=quiet) as shown:
        done = 0

        def advance(count: int, total: int) -> None:
            nonlocal done
            done += count
            shown.show(text, done, total, seen=total >= WORTH_IT)

        yield advance
