"""What of a tenant can be moved into another one, and in which order: what is referred to comes first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import NamedTuple

from cellarhand.discounts.rules import ID_LISTS
from cellarhand.record.resource import Resource
from cellarhand.resources import RESOURCES

CARDS = "customer.credit-card"
VARIANT = "product.variants"
"""Stands for the variants of products among what is referred to."""


class ByWord(NamedTuple):
    """Ids in a list of their own, and the member whose word tells which records they are ids of."""

    word: str
    lists: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """One list of an archive that can be pushed.

    `references` tells by path of the body in which list the records named there stand, `by_word` the same of
    members whose ids are of the one or the other list. `key` is the member (or members, with blanks between
    them) by which a target may know a record already, for kinds of which the platform chooses the ids itself.
    """

    name: str
    resource: Resource
    path: str
    references: Mapping[str, str] = field(default_factory=dict[str, str])
    key: str = ""
    by_word: Mapping[str, ByWord] = field(default_factory=dict[str, ByWord])

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def keeps_ids(self) -> bool:
        """Whether every target lets the Data role bring ids and dates (reference A17)."""
        return self.resource.data_role

    @property
    def is_finished(self) -> bool:
        """Whether a change takes a few members of what a new record has, as that of an order does."""
        if "update" not in self.resource.operations:
            return False
        return not self.resource.write_shape.members.keys() <= self.resource.change_shape.members.keys()

    @property
    def bulk_path(self) -> str:
        return f"/bulk/{self.resource.name}"


_OF_ORDERS = {
    "customerId": "customer",
    "previousOrderId": "order",
    "tags[].id": "tag.order",
    "shipTo.customerAddressId": "customer-address",
    "billTo.customerAddressId": "customer-address",
    "pickupBy.inventoryLocationId": "inventory-location",
    "carryOut.inventoryLocationId": "inventory-location",
    **{
        f"items[].{inner}{member}": kind
        for inner in ("", "bundleItems[].")
        for member, kind in (
            ("productId", "product"),
            ("productVariantId", VARIANT),
            ("inventoryLocationId", "inventory-location"),
            ("departmentId", "department"),
        )
    },
}
_LISTS = {
    "Product": "product",
    "Collection": "collection",
    "Department": "department",
    "Club": "club",
    "Customer": "customer",
    "Tag": "tag.customer",
}
_OF_DISCOUNTS = {member: ByWord(word, _LISTS) for word, member in ID_LISTS}
_BY_WORD: Mapping[str, Mapping[str, ByWord]] = {"coupon": _OF_DISCOUNTS, "promotion": _OF_DISCOUNTS}
_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "coupon": {"promotionSets[].id": "promotion-set"},
    "promotion": {"promotionSets[].id": "promotion-set"},
    "product": {
        "departmentId": "department",
        "vendorId": "vendor",
        "collections[].id": "collection",
        "bundleItems[].productId": "product",
    },
    "club": {"addOns[].productVariantId": VARIANT},
    "customer": {"tags[].id": "tag.customer"},
    "customer-address": {"customerId": "customer"},
    "customer.credit-card": {"customerId": "customer"},
    "club-membership": {
        "customerId": "customer",
        "clubId": "club",
        "billToCustomerAddressId": "customer-address",
        "shipToCustomerAddressId": "customer-address",
        "customerCreditCardId": "customer.credit-card",
        "pickupInventoryLocationId": "inventory-location",
        "tags[].id": "tag.club-membership",
    },
    "order": _OF_ORDERS,
    "note": {"customerId": "customer", "orderId": "order"},
    "gift-card": {"customerId": "customer"},
    "loyalty-tier": {"clubsToQualify[].id": "club"},
    "loyalty-transaction": {"customerId": "customer"},
}
# What the target computes of an order needs its customer's memberships; its coupons and promotions have other
# ids where the target chooses them.
_AFTER = {"order": ("club-membership", "coupon", "promotion")}
_KEYS = {
    "department": "title",
    "vendor": "title",
    "collection": "slug",
    "inventory-location": "title",
    "tag": "title",
    "meta-data-config": "code",
    "shipping": "title",
    # Many places have a tax of one name.
    "tax": "title countryCode stateCode",
    "coupon": "code",
    "promotion": "title",
    "promotion-set": "title",
    "gift-card": "code",
    "loyalty-tier": "title",
}
STAYS = {
    "web-hook": "they belong to apps and hold secrets: each app makes its own",
    "setting": "settings are the target's own; no call changes them",
    "trash": "what was deleted stays deleted",
    "wine-varietal": "the same everywhere",
    "wine-appellation": "the same everywhere",
}
"""Lists that are not pushed, and why."""


def moved_lists() -> list[Moved]:
    """Every list that can be pushed, each after those that it refers to."""
    found = {each.name: each for resource in RESOURCES for each in _lists_of(resource)}
    graph = {name: sorted(_before(each, found) - {name}) for name, each in found.items()}
    return [found[name] for name in TopologicalSorter(graph).static_order()]


def _lists_of(resource: Resource) -> list[Moved]:
    if "create" not in resource.operations or resource.name in STAYS:
        return []
    key = _KEYS.get(resource.name, "")
    if resource.scope is not None:
        head = f"/{resource.name}"
        return [
            Moved(f"{resource.name}.{word}", resource, f"{head}/{word}", key=key)
            for word in resource.scope.words
        ]
    name = CARDS if resource.name == "customer-credit-card" else resource.name
    by_word = _BY_WORD.get(name, {})
    return [Moved(name, resource, resource.path, _REFERENCES.get(name, {}), key, by_word)]


def _before(each: Moved, found: Mapping[str, Moved]) -> set[str]:
    """The lists that must be there before this one: those it refers to, and what defines its meta data."""
    needed = {"product" if kind == VARIANT else kind for kind in each.references.values()}
    defined = f"meta-data-config.{each.resource.name}"
    if "metaData" in each.resource.write_shape.members and defined in found:
        needed.add(defined)
    needed.update(name for ids in each.by_word.values() for name in ids.lists.values())
    needed.update(_AFTER.get(each.name, ()))
    return needed
