"""What of an order has to be handed over, and how far that is (ORD-8, reference B11). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from cellarhand.record.validate import Record

Item = dict[str, Any]
NOTHING, PART, ALL, NOT_NEEDED = (
    "Not Fulfilled",
    "Partially Fulfilled",
    "Fulfilled",
    "No Fulfillment Required",
)
COMPLETE = (ALL, NOT_NEEDED)
_NO_UNITS: Mapping[str, int] = {}
_NEVER = ("Event Ticket", "Reservation", "Rebate")


def is_handed_over(item: Item, delivery: str) -> bool:
    """Whether a line needs handing over: no tickets, no virtual gift cards, nothing that comes back."""
    if item["quantity"] <= 0 or item["type"] in _NEVER:
        return False
    return item["hasShipping"] if delivery == "Ship" or item["type"] == "Gift Card" else True


def left_of(item: Item) -> int:
    """How many of a line can still be handed over."""
    return max(0, item["quantity"] - item["quantityFulfilled"])


def status_of(items: Sequence[Item], delivery: str, waived: Mapping[str, int] = _NO_UNITS) -> str:
    """The `fulfillmentStatus` that follows from the lines; `waived` units count as if nobody wanted them."""
    needed = [item for item in items if is_handed_over(item, delivery)]
    if not needed:
        return NOT_NEEDED
    handed = any(item["quantityFulfilled"] > waived.get(item["id"], 0) for item in items)
    if not any(left_of(item) for item in needed):
        return NOT_NEEDED if waived and not handed else ALL
    return PART if handed else NOTHING


def waived_of(fulfillments: Sequence[Record]) -> dict[str, int]:
    """Units that need not be handed over any more, because they were refunded (REF-6), by their item's id."""
    found: dict[str, int] = {}
    for each in fulfillments:
        if each["type"] == NOT_NEEDED:
            for item in each["items"]:
                found[item["id"]] = found.get(item["id"], 0) + item["quantityFulfilled"]
    return found


def status_by(items: Sequence[Item], delivery: str, fulfillments: Sequence[Record]) -> str:
    """The `fulfillmentStatus` that follows from the lines and what was handed over or need not be."""
    if any(each["type"] == NOT_NEEDED and not each["items"] for each in fulfillments):
        return NOT_NEEDED
    return status_of(items, delivery, waived_of(fulfillments))


def tracked(fulfillments: Sequence[Record]) -> bool:
    """Whether some parcel has a tracking number."""
    return any("shipped" in each and each["shipped"]["trackingNumbers"] for each in fulfillments)


def standing(order: Record, items: Sequence[Item], fulfillments: Sequence[Record]) -> Record:
    """The members of an order that follow from its lines and what was handed over."""
    status = status_by(items, order["orderDeliveryMethod"], fulfillments)
    complete = bool(fulfillments) and status in COMPLETE
    # The newest step is the one that made it complete.
    date = fulfillments[-1]["fulfillmentDate"] if complete else None
    shipping = order["shippingStatus"]
    if not tracked(fulfillments):
        shipping = "Not Tracked"
    elif shipping == "Not Tracked":
        shipping = "Pending"
    return {
        "items": list(items),
        "fulfillments": list(fulfillments),
        "fulfillmentStatus": status,
        "orderFulfilledDate": date,
        "shippingStatus": shipping,
    }
