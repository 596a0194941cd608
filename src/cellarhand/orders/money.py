"""What an order comes to (ORD-4, CUS-9). Pure; all amounts in cents."""

from typing import Any

from cellarhand.record.validate import Record

PARTS = ("subTotal", "shipTotal", "taxTotal", "dutyTotal", "bottleDepositTotal")


def discount_of(order: Record) -> int:
    """The sum of the discounts that took effect."""
    return sum(each["totalValue"] for each in (*order["coupons"], *order["promotions"]) if each["inUse"])


def gross_profit(order: Record) -> int:
    """Price less cost of each line. Unknown cost counts as 0; a bundle without one costs its components."""
    return sum((item["price"] - _cost(item)) * item["quantity"] for item in order["items"])


def _cost(item: dict[str, Any]) -> int:
    if item["costOfGood"] is not None:
        return item["costOfGood"]
    return sum((each["costOfGood"] or 0) * each["quantity"] for each in item["bundleItems"] or ())
