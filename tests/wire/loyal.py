"""Switching loyalty on and off, as a person does on the site."""

from cellarhand.accounts.tenants import known_tenant
from cellarhand.record.actor import Actor
from cellarhand.record.writing import update_record
from cellarhand.settings.setting import SETTING, setting_of
from cellarhand.store.engine import Store
from cellarhand.testing.server import TestServer, TestTenant
from tests.callers import Site


async def switched(store: Store, tenant_id: int, slug: str, *, on: bool = True, points: int = 0) -> None:
    """Save the settings with loyalty on, or off."""
    actor = Actor("account", tenant_id, slug, name="Ann", email="ann@a.example", face="site")
    setting, _ = await setting_of(store.reading(tenant_id))
    body = {"loyalty": {"hasLoyalty": on, "pointsOnCustomerCreate": points}}
    await update_record(SETTING, store, actor, {"id": setting["id"]}, body)


def switch_loyalty(site: Site, *, on: bool = True, points: int = 0) -> None:
    site.server.run(switched(site.server.store, site.tenant_id, site.slug, on=on, points=points))


def switched_on(server: TestServer, tenant: TestTenant) -> TestTenant:
    """The same tenant, with loyalty."""
    store = server.app.store

    async def work() -> None:
        found = await known_tenant(store.reading(None), tenant.slug)
        await switched(store, found.tenant_id, tenant.slug)

    server._do(work())
    return tenant
