"""Setting the demo's shop up: its locations, what it sells, what lies in stock, its clubs, what it offers.

There are few of these, so each is created by the rules of the API itself, as a client with role Data would.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cellarhand import clock, ids
from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.inventory import Movement, move, rows_of
from cellarhand.catalog.inventory_location import LOCATION, locations
from cellarhand.catalog.product import PRODUCT
from cellarhand.catalog.vendor import VENDOR
from cellarhand.clubs.club import CLUB
from cellarhand.demo import cellar, offers
from cellarhand.demo.dice import Dice
from cellarhand.discounts.promotion import COUPON, PROMOTION
from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.gift_cards.transaction import entered_by, move_balance
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.record.writing import new_draft, replace_record, store_new
from cellarhand.settings.shipping import SHIPPING
from cellarhand.settings.tax import TAX
from cellarhand.store.unit import WriteUnit

_OFFERS = 7


@dataclass(frozen=True, slots=True)
class Shop:
    """What orders and memberships refer to; products as the API shows them, without counts."""

    wines: list[Record]
    goods: list[Record]
    tastings: list[Record]
    sets: list[Record]
    clubs: list[Record]
    tasting_room: Record
    warehouse: Record
    # The id of the promotion that gives members their discount.
    members_promotion: str


async def open_shop(unit: WriteUnit, actor: Actor, dice: Dice, today: date) -> Shop:
    """Create all of it in one unit; `today` is the last day of the demo's history."""
    tasting_room, warehouse = await _open_locations(unit, actor)
    place = await _classes(unit, actor)
    wines = [await _create(unit, actor, PRODUCT, body) for body in cellar.wine_bodies(today, place)]
    others = [await _create(unit, actor, PRODUCT, body) for body in cellar.other_bodies(place)]
    by_sku = {variant["sku"]: (product, variant) for product in wines for variant in product["variants"]}
    sets = [await _create(unit, actor, PRODUCT, body) for body in _set_bodies(place, by_sku)]
    await _stock(unit, actor, dice, [*wines, *others], tasting_room, warehouse)
    clubs = [await _create(unit, actor, CLUB, body) for body in _club_bodies()]
    return Shop(
        wines,
        [product for product in others if product["type"] == "General Merchandise"],
        [product for product in others if product["type"] == "Tasting"],
        sets,
        clubs,
        tasting_room,
        warehouse,
        await _open_offers(unit, actor, clubs, place, today),
    )


async def _open_offers(
    unit: WriteUnit, actor: Actor, clubs: list[Record], place: cellar.Places, today: date
) -> str:
    """Shipping, taxes, discounts and gift cards; returns the id of members' promotion."""
    # With ids of their own seed they move none of what is made after them.
    with ids.seeded(_OFFERS):
        for body in offers.shipping_bodies():
            await _create(unit, actor, SHIPPING, body)
        for body in offers.tax_bodies():
            await _create(unit, actor, TAX, body)
        bodies = offers.promotion_bodies(clubs, place.departments["wine"])
        promotions = [await _create(unit, actor, PROMOTION, body) for body in bodies]
        for body in offers.coupon_bodies(today):
            await _create(unit, actor, COUPON, body)
        for body, spent in offers.GIFT_CARDS:
            card = await _create(unit, actor, GIFT_CARD, body)
            if spent:
                await move_balance(unit, actor, card["id"], -spent, details=entered_by(actor))
    return promotions[0]["id"]


async def _create(unit: WriteUnit, actor: Actor, resource: Resource, body: dict[str, Any]) -> Record:
    draft = new_draft(resource, unit, actor, checked(resource, actor, body), {})
    await store_new(draft)
    return draft.record


async def _open_locations(unit: WriteUnit, actor: Actor) -> tuple[Record, Record]:
    """The location that the tenant began with becomes the tasting room; the warehouse ships."""
    first, warehouse = cellar.LOCATIONS
    [stored] = await locations(unit)
    shipping = await _create(unit, actor, LOCATION, warehouse)
    [begun] = [each for each in await locations(unit) if each["id"] == stored["id"]]
    tasting_room = {**begun, **first}
    await replace_record(unit, LOCATION, begun, tasting_room)
    return tasting_room, shipping


async def _classes(unit: WriteUnit, actor: Actor) -> cellar.Places:
    departments = [
        await _create(unit, actor, DEPARTMENT, {"title": title, "code": code})
        for title, code in cellar.DEPARTMENTS
    ]
    vendors = [await _create(unit, actor, VENDOR, {"title": title}) for title in cellar.VENDORS]
    collections: dict[str, str] = {}
    for title, kind, content in cellar.COLLECTIONS:
        body: dict[str, Any] = {"title": title, "type": kind, "content": content, "webStatus": "Available"}
        if kind == "Dynamic":
            condition = {"appliesTo": "Type", "condition": "is equal to", "value": "Wine"}
            body |= {"appliesToCondition": "All conditions", "conditions": [condition]}
        collections[title] = (await _create(unit, actor, COLLECTION, body))["id"]
    codes = {department["code"]: department["id"] for department in departments}
    return cellar.Places(codes, [vendor["id"] for vendor in vendors], collections)


def _set_bodies(place: cellar.Places, by_sku: dict[str, tuple[Record, Record]]) -> list[dict[str, Any]]:
    wines = {wine.code: wine for wine in cellar.WINES}
    found: list[dict[str, Any]] = []
    for title, code, price, contents in cellar.SETS:
        items: list[dict[str, Any]] = []
        cost = 0
        for wine_code, vintage, quantity in contents:
            product, variant = by_sku[cellar.sku_of(wines[wine_code], vintage)]
            ids = {"productId": product["id"], "productVariantId": variant["id"]}
            items.append({**ids, "quantity": quantity})
            cost += variant["costOfGood"] * quantity
        found.append(cellar.set_body(place, title, code, price, items, cost))
    return found


async def _stock(
    unit: WriteUnit,
    actor: Actor,
    dice: Dice,
    products: list[Record],
    tasting_room: Record,
    warehouse: Record,
) -> None:
    """What lies on the shelves on the last day: a few bottles in the tasting room, cases in the warehouse."""
    for product in products:
        young = product["webStatus"] == "Available"
        for variant in product["variants"]:
            if not variant["hasInventory"]:
                continue
            rows = {row["inventoryLocationId"] for row, _ in await rows_of(unit, (variant["id"],))}
            magnum = variant["volumeInML"] == 1500
            for location, most in ((tasting_room, 48), (warehouse, 1800 if young else 60)):
                if location["id"] in rows:
                    count = dice.between(most // 6, most) // (12 if magnum else 1)
                    details = f"Manual Reset of {variant['sku']}"
                    movement = Movement(variant["id"], location["id"], count, details=details)
                    await move(unit, movement, actor.email)


def _club_bodies() -> list[dict[str, Any]]:
    founded = clock.to_wire(clock.now())
    return [
        {
            "title": title,
            "type": kind,
            "content": content,
            "webStatus": "Available",
            "allowCustomersToCancel": kind == "Subscription",
            "image": f"{cellar.IMAGES}/club.svg",
            "createdAt": founded,
            "updatedAt": founded,
        }
        for title, kind, content, _ in cellar.CLUBS
    ]
