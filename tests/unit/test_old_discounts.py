"""DSC-12: the old model of discounts read as the new one, and told to old readers."""

from typing import Any

import pytest

from cellarhand.discounts.old_model import new_members, old_members, parts_of
from cellarhand.discounts.promotion import COUPON
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked
from cellarhand.transfer.moved import moved_lists
from cellarhand.transfer.requests import body_of

OLD: dict[str, Any] = {
    "id": "d656a1ed-fdd8-4dc5-983b-667544634cf8",
    "code": "50Off",
    "title": "50% Off",
    "actionMessage": None,
    "usageLimitType": "Unlimited",
    "usageLimit": None,
    "appliesTo": "Store",
    "appliesToObjectIds": None,
    "productDiscountType": "Percentage Off",
    "productDiscount": 50,
    "shippingDiscountType": "No Discount",
    "shippingDiscount": None,
    "startDate": "2018-05-18T04:10:38.835Z",
    "endDate": None,
    "status": "Enabled",
    "minimumCartAmount": None,
    "availableTo": "Everyone",
    "availableToObjectIds": None,
    "createdAt": "2018-05-18T16:53:46.157Z",
    "updatedAt": "2018-05-18T16:53:46.157Z",
    "promotionSets": [],
}


@pytest.mark.parametrize(
    ("product", "shipping", "parts"),
    [
        (("Percentage Off", 50), ("No Discount", None), [("Product", "Percentage Off", 5000)]),
        (("Percentage Off", 100), ("No Discount", None), [("Product", "Percentage Off", 10000)]),
        (("Percentage Off", 1500), ("No Discount", None), [("Product", "Percentage Off", 1500)]),
        (("Dollar Off", 10), ("No Discount", None), [("Product", "Dollar Off", 10)]),
        (("No Discount", None), ("Dollar Off", 1000), [("Shipping", "Dollar Off", 1000)]),
        (("No Discount", None), ("No Discount", None), []),
        (
            ("Dollar Off", 500),
            ("Percentage Off", 10000),
            [("Product", "Dollar Off", 500), ("Shipping", "Percentage Off", 10000)],
        ),
    ],
)
def test_percents_become_basis_points_and_dollars_stay_cents(
    product: tuple[str, int | None], shipping: tuple[str, int | None], parts: list[Any]
) -> None:
    old = {
        "productDiscountType": product[0],
        "productDiscount": product[1],
        "shippingDiscountType": shipping[0],
        "shippingDiscount": shipping[1],
    }
    assert parts_of(old) == parts
    if len(parts) == 1:
        new = {"cartRequirementType": "None", "cartRequirement": None, **new_members(old)}
        told = old_members(new)
        again = {name: value for name, value in told.items() if name != "minimumCartAmount"}
        assert parts_of(again) == parts


def test_the_least_amount_of_a_cart_is_a_requirement_of_all_its_items() -> None:
    found = new_members({**OLD, "minimumCartAmount": 5000})
    assert found == {
        "type": "Product",
        "discountType": "Percentage Off",
        "discount": 5000,
        "cartRequirementType": "Minimum Purchase Amount",
        "cartRequirement": 5000,
        "cartRequirementCountType": "All Items",
    }
    assert old_members(found)["minimumCartAmount"] == 5000


def test_a_coupon_of_the_old_model_is_pushed_as_one_of_the_new() -> None:
    moved = next(each for each in moved_lists() if each.resource is COUPON)
    left = set[str]()
    body = body_of(moved, OLD, left, bulk=False)
    clean = checked(COUPON, Actor("account", 0, "", role="Data"), body)
    assert (clean["type"], clean["discount"], clean["startDate"]) == (
        "Product",
        5000,
        "2018-05-18T04:10:00.000Z",
    )
    assert left == {"createdAt", "updatedAt"}
    body_of(moved, {**OLD, "shippingDiscountType": "Dollar Off", "shippingDiscount": 500}, left, bulk=True)
    assert "second discount" in left
