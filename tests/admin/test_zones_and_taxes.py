"""Settings, Shipping and Taxes: zones with their rates, taxes by place, and what both come to."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller
from tests.wire.test_shipping import service, zone
from tests.wire.test_taxes import tax

ZONES, TAXES = "/settings/shipping", "/settings/taxes"


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _only(api: Caller, path: str, key: str) -> Any:
    (found,) = api.seen(path)[key]
    return found


def test_a_zone_is_added_with_its_services(winery: Winery, owner: Visitor, api: Caller) -> None:
    form = owner.see(winery.slug, f"{ZONES}/new")
    sent = {
        "title": "West",
        "regions__0__countryCode": "US",
        "regions__0__stateCode": "CA",
        "services__0__title": "Ground",
        "services__0__code": "FEX",
        "services__0__rates__0__toWeight": "10",
        "services__0__rates__0__price": "15.00",
    }
    refused = form.send("", **sent)
    assert refused.status == 422
    assert "required" in refused.text
    step = {"services__0__topRate__forEveryXWeight": "2.5", "services__0__topRate__price": "12"}
    shown = refused.send("", **step)
    assert "Created." in shown.text
    made = _only(api, "/shipping", "shippings")
    (ground,) = made["services"]
    assert (ground["isActive"], ground["sortOrder"]) == (True, 1)
    assert [(each["toWeight"], each["price"]) for each in ground["rates"]] == [(10, 1500)]
    top = {name: value for name, value in ground["topRate"].items() if name != "id"}
    assert top == {"isWrapShipping": False, "forEveryXWeight": 2.5, "weightUnits": "Lbs", "price": 1200}
    assert "United States: CA" in shown.text
    assert "$12.00 for every 2.5 Lbs" in shown.text


def test_saving_a_zone_as_it_is_changes_nothing(winery: Winery, owner: Visitor, api: Caller) -> None:
    wrapped = service(title="Air", topRate={"isWrapShipping": True}, carrier="FedEx", isDefault=True)
    fine = service(title="Fine", rates=[{"toWeight": 0.00001, "price": 1, "weightUnits": "Kg"}])
    made = api.made("/shipping", zone("CA", None, services=[service(), wrapped, fine]))
    edit = owner.see(winery.slug, f"{ZONES}/{made['id']}/edit")
    assert "Nothing was changed" in edit.send("").text
    assert api.seen(f"/shipping/{made['id']}") == made
    edit.send("", services__0__gone="true", services__1__rates__0__price="16")
    air, _ = api.seen(f"/shipping/{made['id']}")["services"]
    assert [each["price"] for each in air["rates"]] == [1600, 3000]
    assert air["rates"][0]["id"] == made["services"][1]["rates"][0]["id"]
    assert air["topRate"] == made["services"][1]["topRate"]


def test_a_region_that_another_zone_has_is_told_at_its_place(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    api.made("/shipping", zone("CA"))
    made = api.made("/shipping", zone("OR"))
    refused = owner.see(winery.slug, f"{ZONES}/{made['id']}/edit").send("", regions__0__stateCode="CA")
    assert refused.status == 422
    assert "must be unique" in refused.text


def test_the_page_of_a_zone_says_what_a_weight_costs(winery: Winery, owner: Visitor, api: Caller) -> None:
    services = [
        service(),
        service(title="Air", topRate={"isWrapShipping": True}),
        service(title="Off", isActive=False, rates=[{"toWeight": 100, "price": 99900}]),
    ]
    made = api.made("/shipping", zone("CA", services=services))
    page = owner.see(winery.slug, f"{ZONES}/{made['id']}?weight=45")
    assert "45 Lbs $66.00" in page.text
    assert "45 Lbs $75.00" in page.text
    assert page.text.count("45 Lbs") == 2, "what is not offered has no price"
    assert "must be a weight" not in page.text
    for wrong in ("-1", "1e3", "9" * 400, "nan", "%3Cb%3E"):
        asked = owner.see(winery.slug, f"{ZONES}/{made['id']}?weight={wrong}")
        assert asked.status == 200
        assert "must be a weight, such as 12.5" in asked.text


def test_a_tax_is_added_and_changed(winery: Winery, owner: Visitor, api: Caller) -> None:
    form = owner.see(winery.slug, f"{TAXES}/new")
    sent = {"title": "GST", "countryCode": "CA", "taxCalculation": "Added", "wine": "7.12345"}
    refused = form.send("", **sent)
    assert refused.status == 422
    assert "must be multiple of 0.0001" in refused.text
    for text in ("nan", "inf", "seven"):
        assert "must be a number" in refused.send("", wine=text).text
    shown = refused.send("", wine="7.75", food="5")
    assert "Created." in shown.text
    made = _only(api, "/tax", "taxes")
    assert (made["wine"], made["food"], made["freight"], made["stateCode"]) == (7.75, 5, 0, None)
    assert isinstance(made["food"], int), "a whole number stays one"
    edit = owner.see(winery.slug, f"{TAXES}/{made['id']}/edit")
    assert "Nothing was changed" in edit.send("").text
    assert "Saved." in edit.send("", stateCode="AB").text
    assert _only(api, "/tax", "taxes")["stateCode"] == "AB"


def test_the_page_of_a_tax_says_what_holds_there_in_all(winery: Winery, owner: Visitor, api: Caller) -> None:
    api.made("/tax", tax(wine=5.1, food=5))
    api.made("/tax", tax(title="Sales", countryCode="US", wine=9))
    pst = api.made("/tax", tax(title="PST", stateCode="BC", wine=10.2))
    hst = api.made("/tax", tax(title="HST", stateCode="ON", wine=13, taxCalculation="Instead Of"))
    together = owner.see(winery.slug, f"{TAXES}/{pst['id']}").text
    assert "All taxes in CA BC" in together
    assert "Together 0 % 5 % 0 % 15.3 %" in together
    assert "Together 0 % 0 % 0 % 13 %" in owner.see(winery.slug, f"{TAXES}/{hst['id']}").text
