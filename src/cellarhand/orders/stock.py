"""What fulfillments mean for stock (INV-2, INV-4, reference B11).

Imported orders hold no stock. A fulfillment takes goods only from the location that it names; deleting it
gives them back there.
"""

from collections.abc import Iterable, Mapping

from cellarhand.catalog.inventory import Movement, lock_places, move, undo_fulfillments
from cellarhand.record.validate import Record
from cellarhand.store.unit import WriteUnit


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
