"""People: one e-mail each, a role in each of their tenants, and how they come to a password (domain ACC)."""

from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts.activity import tell_all_of_person, tell_of_person
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.passwords import hash_secret_aside, password_fault
from cellarhand.accounts.rights import ROLES
from cellarhand.accounts.sessions import end_all
from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, PASSWORD_RESET, TENANT
from cellarhand.accounts.tenants import known_tenant
from cellarhand.ids import new_id
from cellarhand.mail.outbox import queue
from cellarhand.record import formats
from cellarhand.record.actor import Actor
from cellarhand.record.formats import Refused
from cellarhand.settings.setting import setting_of
from cellarhand.store.conditions import Among, By, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import ReadUnit, WriteUnit

OWNER = "Admin Owner"
LONGEST_NAME = 100


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


def checked_email(email: str) -> str:
    """The address as it is kept, or a fault."""
    try:
        return formats.email(email)
    except Refused:
        raise AdministrationFault(f"'{email}' is no e-mail address") from None


async def checked_password_hash(password: str) -> str:
    """The hash of a new password, or a fault that says what is wrong with it."""
    fault = password_fault(password)
    if fault:
        raise AdministrationFault(fault)
    return await hash_secret_aside(password)


def checked_role(role: str) -> str:
    """The role, when there is such a one."""
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
    email, role = checked_email(email), checked_role(role)
    password_hash = await checked_password_hash(password)

    async def job(unit: WriteUnit) -> str:
        tenant = await known_tenant(unit, slug)
        account_id = await add_account(unit, email, password_hash, first_name, last_name)
        await give_role(unit, account_id, tenant.tenant_id, role, None)
        return account_id

    return await store.write(None, job)


async def add_account(
    unit: WriteUnit, email: str, password_hash: str, first_name: str, last_name: str
) -> str:
    """A new person, in no tenant yet; the account's id."""
    if await unit.row(ACCOUNT, ("id",), equal("email_key", email_key(email))) is not None:
        raise AdministrationFault(
            f"there is an account '{email}' already: `cellarhand account role` gives it a role in a tenant"
        )
    first_name, last_name = _checked_names(first_name, last_name)
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


async def give_role(unit: WriteUnit, account_id: str, tenant_id: int, role: str, actor: Actor | None) -> None:
    """Set a role; everything issued under an earlier one ends at once (ACC-4)."""
    moment = clock.now()
    where = (*equal("account_id", account_id), *equal("tenant_id", tenant_id))
    before = await unit.row(ACCOUNT_ROLE, ("role",), where)
    told = (("role",), before[0] if before else None, role)
    deed = "Role changed" if before else "Added"
    await tell_of_person(unit, tenant_id, account_id, actor, deed, told)
    changed = await unit.update(ACCOUNT_ROLE, where, {"role": role, "valid_from": moment})
    if changed:
        await end_all(unit, account_id)
    else:
        row = {"account_id": account_id, "tenant_id": tenant_id, "role": role}
        await unit.insert(ACCOUNT_ROLE, {**row, "valid_from": moment, "created_at": moment})
        await _tell_owners(unit, account_id, tenant_id, role)
    await unit.end_cached_credentials()


async def _tell_owners(unit: WriteUnit, account_id: str, tenant_id: int, role: str) -> None:
    """Mail to every other Admin Owner that an account was added (ACC-3)."""
    names = ("email", "first_name", "last_name")
    added = await unit.row(ACCOUNT, names, equal("id", account_id))
    where = (*equal("tenant_id", tenant_id), *equal("role", OWNER))
    owners = [row[0] for row in await unit.rows(ACCOUNT_ROLE, ("account_id",), where)]
    told = await unit.rows(ACCOUNT, ("id", "email"), (Among("id", tuple(owners)),))
    if added is None or not told:
        return
    company = (await setting_of(unit.of(tenant_id)))[0]["companyName"]
    values = {"company": company, "email": added[0], "name": f"{added[1]} {added[2]}", "role": role}
    for id, email in told:
        if id != account_id:
            await queue(unit, tenant_id, "account-added", email, values)


async def set_role(store: Store, slug: str, email: str, role: str, *, actor: Actor | None = None) -> None:
    """Give a person a role in a tenant; the last owner keeps theirs (ACC-3). No actor is the operator."""
    role = checked_role(role)

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        account_id = await account_id_of(unit, email)
        await _take_turns(unit, tenant.tenant_id)
        if role != OWNER:
            await _keep_one_owner(unit, tenant.tenant_id, account_id)
        await give_role(unit, account_id, tenant.tenant_id, role, actor)

    await store.write(None, job)


