"""TAX-3: which taxes hold at a place."""

from decimal import Decimal
from typing import Any

from cellarhand.settings.tax import exact, rates_at


def tax(title: str, state: str | None = None, how: str = "Added", country: str = "CA") -> dict[str, Any]:
    return {"title": title, "countryCode": country, "stateCode": state, "taxCalculation": how}


TAXES = [
    tax("GST"),
    tax("PST", "BC"),
    tax("Fee", "BC"),
    tax("HST", "ON", "Instead Of"),
    tax("City", "ON"),
    tax("Sales", "BC", country="US"),
]


def held(country: str, state: str | None) -> list[str]:
    return [each["title"] for each in rates_at(TAXES, country, state)]


def test_a_country_has_its_own_taxes() -> None:
    assert held("CA", None) == ["GST"]
    assert held("CA", "AB") == ["GST"], "a state without taxes has those of the country"
    assert held("DE", None) == []


def test_those_of_a_state_come_on_top() -> None:
    assert held("CA", "BC") == ["GST", "PST", "Fee"]
    assert held("CA", "bc") == ["GST", "PST", "Fee"], "compared without case"


def test_one_that_says_instead_of_takes_the_place_of_the_country_s() -> None:
    assert held("CA", "ON") == ["HST", "City"]


def test_rates_add_up_exactly() -> None:
    assert sum(map(exact, [0.1, 0.2, 7.75, 5]), Decimal()) == Decimal("13.05")
