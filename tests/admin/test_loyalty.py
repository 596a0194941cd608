"""Loyalty on the site: switched on with the company; tiers have pages, points are given by hand."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller

JANE = {"emails": [{"email": "jane@example.com"}]}


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _switch(winery: Winery, owner: Visitor, **more: str) -> Any:
    return owner.see(winery.slug, "/settings/company").send("", **more)


def test_loyalty_is_switched_on_and_off_with_the_company(winery: Winery, owner: Visitor, api: Caller) -> None:
    jane = api.made("/customer", JANE)["id"]
    assert "Loyalty is not enabled" in owner.see(winery.slug, "/loyalty-tiers").text
    shown = _switch(winery, owner, **{"loyalty.hasLoyalty": "true", "loyalty.pointsOnCustomerCreate": "50"})
    assert "Saved." in shown.text
    assert api.seen(f"/customer/{jane}")["loyalty"]["points"] == 0
    assert winery.site.stranger().seen("/setting/for-web")["loyalty"]["pointsOnCustomerCreate"] == 50
    # Saving what is there changes nothing.
    _switch(winery, owner, companyName="Another")
    assert api.seen(f"/customer/{jane}")["loyalty"] is not None
    page = owner.see(winery.slug, "/settings/company")
    form = page.form("")
    form.fields = [each for each in form.fields if each[0] != "loyalty.hasLoyalty"]
    page.submit(form)
    assert api.seen(f"/customer/{jane}")["loyalty"] is None


def test_a_tier_is_added_and_shown(winery: Winery, owner: Visitor, api: Caller) -> None:
    _switch(winery, owner, **{"loyalty.hasLoyalty": "true"})
    club = api.made("/club", {"title": "Reds"})["id"]
    form = owner.see(winery.slug, "/loyalty-tiers/new")
    sent = {"title": "Base", "qualificationType": "Lifetime Value", "lifetimeValueToQualify": "0"}
    shown = form.send("", **sent, earnRate="0.5")
    assert "Created." in shown.text
    form = owner.see(winery.slug, "/loyalty-tiers/new")
    shown = form.send(
        "", title="Members", qualificationType="Club", earnRate="2", **{f"clubsToQualify.{club}": "true"}
    )
    assert "Reds" in shown.text
    tiers = api.seen("/loyalty-tier")["loyaltyTiers"]
    assert {each["title"]: (each["isBaseTier"], each["earnRate"]) for each in tiers} == {
        "Base": (True, 0.5),
        "Members": (False, 2),
    }
    refused = owner.see(winery.slug, "/loyalty-tiers/new").send("", **{**sent, "qualificationType": "Club"})
    assert refused.status == 422


def test_points_are_given_on_the_page_of_a_customer(winery: Winery, owner: Visitor, api: Caller) -> None:
    _switch(winery, owner, **{"loyalty.hasLoyalty": "true"})
    jane = api.made("/customer", JANE)["id"]
    shown = owner.see(winery.slug, f"/customers/{jane}").send("/points", points="120", pointsNotes="Sorry")
    assert "The points are changed." in shown.text
    assert "120 points" in shown.text
    assert "(Sorry)" in shown.text
    for points, told in (("-121", "Not enough loyalty points"), ("many", "must be a integer")):
        refused = owner.see(winery.slug, f"/customers/{jane}").send("/points", points=points)
        assert refused.status == 422
        assert told in refused.text
    assert api.seen(f"/customer/{jane}")["loyalty"]["points"] == 120
