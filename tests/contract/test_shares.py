"""Pages found by shares of a list, and first pages of broad searches: the pages that any way finds."""

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from cellarhand.ids import new_id
from cellarhand.record import broad
from cellarhand.record.broad import broad_page
from cellarhand.record.shares import page_in_shares
from cellarhand.store import schema
from cellarhand.store.conditions import AnyOf, By, Compare, Linked, Order, Where, equal, meets
from cellarhand.store.engine import Store, open_store
from cellarhand.store.tables import SEARCH_TERM
from cellarhand.store.unit import WriteUnit
from tests.contract.conftest import make_tables, open_tenant

WALKED = schema.parse(
    "walked",
    "id:id at:int name:text owner:id kind:text value:int other:int late:int? body:body",
    "id",
    "at id kind value",
    "name at id kind value",
    # All that the list by name and by date is compared by, in no order of theirs; and nearly nothing.
    "other at id name",
    "kind value",
    clustered=False,
)
NAMES = ("id", "at", "name", "owner", "kind", "value", "other", "late", "body")
NEWEST: Order = (By("at", descending=True), By("id"))
BY_NAME: Order = (By("name"), By("at"), By("id"))
MANY, LIMIT = 400, 10
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def walked(database: str) -> str:
    """The URL of a database that has the table."""
    make_tables(database, WALKED)
    return database


def _row(chance: random.Random) -> dict[str, Any]:
    return {
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        # Many share an instant and a name.
        "at": chance.randrange(60),
        "name": chance.choice("abcdefghij") * chance.randrange(1, 3),
        "owner": f"00000000-0000-4000-8000-00000000000{chance.randrange(8)}",
        "kind": chance.choice(("Web", "POS")),
        "value": chance.randrange(10),
        "other": chance.randrange(10),
        "late": None,
        "body": "{}",
    }


async def _filled(store: Store, chance: random.Random) -> tuple[int, Rows]:
    tenant, neighbour = await open_tenant(store), await open_tenant(store)
    rows = [_row(chance) for _ in range(MANY)]

    async def put(unit: WriteUnit, rows: Rows) -> None:
        await unit.insert_many(WALKED, NAMES, [[row[name] for name in NAMES] for row in rows])
        await unit.count_up("walked", len(rows))

    await store.write(tenant, partial(put, rows=rows))
    await store.write(neighbour, partial(put, rows=[_row(chance) for _ in range(50)]))
    return tenant, rows


def _in_order(rows: Rows, order: Order) -> list[str]:
    for by in reversed(order):
        rows = sorted(rows, key=lambda row, by=by: row[by.column], reverse=by.descending)
    return [row["id"] for row in rows]


COVERED: tuple[Where, ...] = (
    (Compare("kind", "=", "POS"), Compare("value", ">=", 3)),
    (Compare("at", ">=", 20), Compare("value", "<", 9)),
    (Compare("at", ">", 7), Compare("at", "<=", 41), Compare("kind", "=", "Web")),
    (Compare("kind", "=", "Mail"), Compare("value", ">=", 0)),
    (Compare("at", "=", 30), Compare("value", ">=", 0)),
    (Compare("at", "<>", 30), Compare("at", "<", 50), Compare("value", ">=", 1)),
)
HELD: tuple[Where, ...] = ((Compare("other", ">=", 2),), (Compare("other", ">=", 1), Compare("at", "<", 50)))


@pytest.mark.parametrize("order", [NEWEST, BY_NAME], ids=["newest", "by name"])
@pytest.mark.parametrize("where", [*COVERED, *HELD], ids=repr)
async def test_each_page_is_the_one_of_the_sorted_list(walked: str, where: Where, order: Order) -> None:
    async with _open(walked) as store:
        tenant, rows = await _filled(store, random.Random(repr(where)))
        unit = store.reading(tenant)
        ids = _in_order([row for row in rows if all(meets(row, each) for each in where)], order)
        answered = 0
        for offset in range(0, len(ids) + LIMIT, LIMIT):
            found = await page_in_shares(WALKED, unit, where, order, LIMIT, offset)
            if found is not None:
                answered += 1
                assert found[0] == len(ids)
                assert set(found[1]) == set(ids[offset : offset + LIMIT])
        assert answered or where in COVERED[3:5], "a list that seems to be long is counted in shares"


