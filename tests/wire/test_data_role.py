"""A17: people of role Data push ids and dates of their own."""

import itertools
import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from cellarhand import clock
from cellarhand.resources import RESOURCES
from tests.callers import Caller, Site
from tests.catalogue import FIXED, ID_EXISTS, LOST, UNKNOWN, is_answer, is_invalid
from tests.verifying import differences
from tests.wire.samples import ADDRESS, CARD, NOTE
from tests.wire.shop import order

pytestmark = pytest.mark.usefixtures("heard")

CREATED, UPDATED = "2015-03-01T10:00:00.000Z", "2016-04-02T11:30:00.500Z"
_numbers = itertools.count()


@dataclass(frozen=True)
class Kind:
    """One of the eight documented kinds: where it is made, a body, and the elements that may bring ids."""

    path: str
    body: dict[str, Any]
    elements: dict[str, dict[str, Any]]


def _customer(_: Caller) -> Kind:
    number = next(_numbers)
    elements = {
        "emails": {"email": f"other{number}@example.com"},
        "phones": {"phone": "+17075550100"},
        "flags": {"content": "Offer a free tasting"},
    }
    body = {"firstName": "Old", "emails": [{"email": f"old{number}@example.com"}]}
    return Kind("/customer", body, elements)


def _customer_id(caller: Caller) -> str:
    return caller.made("/customer", {"emails": [{"email": f"c{next(_numbers)}@example.com"}]})["id"]


def _address(caller: Caller) -> Kind:
    return Kind(f"/customer/{_customer_id(caller)}/address", ADDRESS, {})


def _card(caller: Caller) -> Kind:
    return Kind(f"/customer/{_customer_id(caller)}/credit-card", CARD, {})


def _note(caller: Caller) -> Kind:
    return Kind("/note", {**NOTE, "customerId": _customer_id(caller)}, {})


def _club(_: Caller) -> Kind:
    return Kind("/club", {"title": f"Club {next(_numbers)}"}, {})


def _membership(caller: Caller) -> Kind:
    customer = _customer_id(caller)
    address = caller.made(f"/customer/{customer}/address", ADDRESS)["id"]
    club = caller.made("/club", {"title": f"Club {next(_numbers)}"})["id"]
    body = {
        "customerId": customer,
        "clubId": club,
        "orderDeliveryMethod": "Ship",
        "shipToCustomerAddressId": address,
        "signupDate": CREATED,
    }
    hold = {"startDate": "2019-01-01T00:00:00.000Z", "holdReason": "Other"}
    return Kind("/club-membership", body, {"onHolds": hold})


def _product(_: Caller) -> Kind:
    number = next(_numbers)
    variant = {"title": "750ml", "sku": f"OLD{number}", "price": 4500}
    elements = {
        "variants": {**variant, "sku": f"OTHER{number}"},
        "images": {"src": "https://images.example.com/a.png"},
    }
    return Kind("/product", {"type": "Wine", "title": f"Old {number}", "variants": [variant]}, elements)


def _order(_: Caller) -> Kind:
    totals = {"subTotal": 4500, "shipTotal": 0, "taxTotal": 0, "total": 4500}
    item = {"productTitle": "Old", "type": "Wine", "sku": "OLD", "price": 4500, "quantity": 1}
    when = {"orderSubmittedDate": CREATED, "orderPaidDate": CREATED}
    how = {"channel": "Web", "orderDeliveryMethod": "Carry Out"}
    return Kind("/order", {**when, **how, **totals, "items": [item]}, {"flags": {"content": "Call first"}})


PLACES = {
    "customer": _customer,
    "customer-address": _address,
    "customer-credit-card": _card,
    "club": _club,
    "club-membership": _membership,
    "note": _note,
    "product": _product,
    "order": _order,
}
THERE = {resource.name for resource in RESOURCES if resource.data_role}
KINDS = tuple(kind for kind in PLACES if kind in THERE)
DELETABLE = tuple(each.name for each in RESOURCES if each.name in KINDS and "delete" in each.operations)


@pytest.fixture
def data(site: Site) -> Caller:
    return site.person("Data")


def _place(caller: Caller, kind: str) -> tuple[str, dict[str, Any]]:
    """The path and the body of a new record."""
    found = PLACES[kind](caller)
    return found.path, found.body


