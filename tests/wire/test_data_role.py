"""A17: people of role Data push ids and dates of their own."""

import itertools
import uuid
from typing import Any

import pytest

from cellarhand import clock
from tests.callers import Caller, Site
from tests.catalogue import FIXED, ID_EXISTS, UNKNOWN, is_answer, is_invalid
from tests.wire.samples import ADDRESS, CARD, CUSTOMER, NOTE

CREATED, UPDATED = "2015-03-01T10:00:00.000Z", "2016-04-02T11:30:00.500Z"
KINDS = ("customer", "address", "card", "note")
_numbers = itertools.count()


@pytest.fixture
def data(site: Site) -> Caller:
    return site.person("Data")


def _place(caller: Caller, kind: str) -> tuple[str, dict[str, Any]]:
    """The path and the body of a new record."""
    if kind == "customer":
        return "/customer", {"firstName": "Old", "emails": [{"email": f"old{next(_numbers)}@example.com"}]}
    customer = caller.made("/customer", {"emails": [{"email": f"c{next(_numbers)}@example.com"}]})["id"]
    return {
        "address": (f"/customer/{customer}/address", ADDRESS),
        "card": (f"/customer/{customer}/credit-card", CARD),
        "note": ("/note", {**NOTE, "customerId": customer}),
    }[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_id_and_dates_are_kept_as_pushed(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    id = str(uuid.uuid1())
    made = data.made(
        path, {**body, "id": id.upper(), "createdAt": CREATED, "updatedAt": "2016-04-02T13:30:00.5+02:00"}
    )
    assert (made["id"], made["createdAt"], made["updatedAt"]) == (id, CREATED, UPDATED)
    assert data.seen(f"{path}/{id}") == made


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_the_three_may_come_alone(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    now = clock.to_wire(clock.now())
    made = data.made(path, {**body, "createdAt": CREATED})
    assert made["createdAt"] == CREATED
    assert made["updatedAt"] >= now
    if kind == "customer":
        _, body = _place(data, kind)
    made = data.made(path, {**body, "updatedAt": UPDATED})
    assert made["updatedAt"] == UPDATED
    assert made["createdAt"] >= now


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_exists_or_existed_is_a_unique_fault_of_its_own(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    id = str(uuid.uuid4())
    made = data.made(path, {**body, "id": id})
    if kind == "customer":
        _, body = _place(data, kind)
    is_answer(data.post(path, {**body, "id": id}), 422, ID_EXISTS)
    data.gone(f"{path}/{made['id']}")
    is_answer(data.post(path, {**body, "id": id.upper()}), 422, ID_EXISTS)


def test_the_same_id_in_another_tenant_is_another_record(site: Site, data: Caller) -> None:
    id = str(uuid.uuid4())
    other = site.house.open().person("Data")
    for caller, name in ((data, "One"), (other, "Two")):
        body = {"id": id, "firstName": name, "emails": [{"email": "same@example.com"}]}
        assert caller.made("/customer", body)["id"] == id
    assert (data.seen(f"/customer/{id}")["firstName"], other.seen(f"/customer/{id}")["firstName"]) == (
        "One",
        "Two",
    )
    data.gone(f"/customer/{id}")
    assert other.seen(f"/customer/{id}")["firstName"] == "Two"


@pytest.mark.parametrize("kind", KINDS)
def test_dates_may_be_put_too(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    made = data.made(path, body)
    at = f"{path}/{made['id']}"
    changed = data.changed(at, {"createdAt": CREATED, "updatedAt": UPDATED})
    assert changed == made | {"createdAt": CREATED, "updatedAt": UPDATED}
    assert data.changed(at, {"createdAt": CREATED}) == changed
    rows = next(iter(data.seen(f"{path}?createdAt=2015-03-01").values()))
    assert [row["id"] for row in rows] == [made["id"]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_id_is_immutable(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    made = data.made(path, body)
    at = f"{path}/{made['id']}"
    assert data.changed(at, {"id": made["id"]}) == made
    assert data.changed(at, {"id": made["id"].upper()}) == made
    is_invalid(data.put(at, {"id": str(uuid.uuid4())}), ("id", FIXED))
    assert data.seen(at) == made


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_id_or_date_is_refused(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    is_invalid(
        data.post(path, {**body, "id": "x", "createdAt": "y", "updatedAt": None}),
        ("id", 'must match format "uuid"'),
        ("createdAt", 'must match format "date-time"'),
        ("updatedAt", "must be a string"),
    )


def test_elements_may_bring_their_ids(data: Caller) -> None:
    id = str(uuid.uuid4())
    body = {"emails": [{"id": id, "email": "a@b.co"}], "flags": [{"id": id, "content": "x"}]}
    made = data.made("/customer", body)
    assert (made["emails"][0]["id"], made["flags"][0]["id"]) == (id, id)


def test_a_customer_with_its_address_may_be_pushed_in_one_step(data: Caller) -> None:
    id = str(uuid.uuid4())
    body = {
        "id": id,
        "createdAt": CREATED,
        "updatedAt": UPDATED,
        "firstName": "A",
        "lastName": "B",
        "address": "1 St",
        "city": "Oslo",
        "countryCode": "NO",
        "emails": [{"email": "a@b.co"}],
    }
    made = data.made("/customer-address", body)
    assert (made["id"], made["createdAt"], made["updatedAt"]) == (id, CREATED, UPDATED)


def test_other_resources_take_them_from_nobody(data: Caller) -> None:
    tag = {"title": "T", "type": "Manual"}
    hook = {"object": "Customer", "action": "Create", "url": "https://a.example/h"}
    config = {"title": "T", "code": "c", "dataType": "String"}
    for path, body in (("/tag/customer", tag), ("/web-hook", hook), ("/meta-data-config/order", config)):
        is_invalid(data.post(path, {**body, "id": str(uuid.uuid4())}), ("id", UNKNOWN))
        made = data.made(path, body)
        is_invalid(data.put(f"{path}/{made['id']}", {"updatedAt": UPDATED}), ("updatedAt", UNKNOWN))


def test_nobody_else_may_push_them_least_of_all_an_app(site: Site, api: Caller) -> None:
    for caller in (api, site.person("Admin Owner"), site.person("Partner")):
        for member, value in (("id", str(uuid.uuid4())), ("createdAt", CREATED), ("updatedAt", UPDATED)):
            body = {**CUSTOMER, member: value}
            is_invalid(caller.post("/customer", body), (member, UNKNOWN))


def test_its_writes_fire_events_as_usual(site: Site, data: Caller) -> None:
    data.made("/customer", {"id": str(uuid.uuid4()), "emails": [{"email": "a@b.co"}]})
    assert site.fired() == [("Customer", "Create")]
