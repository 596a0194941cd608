"""B6, NOT-1: notes."""

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import LOST, NOT_ONE_OF, REQUIRED, is_invalid

pytestmark = pytest.mark.usefixtures("heard")


def _customer(api: Caller, name: str = "a") -> str:
    return api.made("/customer", {"emails": [{"email": f"{name}@example.com"}]})["id"]


def test_a_note_of_a_person_names_its_author_and_one_of_an_app_nobody(site: Site, api: Caller) -> None:
    customer = _customer(api)
    person = site.person("Standard")
    account = person.seen("/account/user")
    with clock.frozen(1_719_990_000_000):
        made = person.made("/note", {"content": "Called back", "customerId": customer})
    moment = "2024-07-03T07:00:00.000Z"
    assert made == {
        "id": made["id"],
        "type": "Note",
        "noteDate": moment,
        "content": "Called back",
        "customerId": customer,
        "orderId": None,
        "dueDate": None,
        "accountId": account["id"],
        "accountName": "Standard Tester",
        "isComplete": None,
        "createdAt": moment,
        "updatedAt": moment,
    }
    other = api.made("/note", {"content": "x", "customerId": customer})
    assert (other["accountId"], other["accountName"]) == (None, None)


def test_the_author_stays_when_another_changes_the_note(site: Site, api: Caller) -> None:
    made = site.person("Standard").made("/note", {"content": "x", "customerId": _customer(api)})
    changed = site.person("Admin Owner").changed(f"/note/{made['id']}", {"content": "y"})
    assert (changed["accountId"], changed["accountName"]) == (made["accountId"], made["accountName"])


def test_a_note_belongs_to_a_customer_or_an_order(api: Caller) -> None:
    is_invalid(api.post("/note", {}), ("content", REQUIRED), ("customerId", REQUIRED))
    is_invalid(api.post("/note", {"content": "x", "customerId": None}), ("customerId", REQUIRED))
    is_invalid(api.post("/note", {"content": "x", "customerId": NIL}), ("customerId", LOST))
    is_invalid(api.post("/note", {"content": "x", "orderId": NIL}), ("orderId", LOST))
    is_invalid(
        api.post("/note", {"content": "x", "customerId": NIL, "orderId": NIL}),
        ("customerId", LOST),
        ("orderId", LOST),
    )


def test_content_is_not_empty_and_the_type_is_note(api: Caller) -> None:
    customer = _customer(api)
    for content in ("", "  ", "\n"):
        is_invalid(
            api.post("/note", {"content": content, "customerId": customer}),
            ("content", "must NOT have fewer than 1 characters"),
        )
    is_invalid(
        api.post("/note", {"content": "x", "customerId": customer, "type": "Task"}), ("type", NOT_ONE_OF)
    )


def test_notes_are_filtered_by_customer_and_order(api: Caller) -> None:
    one, two = _customer(api, "one"), _customer(api, "two")
    notes = {c: api.made("/note", {"content": "x", "customerId": c})["id"] for c in (one, two)}
    assert [row["id"] for row in api.seen(f"/note?customerId={one}")["notes"]] == [notes[one]]
    assert api.seen(f"/note?customerId=in:{one},{two}")["total"] == 2
    assert api.seen(f"/note?orderId={NIL}") == {"notes": [], "total": 0}


def test_a_note_fires_nothing(site: Site, api: Caller) -> None:
    customer = _customer(api)
    made = api.made("/note", {"content": "x", "customerId": customer})
    api.changed(f"/note/{made['id']}", {"content": "y"})
    api.gone(f"/note/{made['id']}")
    assert site.fired() == [("Customer", "Create")]


def test_a_note_leaves_its_customer_as_it_is(api: Caller) -> None:
    customer = _customer(api)
    before = api.seen(f"/customer/{customer}")
    with clock.frozen(clock.now() + 60_000):
        api.made("/note", {"content": "x", "customerId": customer})
    assert api.seen(f"/customer/{customer}") == before
