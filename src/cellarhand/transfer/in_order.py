"""The order in which the records of one list are sent, where that of their ids will not do."""

import re
from collections.abc import Iterable, Iterator
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


class Sorting:
    """Orders on their way through files in `folder`, so that memory holds a part of them: first all are put
    there (`fill`), then they come out in the order of their places (`in_turns`)."""

    def __init__(self, folder: Path, turns: Turns, *, bulk: bool) -> None:
        for left in folder.glob(f"{_SORTING}*"):
            # Of a push that was killed; no other works in this folder.
            rmtree(left)
        self._turns = turns
        self._part_of = _part_of_customers if bulk else _month
        self._folder = TemporaryDirectory(prefix=_SORTING, dir=folder)
        self._parts = set[str]()
        self._stopped = False

    def __enter__(self) -> "Sorting":
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def stop(self) -> None:
        """Let `fill`, in whichever thread, come to an early end."""
        self._stopped = True

    def fill(self, bodies: Iterable[Prepared]) -> None:
        with ExitStack() as files:
            parts: dict[str, IO[bytes]] = {}
            for each in bodies:
                if self._stopped:
                    return
                part = _NO_NAME.sub("-", self._part_of(each.place))
                if part not in parts:
                    parts[part] = files.enter_context(self._path(part).open("wb"))
                head = f"{each.id}\t{each.digest}\t{each.place}\t".encode()
                parts[part].write(head + each.content + b"\n")
            self._parts = set(parts)

    def in_turns(self) -> Iterator[Iterable[Prepared]]:
        """The orders of a turn are sent when those before it are there."""
        waiting: list[Prepared] = []

        def first() -> Iterator[Prepared]:
            for each in self._sorted():
                if self._turns.of(each.id):
                    waiting.append(each)
                else:
                    yield each

        yield first()
        waiting.sort(key=lambda each: self._turns.of(each.id))
        for _, some in groupby(waiting, lambda each: self._turns.of(each.id)):
            yield list(some)

    def _sorted(self) -> Iterator[Prepared]:
        for part in sorted(self._parts):
            with self._path(part).open("rb") as file:
                found = [_read(line) for line in file]
            yield from sorted(found, key=lambda each: (each.place, each.id))

    def _path(self, part: str) -> Path:
        return Path(self._folder.name) / f"part {part}"


def _month(place: str) -> str:
    return place[:7]


def _part_of_customers(place: str) -> str:
    """A 64th of the customers, for a process may have few files open; of guests a month."""
    if place.startswith(_GUESTS):
        return place[: len(_GUESTS) + 7]
    return place[:1] + max(each for each in "048c" if each <= max("0", place[1:2]))


def bundles_last(bodies: Iterator[Prepared]) -> Iterator[Prepared]:
    """Products whose parts are other products come after those."""
    bundles: list[Prepared] = []
    for each in bodies:
        if each.place:
            bundles.append(each)
        else:
            yield each
    yield from bundles


def _read(line: bytes) -> Prepared:
    id, digest, place, content = line[:-1].split(b"\t", 3)
    return Prepared(id.decode(), digest.decode(), content, place.decode())
