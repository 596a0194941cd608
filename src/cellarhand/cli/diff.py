"""`cellarhand diff`: are two copies of a tenant the same, and where not?"""

import re
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cellarhand.cli.answers import Failure, Interrupted, as_json, faults_as_failures, table
from cellarhand.cli.database import DatabaseUrl, database_option
from cellarhand.cli.progress import progress

if TYPE_CHECKING:
    from cellarhand.transfer.compare import Difference
    from cellarhand.transfer.diff import Counted, Told, Wish
    from cellarhand.transfer.sources import Source

DIFFERENT, TROUBLE = 1, 2
_TENANT = re.compile(r"([a-z0-9-]{2,63})(?:@(.+))?", re.ASCII | re.DOTALL)
_SHOWN_AS_LONG_AS = 70


class Trouble(Failure):
    """The two could not be compared: neither the same nor different."""

    exit_code = TROUBLE


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--only", multiple=True, metavar="LIST", help="Compare this list alone. May be repeated.")
@click.option("--without", multiple=True, metavar="LIST", help="Leave this list out. May be repeated.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATH",
    help="A member that may differ, with all below it: updatedAt, items[].price, customer:city.",
)
@click.option(
    "--by-value", is_flag=True, help="Ignore what differs in text alone: order of members, 1.0 for 1."
)
@click.option("--show", type=click.IntRange(0), default=20, show_default=True, help="Differences to show.")
@click.option("--details", metavar="FILE", help="Write every difference there, a line of JSON each.")
@database_option
@as_json
def diff(
    a: str,
    b: str,
    only: tuple[str, ...],
    without: tuple[str, ...],
    ignore: tuple[str, ...],
    by_value: bool,
    show: int,
    details: str | None,
    database: str,
    as_json: bool,
) -> None:
    """Compare two tenants, archives of `cellarhand pull`, or one of each: counts, money, every member.

    A and B are a tenant of --database (my-winery), of another one (my-winery@URL), or an archive's folder.
    Exit code 0: the same. 1: not the same. 2: could not be compared.

    \b
    Example:  cellarhand diff my-winery my-winery@postgresql://cellarhand@db.example/shop
              cellarhand diff my-archive my-winery --without web-hook --ignore updatedAt
    """
    from cellarhand.transfer.diff import Wish

    wish = Wish(ignore, by_value, only, without)
    shown: list[tuple[str, str, Difference]] = []
    try:
        with _details(details) as write, progress("comparing records", quiet=as_json) as advance:

            def told(name: str, id: str, found: "Difference") -> None:
                if len(shown) < show:
                    shown.append((name, id, found))
                write(name, id, found)

            found = faults_as_failures(lambda: _compared((a, b), database, wish, told, advance))
    except KeyboardInterrupt:
        raise Interrupted("stopped: nothing is known of the rest; run the same command again") from None
    except Failure as failure:
        raise Trouble(failure.message) from failure
    same = all(each.is_same for each in found)
    if as_json:
        click.echo(_json(a, b, wish, found, shown, same=same))
    else:
        click.echo(_text(a, b, wish, found, shown, same=same))
    if not same:
        raise click.exceptions.Exit(DIFFERENT)


def _compared(
    names: tuple[str, str], database: str, wish: "Wish", told: "Told", advance: Any
) -> "list[Counted]":
    import asyncio

    from cellarhand.transfer.diff import compare

    async def run() -> "list[Counted]":
        async with _source(names[0], database) as a, _source(names[1], database) as b:
            return await compare(a, b, wish, told, lambda count: advance(count, 0))

    return asyncio.run(run())


@asynccontextmanager
async def _source(name: str, database: str) -> "AsyncGenerator[Source]":
    """What an argument names, open for as long as it is compared."""
    from cellarhand.cli.schema import refuse_other_version
    from cellarhand.store.engine import open_store
    from cellarhand.transfer.sources import ArchiveSource, TenantSource

    if "://" in name.partition("@")[0]:
        raise Failure(f"'{name}' is not read over the API: `cellarhand pull` it into an archive first")
    if _is_folder(name):
        yield ArchiveSource(Path(name))
        return
    matched = _TENANT.fullmatch(name)
    if matched is None:
        raise Failure(f"'{name}' is no folder, and no tenant: write one as my-winery@DATABASE")
    url = DatabaseUrl().convert(matched[2] or database, None, None)
    await refuse_other_version(url)
    async with AsyncExitStack() as stack:
        store = open_store(url)
        stack.push_async_callback(store.close)
        await store.open()
        snapshot = await stack.enter_async_context(store.snapshot())
        yield await TenantSource.of(name, snapshot, matched[1])


def _is_folder(name: str) -> bool:
    return Path(name).is_dir()


