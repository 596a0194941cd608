"""The demo's two wineries: their people, their app and their data, made once in a database.

While they are being filled they are Closed, so that nobody is answered out of half a history; what was
interrupted is taken away and made anew.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cellarhand import clock, ids
from cellarhand.accounts.apps import create_app, install_app
from cellarhand.accounts.people import create_account, email_key
from cellarhand.accounts.rights import PERMISSIONS
from cellarhand.accounts.tables import ACCOUNT, APP, APP_SECRET, TENANT
from cellarhand.accounts.tenants import Tenant, create_tenant, delete_tenant, list_tenants
from cellarhand.customers.ranking import rank_customers
from cellarhand.demo import words
from cellarhand.demo.dice import Dice
from cellarhand.demo.filling import Plan, Progress, fill
from cellarhand.demo.people import FOUNDED, LAST_DAY, LAST_MOMENT, Staff, millis
from cellarhand.demo.rows import Known
from cellarhand.demo.shop import Shop, open_shop
from cellarhand.events.nightly import HOUR, NIGHTLY_RUN
from cellarhand.orders.number import FIRST, KIND, SEQUENCE
from cellarhand.record.actor import Actor
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record
from cellarhand.resources import TABLES
from cellarhand.settings.meta_data_config import META_DATA_CONFIG
from cellarhand.settings.setting import setting_of
from cellarhand.settings.time_zone import day_of
from cellarhand.store.conditions import Among, equal
from cellarhand.store.engine import Store, UnfitDatabase
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.tag import TAG, tag_ref

SLUG = "spectrawinery"
OTHER_SLUG = "otherwinery"
OTHER_CUSTOMERS = 6
PASSWORD = "cellarhand-demo"  # noqa: S105 - public on purpose
OWNER = "owner@spectrawinery.example"
DATA = "data@spectrawinery.example"
OTHER_OWNER = "owner@otherwinery.example"
APP_ID = "demo-app"
APP_KEY = "demo-app-secret"


@dataclass(frozen=True, slots=True)
class Size:
    """How many records the first winery has."""

    customers: int
    orders: int

    @staticmethod
    def of_customers(customers: int) -> "Size":
        """As many orders as so many customers place in two years, those of guests included."""
        return Size(customers, customers * 250_000 // 79_318)


SIZES = {"small": Size.of_customers(500), "medium": Size.of_customers(10_000), "large": Size(79_318, 250_000)}


@dataclass(frozen=True, slots=True)
class Demo:
    """What is there to be served: records of the first winery, and how they came there."""

    size: Size
    made_now: bool
    started_over: bool = False


async def prepare(store: Store, size: Size, seed: int, progress: Progress) -> Demo:
    """Make the wineries, unless the database has them already. `progress` hears of records done."""
    tenants = {tenant.slug: tenant for tenant in await list_tenants(store)}
    strangers = sorted(set(tenants) - {SLUG, OTHER_SLUG})
    if strangers:
        raise UnfitDatabase(
            f"the database holds other tenants ({', '.join(strangers)}): the demo's passwords are known to"
            " everybody, so it takes a database of its own"
        )
    if len(tenants) == 2 and all(tenant.state == "Live" for tenant in tenants.values()):
        unit = store.reading(tenants[SLUG].tenant_id)
        had = Size(await unit.counter("customer"), await unit.counter("order"))
        return Demo(had, made_now=False)
    await _clear(store, tuple(tenants))
    tonight = clock.now()
    with clock.frozen(millis(FOUNDED)), ids.seeded(seed):
        await _make(store, size, seed, tonight, progress)
    return Demo(size, made_now=True, started_over=bool(tenants))


async def _clear(store: Store, slugs: tuple[str, ...]) -> None:
    """Take away what an interrupted generation left."""
    for slug in slugs:
        await delete_tenant(store, slug, TABLES)

    async def job(unit: WriteUnit) -> None:
        await unit.delete(ACCOUNT, (Among("email_key", tuple(map(email_key, (OWNER, DATA, OTHER_OWNER)))),))
        await unit.delete(APP_SECRET, equal("app_id", APP_ID))
        await unit.delete(APP, equal("id", APP_ID))

    await store.write(None, job)


async def _make(store: Store, size: Size, seed: int, tonight: int, progress: Progress) -> None:
    # Each winery's data has ids of its own seed, so that what a new tenant gets by itself moves none of them.
    first = await _found(store, SLUG, "Spectra Winery", "+17075550100")
    with ids.seeded(seed + 1):
        # The owner last: an owner is told by mail of every account that is added.
        data = await _staff(store, SLUG, DATA, "Data", "Dana Merritt")
        owner = await _staff(store, SLUG, OWNER, "Admin Owner", "Olive Ashdown")
        await create_app(store, APP_ID, "Demo app", dict.fromkeys(PERMISSIONS, "Full"), secret=APP_KEY)
        await install_app(store, APP_ID, SLUG)
        shop = await _open_shop(store, first, data, Dice(seed))
        tags = await _write_definitions(store, first)
    known = Known.of(tags, shop, await _zone(store, first))
    plan = Plan(first.tenant_id, seed, size.customers, size.orders, (owner, data), known, shop)
    await fill(store, plan, progress)
    await _number_on(store, first, size.orders)
    await _rank(store, first, tonight)

    other = await _found(store, OTHER_SLUG, "Other Winery", "+15035550100")
    with ids.seeded(seed + 2):
        other_owner = await _staff(store, OTHER_SLUG, OTHER_OWNER, "Admin Owner", "Perry Lockwood")
    known = Known.of({}, None, await _zone(store, other))
    plan = Plan(other.tenant_id, seed + 1, OTHER_CUSTOMERS, 0, (other_owner,), known)
    await fill(store, plan, lambda _: None)
    await _rank(store, other, tonight)
    await _set_state(store, (first, other), "Live")


async def _found(store: Store, slug: str, company: str, phone: str) -> Tenant:
    tenant = await create_tenant(
        store, slug, company_name=company, email=f"hello@{slug}.example", phone=phone
    )
    await _set_state(store, (tenant,), "Closed")
    return tenant


async def _set_state(store: Store, tenants: tuple[Tenant, ...], state: str) -> None:
    async def job(unit: WriteUnit) -> None:
        for tenant in tenants:
            await unit.update(TENANT, equal("tenant_id", tenant.tenant_id), {"state": state})
        await unit.end_cached_credentials()

    await store.write(None, job)


async def _staff(store: Store, slug: str, email: str, role: str, name: str) -> Staff:
    first, last = name.split()
    id = await create_account(store, slug, email, role, password=PASSWORD, first_name=first, last_name=last)
    return Staff(id, name)


async def _rank(store: Store, tenant: Tenant, tonight: int) -> None:
    """Customers are ranked as of the last day, and not again before the night after this one."""
    with clock.frozen(LAST_MOMENT):
        await rank_customers(store, tenant.tenant_id)
    night = day_of(tonight, ZoneInfo(await _zone(store, tenant)), HOUR)

    async def job(unit: WriteUnit) -> None:
        await unit.insert(NIGHTLY_RUN, {"name": "rank", "done_day": night, "claimed_until": 0})

    await store.write(tenant.tenant_id, job)


async def _number_on(store: Store, tenant: Tenant, orders: int) -> None:
    """New orders are numbered on from the last one."""

    async def job(unit: WriteUnit) -> None:
        await unit.insert(SEQUENCE, {"name": KIND, "value": FIRST + orders})

    await store.write(tenant.tenant_id, job)


async def _zone(store: Store, tenant: Tenant) -> str:
    setting, _ = await setting_of(store.reading(tenant.tenant_id))
    return setting["timeZone"]


async def _open_shop(store: Store, tenant: Tenant, writer: Staff, dice: Dice) -> Shop:
    """The shop, written by its Data account."""
    actor = Actor("account", tenant.tenant_id, tenant.slug, writer.id, writer.name, DATA, "Data")

    async def job(unit: WriteUnit) -> Shop:
        return await open_shop(unit, actor, dice, LAST_DAY)

    return await store.write(tenant.tenant_id, job)


async def _write_definitions(store: Store, tenant: Tenant) -> dict[str, Record]:
    """Tags and meta data definitions; returns the tags as customers carry them, by id."""
    titles = [("Customer", title) for title, _ in words.TAGS] + [("Order", t) for t in words.ORDER_TAGS]
    tags = [
        _definition(TAG, n, title=title, objectType=object_type, type="Manual", conditions=[])
        for n, (object_type, title) in enumerate(titles)
    ]
    made = [(TAG, tag) for tag in tags]
    for n, (object_type, code, title, data_type, options) in enumerate(words.META_DATA):
        place = 1 + n if object_type == "Customer" else 1
        config = _definition(
            META_DATA_CONFIG,
            n,
            title=title,
            objectType=object_type,
            code=code,
            dataType=data_type,
            isRequired=False,
            options=list(options),
            sortOrder=place,
        )
        made.append((META_DATA_CONFIG, config))

    async def job(unit: WriteUnit) -> None:
        for resource, record in made:
            await insert_record(unit, resource, record)

    await store.write(tenant.tenant_id, job)
    return {tag["id"]: dict(tag_ref(tag)) for tag in tags}


def _definition(resource: Resource, place: int, **members: object) -> Record:
    """A record of the set-up, each a minute after the one before."""
    moment = clock.to_wire(millis(FOUNDED) + place * 60_000)
    dates = {"createdAt": moment, "updatedAt": moment}
    return assemble(resource.read_shape, {"id": ids.new_id(), **dates, **members}, None)
