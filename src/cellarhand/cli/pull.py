"""`cellarhand pull`: a tenant of any server into a local archive."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cellarhand.cli.answers import Failure, answer, as_json, listed, table
from cellarhand.cli.progress import Bars, bars

if TYPE_CHECKING:
    from cellarhand.transfer.archive import Archive
    from cellarhand.transfer.pull import Outcome, Wish
    from cellarhand.transfer.targets import Target

_ALL = "all lists"
ONE_ANSWER = "the archive keeps what was read; run the same command again to go on"


@click.command()
@click.argument("archive", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--url",
    envvar="CELLARHAND_SOURCE_URL",
    required=True,
    show_envvar=True,
    help="Such as https://api.commerce7.com/v1.",
)
@click.option("--tenant", envvar="CELLARHAND_SOURCE_TENANT", required=True, show_envvar=True)
@click.option("--app", "app_id", envvar="CELLARHAND_SOURCE_APP", show_envvar=True, help="An app's id.")
@click.option("--user", envvar="CELLARHAND_SOURCE_USER", show_envvar=True, help="Or a person's e-mail.")
@click.option(
    "--secret-stdin",
    is_flag=True,
    help="Read the secret or password from stdin. Otherwise it is CELLARHAND_SOURCE_SECRET, or asked for.",
)
@click.option("--only", multiple=True, metavar="LIST", help="Such as customer. May be repeated.")
@click.option("--since", metavar="DATE", help="What was changed from YYYY-MM-DD on. [default: the last pull]")
@click.option("--full", is_flag=True, help="Read everything anew, and so notice every deletion.")
@click.option("--nested", is_flag=True, help="Also what needs a call for each customer: cards on file.")
@as_json
def pull(
    archive: Path,
    url: str,
    tenant: str,
    app_id: str | None,
    user: str | None,
    secret_stdin: bool,
    only: tuple[str, ...],
    since: str | None,
    full: bool,
    nested: bool,
    as_json: bool,
) -> None:
    """Copy all that the account may read into the folder ARCHIVE. Run again, it brings what has changed.

    Interrupted by whatever, it goes on where it was. docs/archive.md tells what lies in the folder.

    \b
    Example:  cellarhand pull my-winery.archive --app my-app \\
                   --url https://api.commerce7.com/v1 --tenant my-winery
    """
    who = _credentials(app_id, user, secret_stdin)
    wish, targets = _wished(only, since, full, nested)
    opened = _opened(archive, url, tenant)
    outcomes = _pulled(opened, url, tenant, who, wish, targets, quiet=as_json)
    value = {"archive": str(archive), "lists": [_value(each) for each in outcomes]}
    answer(value, _summary(opened, outcomes), as_json=as_json)


def _credentials(app_id: str | None, user: str | None, secret_stdin: bool) -> dict[str, tuple[str, str]]:
    import os

    if (app_id is None) == (user is None):
        raise Failure("who asks? Give --app ID or --user EMAIL")
    name = app_id or user or ""
    secret = os.environ.get("CELLARHAND_SOURCE_SECRET", "")
    if secret_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif not secret:
        if not sys.stdin.isatty():
            raise Failure("the secret is missing: set CELLARHAND_SOURCE_SECRET, or use --secret-stdin")
        secret = click.prompt("Secret", hide_input=True, err=True)
    return {"app" if app_id else "user": (name, secret)}


def _wished(
    only: tuple[str, ...], since: str | None, full: bool, nested: bool
) -> "tuple[Wish, list[Target]]":
    from cellarhand import clock
    from cellarhand.transfer.pull import Wish
    from cellarhand.transfer.targets import targets

    found = targets()
    unknown = sorted(set(only) - {each.name for each in found})
    if unknown:
        raise Failure(f"there is no list '{unknown[0]}': use {', '.join(each.name for each in found)}")
    day = clock.date_from_wire(since) if since else None
    if since and day is None:
        raise Failure(f"'{since}' is no date: write it as YYYY-MM-DD")
    if full and since:
        raise Failure("--full reads everything, --since a part: use one of them")
    chosen = [each for each in found if not only or each.name in only]
    return Wish(day, full, nested or bool(only)), chosen


def _opened(folder: Path, url: str, tenant: str) -> "Archive":
    from cellarhand.transfer.archive import Archive, ArchiveFault

    if "@" in url:
        raise Failure("the URL holds credentials: they would be kept in the archive")
    try:
        if not Archive.exists(folder):
            return Archive.create(folder, url.rstrip("/"), tenant)
        found = Archive.open(folder)
    except (ArchiveFault, OSError) as fault:
        raise Failure(fault) from fault
    source = found.manifest.source
    if (source.base_url, source.tenant) != (url.rstrip("/"), tenant):
        raise Failure(
            f"'{folder}' is the archive of '{source.tenant}' at {source.base_url}: name another folder"
        )
    return found


def _pulled(
    archive: "Archive",
    url: str,
    tenant: str,
    who: dict[str, tuple[str, str]],
    wish: "Wish",
    targets: "list[Target]",
    *,
    quiet: bool,
) -> "list[Outcome]":
    """The pull itself; every fault becomes one line that says how to go on."""
    import asyncio

    try:
        from cellarhand.client import AsyncClient, ClientError, Retries
    except ModuleNotFoundError as missing:
        raise Failure(missing) from missing
    from cellarhand.transfer.archive import ArchiveFault
    from cellarhand.transfer.pull import Pull

    async def work(shown: Bars) -> "list[Outcome]":
        retries = Retries(most=8, first=1.0)
        async with AsyncClient(
            url, tenant, app=who.get("app"), user=who.get("user"), retries=retries
        ) as client:
            return await Pull(client, archive, wish, _show(shown, targets)).run(targets)

    try:
        with archive.lock():
            archive.sweep()
            with bars(quiet=quiet) as shown:
                return asyncio.run(work(shown))
    except ArchiveFault as fault:
        raise Failure(fault) from fault
    except ClientError as fault:
        raise Failure(f"{fault} ({ONE_ANSWER})") from fault
    except OSError as fault:
        raise Failure(f"the archive can not be written: {fault.strerror or fault} ({ONE_ANSWER})") from fault
    except KeyboardInterrupt:
        click.echo(f"Stopped: {ONE_ANSWER}.", err=True)
        raise click.exceptions.Exit(130) from None


def _show(bars: "Bars", targets: "list[Target]") -> "Callable[[Outcome], None]":
    """A bar for each list under way, and one for all that are read record by record."""
    under_way: dict[str, Outcome] = {}

    def show(outcome: "Outcome") -> None:
        under_way[outcome.name] = outcome
        plain = [each for each in under_way.values() if each.calls is None and each.total]
        # How many there are is known of all before the first is read.
        if outcome.calls is not None:
            bars.show(_ALL, 0, 0, seen=False)
        elif len(targets) > 1:
            bars.show(_ALL, sum(each.records for each in plain), sum(each.total or 0 for each in plain))
        done = outcome.records if outcome.calls is None else outcome.calls
        seen = bool(done) and not outcome.done
        bars.show(outcome.name, done, outcome.total, seen=seen)

    return show


def _value(outcome: "Outcome") -> dict[str, object]:
    found: dict[str, object] = {
        "list": outcome.name,
        "kind": outcome.kind,
        "records": outcome.records,
        "deleted": outcome.deleted,
        "bytes": outcome.bytes,
        "seconds": round(outcome.seconds, 3),
    }
    more = {"leftOut": outcome.left_out, "note": outcome.note}
    return found | {name: text for name, text in more.items() if text}


def _summary(archive: "Archive", outcomes: "Sequence[Outcome]") -> str:
    rows: list[tuple[str, ...]] = []
    read_lists = [each for each in outcomes if not each.left_out]
    filled = [each for each in read_lists if each.records or each.deleted]
    for each in filled:
        seconds, size = f"{each.seconds:.1f} s", f"{each.bytes / 1e6:,.1f} MB"
        rows.append((each.name, f"{each.records:,}", f"{each.deleted or ''}", size, seconds, each.kind))
    head = ("LIST", "RECORDS", "DELETED", "SIZE", "TIME", "READ")
    parts = [table(head, rows)] if rows else []
    empty = len(read_lists) - len(filled)
    if empty:
        parts.append(
            f"({empty} lists had nothing{' new' if any(e.kind == 'changes' for e in outcomes) else ''})"
        )
    notes = dict[str, list[str]]()
    for each in outcomes:
        if each.left_out or each.note:
            why = f"Left out: {each.left_out}" if each.left_out else f"Note: {each.note}"
            notes.setdefault(why, []).append(each.name)
    parts += [f"{why}\n{listed(names)}" for why, names in notes.items()]
    read = sum(each.records for each in outcomes)
    return "\n\n".join([*parts, f"{read:,} records were read into {archive.folder}"])
