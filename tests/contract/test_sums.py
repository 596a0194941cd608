"""Sums over spans: what the database adds up is what anybody would add up, on both engines."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand.ids import id_of, new_id
from cellarhand.store.conditions import Compare, Span, Sums, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import MOST_SPANS, WriteUnit
from tests.contract.conftest import PROBE, open_tenant

NAMES = ("id", "body", "name", "number")
Rows = Sequence[tuple[str | None, int]]


async def _put(store: Store, tenant: int, rows: Rows) -> None:
    async def job(unit: WriteUnit) -> None:
        await unit.insert_many(PROBE, NAMES, [(new_id(), "{}", name, number) for name, number in rows])

    await store.write(tenant, job)


def _added_up(rows: Rows, spans: Sequence[Span]) -> set[tuple[Any, ...]]:
    found: dict[tuple[int, str | None], list[int]] = {}
    for place, (begins, ends) in enumerate(spans):
        for name, number in rows:
            if begins <= number < ends:
                found.setdefault((place, name), []).append(number)
    return {(*key, len(numbers), sum(numbers)) for key, numbers in found.items()}


names, numbers = st.sampled_from(["Web", "POS", None]), st.integers(-(10**12), 10**12)
near = st.integers(-20, 20)


@given(
    rows=st.lists(st.tuples(names, st.one_of(near, numbers)), max_size=30),
    spans=st.lists(st.tuples(near, near), max_size=5),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_each_span_has_the_count_and_the_sum_of_its_rows_by_group(
    store: Store, rows: list[tuple[str | None, int]], spans: list[Span]
) -> None:
    tenant, other = await open_tenant(store), await open_tenant(store)
    await _put(store, tenant, rows)
    await _put(store, other, [("Web", 1)])
    found = await store.reading(tenant).sums(PROBE, Sums("number", ("name",), ("number",)), spans)
    assert {tuple(row) for row in found} == _added_up(rows, spans)
    assert len(found) == len(_added_up(rows, spans))


async def test_without_groups_a_span_without_rows_counts_none(store: Store, tenant: int) -> None:
    await _put(store, tenant, [("Web", 1), ("POS", 2)])
    found = await store.reading(tenant).sums(PROBE, Sums("number", of=("number",)), [(0, 3), (3, 9)])
    assert [tuple(row) for row in found] == [(0, 2, 3), (1, 0, None)]


async def test_conditions_narrow_what_is_summed_up(store: Store, tenant: int) -> None:
    await _put(store, tenant, [("Web", 1), ("POS", 2), ("Web", 4), ("Web", 8)])
    where = (*equal("name", "Web"), Compare("number", "<>", 4))
    found = await store.reading(tenant).sums(PROBE, Sums("number", of=("number",)), [(0, 9)], where)
    assert [tuple(row) for row in found] == [(0, 2, 9)]


async def test_ids_to_group_by_come_as_text(store: Store, tenant: int) -> None:
    await _put(store, tenant, [("Web", 1)])
    [(_, id, count)] = await store.reading(tenant).sums(PROBE, Sums("number", ("id",)), [(0, 9)])
    assert isinstance(id, str)
    assert count == 1


async def test_many_spans_keep_their_places(store: Store, tenant: int) -> None:
    spans = [(number, number + 1) for number in range(2 * MOST_SPANS + 3)]
    await _put(store, tenant, [("Web", number) for number, _ in spans])
    found = await store.reading(tenant).sums(PROBE, Sums("number", of=("number",)), spans)
    assert [tuple(row) for row in found] == [(number, 1, number) for number, _ in spans]


async def test_a_unit_that_gathers_sums_up_what_waits(store: Store, tenant: int) -> None:
    async def job(unit: WriteUnit) -> Any:
        gathering = unit.gathering()
        await gathering.insert(PROBE, {"id": id_of("one"), "body": "{}", "name": "Web", "number": 5})
        found = await gathering.sums(PROBE, Sums("number", of=("number",)), [(0, 9)])
        await gathering.finish()
        return [tuple(row) for row in found]

    assert await store.write(tenant, job) == [(0, 1, 5)]


async def test_columns_that_are_not_there_are_a_mistake_of_the_house(store: Store, tenant: int) -> None:
    with pytest.raises(LookupError, match="no column"):
        await store.reading(tenant).sums(PROBE, Sums("number", of=("price",)), [(0, 9)])
