"""Does the bulk jobs, outside of requests: one process of all on a database, a chunk of each job in turn."""

import asyncio
import logging

from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, TENANT
from cellarhand.events.bulk_job import BULK_JOB, Works, find, run_chunk, running, stop
from cellarhand.record.actor import Actor
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store, StoreUnavailable, UnfitDatabase

_LOG = logging.getLogger("cellarhand.bulk_jobs")
TASK = "bulk-jobs"
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_CLAIMS = 3.0


async def keep_running(store: Store, works: Works) -> None:
    """Take the lead when it is free, and do what is to be done while it is held; ends when cancelled."""
    while True:
        try:
            lead = await store.take_lead(TASK)
            if lead is not None:
                try:
                    while lead.held():
                        if not await run_due(store, works):
                            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
                finally:
                    await lead.release()
        except (StoreUnavailable, UnfitDatabase) as error:
            _LOG.warning("bulk jobs wait for the database: %s", error)
        await asyncio.sleep(SECONDS_BETWEEN_CLAIMS)


async def run_due(store: Store, works: Works) -> bool:
    """A chunk of every job that is not at its end; whether there was any."""
    busy = False
    for tenant_id in await store.reading(None).tenants_with(BULK_JOB):
        for job_id in await running(store.reading(tenant_id)):
            busy |= await _run_one(store, tenant_id, works, job_id)
    return busy


async def _run_one(store: Store, tenant_id: int, works: Works, job_id: str) -> bool:
    """Whether anything was done. A mistake of the house ends this job, and no other."""
    actor = await actor_of(store, tenant_id, job_id)
    if actor is None:
        return False
    try:
        await run_chunk(store, actor, works, job_id)
    except StoreUnavailable:
        raise
    except Exception:
        _LOG.exception("bulk job %s failed", job_id)
        await stop(store, actor, works, job_id, "It failed; the server's log knows why.")
    return True


async def actor_of(store: Store, tenant_id: int, job_id: str) -> Actor | None:
    """Who began the job, with the role of this moment; None where the tenant is not to be changed now."""
    shared = store.reading(None)
    tenant = await shared.row(TENANT, ("slug", "state"), equal("tenant_id", tenant_id))
    job = await find(store.reading(tenant_id), job_id)
    if tenant is None or job is None or tenant[1] in ("Suspended", "Closed"):
        return None
    names = ("email", "first_name", "last_name")
    email, first, last = await shared.row(ACCOUNT, names, equal("id", job.account_id)) or ("", "", "")
    where = (*equal("account_id", job.account_id), *equal("tenant_id", tenant_id))
    role = await shared.row(ACCOUNT_ROLE, ("role",), where)
    return Actor(
        "account",
        tenant_id,
        tenant[0],
        account_id=job.account_id,
        name=f"{first} {last}".strip() or email,
        email=email,
        role=role[0] if role else None,
        face="site",
    )
