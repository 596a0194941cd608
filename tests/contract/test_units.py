"""Units of work, the same over both engines: what is written, read, kept apart and undone."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cellarhand.accounts.tables import ACCOUNT, CREDENTIALS_EPOCH
from cellarhand.ids import new_id
from cellarhand.store.conditions import BY_ID, By, Compare, equal
from cellarhand.store.engine import Store, StoreUnavailable, UnfitDatabase, open_store
from cellarhand.store.sqlite_file import connect, path_of
from cellarhand.store.tables import UNIQUE_KEY
from cellarhand.store.unit import WriteUnit
from tests.contract.conftest import PROBE

TEXT = '{"a":"Zoë 🍷 \\u0000 \\" 山","n":1.50}'


async def _put(store: Store, tenant: int, *numbers: int, name: str | None = None) -> list[str]:
    """Rows with these numbers; returns their ids."""
    ids = [new_id() for _ in numbers]

    async def job(unit: WriteUnit) -> None:
        for id, number in zip(ids, numbers, strict=True):
            await unit.insert(PROBE, {"id": id, "body": TEXT, "name": name, "number": number})

    await store.write(tenant, job)
    return ids


async def _numbers(store: Store, tenant: int, **more: Any) -> list[int]:
    return [row[0] for row in await store.reading(tenant).rows(PROBE, ("number",), **more)]


async def test_a_row_comes_back_as_it_was_written_its_body_as_the_same_bytes(
    store: Store, tenant: int
) -> None:
    [id] = await _put(store, tenant, -(2**63), name="ü")
    row = await store.reading(tenant).row(PROBE, ("id", "body", "name", "number"), equal("id", id))
    assert row is not None
    assert tuple(row) == (id, TEXT.encode(), "ü", -(2**63))
    assert await store.reading(tenant).body(PROBE, id) == TEXT.encode()


async def test_what_is_not_there_is_none(store: Store, tenant: int) -> None:
    assert await store.reading(tenant).body(PROBE, new_id()) is None
    assert await store.reading(tenant).row(PROBE, ("id",), equal("id", new_id())) is None
    assert list(await store.reading(tenant).rows(PROBE, ("id",))) == []


async def test_a_job_returns_its_value_and_reads_its_own_writes(store: Store, tenant: int) -> None:
    async def job(unit: WriteUnit) -> int:
        await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": 5})
        return await unit.count(PROBE, ())

    assert await store.write(tenant, job) == 1


async def test_update_and_delete_tell_how_many_rows_they_met(store: Store, tenant: int) -> None:
    await _put(store, tenant, 1, 2, 3)

    async def job(unit: WriteUnit) -> tuple[int, int, int, int]:
        return (
            await unit.update(PROBE, (Compare("number", ">", 1),), {"name": "big"}),
            await unit.update(PROBE, equal("number", 9), {"name": "none"}),
            await unit.delete(PROBE, equal("name", "big")),
            await unit.delete(PROBE, equal("name", "big")),
        )

    assert await store.write(tenant, job) == (2, 0, 2, 0)
    assert await _numbers(store, tenant) == [1]


async def test_many_rows_are_inserted_in_one_go(store: Store, tenant: int) -> None:
    rows = [(new_id(), "{}", None, number) for number in range(500)]

    async def job(unit: WriteUnit) -> None:
        await unit.insert_many(PROBE, ("id", "body", "name", "number"), rows)

    await store.write(tenant, job)
    assert await store.reading(tenant).count(PROBE, ()) == 500


async def test_text_is_replaced_in_many_rows_by_one_statement(store: Store, tenant: int) -> None:
    ids = await _put(store, tenant, 1, 2)

    async def job(unit: WriteUnit) -> int:
        return await unit.replace_text(PROBE, "body", '"Zoë 🍷', '"%_\\', equal("number", 1))

    assert await store.write(tenant, job, alone=True) == 1
    assert await store.reading(tenant).body(PROBE, ids[0]) == TEXT.replace('"Zoë 🍷', '"%_\\').encode()
    assert await store.reading(tenant).body(PROBE, ids[1]) == TEXT.encode()


async def test_when_a_job_raises_nothing_of_it_is_kept_and_the_next_one_works(
    store: Store, tenant: int
) -> None:
    async def failing(unit: WriteUnit) -> None:
        await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": 1})
        await unit.count_up("probe", 5)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.write(tenant, failing)
    assert await _numbers(store, tenant) == []
    assert await store.reading(tenant).counter("probe") == 0
    await _put(store, tenant, 2)
    assert await _numbers(store, tenant) == [2]


async def test_counters_add_up_over_all_their_slots(store: Store, tenant: int, other: int) -> None:
    for delta in (3, 4, -2, 1):

        async def job(unit: WriteUnit, delta: int = delta) -> None:
            await unit.count_up("probe", delta)
            await unit.count_up("another")

        await store.write(tenant, job)
    assert await store.reading(tenant).counter("probe") == 6
    assert await store.reading(tenant).counter("another") == 4
    assert await store.reading(tenant).counter("nothing") == 0
    assert await store.reading(other).counter("probe") == 0


async def test_rows_are_ordered_paged_and_counted(store: Store, tenant: int) -> None:
    await _put(store, tenant, 5, 3, 9, 1, 7)
    down = (By("number", descending=True), By("id"))
    assert await _numbers(store, tenant, order=(By("number"),)) == [1, 3, 5, 7, 9]
    assert await _numbers(store, tenant, order=down) == [9, 7, 5, 3, 1]
    assert await _numbers(store, tenant, order=down, limit=2) == [9, 7]
    assert await _numbers(store, tenant, order=down, limit=2, offset=2) == [5, 3]
    assert await _numbers(store, tenant, order=down, limit=2, offset=4) == [1]
    assert await _numbers(store, tenant, order=down, limit=2, offset=2**62) == []
    assert await store.reading(tenant).count(PROBE, (Compare("number", ">=", 5),)) == 3


async def test_equal_places_are_ordered_by_id(store: Store, tenant: int) -> None:
    ids = await _put(store, tenant, *[1] * 20)
    order = (By("number", descending=True), By("id"))
    seen = [row[0] for row in await store.reading(tenant).rows(PROBE, ("id",), (), order)]
    assert seen == sorted(ids)
    pages = [
        row[0]
        for page in range(7)
        for row in await store.reading(tenant).rows(PROBE, ("id",), (), order, 3, page * 3)
    ]
    assert pages == sorted(ids)


async def test_a_deep_page_is_the_same_as_counting_to_it(store: Store, tenant: int) -> None:
    rows = [(new_id(), "{}", None, number) for number in range(1200)]

    async def job(unit: WriteUnit) -> None:
        await unit.insert_many(PROBE, ("id", "body", "name", "number"), rows)

    await store.write(tenant, job)
    order = (By("number"),)
    for offset in (50, 499, 501, 1150, 1199):
        found = await _numbers(store, tenant, order=order, limit=50, offset=offset)
        assert found == list(range(1200))[offset : offset + 50]


async def test_ids_are_ordered_as_lower_case_text(store: Store, tenant: int) -> None:
    """A9: text and 16 bytes give the same order."""
    ids = await _put(store, tenant, *range(50))
    seen = [row[0] for row in await store.reading(tenant).rows(PROBE, ("id",), (), BY_ID)]
    assert seen == sorted(ids)
    half = sorted(ids)[25]
    after = await store.reading(tenant).rows(PROBE, ("id",), (Compare("id", ">=", half),), BY_ID)
    assert [row[0] for row in after] == sorted(ids)[25:]


async def test_a_tenant_can_not_reach_the_rows_of_another(store: Store, tenant: int, other: int) -> None:
    [id] = await _put(store, tenant, 1, name="mine")
    assert await store.reading(other).body(PROBE, id) is None
    assert await store.reading(other).count(PROBE, ()) == 0

    async def job(unit: WriteUnit) -> tuple[int, int, int, object]:
        return (
            await unit.update(PROBE, (), {"name": "theirs"}),
            await unit.replace_text(PROBE, "body", "a", "b", ()),
            await unit.delete(PROBE, equal("id", id)),
            await unit.lock(PROBE, ("id",), equal("id", id)),
        )

    assert await store.write(other, job, alone=True) == (0, 0, 0, None)
    row = await store.reading(tenant).row(PROBE, ("name",), equal("id", id))
    assert row is not None
    assert row[0] == "mine"


async def test_two_tenants_may_use_the_same_key(store: Store, tenant: int, other: int) -> None:
    id = new_id()
    for number, whose in enumerate((tenant, other)):

        async def job(unit: WriteUnit, number: int = number) -> None:
            await unit.insert(PROBE, {"id": id, "body": "{}", "name": None, "number": number})

        await store.write(whose, job)
    assert (await _numbers(store, tenant), await _numbers(store, other)) == ([0], [1])


async def test_shared_tables_and_those_of_tenants_are_reached_each_by_its_own_units(
    store: Store, tenant: int
) -> None:
    with pytest.raises(LookupError, match="account"):
        await store.reading(tenant).rows(ACCOUNT, ("id",))
    with pytest.raises(LookupError, match="probe"):
        await store.reading(None).rows(PROBE, ("id",))

    async def job(unit: WriteUnit) -> list[int]:
        with pytest.raises(LookupError):
            await unit.delete(ACCOUNT, ())
        with pytest.raises(LookupError):
            await unit.shared.insert(PROBE, {"id": new_id()})
        with pytest.raises(LookupError):
            await unit.end_cached_credentials()
        await unit.shared.of(tenant).insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": 4})
        return [row[0] for row in await unit.shared.rows(CREDENTIALS_EPOCH, ("id",))]

    assert await store.write(tenant, job) == [1]
    assert await _numbers(store, tenant) == [4]


async def test_a_column_that_does_not_exist_is_a_mistake_of_the_house(store: Store, tenant: int) -> None:
    for where in (equal("nmae", 1), equal("name; --", 1)):
        with pytest.raises(LookupError):
            await store.reading(tenant).rows(PROBE, ("id",), where)
    with pytest.raises(LookupError):
        await store.reading(tenant).rows(PROBE, ("id", "1"))


async def test_the_epoch_moves_with_every_end_of_credentials(store: Store) -> None:
    before = store.credentials_epoch()

    async def job(unit: WriteUnit) -> None:
        await unit.end_cached_credentials()

    await store.write(None, job)
    for _ in range(10_000):
        if store.credentials_epoch() != before:
            break
        await store.ping()
    assert store.credentials_epoch() != before


# PostgreSQL tells of it by itself.
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_who_comes_after_an_end_of_credentials_is_told_even_in_the_same_turn(
    store: Store, probed: str
) -> None:
    async def ask() -> int:
        return store.credentials_epoch()

    earlier = asyncio.create_task(ask())
    before = store.credentials_epoch()
    # As another process would.
    other = connect(path_of(probed))
    other.execute("UPDATE credentials_epoch SET epoch = epoch + 1")
    other.close()
    later = asyncio.create_task(ask())
    assert await earlier == before
    assert await later == before + 1


# Units of PostgreSQL don't run one after the other.
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_what_seldom_changes_is_read_as_the_units_before_left_it(store: Store, tenant: int) -> None:
    async def job(unit: WriteUnit, number: int) -> list[int]:
        found = sorted(row[0] for row in await unit.seldom_changed(PROBE, ("number",), ()))
        if number % 4 == 1:
            await unit.insert(PROBE, {"id": new_id(), "body": TEXT, "name": None, "number": number})
        elif number % 4 == 2:
            await unit.update(PROBE, equal("number", number - 1), {"number": number + 100})
        elif number % 4 == 3:
            await unit.insert(PROBE, {"id": new_id(), "body": TEXT, "name": None, "number": number})
            await unit.seldom_changed(PROBE, ("number",), ())
            raise ValueError(number)
        again = await unit.seldom_changed(PROBE, ("number",), ())
        assert again == await unit.rows(PROBE, ("number",))
        return found

    units = (store.write(tenant, partial(job, number=number)) for number in range(12))
    results = await asyncio.gather(*units, return_exceptions=True)
    assert [isinstance(each, ValueError) for each in results] == [False, False, False, True] * 3
    assert results[0::4] == [[], [102], [102, 106]]
    assert len(await store.reading(tenant).seldom_changed(PROBE, ("number",), ())) == 3


async def test_a_text_that_was_locked_is_known_as_it_was_written_since(store: Store, tenant: int) -> None:
    [id, other] = await _put(store, tenant, 1, 2)

    async def job(unit: WriteUnit) -> list[dict[str, bytes]]:
        assert await unit.lock(PROBE, ("body",), equal("id", id)) is not None
        found = [await unit.texts(PROBE, [id])]
        await unit.update(PROBE, equal("id", id), {"body": '{"a":1}'})
        found.append(await unit.texts(PROBE, [id]))
        await unit.replace_text(PROBE, "body", "1", "2", ())
        found += [await unit.texts(PROBE, [id]), await unit.texts(PROBE, [id, other])]
        await unit.lock(PROBE, ("body",), equal("id", id))
        await unit.delete(PROBE, equal("number", 1))
        assert await unit.lock(PROBE, ("body",), equal("id", id)) is None
        return [*found, await unit.texts(PROBE, [id])]

    # It changes many rows at once.
    found = await store.write(tenant, job, alone=True)
    text = TEXT.replace("1", "2").encode()
    assert found == [
        {id: TEXT.encode()},
        {id: b'{"a":1}'},
        {id: b'{"a":2}'},
        {id: b'{"a":2}', other: text},
        {},
    ]


async def test_a_text_is_not_known_from_a_unit_that_failed(store: Store, tenant: int) -> None:
    [id] = await _put(store, tenant, 1)

    async def failing(unit: WriteUnit) -> None:
        await unit.update(PROBE, equal("id", id), {"body": "{}"})
        raise ValueError("after a change")

    async def reading(unit: WriteUnit) -> dict[str, bytes]:
        return await unit.texts(PROBE, [id])

    # On SQLite these share a transaction.
    units = (store.write(tenant, failing), store.write(tenant, reading))
    failed, found = await asyncio.gather(*units, return_exceptions=True)
    assert isinstance(failed, ValueError)
    assert found == {id: TEXT.encode()}


async def test_a_value_taken_twice_in_one_unit_is_undone_whole(store: Store, tenant: int) -> None:
    async def job(unit: WriteUnit) -> None:
        for _ in range(2):
            await unit.insert(UNIQUE_KEY, {"kind": "k", "value": "v", "object_id": new_id()})

    with pytest.raises(Exception):  # noqa: B017, PT011 - each engine has an error of its own
        await store.write(tenant, job)
    assert await store.reading(tenant).count(UNIQUE_KEY, ()) == 0


async def test_a_closed_store_is_unavailable(probed: str) -> None:
    store = open_store(probed)
    with pytest.raises(StoreUnavailable):
        store.reading(1)
    await store.open()
    await store.ping()
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.ping()


@pytest.mark.parametrize("url", ["mysql://x/y", "nothing", "sqlite://", "sqlite:///"])
def test_an_url_of_no_engine_says_what_to_do(url: str) -> None:
    with pytest.raises(UnfitDatabase, match="use sqlite:///path"):
        open_store(url)


def test_a_sqlite_that_is_too_old_is_refused_with_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(UnfitDatabase, match=r"SQLite 3\.35\.0 or newer is needed"):
        connect(tmp_path / "shop.db")
    assert list(tmp_path.iterdir()) == []


async def test_a_snapshot_shows_one_moment_whatever_is_written(store: Store, tenant: int, other: int) -> None:
    await _put(store, tenant, 1, 2)
    async with store.snapshot() as snapshot:
        await _put(store, tenant, 3)
        await _put(store, other, 4)
        assert sorted(row[0] for row in await snapshot.reading(tenant).rows(PROBE, ("number",))) == [1, 2]
        assert await snapshot.reading(other).count(PROBE, ()) == 0
    assert await store.reading(tenant).count(PROBE, ()) == 3


async def test_a_stream_brings_the_rows_of_a_list_some_at_a_time(store: Store, tenant: int) -> None:
    await _put(store, tenant, *range(1200))
    async with store.snapshot() as snapshot:
        unit = snapshot.reading(tenant)
        where = (Compare("number", ">=", 100),)
        chunks = [rows async for rows in unit.stream(PROBE, ("number", "body"), where, (By("number"),))]
    assert [row[0] for rows in chunks for row in rows] == list(range(100, 1200))
    assert {row[1] for rows in chunks for row in rows} == {TEXT.encode()}
    assert len(chunks) > 1


async def test_a_snapshot_can_not_write(store: Store, tenant: int) -> None:
    async with store.snapshot() as snapshot:
        assert not hasattr(snapshot.reading(tenant), "insert")
        with pytest.raises(LookupError):
            await snapshot.reading(None).count(PROBE, ())
