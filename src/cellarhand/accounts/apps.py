"""Apps: integrations with a secret, installed in tenants with Read or Full per object (domain APP)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts.activity import tell_all_of_app, tell_of_app
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.passwords import hash_secret, new_token
from cellarhand.accounts.rights import PERMISSIONS
from cellarhand.accounts.tables import APP, APP_INSTALL, APP_SECRET, TENANT
from cellarhand.accounts.tenants import known_tenant
from cellarhand.ids import new_id
from cellarhand.record.actor import Actor
from cellarhand.record.text import decode, encode
from cellarhand.store.conditions import By, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import Table
from cellarhand.store.unit import WriteUnit

APP_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}", re.ASCII)
_RESERVED = ("account", "new")
"""Whose web hooks are those of people, and where the site makes apps."""
ROTATION_MS = clock.DAY_MS


@dataclass(frozen=True, slots=True)
class App:
    """`permissions` maps names to Read or Full; `tenants` are the slugs where it is installed."""

    id: str
    title: str
    permissions: Mapping[str, str]
    tenants: tuple[str, ...]


def checked_permissions(permissions: Mapping[str, str]) -> dict[str, str]:
    """The permissions, each with a known name and Read or Full; `*` stands for all names."""
    found: dict[str, str] = {}
    for name, grant in permissions.items():
        if grant not in ("Read", "Full"):
            raise AdministrationFault(f"'{grant}' is no grant: use Read or Full")
        if name != "*" and name not in PERMISSIONS:
            raise AdministrationFault(f"'{name}' is no permission: use one of {', '.join(PERMISSIONS)}")
        found |= dict.fromkeys(PERMISSIONS, grant) if name == "*" else {name: grant}
    return found


async def create_app(
    store: Store,
    app_id: str,
    title: str,
    permissions: Mapping[str, str],
    *,
    secret: str | None = None,
    owner: str | None = None,
    actor: Actor | None = None,
) -> str:
    """A new app; returns its secret, which is shown this once and kept hashed.

    One with an `owner`, the slug of a tenant, is that tenant's alone and installed there (APP-1).
    """
    if not APP_ID.fullmatch(app_id):
        raise AdministrationFault(
            f"'{app_id}' can not be an app id: use 2 to 63 lower-case letters, digits and hyphens"
        )
    if app_id in _RESERVED:
        raise AdministrationFault(f"'{app_id}' can not be an app id: it is a word of the house")
    granted = checked_permissions(permissions)
    secret = secret or new_token()
    secret_hash = hash_secret(secret)

    async def job(unit: WriteUnit) -> None:
        if await unit.row(APP, ("id",), equal("id", app_id)) is not None:
            raise AdministrationFault(f"there is an app '{app_id}' already")
        row = {"id": app_id, "title": title, "permissions": encode(granted).decode(), "owner": owner}
        await unit.insert(APP, {**row, "created_at": clock.now()})
        if owner is not None:
            await _install(unit, app_id, (await known_tenant(unit, owner)).tenant_id, actor)
        await _add_secret(unit, app_id, secret_hash)

    await store.write(None, job)
    return secret


async def _add_secret(unit: WriteUnit, app_id: str, secret_hash: str) -> None:
    row = {"id": new_id(), "app_id": app_id, "secret_hash": secret_hash, "created_at": clock.now()}
    await unit.insert(APP_SECRET, row)
    await unit.end_cached_credentials()


async def rotate_secret(store: Store, app_id: str, *, actor: Actor | None = None) -> str:
    """A new secret; the one before stays good for 24 hours, those before it end (APP-4)."""
    secret = new_token()
    secret_hash = hash_secret(secret)

    async def job(unit: WriteUnit) -> None:
        await _known_app(unit, app_id)
        ends = clock.now() + ROTATION_MS
        await unit.delete(APP_SECRET, (*equal("app_id", app_id), Compare("expires_at", ">", 0)))
        await unit.update(APP_SECRET, equal("app_id", app_id), {"expires_at": ends})
        await _add_secret(unit, app_id, secret_hash)
        await tell_all_of_app(unit, app_id, actor, "Secret rotated")

    await store.write(None, job)
    return secret


async def _known_app(unit: WriteUnit, app_id: str) -> dict[str, str]:
    row = await unit.row(APP, ("permissions",), equal("id", app_id))
    if row is None:
        raise AdministrationFault(f"there is no app '{app_id}': `cellarhand app list` shows them")
    return decode(row[0])


async def install_app(store: Store, app_id: str, slug: str, *, actor: Actor | None = None) -> None:
    """Let an app reach a tenant with the permissions it declares now; again takes over new ones (APP-2)."""

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        await _install(unit, app_id, tenant.tenant_id, actor)
        await unit.end_cached_credentials()

    await store.write(None, job)


async def _install(unit: WriteUnit, app_id: str, tenant_id: int, actor: Actor | None) -> None:
    permissions = encode(await _known_app(unit, app_id)).decode()
    where = (*equal("app_id", app_id), *equal("tenant_id", tenant_id))
    before = await unit.row(APP_INSTALL, ("permissions",), where)
    if not await unit.update(APP_INSTALL, where, {"permissions": permissions}):
        row = {"app_id": app_id, "tenant_id": tenant_id, "permissions": permissions}
        await unit.insert(APP_INSTALL, {**row, "created_at": clock.now()})
    told = (("permissions",), decode(before[0]) if before else None, decode(permissions))
    deed = "Permissions changed" if before else "App installed"
    if before is None or before[0] != permissions:
        await tell_of_app(unit, tenant_id, app_id, actor, deed, told)


async def uninstall_app(
    store: Store, app_id: str, slug: str, hooks: Table, *, actor: Actor | None = None
) -> None:
    """End an app's access to a tenant at once and delete its web hooks there (APP-3)."""

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        where = (*equal("app_id", app_id), *equal("tenant_id", tenant.tenant_id))
        if not await unit.delete(APP_INSTALL, where):
            raise AdministrationFault(f"the app '{app_id}' is not installed in '{slug}'")
        gone = await unit.of(tenant.tenant_id).delete(hooks, equal("owner", app_id))
        if gone:
            await unit.of(tenant.tenant_id).count_up(hooks.name.replace("_", "-"), -gone)
        await tell_of_app(unit, tenant.tenant_id, app_id, actor, "App uninstalled")
        await unit.end_cached_credentials()

    await store.write(None, job)


async def list_apps(store: Store) -> list[App]:
    unit = store.reading(None)
    slugs = {row[0]: row[1] for row in await unit.rows(TENANT, ("tenant_id", "slug"))}
    installs: dict[str, list[str]] = {}
    for app_id, tenant_id in await unit.rows(APP_INSTALL, ("app_id", "tenant_id")):
        installs.setdefault(app_id, []).append(slugs[tenant_id])
    rows = await unit.rows(APP, ("id", "title", "permissions"), order=(By("id"),))
    return [App(row[0], row[1], decode(row[2]), tuple(sorted(installs.get(row[0], ())))) for row in rows]