@contextmanager
def _details(path: str | None) -> "Generator[Told]":
    """Takes every difference, for a file that is there as a whole or not at all."""
    if path is None:
        yield lambda _, __, ___: None
        return
    from cellarhand.transfer.faults import TransferFault
    from cellarhand.transfer.whole_file import whole_file

    try:
        with whole_file(Path(path)) as file:
            yield lambda name, id, found: _write_line(file, name, id, found)
    except TransferFault as fault:
        raise Failure(fault) from fault


def _write_line(file: Any, name: str, id: str, found: "Difference") -> None:
    import msgspec

    file.write(msgspec.json.encode(_plain(name, id, found)) + b"\n")


def _plain(name: str, id: str, found: "Difference") -> dict[str, Any]:
    """A difference as JSON has it: `a` and `b` only where there is something."""
    value: dict[str, Any] = {"list": name, "id": id, "path": found.place, "kind": found.kind}
    if found.kind != "only in B":
        value["a"] = found.a
    if found.kind != "only in A":
        value["b"] = found.b
    return value


def _json(a: str, b: str, wish: "Wish", found: "list[Counted]", shown: list[Any], *, same: bool) -> str:
    import msgspec

    lists = [
        {
            "list": each.name,
            "a": each.a,
            "b": each.b,
            "same": each.same,
            "differing": each.differing,
            "onlyInA": each.only_a,
            "onlyInB": each.only_b,
            "money": {path: {"a": sums[0], "b": sums[1]} for path, sums in each.money().items()},
            "members": [{"path": path, "kind": kind, "count": n} for (path, kind), n in each.members.items()],
            "ignored": [{"path": path, "kind": kind, "count": n} for (path, kind), n in each.ignored.items()],
        }
        for each in found
    ]
    asked = {"paths": wish.ignored, "byValue": wish.by_value, "only": wish.only, "without": wish.without}
    value = {"same": same, "a": a, "b": b, "ignoring": asked, "lists": lists}
    value["differences"] = [_plain(*each) for each in shown]
    return msgspec.json.encode(value).decode()


def _text(a: str, b: str, wish: "Wish", found: "list[Counted]", shown: list[Any], *, same: bool) -> str:
    lines = [f"A  {a}", f"B  {b}", ""]
    head = ("LIST", "IN A", "IN B", "SAME", "DIFFERENT", "ONLY IN A", "ONLY IN B")
    filled = [each for each in found if each.a or each.b or not each.is_same]
    lines.append(table(head, [_row(each) for each in filled]))
    if len(filled) < len(found):
        lines.append(f"(and {len(found) - len(filled)} lists that are empty in both)")
    money = [
        (
            each.name,
            path,
            f"{sums[0]:,}",
            f"{sums[1]:,}",
            f"{sums[1] - sums[0]:+,}" if sums[0] != sums[1] else "",
        )
        for each in found
        for path, sums in each.money().items()
        if any(sums)
    ]
    if money:
        lines += ["", table(("LIST", "MONEY", "CENTS IN A", "CENTS IN B", "B - A"), money)]
    members = [
        (each.name, path, kind, f"{n:,}")
        for each in found
        for (path, kind), n in sorted(each.members.items())
    ]
    if members:
        lines += ["", table(("LIST", "MEMBER", "DIFFERS IN", "TIMES"), members)]
    if shown:
        rows = [(name, id, each.place, each.kind, *_both(each)) for name, id, each in shown]
        lines += [
            "",
            f"The first {len(shown)}:",
            table(("LIST", "ID", "MEMBER", "DIFFERS IN", "A", "B"), rows),
        ]
    lines += ["", *_ignored(wish, found)]
    lines.append("A and B are the same." if same else "A and B are not the same.")
    return "\n".join(lines)


def _row(each: "Counted") -> tuple[str, ...]:
    numbers = (each.same, each.differing, each.only_a, each.only_b)
    sides = tuple("no list" if count is None else f"{count:,}" for count in (each.a, each.b))
    return (each.name, *sides, *(f"{number:,}" for number in numbers))


def _ignored(wish: "Wish", found: "list[Counted]") -> list[str]:
    """What was asked to be overlooked, and how often there was something to overlook."""
    lines = [f"Left out: {name}" for name in wish.without]
    if wish.only:
        lines.append(f"Compared alone: {', '.join(wish.only)}")
    lines += [f"Ignored: {path}" for path in (*wish.ignored, *(("(text)",) if wish.by_value else ()))]
    times = [
        (each.name, path, kind, f"{n:,}")
        for each in found
        for (path, kind), n in sorted(each.ignored.items())
    ]
    if times:
        lines.append(table(("LIST", "IGNORED MEMBER", "DIFFERED IN", "TIMES"), times))
    return [*lines, ""] if lines else []


def _both(found: "Difference") -> tuple[str, str]:
    return (
        "" if found.kind == "only in B" else _short(found.a),
        "" if found.kind == "only in A" else _short(found.b),
    )


def _short(value: Any) -> str:
    import msgspec

    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN_AS_LONG_AS else f"{text[:_SHOWN_AS_LONG_AS]}..."
