"""A11: what `q` finds."""

import pytest

from tests.callers import Caller, House
from tests.catalogue import is_answer, is_invalid, query_param

PEOPLE = (
    {
        "firstName": "José María",
        "lastName": "O'Neil-Straße",
        "emails": [{"email": "Jose.Maria@Example.com"}, {"email": "second@winery.example"}],
        "phones": [{"phone": "+17075550100"}],
    },
    {"firstName": "Jane", "lastName": "Van der Berg", "emails": [{"email": "jane@example.com"}]},
    {"firstName": "J", "lastName": None, "emails": [{"email": "j_50%off@example.com"}]},
)


@pytest.fixture(scope="module")
def people(house: House) -> Caller:
    api = house.open().app()
    for body in PEOPLE:
        api.made("/customer", body)
    return api


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 3),
        ("  ", 3),
        ("jose", 1),
        ("JOSÉ", 1),
        ("jose maria", 1),
        ("maria jose", 1),
        ("mar", 1),
        ("o'neil", 1),
        ("strasse", 0),
        ("o'neil-strasse", 1),
        ("o'neil-stra%C3%9Fe", 1),
        ("jane van", 1),
        ("van jane", 1),
        ("der", 1),
        ("berg van jane der", 1),
        ("jane x", 1),
        ("jane xx", 0),
        ("jane b berg", 1),
        ("jane berg der van zzz", 1),
        ("j", 3),
        ("ane", 0),
        ("jose.maria@example.com", 1),
        ("JOSE.MARIA@EXAMPLE.COM", 1),
        ("second@winery.example", 1),
        ("second@", 1),
        ("example.com", 0),
        ("17075550100", 1),
        ("%2B17075550100", 1),
        ("7075550100", 1),
        ("707", 1),
        ("5550100", 0),
        ("707-555-0100", 1),
        ("j_50%25", 1),
        ("j%25", 0),
        ("j_", 1),
        ("_", 0),
        ("*", 0),
        ("'; DROP TABLE customer; --", 0),
        ("\\", 0),
    ],
)
def test_customers_are_found_by_words_that_begin_an_entry(people: Caller, text: str, found: int) -> None:
    seen = people.seen(f"/customer?q={text}")
    assert (seen["total"], len(seen["customers"])) == (found, found)


def test_a_customer_is_found_by_the_company_of_the_default_address_alone(api: Caller) -> None:
    place = {"firstName": "J", "lastName": "D", "address": "1 St", "city": "Oslo", "countryCode": "NO"}
    customer = api.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    first = api.made(f"/customer/{customer}/address", {**place, "company": "Acme Cellars"})["id"]
    second = api.made(f"/customer/{customer}/address", {**place, "company": "Bravo Vines"})["id"]

    def finds(text: str) -> bool:
        return api.seen(f"/customer?q={text}")["total"] == 1

    assert (finds("acme"), finds("cellars"), finds("bravo")) == (True, True, False)
    api.changed(f"/customer/{customer}/address/{second}", {"isDefault": True})
    assert (finds("acme"), finds("bravo")) == (False, True)
    api.changed(f"/customer/{customer}/address/{second}", {"company": "Charlie"})
    assert (finds("bravo"), finds("charlie")) == (False, True)
    api.gone(f"/customer/{customer}/address/{second}")
    assert (finds("charlie"), finds("acme")) == (False, True)
    api.changed(f"/customer/{customer}", {"firstName": "Renamed"})
    assert (finds("acme"), finds("renamed")) == (True, True)
    api.gone(f"/customer/{customer}/address/{first}")
    assert finds("acme") is False


def test_a_changed_customer_is_found_by_what_it_is_now(api: Caller) -> None:
    made = api.made("/customer", {"lastName": "Before", "emails": [{"email": "a@b.co"}]})
    api.changed(f"/customer/{made['id']}", {"lastName": "After"})
    assert (api.seen("/customer?q=before")["total"], api.seen("/customer?q=after")["total"]) == (0, 1)


def test_two_hundred_characters_are_searched_for_and_no_more(api: Caller) -> None:
    assert api.get("/customer?q=" + "x" * 200).status_code == 200
    is_invalid(api.get("/customer?q=" + "x" * 201), ("q", "must NOT have more than 200 characters"))
    is_invalid(
        api.get("/note?q=" + "x" * 201),
        ("q", "must NOT have more than 200 characters"),
    )


PLACE = {
    "firstName": "Zoë",
    "lastName": "Müller",
    "company": "100% Pure",
    "address": "12 Wine_Street",
    "address2": "Apt 5",
    "city": "Napa Valley",
    "stateCode": "CA",
    "zipCode": "94558",
    "countryCode": "US",
}


@pytest.fixture(scope="module")
def placed(house: House) -> tuple[Caller, str]:
    api = house.open().app()
    customer = api.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    api.made(f"/customer/{customer}/address", PLACE)
    return api, customer


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zoe", 1),
        ("MULLER", 1),
        ("ulle", 1),
        ("100%25", 1),
        ("0%25 p", 1),
        ("%25", 1),
        ("wine_s", 1),
        ("wineXs", 0),
        ("valley", 1),
        ("94558", 1),
        ("4558", 1),
        ("apt 5", 0),
        ("norway", 0),
        ("", 1),
    ],
)
def test_addresses_are_found_by_what_they_contain(placed: tuple[Caller, str], text: str, found: int) -> None:
    api, customer = placed
    for path in (f"/customer/{customer}/address", "/customer-address"):
        for name in ("searchText", "q"):
            assert api.seen(f"{path}?{name}={text}")["total"] == found


def test_cards_are_found_by_holder_and_last_four_digits(api: Caller) -> None:
    customer = api.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    path = f"/customer/{customer}/credit-card"
    api.made(
        path,
        {
            "cardBrand": "Visa",
            "maskedCardNumber": "************4321",
            "tokenOnFile": "secret-token",
            "expiryMo": 1,
            "expiryYr": 2031,
            "cardHolderName": "Zoë Holder",
        },
    )
    for text, found in (
        ("zoe", 1),
        ("holder", 1),
        ("4321", 1),
        ("32", 1),
        ("visa", 0),
        ("token", 0),
        ("*", 0),
    ):
        for name in ("searchText", "q"):
            assert api.seen(f"{path}?{name}={text}")["total"] == found


def test_of_both_names_of_a_search_the_second_is_refused(api: Caller) -> None:
    for path in ("/customer-address",):
        is_answer(api.get(f"{path}?q=a&searchText=b"), 422, query_param("searchText"))
        is_answer(api.get(f"{path}?searchText=a&q=b"), 422, query_param("q"))


def test_notes_tags_definitions_and_hooks_are_found_by_what_they_contain(api: Caller) -> None:
    customer = api.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    api.made("/note", {"content": "Called about the Café order", "customerId": customer})
    api.made("/tag/customer", {"title": "Big Spender", "type": "Manual"})
    api.made("/meta-data-config/customer", {"title": "Spouse name", "code": "sp-nm", "dataType": "String"})
    for path, texts, missing in (
        ("/note", ("cafe", "THE CAF", "order"), "cancelled"),
        ("/tag/customer", ("spend", "BIG S"), "small"),
        ("/tag/order", (), "big"),
        ("/meta-data-config/customer", ("spouse", "SP-N"), "child"),
        ("/meta-data-config/order", (), "spouse"),
    ):
        for text in texts:
            assert api.seen(f"{path}?q={text}")["total"] == 1
        assert api.seen(f"{path}?q={missing}")["total"] == 0
