"""What every tenant has done each night at 03:00 of its own time (domain CUS-10, TIM-3).

Several server processes may run: the one that claims a tenant's night does its work. A night that was missed
is made up for once, when a server runs again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from cellarhand import clock
from cellarhand.accounts.tables import TENANT
from cellarhand.settings.time_zone import day_of, zone_of
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store, StoreUnavailable
from cellarhand.store.tables import Column, Table
from cellarhand.store.unit import ReadUnit, WriteUnit

Work = Callable[[Store, int], Awaitable[int]]
"""Does a night's work for one tenant; how many records it changed."""
_LOG = logging.getLogger("cellarhand.nightly")
HOUR = 3
SECONDS_BETWEEN = 600
LONGEST_MS = 3_600_000
"""A claim that is older was made by a process that is gone."""

NIGHTLY_RUN = Table(
    "nightly_run",
    (Column("name", "text"), Column("done_day", "int"), Column("claimed_until", "int")),
    key=("name",),
)
"""The last night for which each work was done, by the number of its local day."""


async def _due(unit: ReadUnit, name: str, created_at: int) -> int | None:
    """The night whose work is to be done now; None when there is none."""
    now, zone = clock.now(), await zone_of(unit)
    night = day_of(now, zone, HOUR)
    row = await unit.row(NIGHTLY_RUN, ("done_day", "claimed_until"), equal("name", name))
    # The first night of a tenant is the one after it was made.
    done, claimed_until = row or (day_of(created_at, zone, HOUR), 0)
    return night if done < night and claimed_until <= now else None


async def _claim(unit: WriteUnit, name: str, created_at: int) -> int | None:
    """The night that is due, kept from other processes."""
    row = await unit.lock(NIGHTLY_RUN, ("done_day",), equal("name", name))
    night = await _due(unit, name, created_at)
    if night is None:
        return None
    claimed_until = clock.now() + LONGEST_MS
    if row is None:
        values = {"name": name, "done_day": night - 1, "claimed_until": claimed_until}
        await unit.insert(NIGHTLY_RUN, values)
    else:
        await unit.update(NIGHTLY_RUN, equal("name", name), {"claimed_until": claimed_until})
    return night


async def run_due(store: Store, works: Mapping[str, Work]) -> int:
    """Do what is due in every tenant; how many works were done. One that fails does not keep others back."""
    done = 0
    for tenant_id, created_at in await store.reading(None).rows(TENANT, ("tenant_id", "created_at")):
        for name, work in works.items():
            try:
                done += await _run_one(store, tenant_id, created_at, name, work)
            except StoreUnavailable:
                raise
            except Exception:
                _LOG.exception("nightly %s of tenant %d failed", name, tenant_id)
    return done


async def _run_one(store: Store, tenant_id: int, created_at: int, name: str, work: Work) -> bool:
    if await _due(store.reading(tenant_id), name, created_at) is None:
        return False

    async def claim(unit: WriteUnit) -> int | None:
        return await _claim(unit, name, created_at)

    night = await store.write(tenant_id, claim)
    if night is None:
        return False
    changed = await work(store, tenant_id)

    async def finish(unit: WriteUnit) -> None:
        values = {"done_day": night, "claimed_until": 0}
        await unit.update(NIGHTLY_RUN, equal("name", name), values)

    await store.write(tenant_id, finish)
    _LOG.info("nightly %s of tenant %d: %d records changed", name, tenant_id, changed)
    return True


async def keep_nightly(store: Store, works: Mapping[str, Work]) -> None:
    """See now and then what is due, for as long as the server runs."""
    while True:
        try:
            await run_due(store, works)
        except StoreUnavailable as error:
            _LOG.warning("could not do the night's work: %s", error)
        await asyncio.sleep(SECONDS_BETWEEN)
