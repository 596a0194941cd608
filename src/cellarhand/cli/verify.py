"""`cellarhand db verify`: whether what is derived follows from the records, and putting it right."""

import json
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from cellarhand.cli.answers import Failure, as_json, with_store
from cellarhand.cli.database import database_option

if TYPE_CHECKING:
    from cellarhand.accounts.tenants import Tenant
    from cellarhand.store.engine import Store
    from cellarhand.verify.check import Difference
    from cellarhand.verify.run import Progress

NONE, FOUND, NOT_DONE, INTERRUPTED = 0, 1, 2, 130
_LONGEST = 120


@click.command()
@click.option("--tenant", "slugs", multiple=True, metavar="SLUG", help="Only this one. May be repeated.")
@click.option("--repair", is_flag=True, help="Write what recomputing says.")
@database_option
@as_json
def verify(slugs: tuple[str, ...], repair: bool, database: str, as_json: bool) -> None:
    """Compute all that is derived anew, and show what differs from what is stored.

    \b
    Works while servers use the database. Derived are: what customers show of orders and memberships,
    search terms, totals of lists, stock counts, tags on records, links between records, and more.
    Ranks are snapshots of a night and are left alone.

    \b
    Exit code 0: no difference. 1: differences were found (with --repair, too).
    2: it could not be done. 130: interrupted; what was repaired until then stays.

    \b
    Example:  cellarhand db verify --tenant my-winery
              cellarhand db verify --repair --json
    """
    answer = _Answer(as_json)
    try:
        with _progress(quiet=as_json) as progress:
            with_store(database, lambda store: _verify(store, slugs, repair, progress, answer))
    except Failure as failure:
        failure.show()
        raise click.exceptions.Exit(NOT_DONE) from failure
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    answer.end(repair)
    raise click.exceptions.Exit(FOUND if answer.count else NONE)


async def _verify(
    store: "Store", slugs: Sequence[str], repair: bool, progress: "Progress", answer: "_Answer"
) -> None:
    from cellarhand.accounts.tenants import known_tenant, list_tenants
    from cellarhand.verify.checks import CHECKS
    from cellarhand.verify.run import verify_tenant

    shared = store.reading(None)
    tenants = [await known_tenant(shared, slug) for slug in slugs] or await list_tenants(store)
    for tenant in tenants:
        async for difference in verify_tenant(store, tenant, CHECKS, progress, repair=repair):
            answer.say(tenant, difference)
    answer.tenants = len(tenants)


class _Answer:
    """Differences as they are found: lines for people, or one JSON document, written bit by bit."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.count = self._left = self.tenants = 0

    def say(self, tenant: "Tenant", difference: "Difference") -> None:
        text = _as_object(tenant, difference) if self._as_json else _as_line(tenant, difference)
        if self._as_json:
            text = ("," if self.count else '{"differences":[') + "\n" + text
        click.echo(text, nl=not self._as_json)
        self.count += 1
        self._left += difference.repaired is False

    def end(self, repair: bool) -> None:
        if self._as_json:
            head = "" if self.count else '{"differences":['
            summary = {"count": self.count, "left": self._left if repair else self.count}
            click.echo(f"{head}]," + json.dumps({"tenants": self.tenants, **summary})[1:])
            return
        if not self.count:
            click.echo(f"no difference in {_number(self.tenants, 'tenant')}")
            return
        click.echo(f"{_number(self.count, 'difference')} in {_number(self.tenants, 'tenant')}")
        if not repair:
            click.echo("Next: cellarhand db verify --repair")
        elif self._left:
            click.echo(f"{_number(self._left, 'difference')} could not be repaired: see above why")
        else:
            click.echo("all repaired")


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _as_object(tenant: "Tenant", difference: "Difference") -> str:
    value: dict[str, Any] = {
        "tenant": tenant.slug,
        "check": difference.check,
        "object": difference.thing,
        "id": difference.id,
        "member": difference.member,
        "stored": difference.stored,
        "computed": difference.computed,
    }
    if difference.repaired is not None:
        value["repaired"] = difference.repaired
    if difference.note:
        value["note"] = difference.note
    return json.dumps(value, ensure_ascii=False)


def _as_line(tenant: "Tenant", difference: "Difference") -> str:
    place = " ".join(each for each in (difference.thing, difference.id, difference.member) if each)
    line = f"{tenant.slug}: {difference.check}: {place}: {_short(difference.stored)}"
    line += f" should be {_short(difference.computed)}"
    if difference.note:
        line += f" ({difference.note})"
    if difference.repaired is not None:
        line += " - repaired" if difference.repaired else " - NOT repaired"
    return line


def _short(value: Any) -> str:
    """A value on one line; a missing or superfluous row is `nothing`."""
    if value is None:
        return "nothing"
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


@contextmanager
def _progress(*, quiet: bool) -> Generator["Progress"]:
    """A bar where a terminal looks, else a line for each kind of record."""
    if quiet or not sys.stderr.isatty():
        yield _lines(quiet)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda what, done, total: bars.update(
            task, description=f"reading {what}", completed=done, total=total
        )


def _lines(quiet: bool) -> "Progress":
    def tell(what: str, done: int, total: int) -> None:
        if not quiet and done == total and total:
            click.echo(f"read {what}: {total}", err=True)

    return tell
