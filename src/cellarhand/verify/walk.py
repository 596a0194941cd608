"""Walking a table of any size: page by page in the order of its key, with bounded memory."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from cellarhand.store.conditions import By, Compare, Where
from cellarhand.store.tables import Table
from cellarhand.store.unit import ReadUnit, Row

PAGE = 200
ROWS = 5000


async def pages(
    unit: ReadUnit, table: Table, names: Sequence[str], where: Where = (), size: int = ROWS
) -> AsyncIterator[Sequence[Row]]:
    """The rows that meet `where`, in pages. Columns that `where` fixes are the same in all of them."""
    fixed = {each.column for each in where if isinstance(each, Compare) and each.op == "="}
    key = [name for name in table.key if name not in fixed]
    order = tuple(By(name) for name in key)
    wanted = (*names, *(name for name in key if name not in names))
    places = [wanted.index(name) for name in key]
    # What is left lies beyond the last row in one column of the key, the columns before being alike.
    beyond: list[Where] = [()]
    while beyond:
        rest = beyond.pop()
        rows = await unit.rows(table, wanted, (*where, *rest), order, size)
        if rows:
            yield [row[: len(names)] for row in rows]
        if len(rows) == size:
            last: list[Any] = [rows[-1][place] for place in places]
            start = max(len(rest) - 1, 0)
            for depth in range(start, len(key)):
                alike = tuple(Compare(key[i], "=", last[i]) for i in range(depth))
                beyond.append((*alike, Compare(key[depth], ">", last[depth])))
