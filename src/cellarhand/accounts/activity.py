"""Telling the log of activity of people and apps: they are shared, and each of their tenants is told."""

from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, APP_INSTALL
from cellarhand.ids import id_of
from cellarhand.record.activity import Change, Happening, write_down
from cellarhand.record.actor import Actor
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit

ACCOUNT_KIND, APP_KIND = "account", "app"


async def tell_of_person(
    unit: WriteUnit, tenant_id: int, account_id: str, actor: Actor | None, deed: str, *changes: Change
) -> None:
    """One tenant's entry of a person. `unit` reaches the shared tables, as everywhere here.

    Without an actor it is the operator's doing.
    """
    row = await unit.row(ACCOUNT, ("first_name", "last_name"), equal("id", account_id))
    title = f"{row[0]} {row[1]}".strip() if row else ""
    await write_down(unit.of(tenant_id), actor, Happening(ACCOUNT_KIND, account_id, title, deed, changes))


async def tell_all_of_person(
    unit: WriteUnit, account_id: str, deed: str, *changes: Change, themselves: bool = True
) -> None:
    """What became of a person's account, in the log of each of their tenants.

    It is the operator's doing, unless they did it `themselves`.
    """
    rows = await unit.rows(ACCOUNT_ROLE, ("tenant_id",), equal("account_id", account_id))
    for (tenant_id,) in rows:
        actor = await on_the_site(unit, tenant_id, account_id) if themselves else None
        await tell_of_person(unit, tenant_id, account_id, actor, deed, *changes)


async def on_the_site(unit: WriteUnit, tenant_id: int, account_id: str) -> Actor | None:
    """A person on the pages of the platform, as the log of a tenant names them."""
    row = await unit.row(ACCOUNT, ("email", "first_name", "last_name"), equal("id", account_id))
    if row is None:
        return None
    name = f"{row[1]} {row[2]}".strip()
    return Actor("account", tenant_id, "", account_id, name, row[0], face="site")


async def tell_of_invite(
    unit: WriteUnit, tenant_id: int, invite_id: str, email: str, role: str, actor: Actor | None, deed: str
) -> None:
    told = ((("role",), None, role),) if deed == "Invited" else ()
    await write_down(unit.of(tenant_id), actor, Happening(ACCOUNT_KIND, invite_id, email, deed, told))


async def tell_of_app(
    unit: WriteUnit, tenant_id: int, app_id: str, actor: Actor | None, deed: str, *changes: Change
) -> None:
    happening = Happening(APP_KIND, id_of(APP_KIND, app_id), app_id, deed, changes)
    await write_down(unit.of(tenant_id), actor, happening)


async def tell_all_of_app(unit: WriteUnit, app_id: str, actor: Actor | None, deed: str) -> None:
    """In the log of each tenant where the app is installed."""
    for (tenant_id,) in await unit.rows(APP_INSTALL, ("tenant_id",), equal("app_id", app_id)):
        await tell_of_app(unit, tenant_id, app_id, actor, deed)
