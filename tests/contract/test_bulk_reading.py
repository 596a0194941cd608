"""How far a bulk import reads ahead of what it stores, and what becomes of that when it ends early."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from cellarhand.customers.customer import CUSTOMER
from cellarhand.ids import new_id
from cellarhand.record.actor import Actor
from cellarhand.record.bulk import Options, import_lines
from cellarhand.store.engine import Store
from tests.contract.conftest import open_tenant


class Gone(Exception):
    """The caller went away."""


class Lines:
    """Lines of new customers as a caller sends them: `count`, and then `ends` with an error, or waits."""

    def __init__(self, count: int, *, ends: Exception | None = None, waits: bool = False) -> None:
        self.read, self.closed, self.go_on, self.all_read = 0, False, asyncio.Event(), asyncio.Event()
        self._count, self._ends, self._waits = count, ends, waits

    async def __aiter__(self) -> AsyncIterator[bytes | None]:
        try:
            for place in range(self._count):
                self.read += 1
                yield msgspec.json.encode({"id": new_id(), "emails": [{"email": f"{place}@vines.example"}]})
            self.all_read.set()
            if self._ends is not None:
                raise self._ends
            if self._waits:
                await self.go_on.wait()
        finally:
            self.closed = True


def importing(store: Store, tenant_id: int, lines: Lines, chunk: int) -> AsyncIterator[bytes]:
    actor = Actor("account", tenant_id, "probe", name="Dana", email="dana@vines.example", role="Data")
    return import_lines(CUSTOMER, store, actor, aiter(lines), Options(chunk=chunk))


async def customers(store: Store, tenant_id: int) -> int:
    return await store.reading(tenant_id).counter("customer")


async def test_one_chunk_is_read_ahead_of_the_one_that_is_stored_and_no_more(store: Store) -> None:
    tenant_id, lines = await open_tenant(store), Lines(12)
    answered = 0
    async for part in importing(store, tenant_id, lines, 3):
        answered += part.count(b'"created","status"')
        assert await customers(store, tenant_id) == answered
        assert lines.read == min(answered + 3, 12)
    assert (answered, lines.read) == (12, 12)


async def test_a_chunk_is_answered_whether_or_not_the_next_one_comes(store: Store) -> None:
    tenant_id, lines = await open_tenant(store), Lines(5, waits=True)
    parts = importing(store, tenant_id, lines, 3)
    first = await asyncio.wait_for(anext(parts), 30)
    assert first.count(b'"created"') == 3
    lines.go_on.set()
    rest = [part async for part in parts]
    assert [part.count(b'"created","status"') for part in rest] == [2, 0]
    assert await customers(store, tenant_id) == 5


async def test_a_caller_who_goes_away_leaves_whole_chunks(store: Store) -> None:
    tenant_id, lines = await open_tenant(store), Lines(8, ends=Gone())
    parts = importing(store, tenant_id, lines, 3)
    assert [(await anext(parts)).count(b'"created"') for _ in range(2)] == [3, 3]
    with pytest.raises(Gone):
        await anext(parts)
    assert await customers(store, tenant_id) == 6


async def test_an_import_that_is_cancelled_reads_no_more(store: Store) -> None:
    tenant_id, lines = await open_tenant(store), Lines(5, waits=True)
    answers: list[bytes] = []

    async def call() -> None:
        async for part in importing(store, tenant_id, lines, 3):
            answers.append(part)

    task = asyncio.create_task(call())
    await lines.all_read.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert lines.closed
    assert await customers(store, tenant_id) in (0, 3)


async def test_who_can_not_be_stored_for_is_told_before_the_rest_is_heard(store: Store) -> None:
    lines = Lines(5, waits=True)
    parts = importing(store, 2_000_000_000, lines, 3)
    told = await asyncio.wait_for(anext(parts), 30)
    assert msgspec.json.decode(told)["summary"] | {"error": None} == {
        **dict.fromkeys(("lines", "created", "updated", "unchanged", "refused"), 0),
        "stoppedAt": 1,
        "error": None,
    }
    lines.go_on.set()
    assert [part async for part in parts] == []
    assert lines.closed
    assert lines.read == 5
