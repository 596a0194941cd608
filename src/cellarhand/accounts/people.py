"""People: one e-mail each, a role in each of their tenants, and how they come to a password (domain ACC)."""

from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.passwords import (
    hash_secret,
    new_token,
    password_fault,
    token_digest,
)
from cellarhand.accounts.rights import ROLES
from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, INVITE
from cellarhand.accounts.tenants import known_tenant
from cellarhand.ids import new_id
from cellarhand.record import formats
from cellarhand.record.formats import Refused
from cellarhand.store.conditions import Among, By, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import ReadUnit, WriteUnit

INVITE_LIFETIME_MS = 7 * clock.DAY_MS
OWNER = "Admin Owner"


@dataclass(frozen=True, slots=True)
class Person:
    """An account in one tenant; instants in milliseconds UTC."""

    id: str
    email: str
    first_name: str
    last_name: str
    role: str
    last_login_at: int | None


def email_key(email: str) -> str:
    return email.strip().casefold()


def _checked_email(email: str) -> str:
    try:
        return formats.email(email)
    except Refused:
        raise AdministrationFault(f"'{email}' is no e-mail address") from None


def _checked_role(role: str) -> str:
    if role not in ROLES:
        raise AdministrationFault(f"'{role}' is no role: use one of {', '.join(ROLES)}")
    return role


async def account_id_of(unit: ReadUnit, email: str) -> str:
    row = await unit.row(ACCOUNT, ("id",), equal("email_key", email_key(email)))
    if row is None:
        raise AdministrationFault(f"there is no account '{email}'")
    return row[0]


async def create_account(
    store: Store, slug: str, email: str, role: str, *, password: str, first_name: str, last_name: str
) -> str:
    """A person with a password and a role in a tenant; returns the account's id.

    For setting a server up: afterwards people are invited and choose their own passwords (ACC-2).
    """
    email, role = _checked_email(email), _checked_role(role)
    fault = password_fault(password)
    if fault:
        raise AdministrationFault(fault)
    password_hash = hash_secret(password)

    async def job(unit: WriteUnit) -> str:
        tenant = await known_tenant(unit, slug)
        account_id = await _new_account(unit, email, password_hash, first_name, last_name)
        await _give_role(unit, account_id, tenant.tenant_id, role)
        return account_id

    return await store.write(None, job)


async def _new_account(
    unit: WriteUnit, email: str, password_hash: str, first_name: str, last_name: str
) -> str:
    if await unit.row(ACCOUNT, ("id",), equal("email_key", email_key(email))) is not None:
        raise AdministrationFault(
            f"there is an account '{email}' already: `cellarhand account role` gives it a role in a tenant"
        )
    account_id, moment = new_id(), clock.now()
    await unit.insert(
        ACCOUNT,
        {
            "id": account_id,
            "email": email,
            "email_key": email_key(email),
            "first_name": first_name,
            "last_name": last_name,
            "password_hash": password_hash,
            "valid_from": moment,
            "created_at": moment,
        },
    )
    return account_id


async def _give_role(unit: WriteUnit, account_id: str, tenant_id: int, role: str) -> None:
    """Set a role; everything issued under an earlier one ends at once (ACC-4)."""
    moment = clock.now()
    where = (*equal("account_id", account_id), *equal("tenant_id", tenant_id))
    changed = await unit.update(ACCOUNT_ROLE, where, {"role": role, "valid_from": moment})
    if not changed:
        row = {"account_id": account_id, "tenant_id": tenant_id, "role": role}
        await unit.insert(ACCOUNT_ROLE, {**row, "valid_from": moment, "created_at": moment})
    await unit.end_cached_credentials()


async def set_role(store: Store, slug: str, email: str, role: str) -> None:
    """Give a person a role in a tenant; the last owner keeps theirs (ACC-3)."""
    role = _checked_role(role)

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        account_id = await account_id_of(unit, email)
        if role != OWNER:
            await _keep_one_owner(unit, tenant.tenant_id, account_id)
        await _give_role(unit, account_id, tenant.tenant_id, role)

    await store.write(None, job)


async def remove_account(store: Store, slug: str, email: str) -> None:
    """Take a person's role in one tenant away; the last owner stays (ACC-3)."""

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        account_id = await account_id_of(unit, email)
        await _keep_one_owner(unit, tenant.tenant_id, account_id)
        where = (*equal("account_id", account_id), *equal("tenant_id", tenant.tenant_id))
        if not await unit.delete(ACCOUNT_ROLE, where):
            raise AdministrationFault(f"'{email}' has no role in '{slug}'")
        await unit.end_cached_credentials()

    await store.write(None, job)


