"""Switching loyalty on and off, as a person does on the site."""

from cellarhand.record.actor import Actor
from cellarhand.record.writing import update_record
from cellarhand.settings.setting import SETTING, setting_of
from tests.callers import Site


def switch_loyalty(site: Site, *, on: bool = True, points: int = 0) -> None:
    actor = Actor("account", site.tenant_id, site.slug, name="Ann", email="ann@a.example", face="site")
    body = {"loyalty": {"hasLoyalty": on, "pointsOnCustomerCreate": points}}
    store = site.server.store

    async def work() -> None:
        setting, _ = await setting_of(store.reading(site.tenant_id))
        await update_record(SETTING, store, actor, {"id": setting["id"]}, body)

    site.server.run(work())
