"""Stock that runs out: tracked variants of which few can be sold at a location."""

from collections.abc import Sequence

from cellarhand.catalog.inventory import INVENTORY
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import By, Compare, equal
from cellarhand.store.unit import ReadUnit


async def low_stock(unit: ReadUnit, most: int, limit: int) -> tuple[Sequence[Record], int]:
    """The rows with at most so many for sale, the fewest first, up to `limit`; and how many there are."""
    where = (*equal("is_tracked", 1), Compare("available", "<=", most))
    order = (By("is_tracked"), By("available"), By("id"))
    rows = await unit.rows(INVENTORY.table, ("body",), where, order, limit)
    return [decode(row[0]) for row in rows], await unit.count(INVENTORY.table, where)
