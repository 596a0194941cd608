"""Cloning an archive into a local tenant as it is: its server answers with the bytes that were received.

A record keeps its exact text, members that nobody here knows included. What stands beside it follows from
the declarations: columns, unique values, search terms, links, counters. Where the house shows live parts, the
text is stored with their marks if it shows the very same bytes then, else as it was received
(docs/moving.md).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

import msgspec

from cellarhand import clock
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.tables import TENANT
from cellarhand.accounts.tenants import create_tenant, delete_tenant, find_tenant
from cellarhand.catalog.inventory import INVENTORY, Movement, write_down
from cellarhand.catalog.inventory import mark_of as mark_of_counts
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.catalog.product import PRODUCT
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.copies import IN_PLACE
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.derived import derived_members
from cellarhand.events.trash import TRASH
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.gift_cards.transaction import write_opening
from cellarhand.loyalty.loyalty_tier import LOYALTY_TIER
from cellarhand.loyalty.loyalty_transaction import LOYALTY_TRANSACTION
from cellarhand.loyalty.tier_rules import clubs_mark
from cellarhand.orders.customer_copy import mark_of as mark_of_customer
from cellarhand.orders.number import KIND, SEQUENCE
from cellarhand.orders.order import ORDER
from cellarhand.record.assemble import assemble
from cellarhand.record.reading import present
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.resources import RESOURCES, TABLES
from cellarhand.settings.loyalty import LOYALTY_MARK
from cellarhand.settings.setting import SETTING
from cellarhand.store.conditions import Compare, Value, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import COUNTER, DELETED_ID, UNIQUE_KEY
from cellarhand.store.unit import WriteUnit
from cellarhand.transfer.archive import Archive, Row
from cellarhand.verify.check import RowsCheck
from cellarhand.verify.checks import CHECKS

RECORDS = 500
FIRST = (SETTING, LOCATION, INVENTORY, CUSTOMER, ADDRESS)
"""What records show of others is looked up when they are stored, so those others come first."""
NOT_CLONED = {WEB_HOOK.name: "a copy calls nobody's receivers"}
Progress = Callable[[str, int, int], None]
"""Told the list, how many of its records are stored, and how many there are."""


class CloneFault(Exception):
    """The archive can't be cloned; names the record."""


