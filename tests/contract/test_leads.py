"""One process does for all what must be done once: the lead of a task, and finding tenants that have work."""

import asyncio
import multiprocessing
from typing import Any

import pytest

from cellarhand.ids import new_id
from cellarhand.store.engine import Store, open_store
from cellarhand.store.unit import WriteUnit
from tests.contract.conftest import PROBE


async def test_one_has_the_lead_until_it_lets_go(store: Store, probed: str) -> None:
    second = open_store(probed)
    await second.open()
    try:
        lead = await store.take_lead("probing")
        assert lead is not None
        assert lead.held()
        assert await second.take_lead("probing") is None
        assert await store.take_lead("probing") is None
        other_task = await second.take_lead("other-probing")
        assert other_task is not None
        await lead.release()
        assert not lead.held()
        taken = await second.take_lead("probing")
        assert taken is not None
        await taken.release()
        await other_task.release()
    finally:
        await second.close()


def _lead_and_wait(url: str, said: Any) -> None:
    async def work() -> None:
        opened = open_store(url)
        await opened.open()
        lead = await opened.take_lead("probing")
        said.put(lead is not None and lead.held())
        await asyncio.sleep(60)
        assert lead is not None

    asyncio.run(work())


async def test_the_lead_of_a_process_that_is_killed_is_free_again(store: Store, probed: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    said = spawn.Queue()
    process = spawn.Process(target=_lead_and_wait, args=(probed, said))
    process.start()
    try:
        assert await asyncio.to_thread(said.get, True, 60)
        assert await store.take_lead("probing") is None
    finally:
        process.kill()
        process.join()
        said.close()
    ends = asyncio.get_running_loop().time() + 20
    while (lead := await store.take_lead("probing")) is None:
        assert asyncio.get_running_loop().time() < ends
        await asyncio.sleep(0.01)
    await lead.release()


async def test_tenants_that_have_rows_are_found_without_reading_any(
    store: Store, tenant: int, other: int
) -> None:
    async def job(unit: WriteUnit) -> None:
        await unit.insert(PROBE, {"id": new_id(), "body": "{}", "name": None, "number": 1})

    for _ in range(3):
        await store.write(tenant, job)
    found = await store.reading(None).tenants_with(PROBE)
    assert tenant in found
    assert other not in found
    assert found == sorted(set(found))
    await store.write(other, job)
    assert other in await store.reading(None).tenants_with(PROBE)
    with pytest.raises(LookupError):
        await store.reading(tenant).tenants_with(PROBE)
