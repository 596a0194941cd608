"""What shipping costs by weight (domain SHP-4). Pure; weights are exact, however they were written."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cellarhand.settings.setting_write import WeightUnit

_POUND = Fraction("0.45359237")
"""Of a kilogram, by definition."""


def rate_for(service: Mapping[str, Any], weight: Fraction, unit: WeightUnit) -> int | None:
    """The price in cents for a weight; None where the rates of the service give none.

    The first rate that the weight fits into counts. Above the last one there are as many parcels of that
    weight as get full and one for the rest, or the last price and `topRate.price` for each step begun.
    """
    rates = sorted(
        ((_in(unit, rate["toWeight"], rate["weightUnits"]), int(rate["price"])) for rate in service["rates"]),
        key=lambda rate: rate[0],
    )
    found = _first(rates, weight)
    if found is not None:
        return found
    most, price = rates[-1] if rates else (Fraction(0), 0)
    top = service["topRate"]
    if top["isWrapShipping"]:
        # Nothing fits into a parcel of no weight.
        return _in_parcels(rates, weight, most, price) if most else None
    if not top["forEveryXWeight"]:
        return None
    step = _in(unit, top["forEveryXWeight"], top["weightUnits"] or unit)
    return price + math.ceil((weight - most) / step) * int(top["price"] or 0)


def _first(rates: list[tuple[Fraction, int]], weight: Fraction) -> int | None:
    return next((price for most, price in rates if weight <= most), None)


def _in_parcels(rates: list[tuple[Fraction, int]], weight: Fraction, most: Fraction, price: int) -> int:
    full, rest = divmod(weight, most)
    return full * price + ((_first(rates, rest) or 0) if rest else 0)


def _in(unit: WeightUnit, number: float, own: WeightUnit) -> Fraction:
    """A weight of a rate in another unit, exactly as many digits as it was written with."""
    written = Fraction(str(number))
    if own == unit:
        return written
    return written * _POUND if own == "Lbs" else written / _POUND
