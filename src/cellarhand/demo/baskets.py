"""What the demo's customers put into their baskets: lines of an order, by channel and by what is on sale.

Amounts are cents. Every line is a copy of its variant's template, so that a line costs little to make.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cellarhand.demo import cellar
from cellarhand.demo.dice import Dice, Urn
from cellarhand.demo.shop import Shop
from cellarhand.record.validate import Record

Line = dict[str, Any]
_MEMBER_DISCOUNT = 2000
"""Basis points off the bottles of members."""
_BOTTLES = {
    "Web": Urn([1, 2, 3, 6, 12], (38, 27, 14, 15, 6)),
    "POS": Urn([1, 2, 3, 6], (52, 30, 11, 7)),
    "Inbound": Urn([1, 3, 6, 12], (20, 25, 35, 20)),
    "Club": Urn([1, 2, 3], (40, 35, 25)),
}
_LINES = {
    "Web": Urn([1, 2, 3, 4], (42, 32, 18, 8)),
    "POS": Urn([1, 2, 3], (62, 28, 10)),
    "Inbound": Urn([1, 2, 3], (50, 35, 15)),
    "Club": Urn([2, 3, 4], (45, 40, 15)),
}
_GUESTS = Urn([1, 2, 3, 4, 6], (12, 52, 14, 16, 6))


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is on sale in one month."""

    wines: Urn[Line]
    sets: list[Line]


class Baskets:
    """Draws lines: `quantity`, prices and `tax` of each are right, its `id` is not there yet."""

    def __init__(self, dice: Dice, shop: Shop) -> None:
        self._dice = dice
        self._choices = {
            (year, month): _choice(shop, date(year, month, 1))
            for year in (2024, 2025)
            for month in range(1, 13)
        }
        self._goods = _templates(shop.goods)
        self._tastings = _templates(shop.tastings)

    def draw(self, channel: str, moment: tuple[int, int], *, is_member: bool, rate: int) -> list[Line]:
        """The lines of one order; `rate` is the tax in basis points."""
        dice, choice = self._dice, self._choices[moment]
        lines: list[Line] = []
        if channel == "POS" and dice.chance(0.5):
            lines.append(self._line(dice.pick(self._tastings), dice.draw(_GUESTS), 0, rate))
        taken: set[str] = set()
        for _ in range(dice.draw(_LINES[channel])):
            wine = dice.draw(choice.wines)
            if wine["sku"] not in taken:
                taken.add(wine["sku"])
                discount = _MEMBER_DISCOUNT if is_member else 0
                lines.append(self._line(wine, dice.draw(_BOTTLES[channel]), discount, rate))
        if channel in ("Web", "POS") and dice.chance(0.12):
            lines.append(self._line(dice.pick(self._goods), dice.between(1, 2), 0, rate))
        if choice.sets and channel == "Web" and dice.chance(0.05):
            lines.append(self._line(dice.pick(choice.sets), 1, 0, rate))
        return lines

    def _line(self, template: Line, quantity: int, discount: int, rate: int) -> Line:
        original = template["originalPrice"]
        price = original - _half_up(original * discount)
        tax = _half_up(price * quantity * rate)
        return template | {"price": price, "quantity": quantity, "tax": tax}


def _half_up(amount: int) -> int:
    """Cents of an amount times basis points (GEN-2)."""
    return (amount + 5000) // 10000


def tax_of(amount: int, rate: int) -> int:
    return _half_up(amount * rate)


def _choice(shop: Shop, day: date) -> _Choice:
    liking = {wine.name: wine for wine in cellar.WINES}
    found: list[tuple[Line, float]] = []
    for product in shop.wines:
        wine = liking[product["title"].partition(" ")[2]]
        vintage = product["wine"]["vintage"]
        if cellar.released(wine, vintage) <= day < cellar.retired(wine, vintage):
            bottle, *larger = _templates([product])
            found.append((bottle, wine.liking))
            found += [(magnum, wine.liking * 0.04) for magnum in larger]
    sets = _templates(shop.sets) if day >= cellar.SETS_BEGIN else []
    return _Choice(Urn([line for line, _ in found], (weight for _, weight in found)), sets)


def _templates(products: list[Record]) -> list[Line]:
    return [_template(product, variant) for product in products for variant in product["variants"]]


def _template(product: Record, variant: Record) -> Line:
    """A line of this variant as it is imported, in wire order, but for what each order says itself."""
    return {
        "id": "",
        "purchaseType": "Regular",
        "productTitle": product["title"],
        "productSlug": product["slug"],
        "type": product["type"],
        "inventoryLocationId": None,
        "productId": product["id"],
        "productVariantTitle": variant["title"],
        "productVariantId": variant["id"],
        "image": product["image"],
        "sku": variant["sku"],
        "costOfGood": variant["costOfGood"],
        "price": variant["price"],
        "originalPrice": variant["price"],
        "comparePrice": None,
        "bottleDeposit": 0,
        "quantity": 1,
        "quantityFulfilled": 0,
        "quantitySentToPrep": 0,
        "isPriceOverride": False,
        "tax": 0,
        "taxType": variant["taxType"],
        "weight": variant["weight"],
        "hasShipping": variant["hasShipping"],
        "vendor": product["vendor"]["title"],
        "volumeInML": variant["volumeInML"],
        "departmentCode": product["department"]["code"],
        "allocationId": None,
        "departmentId": product["departmentId"],
        "collectionIds": ",".join(each["id"] for each in product["collections"]) or None,
        "bundleItems": None,
        "itemData": None,
        "modifiers": None,
        "notes": None,
    }
