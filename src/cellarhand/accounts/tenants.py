"""Tenants: one winery each, named by a slug that never changes (domain TEN)."""

import re
from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.passwords import new_token
from cellarhand.accounts.tables import ACCOUNT_ROLE, APP_INSTALL, INVITE, TENANT, TENANT_SEQUENCE
from cellarhand.catalog.inventory_location import create_default_location
from cellarhand.mail.outbox import MAIL
from cellarhand.record.formats import countries
from cellarhand.settings.setting import create_setting
from cellarhand.settings.setting_write import is_currency, is_zone
from cellarhand.store.conditions import By, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import Table
from cellarhand.store.unit import ReadUnit, WriteUnit

SLUG = re.compile(r"[a-z0-9-]{2,63}", re.ASCII)
RESERVED = frozenset(("admin", "api", "app", "platform", "www"))


@dataclass(frozen=True, slots=True)
class Tenant:
    """`state` is Live, Suspended or Closed (TEN-2); instants in milliseconds UTC."""

    tenant_id: int
    slug: str
    state: str
    token_secret: str
    created_at: int


_NAMES = ("tenant_id", "slug", "state", "token_secret", "created_at")


async def find_tenant(unit: ReadUnit, slug: str) -> Tenant | None:
    """The tenant of that slug; `unit` reaches the shared tables."""
    row = await unit.row(TENANT, _NAMES, equal("slug", slug))
    return Tenant(*row) if row else None


async def known_tenant(unit: ReadUnit, slug: str) -> Tenant:
    tenant = await find_tenant(unit, slug)
    if tenant is None:
        raise AdministrationFault(f"there is no tenant '{slug}': `cellarhand tenant list` shows them")
    return tenant


async def list_tenants(store: Store) -> list[Tenant]:
    rows = await store.reading(None).rows(TENANT, _NAMES, order=(By("slug"),))
    return [Tenant(*row) for row in rows]


async def create_tenant(
    store: Store,
    slug: str,
    *,
    company_name: str,
    email: str,
    phone: str = "+15555550100",
    time_zone: str = "America/Los_Angeles",
    currency: str = "USD",
    country: str = "US",
    url: str | None = None,
    empty: bool = False,
) -> Tenant:
    """A new tenant with its base settings and a location; an `empty` one gets locations from elsewhere."""
    check_slug(slug)
    _check_settings(time_zone, currency, country)

    async def job(unit: WriteUnit) -> Tenant:
        if await find_tenant(unit, slug) is not None:
            raise AdministrationFault(f"there is a tenant '{slug}' already")
        tenant = await insert_tenant(unit, slug, "Live")
        await create_setting(
            unit.of(tenant.tenant_id),
            company_name=company_name,
            email=email,
            phone=phone,
            time_zone=time_zone,
            currency=currency,
            country=country,
            url=url or f"https://{slug}.example",
        )
        if not empty:
            await create_default_location(unit.of(tenant.tenant_id), company_name, country, phone)
        await unit.end_cached_credentials()
        return tenant

    return await store.write(None, job)


async def insert_tenant(unit: WriteUnit, slug: str, state: str) -> Tenant:
    """A row of the shared tables alone, with a secret of its own and nothing behind it yet."""
    row = await unit.lock(TENANT_SEQUENCE, ("next_id",), equal("id", 1))
    if row is None:
        raise LookupError("the database has no sequence of tenants")
    await unit.update(TENANT_SEQUENCE, equal("id", 1), {"next_id": row[0] + 1})
    tenant = Tenant(row[0], slug, state, new_token(), clock.now())
    await unit.insert(TENANT, dict(zip(_NAMES, _values(tenant), strict=True)))
    return tenant


def _values(tenant: Tenant) -> tuple[int, str, str, str, int]:
    return (tenant.tenant_id, tenant.slug, tenant.state, tenant.token_secret, tenant.created_at)


def check_slug(slug: str) -> None:
    """Raises AdministrationFault for a name that no tenant can have."""
    if not SLUG.fullmatch(slug):
        raise AdministrationFault(
            f"'{slug}' can not be a tenant id: use 2 to 63 lower-case letters, digits and hyphens"
        )
    if slug in RESERVED:
        raise AdministrationFault(f"'{slug}' is a reserved word: choose another tenant id")


def _check_settings(time_zone: str, currency: str, country: str) -> None:
    if not is_zone(time_zone):
        raise AdministrationFault(
            f"'{time_zone}' is no time zone: use an IANA name such as America/Los_Angeles"
        )
    if not is_currency(currency):
        raise AdministrationFault(f"'{currency}' is no currency: use an ISO 4217 code such as USD")
    if country not in countries():
        raise AdministrationFault(f"'{country}' is no country: use an ISO 3166-1 code such as US")


async def delete_tenant(store: Store, slug: str, tables: tuple[Table, ...]) -> None:
    """Erase a tenant with all its rows in `tables`; people and apps stay, without access to it."""

    async def job(unit: WriteUnit) -> None:
        tenant = await known_tenant(unit, slug)
        # What is on its way would outlive the tenant; what comes later finds none. Who is in it without a
        # unit of the tenant's own holds its row.
        await unit.keep_out(tenant.tenant_id)
        await unit.lock(TENANT, ("tenant_id",), equal("tenant_id", tenant.tenant_id))
        inside = unit.of(tenant.tenant_id)
        for table in tables:
            if not table.shared:
                await inside.delete(table, ())
        for table in (ACCOUNT_ROLE, APP_INSTALL, INVITE, MAIL, TENANT):
            await unit.delete(table, equal("tenant_id", tenant.tenant_id))
        await unit.end_cached_credentials()

    await store.write(None, job)
