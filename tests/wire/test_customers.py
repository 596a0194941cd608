"""B3, domain CUS: customers."""

from typing import Any

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import REQUIRED, UNIQUE, is_invalid, is_lost
from tests.wire.samples import ADDRESS, CARD, CUSTOMER

pytestmark = pytest.mark.usefixtures("heard")

TAG = {"title": "VIP", "type": "Manual"}


def _emails(*addresses: str) -> dict[str, Any]:
    return {"emails": [{"email": address} for address in addresses]}


def test_the_smallest_body_is_one_e_mail_and_everything_else_has_its_default(api: Caller) -> None:
    with clock.frozen(1_719_990_000_123):
        made = api.made("/customer", _emails("jane@example.com"))
    moment = "2024-07-03T07:00:00.123Z"
    assert made == {
        "id": made["id"],
        "avatar": None,
        "honorific": None,
        "firstName": None,
        "lastName": None,
        "birthDate": None,
        "city": None,
        "stateCode": None,
        "zipCode": None,
        "countryCode": None,
        "emailMarketingStatus": None,
        "lastActivityDate": moment,
        "metaData": None,
        "appData": None,
        "appSync": None,
        "flags": [],
        "notifications": [],
        "createdAt": moment,
        "updatedAt": moment,
        "orderInformation": {
            "currentWebCartId": None,
            "lastOrderId": None,
            "lastOrderDate": None,
            "orderCount": 0,
            "lifetimeValue": 0,
            "lifetimeValueSeedAmount": 0,
            "yearlyValue": {},
            "rank": 0,
            "rankTrend": None,
            "grossProfit": 0,
            "acquisitionChannel": None,
            "currentClubTitle": None,
            "daysInCurrentClub": None,
            "daysInClub": 0,
            "isActiveClubMember": False,
        },
        "loyalty": None,
        "emails": [{"id": made["emails"][0]["id"], "email": "jane@example.com", "status": "Ok"}],
        "phones": [],
        "tags": [],
        "groups": [],
        "clubs": [],
        "products": [],
        "hasAccount": False,
        "loginActivity": {"lastLoginAt": None, "loginIP": None, "lastLogoutAt": None},
    }


def test_a_full_body_is_stored_as_sent(api: Caller) -> None:
    made = api.made("/customer", CUSTOMER)
    for member in (
        "honorific",
        "firstName",
        "lastName",
        "birthDate",
        "city",
        "stateCode",
        "zipCode",
        "countryCode",
    ):
        assert made[member] == CUSTOMER[member]
    assert [each["email"] for each in made["emails"]] == ["Jane@Example.com", "jane@winery.example"]
    assert [each["phone"] for each in made["phones"]] == ["+17075550100", "+17075550101"]
    assert made["orderInformation"]["acquisitionChannel"] == "Inbound"
    assert made["hasAccount"] is True


def test_ids_are_lower_case_uuids_of_version_4(api: Caller) -> None:
    made = api.made("/customer", CUSTOMER)
    for id in (made["id"], made["emails"][0]["id"], made["phones"][0]["id"], made["flags"][0]["id"]):
        assert (len(id), id, id[14]) == (36, id.lower(), "4")


def test_a_password_makes_an_account_and_is_never_shown(site: Site, api: Caller) -> None:
    made = api.made("/customer", _emails("a@b.co"))
    answer = api.put(f"/customer/{made['id']}", {"password": "correct horse"})
    assert answer.json()["hasAccount"] is True
    assert "horse" not in answer.text
    assert all("password" not in event.payload for event in site.events())


def test_an_e_mail_is_unique_among_all_customers_whatever_its_case(api: Caller) -> None:
    first = api.made("/customer", _emails("jane@example.com", "second@example.com"))
    is_invalid(api.post("/customer", _emails("JANE@Example.COM")), ("emails[0].email", UNIQUE))
    is_invalid(
        api.post("/customer", _emails("new@example.com", " SECOND@example.com ", "jane@example.com")),
        ("emails[1].email", UNIQUE),
        ("emails[2].email", UNIQUE),
    )
    other = api.made("/customer", _emails("other@example.com"))
    is_invalid(
        api.put(f"/customer/{other['id']}", _emails("other@example.com", "jane@example.com")),
        ("emails[1].email", UNIQUE),
    )
    assert (
        api.changed(f"/customer/{first['id']}", _emails("JANE@EXAMPLE.COM"))["emails"][0]["email"]
        == "JANE@EXAMPLE.COM"
    )