async def test_short_lists_and_lists_of_no_index_are_left_to_other_ways(walked: str) -> None:
    async with _open(walked) as store:
        tenant, _ = await _filled(store, random.Random(1))
        page = partial(page_in_shares, WALKED, store.reading(tenant), limit=LIMIT, offset=0)
        assert await page(where=(Compare("at", ">=", 60), Compare("value", ">=", 0)), order=NEWEST) is None
        assert await page(where=(Compare("owner", "=", new_id()),), order=NEWEST) is None
        assert await page(where=(Compare("other", ">=", 0),), order=(By("late"), By("id"))) is None
        empty = store.reading(await open_tenant(store))
        assert await page_in_shares(WALKED, empty, COVERED[0], NEWEST, LIMIT, 0) is None


def _word(kind: str, column: str) -> Linked:
    return Linked(column, SEARCH_TERM, "object_id", (*equal("kind", kind), *equal("term", "ann")))


async def _searched(store: Store, share: Callable[[dict[str, Any]], bool]) -> tuple[int, Rows, Where]:
    """A tenant whose rows are found by a word of their own or of their owner; those of `share` are."""
    tenant, rows = await _filled(store, random.Random(2))
    owners = {row["owner"] for row in rows if row["owner"].endswith(("1", "2"))}
    own = [row["id"] for row in rows if share(row)]
    terms = [("walked", "ann", id, 0) for id in own] + [("owner", "ann", owner, 0) for owner in owners]

    async def put(unit: WriteUnit) -> None:
        await unit.insert_many(SEARCH_TERM, ("kind", "term", "object_id", "part"), terms)

    await store.write(tenant, put)
    through = Linked("id", WALKED, "id", (_word("owner", "owner"),))
    hits = [row for row in rows if row["id"] in own or row["owner"] in owners]
    return tenant, hits, (AnyOf((_word("walked", "id"), through)),)


async def _pages(store: Store, tenant: int, where: Where, order: Order, offsets: Sequence[int]) -> list[Any]:
    unit = store.reading(tenant)
    return [await broad_page(WALKED, unit, "walked", where, order, LIMIT, at) for at in offsets]


async def test_a_broad_search_shows_its_first_hits_in_the_order_of_the_list(
    walked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broad, "_BROAD", 20)
    monkeypatch.setattr(broad, "MOST_LISTED", 30)
    async with _open(walked) as store:
        tenant, hits, where = await _searched(store, lambda row: row["value"] < 4)
        ids = _in_order(hits, NEWEST)
        pages = await _pages(store, tenant, where, NEWEST, (0, 10, 20, 30, 4_000))
        assert [page.ids for page in pages] == [tuple(ids[at : at + 10]) for at in (0, 10, 20)] + [(), ()]
        assert [(page.known, page.more) for page in pages] == [(n, True) for n in (11, 21, 30, 30, 30)], (
            "a hit behind the page tells that there is another page"
        )
        filtered = (*where, Compare("kind", "=", "POS"), Compare("value", "<", 2))
        found = [row for row in hits if row["kind"] == "POS" and row["value"] < 2]
        few = _in_order(found, BY_NAME)
        assert len(few) > 20
        monkeypatch.setattr(broad, "MOST_LISTED", 300)
        pages = await _pages(store, tenant, filtered, BY_NAME, range(0, len(few) + 10, 10))
        assert [page.ids for page in pages] == [
            tuple(few[at : at + 10]) for at in range(0, len(few) + 10, 10)
        ]
        assert (pages[-1].known, pages[-1].more) == (len(few), False), "the last page knows of all"


async def test_what_is_not_broad_or_hides_its_hits_is_left_to_other_ways(
    walked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _open(walked) as store:
        tenant, _, where = await _searched(store, lambda row: row["at"] < 20)
        assert await _pages(store, tenant, where, NEWEST, (0,)) == [None], "its words are few"
        monkeypatch.setattr(broad, "_BROAD", 20)
        assert await _pages(store, tenant, (*where, *where), NEWEST, (0,)) == [None], "two words"
        monkeypatch.setattr(broad, "MOST_LISTED", 90)
        monkeypatch.setattr(broad, "_MOST_WALKED", 120)
        assert await _pages(store, tenant, where, NEWEST, (80,)) == [None], "hits are too far down"


class _open:
    """A store over a database, while it is used."""

    def __init__(self, url: str) -> None:
        self._store = open_store(url)

    async def __aenter__(self) -> Store:
        await self._store.open()
        return self._store

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()