async def _keep_one_owner(unit: WriteUnit, tenant_id: int, account_id: str) -> None:
    owners = await unit.rows(
        ACCOUNT_ROLE, ("account_id",), (*equal("tenant_id", tenant_id), *equal("role", OWNER))
    )
    if [row[0] for row in owners] == [account_id]:
        raise AdministrationFault("the last Admin Owner can be neither removed nor given another role")


async def set_password(store: Store, email: str, password: str) -> None:
    """Change a person's password; cached credentials and staff tokens end at once (ACC-4)."""
    fault = password_fault(password)
    if fault:
        raise AdministrationFault(fault)
    password_hash = hash_secret(password)

    async def job(unit: WriteUnit) -> None:
        account_id = await account_id_of(unit, email)
        changed = {"password_hash": password_hash, "valid_from": clock.now()}
        await unit.update(ACCOUNT, equal("id", account_id), changed)
        await unit.end_cached_credentials()

    await store.write(None, job)


async def list_people(store: Store, slug: str) -> list[Person]:
    unit = store.reading(None)
    tenant = await known_tenant(unit, slug)
    roles = {
        row[0]: row[1]
        for row in await unit.rows(ACCOUNT_ROLE, ("account_id", "role"), equal("tenant_id", tenant.tenant_id))
    }
    names = ("id", "email", "first_name", "last_name", "last_login_at")
    rows = await unit.rows(ACCOUNT, names, (Among("id", tuple(roles)),), (By("email_key"),))
    return [Person(row[0], row[1], row[2], row[3], roles[row[0]], row[4]) for row in rows]


async def invite(store: Store, slug: str, email: str, role: str) -> str:
    """The token of a new invite: single use, 7 days, stored as a digest; an earlier one ends (ACC-2)."""
    email, role = _checked_email(email), _checked_role(role)
    token = new_token()

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        account = await unit.row(ACCOUNT, ("id",), equal("email_key", email_key(email)))
        if account is not None:
            where = (*equal("account_id", account[0]), *equal("tenant_id", tenant.tenant_id))
            if await unit.row(ACCOUNT_ROLE, ("role",), where) is not None:
                raise AdministrationFault(f"'{email}' is in '{slug}' already: must be unique")
        pending = (
            *equal("tenant_id", tenant.tenant_id),
            *equal("email_key", email_key(email)),
            *equal("state", "Pending"),
        )
        await unit.update(INVITE, pending, {"state": "Withdrawn"})
        await unit.insert(
            INVITE,
            {
                "id": new_id(),
                "tenant_id": tenant.tenant_id,
                "email": email,
                "email_key": email_key(email),
                "role": role,
                "state": "Pending",
                "token_hash": token_digest(token),
                "expires_at": clock.now() + INVITE_LIFETIME_MS,
                "created_at": clock.now(),
            },
        )

    await store.write(None, job)
    return token


async def accept_invite(
    store: Store, token: str, *, password: str | None, first_name: str, last_name: str
) -> str:
    """Redeem an invite; returns the e-mail. A new person chooses a password, a known one keeps theirs."""
    password_hash = None
    if password is not None:
        fault = password_fault(password)
        if fault:
            raise AdministrationFault(fault)
        password_hash = hash_secret(password)

    async def job(unit: WriteUnit) -> str:
        where = (
            *equal("token_hash", token_digest(token)),
            *equal("state", "Pending"),
            Compare("expires_at", ">", clock.now()),
        )
        row = await unit.lock(INVITE, ("id", "tenant_id", "email", "role"), where)
        if row is None:
            raise AdministrationFault("this invite was used, withdrawn or has expired: ask for a new one")
        invite_id, tenant_id, email, role = row
        known = await unit.row(ACCOUNT, ("id",), equal("email_key", email_key(email)))
        if known is not None:
            account_id = known[0]
        elif password_hash is None:
            raise AdministrationFault("choose a password to accept this invite")
        else:
            account_id = await _new_account(unit, email, password_hash, first_name, last_name)
        await _give_role(unit, account_id, tenant_id, role)
        await unit.update(INVITE, equal("id", invite_id), {"state": "Accepted"})
        return email

    return await store.write(None, job)
