"""Which records make up a page of a list: the way that reads least (docs/decisions/0008).

A page may be walked to along the list's order, or the records be gathered by their conditions and sorted. The
texts of records are read in a last step, of the page alone. Which indexes there are decides what is cheap.
"""

from collections.abc import Iterable

from cellarhand.store.conditions import (
    Among,
    Checked,
    Compare,
    Condition,
    IsNull,
    Linked,
    Order,
    Where,
    backwards,
    gathered,
)
from cellarhand.store.tables import Index, Table
from cellarhand.store.unit import ReadUnit

FEW = 1000
GATHERED = 20_000
"""How many records of a filtered list are always gathered and sorted for a page."""
_NEAR = 8
"""A step along rows that are checked one by one costs about so many times one of gathering."""


async def ids_of_page(
    table: Table, unit: ReadUnit, where: Where, order: Order, total: int, limit: int, offset: int
) -> tuple[tuple[str, ...], int]:
    """The ids of a page of a list of `total` records, or few more and where the page begins."""
    if where and total <= FEW and not all(isinstance(each, Compare) for each in where):
        # What is found by other tables: asked for its order too, SQLite would read all rows for it.
        found = await unit.rows(table, ("id",), where, limit=FEW, wide=True)
        return tuple(row[0] for row in found), offset
    if offset >= total:
        return (), 0
    if offset > total // 2:
        # From the end it is nearer.
        order, limit, offset = backwards(order), min(limit, total - offset), max(total - offset - limit, 0)
    where, order = way(table, where, order, total, limit + offset)
    rows = await unit.rows(table, ("id",), where, order, limit, offset, wide=True)
    return tuple(row[0] for row in rows), 0


def way(table: Table, where: Where, order: Order, total: int, steps: int) -> tuple[Where, Order]:
    """Conditions and order in the form that makes the database go the cheap way, for a page so far down."""
    if not where:
        return where, order
    leading = _leading(table, where, order)
    if leading is not None and len(where) == 1:
        return leading, order
    if is_covered(table, where, order) and (total > GATHERED or not is_led(table, where, order)):
        return checked(where), order
    if total > GATHERED:
        if leading is not None:
            return leading, order
        if steps * _NEAR < total and not is_held(table, where, order):
            return checked(where), order
    return gathering(table, where, order), gathered(order)


def checked(where: Where) -> Where:
    """The same conditions, for rows that are walked along in the order of the list."""
    return tuple(Checked(each) if isinstance(each, Compare | Among) else each for each in where)


def gathering(table: Table, where: Where, order: Order) -> Where:
    """Conditions for rows that are gathered; what they are sorted by comes from a narrow index too."""
    own = {by.column for by in order}
    if columns_of(where) is None:
        return where
    if is_held(table, where, order):
        return within_indexes(table, where, own)
    if any(index.columns[0] == "id" and holds(index, own) for index in table.indexes):
        return (Linked("id", table, "id", where),)
    return where


def within_indexes(table: Table, where: Where, own: Iterable[str] = ()) -> Where:
    """The same conditions, for rows that are counted or gathered; `own` are columns that are needed besides.

    Where an index has all of the columns, only those are asked for: one that begins with a compared column
    and lacks another would look at the row for each of its entries, and rows are large.
    """
    columns = columns_of(where)
    if columns is None or (len(columns) == 1 and not own):
        return where
    whole = [index for index in table.indexes if holds(index, columns.union(own))]
    if not whole:
        return where
    others = {index.first for index in table.indexes} - {index.first for index in whole}
    return tuple(
        Checked(each) if isinstance(each, Compare | Among) and each.column in others else each
        for each in where
    )


def _leading(table: Table, where: Where, order: Order) -> Where | None:
    """One condition stays whose index has the rows in that order itself, the others are checked."""
    for place, each in enumerate(where):
        if isinstance(each, Compare) and each.op == "=":
            for index in table.indexes:
                if index.columns[0] == each.column and begins(index.columns[1:], order):
                    return (each, *checked((*where[:place], *where[place + 1 :])))
    return None


def is_covered(table: Table, where: Where, order: Order) -> bool:
    """Whether an index in that order has all that the conditions look at."""
    columns = columns_of(where)
    return columns is not None and any(
        begins(index.columns, order) and holds(index, columns) for index in table.indexes
    )


def is_led(table: Table, where: Where, order: Order) -> bool:
    """Whether an index begins with a column that is compared, and has all that is looked at."""
    columns = columns_of(where) or set()
    whole = columns.union(by.column for by in order)
    return any(index.first in columns and holds(index, whole) for index in table.indexes)


def is_held(table: Table, where: Where, order: Order) -> bool:
    """Whether some index has all that is compared and sorted by."""
    columns = columns_of(where)
    return columns is not None and any(
        holds(index, columns.union(by.column for by in order)) for index in table.indexes
    )


def begins(columns: tuple[str, ...], order: Order) -> bool:
    """Whether an index begins with the columns of an order, in its directions or in all the opposite ones."""
    if [name.lstrip("-") for name in columns[: len(order)]] != [by.column for by in order]:
        return False
    turned = {name.startswith("-") is not by.descending for name, by in zip(columns, order, strict=False)}
    return len(turned) == 1


def holds(index: Index, columns: Iterable[str]) -> bool:
    return set(columns) <= {name.lstrip("-") for name in index.columns}


def columns_of(where: Iterable[Condition]) -> set[str] | None:
    """The columns that conditions compare; None when they look elsewhere too."""
    found: set[str] = set()
    for each in where:
        if not isinstance(each, Compare | Among | IsNull):
            return None
        found.add(each.column)
    return found
