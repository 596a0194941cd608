"""Many units at once: nobody's work is lost, and what was acknowledged is there."""

import asyncio
import contextlib
from functools import partial
from typing import Any

import asyncpg
import pytest

from cellarhand.accounts.tables import TENANT
from cellarhand.ids import new_id
from cellarhand.orders.number import SEQUENCE
from cellarhand.store.conditions import Compare, equal
from cellarhand.store.engine import NoSuchTenant, Store, StoreUnavailable, open_store
from cellarhand.store.sqlite import SqliteStore
from cellarhand.store.tables import UNIQUE_KEY
from cellarhand.store.unit import WriteUnit
from tests.contract.conftest import PROBE


async def _add(store: Store, tenant: int, number: int = 0, name: str | None = None) -> str:
    id = new_id()

    async def job(unit: WriteUnit) -> None:
        await unit.insert(PROBE, {"id": id, "body": "{}", "name": name, "number": number})

    await store.write(tenant, job)
    return id


async def test_concurrent_writers_on_one_record_lose_no_update(store: Store, tenant: int) -> None:
    id = await _add(store, tenant)

    async def job(unit: WriteUnit) -> None:
        row = await unit.lock(PROBE, ("number",), equal("id", id))
        assert row is not None
        await asyncio.sleep(0)
        await unit.update(PROBE, equal("id", id), {"number": row[0] + 1})

    await asyncio.gather(*(store.write(tenant, job) for _ in range(60)))
    row = await store.reading(tenant).row(PROBE, ("number",), equal("id", id))
    assert row is not None
    assert row[0] == 60


async def test_writers_of_two_stores_lose_no_update_either(store: Store, probed: str, tenant: int) -> None:
    """Two server processes over one database."""
    id = await _add(store, tenant)
    second = open_store(probed)
    await second.open()

    async def job(unit: WriteUnit) -> None:
        row = await unit.lock(PROBE, ("number",), equal("id", id))
        assert row is not None
        await unit.update(PROBE, equal("id", id), {"number": row[0] + 1})
        await unit.count_up("both")

    try:
        await asyncio.gather(*(each.write(tenant, job) for _ in range(30) for each in (store, second)))
        row = await second.reading(tenant).row(PROBE, ("number",), equal("id", id))
        assert row is not None
        assert (row[0], await store.reading(tenant).counter("both")) == (60, 60)
    finally:
        await second.close()


async def test_a_unit_that_is_alone_sees_all_that_was_under_way_and_nothing_begins_before_it_ends(
    store: Store, probed: str, tenant: int
) -> None:
    """What a unit has looked up can not be deleted before what it writes of that can be seen."""
    id, looked, second = await _add(store, tenant), asyncio.Event(), open_store(probed)
    await second.open()

    async def copy(unit: WriteUnit) -> None:
        if await unit.row(PROBE, ("id",), equal("id", id)) is not None:
            looked.set()
            await asyncio.sleep(0.05)
            await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": "copy", "number": 1})

    async def remove(unit: WriteUnit) -> None:
        await unit.delete(PROBE, equal("id", id))
        await asyncio.sleep(0.01)
        await unit.delete(PROBE, equal("name", "copy"))

    try:
        copying = asyncio.create_task(store.write(tenant, copy))
        await looked.wait()
        removing = asyncio.create_task(second.write(tenant, remove, alone=True))
        await asyncio.sleep(0.01)
        await asyncio.gather(copying, removing, *(store.write(tenant, copy) for _ in range(5)))
    finally:
        await second.close()
    assert await store.reading(tenant).count(PROBE, ()) == 0


async def test_only_a_unit_that_is_alone_may_do_what_others_rely_on_not_to_happen(
    store: Store, tenant: int
) -> None:
    async def job(unit: WriteUnit) -> None:
        unit.must_be_alone()

    await store.write(tenant, job, alone=True)
    if isinstance(store, SqliteStore):
        await store.write(tenant, job)
        return
    with pytest.raises(LookupError, match="alone=True"):
        await store.write(tenant, job)


