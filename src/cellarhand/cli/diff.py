"""`cellarhand diff`: are two copies of a tenant the same, and where not?"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cellarhand.cli.answers import Failure, Interrupted, as_json, faults_as_failures, table
from cellarhand.cli.database import database_option
from cellarhand.cli.progress import Bars, bars
from cellarhand.cli.sides import Side, access_of, opened

if TYPE_CHECKING:
    from cellarhand.transfer.compare import Difference
    from cellarhand.transfer.diff import Counted, Told, Wish
    from cellarhand.transfer.sources import Source

DIFFERENT, TROUBLE = 1, 2
_SHOWN_AS_LONG_AS = 68


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
@click.option("--app-a", metavar="ID", envvar="CELLARHAND_A_APP", help="The app that reads A from a server.")
@click.option("--user-a", metavar="EMAIL", envvar="CELLARHAND_A_USER", help="Or the person.")
@click.option("--app-b", metavar="ID", envvar="CELLARHAND_B_APP", help="The app that reads B from a server.")
@click.option("--user-b", metavar="EMAIL", envvar="CELLARHAND_B_USER", help="Or the person.")
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
    app_a: str | None,
    user_a: str | None,
    app_b: str | None,
    user_b: str | None,
    database: str,
    as_json: bool,
) -> None:
    """Compare two tenants, archives of `cellarhand pull`, or one of each: counts, money, every member.

    A and B are a tenant of --database (my-winery), of another one (my-winery@postgresql://...), of a server
    (my-winery@https://api.example/v1), or an archive's folder. Secrets are CELLARHAND_A_SECRET and
    CELLARHAND_B_SECRET, or asked for. Exit code 0: the same. 1: not the same. 2: could not be compared.

    \b
    Example:  cellarhand diff my-winery my-winery@postgresql://cellarhand@db.example/shop
              cellarhand diff my-archive my-winery@https://api.example/v1 --user-b ann@my-winery.example
              cellarhand diff my-archive my-winery --without web-hook --ignore updatedAt
    """
    from cellarhand.transfer.diff import Wish

    wish = Wish(ignore, by_value, only, without)
    shown: list[tuple[str, str, Difference]] = []
    sides = Side("A", a, app_a, user_a), Side("B", b, app_b, user_b)
    try:
        with _details(details) as write, bars(quiet=as_json) as shown_bars:

            def told(name: str, id: str, found: "Difference") -> None:
                if len(shown) < show:
                    shown.append((name, id, found))
                write(name, id, found)

            wish, found = faults_as_failures(lambda: _compared(sides, database, wish, told, shown_bars))
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
    sides: tuple[Side, Side], database: str, wish: "Wish", told: "Told", bars: Bars
) -> "tuple[Wish, list[Counted]]":
    """What was found, and what was asked for with what can't be compared."""
    import asyncio

    from cellarhand.transfer.diff import compare
    from cellarhand.transfer.targets import nested_lists

    accesses = [access_of(side) for side in sides]

    async def run() -> "tuple[Wish, list[Counted]]":
        async with opened(sides[0], accesses[0], database) as a, opened(sides[1], accesses[1], database) as b:
            nested = [name for name in nested_lists() if any(accesses) and not wish.only]
            there = {*a.lists(), *b.lists()}
            known = (*wish.without, *(name for name in nested if name in there))
            found = await compare(a, b, replace(wish, without=known), told, _show(bars, a, b))
            return replace(wish, without=tuple(dict.fromkeys((*wish.without, *nested)))), found

    return asyncio.run(run())


def _show(bars: Bars, a: "Source", b: "Source") -> "Callable[[str, int], None]":
    """A bar for the list that is compared."""
    names: list[str] = []

    def show(name: str, done: int) -> None:
        if name not in names:
            for other in names:
                bars.show(other, 0, 0, seen=False)
            names.append(name)
        known = [side.about(name) for side in (a, b) if name in side.lists()]
        bars.show(name, done, max((each for each in known if each is not None), default=None))

    return show


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
            "explained": [
                {"path": path, "reason": why, "count": n} for (path, why), n in each.explained.items()
            ],
        }
        for each in found
    ]
    asked = {"paths": wish.ignored, "byValue": wish.by_value, "only": wish.only, "without": wish.without}
    value = {"same": same, "a": a, "b": b, "ignoring": asked, "lists": lists}
    value["differences"] = [_plain(*each) for each in shown]
    return msgspec.json.encode(value).decode()


def _text(a: str, b: str, wish: "Wish", found: "list[Counted]", shown: list[Any], *, same: bool) -> str:
    lines = [f"A  {a}", f"B  {b}", ""]
    head = ("LIST", "IN A", "IN B", "SAME", "DIFFER", "ONLY A", "ONLY B")
    filled = [each for each in found if each.a or each.b or not each.is_same]
    lines.append(table(head, [_row(each) for each in filled]))
    if len(filled) < len(found):
        lines.append(f"(and {len(found) - len(filled)} lists that are empty in both)")
    for each in found:
        money = [
            (path, f"{of_a:,}", f"{of_b:,}", f"{of_b - of_a:+,}" if of_a != of_b else "")
            for path, (of_a, of_b) in each.money().items()
            if of_a or of_b
        ]
        if money:
            # A table for each list: beside its name the longest members have no room in 80 columns.
            lines += ["", table((f"MONEY OF {each.name}", "CENTS IN A", "CENTS IN B", "B - A"), money)]
    members = [
        (each.name, path, kind, f"{n:,}")
        for each in found
        for (path, kind), n in sorted(each.members.items())
    ]
    if members:
        lines += ["", table(("LIST", "MEMBER", "DIFFERS IN", "TIMES"), members)]
    if shown:
        lines += ["", f"The first {len(shown)}:"]
        for place, (name, id, each) in enumerate(shown):
            if not place or shown[place - 1][:2] != (name, id):
                lines.append(f"{name} {id}")
            how = each.kind if each.kind.startswith("only") else f"differs in {each.kind}"
            lines += [f"  {each.place}: {how}", *(f"    {side}  {text}" for side, text in _both(each))]
    explained = dict[str, list[tuple[str, str, str]]]()
    for each in found:
        for (path, why), n in sorted(each.explained.items()):
            explained.setdefault(why, []).append((each.name, path, f"{n:,}"))
    for why, rows in explained.items():
        # Once above the table: beside the longest paths there is no room for it in 80 columns.
        lines += ["", f"No loss, {why}:", table(("LIST", "MEMBER", "TIMES"), rows)]
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


def _both(found: "Difference") -> list[tuple[str, str]]:
    """What stands there on each side that has something."""
    a, b = [("A", _short(found.a))], [("B", _short(found.b))]
    return [*(a if found.kind != "only in B" else ()), *(b if found.kind != "only in A" else ())]


def _short(value: Any) -> str:
    import msgspec

    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN_AS_LONG_AS else f"{text[:_SHOWN_AS_LONG_AS]}..."
