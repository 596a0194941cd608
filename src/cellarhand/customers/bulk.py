"""Bringing all customers in step with the tenant's time zone, once that is another (GEN-6).

Calendar years (CUS-9), expired cards (CRD-3) and dynamic tags that ask for days follow from the zone.
"""

from collections.abc import Sequence

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.derived import renew_customers
from cellarhand.events.bulk_job import Job, Meant, Outcome, Work, begin_within, count
from cellarhand.record.actor import Actor
from cellarhand.record.emitting import emit_bulk
from cellarhand.store.unit import WriteUnit

CHUNK = 500
FOLLOW_ZONE = "follow-zone"
_ALL = Meant()


async def begin_following_zone(unit: WriteUnit, actor: Actor, zone: str) -> None:
    """Have every customer computed anew, in the background, from the moment that the change is stored."""
    title = f"Bring customers in step with the time zone {zone}"
    total = await count(unit, CUSTOMER, _ALL, actor)
    await begin_within(unit, actor, FOLLOW_ZONE, title, _ALL, {}, total)


async def _run(unit: WriteUnit, actor: Actor, _job: Job, ids: Sequence[str]) -> Outcome:
    return Outcome(await renew_customers(unit, actor, ids), ())


async def _tell(unit: WriteUnit, job: Job, api_url: str) -> None:
    """One Bulk Update for all that changed: receivers read the list of what changed since the job began."""
    since = clock.to_wire(job.created_at)
    url = f"{api_url}/v1{CUSTOMER.path}?updatedAt=gte:{since}&cursor=start"
    await emit_bulk(unit, "Customer", job.id, {"callbackUrl": url})


CUSTOMER_WORKS = {FOLLOW_ZONE: Work(lambda _: CUSTOMER, None, _run, _tell, CHUNK)}
