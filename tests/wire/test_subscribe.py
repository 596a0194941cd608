"""B3, CUS-3, CUS-6, CUS-9: signing up for mail on the public web."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.callers import Caller, House, Site
from tests.catalogue import (
    BAD_NAME,
    NO_TENANT,
    REQUIRED,
    UNAUTHORIZED,
    UNKNOWN,
    WRONG_METHOD,
    is_answer,
    is_invalid,
    query_param,
)
from tests.verifying import differences

pytestmark = pytest.mark.usefixtures("heard")

AT = "/customer/subscribe"
JANE = "jane@example.com"
ANSWER = b'{"email":"jane@example.com","emailMarketingStatus":"Subscribed"}'


@pytest.fixture
def web(site: Site) -> Caller:
    return site.stranger()


def customers(api: Caller) -> list[dict[str, Any]]:
    return api.seen("/customer")["customers"]


def test_an_unknown_address_makes_a_customer_of_the_web(site: Site, api: Caller, web: Caller) -> None:
    sent = {"email": JANE, "firstName": "Jane", "lastName": "Example", "countryCode": "US"}
    is_answer(web.post(AT, sent), 200, ANSWER)
    (made,) = customers(api)
    assert [each["email"] for each in made["emails"]] == [JANE]
    assert {name: made[name] for name in sent if name != "email"} == {
        name: value for name, value in sent.items() if name != "email"
    }
    assert made["emailMarketingStatus"] == "Subscribed"
    assert made["orderInformation"]["acquisitionChannel"] == "Web"
    assert made["hasAccount"] is False
    assert site.fired() == [("Customer", "Create")]
    assert [event.actor for event in site.events()] == [None]
    assert differences(site) == []


def test_an_address_alone_is_enough(api: Caller, web: Caller) -> None:
    is_answer(web.post(AT, {"email": JANE}), 200, ANSWER)
    (made,) = customers(api)
    assert (made["firstName"], made["lastName"], made["countryCode"]) == (None, None, None)


@pytest.mark.parametrize("before", [None, "Unsubscribed"])
def test_of_a_known_address_the_status_alone_changes_and_the_answer_is_the_same(
    site: Site, api: Caller, web: Caller, before: str | None
) -> None:
    body = {"firstName": "Jane", "emails": [{"email": "first@example.com"}, {"email": "Jane@Example.com"}]}
    made = api.made("/customer", {**body, "emailMarketingStatus": before})
    sent = {"email": JANE, "firstName": "Mallory", "lastName": "Stranger", "countryCode": "NZ"}
    is_answer(web.post(AT, sent), 200, ANSWER)
    (seen,) = customers(api)
    assert seen == {
        **made,
        "emailMarketingStatus": "Subscribed",
        "updatedAt": seen["updatedAt"],
    }
    assert site.fired() == [("Customer", "Create"), ("Customer", "Update")]


def test_who_is_subscribed_already_is_not_changed(site: Site, api: Caller, web: Caller) -> None:
    web.post(AT, {"email": JANE})
    before = customers(api)
    is_answer(web.post(AT, {"email": JANE}), 200, ANSWER)
    is_answer(web.post(AT, {"email": "JANE@example.com"}), 200, ANSWER.replace(b"jane", b"JANE"))
    assert customers(api) == before
    assert site.fired() == [("Customer", "Create")]


def test_one_address_sent_many_times_at_once_makes_one_customer(api: Caller, web: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: web.post(AT, {"email": JANE}), range(16)))
    assert {(each.status_code, each.content) for each in answers} == {(200, ANSWER)}
    assert len(customers(api)) == 1


def test_new_addresses_sent_twice_at_once_are_answered_alike(api: Caller, web: Caller) -> None:
    """A double click: who comes between the other's look-up and its customer has done nothing wrong."""
    emails = [f"reader.{each // 2}@example.com" for each in range(160)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda email: web.post(AT, {"email": email}), emails))
    assert {each.status_code for each in answers} == {200}
    assert api.seen("/customer?limit=1")["total"] == 80


def test_what_is_wrong_is_told_alike_of_known_and_unknown_addresses(api: Caller, web: Caller) -> None:
    api.made("/customer", {"emails": [{"email": JANE}]})
    for email in (JANE, "nobody@example.com"):
        is_invalid(web.post(AT, {"email": email, "firstName": "J*"}), ("firstName", BAD_NAME))
        is_invalid(web.post(AT, {"email": email, "tags": []}), ("tags", UNKNOWN))
        for name in ("emailMarketingStatus", "password", "id"):
            is_invalid(web.post(AT, {"email": email, name: "x"}), (name, UNKNOWN))
    is_invalid(web.post(AT, {}), ("email", REQUIRED))
    is_invalid(web.post(AT, {"email": "no address"}), ("email", 'must match format "email"'))
    is_answer(web.post(f"{AT}?email=x", {"email": JANE}), 422, query_param("email"))
    assert len(customers(api)) == 1


def test_credentials_are_ignored_and_the_tenant_is_needed(api: Caller, web: Caller) -> None:
    answer = web.but(authorization="Basic !!!").post(AT, {"email": JANE})
    is_answer(answer, 200, ANSWER)
    assert answer.headers["access-control-allow-origin"] == "*"
    is_answer(web.but(tenant="no-such-tenant").post(AT, {"email": JANE}), 401, UNAUTHORIZED)
    is_answer(web.but(tenant=None).post(AT, {"email": JANE}), 422, NO_TENANT)
    is_answer(api.get(AT), 405, WRONG_METHOD)


def test_a_browsers_page_may_ask_first(web: Caller) -> None:
    asked = web.request("OPTIONS", AT, headers={"origin": "https://shop.example"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "Content-Type" in asked.headers["access-control-allow-headers"]
    assert "POST" in asked.headers["access-control-allow-methods"]


def test_each_tenant_has_its_own(house: House, api: Caller, web: Caller) -> None:
    web.post(AT, {"email": JANE})
    other = house.open()
    is_answer(other.stranger().post(AT, {"email": JANE}), 200, ANSWER)
    assert len(customers(other.app())) == len(customers(api)) == 1
