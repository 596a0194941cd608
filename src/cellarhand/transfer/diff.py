"""Comparing two copies of a tenant: counts, money and every differing member.

A merge join over two walks in the order of ids: memory does not grow with the number of records, and a record
whose bytes are equal is not taken apart but for its amounts.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

import msgspec

from cellarhand.transfer.compare import RECORD, Difference, Kind, differences
from cellarhand.transfer.explained import reason
from cellarhand.transfer.faults import TransferFault
from cellarhand.transfer.money import Adder, Sums, adder_of
from cellarhand.transfer.sources import LISTS, Rows, Source

MOST_PATHS = 5000
MORE_PATHS = "(more paths)"

Progress = Callable[[str, int], None]
"""Hears of a list how many of its records were looked at, of the side that has more of them."""
Told = Callable[[str, str, Difference], None]
"""Hears of every difference: list, id, what."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is not to count; all of it is listed in the report.

    `ignored` are paths (`updatedAt`, `items[].price`, `customer:city` for one list) with all below them.
    `by_value` ignores differences of text alone. `without` are lists that are not looked at.
    """

    ignored: tuple[str, ...] = ()
    by_value: bool = False
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(slots=True)
class Counted:
    """What was found in one list. `a` and `b` are numbers of records, None where a side has no such list.

    `explained` counts by path and reason what differs and is no loss; such a record is counted as the same.
    """

    name: str
    a: int | None = 0
    b: int | None = 0
    same: int = 0
    differing: int = 0
    only_a: int = 0
    only_b: int = 0
    members: dict[tuple[str, Kind], int] = field(default_factory=dict[tuple[str, Kind], int])
    ignored: dict[tuple[str, Kind], int] = field(default_factory=dict[tuple[str, Kind], int])
    explained: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    # Amounts of records that are equal on both sides, of the others on A's, and on B's.
    both_sums: Sums = field(default_factory=dict[str, int])
    a_sums: Sums = field(default_factory=dict[str, int])
    b_sums: Sums = field(default_factory=dict[str, int])

    @property
    def is_same(self) -> bool:
        return (
            self.a is not None and self.b is not None and not (self.differing or self.only_a or self.only_b)
        )

    def money(self) -> dict[str, tuple[int, int]]:
        """Sums by path, of A and of B."""
        paths = sorted(self.both_sums.keys() | self.a_sums.keys() | self.b_sums.keys())
        return {path: (self._sum(self.a_sums, path), self._sum(self.b_sums, path)) for path in paths}

    def _sum(self, own: Sums, path: str) -> int:
        return self.both_sums.get(path, 0) + own.get(path, 0)


async def compare(
    a: Source,
    b: Source,
    wish: Wish,
    told: Told = lambda _, __, ___: None,
    progress: Progress = lambda _, __: None,
) -> list[Counted]:
    """Compare all lists that either side has. Raises TransferFault for a source that can't be compared."""
    there = a.lists(), b.lists()
    every = list(dict.fromkeys((*there[0], *there[1])))
    for name in (*wish.only, *wish.without):
        if name not in every:
            raise TransferFault(f"neither side has a list '{name}': there are {', '.join(every)}")
    found: list[Counted] = []
    for name in every:
        if name in wish.without or (wish.only and name not in wish.only):
            continue
        counted = Counted(name, 0 if name in there[0] else None, 0 if name in there[1] else None)
        side_a = _Side(a, name) if name in there[0] else _Nothing()
        side_b = _Side(b, name) if name in there[1] else _Nothing()
        await _Join(counted, side_a, side_b, wish, told, progress).run()
        found.append(counted)
    return found


class _Side:
    """A walk, with the records that have come and were not looked at yet."""

    def __init__(self, source: Source, name: str) -> None:
        self._where = f"'{name}' in {source.name}"
        self.moments = partial(source.moments, name)
        self._walk: AsyncGenerator[Rows] = source.records(name)
        self._last = ""
        self.rows: Rows = ()
        self.place = 0
        self.ended = False

    async def fill(self) -> None:
        """More records, when all that came were looked at."""
        while not self.ended and self.place >= len(self.rows):
            self.rows, self.place = await anext(self._walk, None) or (), 0
            if not self.rows:
                self.ended = True
                return
            ids = [self._last, *(id for id, _ in self.rows)]
            if any(before >= after for before, after in pairwise(ids)):
                raise TransferFault(f"the records of {self._where} do not come in the order of their ids")
            self._last = ids[-1]


class _Nothing(_Side):
    """The side that has no such list."""

    def __init__(self) -> None:
        self.rows, self.place, self.ended = (), 0, True


