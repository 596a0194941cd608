"""Partial updates (reference A13, A16): what is sent changes, what is not sent stays."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.callers import Caller, House

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODES = ("one", "two", "three")
names = st.none() | st.sampled_from(["Ana", "Bo", "Ć"])
values = st.none() | st.sampled_from(["x", "", "1"])
bodies = st.fixed_dictionaries(
    {},
    optional={
        "firstName": names,
        "lastName": names,
        "city": st.none() | st.sampled_from(["Napa", "Sonoma"]),
        "emailMarketingStatus": st.none() | st.sampled_from(["Subscribed", "Unsubscribed"]),
        "birthDate": st.none() | st.just("1980-01-01"),
        "phones": st.lists(st.sampled_from(["+15555550100", "+15555550101"]), max_size=2).map(
            lambda phones: [{"phone": phone} for phone in phones]
        ),
        "metaData": st.none() | st.dictionaries(st.sampled_from(CODES), values, max_size=3),
    },
)
PLAIN = ("firstName", "lastName", "city", "emailMarketingStatus", "birthDate")


@pytest.fixture(scope="module")
def shop(house: House) -> Caller:
    api = house.open().app()
    for code in CODES:
        api.made("/meta-data-config/customer", {"title": code, "code": code, "dataType": "String"})
    return api


def model(state: dict[str, Any], body: dict[str, Any]) -> None:
    """What the reference says that `body` does."""
    for member in PLAIN:
        if member in body:
            state[member] = body[member]
    if "phones" in body:
        state["phones"] = [element["phone"] for element in body["phones"]]
    if "metaData" in body:
        sent = body["metaData"]
        if sent is None:
            state["metaData"] = None
        elif sent:
            state["metaData"] = {**(state["metaData"] or {}), **sent}


def shown(customer: dict[str, Any]) -> dict[str, Any]:
    state = {member: customer[member] for member in (*PLAIN, "metaData")}
    return {**state, "phones": [element["phone"] for element in customer["phones"]]}


@MANY
@given(st.lists(bodies, max_size=5))
def test_a_record_is_the_sum_of_its_updates(shop: Caller, updates: list[dict[str, Any]]) -> None:
    customer = shop.made("/customer", {"emails": [{"email": "sum@example.com"}]})
    try:
        state = shown(customer)
        for body in updates:
            model(state, body)
            before, customer = customer, shop.changed(f"/customer/{customer['id']}", body)
            assert shown(customer) == state
            assert list(customer) == list(before)
            if shown(before) == shown(customer) and not body.get("phones"):
                assert customer == before
        assert shop.seen(f"/customer/{customer['id']}") == customer
    finally:
        shop.gone(f"/customer/{customer['id']}")
