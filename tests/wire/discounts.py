"""Coupons and promotions as a client would make them."""

import uuid
from collections.abc import Callable
from typing import Any

from tests.callers import Caller
from tests.wire import shop

Record = dict[str, Any]
KINDS = ("coupon", "promotion")
THINGS = {"coupon": "Coupon", "promotion": "Promotion"}
OLD = (
    "productDiscountType",
    "productDiscount",
    "shippingDiscountType",
    "shippingDiscount",
    "minimumCartAmount",
)


def discount(kind: str, code: str = "WELCOME20", **more: Any) -> Record:
    """The smallest body: 20 % off everything. A member given as `"absent"` is left out."""
    lead = {"code": code} if kind == "coupon" else {}
    body = {
        **lead,
        "title": "Welcome",
        "type": "Product",
        "discountType": "Percentage Off",
        "discount": 2000,
        **more,
    }
    return {name: value for name, value in body.items() if value != "absent"}


def made(api: Caller, kind: str, code: str = "WELCOME20", **more: Any) -> Record:
    return api.made(f"/{kind}", discount(kind, code, **more))


def set_of(api: Caller, title: str = "Bundle") -> str:
    return api.made("/promotion-set", {"title": title})["id"]


def sets(*ids: str) -> list[dict[str, str]]:
    return [{"id": id} for id in ids]


def thing(api: Caller, kind: str) -> str:
    """Something that a discount may name."""
    number = uuid.uuid4().hex[:8]
    makers: dict[str, Callable[[], Any]] = {
        "Product": lambda: shop.product(api, number),
        "Collection": lambda: api.made("/collection", {"title": number}),
        "Department": lambda: api.made("/department", {"title": number, "code": number}),
        "Club": lambda: api.made("/club", {"title": number}),
        "Customer": lambda: shop.customer(api, f"{number}@example.com"),
        "Tag": lambda: api.made("/tag/customer", {"title": number, "type": "Manual"}),
    }
    return makers[kind]()["id"]