def _again(caller: Caller, kind: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body for another record beside the one that `body` made."""
    return body if "/customer/" in path else _place(caller, kind)[1]


def test_the_documented_kinds_are_all_that_take_them() -> None:
    assert PLACES.keys() >= THERE


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
    body = _again(data, kind, path, body)
    made = data.made(path, {**body, "updatedAt": UPDATED})
    assert made["updatedAt"] == UPDATED
    assert made["createdAt"] >= now


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_exists_is_a_unique_fault_of_its_own(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    id = str(uuid.uuid4())
    data.made(path, {**body, "id": id})
    is_answer(data.post(path, {**_again(data, kind, path, body), "id": id.upper()}), 422, ID_EXISTS)


@pytest.mark.parametrize("kind", DELETABLE)
def test_so_is_one_that_existed(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    made = data.made(path, {**body, "id": str(uuid.uuid4())})
    data.gone(f"{path}/{made['id']}")
    is_answer(data.post(path, {**_again(data, kind, path, body), "id": made["id"]}), 422, ID_EXISTS)


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
    dates = {"createdAt": CREATED, "updatedAt": UPDATED}
    if kind == "customer":
        # Being made is the first thing that a customer does.
        dates["lastActivityDate"] = CREATED
    assert changed == made | dates
    assert data.changed(at, {"createdAt": CREATED}) == changed
    rows = next(iter(data.seen(f"{path}?createdAt=2015-03-01").values()))
    assert [row["id"] for row in rows] == [made["id"]]


def test_what_followed_from_a_date_that_is_put_follows_from_the_new_one(site: Site, data: Caller) -> None:
    idle, buyer = (_customer_id(data) for _ in range(2))
    data.made("/order", order(customerId=buyer, orderSubmittedDate="2014-01-01T10:00:00.000Z"))
    for customer in (idle, buyer):
        data.changed(f"/customer/{customer}", {"createdAt": "2010-05-01T00:00:00.000Z"})
    assert data.seen(f"/customer/{idle}")["lastActivityDate"] == "2010-05-01T00:00:00.000Z"
    assert data.seen(f"/customer/{buyer}")["lastActivityDate"] == "2014-01-01T10:00:00.000Z"
    assert differences(site) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_id_is_immutable(data: Caller, kind: str) -> None:
    path, body = _place(data, kind)
    made = data.made(path, body)
    at = f"{path}/{made['id']}"
    assert data.changed(at, {"id": made["id"]}) == made
    if kind != "order":
        # A PUT of an order has no member `id` (reference B10.5): there it is a repetition, as it was told.
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


@pytest.mark.parametrize("kind", KINDS)
def test_elements_keep_the_ids_that_they_bring(data: Caller, kind: str) -> None:
    found = PLACES[kind](data)
    ids = {member: str(uuid.uuid4()) for member in found.elements}
    brought = {member: [{**element, "id": ids[member]}] for member, element in found.elements.items()}
    made = data.made(found.path, {**found.body, **brought})
    assert {member: made[member][0]["id"] for member in ids} == ids
    assert data.seen(f"{found.path}/{made['id']}") == made


@pytest.mark.parametrize("kind", KINDS)
def test_elements_bring_none_without_the_role(api: Caller, kind: str) -> None:
    found = PLACES[kind](api)
    for member, element in found.elements.items():
        answer = api.post(found.path, {**found.body, member: [{**element, "id": str(uuid.uuid4())}]})
        is_invalid(answer, (f"{member}[0].id", LOST))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bulk_import_keeps_them_too(site: Site, data: Caller, kind: str) -> None:
    found, id = PLACES[kind](data), str(uuid.uuid4())
    brought = {m: [{**each, "id": str(uuid.uuid4())}] for m, each in found.elements.items()}
    body = {**found.body, **brought, "id": id, "createdAt": CREATED, "updatedAt": UPDATED}
    owner = found.path.split("/")[2:3]
    line = {**body, "customerId": owner[0]} if owner else body
    answer = data.post(
        f"/bulk/{kind}", content=json.dumps(line), headers={"content-type": "application/x-ndjson"}
    )
    assert json.loads(answer.content.splitlines()[0]) == {
        "line": 1,
        "result": "created",
        "status": 201,
        "id": id,
    }
    imported = data.seen(f"{found.path}/{id}")
    assert (imported["id"], imported["createdAt"], imported["updatedAt"]) == (id, CREATED, UPDATED)
    assert {member: imported[member] for member in brought} == {
        member: [{**imported[member][0], **each[0]}] for member, each in brought.items()
    }


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


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_may_push_them_least_of_all_an_app(site: Site, api: Caller, kind: str) -> None:
    path, body = _place(api, kind)
    for caller in (api, site.person("Admin Owner"), site.person("Partner")):
        for member, value in (("id", str(uuid.uuid4())), ("createdAt", CREATED), ("updatedAt", UPDATED)):
            is_invalid(caller.post(path, {**body, member: value}), (member, UNKNOWN))


def test_its_writes_fire_events_as_usual(site: Site, data: Caller) -> None:
    data.made("/customer", {"id": str(uuid.uuid4()), "emails": [{"email": "a@b.co"}]})
    assert site.fired() == [("Customer", "Create")]