async def test_a_unit_of_a_tenant_that_is_gone_does_not_run(store: Store, tenant: int) -> None:
    """Those under way end first, and what they wrote goes with the tenant; later ones find none."""
    looked = asyncio.Event()

    async def slow(unit: WriteUnit) -> None:
        looked.set()
        await asyncio.sleep(0.05)
        await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": 1})

    async def remove(unit: WriteUnit) -> None:
        await unit.keep_out(tenant)
        await asyncio.sleep(0.01)
        await unit.of(tenant).delete(PROBE, ())
        await unit.delete(TENANT, equal("tenant_id", tenant))

    under_way = asyncio.create_task(store.write(tenant, slow))
    await looked.wait()
    removing = asyncio.create_task(store.write(None, remove))
    await asyncio.sleep(0.01)
    some = await asyncio.gather(*(store.write(tenant, slow) for _ in range(5)), return_exceptions=True)
    await asyncio.gather(under_way, removing)
    assert all(each is None or isinstance(each, NoSuchTenant) for each in some)
    with pytest.raises(NoSuchTenant):
        await store.write(tenant, slow)
    assert await store.reading(tenant).count(PROBE, ()) == 0


async def test_units_that_count_several_things_in_any_order_do_not_wait_for_each_other_for_ever(
    store: Store, tenant: int
) -> None:
    names = [f"thing {number}" for number in range(6)]

    async def job(unit: WriteUnit, turned: bool) -> None:
        for name in reversed(names) if turned else names:
            await unit.count_up(name)

    await asyncio.gather(
        *(store.write(tenant, partial(job, turned=bool(number % 2))) for number in range(60))
    )
    assert [await store.reading(tenant).counter(name) for name in names] == [60] * 6


# SQLite runs its units one after the other.
@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_units_that_count_the_same_thing_hold_nobody_up(store: Store, probed: str, tenant: int) -> None:
    """Three server processes: each unit ends only when all have counted."""
    stores = [store, open_store(probed), open_store(probed)]
    everybody = asyncio.Barrier(33)

    async def job(unit: WriteUnit) -> None:
        await unit.count_up("things")
        await everybody.wait()

    for each in stores[1:]:
        await each.open()
    try:
        async with asyncio.timeout(30):
            await asyncio.gather(*(each.write(tenant, job) for each in stores for _ in range(11)))
    finally:
        for each in stores[1:]:
            await each.close()
    assert await store.reading(tenant).counter("things") == 33


async def test_of_two_who_take_one_value_the_second_is_run_again_and_sees_the_first(
    store: Store, tenant: int
) -> None:
    async def job(unit: WriteUnit) -> str:
        where = (*equal("kind", "k"), *equal("value", "v"))
        if await unit.row(UNIQUE_KEY, ("object_id",), where) is not None:
            return "taken"
        await asyncio.sleep(0.001)
        await unit.insert(UNIQUE_KEY, {"kind": "k", "value": "v", "object_id": new_id()})
        return "mine"

    results = await asyncio.gather(*(store.write(tenant, job) for _ in range(10)))
    assert sorted(results) == ["mine"] + ["taken"] * 9
    assert await store.reading(tenant).count(UNIQUE_KEY, ()) == 1


async def _take(unit: WriteUnit, at_least: int = 0, most: int = 10_000) -> int | None:
    return await unit.take_next(SEQUENCE, "n", 1001, at_least, most)


async def test_numbers_rise_from_the_first_one_and_end_with_the_greatest(
    store: Store, tenant: int, other: int
) -> None:
    assert [await store.write(tenant, _take) for _ in range(3)] == [1001, 1002, 1003]
    assert await store.write(tenant, lambda unit: _take(unit, at_least=1500)) == 1500
    assert await store.write(tenant, lambda unit: _take(unit, at_least=1200)) == 1501
    assert [await store.write(tenant, lambda unit: _take(unit, most=1502)) for _ in range(3)] == [
        1502,
        None,
        None,
    ]
    assert await store.write(tenant, lambda unit: _take(unit, at_least=10_001)) is None
    assert await store.write(tenant, _take) == 1503
    assert await store.write(other, _take) == 1001


