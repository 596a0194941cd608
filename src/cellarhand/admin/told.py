"""Entries of the log of activity in words: what changed, with values as people read them. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cellarhand.admin.filters import title_of
from cellarhand.admin.show import NOTHING, Locale, day, moment, money, plain
from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.catalog.product import PRODUCT
from cellarhand.catalog.vendor import VENDOR
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.discounts.promotion import COUPON, PROMOTION
from cellarhand.discounts.promotion_set import PROMOTION_SET
from cellarhand.events.activity import Entry
from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.loyalty.loyalty_tier import LOYALTY_TIER
from cellarhand.loyalty.loyalty_transaction import LOYALTY_TRANSACTION
from cellarhand.orders.order import ORDER
from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Integer, Kind, Object, Shape, String
from cellarhand.resources import RESOURCES
from cellarhand.settings.shipping import SHIPPING
from cellarhand.settings.tax import TAX

BY_NAME: Mapping[str, Resource] = {each.name: each for each in RESOURCES}
THINGS: Mapping[str, str] = {
    **{each.name: each.thing.capitalize() for each in RESOURCES},
    "account": "Account",
    "app": "App",
}
"""What kinds of entries are called."""
FACES: Mapping[str, str] = {"api": "API", "site": "Site", "web": "Shop front", "system": "System"}
PAGES: Mapping[str, str] = {
    CUSTOMER.name: "/customers",
    ORDER.name: "/orders",
    PRODUCT.name: "/products",
    COLLECTION.name: "/collections",
    DEPARTMENT.name: "/departments",
    VENDOR.name: "/vendors",
    LOCATION.name: "/settings/locations",
    SHIPPING.name: "/settings/shipping",
    TAX.name: "/settings/taxes",
    CLUB.name: "/clubs",
    CLUB_MEMBERSHIP.name: "/memberships",
    COUPON.name: "/coupons",
    PROMOTION.name: "/promotions",
    PROMOTION_SET.name: "/promotion-sets",
    GIFT_CARD.name: "/gift-cards",
    LOYALTY_TIER.name: "/loyalty-tiers",
}
"""Where the site shows a kind of records: add a kind when it gets a page."""
# A merged customer is told of on the page of the one who stayed.
_ON_PAGE_OF_CUSTOMER = (CUSTOMER.name, ADDRESS.name, CREDIT_CARD.name, LOYALTY_TRANSACTION.name)
# Elements of these lists are told by their names alone.
_NAMED = ("emails", "phones", "tags", "collections", "promotionSets")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_REFERRED: Mapping[str, Resource] = {
    "customerId": CUSTOMER,
    "clubId": CLUB,
    "productId": PRODUCT,
    "customerCreditCardId": CREDIT_CARD,
    "billToCustomerAddressId": ADDRESS,
    "shipToCustomerAddressId": ADDRESS,
    "pickupInventoryLocationId": LOCATION,
    "inventoryLocationId": LOCATION,
}
"""Members that name a record by its id, with the records that they name."""
Titles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words; `before` and `after` are empty where values are not told."""

    what: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.before} → {self.after}" if self.before or self.after else self.what


def shown_record(entry: Entry) -> tuple[Resource, str] | None:
    """The record whose page shows it; None where no page does."""
    if entry.deed == "Deleted":
        return None
    if entry.kind in _ON_PAGE_OF_CUSTOMER:
        return CUSTOMER, entry.owner_id
    return (BY_NAME[entry.kind], entry.object_id) if entry.kind in PAGES else None


def page_of(record: tuple[Resource, str]) -> str:
    """The path of that page."""
    resource, id = record
    return f"{PAGES[resource.name]}/{id}"


def referred(entries: Sequence[Entry]) -> dict[Resource, set[str]]:
    """The records that changes name by id alone."""
    found: dict[Resource, set[str]] = {}
    for change in (change for entry in entries for change in entry.changes):
        resource = _REFERRED.get(change[0][-1]) if isinstance(change[0][-1], str) else None
        for value in change[1:] if resource is not None else ():
            if resource is not None and isinstance(value, str) and _UUID.fullmatch(value):
                found.setdefault(resource, set()).add(value)
    return found


def told(entry: Entry, titles: Titles, locale: Locale) -> list[Told]:
    """All that changed; `titles` are those of records that are named by id."""
    resource = BY_NAME.get(entry.kind)
    shape = resource.read_shape if resource is not None else None
    return [_told(change, shape, titles, locale) for change in entry.changes]


def _told(change: list[Any], shape: Shape | None, titles: Titles, locale: Locale) -> Told:
    path: list[str | list[str]] = change[0]
    words = [_word(step, last=place == len(path) - 1) for place, step in enumerate(path)]
    what = " › ".join(word for word in words if word)
    if len(change) == 1:
        return Told(f"{what} changed")
    if len(path) == 2 and path[0] in _NAMED and None in change[1:]:
        before, after = (NOTHING if each is None else words[1] for each in change[1:])
        return Told(words[0], before, after)
    kind = _kind(shape, path)
    return Told(what, *(_value(each, kind, titles, locale) for each in change[1:]))


def _word(step: str | list[str], *, last: bool) -> str:
    if isinstance(step, list):
        return step[0]
    return title_of(step.removesuffix("Id") if last else step)


def _kind(shape: Shape | None, path: Sequence[str | list[str]]) -> Kind | None:
    """What the declaration says of the member at the path."""
    kind: Kind | None = Object(shape) if shape is not None else None
    for step in path:
        if isinstance(step, str):
            kind = _inside(kind, step)
        elif isinstance(kind, Array):
            kind = kind.item
    return kind


def _inside(kind: Kind | None, name: str) -> Kind | None:
    member = kind.shape.members.get(name) if isinstance(kind, Object) else None
    return member.kind if member is not None else None


def _value(value: Any, kind: Kind | None, titles: Titles, locale: Locale) -> str:
    if isinstance(value, dict):
        return _members(cast(dict[str, Any], value), kind, titles, locale)
    if isinstance(value, list):
        item = kind.item if isinstance(kind, Array) else None
        return ", ".join(_value(each, item, titles, locale) for each in cast(list[Any], value)) or NOTHING
    if isinstance(kind, Integer) and kind.is_money:
        return money(value, locale)
    if isinstance(kind, String) and kind.format is not None and isinstance(value, str):
        if kind.format.name == "date-time":
            return moment(value, locale)
        if kind.format.name == "date":
            return day(value, locale)
        return titles.get(value, value)
    return plain(value, locale)


def _members(value: dict[str, Any], kind: Kind | None, titles: Titles, locale: Locale) -> str:
    """An object by its members; one of a single member by that."""
    shown = {name: _value(each, _inside(kind, name), titles, locale) for name, each in value.items()}
    if len(shown) == 1:
        return next(iter(shown.values()))
    return "; ".join(f"{title_of(name)}: {each}" for name, each in shown.items()) or NOTHING
