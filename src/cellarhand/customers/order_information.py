"""What a customer's orders come to (reference B3, domain CUS-8, CUS-9, CUS-12). Pure.

A counted order is a paid one (GEN-8). Amounts are cents, instants milliseconds UTC.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple, TypedDict

from cellarhand import clock, ids
from cellarhand.orders.money import gross_profit
from cellarhand.record.validate import Record

MOST_PURCHASES = 50
TO_BE_PICKED_UP = "Order To Be Picked Up"
_UNHANDED = ("Not Fulfilled", "Partially Fulfilled")


class BoughtLine(TypedDict):
    """What of a line of an order is shown, or decides whether it is."""

    type: str
    sku: str
    image: str | None
    price: int
    productTitle: str
    quantity: int
    productId: str | None


class OrderFacts(NamedTuple):
    """What of an order enters its customer; named as the columns of the table of orders are."""

    id: str
    order_number: int
    submitted_at: int
    paid_at: int | None
    payment_status: str
    fulfillment_status: str
    purchase_type: str
    delivery_method: str
    channel: str
    total: int
    gross_profit: int


def facts_of(order: Record) -> OrderFacts:
    """The same of an order in hand, as its columns have it."""
    paid: str | None = order["orderPaidDate"]
    return OrderFacts(
        id=order["id"],
        order_number=order["orderNumber"],
        submitted_at=clock.from_wire(order["orderSubmittedDate"]) or 0,
        paid_at=clock.from_wire(paid) if paid is not None else None,
        payment_status=order["paymentStatus"],
        fulfillment_status=order["fulfillmentStatus"],
        purchase_type=order["purchaseType"],
        delivery_method=order["orderDeliveryMethod"],
        channel=order["channel"],
        total=order["total"],
        gross_profit=gross_profit(order),
    )


_when_paid = attrgetter("paid_at", "order_number")


def counted_newest_first(orders: Iterable[OrderFacts]) -> list[OrderFacts]:
    """The counted orders by `orderPaidDate`; of one instant the higher number is the newer."""
    counted = [order for order in orders if order.payment_status == "Paid" and order.paid_at is not None]
    return sorted(counted, key=_when_paid, reverse=True)


def order_information(
    before: Record, orders: Sequence[OrderFacts], counted: Sequence[OrderFacts], year_of: Callable[[int], int]
) -> Record:
    """The members of `orderInformation` that follow from orders (CUS-9).

    `counted` are the counted ones of `orders`, the newest first. `before` gives the seed, and an acquisition
    channel that is known already; `year_of` tells the calendar year of an instant in the tenant's zone.
    """
    purchases = [order for order in counted if order.purchase_type != "Refund"]
    newest = purchases[0] if purchases else None
    yearly: Counter[str] = Counter()
    for order in reversed(counted):
        yearly[str(year_of(order.paid_at or 0))] += order.total
    return {
        "lastOrderId": newest.id if newest else None,
        "lastOrderDate": clock.to_wire(newest.paid_at or 0) if newest else None,
        "orderCount": len(purchases),
        "lifetimeValue": before["lifetimeValueSeedAmount"] + sum(order.total for order in counted),
        "yearlyValue": dict(yearly),
        "grossProfit": sum(order.gross_profit for order in counted),
        "acquisitionChannel": before["acquisitionChannel"] or first_channel(orders),
    }


def first_channel(orders: Sequence[OrderFacts]) -> str | None:
    first = min(orders, key=lambda order: (order.submitted_at, order.order_number), default=None)
    return first.channel if first else None


def pickup_notifications(counted: Iterable[OrderFacts]) -> list[Record]:
    """One for each Pickup order among these, no Refund, that is not handed over whole."""
    return [
        {
            "id": ids.id_of(TO_BE_PICKED_UP, order.id),
            "data": None,
            "type": TO_BE_PICKED_UP,
            "content": f"Order #{order.order_number} is awaiting pickup.",
            "objectId": order.id,
        }
        for order in counted
        if order.delivery_method == "Pickup"
        and order.purchase_type != "Refund"
        and order.fulfillment_status in _UNHANDED
    ]


def last_ordered(orders: Iterable[OrderFacts]) -> str:
    """When the customer last ordered, for `lastActivityDate`; a refund is the winery's doing. Else empty."""
    submitted = [order.submitted_at for order in orders if order.purchase_type != "Refund"]
    return clock.to_wire(max(submitted)) if submitted else ""


def purchases(orders: Iterable[Record], wines: Mapping[str, Record]) -> list[Record]:
    """The lines of these orders, newest order first, in the form of `products` (CUS-12).

    `wines` holds the `wine` of each product that is one, by the product's id.
    """
    return [
        {"product": _product(item, wines), "purchaseDate": order["orderPaidDate"]}
        for order, item in last_lines(orders)
    ]


def last_lines(orders: Iterable[Record]) -> list[tuple[Record, Record]]:
    """The lines that `products` shows of these orders, each with its order."""
    shown = [(order, item) for order in orders for item in order["items"] if item["type"] != "Collateral"]
    return shown[:MOST_PURCHASES]


def shown_of(order: Record) -> Record:
    """All that `purchases` looks at of an order: a small part of it, of which many can be held at once."""
    lines = [{name: item[name] for name in BoughtLine.__annotations__} for _, item in last_lines((order,))]
    return {"orderPaidDate": order["orderPaidDate"], "items": lines}


def _product(item: Record, wines: Mapping[str, Record]) -> Record:
    product = {
        "sku": item["sku"],
        "image": item["image"],
        "price": item["price"],
        "title": item["productTitle"],
        "quantity": item["quantity"],
        "productId": item["productId"],
    }
    wine = wines.get(item["productId"]) if item["type"] == "Wine" else None
    return {**product, "wineProperties": wine} if wine else product
