"""From what an import says to the members of an order: defaults, and the forms of the answer. Pure."""

from typing import Any

from cellarhand.ids import new_id
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.handover import ALL, is_handed_over, status_by
from cellarhand.orders.import_rules import PLACES, held_lines
from cellarhand.orders.money import discount_of
from cellarhand.record.validate import Record

_CARD = {
    "cardBrand": "creditCardBrand",
    "maskedCardNumber": "maskedCardNumber",
    "expiryMo": "creditCardExpiryMo",
    "expiryYr": "creditCardExpiryYr",
    "cardHolderName": "creditCardHolderName",
}
_CONDITIONAL = ("externalOrderNumber", "externalOrderVendor")
BY_ITSELF = "Carry Out"
"""Who picks up what is carried out of the shop (ORD-9)."""


def own_members(sent: Record) -> None:
    """Put copies in the place of the members that are filled in: a unit may have to be run again."""
    for name in PLACES:
        if sent[name] is not None:
            sent[name] = dict(sent[name])
    for name in ("shipping", "taxes", "items", *(("fulfillments",) if "fulfillments" in sent else ())):
        sent[name] = [dict(each) for each in sent[name]]
    for item in sent["items"]:
        if item["bundleItems"] is not None:
            item["bundleItems"] = [dict(each) for each in item["bundleItems"]]


def settle_import(sent: Record, moment: str) -> None:
    """Make the members of an import those of the order; `moment` is when it is stored."""
    sent.setdefault("taxSaleType", "Onsite" if sent["orderDeliveryMethod"] == "Carry Out" else "Offsite")
    sent.setdefault("totalAfterTip", sent["total"] + sent["tipTotal"])
    sent["customer"] = mark_of(sent["customerId"])
    sent["selectedShippingOptions"] = sent["selectedShippingOptions"] or {}
    for name in PLACES:
        if sent[name] is not None:
            _identify(sent[name])
    for each in sent["shipping"]:
        each.setdefault("originalPrice", each["price"])
    _settle_taxes(sent)
    sent["tenders"] = [_tender(each, sent["orderPaidDate"], moment) for each in sent["tenders"]]
    _settle_lines(sent)
    _settle_fulfillment(sent)
    sent.setdefault("shippingStatus", "Not Tracked")
    reductions = [*sent["coupons"], *sent["promotions"]]
    if reductions and any(each["inUse"] for each in reductions):
        sent["discountTotal"] = discount_of(sent)
    for name in _CONDITIONAL:
        if sent.get(name) is None:
            sent.pop(name, None)


def _identify(part: Record) -> None:
    if "id" not in part:
        part["id"] = new_id()


def _settle_taxes(sent: Record) -> None:
    for place, tax in enumerate(sent["taxes"]):
        tax.setdefault("originalPrice", tax["price"])
        tax.setdefault("sortOrder", place + 1)
        if not tax["cannabis"]:
            del tax["cannabis"]


def _tender(tender: Record, paid: str | None, moment: str) -> Record:
    """A tender with only the block that fits its type (reference B10.3)."""
    found: Record = {**tender, "originalOrderTenderId": tender["previousTenderId"]}
    found.setdefault("paymentDate", paid)
    found.setdefault("createdAt", moment)
    found.setdefault("updatedAt", moment)
    match tender["tenderType"]:
        case "Credit Card":
            card = {name: tender[member] for name, member in _CARD.items()}
            found["creditCard"] = {**card, "cardBrand": card["cardBrand"] or "Unknown"}
        case "Gift Card":
            found["giftCard"] = {}
        case "Loyalty Points":
            found["loyalty"] = {}
        case _:
            pass
    return found


def _settle_lines(sent: Record) -> None:
    for line in held_lines(sent):
        _identify(line)
        line.setdefault("originalPrice", line["price"])
        line.setdefault("taxType", "Wine" if line["type"] == "Wine" else "General Merchandise")
        if line["alcoholPercentage"] is None:
            del line["alcoholPercentage"]
    for item in sent["items"]:
        item.setdefault("purchaseType", sent["purchaseType"])


def _settle_fulfillment(sent: Record) -> None:
    """Quantities, status and date agree; what is handed over stands in one fulfillment."""
    items, delivery = sent["items"], sent["orderDeliveryMethod"]
    if _is_carried_out(sent):
        sent["fulfillmentStatus"] = ALL
    fill = sent.get("fulfillmentStatus") == ALL
    told = fill and any(item.get("quantityFulfilled") for item in items)
    for item in items:
        if fill and not (told and "quantityFulfilled" in item):
            item["quantityFulfilled"] = max(item["quantity"], 0)
        item.setdefault("quantityFulfilled", 0)
    if "fulfillmentStatus" not in sent:
        sent["fulfillmentStatus"] = status_by(items, delivery, sent.get("fulfillments", ()))
    if sent.get("orderFulfilledDate") is None:
        sent["orderFulfilledDate"] = sent["orderPaidDate"] if sent["fulfillmentStatus"] == ALL else None
    if "fulfillments" in sent:
        for each in sent["fulfillments"]:
            _identify(each)
        return
    handed = [
        {"id": item["id"], "quantityFulfilled": item["quantityFulfilled"]}
        for item in items
        if item["quantityFulfilled"] > 0
    ]
    sent["fulfillments"] = [_fulfillment(sent, handed)] if handed else []


def _is_carried_out(sent: Record) -> bool:
    """Whether goods left with the customer at payment and the import says nothing else (ORD-9)."""
    if sent["orderDeliveryMethod"] != "Carry Out" or sent["paymentStatus"] != "Paid":
        return False
    if "fulfillmentStatus" in sent or any("quantityFulfilled" in item for item in sent["items"]):
        return False
    return any(is_handed_over(item, "Carry Out") for item in sent["items"])


def _fulfillment(sent: Record, handed: list[dict[str, Any]]) -> Record:
    delivery = sent["orderDeliveryMethod"]
    by_itself = {"pickedUp": {"pickedUpBy": BY_ITSELF}} if delivery == "Carry Out" else {}
    return {
        "id": new_id(),
        "inventoryLocationId": None,
        "type": "Shipped" if delivery == "Ship" else "Picked Up",
        "fulfillmentDate": sent["orderFulfilledDate"] or sent["orderPaidDate"] or sent["orderSubmittedDate"],
        "packageCount": 1,
        "items": handed,
        **by_itself,
    }
