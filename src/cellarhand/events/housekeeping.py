"""What has had its time goes: trash rows after 90 days, events and mails after 30 (reference B36)."""

import asyncio
import logging

from cellarhand import clock
from cellarhand.accounts.tables import TENANT
from cellarhand.events.trash import TRASH
from cellarhand.mail.outbox import drop_old
from cellarhand.store.conditions import By, Compare, Where
from cellarhand.store.engine import Store, StoreUnavailable
from cellarhand.store.tables import OUTBOX
from cellarhand.store.unit import WriteUnit

_LOG = logging.getLogger("cellarhand.housekeeping")
OUTBOX_DAYS = 30
SECONDS_BETWEEN = 6 * 3600
_CHUNK = 500


async def tidy(store: Store, trash_days: int) -> int:
    """Delete what is too old in every tenant, a few rows at a time; how many rows went."""
    gone = 0
    for row in await store.reading(None).rows(TENANT, ("tenant_id",)):
        gone += await _tidy_tenant(store, row[0], trash_days)
    return gone + await drop_old(store, OUTBOX_DAYS)


async def _tidy_tenant(store: Store, tenant_id: int, trash_days: int) -> int:
    async def job(unit: WriteUnit) -> int:
        thrown = await unit.rows(TRASH.table, ("id",), _older_than(trash_days), limit=_CHUNK)
        for row in thrown:
            await unit.delete(TRASH.table, (Compare("id", "=", row[0]),))
        if thrown:
            await unit.count_up(TRASH.name, -len(thrown))
        oldest = (By("seq"),)
        told = await unit.rows(OUTBOX, ("seq", "created_at"), order=oldest, limit=_CHUNK)
        told = [row for row in told if row[1] < clock.now() - OUTBOX_DAYS * clock.DAY_MS]
        if told:
            await unit.delete(OUTBOX, (Compare("seq", "<=", told[-1][0]),))
        return len(thrown) + len(told)

    gone = 0
    while True:
        now_gone = await store.write(tenant_id, job)
        gone += now_gone
        if now_gone < _CHUNK:
            return gone


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