def test_the_same_address_twice_in_one_body_is_a_duplicate(api: Caller) -> None:
    is_invalid(api.post("/customer", _emails("a@b.co", "c@d.co", "A@B.co")), ("emails[2].email", UNIQUE))


def test_a_removed_address_is_free_again(api: Caller) -> None:
    first = api.made("/customer", _emails("jane@example.com"))
    changed = api.changed(f"/customer/{first['id']}", _emails("new@example.com"))
    assert [each["email"] for each in changed["emails"]] == ["new@example.com"]
    second = api.made("/customer", _emails("jane@example.com"))
    is_invalid(api.put(f"/customer/{first['id']}", _emails("Jane@example.com")), ("emails[0].email", UNIQUE))
    api.gone(f"/customer/{second['id']}")
    api.changed(f"/customer/{first['id']}", _emails("Jane@example.com"))


def test_tags_are_replaced_as_a_set_and_shown_as_groups_too(api: Caller) -> None:
    one, two = (api.made("/tag/customer", {"title": title, "type": "Manual"}) for title in ("One", "Two"))
    made = api.made(
        "/customer", {**_emails("a@b.co"), "tags": [{"id": one["id"]}, {"id": one["id"].upper()}]}
    )
    shown = {
        name: one[name]
        for name in ("id", "title", "objectType", "type", "appliesToCondition", "createdAt", "updatedAt")
    }
    assert made["tags"] == made["groups"] == [shown]
    at = f"/customer/{made['id']}"
    changed = api.changed(at, {"tags": [{"id": two["id"]}]})
    assert [tag["title"] for tag in changed["groups"]] == ["Two"]
    assert api.seen(f"/customer?tagId={one['id']}")["total"] == 0
    assert api.changed(at, {"tags": []})["tags"] == []
    assert api.seen(f"/customer?tagId={two['id']}")["total"] == 0


def test_a_tag_of_orders_is_no_tag_of_customers(api: Caller) -> None:
    tag = api.made("/tag/order", TAG)["id"]
    body = {**_emails("a@b.co"), "tags": [{"id": tag}, {"id": NIL}]}
    is_invalid(
        api.post("/customer", body), ("tags[0].id", "does not exist"), ("tags[1].id", "does not exist")
    )


def test_a_deleted_customer_takes_addresses_cards_and_notes_along(site: Site, api: Caller) -> None:
    tag = api.made("/tag/customer", TAG)["id"]
    customer = api.made("/customer", {**_emails("a@b.co"), "tags": [{"id": tag}]})["id"]
    below = f"/customer/{customer}"
    address = api.made(f"{below}/address", ADDRESS)["id"]
    card = api.made(f"{below}/credit-card", CARD)["id"]
    note = api.made("/note", {"content": "x", "customerId": customer})["id"]
    stays = api.made("/customer", _emails("stays@b.co"))["id"]
    kept = api.made(f"/customer/{stays}/address", ADDRESS)["id"]
    api.gone(below)
    for path in (below, f"{below}/address", f"{below}/address/{address}", f"{below}/credit-card/{card}"):
        is_lost(api.get(path), "Customer")
    is_lost(api.get(f"/note/{note}"), "Note")
    assert [row["id"] for row in api.seen("/customer-address")["customerAddresses"]] == [kept]
    assert api.seen("/note") == {"notes": [], "total": 0}
    assert api.seen("/customer")["total"] == 1
    assert api.seen(f"/customer?tagId={tag}")["total"] == 0
    assert api.seen("/customer?q=a@b.co")["total"] == 0
    deleted = {("Customer", customer), ("Customer Address", address), ("Customer Credit Card", card)}
    assert {(event.object, event.object_id) for event in site.events() if event.action == "Delete"} == deleted
    rows = {(row["objectType"], row["objectId"]) for row in api.seen("/trash")["trashes"]}
    assert rows == deleted | {("Note", note)}
    api.made("/customer", _emails("A@b.co"))


