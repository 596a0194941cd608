"""What waits for web hooks, for the operator: to see it, and to have it sent without waiting longer."""

from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.tenants import known_tenant
from cellarhand.events.deliveries import BEHIND_ANOTHER, DELIVERY, hooks_that_wait
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.record.text import decode
from cellarhand.store.conditions import By, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import ReadUnit, WriteUnit


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one hook; instants in milliseconds UTC, `failing_since` None when all is well."""

    hook_id: str
    object: str
    action: str
    count: int
    next_at: int
    failing_since: int | None


async def waiting(store: Store, slug: str) -> list[Waiting]:
    """The hooks of a tenant for which anything waits. Raises AdministrationFault for an unknown tenant."""
    tenant = await known_tenant(store.reading(None), slug)
    unit = store.reading(tenant.tenant_id)
    found = [await _waiting_for(unit, hook_id) for hook_id in await hooks_that_wait(unit)]
    return [each for each in found if each is not None]


async def _waiting_for(unit: ReadUnit, hook_id: str) -> Waiting | None:
    hook = await unit.row(WEB_HOOK.table, ("body", "failing_since"), equal("id", hook_id))
    first = await unit.rows(DELIVERY, ("due_at",), equal("hook_id", hook_id), (By("due_at"),), 1)
    if hook is None or not first:
        return None
    record, count = decode(hook[0]), await unit.count(DELIVERY, equal("hook_id", hook_id))
    return Waiting(hook_id, record["object"], record["action"], count, first[0][0], hook[1])


async def send_now(store: Store, slug: str, hook_id: str) -> int:
    """Have all that failed at a hook sent again now, in its order; how many deliveries that are."""
    tenant = await known_tenant(store.reading(None), slug)

    async def job(unit: WriteUnit) -> int:
        if await unit.lock(WEB_HOOK.table, ("id",), equal("id", hook_id)) is None:
            raise AdministrationFault(
                f"'{slug}' has no web hook '{hook_id}': `cellarhand web-hook pending {slug}` shows what waits"
            )
        put_off = (*equal("hook_id", hook_id), Compare("due_at", "<", BEHIND_ANOTHER))
        later = (*put_off, Compare("due_at", ">", clock.now()))
        return await unit.update(DELIVERY, later, {"due_at": clock.now()})

    return await store.write(tenant.tenant_id, job)
