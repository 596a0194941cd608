"""Invites: an e-mail address and a role, a link by mail, a password that the invitee chooses (ACC-2)."""

from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts.activity import on_the_site, tell_of_invite
from cellarhand.accounts.addresses import Addresses
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.passwords import new_token, token_digest
from cellarhand.accounts.people import (
    OWNER,
    add_account,
    checked_email,
    checked_password_hash,
    checked_role,
    email_key,
    give_role,
)
from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, INVITE, TENANT
from cellarhand.accounts.tenants import known_tenant
from cellarhand.ids import new_id
from cellarhand.mail.outbox import queue
from cellarhand.record.actor import Actor
from cellarhand.settings.setting import setting_of
from cellarhand.store.conditions import By, Compare, Where, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import ReadUnit, WriteUnit

LIFETIME_MS = 7 * clock.DAY_MS
_SPENT = "this invite was used, withdrawn or has expired: ask for a new one"


@dataclass(frozen=True, slots=True)
class Invite:
    """`state` is Pending, Accepted, Withdrawn or Expired; instants in milliseconds UTC."""

    id: str
    email: str
    role: str
    state: str
    expires_at: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invitee is shown; `account_id` is set when the address belongs to a known person."""

    company: str
    slug: str
    email: str
    role: str
    account_id: str | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person whose account an invite has just made."""

    account_id: str
    email: str


async def invite(
    store: Store, slug: str, email: str, role: str, addresses: Addresses, *, actor: Actor | None = None
) -> str:
    """The token of a new invite, mailed as a link: single use, 7 days; an earlier one ends (ACC-2).

    Without an actor it is the operator who invites.
    """
    email, role, token = checked_email(email), checked_role(role), new_token()

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        account = await unit.row(ACCOUNT, ("id",), equal("email_key", email_key(email)))
        if account is not None:
            where = (*equal("account_id", account[0]), *equal("tenant_id", tenant.tenant_id))
            if await unit.row(ACCOUNT_ROLE, ("role",), where) is not None:
                raise AdministrationFault(f"'{email}' is in '{slug}' already: must be unique")
        await unit.update(INVITE, _pending(tenant.tenant_id, email), {"state": "Withdrawn"})
        moment = clock.now()
        invite_id = new_id()
        row = {"id": invite_id, "tenant_id": tenant.tenant_id, "email": email, "email_key": email_key(email)}
        row |= {"role": role, "state": "Pending", "token_hash": token_digest(token)}
        await unit.insert(INVITE, {**row, "expires_at": moment + LIFETIME_MS, "created_at": moment})
        company = (await setting_of(unit.of(tenant.tenant_id)))[0]["companyName"]
        inviter = actor.name if actor is not None else None
        values = {"company": company, "role": role, "inviter": inviter or company}
        link = addresses.url(None, f"/invite/{token}")
        await queue(unit, tenant.tenant_id, "invite", email, {**values, "link": link})
        await tell_of_invite(unit, tenant.tenant_id, invite_id, email, role, actor, "Invited")

    await store.write(None, job)
    return token


def _pending(tenant_id: int, email: str) -> Where:
    return (*equal("tenant_id", tenant_id), *equal("email_key", email_key(email)), *equal("state", "Pending"))


async def list_open(store: Store, tenant_id: int) -> list[Invite]:
    """Invites of a tenant that nobody has accepted or withdrawn, newest first."""
    where = (*equal("tenant_id", tenant_id), *equal("state", "Pending"))
    names = ("id", "email", "role", "state", "expires_at", "created_at")
    rows = await store.reading(None).rows(INVITE, names, where, (By("created_at", descending=True),))
    return [
        Invite(row[0], row[1], row[2], "Expired" if row[4] <= clock.now() else row[3], row[4], row[5])
        for row in rows
    ]


async def open_invite(store: Store, tenant_id: int, invite_id: str) -> Invite | None:
    """One invite of `list_open`."""
    return next((each for each in await list_open(store, tenant_id) if each.id == invite_id), None)


async def withdraw(store: Store, tenant_id: int, invite_id: str, *, actor: Actor | None = None) -> bool:
    """End an invite; whether it was open."""

    async def job(unit: WriteUnit) -> bool:
        where = (*equal("id", invite_id), *equal("tenant_id", tenant_id), *equal("state", "Pending"))
        row = await unit.row(INVITE, ("email", "role"), where)
        if row is None or not await unit.update(INVITE, where, {"state": "Withdrawn"}):
            return False
        await tell_of_invite(unit, tenant_id, invite_id, row[0], row[1], actor, "Invite withdrawn")
        return True

    return await store.write(None, job)


def _good(token: str) -> Where:
    return (
        *equal("token_hash", token_digest(token)),
        *equal("state", "Pending"),
        Compare("expires_at", ">", clock.now()),
    )


async def read_invitation(store: Store, token: str) -> Invitation | None:
    """What a link shows; None when it is spent."""
    unit = store.reading(None)
    row = await unit.row(INVITE, ("tenant_id", "email", "role"), _good(token))
    if row is None:
        return None
    tenant = await unit.row(TENANT, ("slug",), equal("tenant_id", row[0]))
    company = (await setting_of(store.reading(row[0])))[0]["companyName"]
    known = await _account_of(unit, row[1])
    return Invitation(company, tenant[0] if tenant else "", row[1], row[2], known)


async def _account_of(unit: ReadUnit, email: str) -> str | None:
    row = await unit.row(ACCOUNT, ("id",), equal("email_key", email_key(email)))
    return row[0] if row else None


async def accept_as_new(store: Store, token: str, password: str, first_name: str, last_name: str) -> Newcomer:
    """Redeem an invite by choosing a password; the account that is made."""
    password_hash = await checked_password_hash(password)

    async def job(unit: WriteUnit) -> Newcomer:
        tenant_id, email, role = await _redeem(unit, token)
        account_id = await add_account(unit, email, password_hash, first_name, last_name)
        await _join(unit, account_id, tenant_id, role)
        return Newcomer(account_id, email)

    return await store.write(None, job)


async def accept_as_known(store: Store, token: str, account_id: str | None = None) -> str:
    """Redeem an invite as the person who has its address; returns the e-mail.

    On the site that is who is logged in; the operator's command names nobody.
    """

    async def job(unit: WriteUnit) -> str:
        tenant_id, email, role = await _redeem(unit, token)
        known = await _account_of(unit, email)
        if known is None:
            raise AdministrationFault("choose a password to accept this invite")
        if account_id is not None and known != account_id:
            raise AdministrationFault("this invite is for somebody else: log in as the person it is for")
        await _join(unit, known, tenant_id, role)
        return email

    return await store.write(None, job)


async def _redeem(unit: WriteUnit, token: str) -> tuple[int, str, str]:
    row = await unit.lock(INVITE, ("id", "tenant_id", "email", "role"), _good(token))
    if row is None:
        raise AdministrationFault(_SPENT)
    await unit.update(INVITE, equal("id", row[0]), {"state": "Accepted"})
    return row[1], row[2], row[3]


async def _join(unit: WriteUnit, account_id: str, tenant_id: int, role: str) -> None:
    where = (*equal("account_id", account_id), *equal("tenant_id", tenant_id))
    before = await unit.row(ACCOUNT_ROLE, ("role",), where)
    if before is None or before[0] != OWNER:
        # An owner who was made one meanwhile loses nothing by an older invite.
        actor = await on_the_site(unit, tenant_id, account_id)
        await give_role(unit, account_id, tenant_id, role, actor)
