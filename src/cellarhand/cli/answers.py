"""How a command answers: text for people, JSON for programs, and every fault as one line on stderr."""

import json
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cellarhand.store.engine import Store

T = TypeVar("T")

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


class Failure(click.ClickException):
    """A command can't do what it was asked. One line that says what to do; exit code 1."""

    def __init__(self, message: object) -> None:
        super().__init__(" ".join(str(message).split()))
        context = click.get_current_context(silent=True)
        self.as_json = bool(context is not None and context.params.get("as_json"))

    def show(self, file: "IO[Any] | None" = None) -> None:
        text = json.dumps({"error": self.message}) if self.as_json else f"Error: {self.message}"
        click.echo(text, file=file or sys.stderr)


class Interrupted(Failure):
    """Ctrl-C, with what to do next; the exit code is that of shells."""

    exit_code = 130


def faults_as_failures(work: Callable[[], T]) -> T:
    """Run `work`; the faults of a house that is used wrongly become failures, mistakes of its own do not."""
    from cellarhand.accounts.faults import AdministrationFault
    from cellarhand.store.engine import StoreUnavailable, UnfitDatabase
    from cellarhand.transfer.faults import TransferFault

    try:
        return work()
    except (AdministrationFault, TransferFault, UnfitDatabase) as fault:
        raise Failure(fault) from fault
    except StoreUnavailable as fault:
        raise Failure(f"{fault} (does the database run, and is --database right?)") from fault


def with_store(url: str, work: "Callable[[Store], Awaitable[T]]", *, filling: bool = False) -> T:
    """Open the database, do the work, close it; `filling` for who makes data from a seed."""

    import asyncio

    async def run() -> T:
        from cellarhand.cli.schema import refuse_other_version
        from cellarhand.store.engine import open_store

        await refuse_other_version(url)
        store = open_store(url, filling=filling)
        try:
            await store.open()
            return await work(store)
        finally:
            await store.close()

    return faults_as_failures(lambda: asyncio.run(run()))


def answer(value: Any, text: str, *, as_json: bool) -> None:
    """`value` for a program, `text` for a person."""
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns, wide enough for what is in them."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def listed(names: Iterable[str], width: int = 78) -> str:
    """Names one after the other, in lines that a terminal has room for."""
    return textwrap.fill(
        ", ".join(names), width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )
