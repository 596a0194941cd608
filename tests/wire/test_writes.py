"""A13: what a PUT keeps, replaces, refuses and lets pass."""

from typing import Any

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import FIXED, LOST, UNIQUE, UNKNOWN, is_invalid
from tests.wire.samples import CUSTOMER

pytestmark = pytest.mark.usefixtures("heard")


@pytest.fixture
def jane(api: Caller) -> dict[str, Any]:
    return api.made("/customer", CUSTOMER)


@pytest.fixture
def at(jane: dict[str, Any]) -> str:
    return f"/customer/{jane['id']}"


def test_a_put_is_partial_at_the_root(api: Caller, jane: dict[str, Any], at: str) -> None:
    with clock.frozen(clock.now() + 5000):
        changed = api.changed(at, {"city": "Sonoma"})
        moment = clock.to_wire(clock.now())
    assert changed == jane | {"city": "Sonoma", "updatedAt": moment}
    assert api.seen(at) == changed


def test_null_clears_what_may_be_null(api: Caller, jane: dict[str, Any], at: str) -> None:
    cleared = dict.fromkeys(
        (
            "honorific",
            "firstName",
            "lastName",
            "birthDate",
            "city",
            "stateCode",
            "zipCode",
            "emailMarketingStatus",
        )
    )
    changed = api.changed(at, cleared)
    assert {name: changed[name] for name in cleared} == cleared


def test_a_sent_array_replaces_the_whole_and_known_ids_keep_their_place_in_it(
    api: Caller, jane: dict[str, Any], at: str
) -> None:
    first, second = jane["emails"]
    changed = api.changed(
        at,
        {"emails": [{"id": second["id"], "email": "changed@example.com"}, {"email": "new@example.com"}]},
    )
    assert [each["email"] for each in changed["emails"]] == ["changed@example.com", "new@example.com"]
    assert changed["emails"][0]["id"] == second["id"]
    assert changed["emails"][1]["id"] not in (first["id"], second["id"])
    assert changed["phones"] == jane["phones"]
    assert api.changed(at, {"phones": []})["phones"] == []


def test_order_of_elements_is_as_sent(api: Caller, jane: dict[str, Any], at: str) -> None:
    """A12: clients read element 0 as the primary one."""
    changed = api.changed(at, {"emails": jane["emails"][::-1], "phones": jane["phones"][::-1]})
    assert changed["emails"] == jane["emails"][::-1]
    assert changed["phones"] == jane["phones"][::-1]


def test_an_element_without_id_is_new_also_with_the_same_value(
    api: Caller, jane: dict[str, Any], at: str
) -> None:
    changed = api.changed(at, {"emails": [{"email": each["email"]} for each in jane["emails"]]})
    assert not {each["id"] for each in changed["emails"]} & {each["id"] for each in jane["emails"]}


def test_an_element_id_of_nothing_or_of_another_record_does_not_exist(
    api: Caller, jane: dict[str, Any], at: str
) -> None:
    other = api.made("/customer", {"emails": [{"email": "o@example.com"}], "flags": [{"content": "x"}]})
    for member, element in (
        ("emails", {"email": "x@example.com"}),
        ("phones", {"phone": "+15555550199"}),
        ("flags", {"content": "x"}),
    ):
        for id in (NIL, other["emails"][0]["id"], other["flags"][0]["id"], jane["id"]):
            is_invalid(api.put(at, {member: [{"id": id, **element}]}), (f"{member}[0].id", LOST))
    assert api.seen(at) == jane


def test_an_element_id_sent_twice_is_not_unique(api: Caller, jane: dict[str, Any], at: str) -> None:
    element = jane["flags"][0]
    is_invalid(api.put(at, {"flags": [element, element]}), ("flags[1].id", UNIQUE))


def test_an_element_id_has_no_case(api: Caller, jane: dict[str, Any], at: str) -> None:
    upper = {**jane["flags"][0], "id": jane["flags"][0]["id"].upper()}
    assert api.changed(at, {"flags": [upper]})["flags"] == jane["flags"]


@pytest.mark.parametrize(
    ("member", "other"),
    [
        ("avatar", "https://a.example/x.jpg"),
        ("lastActivityDate", "2020-01-01T00:00:00.000Z"),
        ("appSync", {}),
        ("notifications", [{}]),
        ("loyalty", {"points": 5}),
        ("groups", [{"id": NIL}]),
        ("clubs", [{"clubId": NIL}]),
        ("products", [{}]),
        ("hasAccount", False),
        ("hasAccount", 1),
        ("loginActivity", {"lastLoginAt": None}),
    ],
)
def test_a_read_only_member_may_be_repeated_and_not_changed(
    api: Caller, jane: dict[str, Any], at: str, member: str, other: object
) -> None:
    assert api.changed(at, {member: jane[member]}) == jane
    is_invalid(api.put(at, {member: other}), (member, FIXED))
    assert api.seen(at) == jane


def test_read_only_members_at_any_depth_may_be_repeated_and_not_changed(
    api: Caller, jane: dict[str, Any], at: str
) -> None:
    first, second = jane["emails"]
    assert api.changed(at, {"emails": [first, second]}) == jane
    is_invalid(api.put(at, {"emails": [first, {**second, "status": "Bounced"}]}), ("emails[1].status", FIXED))
    information = jane["orderInformation"]
    assert api.changed(at, {"orderInformation": information}) == jane
    for name, value in (
        ("orderCount", 5),
        ("orderCount", False),
        ("lifetimeValue", None),
        ("yearlyValue", {"2024": 1}),
        ("isActiveClubMember", 0),
    ):
        is_invalid(
            api.put(at, {"orderInformation": {**information, name: value}}),
            (f"orderInformation.{name}", FIXED),
        )
    is_invalid(api.put(at, {"orderInformation": {**information, "x": 1}}), ("orderInformation.x", UNKNOWN))


def test_a_repeated_value_of_a_read_only_array_is_compared_with_its_kinds(api: Caller) -> None:
    """`true` is not 1 and `0` is not `false`, however deep."""
    tag = api.made(
        "/tag/customer",
        {
            "title": "T",
            "type": "Dynamic",
            "appliesToCondition": "All conditions",
            "conditions": [{"appliesTo": "State", "condition": "is equal to", "value": "CA"}],
        },
    )
    pages = tag["backPopulate"]
    at = f"/tag/customer/{tag['id']}"
    assert api.changed(at, {"backPopulate": pages}) == tag
    is_invalid(api.put(at, {"backPopulate": {**pages, "currentPage": False}}), ("backPopulate", FIXED))


def test_create_only_members_may_be_repeated_and_not_changed(
    api: Caller, jane: dict[str, Any], at: str
) -> None:
    assert api.changed(at, {"orderInformation": {"acquisitionChannel": "Inbound"}}) == jane
    assert api.changed(at, {"orderInformation": {}}) == jane
    for value in ("Web", None):
        is_invalid(
            api.put(at, {"orderInformation": {"acquisitionChannel": value}}), ("orderInformation", FIXED)
        )
    config = api.made("/meta-data-config/customer", {"title": "T", "code": "Spouse", "dataType": "String"})
    path = f"/meta-data-config/customer/{config['id']}"
    assert api.changed(path, {"code": "Spouse"}) == config
    is_invalid(api.put(path, {"code": "spouse"}), ("code", FIXED))
    tag = api.made("/tag/customer", {"title": "T", "type": "manual"})
    path = f"/tag/customer/{tag['id']}"
    for spelling in ("Manual", "manual", "MANUAL"):
        assert api.changed(path, {"type": spelling}) == tag
    is_invalid(api.put(path, {"type": "Dynamic"}), ("type", FIXED))
    note = api.made("/note", {"content": "x", "customerId": jane["id"]})
    path = f"/note/{note['id']}"
    assert api.changed(path, {"customerId": jane["id"].upper(), "orderId": None}) == note
    is_invalid(api.put(path, {"customerId": NIL, "orderId": NIL}), ("customerId", FIXED), ("orderId", FIXED))
    is_invalid(api.put(path, {"customerId": None}), ("customerId", FIXED))


def test_outer_blanks_are_cut_from_names_titles_codes_and_e_mails(api: Caller) -> None:
    made = api.made("/customer", {"firstName": "  Jane ", "emails": [{"email": " jane@example.com\t"}]})
    assert (made["firstName"], made["emails"][0]["email"]) == ("Jane", "jane@example.com")
    tag = api.made("/tag/customer", {"title": "  Big  Spender ", "type": "Manual"})
    assert tag["title"] == "Big  Spender"
    config = api.made("/meta-data-config/customer", {"title": " T ", "code": " c ", "dataType": "String"})
    assert (config["title"], config["code"]) == ("T", "c")


def test_other_texts_are_stored_as_sent(api: Caller, jane: dict[str, Any]) -> None:
    note = api.made("/note", {"content": "  two\n lines\t ", "customerId": jane["id"]})
    assert note["content"] == "  two\n lines\t "


def test_a_title_of_blanks_is_too_short(api: Caller) -> None:
    for title in ("", "   "):
        is_invalid(
            api.post("/tag/customer", {"title": title, "type": "Manual"}),
            ("title", "must NOT have fewer than 1 characters"),
        )


def test_a_failed_request_changes_nothing(site: Site, api: Caller, jane: dict[str, Any], at: str) -> None:
    """One transaction: record, children, search, counters, events."""
    fired = site.fired()
    api.put(at, {"firstName": "New", "emails": [{"email": "fresh@example.com"}], "tags": [{"id": NIL}]})
    api.post("/customer", {"emails": [{"email": "fresh@example.com"}, {"email": "jane@example.com"}]})
    body = {
        "firstName": "A",
        "lastName": "B",
        "address": "1 St",
        "city": "Oslo",
        "countryCode": "NO",
        "emails": [{"email": "fresh@example.com"}],
        "metaData": {"unknown": 1},
    }
    assert api.post("/customer-address", body).status_code == 422
    assert api.seen(at) == jane
    assert api.seen("/customer")["total"] == 1
    assert api.seen("/customer-address")["total"] == 0
    assert api.seen("/customer?q=fresh")["total"] == 0
    assert site.fired() == fired
    api.made("/customer", {"emails": [{"email": "fresh@example.com"}]})


def test_the_last_write_wins(api: Caller, jane: dict[str, Any], at: str) -> None:
    """No optimistic locking: a stale copy may be written back, member by member."""
    api.changed(at, {"city": "Sonoma"})
    assert api.changed(at, {"city": jane["city"]})["city"] == jane["city"]


def test_several_changes_in_one_request_give_one_update(site: Site, api: Caller, at: str) -> None:
    """A19."""
    api.changed(at, {"city": "Sonoma", "emails": [{"email": "n@example.com"}], "flags": []})
    assert site.fired() == [("Customer", "Create"), ("Customer", "Update")]


def test_an_event_carries_the_record_as_get_returns_it_and_who_did_it(
    site: Site, api: Caller, owner: Caller, at: str
) -> None:
    owner.changed(at, {"city": "Sonoma"})
    last = api.seen(at)
    updated = next(event for event in site.events() if event.action == "Update")
    assert (updated.payload, updated.actor) == (last, "admin.owner@people.example")
    api.gone(at)
    deleted = next(event for event in site.events() if event.action == "Delete")
    assert (deleted.payload, deleted.actor) == (last, None)
