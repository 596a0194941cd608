"""The order in which the records of one list are sent, where that of their ids will not do."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import IO

from cellarhand.record.validate import Record
from cellarhand.transfer.moved import Moved
from cellarhand.transfer.sending import Prepared

_SORTING = ".sorting-"
_NO_NAME = re.compile(r"[^0-9a-zA-Z-]")
_GUESTS = "None "


def place_of(moved: Moved, body: Record, *, bulk: bool) -> str:
    """Where a record stands among the others of its list; those without a place keep the order of ids.

    Single calls bring orders by when they were submitted, which tells new customers from others. In bulk an
    order says that itself: there those of a customer come together, so that the customer changes once.
    """
    if moved.name == "product":
        return "bundle" if body.get("type") == "Bundle" else ""
    if moved.name != "order":
        return ""
    submitted = str(body.get("orderSubmittedDate", ""))
    return f"{body.get('customerId')} {submitted}" if bulk else submitted


@dataclass
class Turns:
    """Which orders have to wait until others are there.

    An order shows those that refund or exchange it in the order in which they came. Where the source shows
    several, each waits for the one before it: two that are sent in one turn may arrive in any order.
    """

    _after: dict[str, str] = field(default_factory=dict[str, str])
    _previous: dict[str, str] = field(default_factory=dict[str, str])

    def note(self, order: Record) -> None:
        """Take in what an order of the archive shows; all of them come before `of` is asked."""
        linked = order.get("linkedOrders") or ()
        if len(linked) > 1:
            self._after |= {later["orderId"]: earlier["orderId"] for earlier, later in pairwise(linked)}
        if order.get("previousOrderId") is not None:
            self._previous[order["id"]] = order["previousOrderId"]

    def of(self, id: str) -> int:
        """0 for what need not wait."""
        if not self._after:
            return 0
        turn, met = 0, set[str]()
        here: str | None = id
        while here is not None and here not in met:
            met.add(here)
            before = self._after.get(here)
            turn, here = (turn + 1, before) if before is not None else (turn, self._previous.get(here))
        return turn


def in_turns(
    moved: Moved, bodies: Iterator[Prepared], folder: Path, turns: Turns, *, bulk: bool
) -> Iterator[Iterable[Prepared]]:
    """The records in the order of their places; those of a turn are sent when those before it are there.

    Orders go through files in `folder`: memory holds a part of them.
    """
    if moved.name != "order":
        yield _bundles_last(bodies) if moved.name == "product" else bodies
        return
    waiting: list[Prepared] = []

    def first() -> Iterator[Prepared]:
        for each in _sorted(bodies, folder, _part_of_customers if bulk else _month):
            if turns.of(each.id):
                waiting.append(each)
            else:
                yield each

    yield first()
    waiting.sort(key=lambda each: turns.of(each.id))
    for _, some in groupby(waiting, lambda each: turns.of(each.id)):
        yield list(some)


def _month(place: str) -> str:
    return place[:7]


def _part_of_customers(place: str) -> str:
    """A 256th of the customers; of guests a month."""
    return place[: len(_GUESTS) + 7] if place.startswith(_GUESTS) else place[:2]


def _bundles_last(bodies: Iterator[Prepared]) -> Iterator[Prepared]:
    bundles: list[Prepared] = []
    for each in bodies:
        if each.place:
            bundles.append(each)
        else:
            yield each
    yield from bundles


def _sorted(bodies: Iterator[Prepared], folder: Path, part_of: Callable[[str], str]) -> Iterator[Prepared]:
    for left in folder.glob(f"{_SORTING}*"):
        # Of a push that was killed; no other works in this folder.
        rmtree(left)
    with TemporaryDirectory(prefix=_SORTING, dir=folder) as name:
        with ExitStack() as files:
            parts: dict[str, IO[bytes]] = {}
            for each in bodies:
                part = _NO_NAME.sub("-", part_of(each.place))
                if part not in parts:
                    parts[part] = files.enter_context((Path(name) / f"part {part}").open("wb"))
                head = f"{each.id}\t{each.digest}\t{each.place}\t".encode()
                parts[part].write(head + each.content + b"\n")
        for part in sorted(parts):
            with (Path(name) / f"part {part}").open("rb") as file:
                found = [_read(line) for line in file]
            yield from sorted(found, key=lambda each: (each.place, each.id))


def _read(line: bytes) -> Prepared:
    id, digest, place, content = line[:-1].split(b"\t", 3)
    return Prepared(id.decode(), digest.decode(), content, place.decode())
