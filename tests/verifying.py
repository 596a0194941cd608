"""Verifying a tenant of a test, on the event loop of its server."""

from cellarhand.accounts.tenants import known_tenant
from cellarhand.verify.check import Difference
from cellarhand.verify.checks import CHECKS
from cellarhand.verify.run import verify_tenant
from tests.callers import Site


def differences(site: Site, *, repair: bool = False) -> list[Difference]:
    """What `cellarhand db verify` finds in the tenant."""

    async def work() -> list[Difference]:
        store = site.server.store
        tenant = await known_tenant(store.reading(None), site.slug)
        found = verify_tenant(store, tenant, CHECKS, lambda *_: None, repair=repair)
        return [difference async for difference in found]

    return site.server.run(work())
