"""Settings, Accounts: who works here, for Admin Owners (ACC-2, ACC-3)."""

from starlette.responses import Response

from cellarhand.accounts import invites, people
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.people import Person
from cellarhand.accounts.rights import ROLES
from cellarhand.admin.visit import Screen, Visit, said

PAGE = "/settings/accounts"


async def show_accounts(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    return visit.page(
        "accounts.html",
        status,
        people=await people.list_people(visit.store, visit.actor.tenant),
        invites=await invites.list_open(visit.store, visit.actor.tenant_id),
        roles=ROLES,
        fault=fault,
        email=visit.sent("email"),
        role=visit.sent("role"),
    )


async def _invite(visit: Visit, email: str, role: str) -> None:
    await invites.invite(
        visit.store, visit.actor.tenant, email, role, visit.grounds.addresses, actor=visit.actor
    )


async def invite(visit: Visit) -> Response:
    try:
        await _invite(visit, visit.sent("email"), visit.sent("role"))
    except AdministrationFault as fault:
        return await _page(visit, said(fault), 422)
    return visit.go(PAGE, "invited")


async def resend(visit: Visit) -> Response:
    """A new link to the same person; the one before ends."""
    known = await invites.open_invite(visit.store, visit.actor.tenant_id, visit.params["id"])
    if known is None:
        return await _page(visit, "This invite was accepted or withdrawn meanwhile.", 422)
    try:
        await _invite(visit, known.email, known.role)
    except AdministrationFault as fault:
        return await _page(visit, said(fault), 422)
    return visit.go(PAGE, "resent")


async def withdraw(visit: Visit) -> Response:
    await invites.withdraw(visit.store, visit.actor.tenant_id, visit.params["id"], actor=visit.actor)
    return visit.go(PAGE, "withdrawn")


async def _member(visit: Visit) -> Person | None:
    everybody = await people.list_people(visit.store, visit.actor.tenant)
    return next((each for each in everybody if each.id == visit.params["id"]), None)


async def change_role(visit: Visit) -> Response:
    member = await _member(visit)
    if member is None:
        return await _page(visit, "This account was removed meanwhile.", 422)
    if member.role == visit.sent("role"):
        return visit.go(PAGE, "unchanged")
    try:
        await people.set_role(
            visit.store, visit.actor.tenant, member.email, visit.sent("role"), actor=visit.actor
        )
    except AdministrationFault as fault:
        return await _page(visit, said(fault), 422)
    return visit.go(PAGE, "role")


async def remove(visit: Visit) -> Response:
    member = await _member(visit)
    if member is None:
        return await _page(visit, "This account was removed meanwhile.", 422)
    try:
        await people.remove_account(visit.store, visit.actor.tenant, member.email, actor=visit.actor)
    except AdministrationFault as fault:
        return await _page(visit, said(fault), 422)
    return visit.go(PAGE, "removed")


SCREENS = (
    Screen("GET", PAGE, show_accounts, "account", "list"),
    Screen("POST", f"{PAGE}/invite", invite, "account", "create"),
    Screen("POST", f"{PAGE}/invites/{{id}}/resend", resend, "account", "update"),
    Screen("POST", f"{PAGE}/invites/{{id}}/withdraw", withdraw, "account", "delete"),
    Screen("POST", f"{PAGE}/{{id}}/role", change_role, "account", "update"),
    Screen("POST", f"{PAGE}/{{id}}/remove", remove, "account", "delete"),
)
