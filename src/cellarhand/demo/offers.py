"""What the demo's winery charges for shipping and taxes, its discounts and its gift cards."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from cellarhand.record.validate import Record

Body = dict[str, Any]
MEMBERS = "Club members: 20 % off wine"
"""The promotion that members' orders carry."""
TAX_RATES = {"CA": 775, "TX": 825, "NY": 888, "WA": 1010, "FL": 700, "IL": 625}
"""Sales tax in basis points, where the winery is registered; it is a made-up one."""
_WEST = ("CA", "OR", "WA", "NV", "AZ")
_EAST = ("TX", "NY", "FL", "IL", "CO", "MA", "NC", "VA")


def shipping_bodies() -> Iterator[Body]:
    """Two zones; weights in pounds, a bottle is three."""
    for title, states, prices in (("West", _WEST, (1500, 2500, 4500)), ("East", _EAST, (2200, 3600, 6000))):
        rates = zip((10, 20, 40), prices, strict=True)
        yield {
            "title": title,
            "regions": [{"countryCode": "US", "stateCode": state} for state in states],
            "services": [
                {
                    "title": "Ground",
                    "code": "GROUND",
                    "isDefault": True,
                    "rates": [{"toWeight": weight, "price": price} for weight, price in rates],
                    "topRate": {"isWrapShipping": True, "price": None},
                },
                {
                    "title": "2nd Day Air",
                    "code": "2DAY",
                    "rates": [{"toWeight": 20, "price": prices[-1]}],
                    "topRate": {"isWrapShipping": False, "forEveryXWeight": 10, "price": 2000},
                },
            ],
        }


def tax_title(state: str) -> str:
    """What the tax of a state is called."""
    return "California Sales Tax" if state == "CA" else "Sales Tax"


def tax_bodies() -> Iterator[Body]:
    """The taxes that the orders were charged."""
    for state, rate in TAX_RATES.items():
        percent = rate / 100
        yield {
            "title": tax_title(state),
            "countryCode": "US",
            "stateCode": state,
            "taxCalculation": "Added",
            **dict.fromkeys(("freight", "food", "generalMerchandise", "wine"), percent),
        }


def promotion_bodies(clubs: Sequence[Record], wine: str) -> Iterator[Body]:
    """What applies by itself; `wine` is the id of a department. Members' discount comes first."""
    yield {
        "title": MEMBERS,
        "actionMessage": "Your club discount",
        "type": "Product",
        "discountType": "Percentage Off",
        "discount": 2000,
        "appliesTo": "Department",
        "appliesToObjectIds": [wine],
        "availableTo": "Club",
        "availableToObjectIds": [club["id"] for club in clubs],
    }
    yield {
        "title": "A case ships free",
        "actionMessage": "Free shipping for twelve bottles",
        "type": "Shipping",
        "discountType": "Percentage Off",
        "discount": 10_000,
        "cartRequirementType": "Minimum Quantity",
        "cartRequirement": 12,
        "channels": ["Web", "Inbound"],
    }


def coupon_bodies(today: date) -> Iterator[Body]:
    """What applies when its code is entered."""
    yield {
        "code": "WELCOME15",
        "title": "Welcome: 15.00 off the first order",
        "actionMessage": "Welcome! 15.00 off",
        "type": "Product",
        "discountType": "Dollar Off",
        "discount": 1500,
        "cartRequirementType": "Minimum Purchase Amount",
        "cartRequirement": 7500,
        "usageLimitType": "Per Customer",
        "usageLimit": 1,
    }
    yield {
        "code": "HARVEST",
        "title": "Harvest weekend: ground shipping on us",
        "type": "Shipping",
        "discountType": "Percentage Off",
        "discount": 10_000,
        "channels": ["Web"],
        "startDate": f"{today.year}-09-01T07:00:00.000Z",
        "endDate": f"{today.year}-10-01T06:59:00.000Z",
        "status": "Disabled",
    }


GIFT_CARDS: tuple[tuple[Body, int], ...] = (
    ({"title": "Gift card 100.00", "type": "Virtual", "code": "SPECTRAGIFT0001", "initialAmount": 10_000}, 0),
    ({"title": "Gift card 50.00", "type": "Virtual", "code": "SPECTRAGIFT0002", "initialAmount": 5000}, 3250),
    ({"title": "Gift card 25.00", "type": "Physical", "code": "0070250000003", "initialAmount": 2500}, 2500),
)
"""Gift cards, each with the cents that have been spent of it. Their codes are known to everybody."""
