"""Orders as a client would import them, and the things that they name."""

from typing import Any

from tests.callers import Caller

Record = dict[str, Any]
PLACE: Record = {
    "birthDate": "1980-01-01",
    "honorific": None,
    "firstName": "Jane",
    "lastName": "Example",
    "company": "Example Company",
    "phone": "+15555550104",
    "address": "190 Example Street",
    "address2": None,
    "city": "Exampleton",
    "stateCode": "CA",
    "zipCode": "94558",
    "countryCode": "US",
}
SUBMITTED, PAID = "2024-01-22T21:58:07.401Z", "2024-01-22T22:00:01.301Z"


def line(**more: Any) -> Record:
    """One line: a wine of 12.50."""
    return {"productTitle": "Cabernet", "type": "Wine", "sku": "CAB", "price": 1250, "quantity": 1, **more}


def order(*items: Record, **more: Any) -> Record:
    """The smallest import that balances, with what a test adds; a member given as `"absent"` is left out."""
    lines = list(items) or [line()]
    sub = sum(each["price"] * each["quantity"] for each in lines)
    parts = ("shipTotal", "taxTotal", "dutyTotal", "bottleDepositTotal")
    sent: Record = {
        "orderSubmittedDate": SUBMITTED,
        "orderPaidDate": PAID,
        "channel": "Web",
        "orderDeliveryMethod": "Ship",
        "subTotal": sub,
        "shipTotal": 0,
        "taxTotal": 0,
        "items": lines,
        **more,
    }
    sent.setdefault("total", sent["subTotal"] + sum(sent.get(part, 0) for part in parts))
    return {name: value for name, value in sent.items() if value != "absent"}


def product(api: Caller, sku: str, *, stock: int | None = None, policy: str = "Dont Sell") -> Record:
    """A product of one variant; with `stock` it is tracked, and that many lie at the first location."""
    variant = {"title": "750ml", "sku": sku, "price": 1250, "inventoryPolicy": policy}
    made = api.made("/product", {"type": "Wine", "title": f"Wine {sku}", "variants": [variant]})
    if stock is not None:
        initial = [{"inventoryLocationId": location(api), "availableForSale": stock}]
        api.made("/inventory", {"sku": sku, "initialInventory": initial})
    return api.seen(f"/product/{made['id']}")


def location(api: Caller) -> str:
    """The id of the location that every tenant begins with."""
    return api.seen("/inventory-location")["inventoryLocations"][-1]["id"]


def available(api: Caller, made: Record) -> int:
    """How many of a product's first variant can be sold, over all locations."""
    rows = api.seen(f"/inventory?productId={made['id']}")["inventories"]
    return sum(row["availableForSaleCount"] for row in rows)


def customer(api: Caller, email: str = "jane@example.com", **more: Any) -> Record:
    return api.made("/customer", {"firstName": "Jane", "emails": [{"email": email}], **more})


def handover(**more: Any) -> Record:
    """The body of a fulfillment of all that is left."""
    return {"type": "Shipped", "fulfillmentDate": "2024-02-01T10:00:00.000Z", "packageCount": 1, **more}
