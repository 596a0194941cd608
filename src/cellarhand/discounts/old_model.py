"""The old model of discounts and the new one, each in the words of the other (reference B26, DSC-12). Pure.

The old one had a discount on products and one on shipping in one record; the new one has one discount.
"""

from typing import Any, NamedTuple

from cellarhand.record.validate import Record

NO_DISCOUNT = "No Discount"
_HUNDRED = 100


def old_members(discount: Record) -> dict[str, Any]:
    """The members of the old model that say the same as those of the new one."""
    own = (discount["discountType"], discount["discount"])
    none = (NO_DISCOUNT, None)
    on_product, on_shipping = (own, none) if discount["type"] == "Product" else (none, own)
    by_amount = discount["cartRequirementType"] == "Minimum Purchase Amount"
    return {
        "productDiscountType": on_product[0],
        "productDiscount": on_product[1],
        "shippingDiscountType": on_shipping[0],
        "shippingDiscount": on_shipping[1],
        "minimumCartAmount": discount["cartRequirement"] if by_amount else None,
    }


class Part(NamedTuple):
    """One discount of a record of the old model; `discount` in cents or basis points."""

    type: str
    discountType: str
    discount: int


def parts_of(old: Record) -> list[Part]:
    """The discounts of a record of the old model: none, one or two."""
    found: list[Part] = []
    for on, member in (("Product", "productDiscount"), ("Shipping", "shippingDiscount")):
        kind, amount = old.get(f"{member}Type"), old.get(member)
        if kind in ("Dollar Off", "Percentage Off") and type(amount) is int:
            found.append(Part(on, kind, _basis_points(amount) if kind == "Percentage Off" else amount))
    return found


def _basis_points(percentage: int) -> int:
    """Up to 100 it was told in percent, above that in hundredths of one."""
    return percentage * _HUNDRED if percentage <= _HUNDRED else percentage


def new_members(old: Record) -> Record:
    """The members of the new model that say the same as the old ones, with the first of two discounts."""
    parts = parts_of(old)
    found: Record = parts[0]._asdict() if parts else {}
    if old.get("minimumCartAmount"):
        found |= {
            "cartRequirementType": "Minimum Purchase Amount",
            "cartRequirement": old["minimumCartAmount"],
            "cartRequirementCountType": "All Items",
        }
    return found