async def test_many_units_of_two_stores_get_numbers_of_their_own_in_rising_order(
    store: Store, probed: str, tenant: int
) -> None:
    """Two server processes; each number is greater than all that were taken before it was asked for."""
    second = open_store(probed)
    await second.open()
    taken = list[int]()

    async def job(unit: WriteUnit) -> None:
        before = max(taken, default=0)
        number = await _take(unit)
        assert number is not None
        assert number > before
        taken.append(number)

    try:
        await asyncio.gather(*(each.write(tenant, job) for _ in range(40) for each in (store, second)))
    finally:
        await second.close()
    assert sorted(taken) == list(range(1001, 1081))


# SQLite runs its units one after the other.
@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_who_has_taken_a_number_holds_nobody_up(store: Store, tenant: int) -> None:
    """Units that end one after the other for the sake of a number would commit one after the other."""
    taken, others_done = asyncio.Event(), asyncio.Event()

    async def slow(unit: WriteUnit) -> int | None:
        number = await _take(unit)
        taken.set()
        await others_done.wait()
        return number

    first = asyncio.create_task(store.write(tenant, slow))
    await taken.wait()
    async with asyncio.timeout(30):
        others = await asyncio.gather(*(store.write(tenant, _take) for _ in range(30)))
    assert sorted(map(str, others)) == [str(number) for number in range(1002, 1032)]
    others_done.set()
    assert await first == 1001


async def test_numbers_of_units_that_fail_are_given_to_one_at_most(store: Store, tenant: int) -> None:
    async def job(unit: WriteUnit, fails: bool) -> int | None:
        number = await _take(unit)
        if fails:
            raise ValueError(number)
        return number

    units = (store.write(tenant, partial(job, fails=bool(turn % 2))) for turn in range(20))
    results = await asyncio.gather(*units, return_exceptions=True)
    taken = [number for number in results if not isinstance(number, BaseException)]
    assert (len(taken), len(set(taken))) == (10, 10)


async def test_numbers_go_on_when_units_are_cancelled_while_they_take_one(store: Store, tenant: int) -> None:
    tasks = [asyncio.create_task(store.write(tenant, _take)) for _ in range(30)]
    for turn, task in enumerate(tasks):
        if turn % 2:
            await asyncio.sleep(0)
            task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    kept = [number for number in results[::2] if isinstance(number, int)]
    assert (len(kept), len(set(kept))) == (15, 15)
    following = await store.write(tenant, _take)
    assert following is not None
    assert following > max(kept)


# SQLite has no connection that could be lost.
@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_numbers_go_on_when_their_connection_is_lost(store: Store, probed: str, tenant: int) -> None:
    other: Any = await asyncpg.connect(probed)
    taking = (
        "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'INSERT INTO sequence %'"
    )
    # Those of stores that were closed before may not have heard of it yet.
    before = [row["pid"] for row in await other.fetch(f"SELECT pid {taking}")]
    assert await store.write(tenant, _take) == 1001
    mine = f"{taking} AND pid <> ALL($1::int[])"
    ended = await other.fetchval(f"SELECT count(pg_terminate_backend(pid, 5000)) {mine}", before)
    await other.close()
    assert ended == 1
    with contextlib.suppress(StoreUnavailable):
        # Whoever is first to find the connection lost may be told so.
        await store.write(tenant, _take)
    number = await store.write(tenant, _take)
    assert number in (1002, 1003)


