"""The order in which the records of one list are sent, where that of their ids will not do."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

import msgspec

from cellarhand.record.validate import Record
from cellarhand.transfer.moved import Moved
from cellarhand.transfer.sending import Prepared

_SORTING = ".sorting-"
_NO_NAME = re.compile(r"[^0-9a-zA-Z-]")
_MOST_OPEN = 128
_PLACES_HELD = 256
_stands = msgspec.json.Decoder(tuple[str, str, int]).decode
COHORT = 50_000
"""So many orders are put in order together, with 300 bytes about each in memory. Of fewer each customer has
fewer; of more the indexes by date are larger than what the target holds of them."""


class Placed(NamedTuple):
    """A record as the archive has it, and where it stands among those of its list."""

    id: str
    place: str
    text: bytes


def place_of(moved: Moved, body: Record, *, bulk: bool) -> str:
    """Where a record stands among the others of its list; those without a place keep the order of ids.

    Single calls bring orders by when they were submitted, which tells new customers from others. In bulk an
    order says that itself: there those of a customer come together (`Sorting`).
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
    """Orders on their way through files in `folder`: first all are put there, a file for each month and one
    that tells where each stands in it (`fill`), then they come out in the order of their places (`in_turns`).
    Memory holds where those of a cohort stand, not them.

    In bulk `COHORT` orders after the other are put in order: those of a season come together, and within it
    those of a customer. So the target changes pages of its indexes by date that it has at hand, and a
    customer once for several orders.
    """

    def __init__(self, folder: Path, turns: Turns, *, bulk: bool) -> None:
        for left in folder.glob(f"{_SORTING}*"):
            # Of a push that was killed; no other works in this folder.
            rmtree(left)
        self._turns = turns
        self._bulk = bulk
        self._folder = TemporaryDirectory(prefix=_SORTING, dir=folder)
        self._months = dict[str, int]()
        self._stopped = False

    def __enter__(self) -> "Sorting":
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def stop(self) -> None:
        """Let `fill`, in whichever thread, come to an early end."""
        self._stopped = True

    def fill(self, orders: Iterable[Placed]) -> None:
        """Write them down, without any order within a month."""
        places: dict[str, list[bytes]] = {}
        with ExitStack() as opened:
            files: dict[str, IO[bytes]] = {}
            for each in orders:
                if self._stopped:
                    return
                # Some file systems do not tell `a` from `A`.
                month = _NO_NAME.sub("-", _submitted(each.place, bulk=self._bulk)[:7]).lower()
                if month not in files:
                    if len(files) == _MOST_OPEN:
                        # A process may have few files open; most months come again and again.
                        opened.close()
                        files.clear()
                    files[month] = opened.enter_context(self._paths(month)[0].open("ab"))
                files[month].write(each.text)
                of_month = places.setdefault(month, [])
                of_month.append(msgspec.json.encode((each.place, each.id, len(each.text))) + b"\n")
                if len(of_month) == _PLACES_HELD:
                    self._write_places(month, of_month)
                self._months[month] = self._months.get(month, 0) + 1
        for month, some in places.items():
            self._write_places(month, some)

    def _write_places(self, month: str, some: list[bytes]) -> None:
        with self._paths(month)[1].open("ab") as file:
            file.writelines(some)
        some.clear()

    def in_turns(self) -> Iterator[Iterable[Placed]]:
        """The orders of a turn are sent when those before it are there."""
        waiting: list[Placed] = []

        def first() -> Iterator[Placed]:
            for months in self._cohorts():
                for each in self._sorted(months):
                    if self._turns.of(each.id):
                        waiting.append(each)
                    else:
                        yield each

        yield first()
        waiting.sort(key=lambda each: self._turns.of(each.id))
        for _, some in groupby(waiting, lambda each: self._turns.of(each.id)):
            yield list(some)

    def _cohorts(self) -> Iterator[list[str]]:
        """The months whose orders are put in order together."""
        some: list[str] = []
        held = 0
        for month in sorted(self._months):
            some.append(month)
            held += self._months[month]
            if not self._bulk or held >= COHORT or len(some) == _MOST_OPEN:
                yield some
                some, held = [], 0
        if some:
            yield some

    def _sorted(self, months: Sequence[str]) -> Iterator[Placed]:
        paths = [self._paths(month) for month in months]
        with ExitStack() as opened:
            files = [opened.enter_context(texts.open("rb")) for texts, _ in paths]
            found = sorted(each for number, (_, of) in enumerate(paths) for each in _standing(of, number))
            for place, id, number, start, length in found:
                files[number].seek(start)
                yield Placed(id, place, files[number].read(length))

    def _paths(self, month: str) -> tuple[Path, Path]:
        """Where the texts of a month are, and where it is told how they stand there."""
        folder = Path(self._folder.name)
        return folder / f"month {month}", folder / f"places {month}"


def _submitted(place: str, *, bulk: bool) -> str:
    return place.partition(" ")[2] if bulk else place


def _standing(places: Path, number: int) -> Iterator[tuple[str, str, int, int, int]]:
    """Of each order of a month its place, its id, the number of its file, where it begins, and its length."""
    start = 0
    for line in places.read_bytes().splitlines():
        place, id, length = _stands(line)
        yield place, id, number, start, length
        start += length


def bundles_last(bodies: Iterator[Prepared]) -> Iterator[Prepared]:
    """Products whose parts are other products come after those."""
    bundles: list[Prepared] = []
    for each in bodies:
        if each.place:
            bundles.append(each)
        else:
            yield each
    yield from bundles