@dataclass
class Clone:
    """One clone under way. `places` are those of variants in their products, which order rows of stock."""

    store: Store
    archive: Archive
    progress: Progress
    tenant_id: int = 0
    places: dict[str, int] = field(default_factory=dict[str, int])
    companies: dict[str, str | None] = field(default_factory=dict[str, str | None])
    values: set[tuple[str, Value]] = field(default_factory=set[tuple[str, Value]])
    gone: set[tuple[str | None, str]] = field(default_factory=set[tuple[str | None, str]])
    newest_number: int = 0

    async def run(self, slug: str) -> dict[str, int]:
        """Fill a new tenant; it takes its name when all of it is there. How many records it has, by list."""
        if await find_tenant(self.store.reading(None), slug) is not None:
            raise AdministrationFault(f"there is a tenant '{slug}' already")
        aside = f"{slug[:48]}-being-cloned"
        if await find_tenant(self.store.reading(None), aside) is not None:
            # What an interrupted clone left.
            await delete_tenant(self.store, aside, TABLES)
        made = await create_tenant(self.store, aside, company_name=slug, email=f"hello@{slug}.example")
        self.tenant_id = made.tenant_id
        await self.store.write(None, lambda unit: _set(unit, made.tenant_id, {"state": "Closed"}))
        await self.store.write(made.tenant_id, self._clear)
        self._learn()
        found = {name: await self._list(name, resource) for name, resource in self._lists()}
        await self._bring_to_life()
        await self.store.write(made.tenant_id, self._finish)
        await self.store.write(None, lambda unit: _set(unit, made.tenant_id, {"slug": slug, "state": "Live"}))
        return found

    def _lists(self) -> list[tuple[str, Resource]]:
        """The lists of the archive that have a resource."""
        order = [*FIRST, *(each for each in RESOURCES if each not in FIRST)]
        there = self.archive.manifest.resources
        return [(n, r) for r in order if r.name not in NOT_CLONED for n in list_names(r) if n in there]

    async def _clear(self, unit: WriteUnit) -> None:
        """What a new tenant gets by itself gives way to what the archive has."""
        for name, resource in self._lists():
            if resource in (SETTING, LOCATION) and any(True for _ in self.archive.records(name)):
                await unit.delete(resource.table, ())
                await unit.delete(COUNTER, equal("name", resource.name))

    def _learn(self) -> None:
        """What stands beside records of one list and is said by another."""
        for _, record in self._decoded(PRODUCT):
            for variant in record.get("variants") or ():
                self.places[variant["id"]] = variant.get("sortOrder") or 0
        for _, record in self._decoded(ADDRESS):
            if record.get("isDefault"):
                self.companies[record["customerId"]] = record.get("company")

    def _decoded(self, resource: Resource) -> Iterator[tuple[str, Record]]:
        return ((id, decode(text)) for id, text in self._texts(resource))

    def _texts(self, resource: Resource) -> Iterator[Row]:
        there = resource.name in self.archive.manifest.resources
        return self.archive.records(resource.name) if there else iter(())

    async def _list(self, name: str, resource: Resource) -> int:
        total = sum(walk.records for walk in self.archive.current(name) if walk.kind != "deletions")
        done = 0
        records = self.archive.records(name)
        while rows := list(islice(records, RECORDS)):

            async def job(unit: WriteUnit, rows: Sequence[Row] = rows) -> None:
                await self._store(unit, name, resource, rows)

            await self.store.write(self.tenant_id, job)
            done += len(rows)
            self.progress(name, done, max(total, done))
        return done

    async def _store(self, unit: WriteUnit, name: str, resource: Resource, rows: Sequence[Row]) -> None:
        """One unit's worth of records with all that stands beside them."""
        records = [self._whole(name, resource, *row) for row in rows]
        texts = await _with_marks(unit, resource, [text for _, text in rows])
        names = tuple(column.name for column in resource.table.columns)
        lines = [
            tuple({**self._hidden(resource, record), **columns, "body": text.decode()}.get(n) for n in names)
            for (record, columns), text in zip(records, texts, strict=True)
        ]
        await unit.insert_many(resource.table, names, lines)
        await unit.count_up(resource.name, len(lines))
        for check in _ROWS.get(resource.name, ()):
            await self._beside(unit, check, resource, [record for record, _ in records])
        if resource is TRASH:
            gone = [(_BY_THING.get(each["objectType"]), each["objectId"]) for each, _ in records]
            kept = [pair for pair in dict.fromkeys(gone) if pair[0] and pair not in self.gone]
            self.gone.update(kept)
            await unit.insert_many(DELETED_ID, ("kind", "object_id"), kept)
        if resource is INVENTORY:
            for record, _ in records:
                await _open_counts(unit, record)
        if resource is GIFT_CARD:
            for record, _ in records:
                await write_opening(unit, record)

    def _whole(
        self, name: str, resource: Resource, id: str, text: bytes
    ) -> tuple[Record, Mapping[str, Value]]:
        """The record and its columns; members that it lacks count as blank ones for these."""
        try:
            record = {**assemble(resource.read_shape, {"id": id}, None), **decode(text)}
            columns = resource.columns_of(record)
        except (msgspec.MsgspecError, KeyError, TypeError, AttributeError) as fault:
            raise CloneFault(f"record {id} of '{name}' is not what such a record is: {fault!r}") from fault
        if resource is ORDER:
            self.newest_number = max(self.newest_number, record["orderNumber"])
        return record, columns

    def _hidden(self, resource: Resource, record: Record) -> dict[str, Value]:
        """Columns that no member of the record itself shows."""
        if resource is INVENTORY:
            return {"sort_order": self.places.get(record["productVariantId"], 0)}
        if resource is CUSTOMER:
            return {"company": self.companies.get(record["id"])}
        if resource is SETTING:
            # Only who has loyalty has such a list.
            has_loyalty = LOYALTY_TIER.name in self.archive.manifest.resources
            kept = encode({"hasLoyalty": True, "pointsOnCustomerCreate": 0}).decode() if has_loyalty else None
            return {"created_at": clock.now(), "loyalty": kept}
        return {}

    async def _beside(
        self, unit: WriteUnit, check: RowsCheck, resource: Resource, records: Sequence[Record]
    ) -> None:
        """Rows of other tables that follow from these records."""
        fixed = {each.column: each.value for each in check.where if isinstance(each, Compare)}
        found: list[dict[str, Value]] = []
        for record in records:
            for row in sorted(set(check.expected[resource](record)), key=repr):
                values = {**fixed, **dict(zip(check.names, row, strict=True)), **check.more()}
                if check.table is UNIQUE_KEY:
                    key = str(values["kind"]), values["value"]
                    if key in self.values:
                        raise CloneFault(f"record {record['id']} has {key[0]} '{key[1]}' as another one has")
                    self.values.add(key)
                found.append(values)
        if found:
            names = tuple(found[0])
            await unit.insert_many(check.table, names, [tuple(each[n] for n in names) for each in found])

    async def _bring_to_life(self) -> None:
        """Customers whose members follow from their orders and memberships do so from now on."""
        records = self._texts(CUSTOMER)
        while rows := list(islice(records, RECORDS)):

            async def job(unit: WriteUnit, rows: Sequence[Row] = rows) -> None:
                known = {id: decode(text) for id, text in rows}
                derived = await derived_members(unit, list(known.values()), {})
                live = [encode(_mark_loyalty({**known[id], **derived[id]})) for id, _ in rows]
                shown = await present(CUSTOMER, unit, list(live))
                for (id, text), made, seen in zip(rows, live, shown, strict=True):
                    if seen == text and made != text:
                        await unit.update(CUSTOMER.table, equal("id", id), {"body": made.decode()})

            await self.store.write(self.tenant_id, job)

    async def _finish(self, unit: WriteUnit) -> None:
        """The next order gets a number above all others."""
        if self.newest_number:
            await unit.insert(SEQUENCE, {"name": KIND, "value": self.newest_number + 1})