async def test_units_that_meet_at_once_fail_or_pass_each_for_itself(store: Store, tenant: int) -> None:
    async def one(number: int) -> str:
        async def job(unit: WriteUnit) -> None:
            await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": number})
            if number % 3 == 0:
                raise ValueError(number)

        try:
            await store.write(tenant, job)
        except ValueError:
            return "failed"
        return "passed"

    results = await asyncio.gather(*(one(number) for number in range(60)))
    assert results == ["failed" if number % 3 == 0 else "passed" for number in range(60)]
    kept = sorted(row[0] for row in await store.reading(tenant).rows(PROBE, ("number",)))
    assert kept == [number for number in range(60) if number % 3]


async def test_a_unit_that_fails_before_it_changed_anything_has_no_other_run_again(
    store: Store, tenant: int
) -> None:
    runs = [0] * 20

    async def one(number: int) -> None:
        async def job(unit: WriteUnit) -> None:
            runs[number] += 1
            if number % 3 == 0:
                await unit.update(PROBE, equal("id", new_id()), {"number": 0})
                raise ValueError(number)
            await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": number})

        await store.write(tenant, job)

    await asyncio.gather(*(one(number) for number in range(20)), return_exceptions=True)
    assert runs == [1] * 20
    assert await store.reading(tenant).count(PROBE, ()) == 13


async def test_units_that_wait_with_the_deletion_of_their_tenant_run_before_it_or_not_at_all(
    store: Store, tenant: int
) -> None:
    async def add(unit: WriteUnit) -> None:
        await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": 1})

    async def remove(unit: WriteUnit) -> None:
        await unit.keep_out(tenant)
        await unit.of(tenant).delete(PROBE, ())
        await unit.delete(TENANT, equal("tenant_id", tenant))

    around = (*(store.write(tenant, add) for _ in range(3)), store.write(None, remove))
    results = await asyncio.gather(
        *around, *(store.write(tenant, add) for _ in range(3)), return_exceptions=True
    )
    assert all(each is None or isinstance(each, NoSuchTenant) for each in results)
    assert await store.reading(tenant).count(PROBE, ()) == 0
    with pytest.raises(NoSuchTenant):
        await store.write(tenant, add)


async def test_what_returns_is_there_for_everybody_in_the_order_it_returned(
    store: Store, probed: str, tenant: int
) -> None:
    """An acknowledged write is seen by a reader that begins afterwards, with all before it."""
    reader = open_store(probed)
    await reader.open()
    acknowledged = list[int]()

    async def one(number: int) -> None:
        await _add(store, tenant, number)
        acknowledged.append(number)
        known = set(acknowledged)
        seen = {row[0] for row in await reader.reading(tenant).rows(PROBE, ("number",))}
        assert known <= seen

    try:
        await asyncio.gather(*(one(number) for number in range(100)))
    finally:
        await reader.close()
    assert sorted(acknowledged) == list(range(100))


async def test_readers_never_see_half_of_a_unit(store: Store, tenant: int) -> None:
    ids = [await _add(store, tenant), await _add(store, tenant)]

    async def job(unit: WriteUnit) -> None:
        for id in sorted(ids):
            row = await unit.lock(PROBE, ("number",), equal("id", id))
            assert row is not None
            await unit.update(PROBE, equal("id", id), {"number": row[0] + 1})
            await asyncio.sleep(0)

    async def read() -> None:
        for _ in range(50):
            rows = await store.reading(tenant).rows(PROBE, ("number",), (Compare("number", ">=", 0),))
            assert rows[0][0] == rows[1][0]

    await asyncio.gather(read(), *(store.write(tenant, job) for _ in range(25)))


async def test_a_waiting_unit_that_is_cancelled_leaves_the_store_at_work(store: Store, tenant: int) -> None:
    tasks = [asyncio.create_task(_add(store, tenant, number)) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    stayed = {number for number, result in enumerate(results) if isinstance(result, str)}
    assert {number for number in range(20) if number % 2} <= stayed
    await _add(store, tenant, 99)
    seen = {row[0] for row in await store.reading(tenant).rows(PROBE, ("number",))}
    assert stayed | {99} <= seen
