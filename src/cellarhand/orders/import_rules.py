"""The rules of an import that concern its own members alone (reference B10.4, domain ORD-12). Pure."""

from collections.abc import Iterable, Iterator
from typing import cast

from cellarhand.customers.places import judge_place
from cellarhand.orders.money import PARTS
from cellarhand.record import errors, formats
from cellarhand.record.errors import Faults
from cellarhand.record.formats import Refused
from cellarhand.record.resource import Draft
from cellarhand.record.validate import Record

NOT_THE_SUM = "must equal the sum of its parts"
NEGATIVE = ("Refund", "Exchange", "Pickup To Ship")
"""Orders that take something back: their amounts and quantities may be below 0."""
NEEDS_PREVIOUS = ("Refund", "Exchange")
PLACES = ("shipTo", "billTo", "pickupBy", "carryOut")
_AMOUNTS = (*PARTS, "tipTotal", "total", "totalAfterTip")
_SUMS = (("total", PARTS), ("totalAfterTip", ("total", "tipTotal")))
_LOCATION = ("inventoryLocationId", "address", "city", "stateCode", "zipCode", "countryCode")
_CARD = (
    "creditCardBrand",
    "maskedCardNumber",
    "creditCardExpiryMo",
    "creditCardExpiryYr",
    "creditCardHolderName",
)


def check_import(draft: Draft) -> None:
    """Find the faults of an import; a PUT brings nothing that is judged here."""
    if not draft.creating:
        return
    sent, faults = draft.sent, draft.faults
    if sent.get("paymentStatus") == "Paid" and "orderPaidDate" in sent and sent["orderPaidDate"] is None:
        faults.add("orderPaidDate", "must be a string")
    _check_previous(sent, faults)
    _check_money(sent, faults, in_full=draft.importing)
    for place, item in enumerate(_each(sent, "items")):
        _check_item(sent, item, place, faults)
    for place, tender in enumerate(_each(sent, "tenders")):
        _check_tender(tender, place, faults)
    _check_pickup(sent, faults)
    _check_fulfillments(sent, faults)
    for name in PLACES:
        if sent.get(name):
            judge_place(sent[name], f"{name}.", faults)
            _read_phone(sent[name], name, faults)


def _each(holder: Record, member: str) -> list[Record]:
    """The objects of an array that may be missing, or null where it is at fault."""
    return holder.get(member) or []


def _check_previous(sent: Record, faults: Faults) -> None:
    """Refunds and exchanges name the order before; a plain order has none."""
    purchase = sent.get("purchaseType")
    if purchase in NEEDS_PREVIOUS and sent.get("previousOrderId") is None:
        faults.require("previousOrderId")
    elif purchase in ("Regular", "Corporate Order") and sent.get("previousOrderId") is not None:
        faults.add("previousOrderId", errors.NOT_ALLOWED)


def _check_fulfillments(sent: Record, faults: Faults) -> None:
    """What was handed over are items of this order, which bring their ids, and no more than was sold."""
    fulfillments = _each(sent, "fulfillments")
    if not fulfillments:
        return
    sold = {item.get("id"): item.get("quantity", 0) for item in _each(sent, "items")}
    handed: dict[str, int] = {}
    for place, each in enumerate(fulfillments):
        for inner, item in enumerate(_each(each, "items")):
            at, id = f"fulfillments[{place}].items[{inner}]", item.get("id")
            if id is not None and id not in sold:
                faults.add(f"{at}.id", errors.DOES_NOT_EXIST)
            elif id is not None and "quantityFulfilled" in item:
                handed[id] = handed.get(id, 0) + item["quantityFulfilled"]
                _check_bounds(handed[id], sold[id], f"{at}.quantityFulfilled", faults)


def _check_bounds(fulfilled: int, quantity: int, at: str, faults: Faults) -> None:
    """Between none and all of a line, whose units may come back."""
    if fulfilled > max(quantity, 0):
        faults.add(at, f"must be <= {max(quantity, 0)}")
    elif fulfilled < min(quantity, 0):
        faults.add(at, f"must be >= {min(quantity, 0)}")


def _check_money(sent: Record, faults: Faults, *, in_full: bool) -> None:
    """With `in_full` a sum that is wrong is told with its parts and the difference, in cents."""
    if sent.get("purchaseType") not in NEGATIVE:
        for member in _AMOUNTS:
            if sent.get(member, 0) < 0:
                faults.add(member, "must be >= 0")
    for name, parts in _SUMS:
        amounts = [sent[part] for part in parts if part in sent]
        if name in sent and len(amounts) == len(parts):
            right = sum(amounts)
            if sent[name] != right:
                faults.add(name, _unbalanced(sent, name, parts, right) if in_full else NOT_THE_SUM)


def _unbalanced(sent: Record, name: str, parts: Iterable[str], right: int) -> str:
    difference = sent[name] - right
    way = "more" if difference > 0 else "less"
    of = " + ".join(f"{part} {sent[part]}" for part in parts if sent[part]) or "all of them 0"
    return f"{NOT_THE_SUM}: {sent[name]} is {abs(difference)} cents {way} than {right} ({of})"


def _check_item(sent: Record, item: Record, place: int, faults: Faults) -> None:
    quantity, fulfilled = item.get("quantity"), item.get("quantityFulfilled")
    if quantity is None:
        return
    if quantity < 0 and sent.get("purchaseType") not in NEGATIVE:
        faults.add(f"items[{place}].quantity", "must be >= 0")
    elif fulfilled is not None:
        _check_bounds(fulfilled, quantity, f"items[{place}].quantityFulfilled", faults)


def _check_tender(tender: Record, place: int, faults: Faults) -> None:
    """Only a credit card has the members of one."""
    if tender.get("tenderType") not in (None, "Credit Card"):
        for member in _CARD:
            if tender.get(member) is not None:
                faults.add(f"tenders[{place}].{member}", errors.NOT_ALLOWED)


def _check_pickup(sent: Record, faults: Faults) -> None:
    if sent.get("orderDeliveryMethod") != "Pickup" or faults.on("pickupBy"):
        return
    place = cast(Record | None, sent.get("pickupBy"))
    if place is None:
        faults.require("pickupBy")
    elif not any(place.get(member) for member in _LOCATION):
        faults.require("pickupBy.inventoryLocationId")


def _read_phone(place: Record, name: str, faults: Faults) -> None:
    """A national number is read with the country of its place."""
    phone, country = place.get("phone"), place.get("countryCode")
    if phone is None or phone.startswith("+"):
        return
    if country is None:
        faults.require(f"{name}.countryCode")
        return
    try:
        place["phone"] = formats.national_phone(phone, country)
    except Refused as refused:
        faults.add(f"{name}.phone", str(refused))


def held_lines(sent: Record) -> list[Record]:
    """Every line and every component of a bundle, in the order of `lines`."""
    held: list[Record] = []
    for item in sent["items"]:
        held.append(item)
        if item.get("bundleItems"):
            held += item["bundleItems"]
    return held


def lines(sent: Record) -> Iterator[tuple[str, Record]]:
    """Every line and every component of a bundle, each with its path."""
    for place, item in enumerate(sent["items"]):
        yield f"items[{place}]", item
        for inner, component in enumerate(item.get("bundleItems") or ()):
            yield f"items[{place}].bundleItems[{inner}]", component
