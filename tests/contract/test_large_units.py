"""Units of very many rows: what is written beside the event loop is kept whole or not at all."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand.ids import new_id
from cellarhand.store import aside
from cellarhand.store.conditions import BY_ID, equal
from cellarhand.store.engine import Store, StoreUnavailable, open_store
from cellarhand.store.migrate import upgrade
from cellarhand.store.sqlite import SqliteStore
from cellarhand.store.unit import WriteUnit
from tests.contract.conftest import PROBE, make_tables, open_tenant

NAMES = ("id", "body", "number")
MANY = 3 * aside.FEW_ROWS


def rows(count: int) -> list[tuple[str, str, int]]:
    return [(new_id(), "{}", number) for number in range(count)]


class Refused(Exception):
    """A job ends in the middle."""


async def stored(store: Store, tenant: int) -> list[int]:
    found = await store.reading(tenant).rows(PROBE, ("number",), order=BY_ID)
    return sorted(row[0] for row in found)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.integers(0, 1500), max_size=4))
async def test_as_many_rows_are_there_as_were_written(store: Store, counts: list[int]) -> None:
    tenant = await open_tenant(store)

    async def job(unit: WriteUnit) -> list[int]:
        found: list[int] = []
        for count in counts:
            await unit.insert_many(PROBE, NAMES, rows(count))
            # What is asked next sees them.
            found.append(await unit.count(PROBE, (), wide=False))
        return found

    told = await store.write(tenant, job, large=True)
    assert told == [sum(counts[: place + 1]) for place in range(len(counts))]
    assert len(await stored(store, tenant)) == sum(counts)


async def test_what_is_sent_ahead_is_seen_by_the_records_that_follow(store: Store, tenant: int) -> None:
    first, second = rows(MANY), rows(MANY)

    async def job(unit: WriteUnit) -> None:
        gathering = unit.gathering()
        for some in (first, second):
            for row in some:
                gathering.begin_record()
                await gathering.insert(PROBE, dict(zip(NAMES, row, strict=True)))
                await gathering.keep_record()
            await gathering.send_ahead()
        for id, _, number in (first[7], second[9]):
            row = await gathering.row(PROBE, ("number",), equal("id", id))
            assert row is not None
            assert row[0] == number
            assert await gathering.update(PROBE, equal("id", id), {"number": number + 5000}) == 1
        await gathering.finish()

    await store.write(tenant, job, large=True)
    changed = [number for number in await stored(store, tenant) if number >= 5000]
    assert changed == [5007, 5009]


async def test_a_unit_that_ends_while_rows_fail_that_no_database_takes_stands_in_nobodys_way(
    store: Store, tenant: int
) -> None:
    async def job(unit: WriteUnit) -> None:
        await unit.insert_many(PROBE, NAMES, [(id, body, 2**70) for id, body, _ in rows(MANY)])
        raise Refused

    # On PostgreSQL the rows are refused when they are written.
    with pytest.raises(Exception, match=r"(?i)^$|too (large|big)|range"):
        await store.write(tenant, job, large=True)
    await asyncio.wait_for(store.write(tenant, lambda unit: unit.insert_many(PROBE, NAMES, rows(2))), 30)
    assert await stored(store, tenant) == [0, 1]


@pytest.mark.parametrize("large", [True, False])
async def test_nothing_is_left_of_a_unit_that_ends_while_its_rows_are_written(
    store: Store, tenant: int, *, large: bool
) -> None:
    async def job(unit: WriteUnit) -> None:
        await unit.gathering().insert_many(PROBE, NAMES, rows(1))
        await unit.insert_many(PROBE, NAMES, rows(5000))
        raise Refused

    with pytest.raises(Refused):
        await store.write(tenant, job, large=large)
    assert await stored(store, tenant) == []
    await store.write(tenant, lambda unit: unit.insert_many(PROBE, NAMES, rows(2)))
    assert await stored(store, tenant) == [0, 1]


async def test_a_row_that_is_there_already_undoes_the_whole_unit(store: Store, tenant: int) -> None:
    some = rows(2000)
    await store.write(tenant, lambda unit: unit.insert_many(PROBE, NAMES, [some[1500]]))

    async def job(unit: WriteUnit) -> None:
        await unit.insert_many(PROBE, NAMES, some)
        await unit.insert_many(PROBE, NAMES, rows(MANY))

    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.write(tenant, job, large=True)
    assert await stored(store, tenant) == [1500]


async def test_nothing_is_kept_of_a_unit_for_which_the_disk_is_too_small(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'small.db'}"
    await upgrade(url)
    make_tables(url, PROBE)
    store = open_store(url)
    await store.open()
    tenant = await open_tenant(store)

    async def job(unit: WriteUnit) -> None:
        for _ in range(20):
            # What is sent when the disk is full already must not be kept by itself.
            await unit.insert_many(PROBE, NAMES, rows(2000))

    async def shrunk(unit: WriteUnit) -> None:
        (pages,) = (await unit._connection.fetch("PRAGMA page_count", ()))[0]
        await unit._connection.fetch(f"PRAGMA max_page_count = {pages + 40}", ())

    await store.write(tenant, shrunk)
    with pytest.raises(StoreUnavailable, match="full"):
        await store.write(tenant, job, large=True)
    assert await stored(store, tenant) == []
    await store.write(tenant, lambda unit: unit.insert_many(PROBE, NAMES, rows(5)))
    assert await stored(store, tenant) == list(range(5))
    await store.close()


async def test_a_row_that_is_there_already_undoes_one_unit_of_those_that_share_a_commit(store: Store) -> None:
    tenants = [await open_tenant(store) for _ in range(3)]
    some = rows(2000)
    await store.write(tenants[1], lambda unit: unit.insert_many(PROBE, NAMES, [some[1500]]))
    ended = await asyncio.gather(
        *(store.write(each, lambda unit: unit.insert_many(PROBE, NAMES, some)) for each in tenants),
        return_exceptions=True,
    )
    assert [isinstance(each, Exception) for each in ended] == [False, True, False]
    assert [len(await stored(store, each)) for each in tenants] == [2000, 1, 2000]


async def test_no_other_unit_waits_for_a_large_one_to_be_on_disk(store: Store, tenant: int) -> None:
    ended: list[str] = []

    async def note(name: str, *, large: bool) -> None:
        await store.write(tenant, lambda unit: unit.insert_many(PROBE, NAMES, rows(50)), large=large)
        ended.append(name)

    await asyncio.gather(note("before", large=False), note("large", large=True), note("after", large=False))
    assert len(ended) == 3
    if isinstance(store, SqliteStore):
        # On PostgreSQL each has a commit of its own.
        assert ended == ["before", "large", "after"]


async def test_there_is_leisure_while_a_unit_waits_for_the_disk_and_none_while_it_works(
    store: Store, tenant: int
) -> None:
    if not isinstance(store, SqliteStore):
        # Units of PostgreSQL wait for it most of the time.
        await store.leisure()
        return
    seen: list[str] = []

    async def look() -> None:
        while "committed" not in seen:
            await store.leisure()
            seen.append("leisure")
            await asyncio.sleep(0)

    async def job(unit: WriteUnit) -> None:
        seen.append("works")
        for _ in range(5):
            await asyncio.sleep(0)
        seen.append("worked")
        await unit.insert_many(PROBE, NAMES, rows(5000))

    await store.leisure()
    looking = asyncio.create_task(look())
    await store.write(tenant, job, large=True)
    seen.append("committed")
    await looking
    assert "leisure" not in seen[seen.index("works") : seen.index("worked")]
    assert "leisure" in seen[seen.index("worked") : seen.index("committed")]


def test_rows_go_in_with_few_statements() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE barrel (place INT PRIMARY KEY, name TEXT)")
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    insert = "INSERT INTO barrel (place, name) VALUES (?, ?)"
    aside.insert_rows(connection, insert, [(place, "x") for place in range(1100)])
    assert len(statements) < 10
    assert connection.execute("SELECT count(*) FROM barrel").fetchone()[0] == 1100
    aside.insert_rows(connection, insert, [])
    connection.close()