@dataclass(slots=True)
class _Join:
    counted: Counted
    a: _Side
    b: _Side
    wish: Wish
    told: Told
    progress: Progress
    add: Adder | None = field(init=False)

    def __post_init__(self) -> None:
        known = LISTS.get(self.counted.name)
        self.add = adder_of(known[0]) if known else None

    async def run(self) -> None:
        a, b = self.a, self.b
        while True:
            await a.fill()
            await b.fill()
            if a.ended and b.ended:
                return
            if a.ended:
                self._rest(b, "only in B")
            elif b.ended:
                self._rest(a, "only in A")
            else:
                self._step_together()
            self.progress(self.counted.name, max(self.counted.a or 0, self.counted.b or 0))

    def _step_together(self) -> None:
        """Step until one side has to be filled."""
        a, b, counted = self.a, self.b, self.counted
        rows_a, rows_b, i, j = a.rows, b.rows, a.place, b.place
        while i < len(rows_a) and j < len(rows_b):
            id_a, text_a = rows_a[i]
            id_b, text_b = rows_b[j]
            if id_a == id_b:
                self._pair(id_a, text_a, text_b)
                i, j = i + 1, j + 1
            elif id_a < id_b:
                self._alone(id_a, text_a, "only in A")
                i += 1
            else:
                self._alone(id_b, text_b, "only in B")
                j += 1
        counted.a = (counted.a or 0) + i - a.place
        counted.b = (counted.b or 0) + j - b.place
        a.place, b.place = i, j

    def _rest(self, side: _Side, kind: Kind) -> None:
        for id, text in side.rows[side.place :]:
            self._alone(id, text, kind)
        number = len(side.rows) - side.place
        side.place = len(side.rows)
        if kind == "only in A":
            self.counted.a = (self.counted.a or 0) + number
        else:
            self.counted.b = (self.counted.b or 0) + number

    def _alone(self, id: str, text: bytes, kind: Kind) -> None:
        counted = self.counted
        if kind == "only in A":
            counted.only_a += 1
            self._add(text, counted.a_sums)
            self.told(counted.name, id, Difference(RECORD, RECORD, kind, a=msgspec.Raw(text)))
        else:
            counted.only_b += 1
            self._add(text, counted.b_sums)
            self.told(counted.name, id, Difference(RECORD, RECORD, kind, b=msgspec.Raw(text)))

    def _pair(self, id: str, a: bytes, b: bytes) -> None:
        counted = self.counted
        if a == b:
            counted.same += 1
            self._add(a, counted.both_sums)
            return
        self._add(a, counted.a_sums)
        self._add(b, counted.b_sums)
        differs = False
        values, found = _all_differences(a, b)
        for each in found:
            if self._is_ignored(each):
                _count(counted.ignored, each)
                continue
            if values is not None and (why := self._reason(each, values)):
                key = (each.path, why)
                counted.explained[key] = counted.explained.get(key, 0) + 1
                continue
            differs = True
            _count(counted.members, each)
            self.told(counted.name, id, each)
        counted.differing += differs
        counted.same += not differs

    def _add(self, text: bytes, sums: Sums) -> None:
        if self.add is not None:
            self.add(text, sums)

    def _reason(self, found: Difference, values: tuple[Any, Any]) -> str:
        moments = self.a.moments(), self.b.moments()
        return reason(self.counted.name, found.path, *values, moments)

    def _is_ignored(self, found: Difference) -> bool:
        if found.kind == "text" and self.wish.by_value:
            return True
        for ignored in self.wish.ignored:
            list_name, colon, path = ignored.rpartition(":")
            if colon and list_name != self.counted.name:
                continue
            if found.path == path or found.path.startswith((f"{path}.", f"{path}[")):
                return True
        return False


def _all_differences(a: bytes, b: bytes) -> tuple[tuple[Any, Any] | None, Sequence[Difference]]:
    """Both decoded, where they can be, and how they differ."""
    try:
        values = msgspec.json.decode(a), msgspec.json.decode(b)
    except msgspec.MsgspecError:
        # What is no JSON can only be compared as a text.
        texts = [text.decode("utf-8", "replace") for text in (a, b)]
        return None, [Difference(RECORD, RECORD, "value", *texts)]
    return values, list(differences(*values)) or [Difference(RECORD, RECORD, "text")]


def _count(counted: dict[tuple[str, Kind], int], found: Difference) -> None:
    key = (found.path, found.kind)
    if key not in counted and len(counted) >= MOST_PATHS:
        key = (MORE_PATHS, found.kind)
    counted[key] = counted.get(key, 0) + 1
