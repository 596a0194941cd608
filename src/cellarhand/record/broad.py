"""The first pages of a search that finds very much, for people: nobody reads ten thousand hits of one letter.

Counting and sorting all that a letter finds takes a multiple of what a page may take. But the more is found,
the sooner come the first hits of a walk along the list's order: so what the word stands in is read once, and
the walk ends with the page. The API, which promises totals, does not come here.
"""

from typing import NamedTuple

from cellarhand.record.paging import checked, columns_of
from cellarhand.store.conditions import AnyOf, Condition, Linked, Order, Where
from cellarhand.store.tables import Table
from cellarhand.store.unit import ReadUnit

MOST_LISTED = 200
"""So many hits of a broad search are listed, and no more."""
_BROAD = 5_000
"""A word that stands in more entries is broad."""
_MOST_WALKED = 6_000
"""Where so many records hold too few hits, the whole list is gathered after all: rows are large."""


class BroadPage(NamedTuple):
    """Ids of a page, and how many hits are known of; `more` when there are others."""

    ids: tuple[str, ...]
    known: int
    more: bool


async def broad_page(
    table: Table, unit: ReadUnit, name: str, where: Where, order: Order, limit: int, offset: int
) -> BroadPage | None:
    """A page of a search for one broad word, with or without filters; None of any other list."""
    sought = [each for each in where if columns_of((each,)) is None]
    links = _links(table, sought[0]) if len(sought) == 1 else []
    if not links or max([await unit.count(each.table, each.where, wide=True) for each in links]) <= _BROAD:
        return None
    found = [await unit.ids(link.table, link.select, link.where) for link in links]
    columns = ("id", *dict.fromkeys(link.column for link in links if link.column != "id"))
    tests = [(columns.index(link.column), values) for link, values in zip(links, found, strict=True)]
    rest = checked(tuple(each for each in where if each not in sought))
    # One more than the page has, to know whether there is another page.
    needed = min(offset + limit, MOST_LISTED) + 1
    walked = 50 + needed * await unit.counter(name) // max(map(len, found))
    while True:
        walked = min(walked, _MOST_WALKED)
        rows = await unit.rows(table, columns, rest, order, walked, wide=True)
        hits = [row[0] for row in rows if any(row[place] in values for place, values in tests)]
        if len(hits) >= needed or len(rows) < walked:
            more = len(rows) == walked
            known = min(needed, MOST_LISTED) if more else len(hits)
            return BroadPage(tuple(hits[:known][offset : offset + limit]), known, more)
        if walked == _MOST_WALKED:
            return None
        walked *= 2


def _links(table: Table, condition: Condition) -> list[Linked]:
    """The look-ups of which one has to find a record, by a column of its own; none of other conditions."""
    if isinstance(condition, AnyOf):
        inner = [_links(table, each) for each in condition.conditions]
        return [link for links in inner for link in links] if all(inner) else []
    if not isinstance(condition, Linked):
        return []
    if (
        condition.table is table
        and condition.column == condition.select == "id"
        and len(condition.where) == 1
    ):
        return _links(table, condition.where[0])
    return [condition]
