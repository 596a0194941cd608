"""Walking a table page by page: every row once, in the order of its key, whatever the page's size."""

import pytest

from cellarhand.ids import new_id
from cellarhand.store.conditions import equal
from cellarhand.store.tables import SEARCH_TERM
from cellarhand.store.unit import WriteUnit
from cellarhand.verify.walk import pages
from tests.callers import Site

KIND = "walked"


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_every_row_is_met_once_in_order(site: Site, size: int) -> None:
    ids = sorted(new_id() for _ in range(4))
    rows = [(KIND, term, id, part) for term in "abc" for id in ids for part in (0, 1)]

    async def fill(unit: WriteUnit) -> None:
        await unit.insert_many(SEARCH_TERM, ("kind", "term", "object_id", "part"), rows)
        await unit.insert_many(
            SEARCH_TERM, ("kind", "term", "object_id", "part"), [("other", "a", ids[0], 0)]
        )

    async def walk() -> list[tuple[str, ...]]:
        unit = site.server.store.reading(site.tenant_id)
        where = (*equal("kind", KIND), *equal("part", 0))
        found = [page async for page in pages(unit, SEARCH_TERM, ("object_id", "term"), where, size)]
        assert all(len(page) <= size for page in found)
        return [tuple(row) for page in found for row in page]

    site.server.write(site.tenant_id, fill)
    assert site.server.run(walk()) == [(id, term) for term in "abc" for id in ids]


@pytest.mark.parametrize("size", [1, 3, 24, 25])
def test_all_columns_of_the_key_are_walked(site: Site, size: int) -> None:
    ids = sorted(new_id() for _ in range(4))
    rows = [(KIND, term, id, part) for term in "abc" for id in ids for part in (0, 1)]

    async def fill(unit: WriteUnit) -> None:
        await unit.insert_many(SEARCH_TERM, ("kind", "term", "object_id", "part"), rows)

    async def walk() -> list[tuple[str | int, ...]]:
        unit = site.server.store.reading(site.tenant_id)
        names = ("kind", "term", "object_id", "part")
        return [tuple(row) async for page in pages(unit, SEARCH_TERM, names, (), size) for row in page]

    site.server.write(site.tenant_id, fill)
    assert site.server.run(walk()) == rows
