"""A page of a long list that no index counts at once: counted and found by one walk (docs/decisions/0034).

The list is counted in shares, between values of the column that it is sorted by. Their counts add up to its
total and tell in which share the page lies, so that only that one is walked along, or gathered and sorted.

Where the bounds lie decides how fast a page is found, never what is on it. They are samples: what records
have whose ids lie evenly between the first id and the last.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any
from uuid import UUID

from cellarhand.record.paging import (
    begins,
    checked,
    columns_of,
    holds,
    is_covered,
    is_held,
    within_indexes,
)
from cellarhand.store.conditions import (
    BY_ID,
    Among,
    Compare,
    Order,
    Where,
    backwards,
    gathered,
    meets,
)
from cellarhand.store.tables import Table
from cellarhand.store.unit import ReadUnit

_SAMPLES = 15
_BROAD = 2
"""Of so many samples that meet what indexes begin with, a list is long; a shorter one is gathered sooner."""
_HELD = 2
"""Every so many samples is a bound where each row is held against all of them."""


async def page_in_shares(
    table: Table, unit: ReadUnit, where: Where, order: Order, limit: int, offset: int
) -> tuple[int, tuple[str, ...]] | None:
    """How many records a list has and the ids of a page of it; None where shares would save nothing."""
    along = is_covered(table, where, order)
    if not _pays(table, where, order, along=along):
        return None
    column, falling = order[0].column, order[0].descending
    bounds = await _bounds(table, unit, where, column)
    if bounds is None:
        return None
    if along and _is_held_narrowly(table, where, order):
        total = await unit.count(table, within_indexes(table, where))
        limit = min(limit, total - offset)
        if limit <= 0:
            return total, ()
        return total, tuple(await _some(table, unit, checked(where), order, total, limit, offset, along=True))
    own = [each for each in where if isinstance(each, Compare) and each.column == column and each.op != "<>"]
    if along:
        near = checked(tuple(each for each in where if each not in own))
        shares = [_between(own, column, *ends) for ends in pairwise([None, *bounds, None])]
        counts = await unit.counts(table, [near + share for share in shares])
    else:
        near, bounds = within_indexes(table, where, [by.column for by in order]), bounds[_HELD - 1 :: _HELD]
        shares = [checked(_between((), column, *ends)) for ends in pairwise([None, *bounds, None])]
        below = await unit.counts_below(table, column, bounds, near)
        counts = [more - less for less, more in pairwise([0, *below])]
    if falling:
        shares.reverse()
        counts.reverse()
    total, ends = sum(counts), list(accumulate(counts))
    limit = min(limit, total - offset)
    if limit <= 0:
        return total, ()
    found: list[str] = []
    for share, count, end in zip(shares, counts, ends, strict=True):
        if offset < end and limit > 0:
            here = min(limit, end - offset)
            found += await _some(
                table, unit, near + share, order, count, here, offset - end + count, along=along
            )
            offset, limit = offset + here, limit - here
    return total, tuple(found)


async def _some(
    table: Table,
    unit: ReadUnit,
    where: Where,
    order: Order,
    count: int,
    limit: int,
    offset: int,
    *,
    along: bool,
) -> list[str]:
    """Ids of a share of `count` records."""
    if offset > count // 2:
        # From its end it is nearer.
        order, offset = backwards(order), count - offset - limit
    rows = await unit.rows(
        table, ("id",), where, order if along else gathered(order), limit, offset, wide=True
    )
    return [row[0] for row in rows]


def _pays(table: Table, where: Where, order: Order, *, along: bool) -> bool:
    """Whether the list would be counted entry by entry, and its page walked to or sorted afterwards."""
    if any(column.null for column in table.columns if column.name == order[0].column):
        return False
    columns = columns_of(where) or set[str]()
    if along and len(columns) == 1:
        # What an index begins with is counted there sooner.
        return not any(index.first in columns for index in table.indexes)
    return bool(where) and (along or is_held(table, where, order))


def _is_held_narrowly(table: Table, where: Where, order: Order) -> bool:
    """Whether an index with half as much in it counts the list, in half the time."""
    columns = columns_of(where) or set[str]()
    along = min(len(index.columns) for index in table.indexes if begins(index.columns, order))
    return any(2 * len(index.columns) <= along and holds(index, columns) for index in table.indexes)


def _between(own: Sequence[Compare], column: str, low: Any, high: Any) -> Where:
    """From one bound to just before the next; at the ends of the list its own conditions on the column."""
    begins = [Compare(column, ">=", low)] if low is not None else [each for each in own if "<" not in each.op]
    ends = [Compare(column, "<", high)] if high is not None else [each for each in own if ">" not in each.op]
    return (*begins, *ends)


async def _bounds(table: Table, unit: ReadUnit, where: Where, column: str) -> list[Any] | None:
    """Values of the column that shares of the list lie between; None for a list that seems to be short."""
    ends = [await unit.rows(table, ("id",), (), order, 1) for order in (BY_ID, backwards(BY_ID))]
    if not all(ends):
        return None
    low, high = (UUID(rows[0][0]).int for rows in ends)
    points = [str(UUID(int=low + (high - low) * (place + 1) // (_SAMPLES + 1))) for place in range(_SAMPLES)]
    names = tuple(sorted({column, *(columns_of(where) or ())}))
    samples = [dict(zip(names, row, strict=True)) for row in await unit.samples(table, names, points)]
    first = {index.first for index in table.indexes}
    leading = [each for each in where if isinstance(each, Compare | Among) and each.column in first]
    if sum(all(meets(sample, each) for each in leading) for sample in samples) < _BROAD:
        return None
    own = [each for each in leading if each.column == column]
    return sorted({sample[column] for sample in samples if all(meets(sample, each) for each in own)})
