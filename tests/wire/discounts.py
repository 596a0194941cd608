"""Coupons and promotions as a client would make them."""

from typing import Any

from tests.callers import Caller

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
