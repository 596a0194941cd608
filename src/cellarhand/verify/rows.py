"""Comparing the rows of a table with what records say, without holding either in memory.

Both sides are read once, and each row is added to or taken from a sum of its owner's bucket. Where all is
well every sum ends at zero. Only for buckets that don't are both sides read again and compared row by row.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Compare, Value, Where, equal
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Difference, Judging, Row, RowsCheck
from cellarhand.verify.texts import readable
from cellarhand.verify.walk import PAGE, pages

BUCKETS = 1 << 12
AT_ONCE = BUCKETS // 4
"""Buckets that are read again together."""


def bucket_of(owner: Value) -> int:
    return hash(owner) % BUCKETS


@dataclass(slots=True)
class Balance:
    """The sums of one check while both sides are read."""

    check: RowsCheck
    sums: list[int] = field(default_factory=lambda: [0] * BUCKETS)
    owner_at: int = 0

    def __post_init__(self) -> None:
        self.owner_at = self.check.names.index(self.check.owner)

    def expect(self, resource: Resource, record: Record) -> None:
        for row in set(self.check.expected[resource](record)):
            self.sums[bucket_of(row[self.owner_at])] += hash(row)

    async def read(self, unit: ReadUnit) -> None:
        """Take what stands in the table."""
        check, sums, at = self.check, self.sums, self.owner_at
        async for page in pages(unit, check.table, check.names, check.where):
            for row in page:
                sums[bucket_of(row[at])] -= hash(tuple(row))

    def uneven(self) -> list[int]:
        return [bucket for bucket, total in enumerate(self.sums) if total]


async def suspects(unit: ReadUnit, balance: Balance) -> AsyncIterator[dict[str, set[Row]]]:
    """The rows that stand on one side alone, by their owner; a part of the uneven buckets at a time."""
    uneven = balance.uneven()
    for start in range(0, len(uneven), AT_ONCE):
        yield await _on_one_side(unit, balance, frozenset(uneven[start : start + AT_ONCE]))


async def _on_one_side(unit: ReadUnit, balance: Balance, buckets: frozenset[int]) -> dict[str, set[Row]]:
    check, at = balance.check, balance.owner_at
    found: dict[str, set[Row]] = {}
    for resource, expected in check.expected.items():
        async for page in pages(unit, resource.table, ("body",), size=PAGE):
            for stored in page:
                record = readable(resource, stored[0])
                for row in set(expected(record)) if record else ():
                    if bucket_of(row[at]) in buckets:
                        found.setdefault(str(row[at]), set()).add(row)
    async for page in pages(unit, check.table, check.names, check.where):
        for each in page:
            row = tuple(each)
            if bucket_of(row[at]) in buckets:
                found.setdefault(str(row[at]), set()).symmetric_difference_update((row,))
    return {owner: rows for owner, rows in found.items() if rows}


async def judge(judging: Judging, check: RowsCheck, owner: str, rows: set[Row]) -> list[Difference]:
    """The rows of one owner that are missing or too many, now that its record is kept from other writers."""
    expected = await _expected(judging, check, owner)
    if expected is None:
        return []
    there = {row for row in rows if await _stands(judging, check, row)}
    differences = [await _take_away(judging, check, owner, row) for row in sorted(there - expected, key=repr)]
    missing = sorted((rows & expected) - there, key=repr)
    return differences + [await _put_in(judging, check, owner, row) for row in missing]


async def _expected(judging: Judging, check: RowsCheck, owner: str) -> set[Row] | None:
    """The rows that an owner has to have; None where its text can't be read."""
    found: set[Row] = set()
    for resource, expected in check.expected.items():
        for body in await _bodies(judging, check, resource, owner):
            record = readable(resource, body)
            if record is None:
                return None
            found |= set(expected(record))
    return found


async def _bodies(judging: Judging, check: RowsCheck, resource: Resource, owner: str) -> list[bytes]:
    """The texts of one resource's records that an owner's rows follow from: itself, or what belongs to it."""
    if check.through is None:
        row = await judging.unit.lock(resource.table, ("body",), equal("id", owner))
        return [row[0]] if row else []
    await judging.unit.lock(check.through[0].table, ("id",), equal("id", owner))
    rows = await judging.unit.rows(resource.table, ("body",), equal(check.through[1], owner))
    return [row[0] for row in rows]


def _exactly(check: RowsCheck, row: Row, names: tuple[str, ...]) -> Where:
    values = dict(zip(check.names, row, strict=True))
    conditions = tuple(Compare(name, "=", value) for name in names if (value := values.get(name)) is not None)
    return (*check.where, *conditions)


async def _stands(judging: Judging, check: RowsCheck, row: Row) -> bool:
    where = _exactly(check, row, check.names)
    return await judging.unit.row(check.table, check.names[:1], where) is not None


async def _take_away(judging: Judging, check: RowsCheck, owner: str, row: Row) -> Difference:
    if judging.repair:
        await judging.unit.delete(check.table, _exactly(check, row, check.names))
    return judging.found(check.name, check.thing, owner, check.table.name, list(row), None)


async def _put_in(judging: Judging, check: RowsCheck, owner: str, row: Row) -> Difference:
    key = _exactly(check, row, check.table.key)
    taken = await judging.unit.row(check.table, check.names, key)
    note = f"the place is taken by {list(taken)}" if taken is not None else ""
    if judging.repair and not note:
        fixed = {each.column: each.value for each in check.where if isinstance(each, Compare)}
        values = {**fixed, **dict(zip(check.names, row, strict=True)), **check.more()}
        await judging.unit.insert(check.table, values)
    return judging.found(check.name, check.thing, owner, check.table.name, None, list(row), note=note)
