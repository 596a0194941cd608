"""What fulfillments mean for stock (INV-2, INV-4, reference B11).

Imported orders hold no stock. A fulfillment takes goods only from the location that it names; deleting it
gives them back there. What a refund brings back lies where it came from; what was not handed over was never
taken, and moves nothing.
"""

from collections.abc import Iterable, Mapping

from cellarhand.catalog.inventory import Movement, lock_places, move, undo_fulfillments
from cellarhand.catalog.inventory_location import locations
from cellarhand.record.validate import Record
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
    """Take into stock what of an order was handed over and has come back (item id to quantity, INV-2)."""
    at: dict[str, dict[str, int]] = {}
    for item in order["items"]:
        if returned.get(item["id"]):
            at.setdefault(await _home(unit, order, item) or "", {})[item["id"]] = returned[item["id"]]
    at.pop("", None)
    units = {
        (variant_id, location_id): quantity
        for location_id, items in at.items()
        for variant_id, quantity in units_of(order["items"], items).items()
    }
    await lock_places(unit, list(units))
    for (variant_id, location_id), quantity in sorted(units.items()):
        movement = Movement(
            variant_id,
            location_id,
            quantity,
            kind="Refund",
            details=f"Refund of order #{order['orderNumber']}",
            order_id=refund_id,
        )
        await move(unit, movement, actor)


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
