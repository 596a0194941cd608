"""Sends web hooks, after commit and outside of requests (reference A19, domain GEN-4).

Of all processes on a database one leads and sends; when it ends, another takes over. All that is known of
what was sent stands in the database, so nothing is forgotten, and what was under way in a process that was
killed is sent again. One slow receiver holds up nobody else: each hook has a round of its own.
"""

import asyncio
import logging
from typing import Any, Protocol

from cellarhand import clock
from cellarhand.accounts.tables import TENANT
from cellarhand.events import deliveries
from cellarhand.events.deliveries import DELIVERY
from cellarhand.events.letter import Hook, Post, write_letter
from cellarhand.store.conditions import By, equal
from cellarhand.store.engine import Lead, Store, StoreUnavailable, UnfitDatabase
from cellarhand.store.tables import OUTBOX, Table

_LOG = logging.getLogger("cellarhand.web_hooks")
TASK = "web-hooks"
SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_BETWEEN_CLAIMS = 3.0
SECONDS_BETWEEN_COUNTS = 5.0
SECONDS_TO_FINISH = 5.0
AT_ONCE_A_HOOK = 4
AT_ONCE = 64
"""Payloads in memory at any moment, over all hooks."""
FAILURES_BEFORE_REST = 10
REST_MS = 60_000
"""A receiver that fails time after time is asked once a minute, whatever waits: it is down."""


class Watcher(Protocol):
    """Who is told what happens, for metrics."""

    def attempted(self, *, delivered: bool) -> None: ...

    def waiting(self, count: int, oldest_seconds: float) -> None: ...


