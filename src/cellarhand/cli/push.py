"""`cellarhand push`: an archive into a tenant of any server."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cellarhand.cli.answers import Failure, answer, as_json, listed, table
from cellarhand.cli.progress import Bars, bars

if TYPE_CHECKING:
    from cellarhand.client import Client
    from cellarhand.transfer.archive import Archive
    from cellarhand.transfer.outcome import Outcome
    from cellarhand.transfer.push import Mended, Push

NONE, REFUSED, INTERRUPTED = 0, 1, 130
GO_ON = "what is done is written down; run the same command again to go on"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options that say what is pushed, and how."""

    dry_run: bool
    update: bool
    only: tuple[str, ...]
    mended: "list[Mended] | None"
    one_by_one: bool


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of the lists, and what a dry run could not look up."""

    outcomes: "list[Outcome]"
    unchecked: Sequence[str] = ()


@click.command()
@click.argument("archive", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--url", envvar="CELLARHAND_TARGET_URL", required=True, show_envvar=True)
@click.option("--tenant", envvar="CELLARHAND_TARGET_TENANT", required=True, show_envvar=True)
@click.option(
    "--user",
    envvar="CELLARHAND_TARGET_USER",
    required=True,
    show_envvar=True,
    help="E-mail of an account with role Data there: nobody else may bring ids and dates.",
)
@click.option(
    "--secret-stdin",
    is_flag=True,
    help="Read the password from stdin. Otherwise it is CELLARHAND_TARGET_SECRET, or asked for.",
)
@click.option("--dry-run", is_flag=True, help="Tell which records would fail and why; write nothing.")
@click.option("--update", is_flag=True, help="Change records that are there with other values.")
@click.option("--only", multiple=True, metavar="LIST", help="Such as customer. May be repeated.")
@click.option(
    "--errors",
    "mended",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Push the records of this file of errors, as you have mended them, and no others.",
)
@click.option("--one-by-one", is_flag=True, help="Single calls, even where the target takes many at once.")
@as_json
def push(
    archive: Path,
    url: str,
    tenant: str,
    user: str,
    secret_stdin: bool,
    dry_run: bool,
    update: bool,
    only: tuple[str, ...],
    mended: Path | None,
    one_by_one: bool,
    as_json: bool,
) -> None:
    """Bring what lies in the folder ARCHIVE into a tenant, through its API. Nobody gets an e-mail.

    Run again, it goes on, and makes nothing twice. What was refused stands in a file that can be mended and
    pushed by itself. docs/moving.md tells the whole way.

    \b
    Exit code 0: all of it is there. 1: records were refused, or it could not be done. 130: interrupted.

    \b
    Example:  cellarhand push my-winery.archive --dry-run \\
                   --url http://127.0.0.1:8000/v1 --tenant my-winery --user data@my-winery.example
    """
    from cellarhand.transfer.ledger import folder_of

    opened = _opened(archive, only)
    place = folder_of(opened.folder, url.rstrip("/"), tenant) / "errors.ndjson"
    asked = _Asked(dry_run, update, only, _mended(mended), one_by_one)
    who = user, _secret(secret_stdin)

    def work() -> _Done:
        with bars(quiet=as_json) as shown:
            return _pushed(_connected(url, tenant, who), opened, asked, _show(shown))

    done = _faults_as_failures(work)
    refused = sum(each.refused for each in done.outcomes)
    value: dict[str, Any] = {"dryRun": dry_run, "lists": [_value(each) for each in done.outcomes]}
    if refused:
        value["errors"] = str(place)
    if dry_run:
        value["notChecked"] = done.unchecked
    answer(value, _summary(done, place, dry_run=dry_run, left_out=_left_out(opened)), as_json=as_json)
    raise click.exceptions.Exit(REFUSED if refused else NONE)


def _opened(folder: Path, only: tuple[str, ...]) -> "Archive":
    from cellarhand.transfer.archive import Archive, ArchiveFault

    try:
        found = Archive.open(folder.resolve())
    except (ArchiveFault, OSError) as fault:
        raise Failure(fault) from fault
    unknown = sorted(set(only) - set(found.manifest.resources))
    if unknown:
        raise Failure(f"the archive has no list '{unknown[0]}': it has {', '.join(found.manifest.resources)}")
    return found


def _left_out(archive: "Archive") -> list[str]:
    from cellarhand.transfer.moved import STAYS

    return [f"{name}: {why}" for name, why in STAYS.items() if name in archive.manifest.resources]


def _mended(path: Path | None) -> "list[Mended] | None":
    if path is None:
        return None
    import msgspec

    from cellarhand.transfer.push import Mended

    found: list[Mended] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            if line.strip():
                found.append(msgspec.json.decode(line, type=Mended))
        except msgspec.MsgspecError as fault:
            raise Failure(f"line {number} of '{path}' can not be read: {fault}") from None
    return found


def _secret(secret_stdin: bool) -> str:
    if secret_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    secret = os.environ.get("CELLARHAND_TARGET_SECRET", "")
    if secret:
        return secret
    if not sys.stdin.isatty():
        raise Failure("the password is missing: set CELLARHAND_TARGET_SECRET, or use --secret-stdin")
    return click.prompt("Password", hide_input=True, err=True)


def _connected(url: str, tenant: str, who: tuple[str, str]) -> "tuple[Client, bool]":
    """A client of the target, and whether that is a Cellarhand: it tells its own limits."""
    try:
        from cellarhand.client import Client, Retries, Unauthorized
    except ModuleNotFoundError as missing:
        raise Failure(missing) from missing
    from cellarhand.transfer.sending import takes_lines

    retries = Retries(most=8, first=1.0)
    try:
        with Client(url, tenant, user=who, retries=retries) as asking:
            asking.request("GET", "")
            try:
                ours = takes_lines(asking)
            except Unauthorized as refused:
                raise Failure(f"{refused}: {who[0]} needs role Data there") from refused
    except ValueError as fault:
        raise Failure(fault) from fault
    limit = 0 if ours else None
    return Client(url, tenant, user=who, timeout=300, retries=retries, rate_limit=limit), ours


def _faults_as_failures(work: Callable[[], _Done]) -> _Done:
    """Every fault becomes one line that says how to go on."""
    from cellarhand.client import ClientError
    from cellarhand.transfer.archive import ArchiveFault
    from cellarhand.transfer.ledger import InUse

    try:
        return work()
    except (ArchiveFault, InUse) as fault:
        raise Failure(fault) from fault
    except ClientError as fault:
        raise Failure(f"{fault} ({GO_ON})") from fault
    except OSError as fault:
        raise Failure(
            f"what was done can not be written down: {fault.strerror or fault} ({GO_ON})"
        ) from fault
    except KeyboardInterrupt:
        click.echo(f"Stopped: {GO_ON}.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None


def _pushed(
    connected: "tuple[Client, bool]",
    archive: "Archive",
    asked: _Asked,
    progress: "Callable[[Outcome], None]",
) -> _Done:
    from cellarhand.transfer.push import Push
    from cellarhand.transfer.sending import Sender

    client, ours = connected
    sender = Sender(client, ours and not asked.one_by_one, asked.update)
    made = Push(sender, archive, progress, asked.only)
    if asked.dry_run:
        return _judged(made, asked)
    return _Done(made.run() if asked.mended is None else made.run_mended(asked.mended))


def _judged(push: "Push", asked: _Asked) -> _Done:
    """A dry run, with its own file of errors."""
    import msgspec

    from cellarhand.transfer.judging import DryRun
    from cellarhand.transfer.ledger import only_one
    from cellarhand.transfer.push import errors_in

    with only_one(push.folder), errors_in(push.folder) as file:

        def refuse(line: "Mended") -> None:
            file.write(msgspec.json.encode(line) + b"\n")

        dry = DryRun(push, refuse, asked.mended)
        return _Done(dry.run(), dry.unchecked)


def _show(bars: "Bars") -> "Callable[[Outcome], None]":
    """A bar for the list under way."""
    names: list[str] = []

    def show(outcome: "Outcome") -> None:
        sorting = f"{outcome.name} (sorting)"
        for name in (outcome.name, sorting):
            if name not in names:
                names.append(name)
        for name in names:
            if name not in (outcome.name, sorting):
                bars.show(name, 0, 0, seen=False)
        is_sorting = outcome.name == "order" and not outcome.done and outcome.read > 0
        bars.show(sorting, outcome.read, outcome.total, seen=is_sorting)
        if not is_sorting:
            bars.show(outcome.name, outcome.done, outcome.total, most=outcome.most)

    return show


_COUNTS = ("created", "updated", "unchanged", "matched", "refused", "skipped")


def _value(outcome: "Outcome") -> dict[str, object]:
    found: dict[str, object] = {"list": outcome.name}
    found |= {name: getattr(outcome, name) for name in _COUNTS}
    found |= {"notCarried": sorted(outcome.left), "seconds": round(outcome.seconds, 3)}
    return found | ({"note": outcome.note} if outcome.note else {})


_MOST_REASONS = 5
_HEADS = {"unchanged": "SAME", "skipped": "BEFORE"}
"""Short names, for a terminal of 80 columns."""


def _summary(done: _Done, place: Path, *, dry_run: bool, left_out: Sequence[str]) -> str:
    outcomes = [each for each in done.outcomes if each.done]
    names = [name for name in _COUNTS if any(getattr(each, name) for each in outcomes)]
    heads = [_HEADS.get(name, name.upper()) for name in names]
    if dry_run:
        heads = [{"CREATED": "NEW", "UPDATED": "TO UPDATE"}.get(head, head) for head in heads]
    rows = [
        (
            each.name,
            *(f"{getattr(each, name):,}" if getattr(each, name) else "" for name in names),
            f"{each.seconds:.1f} s",
        )
        for each in outcomes
    ]
    parts = [table(("LIST", *heads, "TIME"), rows)] if rows else ["There is nothing to push."]
    parts += [f"Note on {each.name}: {each.note}" for each in outcomes if each.note]
    lost = [f"  {each.name}:\n{_paths(each.left)}" for each in outcomes if each.left]
    if lost:
        why = "Not carried, because no call of the API takes it, or for the reason given:"
        parts.append("\n".join([why, *lost]))
    if left_out:
        parts.append("\n".join(["Not pushed:", *(f"  {each}" for each in left_out)]))
    if done.unchecked:
        parts.append("\n".join(["Not looked up in the target:", *(f"  {each}" for each in done.unchecked)]))
    refused = sum(each.refused for each in outcomes)
    if refused:
        would = "would be" if dry_run else "were"
        parts.append("\n".join(["Refused:", *_reasons(outcomes)]))
        parts.append(
            f"{refused:,} records {would} refused. This file has them with the reasons:\n  {place}\n"
            "Mend the bodies there, and push them alone with --errors and its name."
        )
    return "\n\n".join(parts)


def _reasons(outcomes: "Iterable[Outcome]") -> list[str]:
    """The commonest reasons of each list."""
    lines: list[str] = []
    for each in outcomes:
        found = sorted(each.reasons.items(), key=lambda reason: (-reason[1], reason[0]))
        lines += [f"  {each.name}: {text} ({count:,} times)" for text, count in found[:_MOST_REASONS]]
        if len(found) > _MOST_REASONS:
            lines.append(f"  {each.name}: and {len(found) - _MOST_REASONS} other reasons")
    return lines


def _paths(left: Iterable[str]) -> str:
    """Paths one after the other; those that come with a reason in lines of their own."""
    plain = sorted(each for each in left if " " not in each)
    told = sorted(each for each in left if " " in each)
    return "\n".join([*([listed(plain)] if plain else []), *(listed([each]) for each in told)])
