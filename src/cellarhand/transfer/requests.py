"""From what a tenant shows to what another one takes: response shapes turned into request shapes. Pure.

What the write shape of a resource has is carried, everything else stays behind. What stays behind with a
value in it is told by its path, but for copies of what is carried elsewhere and for what the target computes
anew from what is carried: those stand in `FOLLOWS`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from cellarhand.catalog.product import WITH_WINE
from cellarhand.discounts.old_model import new_members, parts_of
from cellarhand.discounts.shapes import OLD_MEMBERS
from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Object, Shape
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
        "loyalty",
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
    "coupon": ("promotionSets", *OLD_MEMBERS),
    "promotion": ("promotionSets", *OLD_MEMBERS),
    "promotion-set": ("coupons", "promotions"),
    "tag": ("objectType", "backPopulate"),
    "meta-data-config": ("objectType",),
    "gift-card": ("giftCardNumber", "customer"),
    "loyalty-tier": ("isBaseTier", "clubsToQualify"),
    "loyalty-transaction": ("customer",),
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
    "coupon": ("usageCount",),
    "promotion": ("usageCount",),
    "gift-card": (
        "giftCardNumber",
        "currentBalance",
        "productId",
        "purchasedOnOrderId",
        "purchasedOnOrderNumber",
    ),
    "loyalty-transaction": (
        "transactionDate",
        "transactionType",
        "orderId",
        "orderNumber",
        "transactionDetails",
        "amountRedeemed",
    ),
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
    found = _pruner(moved, bulk).pruned(given, left)
    return found | {name: record[name] for name in _beside(resource, bulk) if name in record}


_CARD_ON_FILE = "customerCreditCardId"


def without_card(body: Record, left: set[str]) -> Record:
    """A body whose card on file was not pulled (that takes `--nested`): the record comes without it."""
    if body.get(_CARD_ON_FILE) is None:
        return body
    left.add(f"{_CARD_ON_FILE} (cards were not pulled: `pull --nested` brings them)")
    return {name: value for name, value in body.items() if name != _CARD_ON_FILE}


@cache
def _beside(resource: Resource, bulk: bool) -> tuple[str, ...]:
    """What is not of the shape: members that a single call says in its path, and the identity in bulk."""
    scope = (resource.scope.member,) if resource.scope is not None else ()
    parent = (resource.parent.param,) if resource.parent is not None else ()
    return (*(("id", "createdAt", "updatedAt") if bulk else ()), *scope, *parent)


@cache
def _pruner(moved: Moved, bulk: bool) -> "_Pruner":
    """What of a record is carried. Some paths the target will not take, others are no loss."""
    name = moved.resource.name
    dates = ("createdAt", "updatedAt") if bulk else ()
    follows = ("id", "customerId", *dates, *FOLLOWS.get(name, ()))
    refused = frozenset((_OF_APPS, *(() if bulk else _OURS.get(name, ()))))
    own_ids = bulk or moved.keeps_ids
    return _pruner_of(moved.resource.write_shape, "", follows, refused, own_ids=own_ids)


def _pruner_of(
    shape: Shape, path: str, follows: tuple[str, ...], refused: frozenset[str], *, own_ids: bool
) -> "_Pruner":
    members: dict[str, tuple[bool, _Pruner | None]] = {}
    # The ids of parts, where the target chooses them.
    chosen = path and shape.has_own_ids and not own_ids
    for name, member in shape.members.items():
        here, inner = f"{path}{name}", None
        if here in refused or (chosen and name == "id"):
            continue
        if isinstance(member.kind, Object):
            inner = _pruner_of(member.kind.shape, f"{here}.", follows, refused, own_ids=own_ids)
        elif isinstance(member.kind, Array) and isinstance(member.kind.item, Object):
            inner = _pruner_of(member.kind.item.shape, f"{here}[].", follows, refused, own_ids=own_ids)
        members[name] = (member.nullable, inner)
    return _Pruner(path, follows, members, {"id": False} if chosen else {})


@dataclass(frozen=True, slots=True)
class _Pruner:
    """Takes from an object what one shape has: by name, whether null is a value there, and what is within."""

    path: str
    follows: tuple[str, ...]
    members: "Mapping[str, tuple[bool, _Pruner | None]]"
    # Names that the shape does not have, and whether they are lost; each is looked at once.
    others: dict[str, bool] = field(default_factory=dict[str, bool])

    def pruned(self, value: Record, left: set[str]) -> Record:
        """The members that the shape has; a null where none is allowed says that there is nothing."""
        found: Record = {}
        for name, each in value.items():
            known = self.members.get(name)
            if known is None:
                if self._is_loss(name) and _says_something(each):
                    left.add(f"{self.path}{name}")
                continue
            nullable, inner = known
            if each is None:
                if nullable:
                    found[name] = None
            elif inner is None:
                found[name] = each
            elif isinstance(each, dict):
                found[name] = inner.pruned(cast(Record, each), left)
            elif isinstance(each, list):
                found[name] = [
                    inner.pruned(cast(Record, one), left) if isinstance(one, dict) else one
                    for one in cast(list[Any], each)
                ]
            else:
                found[name] = each
        return found

    def _is_loss(self, name: str) -> bool:
        found = self.others.get(name)
        if found is None:
            here = f"{self.path}{name}"
            found = self.others[name] = not any(_is_within(here, each) for each in self.follows)
        return found


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


_SECOND = "second discount"


def _of_discount(record: Record) -> Record:
    """A record of the old model has no `type`. The second of its two discounts stays behind (DSC-12)."""
    if record.get("type") is not None:
        return record
    second = parts_of(record)[1:]
    return {**record, **new_members(record), **({_SECOND: second[0]._asdict()} if second else {})}


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
    "coupon": _of_discount,
    "promotion": _of_discount,
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
