"""The demo's two wineries: their people, their app and their data, made once in a database.

While they are being filled they are Closed, so that nobody is answered out of half a history; what was
interrupted is taken away and made anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from cellarhand import clock, ids
from cellarhand.accounts.apps import create_app, install_app
from cellarhand.accounts.people import create_account, email_key
from cellarhand.accounts.rights import PERMISSIONS
from cellarhand.accounts.tables import ACCOUNT, APP, APP_SECRET, TENANT
from cellarhand.accounts.tenants import Tenant, create_tenant, delete_tenant, list_tenants
from cellarhand.demo import words
from cellarhand.demo.dice import Dice
from cellarhand.demo.people import FOUNDED, People, Staff, millis
from cellarhand.demo.rows import Chunk, chunk_of, write_chunk
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.resources import TABLES
from cellarhand.settings.meta_data_config import META_DATA_CONFIG
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
CHUNK = 4000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """What is there to be served: customers of the first winery, and how they came there."""

    customers: int
    made_now: bool
    started_over: bool = False


async def prepare(store: Store, customers: int, seed: int, progress: Progress) -> Demo:
    """Make the wineries, unless the database has them already. `progress` hears of customers done."""
    tenants = {tenant.slug: tenant for tenant in await list_tenants(store)}
    strangers = sorted(set(tenants) - {SLUG, OTHER_SLUG})
    if strangers:
        raise UnfitDatabase(
            f"the database holds other tenants ({', '.join(strangers)}): the demo's passwords are known to"
            " everybody, so it takes a database of its own"
        )
    if len(tenants) == 2 and all(tenant.state == "Live" for tenant in tenants.values()):
        unit = store.reading(tenants[SLUG].tenant_id)
        return Demo(await unit.counter("customer"), made_now=False)
    await _clear(store, tuple(tenants))
    with clock.frozen(millis(FOUNDED)), ids.seeded(seed):
        await _make(store, customers, seed, progress)
    return Demo(customers, made_now=True, started_over=bool(tenants))


async def _clear(store: Store, slugs: tuple[str, ...]) -> None:
    """Take away what an interrupted generation left."""
    for slug in slugs:
        await delete_tenant(store, slug, TABLES)

    async def job(unit: WriteUnit) -> None:
        await unit.delete(ACCOUNT, (Among("email_key", tuple(map(email_key, (OWNER, DATA, OTHER_OWNER)))),))
        await unit.delete(APP_SECRET, equal("app_id", APP_ID))
        await unit.delete(APP, equal("id", APP_ID))

    await store.write(None, job)


async def _make(store: Store, customers: int, seed: int, progress: Progress) -> None:
    # Each winery's data has ids of its own seed, so that what a new tenant gets by itself moves none of them.
    first = await _found(store, SLUG, "Spectra Winery", "+17075550100")
    with ids.seeded(seed + 1):
        # The owner last: an owner is told by mail of every account that is added.
        data = await _staff(store, SLUG, DATA, "Data", "Dana Merritt")
        owner = await _staff(store, SLUG, OWNER, "Admin Owner", "Olive Ashdown")
        await create_app(store, APP_ID, "Demo app", dict.fromkeys(PERMISSIONS, "Full"), secret=APP_KEY)
        await install_app(store, APP_ID, SLUG)
        tags = await _write_definitions(store, first)
        people = People(Dice(seed), {tag["title"]: id for id, tag in tags.items()}, (owner, data))
        await _fill(store, first, people, customers, tags, progress)

    other = await _found(store, OTHER_SLUG, "Other Winery", "+15035550100")
    with ids.seeded(seed + 2):
        other_owner = await _staff(store, OTHER_SLUG, OTHER_OWNER, "Admin Owner", "Perry Lockwood")
        others = People(Dice(seed + 1), {}, (other_owner,), meta_data=False)
        await _fill(store, other, others, OTHER_CUSTOMERS, {}, lambda _: None)
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


async def _fill(
    store: Store, tenant: Tenant, people: People, count: int, tags: dict[str, Record], progress: Progress
) -> None:
    drawn = people.draw(count)
    while households := list(islice(drawn, CHUNK)):
        chunk = chunk_of(households, tags)
        await store.write(tenant.tenant_id, lambda unit, chunk=chunk: write_chunk(unit, chunk))
        progress(len(households))


async def _write_definitions(store: Store, tenant: Tenant) -> dict[str, Record]:
    """Tags, meta data definitions and web hooks; returns the tags as customers carry them, by id."""
    chunk = Chunk()
    tags = [
        _definition(TAG, n, title=title, objectType="Customer", type="Manual", conditions=[])
        for n, (title, _) in enumerate(words.TAGS)
    ]
    for tag in tags:
        chunk.put_record(TAG, tag)
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
        chunk.put_record(META_DATA_CONFIG, config)
    hidden = {"owner": "account", "password": None, "signing_secret": None}
    for n, (hook_object, action, url) in enumerate(words.WEB_HOOKS):
        hook = _definition(WEB_HOOK, n, object=hook_object, action=action, url=url)
        chunk.put_record(WEB_HOOK, hook, hidden)
    await store.write(tenant.tenant_id, lambda unit: write_chunk(unit, chunk))
    return {tag["id"]: dict(tag_ref(tag)) for tag in tags}


def _definition(resource: Resource, place: int, **members: object) -> Record:
    """A record of the set-up, each a minute after the one before."""
    moment = clock.to_wire(millis(FOUNDED) + place * 60_000)
    dates = {"createdAt": moment, "updatedAt": moment}
    return assemble(resource.read_shape, {"id": ids.new_id(), **dates, **members}, None)
