"""Gift cards on the site: codes are masked in lists, balances are changed by hand (GFT-2, GFT-3)."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller

CARD = {"title": "Summer", "type": "Virtual", "initialAmount": 5000, "code": "SUMMERCODE99"}


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


@pytest.fixture
def card(api: Caller) -> Any:
    return api.made("/gift-card", CARD)


def test_a_card_is_added(winery: Winery, owner: Visitor, api: Caller) -> None:
    form = owner.see(winery.slug, "/gift-cards/new")
    shown = form.send("", title="Thanks", type="Virtual", initialAmount="25.00", status="Active")
    assert "Created." in shown.text
    (made,) = api.seen("/gift-card")["giftCards"]
    assert (made["title"], made["currentBalance"]) == ("Thanks", 2500)
    assert made["code"] in shown.text


def test_lists_and_files_mask_codes(winery: Winery, owner: Visitor, card: Any) -> None:
    for path in ("/gift-cards", "/gift-cards?q=SUMMERC", "/gift-cards.csv"):
        text = owner.open(owner.at(winery.slug, path)).text
        assert "********DE99" in text
        assert "SUMMERC" not in text
    assert card["code"] in owner.see(winery.slug, f"/gift-cards/{card['id']}").text


def test_a_balance_is_changed_by_hand_and_its_page_tells_so(
    winery: Winery, owner: Visitor, api: Caller, card: Any
) -> None:
    at = f"/gift-cards/{card['id']}"
    shown = owner.see(winery.slug, at).send("/balance", amount="-12.50", notes="Paid in the shop")
    assert "The balance is changed." in shown.text
    assert "Paid in the shop" in shown.text
    assert api.seen(f"/gift-card/{card['id']}")["currentBalance"] == 3750
    for amount, told in (("-40", "Not enough balance on gift card"), ("much", "must be an amount")):
        refused = owner.see(winery.slug, at).send("/balance", amount=amount)
        assert refused.status == 422
        assert told in refused.text
    assert api.seen(f"/gift-card/{card['id']}")["currentBalance"] == 3750


def test_a_last_day_is_one_of_the_winery(winery: Winery, owner: Visitor, api: Caller, card: Any) -> None:
    at = f"/gift-cards/{card['id']}"
    shown = owner.see(winery.slug, at).send("/expiry", expiryDate="2021-02-01")
    assert "Expired" in shown.text
    assert 'value="2021-02-01"' in shown.answer.text
    told = api.post("/gift-card-transaction", {"giftCardId": card["id"], "amount": -1}).json()
    assert told["message"] == "Gift card is not active"
    owner.see(winery.slug, at).send("/expiry", expiryDate="")
    assert api.seen(f"/gift-card/{card['id']}")["expiryDate"] is None


def test_a_card_that_was_used_is_not_deleted(winery: Winery, owner: Visitor, api: Caller, card: Any) -> None:
    api.made("/gift-card-transaction", {"giftCardId": card["id"], "amount": -1})
    refused = owner.see(winery.slug, f"/gift-cards/{card['id']}").send("/delete")
    assert "Can not delete a gift card with redemptions" in refused.text


def test_who_may_only_look_changes_nothing(winery: Winery, card: Any) -> None:
    """ACC-9, site side: tills change cards and delete none."""
    page = winery.staff("POS Standard").see(winery.slug, f"/gift-cards/{card['id']}")
    assert "Change the balance" in page.text
    assert "Delete this gift card" not in page.text