class Courier:
    """The sender of one process. `run` is a task for the life of the server, and ends well when cancelled."""

    def __init__(self, store: Store, post: Post, watcher: Watcher) -> None:
        self.post = post
        self._store = store
        self._watcher = watcher
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._rounds: dict[tuple[int, str], asyncio.Task[None]] = {}
        self._failures: dict[str, int] = {}
        self._rests_until: dict[str, int] = {}
        self._ending = False
        self._count_due = 0.0

    async def run(self) -> None:
        """Take the lead when it is free, and send while it is held."""
        while True:
            try:
                lead = await self._store.take_lead(TASK)
                if lead is not None:
                    await self._lead(lead)
            except (StoreUnavailable, UnfitDatabase) as error:
                _LOG.warning("web hooks wait for the database: %s", error)
            await asyncio.sleep(SECONDS_BETWEEN_CLAIMS)

    async def _lead(self, lead: Lead) -> None:
        try:
            while lead.held():
                busy = await self._spread()
                await self._begin_rounds()
                await self._count()
                if not busy:
                    await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        finally:
            await self._end_rounds()
            self._watcher.waiting(0, 0.0)
            await lead.release()

    async def _spread(self) -> bool:
        """Move events out of the outbox; whether more wait there."""
        busy = False
        for tenant_id in await self._open_tenants(OUTBOX):
            try:
                busy |= await deliveries.spread(self._store, tenant_id) == deliveries.EVENTS_AT_ONCE
            except deliveries.SpreadElsewhere:
                continue
        return busy

    async def _open_tenants(self, table: Table) -> list[int]:
        """The tenants with rows there; one that is Closed (being restored, say) waits until it is opened."""
        shared = self._store.reading(None)
        found = await shared.tenants_with(table)
        if not found:
            return found
        closed = {row[0] for row in await shared.rows(TENANT, ("tenant_id",), equal("state", "Closed"))}
        return [tenant_id for tenant_id in found if tenant_id not in closed]

    async def _begin_rounds(self) -> None:
        """A round for each hook that something waits for, unless it has one or rests."""
        for tenant_id in await self._open_tenants(DELIVERY):
            for hook_id in await deliveries.hooks_that_wait(self._store.reading(tenant_id)):
                key = (tenant_id, hook_id)
                if key not in self._rounds and self._rests_until.get(hook_id, 0) <= clock.now():
                    self._rounds[key] = asyncio.create_task(self._round(tenant_id, hook_id))
                    self._rounds[key].add_done_callback(lambda _, key=key: self._rounds.pop(key, None))

    async def _end_rounds(self) -> None:
        """What is under way may finish; what takes too long is sent again by the next who leads."""
        self._ending = True
        try:
            if self._rounds:
                await asyncio.wait(self._rounds.values(), timeout=SECONDS_TO_FINISH)
            await _cancel(*self._rounds.values())
        finally:
            self._ending = False

    async def _round(self, tenant_id: int, hook_id: str) -> None:
        """Send what is due to one hook until nothing is, some objects at a time."""
        under_way: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                await self._send_due(tenant_id, hook_id, under_way)
                if not under_way:
                    return
                # One that is slow does not keep the others from setting out as they come.
                room = len(under_way) < AT_ONCE_A_HOOK
                done, _ = await asyncio.wait(
                    under_way.values(),
                    timeout=SECONDS_BETWEEN_LOOKS if room else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for id in [id for id, task in under_way.items() if task in done]:
                    await under_way.pop(id)
        except (StoreUnavailable, UnfitDatabase) as error:
            # What can't be noted would be sent again and again.
            self._rests_until[hook_id] = clock.now() + REST_MS
            _LOG.warning("web hook %s waits for the database: %s", hook_id, error)
        except Exception:
            self._rests_until[hook_id] = clock.now() + REST_MS
            _LOG.exception("web hook %s could not be served", hook_id)
        finally:
            await _cancel(*under_way.values())

    async def _send_due(
        self, tenant_id: int, hook_id: str, under_way: "dict[str, asyncio.Task[None]]"
    ) -> None:
        """Fill `under_way` up with what is due."""
        if self._ending or self._rests_until.get(hook_id, 0) > clock.now():
            return
        unit = self._store.reading(tenant_id)
        hook = await deliveries.live_hook(unit, hook_id)
        if hook is None:
            if not under_way:
                await deliveries.drop_all(self._store, tenant_id, hook_id)
                self._failures.pop(hook_id, None)
                self._rests_until.pop(hook_id, None)
            return
        most = 1 if self._failures.get(hook_id, 0) >= FAILURES_BEFORE_REST else AT_ONCE_A_HOOK
        tenant = await self._store.reading(None).row(TENANT, ("slug",), equal("tenant_id", tenant_id))
        for place in await deliveries.due(unit, hook_id, most):
            if tenant is not None and place[0] not in under_way and len(under_way) < most:
                attempt = self._attempt(tenant_id, tenant[0], hook, *place)
                under_way[place[0]] = asyncio.create_task(attempt)

    async def _attempt(
        self, tenant_id: int, tenant: str, hook: Hook, id: str, object_id: str, seq: int
    ) -> None:
        """Send one delivery once, and note what came of it."""
        async with self._slots:
            unit = self._store.reading(tenant_id)
            delivery = await deliveries.read_delivery(unit, hook, id, object_id, seq)
            if delivery is None:
                return
            began = clock.now()
            outcome = await self.post(write_letter(delivery, tenant, began))
            self._watcher.attempted(delivered=outcome.delivered)
            result = await deliveries.finish(self._store, tenant_id, delivery, outcome, began)
        self._tell(tenant, hook.id, delivery.attempts + 1, outcome.delivered, result)

    def _tell(self, tenant: str, hook_id: str, attempts: int, delivered: bool, result: str) -> None:
        """Count failures in a row, and log what changes. Ids only: an address may hold a secret."""
        before = self._failures.pop(hook_id, 0)
        if result == "gone":
            return
        if delivered:
            self._rests_until.pop(hook_id, None)
            if before:
                _LOG.info("web hook %s of %s: delivered again after %d failures", hook_id, tenant, before)
            return
        self._failures[hook_id] = before + 1
        if before + 1 >= FAILURES_BEFORE_REST:
            self._rests_until[hook_id] = clock.now() + REST_MS
        if result == "disabled":
            _LOG.warning("web hook %s of %s: disabled after 48 hours without success", hook_id, tenant)
            self._failures.pop(hook_id)
        elif result == "given up":
            _LOG.warning("web hook %s of %s: gave an event up after %d attempts", hook_id, tenant, attempts)
        elif not before:
            _LOG.warning("web hook %s of %s: attempt %d failed", hook_id, tenant, attempts)

    async def _count(self) -> None:
        """Tell the watcher, now and then, how much waits and for how long."""
        now = asyncio.get_running_loop().time()
        if now < self._count_due:
            return
        self._count_due = now + SECONDS_BETWEEN_COUNTS
        count, oldest = 0, clock.now()
        for table, order in ((OUTBOX, (By("seq"),)), (DELIVERY, (By("created_at"),))):
            for tenant_id in await self._store.reading(None).tenants_with(table):
                unit = self._store.reading(tenant_id)
                count += await unit.count(table, ())
                first = await unit.rows(table, ("created_at",), (), order, 1)
                oldest = min([oldest, *(row[0] for row in first)])
        self._watcher.waiting(count, (clock.now() - oldest) / 1000)


async def _cancel(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
