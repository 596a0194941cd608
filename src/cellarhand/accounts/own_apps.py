"""Apps as a tenant's owners see them: their own, and the operator's that may be installed (APP-1, APP-2).

What an owner may do with an app is judged here: another tenant's app is not there at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts import apps
from cellarhand.accounts.activity import tell_of_app
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.tables import APP, APP_INSTALL, APP_SECRET
from cellarhand.accounts.tenants import known_tenant
from cellarhand.record.actor import Actor
from cellarhand.record.text import decode, encode
from cellarhand.store.conditions import By, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import Table
from cellarhand.store.unit import ReadUnit, WriteUnit


@dataclass(frozen=True, slots=True)
class TenantApp:
    """An app before one tenant: what it declares, and what it was granted here (None: not installed)."""

    id: str
    title: str
    declared: Mapping[str, str]
    granted: Mapping[str, str] | None
    is_own: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of an app, without itself; instants in milliseconds UTC."""

    created_at: int
    expires_at: int | None


async def apps_of(store: Store, slug: str) -> list[TenantApp]:
    """The tenant's own apps and the operator's, by id."""
    unit = store.reading(None)
    tenant = await known_tenant(unit, slug)
    where = equal("tenant_id", tenant.tenant_id)
    granted = {row[0]: row[1] for row in await unit.rows(APP_INSTALL, ("app_id", "permissions"), where)}
    names = ("id", "title", "permissions", "owner", "created_at")
    return [
        TenantApp(
            row[0],
            row[1],
            decode(row[2]),
            decode(granted[row[0]]) if row[0] in granted else None,
            row[3] == slug,
            row[4],
        )
        for row in await unit.rows(APP, names, order=(By("id"),))
        if row[3] in (None, slug) or row[0] in granted
    ]


async def secrets_of(store: Store, app_id: str) -> list[Secret]:
    """The secrets that are good now, the newest first."""
    order = (By("created_at", descending=True),)
    rows = await store.reading(None).rows(
        APP_SECRET, ("created_at", "expires_at"), equal("app_id", app_id), order
    )
    return [Secret(*row) for row in rows if row[1] is None or row[1] > clock.now()]


async def _own(unit: ReadUnit, app_id: str, slug: str) -> None:
    if await unit.row(APP, ("id",), (*equal("id", app_id), *equal("owner", slug))) is None:
        raise AdministrationFault(f"'{app_id}' is no app of this winery: its operator changes it")


async def rotate(store: Store, app_id: str, actor: Actor) -> str:
    """A new secret of an app of the tenant's own; the one before stays good for 24 hours (APP-4)."""
    await _own(store.reading(None), app_id, actor.tenant)
    return await apps.rotate_secret(store, app_id, actor=actor)


async def end_old_secret(store: Store, app_id: str, actor: Actor) -> None:
    """Do not wait for the 24 hours: only the newest secret is good from now on."""

    async def job(unit: WriteUnit) -> None:
        await _own(unit, app_id, actor.tenant)
        await unit.delete(APP_SECRET, (*equal("app_id", app_id), Compare("expires_at", ">", 0)))
        await tell_of_app(unit, actor.tenant_id, app_id, actor, "Secret before ended")
        await unit.end_cached_credentials()

    await store.write(None, job)


async def change_permissions(store: Store, app_id: str, actor: Actor, permissions: Mapping[str, str]) -> None:
    """What an app of the tenant's own may do from now on, installed or not: who saves it consents."""
    granted = encode(apps.checked_permissions(permissions)).decode()

    async def job(unit: WriteUnit) -> None:
        await _own(unit, app_id, actor.tenant)
        before = await unit.lock(APP, ("permissions",), equal("id", app_id))
        await unit.update(APP, equal("id", app_id), {"permissions": granted})
        where = (*equal("app_id", app_id), *equal("tenant_id", actor.tenant_id))
        await unit.update(APP_INSTALL, where, {"permissions": granted})
        if before is not None and before[0] != granted:
            told = (("permissions",), decode(before[0]), decode(granted))
            await tell_of_app(unit, actor.tenant_id, app_id, actor, "Permissions changed", told)
        await unit.end_cached_credentials()

    await store.write(None, job)


async def install(store: Store, app_id: str, actor: Actor) -> None:
    """Let an app in that the tenant can see, with the permissions that it declares."""
    if app_id not in {each.id for each in await apps_of(store, actor.tenant)}:
        raise AdministrationFault(f"there is no app '{app_id}'")
    await apps.install_app(store, app_id, actor.tenant, actor=actor)


async def delete_app(store: Store, app_id: str, actor: Actor, hooks: Table) -> None:
    """Delete an app of the tenant's own, with its secrets, its access and its web hooks, wherever it is."""
    await _own(store.reading(None), app_id, actor.tenant)
    for slug in next(each.tenants for each in await apps.list_apps(store) if each.id == app_id):
        # In another tenant it was let in by the operator.
        mine = slug == actor.tenant
        await apps.uninstall_app(store, app_id, slug, hooks, actor=actor if mine else None)

    async def job(unit: WriteUnit) -> None:
        await _own(unit, app_id, actor.tenant)
        await tell_of_app(unit, actor.tenant_id, app_id, actor, "App deleted")
        for table, column in ((APP_SECRET, "app_id"), (APP_INSTALL, "app_id"), (APP, "id")):
            await unit.delete(table, equal(column, app_id))
        await unit.end_cached_credentials()

    await store.write(None, job)
