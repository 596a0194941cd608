"""What fulfillments mean for stock (INV-2, INV-4, reference B11).

Imported orders hold no stock. A fulfillment takes goods only from the location that it names; deleting it
gives them back there. What a refund brings back lies where it came from; what was not handed over was never
taken, and moves nothing.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cellarhand.catalog.inventory import (
    INVENTORY_TRANSACTION,
    Movement,
    lock_places,
    move,
    undo_fulfillments,
)
from cellarhand.catalog.inventory_location import locations
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.store.unit import WriteUnit

_SHIPS = {"Web": "isWebShipLocation", "Club": "isClubShipLocation"}
"""The role of the location that each channel is shipped from; the others have the one of Inbound."""


async def take_goods(
    unit: WriteUnit, order: Record, fulfillment: Record, handed: Mapping[str, int], actor: str | None
) -> None:
    """Take what is handed over (item id to quantity). E6 when there is not enough."""
    location_id = fulfillment["inventoryLocationId"]
    if location_id is None:
        return
    units = units_of(order["items"], handed)
    await lock_places(unit, [(variant_id, location_id) for variant_id in units])
    for variant_id, quantity in sorted(units.items()):
        movement = Movement(
            variant_id,
            location_id,
            -quantity,
            kind="Fulfillment",
            details=f"Fulfillment of order #{order['orderNumber']}",
            order_id=order["id"],
            fulfillment_id=fulfillment["id"],
        )
        await move(unit, movement, actor)


async def give_back(
    unit: WriteUnit, order: Record, fulfillments: Iterable[Record], actor: str | None
) -> None:
    """Give back what these fulfillments took."""
    details = f"Fulfillment of order #{order['orderNumber']} deleted"
    await undo_fulfillments(unit, [each["id"] for each in fulfillments], details, actor)


async def put_back(
    unit: WriteUnit, order: Record, returned: Mapping[str, int], refund_id: str, actor: str | None
) -> None:
    """Take into stock what of an order was handed over and has come back (item id to quantity, INV-2).

    It goes where it came from, what was handed over last first (INV-4), and is written down as of that
    fulfillment: nothing is given back a second time should that be undone.
    """
    taken = await _taken(unit, order)
    moved: dict[_Taken, int] = {}
    for item in order["items"]:
        home: str | None = None
        for variant_id, quantity in units_of((item,), returned).items():
            rest = quantity
            for each in [each for each in taken if each.variant_id == variant_id]:
                units = min(rest, taken[each])
                taken[each] -= units
                rest -= units
                moved[each] = moved.get(each, 0) + units
            if rest and (home := home or await _home(unit, order, item)) is not None:
                there = _Taken(None, variant_id, home)
                moved[there] = moved.get(there, 0) + rest
    await lock_places(unit, {(each.variant_id, each.location_id) for each in moved})
    for each in sorted(moved, key=lambda each: (each.variant_id, each.location_id)):
        if moved[each]:
            movement = Movement(
                each.variant_id,
                each.location_id,
                moved[each],
                kind="Refund",
                details=f"Refund of order #{order['orderNumber']}",
                order_id=refund_id,
                fulfillment_id=each.fulfillment_id,
            )
            await move(unit, movement, actor)


class _Taken(NamedTuple):
    """Where units of a variant were taken from, and by which fulfillment."""

    fulfillment_id: str | None
    variant_id: str
    location_id: str


async def _taken(unit: WriteUnit, order: Record) -> dict[_Taken, int]:
    """What each fulfillment still has of the stock, the newest first."""
    places = {each["id"]: place for place, each in enumerate(order["fulfillments"])}
    if not places:
        return {}
    found: dict[_Taken, int] = {}
    where = (Among("fulfillment_id", tuple(places)),)
    for body, fulfillment_id in await unit.rows(
        INVENTORY_TRANSACTION.table, ("body", "fulfillment_id"), where
    ):
        record = decode(body)
        each = _Taken(fulfillment_id, record["productVariantId"], record["inventoryLocationId"])
        found[each] = found.get(each, 0) - record["availableForSaleCount"]
    newest = sorted(found, key=lambda each: (-places[each.fulfillment_id or ""], *each[1:]))
    return {each: max(found[each], 0) for each in newest}


async def _home(unit: WriteUnit, order: Record, item: Record) -> str | None:
    """Where goods of a line go back to: the place that they came from (INV-4), as far as that is known."""
    left: list[str] = [
        each["inventoryLocationId"]
        for each in order["fulfillments"]
        if each["inventoryLocationId"] and any(line["id"] == item["id"] for line in each["items"])
    ]
    sold = [item, order["pickupBy"] or {}, order["carryOut"] or {}]
    known = [*reversed(left), *(place.get("inventoryLocationId") for place in sold)]
    found = next((id for id in known if id is not None), None)
    if found is not None:
        return found
    role = _SHIPS.get(order["channel"], "isInboundShipLocation")
    return next((each["id"] for each in await locations(unit) if each[role]), None)


def units_of(items: Iterable[Record], handed: Mapping[str, int]) -> dict[str, int]:
    """Units of each variant; a bundle is its components. Pure."""
    found: dict[str, int] = {}
    for item in items:
        quantity = handed.get(item["id"], 0)
        parts = [(each, each["quantity"] * quantity) for each in item["bundleItems"] or ()]
        for line, units in parts or [(item, quantity)]:
            variant_id = line["productVariantId"]
            if variant_id is not None and units:
                found[variant_id] = found.get(variant_id, 0) + units
    return found
