"""A16: what apps keep on a record."""

from typing import Any

import pytest

from tests.callers import Caller, Site
from tests.catalogue import UNKNOWN, is_invalid

PLACE = {"firstName": "J", "lastName": "D", "address": "1 St", "city": "Oslo", "countryCode": "NO"}


@pytest.fixture
def apps(site: Site) -> tuple[Caller, Caller]:
    return site.app("data-one", {"*": "Full"}), site.app("data-two", {"*": "Full"})


def _customer(api: Caller, **members: Any) -> str:
    body = {"emails": [{"email": "jane@example.com"}], **members}
    return f"/customer/{api.made('/customer', body)['id']}"


def test_it_is_stored_under_the_app_and_every_reader_sees_that_of_every_app(
    apps: tuple[Caller, Caller], owner: Caller
) -> None:
    one, two = apps
    at = _customer(one, appData={"k": "v"})
    assert one.seen(at)["appData"] == {"data-one": {"k": "v"}}
    two.changed(at, {"appData": {"n": [1, {"x": None}]}})
    both = {"data-one": {"k": "v"}, "data-two": {"n": [1, {"x": None}]}}
    for caller in (one, two, owner):
        assert caller.seen(at)["appData"] == both


def test_a_write_replaces_the_whole_of_that_app_alone(apps: tuple[Caller, Caller]) -> None:
    one, two = apps
    at = _customer(one, appData={"a": 1, "b": 2})
    two.changed(at, {"appData": {"c": 3}})
    assert one.changed(at, {"appData": {"a": 5}})["appData"] == {"data-one": {"a": 5}, "data-two": {"c": 3}}


def test_null_removes_it_and_when_no_app_has_data_the_member_is_null(apps: tuple[Caller, Caller]) -> None:
    one, two = apps
    at = _customer(one, appData={"a": 1})
    two.changed(at, {"appData": {"b": 2}})
    assert one.changed(at, {"appData": None})["appData"] == {"data-two": {"b": 2}}
    assert two.changed(at, {"appData": None})["appData"] is None


def test_an_unknown_reader_writes_back_what_it_read(apps: tuple[Caller, Caller], owner: Caller) -> None:
    one, two = apps
    at = _customer(one, appData={"a": 1})
    before = one.seen(at)
    for caller in (one, two, owner):
        assert caller.changed(at, {"appData": before["appData"]}) == before


def test_without_app_credentials_it_is_an_unknown_member(apps: tuple[Caller, Caller], owner: Caller) -> None:
    fault = ("appData", UNKNOWN)
    is_invalid(owner.post("/customer", {"emails": [{"email": "a@b.co"}], "appData": {"k": 1}}), fault)
    at = _customer(apps[0], appData={"a": 1})
    for value in ({"k": 1}, {"data-one": {"a": 2}}, None, {}):
        is_invalid(owner.put(at, {"appData": value}), fault)


def test_addresses_carry_it_too(apps: tuple[Caller, Caller]) -> None:
    one, two = apps
    at = _customer(one) + "/address"
    made = one.made(at, {**PLACE, "appData": {"k": 1}})
    assert two.changed(f"{at}/{made['id']}", {"appData": {"k": 2}})["appData"] == {
        "data-one": {"k": 1},
        "data-two": {"k": 2},
    }


def test_it_has_at_most_16_kib_per_app_and_object(apps: tuple[Caller, Caller]) -> None:
    one, two = apps
    at = _customer(one)
    most = {"k": "x" * (16 * 1024 - len('{"k":""}'))}
    assert one.changed(at, {"appData": most})["appData"] == {"data-one": most}
    assert two.changed(at, {"appData": most})["appData"] == {"data-one": most, "data-two": most}
    answer = one.put(at, {"appData": {"k": most["k"] + "x"}})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "appData")
