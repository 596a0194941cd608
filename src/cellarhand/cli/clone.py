"""`cellarhand clone`: a tenant of any server, or its archive, into a local tenant as it is."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cellarhand.cli.answers import Failure, answer, as_json, table, with_store
from cellarhand.cli.database import database_option

if TYPE_CHECKING:
    from cellarhand.store.engine import Store
    from cellarhand.transfer.clone import Progress


@click.command()
@click.argument("archive", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("slug")
@database_option
@as_json
def clone(archive: Path, slug: str, database: str, as_json: bool) -> None:
    """Make the tenant SLUG out of the folder ARCHIVE as it is: each record with the bytes that were received.

    The new tenant is there when all of it is, or not at all; interrupted, it begins anew. Nobody has access
    at first, and no web hooks come along. docs/moving.md tells what is live in it.

    \b
    Example:  cellarhand pull my-winery.archive --nested --app my-app \\
                   --url https://api.commerce7.com/v1 --tenant my-winery
              cellarhand clone my-winery.archive my-winery
    """
    from cellarhand.transfer.archive import Archive, ArchiveFault
    from cellarhand.transfer.clone import Clone, CloneFault

    async def work(store: "Store") -> dict[str, int]:
        return await Clone(store, opened, progress).run(slug)

    try:
        opened = Archive.open(archive)
        with _progress(quiet=as_json) as progress:
            found = with_store(database, work)
    except (ArchiveFault, CloneFault) as fault:
        raise Failure(fault) from fault
    except KeyboardInterrupt:
        click.echo("Stopped: nothing of it is there; run the same command again.", err=True)
        raise click.exceptions.Exit(130) from None
    rows = [(name, f"{count:,}") for name, count in found.items() if count]
    text = f"{table(('LIST', 'RECORDS'), rows)}\n\n'{slug}' is there."
    text += f" Next: cellarhand account create {slug} EMAIL"
    answer({"tenant": slug, "lists": found}, text, as_json=as_json)


@contextmanager
def _progress(*, quiet: bool) -> "Generator[Progress]":
    """A bar for the list under way, where a terminal looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _, __, ___: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, done, total: bar.update(task, description=name, completed=done, total=total)
