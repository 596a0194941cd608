"""B31: taxes, their places and their rates."""

from typing import Any

import pytest

from tests.callers import Caller, Site
from tests.catalogue import NOT_ONE_OF, REQUIRED, UNKNOWN, is_answer, is_invalid, is_lost, operator

Record = dict[str, Any]
CATEGORIES = ("freight", "food", "generalMerchandise", "wine")
TOO_FINE = "must be multiple of 0.0001"


def tax(**more: Any) -> Record:
    return {"title": "GST", "countryCode": "CA", "taxCalculation": "Added", **more}


def test_a_tax_is_returned_with_all_that_was_left_to_the_server(api: Caller) -> None:
    made = api.made("/tax", tax(wine=5))
    expected = {
        "id": made["id"],
        "title": "GST",
        "countryCode": "CA",
        "stateCode": None,
        "freight": 0,
        "food": 0,
        "generalMerchandise": 0,
        "wine": 5,
        "taxCalculation": "Added",
        "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"],
    }
    assert made == expected
    assert list(made) == list(expected)
    assert api.seen(f"/tax/{made['id']}") == made
    assert api.seen("/tax") == {"taxes": [made], "total": 1}


def test_the_documented_bodies_are_taken(api: Caller) -> None:
    body = {
        "title": "TAX",
        "countryCode": "CA",
        "stateCode": "AB",
        "freight": 5,
        "food": 5,
        "generalMerchandise": 5,
        "wine": 7,
        "taxCalculation": "Added",
    }
    made = api.made("/tax", body)
    assert {name: made[name] for name in body} == body
    changed = api.changed(f"/tax/{made['id']}", {**body, "stateCode": "BC", "wine": 10})
    assert (changed["stateCode"], changed["wine"]) == ("BC", 10)


@pytest.mark.parametrize("rate", ["0", "7.75", "0.0001", "8.875", "99.9999", "100", "5.0"])
def test_a_rate_is_returned_as_it_was_sent(api: Caller, rate: str) -> None:
    sent = f'{{"title":"T","countryCode":"US","taxCalculation":"Added","wine":{rate}}}'
    answer = api.post("/tax", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 201
    assert f'"wine":{rate},' in answer.text
    assert api.get(f"/tax/{answer.json()['id']}").content == answer.content


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        (-0.0001, "must be >= 0"),
        (100.0001, "must be <= 100"),
        (7.12345, TOO_FINE),
        (1e-9, TOO_FINE),
        ("5", "must be a number"),
        (None, "must be a number"),
        (True, "must be a number"),
    ],
)
def test_a_rate_is_a_percentage_of_four_decimals(api: Caller, rate: Any, message: str) -> None:
    rates = dict.fromkeys(CATEGORIES, rate)
    faults = [(name, message) for name in CATEGORIES]
    is_invalid(api.post("/tax", tax(**rates)), *faults)
    made = api.made("/tax", tax())
    is_invalid(api.put(f"/tax/{made['id']}", rates), *faults)


def test_every_fault_of_a_tax_is_told_at_once(api: Caller) -> None:
    is_invalid(
        api.post("/tax", {"stateCode": 1, "rate": 5}),
        ("title", REQUIRED),
        ("countryCode", REQUIRED),
        ("taxCalculation", REQUIRED),
        ("rate", UNKNOWN),
        ("stateCode", "must be a string,null"),
    )
    is_invalid(
        api.post("/tax", tax(title=" ", countryCode="Canada", taxCalculation="added")),
        ("title", "must NOT have fewer than 1 characters"),
        ("countryCode", NOT_ONE_OF),
        ("taxCalculation", NOT_ONE_OF),
    )


def test_a_state_is_one_of_its_country(api: Caller) -> None:
    is_invalid(api.post("/tax", tax(stateCode="WA")), ("stateCode", NOT_ONE_OF))
    made = api.made("/tax", tax(stateCode="AB"))
    at = f"/tax/{made['id']}"
    is_invalid(api.put(at, {"countryCode": "US"}), ("stateCode", NOT_ONE_OF))
    assert api.changed(at, {"stateCode": ""})["stateCode"] is None
    assert api.changed(at, {"countryCode": "DE", "stateCode": "Bayern"})["stateCode"] == "Bayern"


def test_a_change_leaves_alone_what_it_does_not_name(api: Caller) -> None:
    made = api.made("/tax", tax(wine=7.75, food=2))
    at = f"/tax/{made['id']}"
    changed = api.changed(at, {"wine": 8})
    assert changed == {**made, "wine": 8, "updatedAt": changed["updatedAt"]}
    body = {name: value for name, value in changed.items() if name not in ("id", "createdAt", "updatedAt")}
    assert api.changed(at, body) == changed
    assert api.changed(at, {}) == changed
    is_invalid(api.put(at, {"id": made["id"]}), ("id", UNKNOWN))


def test_many_taxes_may_have_one_place_and_one_name(api: Caller) -> None:
    assert api.made("/tax", tax(stateCode="AB"))["id"] != api.made("/tax", tax(stateCode="AB"))["id"]


def test_taxes_are_found_by_place_and_title(api: Caller) -> None:
    gst = api.made("/tax", tax())["id"]
    pst = api.made("/tax", tax(title="PST", stateCode="BC"))["id"]
    german = api.made("/tax", tax(title="MwSt", countryCode="DE", stateCode="Thüringen"))["id"]

    def found(query: str) -> set[str]:
        return {row["id"] for row in api.seen(f"/tax?{query}")["taxes"]}

    assert found("") == {gst, pst, german}
    assert found("countryCode=CA") == {gst, pst}
    assert found("countryCode=in:DE,US") == {german}
    assert found("stateCode=bc") == found("stateCode=BC&countryCode=CA") == {pst}
    assert found("stateCode=th%C3%BCringen") == {german}
    assert found("stateCode=BC&countryCode=US") == set()
    assert found("q=st") == {gst, pst, german}
    assert found("q=pst") == {pst}
    assert found("updatedAt=gt:2000-01-01") == {gst, pst, german}
    is_invalid(api.get("/tax?countryCode=Canada"), ("countryCode", NOT_ONE_OF))
    is_answer(api.get("/tax?countryCode=ne:CA"), 422, operator("ne"))
    api.changed(f"/tax/{pst}", {"stateCode": None})
    assert found("stateCode=BC") == set()


def test_a_deleted_tax_is_in_the_trash_of_who_may_read_settings(site: Site, api: Caller) -> None:
    made = api.made("/tax", tax())
    api.gone(f"/tax/{made['id']}")
    for answer in (api.get(f"/tax/{made['id']}"), api.delete(f"/tax/{made['id']}")):
        is_lost(answer, "Tax")
    row = api.seen("/trash?objectType=Tax")["trashes"][0]
    assert (row["objectId"], row["title"]) == (made["id"], "GST")
    assert site.app_with({"Setting": "Read"}).seen("/trash")["total"] == 1
    assert site.app_with({"Shipping": "Full"}).seen("/trash")["total"] == 0