async def _open_counts(unit: WriteUnit, row: Record) -> None:
    """Counts are the sum of movements; those before the clone are one."""
    counts = row["availableForSaleCount"], row["reserveCount"], row["allocatedCount"]
    if any(counts):
        place = row["productVariantId"], row["inventoryLocationId"]
        await write_down(unit, Movement(*place, *counts, details=f"Clone of {row['sku']}"), row["sku"], None)


def list_names(resource: Resource) -> list[str]:
    """The names that the lists of a resource have in an archive."""
    if resource.scope is not None:
        return [f"{resource.name}.{word}" for word in resource.scope.words]
    return ["customer.credit-card" if resource.name == "customer-credit-card" else resource.name]


async def _set(unit: WriteUnit, tenant_id: int, values: Mapping[str, Value]) -> None:
    await unit.update(TENANT, equal("tenant_id", tenant_id), values)
    await unit.end_cached_credentials()


_BY_THING = {resource.thing: resource.name for resource in RESOURCES}
_ROWS: dict[str, list[RowsCheck]] = {}
for _check in CHECKS:
    for _resource in _check.expected if isinstance(_check, RowsCheck) else ():
        _ROWS.setdefault(_resource.name, []).append(cast(RowsCheck, _check))


def _mark_customer(record: Record) -> Record:
    return {**record, "customer": mark_of_customer(record["customerId"])} if record["customer"] else record


def _mark_loyalty(customer: Record) -> Record:
    return {**customer, "loyalty": LOYALTY_MARK} if customer.get("loyalty") else customer


def _mark_tier(tier: Record) -> Record:
    clubs = tier.get("clubsToQualify")
    return tier if clubs is None else {**tier, "clubsToQualify": clubs_mark(each["id"] for each in clubs)}


def _mark_membership(membership: Record) -> Record:
    return {**membership, **dict.fromkeys(("status", "customer", "club"), IN_PLACE)}


def _mark_product(product: Record) -> Record:
    variants = [{**each, "inventory": mark_of_counts(each)} for each in product["variants"]]
    return {**product, "variants": variants}


_MARKED: dict[str, Callable[[Record], Record]] = {
    ORDER.name: _mark_customer,
    GIFT_CARD.name: _mark_customer,
    LOYALTY_TRANSACTION.name: _mark_customer,
    LOYALTY_TIER.name: _mark_tier,
    CLUB_MEMBERSHIP.name: _mark_membership,
    PRODUCT.name: _mark_product,
}


async def _with_marks(unit: WriteUnit, resource: Resource, texts: Sequence[bytes]) -> list[bytes]:
    """The texts to store: with marks where reading fills in what was received."""
    if resource.name not in _MARKED or resource.present is None:
        return list(texts)
    marked = [encode(_MARKED[resource.name](decode(text))) for text in texts]
    shown = await resource.present(unit, list(marked))
    return [mark if seen == text else text for mark, seen, text in zip(marked, shown, texts, strict=True)]