def test_a_second_delete_is_404(api: Caller) -> None:
    made = api.made("/customer", _emails("a@b.co"))
    api.gone(f"/customer/{made['id']}")
    is_lost(api.delete(f"/customer/{made['id']}"), "Customer")


def test_events_of_a_customers_life(site: Site, api: Caller) -> None:
    made = api.made("/customer", _emails("a@b.co"))
    api.changed(f"/customer/{made['id']}", {"city": "Napa"})
    api.gone(f"/customer/{made['id']}")
    assert site.fired() == [("Customer", "Create"), ("Customer", "Delete"), ("Customer", "Update")]


BODY: dict[str, Any] = {
    "honorific": "Dr",
    "firstName": "Jane",
    "lastName": "Example",
    "birthDate": "1980-01-01",
    "address": "1 Vine Street",
    "address2": "Apt 2",
    "company": "Acme",
    "city": "Napa",
    "stateCode": "CA",
    "zipCode": "94558",
    "countryCode": "US",
    "emailMarketingStatus": "Unsubscribed",
    "emails": [{"email": "jane@example.com"}],
    "phones": [{"phone": "707-555-0100"}, {"phone": "+15555550100"}],
    "password": "correct horse",
    "orderInformation": {"acquisitionChannel": "Web"},
}
BOTH = [
    "firstName",
    "lastName",
    "birthDate",
    "address",
    "address2",
    "company",
    "city",
    "stateCode",
    "zipCode",
    "countryCode",
]


class TestWithAddress:
    """B4: POST /customer-address makes both and answers the customer."""

    def test_the_address_takes_names_place_and_the_first_phone_and_is_the_default(
        self, site: Site, api: Caller
    ) -> None:
        customer = api.made("/customer-address", BODY)
        assert customer == api.seen(f"/customer/{customer['id']}")
        assert customer["hasAccount"] is True
        [address] = api.seen(f"/customer/{customer['id']}/address")["customerAddresses"]
        assert {name: address[name] for name in BOTH} == {name: BODY[name] for name in BOTH}
        assert (address["phone"], address["isDefault"], address["customerId"]) == (
            "+17075550100",
            True,
            customer["id"],
        )
        assert site.fired() == [("Customer", "Create"), ("Customer Address", "Create")]
        assert api.seen("/customer?q=acme")["total"] == 1

    def test_names_place_and_e_mails_are_required(self, api: Caller) -> None:
        is_invalid(
            api.post("/customer-address", {}),
            *(
                (name, REQUIRED)
                for name in ("firstName", "lastName", "address", "city", "countryCode", "emails")
            ),
        )
        body = {name: value for name, value in BODY.items() if name not in ("stateCode", "zipCode")}
        is_invalid(api.post("/customer-address", body), ("stateCode", REQUIRED), ("zipCode", REQUIRED))

    def test_meta_data_belongs_to_the_customer(self, api: Caller) -> None:
        api.made("/meta-data-config/customer", {"title": "T", "code": "key", "dataType": "String"})
        body = {**BODY, "metaData": {"key": "v"}, "appData": {"k": 1}}
        customer = api.made("/customer-address", body)
        [address] = api.seen(f"/customer/{customer['id']}/address")["customerAddresses"]
        assert (customer["metaData"], address["metaData"]) == ({"key": "v"}, None)
        assert (customer["appData"], address["appData"]) == ({"test-full": {"k": 1}}, None)

    def test_a_taken_e_mail_makes_neither(self, api: Caller) -> None:
        api.made("/customer", _emails("jane@example.com"))
        is_invalid(api.post("/customer-address", BODY), ("emails[0].email", UNIQUE))
        assert api.seen("/customer-address")["total"] == 0
