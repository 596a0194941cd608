"""What new orders add to what their customer shows already, without looking at its other orders. Pure.

A customer's derived members are computed from all of its orders (`derived`); an order that is only added
needs less: sums grow, and its lines go among those that are shown (docs/decisions/0025). Where what is shown
does not tell, `with_orders` gives nothing, and all is computed anew.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from cellarhand import clock
from cellarhand.customers.order_information import (
    MOST_PURCHASES,
    TO_BE_PICKED_UP,
    OrderFacts,
    counted_newest_first,
    first_channel,
    last_ordered,
    pickup_notifications,
    purchases,
)
from cellarhand.record.validate import Record


class _ShownProduct(msgspec.Struct, gc=False):
    productId: str | None
    wineProperties: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _ShownPurchase(msgspec.Struct, gc=False):
    product: _ShownProduct
    purchaseDate: str


_texts = msgspec.json.Decoder(list[msgspec.Raw]).decode
_purchases = msgspec.json.Decoder(list[_ShownPurchase]).decode
_first = itemgetter(0)


class Shown(NamedTuple):
    """What a customer has bought and shows, as it stands in its text."""

    # Each purchase as it is written, the newest first; and when it was.
    texts: list[msgspec.Raw]
    dates: list[str]
    # The `wineProperties` as they are written, by product.
    wines: dict[str, msgspec.Raw]

    @classmethod
    def of(cls, products: msgspec.Raw) -> "Shown | None":
        """From the member `products` of a text; None where it has other forms, copied from elsewhere."""
        try:
            bought = _purchases(products)
        except msgspec.ValidationError:
            return None
        wines = {
            each.product.productId: each.product.wineProperties
            for each in bought
            if each.product.productId is not None and each.product.wineProperties is not msgspec.UNSET
        }
        return cls(_texts(products), [each.purchaseDate for each in bought], wines)


def with_orders(
    customer: Record,
    shown: Shown,
    added: Mapping[OrderFacts, Record],
    wines: Mapping[str, Record],
    year_of: Callable[[int], int],
) -> Record | None:
    """The derived members with these orders, or None when only all orders together can tell them.

    `customer` is in step with its other orders; `shown` is what its `products` hold, and of the members only
    those need be values that are given here. `wines` holds the `wine` of each product that is one, `year_of`
    tells the calendar year of an instant in the tenant's zone.
    """
    counted = counted_newest_first(added)
    before: Record = customer["orderInformation"]
    pickups = pickup_notifications(counted)
    if (pickups and _awaits_pickup(customer)) or _ties(before, shown.dates, counted):
        return None
    bought = purchases([added[order] for order in counted], wines)
    activity = max(customer["lastActivityDate"], last_ordered(added))
    return {
        "products": _merged(shown, bought),
        "orderInformation": {**before, **_added(before, list(added), counted, year_of)},
        "notifications": [*pickups, *customer["notifications"]],
        "lastActivityDate": activity,
    }


def _awaits_pickup(customer: Record) -> bool:
    """Whether some order is to be picked up: which of two comes first, only their dates could tell."""
    return any(each["type"] == TO_BE_PICKED_UP for each in customer["notifications"])


def _ties(before: Record, dates: Sequence[str], counted: Sequence[OrderFacts]) -> bool:
    """Whether some order was paid at the very instant of one that is shown: of two the number would tell."""
    known = {*dates, before["lastOrderDate"]}
    return any(_paid(order) in known for order in counted)


def _paid(order: OrderFacts) -> str:
    return clock.to_wire(order.paid_at or 0)


def _merged(shown: Shown, bought: Sequence[Record]) -> list[Any]:
    """Lines by their date, newest first; those of one date stay as they stand: they are of new orders."""
    if not shown.texts or not bought or shown.dates[0] < bought[-1]["purchaseDate"]:
        return [*bought, *shown.texts][:MOST_PURCHASES]
    lines: list[tuple[str, Any]] = [(line["purchaseDate"], line) for line in bought]
    lines += zip(shown.dates, shown.texts, strict=True)
    lines.sort(key=_first, reverse=True)
    return [line for _, line in lines[:MOST_PURCHASES]]


def _added(
    before: Record,
    added: Sequence[OrderFacts],
    counted: Sequence[OrderFacts],
    year_of: Callable[[int], int],
) -> dict[str, Any]:
    """The members of `orderInformation` with these orders; of them `counted` count, the newest first."""
    bought = [order for order in counted if order.purchase_type != "Refund"]
    yearly: dict[str, int] = dict(before["yearlyValue"])
    for order in counted:
        year = str(year_of(order.paid_at or 0))
        yearly[year] = yearly.get(year, 0) + order.total
    found: dict[str, Any] = {
        "orderCount": before["orderCount"] + len(bought),
        "lifetimeValue": before["lifetimeValue"] + sum(order.total for order in counted),
        "yearlyValue": dict(sorted(yearly.items(), key=lambda each: int(each[0]))),
        "grossProfit": before["grossProfit"] + sum(order.gross_profit for order in counted),
        # Who has none has no other orders: every order brings one.
        "acquisitionChannel": before["acquisitionChannel"] or first_channel(added),
    }
    last: str | None = before["lastOrderDate"]
    if bought and (last is None or _paid(bought[0]) > last):
        found |= {"lastOrderId": bought[0].id, "lastOrderDate": _paid(bought[0])}
    return found
