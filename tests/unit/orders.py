"""Orders as the rules of customers see them."""

from typing import Any

from cellarhand.customers.order_information import OrderFacts


def bought(**members: Any) -> OrderFacts:
    """A paid order, unless `members` say otherwise."""
    usual: dict[str, Any] = {
        "id": "an order",
        "order_number": 1,
        "submitted_at": 0,
        "paid_at": 0,
        "payment_status": "Paid",
        "fulfillment_status": "Fulfilled",
        "purchase_type": "Regular",
        "delivery_method": "Ship",
        "channel": "Web",
        "total": 0,
        "gross_profit": 0,
    }
    return OrderFacts(**usual | members)
