"""Settings, Company, Locations and Meta data: what the site changes shows in the API, what is fixed stays."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller
from tests.wire.shop import order, product

COMPANY, LOCATIONS, FIELDS = "/settings/company", "/settings/locations", "/settings/meta-data/customer"


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _setting(api: Caller) -> Any:
    return api.seen("/setting")["settings"][0]


def test_the_company_is_changed_for_staff_and_shop_fronts(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    page = owner.see(winery.slug, COMPANY)
    saved = page.send(
        "",
        companyName='Château "Rouge" & Co',
        primaryEmail="hi@rouge.example",
        primaryPhone="+33142685300",
        location__address="1 Rue",
        location__city="Beaune",
        timeZone="Europe/Paris",
        defaultCountryCode="FR",
        minimumAge="18",
    )
    assert "Saved." in saved.text
    refused = saved.send("", companyName="<b>Rouge</b>")
    assert "contains invalid string" in refused.text
    assert "<b>Rouge" not in refused.answer.text
    setting = _setting(api)
    assert (setting["companyName"], setting["timeZone"]) == ('Château "Rouge" & Co', "Europe/Paris")
    assert (setting["primaryPhone"], setting["minimumAge"]) == ("+33142685300", 18)
    assert "location" not in setting, "the API's setting has no such member"
    told = winery.site.stranger().seen("/setting/for-web")["location"]
    assert (told["address"], told["city"], told["countryCode"]) == ("1 Rue", "Beaune", "FR")
    assert dict(owner.see(winery.slug, COMPANY).form().fields)["location.city"] == "Beaune"


def test_currency_and_weight_stay_once_there_is_an_order(winery: Winery, owner: Visitor, api: Caller) -> None:
    changed = owner.see(winery.slug, COMPANY).send("", currency="EUR", defaultWeightUnit="Kg")
    assert "Saved." in changed.text
    api.made("/order", order())
    page = owner.see(winery.slug, COMPANY)
    refused = page.send("", currency="USD", defaultWeightUnit="Lbs", companyName="Other")
    assert refused.status == 422
    assert refused.text.count("can not be changed") == 2
    assert _setting(api)["companyName"] == "A Winery", "nothing is half-written"
    assert "Saved." in page.send("", companyName="Other").text


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("companyName", "", "must NOT have fewer than 1 characters"),
        ("primaryEmail", "nobody", "must match format"),
        ("timeZone", "Mars/Olympus", "must be an IANA time zone"),
        ("currency", "dollars", "must be an ISO 4217 code"),
        ("minimumAge", "old", "must be a integer"),
        ("url", "javascript:alert(1)", "must be https"),
    ],
)
def test_a_wrong_setting_is_told_beside_its_input(
    winery: Winery, owner: Visitor, name: str, value: str, told: str
) -> None:
    refused = owner.see(winery.slug, COMPANY).send("", **{name: value})
    assert refused.status == 422
    assert told in refused.text
    assert dict(refused.form().fields).get(name) == value, "what was typed is still there"


def test_two_owners_change_the_company_at_once(winery: Winery, owner: Visitor, api: Caller) -> None:
    page = owner.see(winery.slug, COMPANY)
    owner.see(winery.slug, COMPANY).send("", companyName="First")
    outrun = page.send("", companyName="Second", minimumAge="30")
    assert outrun.status == 409
    assert "It is now: First" in outrun.text
    assert "Saved." in outrun.send("").text
    assert (_setting(api)["companyName"], _setting(api)["minimumAge"]) == ("Second", 30)


def test_a_location_takes_a_channel_over_and_can_not_drop_it(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    wine = product(api, "CAB", stock=5)
    form = owner.see(winery.slug, f"{LOCATIONS}/new")
    made = form.send(
        "", title="Barn", address="2 Road", city="Wien", countryCode="AT", isWebShipLocation="true"
    )
    assert "Created." in made.text
    by_title = {each["title"]: each for each in api.seen("/inventory-location")["inventoryLocations"]}
    assert by_title["Barn"]["isWebShipLocation"]
    assert not by_title["Default Location"]["isWebShipLocation"]
    assert by_title["Default Location"]["isClubShipLocation"]

    edit = owner.see(winery.slug, f"{LOCATIONS}/{by_title['Barn']['id']}/edit")
    dropped = edit.send("", isWebShipLocation="")
    assert dropped.status == 422
    assert "stays until another location takes it over" in dropped.text
    assert "Saved." in edit.send("", title="Old barn").text
    titles = {row["inventoryLocationTitle"] for row in api.seen("/inventory")["inventories"]}
    assert titles == {"Old barn", "Default Location"}, wine["id"]


def test_a_field_of_meta_data_shows_in_the_form_of_its_records(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    page = owner.see(winery.slug, FIELDS)
    assert "Collections" in page.text, "each kind of record has a list of its own"
    new = owner.see(winery.slug, f"{FIELDS}/new")
    refused = new.send("", title="Taste", code="taste", dataType="Select")
    assert "required" in refused.text
    shown = refused.send("", options="Dry\nSweet")
    assert "Dry, Sweet" in shown.text
    new.send("", title="Since", code="since", dataType="Date Picker")
    new.send("", title="Likes", code="likes", dataType="Checkbox", options="Red\nSt. Laurent")
    new.send("", title="Bottles", code="bottles", dataType="Integer")
    ann = api.made("/customer", {"emails": [{"email": "ann@a.example"}], "metaData": {"bottles": "12"}})

    edit = owner.see(winery.slug, f"/customers/{ann['id']}/edit")
    likes = {"metaData.likes.St. Laurent": "true"}
    saved = edit.send("", metaData__taste="Dry", metaData__since="2024-05-06", **likes)
    assert "Saved." in saved.text
    kept = api.seen(f"/customer/{ann['id']}")["metaData"]
    assert kept == {
        "bottles": "12",
        "taste": "Dry",
        "since": "2024-05-06T00:00:00.000Z",
        "likes": ["St. Laurent"],
    }
    again = owner.see(winery.slug, f"/customers/{ann['id']}/edit")
    assert "Nothing was changed." in again.send("").text
    wrong = again.send("", metaData__bottles="many")
    assert "must be a integer" in wrong.text
    cleared = again.send("", metaData__taste="")
    assert "Saved." in cleared.text
    assert api.seen(f"/customer/{ann['id']}")["metaData"]["taste"] is None


def test_a_field_is_deleted_and_its_code_stays_as_it_is(winery: Winery, owner: Visitor, api: Caller) -> None:
    config = api.made("/meta-data-config/order", {"title": "Till", "code": "till", "dataType": "String"})
    at = f"/settings/meta-data/order/{config['id']}"
    form = owner.see(winery.slug, f"{at}/edit")
    assert "Saved." in form.send("", title="The till").text
    assert api.seen(f"/meta-data-config/order/{config['id']}")["code"] == "till"
    assert "Deleted." in owner.see(winery.slug, at).send("/delete").text
    assert api.get(f"/meta-data-config/order/{config['id']}").status_code == 404
    assert owner.see(winery.slug, "/settings/meta-data/nonsense").status == 404
