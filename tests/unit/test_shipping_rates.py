"""SHP-4: what a weight costs."""

from fractions import Fraction
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand.settings.shipping_rates import rate_for

Record = dict[str, Any]
WRAPPED: Record = {"isWrapShipping": True, "forEveryXWeight": None, "weightUnits": None, "price": None}


def rate(weight: float, price: int, unit: str = "Lbs") -> Record:
    return {"toWeight": weight, "price": price, "weightUnits": unit}


def steps(weight: float, price: int | None, unit: str | None = "Lbs") -> Record:
    return {"isWrapShipping": False, "forEveryXWeight": weight, "weightUnits": unit, "price": price}


def priced(rates: list[Record], top: Record, weight: str) -> int | None:
    return rate_for({"rates": rates, "topRate": top}, Fraction(weight), "Lbs")


TWO = [rate(10, 1500), rate(20, 3000)]


def test_45_pounds_are_two_full_parcels_and_a_light_one() -> None:
    assert priced(TWO, WRAPPED, "45") == 2 * 3000 + 1500


def test_45_pounds_are_the_last_rate_and_three_further_steps() -> None:
    assert priced(TWO, steps(10, 1200), "45") == 3000 + 3 * 1200


@pytest.mark.parametrize(
    ("weight", "price"), [("0", 1500), ("10", 1500), ("10.0001", 3000), ("20", 3000), ("40", 6000)]
)
def test_a_weight_costs_the_first_rate_that_it_fits_into(weight: str, price: int) -> None:
    assert priced(TWO, WRAPPED, weight) == price


@pytest.mark.parametrize(("weight", "price"), [("20.1", 4200), ("30", 4200), ("30.1", 5400)])
def test_a_step_that_is_begun_is_paid(weight: str, price: int) -> None:
    assert priced(TWO, steps(10, 1200), weight) == price


def test_without_a_price_further_steps_are_free() -> None:
    assert priced(TWO, steps(10, None), "1000") == 3000


def test_rates_count_by_weight_in_whatever_order_they_stand() -> None:
    assert priced(TWO[::-1], WRAPPED, "9") == 1500


def test_three_times_a_tenth_is_three_tenths() -> None:
    assert priced([rate(0.3, 100), rate(1, 200)], WRAPPED, str(3 * Fraction("0.1"))) == 100
    assert priced([rate(0.1, 100)], WRAPPED, "0.3") == 300


def test_a_service_without_rates_charges_by_the_step_or_has_no_price() -> None:
    assert priced([], steps(5, 700), "11") == 2100
    assert priced([], WRAPPED, "11") is None
    assert priced([rate(0, 100)], WRAPPED, "1") is None, "nothing fits into a parcel of no weight"


def test_rates_in_kilograms_are_read_in_pounds() -> None:
    """One pound is 0.45359237 kilograms."""
    assert priced([rate(0.45359237, 100, "Kg"), rate(1, 200, "Kg")], WRAPPED, "1") == 100
    assert priced([rate(1, 100, "Kg")], steps(1, 10, "Kg"), "2.2") == 100
    assert priced([rate(1, 100, "Kg")], steps(1, 10, "Kg"), "2.3") == 110
    kilograms = rate_for({"rates": [rate(10, 100)], "topRate": steps(10, 1)}, Fraction(5), "Kg")
    assert kilograms == 101, "5 kg are more than 10 pounds, and less than 20"


WEIGHTS = st.decimals(0, 2000, places=3).map(Fraction)
TOPS = st.just(WRAPPED) | st.builds(
    steps, st.integers(1, 500).map(lambda tenth: tenth / 10), st.none() | st.integers(0, 10**6)
)


@st.composite
def services(draw: st.DrawFn) -> Record:
    """Services whose rates rise with the weight."""
    weights = sorted(draw(st.sets(st.integers(1, 9999), min_size=1, max_size=6)))
    prices = accumulate(draw(st.lists(st.integers(0, 10**5), min_size=6, max_size=6)))
    rates = [rate(weight / 100, price) for weight, price in zip(weights, prices, strict=False)]
    return {"rates": draw(st.permutations(rates)), "topRate": draw(TOPS)}


@given(services(), WEIGHTS, WEIGHTS)
def test_no_price_is_negative_and_more_weight_never_costs_less(
    service: Record, one: Fraction, other: Fraction
) -> None:
    light, heavy = (rate_for(service, weight, "Lbs") for weight in sorted((one, other)))
    assert light is not None
    assert heavy is not None
    assert 0 <= light <= heavy