async def remove_account(store: Store, slug: str, email: str, *, actor: Actor | None = None) -> None:
    """Take a person's role in one tenant away; the last owner stays (ACC-3). No actor is the operator."""

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        account_id = await account_id_of(unit, email)
        await _take_turns(unit, tenant.tenant_id)
        await _keep_one_owner(unit, tenant.tenant_id, account_id)
        where = (*equal("account_id", account_id), *equal("tenant_id", tenant.tenant_id))
        if not await unit.delete(ACCOUNT_ROLE, where):
            raise AdministrationFault(f"'{email}' has no role in '{slug}'")
        await tell_of_person(unit, tenant.tenant_id, account_id, actor, "Removed")
        await end_all(unit, account_id)
        await unit.end_cached_credentials()

    await store.write(None, job)


async def _take_turns(unit: WriteUnit, tenant_id: int) -> None:
    """Two owners who remove each other at one moment would leave none."""
    await unit.lock(TENANT, ("tenant_id",), equal("tenant_id", tenant_id))


async def _keep_one_owner(unit: WriteUnit, tenant_id: int, account_id: str) -> None:
    owners = await unit.rows(
        ACCOUNT_ROLE, ("account_id",), (*equal("tenant_id", tenant_id), *equal("role", OWNER))
    )
    if [row[0] for row in owners] == [account_id]:
        raise AdministrationFault("the last Admin Owner can be neither removed nor given another role")


async def set_password(store: Store, email: str, password: str, *, themselves: bool = False) -> None:
    """Change a person's password; sessions, cached credentials and staff tokens end at once (ACC-4).

    It is the operator's doing, unless they do it `themselves`.
    """
    password_hash = await checked_password_hash(password)

    async def job(unit: WriteUnit) -> None:
        account_id = await account_id_of(unit, email)
        await replace_password(unit, account_id, password_hash, themselves=themselves)

    await store.write(None, job)


async def replace_password(
    unit: WriteUnit, account_id: str, password_hash: str, *, themselves: bool = True
) -> None:
    """Set a password's hash; with it ends all that was proven by the old one, and every link to a new one."""
    await tell_all_of_person(unit, account_id, "Password changed", themselves=themselves)
    changed = {"password_hash": password_hash, "valid_from": clock.now()}
    await unit.update(ACCOUNT, equal("id", account_id), changed)
    await unit.delete(PASSWORD_RESET, equal("account_id", account_id))
    await end_all(unit, account_id)
    await unit.end_cached_credentials()


def _checked_names(first_name: str, last_name: str) -> tuple[str, str]:
    try:
        first, last = formats.person_name(first_name), formats.person_name(last_name)
    except Refused as refused:
        raise AdministrationFault(f"a name {refused}") from None
    if not first or not last or max(len(first), len(last)) > LONGEST_NAME:
        raise AdministrationFault(f"first and last name have 1 to {LONGEST_NAME} characters each")
    return first, last


async def rename(store: Store, account_id: str, first_name: str, last_name: str) -> None:
    """Set a person's names, in the form that names have."""
    first, last = _checked_names(first_name, last_name)

    async def job(unit: WriteUnit) -> None:
        before = await unit.row(ACCOUNT, ("first_name", "last_name"), equal("id", account_id))
        if before is None or tuple(before) == (first, last):
            return
        names = {"first_name": first, "last_name": last}
        await unit.update(ACCOUNT, equal("id", account_id), names)
        told = (("name",), f"{before[0]} {before[1]}".strip(), f"{first} {last}")
        await tell_all_of_person(unit, account_id, "Updated", told)
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


@dataclass(frozen=True, slots=True)
class Membership:
    """A tenant that a person has a role in."""

    slug: str
    company: str
    role: str


async def tenants_of(store: Store, account_id: str) -> list[Membership]:
    """Where a person may log in, by name; closed tenants answer nobody (TEN-2)."""
    unit = store.reading(None)
    rows = await unit.rows(ACCOUNT_ROLE, ("tenant_id", "role"), equal("account_id", account_id))
    roles = {row[0]: row[1] for row in rows}
    where = (Among("tenant_id", tuple(roles)), Compare("state", "<>", "Closed"))
    found: list[Membership] = []
    for tenant_id, slug in await unit.rows(TENANT, ("tenant_id", "slug"), where, (By("slug"),)):
        company = (await setting_of(store.reading(tenant_id)))[0]["companyName"]
        found.append(Membership(slug, company, roles[tenant_id]))
    return found
