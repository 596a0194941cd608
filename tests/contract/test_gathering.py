"""A gathering unit does what a unit does: whatever is written and read in whatever order, and taken back."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand.ids import id_of
from cellarhand.store.conditions import BY_ID, Among, AnyOf, Compare, IsNull, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit
from tests.contract.conftest import PROBE, open_tenant

Step = tuple[Any, ...]
Steps = Sequence[tuple[list[Step], bool]]
KEYS = tuple(id_of(str(number)) for number in range(6))
keys, numbers = st.sampled_from(KEYS), st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("insert"), keys, numbers),
    st.tuples(st.just("read"), keys),
    st.tuples(st.just("of keys"), st.lists(keys, max_size=3, unique=True)),
    st.tuples(st.just("lock"), keys),
    st.tuples(st.just("among"), st.lists(keys, max_size=4)),
    st.tuples(st.just("above"), numbers),
    st.tuples(st.just("with"), numbers),
    st.tuples(st.just("with, seldom changed"), numbers),
    st.tuples(st.just("other than"), numbers),
    st.tuples(st.just("unnamed or above"), numbers),
    st.tuples(st.just("lock with"), numbers),
    st.tuples(st.just("update"), keys, numbers),
    # Rows that wait have no `name`, but a number: the one change is made where they wait.
    st.tuples(st.just("renumber"), keys, numbers),
    st.tuples(st.just("lock text"), keys),
    st.tuples(st.just("read text"), keys),
    st.tuples(st.just("write text"), keys, numbers),
    st.tuples(st.just("delete"), keys),
    st.tuples(st.just("count up"), st.integers(-2, 3)),
    st.tuples(st.just("counter")),
    st.tuples(st.just("count"), numbers),
)
NAMES = ("id", "body", "number")


async def _do(unit: WriteUnit, step: Step) -> Any:
    match step:
        case "insert", key, number:
            if await unit.row(PROBE, ("id",), equal("id", key)) is None:
                await unit.insert_many(PROBE, ("id", "body", "number"), [(key, '{"a":"ü"}', number)])
        case "read", key:
            return [tuple(row) for row in await unit.rows(PROBE, (*NAMES, "name"), equal("id", key))]
        case "of keys", sought:
            return sorted(tuple(row) for row in await unit.of_keys(PROBE, NAMES, [(key,) for key in sought]))
        case "lock", key:
            row = await unit.lock(PROBE, NAMES, equal("id", key))
            return row and tuple(row)
        case "among", sought:
            return sorted(tuple(r) for r in await unit.rows(PROBE, NAMES, (Among("id", tuple(sought)),)))
        case "above", number:
            where = (Compare("number", ">", number),)
            return [tuple(row) for row in await unit.rows(PROBE, NAMES, where, BY_ID)]
        case "with", number:
            return sorted(tuple(row) for row in await unit.rows(PROBE, NAMES, equal("number", number)))
        case "with, seldom changed", number:
            rows = await unit.seldom_changed(PROBE, NAMES, equal("number", number))
            return sorted(tuple(row) for row in rows)
        case "other than", number:
            where = (Compare("number", "<>", number), Among("id", KEYS))
            return sorted(tuple(row) for row in await unit.rows(PROBE, NAMES, where))
        case "unnamed or above", number:
            where = (AnyOf((IsNull("name"), Compare("number", ">", number))),)
            return sorted(tuple(row) for row in await unit.rows(PROBE, NAMES, where))
        case "lock with", number:
            return [tuple(row) for row in await unit.lock_rows(PROBE, NAMES, equal("number", number))]
        case "update", key, number:
            return await unit.update(PROBE, equal("id", key), {"number": number, "name": "new"})
        case "renumber", key, number:
            return await unit.update(PROBE, equal("id", key), {"number": number})
        case "lock text", key:
            [locked] = await unit.lock_rows(PROBE, ("body",), (Among("id", (key,)),)) or [None]
            row = await unit.lock(PROBE, ("body",), equal("id", key))
            assert (row and tuple(row)) == (locked and tuple(locked))
            both = await unit.lock(PROBE, ("id", "body"), equal("id", key))
            assert (both and tuple(both)) == (row and (key, row[0]))
            return row and tuple(row)
        case "read text", key:
            found = await unit.texts(PROBE, [key])
            rows = await unit.rows(PROBE, ("id", "body"), equal("id", key))
            assert list(found.items()) == [tuple(row) for row in rows]
            return found
        case "write text", key, number:
            return await unit.update(PROBE, equal("id", key), {"body": f'{{"b":{number}}}'})
        case "delete", key:
            return await unit.delete(PROBE, equal("id", key))
        case "count up", delta:
            await unit.count_up("probe", delta)
        case ("counter",):
            return await unit.counter("probe")
        case "count", number:
            return await unit.count(PROBE, equal("number", number))
        case _:
            raise LookupError(step)
    return None


async def _plainly(unit: WriteUnit, records: Steps) -> list[Any]:
    return [await _do(unit, step) for record, kept in records if kept for step in record]


async def _gathered(unit: WriteUnit, records: Steps, foreseen: list[str]) -> list[Any]:
    gathering, found = unit.gathering(), list[Any]()
    await gathering.lock_ahead(PROBE, foreseen)
    await gathering.foresee(PROBE, ("body", "number"), (Among("id", tuple(foreseen)),))
    for record, kept in records:
        gathering.begin_record()
        results = [await _do(gathering, step) for step in record]
        if kept:
            found += results
            await gathering.keep_record()
        else:
            await gathering.undo_record()
    await gathering.finish()
    return found


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.tuples(st.lists(steps, max_size=4), st.booleans()), max_size=8),
    before=st.lists(keys, unique=True, max_size=3),
    foreseen=st.lists(keys, max_size=4),
)
async def test_it_finds_and_leaves_what_a_plain_unit_does(
    store: Store, records: Steps, before: list[str], foreseen: list[str]
) -> None:
    one, other = await open_tenant(store), await open_tenant(store)
    for tenant in (one, other):
        await store.write(
            tenant, lambda unit: _plainly(unit, [([("insert", key, 1) for key in before], True)])
        )
    expected = await store.write(one, lambda unit: _plainly(unit, records))
    assert await store.write(other, lambda unit: _gathered(unit, records, foreseen)) == expected
    left = [
        [tuple(row) for row in await store.reading(tenant).rows(PROBE, (*NAMES, "name"), order=BY_ID)]
        for tenant in (one, other)
    ]
    assert left[0] == left[1]
    counters = [await store.reading(tenant).counter("probe") for tenant in (one, other)]
    assert counters[0] == counters[1]


async def test_what_was_gathered_and_not_flushed_is_not_there(store: Store, tenant: int) -> None:
    async def job(unit: WriteUnit) -> None:
        await unit.gathering().insert(PROBE, {"id": KEYS[0], "body": "{}", "number": 1})

    await store.write(tenant, job)
    assert await store.reading(tenant).count(PROBE, ()) == 0


async def test_what_follows_from_many_records_is_done_once_for_those_that_are_kept(
    store: Store, tenant: int
) -> None:
    done: list[tuple[str, str, tuple[int, ...]]] = []

    async def tell(_: WriteUnit, actor: str, numbers: Sequence[int]) -> None:
        done.append(("tell", actor, tuple(numbers)))

    async def add(unit: WriteUnit, actor: str, numbers: Sequence[int]) -> None:
        done.append(("add", actor, tuple(numbers)))
        await unit.together(tell, actor, (sum(numbers),), last=True)

    async def job(unit: WriteUnit) -> None:
        gathering = unit.gathering()
        for number in range(4):
            gathering.begin_record()
            await gathering.together(tell, "Ada", (number,), last=True)
            await gathering.together(add, "Ada", (number,))
            await (gathering.undo_record() if number == 2 else gathering.keep_record())
        await gathering.finish()

    await store.write(tenant, job)
    assert done == [("add", "Ada", (0, 1, 3)), ("tell", "Ada", (0, 1, 3, 4))]


async def test_a_plain_unit_does_what_follows_at_once(store: Store, tenant: int) -> None:
    done: list[int] = []

    async def note(_: WriteUnit, __: str, numbers: Sequence[int]) -> None:
        done.extend(numbers)

    async def job(unit: WriteUnit) -> list[int]:
        await unit.together(note, "Ada", (1,), last=True)
        return list(done)

    assert await store.write(tenant, job) == [1]


async def test_only_keys_can_be_foreseen(store: Store, tenant: int) -> None:
    async def job(unit: WriteUnit) -> None:
        await unit.gathering().foresee(PROBE, ("id",), equal("number", 1))

    with pytest.raises(LookupError, match="key of probe"):
        await store.write(tenant, job)
