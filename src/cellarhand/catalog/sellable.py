"""Which products of a collection the web could sell now (domain CAT-6, CAT-7, INV-4).

The web ships from one location, and hands over at those that serve pickup; what lies elsewhere is not for it.
"""

from collections.abc import Collection, Iterable, Mapping

from cellarhand.catalog.inventory import INVENTORY
from cellarhand.catalog.inventory_location import locations
from cellarhand.catalog.product import PRODUCT, PRODUCT_X_COLLECTION, VARIANT
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, Contains, Linked, Where, equal
from cellarhand.store.gathering import in_parts
from cellarhand.store.unit import ReadUnit

_AT_ONCE = 500
_DONT_SELL = (*equal("is_tracked", 1), Contains("body", '"inventoryPolicy":"Dont Sell"'))
Limits = Mapping[str, Mapping[str, int]]
"""Variants that are sold no further than they are available, with what each location has of them."""


async def sold_out(unit: ReadUnit, collection_id: str) -> set[str]:
    """The products of a collection of which no variant can be sold on the web now."""
    linked = equal("collection_id", collection_id)

    def within(column: str) -> Where:
        return (Linked(column, PRODUCT_X_COLLECTION, "product_id", linked),)

    limits = await _limits(unit, within("product_id"))
    variants: dict[str, list[str]] = {}
    for variant_id, product_id in await unit.rows(
        VARIANT, ("id", "product_id"), within("product_id"), wide=True
    ):
        variants.setdefault(product_id, []).append(variant_id)
    where = (*within("id"), *equal("type", "Bundle"))
    bundles = [decode(row[0]) for row in await unit.rows(PRODUCT.table, ("body",), where, wide=True)]
    parts = await _limits_of(unit, {item["productVariantId"] for each in bundles for item in items_of(each)})
    places = {each["id"] for each in await locations(unit) if serves_the_web(each)}
    gone = {id for id, ids in variants.items() if not any(has(limits, each, 1, places) for each in ids)}
    gone -= {each["id"] for each in bundles}
    return gone | {each["id"] for each in bundles if not has_all(parts, each, places)}


def serves_the_web(location: Record) -> bool:
    return location["isWebShipLocation"] or location["isAPickupLocation"]


def items_of(bundle: Record) -> Iterable[Record]:
    return bundle["bundleItems"]


def has(limits: Limits, variant_id: str, quantity: int, places: Collection[str]) -> bool:
    """Whether one of `places` can sell so many of a variant. Pure."""
    return variant_id not in limits or any(limits[variant_id].get(place, 0) >= quantity for place in places)


def has_all(limits: Limits, bundle: Record, places: Collection[str]) -> bool:
    """Whether one of `places` has what a bundle is made of: it is sold as one line. Pure."""
    items = [(item["productVariantId"], item["quantity"]) for item in items_of(bundle)]
    limited = [each for each in items if each[0] in limits]
    return not limited or any(
        all(limits[id].get(place, 0) >= quantity for id, quantity in limited) for place in places
    )


async def _limits_of(unit: ReadUnit, variant_ids: Collection[str]) -> Limits:
    found: dict[str, Mapping[str, int]] = {}
    for part in in_parts(sorted(variant_ids), _AT_ONCE):
        found |= await _limits(unit, (Among("product_variant_id", tuple(part)),))
    return found


async def _limits(unit: ReadUnit, where: Where) -> Limits:
    names = ("product_variant_id", "inventory_location_id", "available")
    found: dict[str, dict[str, int]] = {}
    for row in await unit.rows(INVENTORY.table, names, (*where, *_DONT_SELL), wide=True):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found
