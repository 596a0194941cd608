"""What new orders add to what their customer shows already, without looking at its other orders. Pure.

A customer's derived members are computed from all of its orders (`derived`); an order that is only added
needs less: sums grow, and its lines go among those that are shown (docs/decisions/0025). Where what is shown
does not tell, `with_orders` gives nothing, and all is computed anew.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

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

_dated = itemgetter("purchaseDate")


def with_orders(
    customer: Record,
    added: Mapping[OrderFacts, Record],
    wines: Mapping[str, Record],
    year_of: Callable[[int], int],
) -> Record | None:
    """The derived members with these orders, or None when only all orders together can tell them.

    `customer` is in step with its other orders. `wines` holds the `wine` of each product that is one,
    `year_of` tells the calendar year of an instant in the tenant's zone.
    """
    counted = counted_newest_first(added)
    before: Record = customer["orderInformation"]
    shown: list[Record] = customer["products"]
    pickups = pickup_notifications(counted)
    if (pickups and _awaits_pickup(customer)) or _ties(before, shown, counted):
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


def _ties(before: Record, shown: Sequence[Record], counted: Sequence[OrderFacts]) -> bool:
    """Whether some order was paid at the very instant of one that is shown: of two the number would tell."""
    dates = {each["purchaseDate"] for each in shown} | {before["lastOrderDate"]}
    return any(_paid(order) in dates for order in counted)


def _paid(order: OrderFacts) -> str:
    return clock.to_wire(order.paid_at or 0)


def _merged(shown: Sequence[Record], bought: Sequence[Record]) -> list[Record]:
    """Lines by their date, newest first; those of one date stay as they stand: they are of new orders."""
    lines = [*bought, *shown]
    if shown and bought and shown[0]["purchaseDate"] >= bought[-1]["purchaseDate"]:
        lines.sort(key=_dated, reverse=True)
    return lines[:MOST_PURCHASES]


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
