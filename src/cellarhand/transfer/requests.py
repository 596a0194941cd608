"""From what a tenant shows to what another one takes: response shapes turned into request shapes. Pure.

What the write shape of a resource has is carried, everything else stays behind. What stays behind with a
value in it is told by its path, but for copies of what is carried elsewhere and for what the target computes
anew from what is carried: those stand in `FOLLOWS`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from cellarhand.catalog.product import WITH_WINE
from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Kind, Object, Shape
from cellarhand.record.validate import Record
from cellarhand.transfer.moved import Moved

_TAGS = ("tags", "groups")
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        *_TAGS,
        "lastActivityDate",
        "notifications",
        "orderInformation.lastOrderId",
        "orderInformation.lastOrderDate",
        "orderInformation.orderCount",
        "orderInformation.lifetimeValue",
        "orderInformation.yearlyValue",
        "orderInformation.rank",
        "orderInformation.rankTrend",
        "orderInformation.grossProfit",
        "orderInformation.currentClubTitle",
        "orderInformation.daysInCurrentClub",
        "orderInformation.daysInClub",
        "orderInformation.isActiveClubMember",
        "clubs",
        "products",
    ),
    "club-membership": (*_TAGS, "status", "clubType", "customer", "club", "onHolds"),
    "order": (
        *_TAGS,
        "orderSource",
        "customerType",
        "previousOrderNumber",
        "linkedOrders",
        "customer",
        "discountTotal",
        "items[].hasInventory",
        "items[].bundleItems[].hasInventory",
        "tenders[].creditCard.gateway",
    ),
    "product": ("image", "department", "vendor", "collections", "bundleItems", "variants[].inventory"),
    "collection": ("productCount",),
    "tag": ("objectType", "backPopulate"),
    "meta-data-config": ("objectType",),
}
"""What the target computes anew, or shows of records that are carried themselves; by resource."""
_OURS: Mapping[str, tuple[str, ...]] = {
    "order": (
        "shippingStatus",
        "fulfillments",
        "customerType",
        "items[].productSlug",
        "items[].bundleItems[].productSlug",
    ),
    "note": ("accountId", "accountName"),
    "customer": ("orderInformation.rank", "orderInformation.rankTrend"),
    "club-membership": ("onHolds[].createdAt", "onHolds[].updatedAt"),
}
"""What a Cellarhand alone takes, so that nothing of a history is lost."""
_NOTHING = (None, False, 0, "", "Ok", "Not Checked", "Not Tracked", "Unknown", "No Gateway")
"""Values that a new record has anyway."""
_OF_APPS = "appData"
"""Apps alone may write it, each its own; so nobody can carry all of it."""
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}(,[0-9a-f]{8}-[0-9a-f-]{27})*")
_CARD = {
    "cardBrand": "creditCardBrand",
    "maskedCardNumber": "maskedCardNumber",
    "expiryMo": "creditCardExpiryMo",
    "expiryYr": "creditCardExpiryYr",
    "cardHolderName": "creditCardHolderName",
}


def body_of(moved: Moved, record: Record, left: set[str], *, bulk: bool) -> Record:
    """The body that makes this record in another tenant; paths of what it can't carry go into `left`.

    What the path of a single call says is a member of the body all the same; a bulk line takes the identity
    of every resource.
    """
    resource = moved.resource
    given = _TURNED[resource.name](record) if resource.name in _TURNED else record
    found = _Pruning(_known(moved, bulk), _refused(moved, bulk), left).object(resource.write_shape, given, "")
    if found.get("conditions") and not bulk and not moved.keeps_ids:
        found["conditions"] = [_without_id(each) for each in found["conditions"]]
    return found | {name: record[name] for name in _beside(resource, bulk) if name in record}


def _without_id(part: Record) -> Record:
    return {name: value for name, value in part.items() if name != "id"}


_CARD_ON_FILE = "customerCreditCardId"


def without_card(body: Record, left: set[str]) -> Record:
    """A body whose card on file was not pulled (that takes `--nested`): the record comes without it."""
    if body.get(_CARD_ON_FILE) is None:
        return body
    left.add(_CARD_ON_FILE)
    return {name: value for name, value in body.items() if name != _CARD_ON_FILE}


@cache
def _beside(resource: Resource, bulk: bool) -> tuple[str, ...]:
    """What is not of the shape: members that a single call says in its path, and the identity in bulk."""
    scope = (resource.scope.member,) if resource.scope is not None else ()
    parent = (resource.parent.param,) if resource.parent is not None else ()
    return (*(("id", "createdAt", "updatedAt") if bulk else ()), *scope, *parent)


@cache
def _known(moved: Moved, bulk: bool) -> frozenset[str]:
    """Paths that are no loss when they are not in the shape."""
    dates = ("createdAt", "updatedAt") if bulk else ()
    return frozenset(("id", "customerId", *dates, *FOLLOWS.get(moved.resource.name, ())))


@cache
def _refused(moved: Moved, bulk: bool) -> frozenset[str]:
    """Paths that the shape has and the target will not take."""
    return frozenset((_OF_APPS, *(() if bulk else _OURS.get(moved.resource.name, ()))))


@dataclass(frozen=True, slots=True)
class _Pruning:
    """One record on its way: what is no loss, what the target refuses, and where losses are noted."""

    follows: frozenset[str]
    refused: frozenset[str]
    left: set[str]

    def object(self, shape: Shape, value: Record, path: str) -> Record:
        """The members that the shape has; a null where none is allowed says that there is nothing."""
        found: Record = {}
        for name, each in value.items():
            member, here = shape.members.get(name), f"{path}{name}"
            if member is None or here in self.refused:
                if _says_something(each):
                    self._lose(here)
            elif each is not None or member.nullable:
                found[name] = self._value(member.kind, each, here)
        return found

    def _value(self, kind: Kind, value: Any, path: str) -> Any:
        if isinstance(kind, Object) and isinstance(value, dict):
            return self.object(kind.shape, cast(Record, value), f"{path}.")
        if isinstance(kind, Array) and isinstance(kind.item, Object) and isinstance(value, list):
            shape, inner = kind.item.shape, f"{path}[]."
            return [
                self.object(shape, cast(Record, each), inner) if isinstance(each, dict) else each
                for each in cast(list[Any], value)
            ]
        return value

    def _lose(self, path: str) -> None:
        if path not in self.left and not any(_is_within(path, each) for each in self.follows):
            self.left.add(path)


def _is_within(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def _says_something(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_says_something, cast(Record, value).values()))
    if isinstance(value, list):
        return any(map(_says_something, cast(list[Any], value)))
    return value not in _NOTHING


def _of_customer(record: Record) -> Record:
    return {**record, "tags": _manual(record.get("tags"))}


def _of_membership(record: Record) -> Record:
    return {**record, "tags": _manual(record.get("tags"))}


def _of_product(record: Record) -> Record:
    """`image` is the first of `images`; dynamic collections take the product in by themselves."""
    found = {**record, "collections": _manual(record.get("collections"))}
    if found.get("images"):
        found.pop("image", None)
    if found.get("type") not in WITH_WINE and not found.get("wine"):
        found.pop("wine", None)
    return found


def _of_order(record: Record) -> Record:
    """Card members are flat in a body; the tender before is known by another name."""
    return {
        **record,
        "tags": _manual(record.get("tags")),
        "tenders": [_tender(each) for each in record.get("tenders") or ()],
    }


def _tender(tender: Record) -> Record:
    found = {name: value for name, value in tender.items() if name != "originalOrderTenderId"}
    found["previousTenderId"] = tender.get("originalOrderTenderId")
    card = tender.get("creditCard")
    if isinstance(card, dict):
        shown = cast(Record, card)
        found |= {flat: shown.get(name) for name, flat in _CARD.items()}
        found["creditCard"] = {name: value for name, value in shown.items() if name not in _CARD}
    for block in ("giftCard", "loyalty", "creditCard"):
        inner = found.get(block)
        if isinstance(inner, dict) and not _says_something(cast(Record, inner)):
            del found[block]
    return found


def _manual(found: object) -> list[Record]:
    """The tags or collections that somebody chose; the target finds out about the dynamic ones."""
    return [each for each in cast(list[Record], found or []) if each.get("type", "Manual") == "Manual"]


_TURNED = {
    "customer": _of_customer,
    "club-membership": _of_membership,
    "product": _of_product,
    "order": _of_order,
}


def with_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """The value with ids that the target does not keep replaced: strings of nothing but ids."""
    if isinstance(value, str):
        if len(value) < 36 or not _IDS.fullmatch(value):
            return value
        return ",".join(ids.get(each, each) for each in value.split(","))
    if isinstance(value, dict):
        return {name: with_ids(each, ids) for name, each in cast(Record, value).items()}
    if isinstance(value, list):
        return [with_ids(each, ids) for each in cast(list[Any], value)]
    return value


def values_at(value: Any, path: str) -> Iterable[str]:
    """The texts that stand at a path such as `items[].productId`."""
    head, _, rest = path.partition(".")
    name, is_list = head.removesuffix("[]"), head.endswith("[]")
    found = cast(Record, value).get(name) if isinstance(value, dict) else None
    for each in cast(list[Any], found or []) if is_list else (found,):
        if rest:
            yield from values_at(each, rest)
        elif isinstance(each, str):
            yield each
