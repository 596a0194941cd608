"""Inventory locations: where stock lies, and which channel it is shipped from (reference B22, INV-5)."""

from typing import Annotated, Required, TypedDict

from cellarhand import clock
from cellarhand.catalog.inventory import INVENTORY, row_id
from cellarhand.customers.places import check_place, international
from cellarhand.ids import new_id
from cellarhand.record.resource import Draft, Extract, Resource, TextSearch
from cellarhand.record.text import decode
from cellarhand.record.types import (
    CountryCode,
    Default,
    Instant,
    Phone,
    StateCode,
    Text,
    Title,
    Uuid,
    ZipCode,
)
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record, replace_record
from cellarhand.store.conditions import BY_ID, Compare, equal
from cellarhand.store.tables import Column
from cellarhand.store.unit import ReadUnit, WriteUnit

ROLES = ("isWebShipLocation", "isInboundShipLocation", "isClubShipLocation")
"""Roles that exactly one location has; any number serve pickup."""


class LocationWrite(TypedDict, total=False):
    title: Required[Title]
    address: Required[Title]
    address2: Annotated[Text | None, Default(None)]
    city: Required[Title]
    stateCode: Annotated[StateCode | None, Default(None)]
    zipCode: Annotated[ZipCode | None, Default(None)]
    countryCode: Required[CountryCode]
    phone: Annotated[Phone | None, Default(None)]
    isWebShipLocation: Annotated[bool, Default(False)]
    isInboundShipLocation: Annotated[bool, Default(False)]
    isClubShipLocation: Annotated[bool, Default(False)]
    isAPickupLocation: Annotated[bool, Default(False)]


class InventoryLocation(TypedDict):
    id: Uuid
    title: Text
    address: Text
    address2: Text | None
    city: Text
    stateCode: Text | None
    zipCode: Text | None
    countryCode: CountryCode
    phone: Phone | None
    isWebShipLocation: bool
    isInboundShipLocation: bool
    isClubShipLocation: bool
    isAPickupLocation: bool
    createdAt: Instant
    updatedAt: Instant


def _check(draft: Draft) -> None:
    check_place(draft)
    if "phone" in draft.sent:
        draft.sent["phone"] = international(draft, draft.sent["phone"], "phone")
    for role in ROLES if draft.stored else ():
        if draft.before[role] and draft.sent.get(role) is False:
            # Dropped, nobody would have it: another location takes it over.
            draft.faults.add(role, "stays until another location takes it over")


async def _take_roles(draft: Draft) -> None:
    """A location that claims a role takes it from the old one."""
    claimed = [r for r in ROLES if draft.record[r] and not (draft.stored and draft.stored[r])]
    if not claimed:
        return
    others = (Compare("id", "<>", draft.id),)
    for row in await draft.unit.rows(LOCATION.table, ("body",), others):
        stored = decode(row[0])
        if any(stored[role] for role in claimed):
            moment = stored["updatedAt"] if draft.actor.keeps_dates else clock.to_wire(draft.now)
            record = {**stored, **dict.fromkeys(claimed, False), "updatedAt": moment}
            await replace_record(draft.unit, LOCATION, stored, record)


async def _open_rows(draft: Draft) -> None:
    """Every tracked variant has a row at every location: at a new one with zeros."""
    if not draft.creating:
        return
    first = await draft.unit.rows(LOCATION.table, ("id",), (Compare("id", "<>", draft.id),), BY_ID, 1)
    if not first:
        return
    where = equal("inventory_location_id", first[0][0])
    for row in await draft.unit.rows(INVENTORY.table, ("body", "sort_order"), where):
        there = decode(row[0])
        opened = {
            **there,
            "id": row_id(there["productVariantId"], draft.id),
            "inventoryLocationTitle": draft.record["title"],
            "inventoryLocationId": draft.id,
            "availableForSaleCount": 0,
            "reserveCount": 0,
            "allocatedCount": 0,
        }
        await insert_record(draft.unit, INVENTORY, opened, {"sort_order": row[1]})


async def _show_in_counts(draft: Draft) -> None:
    """Counts show the title of their location; they have not changed themselves."""
    if draft.stored is None or draft.stored["title"] == draft.record["title"]:
        return
    where = equal("inventory_location_id", draft.id)
    for row in await draft.unit.rows(INVENTORY.table, ("body",), where):
        counts = decode(row[0])
        shown = {**counts, "inventoryLocationTitle": draft.record["title"]}
        await replace_record(draft.unit, INVENTORY, counts, shown)


LOCATION = Resource(
    name="inventory-location",
    thing="Inventory Location",
    path="/inventory-location",
    key="inventoryLocations",
    read=InventoryLocation,
    write=LocationWrite,
    # The API changes none; the site does.
    operations=("list", "read", "create"),
    right="inventory-location",
    permission="Inventory",
    extracts=(Extract(Column("is_pickup", "int"), lambda location: int(location["isAPickupLocation"])),),
    search=TextSearch(lambda location: location["title"]),
    check=_check,
    spreads=True,
    follow=(_take_roles, _open_rows, _show_in_counts),
)


async def create_default_location(unit: WriteUnit, company: str, country: str, phone: str) -> None:
    """The location that every tenant begins with; it serves all four channels (TEN-4)."""
    moment = clock.to_wire(clock.now())
    record: Record = {
        "id": new_id(),
        "title": "Default Location",
        "address": company,
        "address2": None,
        "city": company,
        "stateCode": None,
        "zipCode": None,
        "countryCode": country,
        "phone": phone,
        **dict.fromkeys((*ROLES, "isAPickupLocation"), True),
        "createdAt": moment,
        "updatedAt": moment,
    }
    await insert_record(unit, LOCATION, record)


async def locations(unit: ReadUnit) -> list[Record]:
    """All locations of the tenant."""
    rows = await unit.rows(LOCATION.table, ("body",), (), BY_ID)
    return [decode(row[0]) for row in rows]
