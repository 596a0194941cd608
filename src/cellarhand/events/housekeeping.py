"""What has had its time goes: trash rows after 90 days, rows of the log of web hooks, mails and
bulk jobs that have ended after 30.

Events that nobody took out of the outbox go after 30 days too: they wait where no server sends web hooks.
"""

import asyncio
import logging

from cellarhand import clock
from cellarhand.accounts.tables import TENANT
from cellarhand.events.bulk_job import drop_ended
from cellarhand.events.trash import TRASH
from cellarhand.events.web_hook_log import WEB_HOOK_LOG
from cellarhand.mail.outbox import drop_old
from cellarhand.record.resource import Resource
from cellarhand.store.conditions import Among, By, Compare, Where
from cellarhand.store.engine import Store, StoreUnavailable
from cellarhand.store.tables import OUTBOX
from cellarhand.store.unit import WriteUnit

_LOG = logging.getLogger("cellarhand.housekeeping")
OUTBOX_DAYS = 30
LOG_DAYS = 30
SECONDS_BETWEEN = 6 * 3600
_CHUNK = 500


async def tidy(store: Store, trash_days: int) -> int:
    """Delete what is too old in every tenant, a few rows at a time; how many rows went."""
    gone = 0
    for row in await store.reading(None).rows(TENANT, ("tenant_id",)):
        gone += await _tidy_tenant(store, row[0], trash_days)
    return gone + await drop_old(store, OUTBOX_DAYS)


async def _tidy_tenant(store: Store, tenant_id: int, trash_days: int) -> int:
    async def job(unit: WriteUnit) -> tuple[int, int]:
        gone = [await _delete_old(unit, TRASH, trash_days), await _delete_old(unit, WEB_HOOK_LOG, LOG_DAYS)]
        oldest = (By("seq"),)
        told = await unit.rows(OUTBOX, ("seq", "created_at"), order=oldest, limit=_CHUNK)
        told = [row for row in told if row[1] < clock.now() - OUTBOX_DAYS * clock.DAY_MS]
        if told:
            await unit.delete(OUTBOX, (Compare("seq", "<=", told[-1][0]),))
        gone.append(await drop_ended(unit, clock.now() - LOG_DAYS * clock.DAY_MS, _CHUNK))
        return max(*gone, len(told)), sum(gone) + len(told)

    gone = 0
    while True:
        most, now_gone = await store.write(tenant_id, job)
        gone += now_gone
        if most < _CHUNK:
            return gone


async def _delete_old(unit: WriteUnit, resource: Resource, days: int) -> int:
    """Delete up to a chunk of the records that are older than that; how many."""
    old = await unit.rows(resource.table, ("id",), _older_than(days), limit=_CHUNK)
    if old:
        await unit.delete(resource.table, (Among("id", tuple(row[0] for row in old)),))
        await unit.count_up(resource.name, -len(old))
    return len(old)


def _older_than(days: int) -> Where:
    return (Compare("created_at", "<", clock.now() - days * clock.DAY_MS),)


async def keep_tidy(store: Store, trash_days: int) -> None:
    """Tidy now and then for as long as the server runs."""
    while True:
        try:
            gone = await tidy(store, trash_days)
            if gone:
                _LOG.info("took away %d rows that had their time", gone)
        except StoreUnavailable as error:
            _LOG.warning("could not tidy: %s", error)
        await asyncio.sleep(SECONDS_BETWEEN)
