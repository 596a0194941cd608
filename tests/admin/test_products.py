"""Products with their counts, and stock that people move: the movements are the API's."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.wire.shop import available, product


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def test_the_list_leads_to_a_product_with_its_counts(winery: Winery, owner: Visitor, api: Any) -> None:
    wine = product(api, "CAB", stock=1200)
    other = product(api, "PIN")
    page = owner.see(winery.slug, "/products?q=cab")
    assert "1 found" in page.text
    shown = page.follow(wine["id"])
    assert "CAB Default Location 1,200 0 0" in shown.text
    assert "$12.50" in shown.text
    assert "No stock is tracked" in owner.see(winery.slug, "/products?q=pin").follow(other["id"]).text


def test_stock_is_adjusted_and_set_with_a_reason(winery: Winery, owner: Visitor, api: Any) -> None:
    wine = product(api, "CAB", stock=5)
    page = owner.see(winery.slug, f"/products/{wine['id']}")
    row = page.form("/stock").choices["row"][0]
    page = page.send("/stock", row=row, action="Adjust", count="-2", notes="Broken")
    assert "The stock is changed." in page.text
    assert available(api, wine) == 3
    page.send("/stock", row=row, action="Reset", count="40", notes="Counted")
    assert available(api, wine) == 40


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"notes": ""}, "a reason is needed"),
        ({"count": "many"}, "availableForSaleCount: must be a integer"),
        ({"count": "-6"}, "Not enough inventory"),
        ({"row": "nonsense"}, "Choose where the stock lies"),
        ({"action": "Lose"}, "action: must be equal to one of the allowed values"),
    ],
)
def test_what_can_not_be_moved_is_told_and_moves_nothing(
    winery: Winery, owner: Visitor, api: Any, values: dict[str, str], told: str
) -> None:
    wine = product(api, "CAB", stock=5)
    page = owner.see(winery.slug, f"/products/{wine['id']}")
    row = page.form("/stock").choices["row"][0]
    sent = {"row": row, "action": "Adjust", "count": "1", "notes": "Found & kept", **values}
    wrong = page.send("/stock", **sent)
    assert wrong.status == 422
    assert told in wrong.text
    assert dict(wrong.form("/stock").fields)["notes"] == sent["notes"]
    assert available(api, wine) == 5


def test_counts_are_for_who_may_see_stock(winery: Winery, api: Any) -> None:
    wine = product(api, "CAB", stock=5)
    for role, sees, moves in (("Admin User", True, True), ("Standard", True, False), ("Basic", False, False)):
        page = winery.staff(role).see(winery.slug, f"/products/{wine['id']}")
        assert ("Default Location" in page.text) is sees, role
        assert any(form.action.endswith("/stock") for form in page.forms) is moves, role
