"""B24: memberships."""

import json
from typing import Any

import pytest

from cellarhand import clock
from cellarhand.catalog.inventory_location import create_default_location
from cellarhand.store.unit import WriteUnit
from tests.callers import NIL, Caller, Site
from tests.catalogue import (
    BAD_ID,
    FIXED,
    LOST,
    NOT_ONE_OF,
    REQUIRED,
    UNKNOWN,
    is_answer,
    is_invalid,
    operator,
    query_param,
)
from tests.wire.members import MISSING_ADDRESS, Member, new_member

pytestmark = pytest.mark.usefixtures("heard")

Record = dict[str, Any]
NOT_ALLOWED = "not allowed"
DAY = clock.DAY_MS
ORDER = """status id customerId clubId billToCustomerAddressId orderDeliveryMethod shipToCustomerAddressId
    pickupInventoryLocationId customerCreditCardId signupDate cancelDate cancellationReason
    cancellationComments autoRenewalConsentDate lastProcessedDate currentNumberOfShipments
    acquisitionChannel clubType giftMessage shippingInstructions salesAssociate metaData appData appSync
    createdAt updatedAt customer club onHolds tags"""
MEMBERS = ORDER.split()
CANCELLED = {"cancelDate": "2024-02-01T00:00:00.000Z", "cancellationReason": "Moving"}


@pytest.fixture
def jane(api: Caller) -> Member:
    return new_member(api, "jane@example.com", "Jane")


@pytest.fixture
def cellar_door(site: Site) -> str:
    """The id of a location that serves pickup."""

    async def job(unit: WriteUnit) -> None:
        await create_default_location(unit, "A Winery", "US", "+15555550100")

    api = site.app()
    if not api.seen("/inventory-location")["inventoryLocations"]:
        site.server.write(site.tenant_id, job)
    return api.seen("/inventory-location")["inventoryLocations"][0]["id"]


def wire(instant: int) -> str:
    return clock.to_wire(instant)


def at(membership: Record) -> str:
    return f"/club-membership/{membership['id']}"


# What is sent and returned


def test_the_smallest_membership(site: Site, api: Caller, jane: Member) -> None:
    fired = site.fired()
    made = jane.joins(customerCreditCardId="absent")
    assert list(made) == MEMBERS
    customer, club = jane.seen(), api.seen(f"/club/{jane.club}")
    del customer["products"], club["addOns"]
    nothing = (
        "pickupInventoryLocationId",
        "customerCreditCardId",
        "cancelDate",
        "cancellationReason",
        "cancellationComments",
        "autoRenewalConsentDate",
        "lastProcessedDate",
        "giftMessage",
        "shippingInstructions",
        "salesAssociate",
        "metaData",
        "appData",
        "appSync",
    )
    assert made == {
        "status": "Active",
        "id": made["id"],
        "customerId": jane.customer,
        "clubId": jane.club,
        "billToCustomerAddressId": jane.address,
        "orderDeliveryMethod": "Ship",
        "shipToCustomerAddressId": jane.address,
        "signupDate": made["createdAt"],
        "currentNumberOfShipments": 0,
        "acquisitionChannel": "Inbound",
        "clubType": "Traditional",
        "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"],
        "customer": customer,
        "club": club,
        "onHolds": [],
        "tags": [],
        **dict.fromkeys(nothing),
    }
    assert site.fired() == sorted([*fired, ("Club Membership", "Create"), ("Customer", "Update")])
    assert (
        next(event for event in reversed(site.events()) if event.object == "Club Membership").payload == made
    )


def test_a_full_membership_and_the_same_bytes_everywhere(site: Site, api: Caller, jane: Member) -> None:
    tag = api.made("/tag/club-membership", {"title": "VIP", "type": "Manual"})
    config = {"title": "Glass", "code": "glass", "dataType": "String"}
    api.made("/meta-data-config/club-membership", config)
    sent = {
        "billToCustomerAddressId": None,
        "signupDate": "2017-01-01T00:00:00-08:00",
        "cancelDate": "2018-01-01",
        "cancellationReason": "Switching to another club",
        "cancellationComments": "Prefers white",
        "autoRenewalConsentDate": "2017-01-02T00:00:00Z",
        "acquisitionChannel": None,
        "giftMessage": "Enjoy",
        "shippingInstructions": "Ring twice",
        "salesAssociate": {"name": "Sam"},
        "onHolds": [{"startDate": "2017-02-01", "holdReason": "Away from home"}],
        "tags": [{"id": tag["id"]}],
        "metaData": {"glass": "Bordeaux"},
        "appData": {"key": 1},
        "isSendEmailConfirmation": False,
        "isSendTransactionEmail": False,
    }
    made = jane.joins(**sent)
    assert list(made) == MEMBERS
    assert (made["status"], made["signupDate"]) == ("Cancelled", "2017-01-01T08:00:00.000Z")
    assert made["salesAssociate"] == {"accountId": None, "name": "Sam"}
    assert made["tags"] == [{name: tag[name] for name in made["tags"][0]}]
    assert made["onHolds"] == [
        {
            "id": made["onHolds"][0]["id"],
            "startDate": "2017-02-01T00:00:00.000Z",
            "endDate": None,
            "holdReason": "Away from home",
            "holdComments": None,
            "createdAt": made["createdAt"],
            "updatedAt": made["createdAt"],
        }
    ]
    content = json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode()
    assert api.get(at(made)).content == content
    assert api.get("/club-membership").content == b'{"clubMemberships":[%b],"total":1}' % content
    assert api.get("/club-membership?cursor=start").content == b'{"clubMemberships":[%b]}' % content
    fired = site.fired()
    body = {name: value for name, value in made.items() if name not in ("id", "createdAt", "updatedAt")}
    with clock.frozen(clock.now() + 60_000):
        assert api.changed(at(made), body) == made
        assert api.changed(at(made), {"isSendEmailConfirmation": False}) == made
        assert api.changed(f"{at(made)}?isSendTransactionEmail=false&isSendEmailConfirmation=x", {}) == made
    assert site.fired() == fired
    is_answer(
        api.get(f"{at(made)}?isSendEmailConfirmation=false"), 422, query_param("isSendEmailConfirmation")
    )


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"customerId": "absent"}, ("customerId", REQUIRED)),
        ({"customerId": NIL}, ("customerId", LOST)),
        ({"clubId": NIL}, ("clubId", LOST)),
        ({"clubId": "x"}, ("clubId", BAD_ID)),
        ({"orderDeliveryMethod": "absent"}, ("orderDeliveryMethod", REQUIRED)),
        ({"orderDeliveryMethod": "Carry Out"}, ("orderDeliveryMethod", NOT_ONE_OF)),
        ({"shipToCustomerAddressId": None}, ("shipToCustomerAddressId", REQUIRED)),
        ({"shipToCustomerAddressId": "absent"}, ("shipToCustomerAddressId", REQUIRED)),
        ({"orderDeliveryMethod": "Pickup"}, ("pickupInventoryLocationId", REQUIRED)),
        ({"pickupInventoryLocationId": NIL}, ("pickupInventoryLocationId", LOST)),
        ({"billToCustomerAddressId": NIL}, ("billToCustomerAddressId", LOST)),
        ({"customerCreditCardId": NIL}, ("customerCreditCardId", LOST)),
        ({"cancelDate": "2024-01-01"}, ("cancellationReason", REQUIRED)),
        ({"cancelDate": "2024-01-01", "cancellationReason": "Bored"}, ("cancellationReason", NOT_ONE_OF)),
        ({"cancellationReason": "Other"}, ("cancellationReason", NOT_ALLOWED)),
        ({"subscription": {"frequency": 1}}, ("subscription", NOT_ALLOWED)),
        ({"subscription": {"frequency": 13}}, ("subscription.frequency", "must be <= 12")),
        ({"subscription": {"frequency": "0"}}, ("subscription.frequency", "must be >= 1")),
        ({"subscription": {"frequency": "often"}}, ("subscription.frequency", "must be a integer")),
        ({"subscription": {}}, ("subscription.frequency", REQUIRED)),
        ({"onHolds": [{"startDate": "2024-01-01"}]}, ("onHolds[0].holdReason", REQUIRED)),
        ({"onHolds": [{"holdReason": "Other"}]}, ("onHolds[0].startDate", REQUIRED)),
        ({"status": "Active"}, ("status", UNKNOWN)),
        ({"lastProcessedDate": None}, ("lastProcessedDate", UNKNOWN)),
        ({"customer": {}}, ("customer", UNKNOWN)),
        ({"id": NIL}, ("id", UNKNOWN)),
        ({"tags": [{"id": NIL}]}, ("tags[0].id", LOST)),
        ({"metaData": {"glass": "x"}}, ("metaData.glass", UNKNOWN)),
        ({"giftMessage": "4111 1111 1111 1111"}, ("giftMessage", "contains invalid string")),
    ],
)
def test_faults(jane: Member, sent: Record, fault: tuple[str, str]) -> None:
    is_invalid(jane.api.post("/club-membership", jane.body(**sent)), fault)
    assert jane.api.seen("/club-membership")["total"] == 0
    assert jane.seen()["clubs"] == []


def test_addresses_and_cards_of_others_do_not_exist(api: Caller, jane: Member) -> None:
    bob = new_member(api, "bob@example.com", "Bob")
    others = {
        "billToCustomerAddressId": bob.address,
        "shipToCustomerAddressId": bob.address,
        "customerCreditCardId": bob.card,
    }
    faults = tuple((name, LOST) for name in others)
    is_invalid(api.post("/club-membership", jane.body(**others)), *faults)
    made = jane.joins()
    is_invalid(api.put(at(made), others), *faults)
    is_invalid(api.put(at(made), {"customerId": bob.customer}), ("customerId", FIXED))
    is_invalid(api.put(at(made), {"clubId": bob.club}), ("clubId", FIXED))
    is_invalid(api.put(at(made), {"status": "On Hold"}), ("status", FIXED))
    assert api.changed(at(made), {"customerId": jane.customer.upper(), "status": "Active"}) == made


def test_pickup_needs_a_location_that_serves_it(api: Caller, jane: Member, cellar_door: str) -> None:
    place = {"title": "Shed", "address": "1 Road", "city": "Napa", "countryCode": "NZ"}
    shed = api.made("/inventory-location", place)["id"]
    pickup = {"orderDeliveryMethod": "Pickup", "shipToCustomerAddressId": "absent"}
    body = jane.body(**pickup, pickupInventoryLocationId=shed)
    is_invalid(api.post("/club-membership", body), ("pickupInventoryLocationId", NOT_ALLOWED))
    made = jane.joins(**pickup, pickupInventoryLocationId=cellar_door)
    assert made["shipToCustomerAddressId"] is None
    is_invalid(api.put(at(made), {"orderDeliveryMethod": "Ship"}), ("shipToCustomerAddressId", REQUIRED))
    sent = {"orderDeliveryMethod": "Ship", "shipToCustomerAddressId": jane.address}
    assert api.changed(at(made), sent)["pickupInventoryLocationId"] == cellar_door
    is_invalid(api.put(at(made), {"shipToCustomerAddressId": None}), ("shipToCustomerAddressId", REQUIRED))


def test_sign_up_is_at_most_five_minutes_ahead(api: Caller, jane: Member) -> None:
    with clock.frozen(clock.now()):
        late = wire(clock.now() + 300_001)
        said = ("signupDate", 'must match format "date-time"')
        is_invalid(api.post("/club-membership", jane.body(signupDate=late)), said)
        made = jane.joins(signupDate=wire(clock.now() + 300_000))
        is_invalid(api.put(at(made), {"signupDate": late}), said)
        assert (made["status"], jane.seen()["orderInformation"]["daysInClub"]) == ("Active", 0)


def test_without_an_address_there_is_none_to_bill(api: Caller, jane: Member, cellar_door: str) -> None:
    api.gone(f"{jane.at}/address/{jane.address}")
    pickup = {"orderDeliveryMethod": "Pickup", "shipToCustomerAddressId": None}
    made = jane.joins(**pickup, pickupInventoryLocationId=cellar_door)
    assert made["billToCustomerAddressId"] is None
    assert jane.notes() == [MISSING_ADDRESS]


# Subscriptions


def test_a_subscription_begins_two_days_after_sign_up_when_that_day_begins(jane: Member) -> None:
    """The tenant is in Los Angeles: 1 January 06:30 UTC is still 31 December there."""
    made = jane.joins(
        clubId=jane.subscription, subscription={"frequency": "3"}, signupDate="2024-01-01T06:30:00Z"
    )
    assert list(made) == [*MEMBERS, "subscription"]
    assert made["subscription"] == {"frequency": 3, "nextProcessDate": "2024-01-02T08:00:00.000Z"}
    assert made["clubType"] == "Subscription"
    assert jane.seen()["clubs"] == [
        {
            "clubId": jane.subscription,
            "clubTitle": "Subscription of Jane",
            "frequency": 3,
            "cancelDate": None,
            "signupDate": "2024-01-01T06:30:00.000Z",
            "clubMembershipId": made["id"],
        }
    ]
    assert list(jane.seen()["clubs"][0])[2] == "frequency"


def test_a_subscription_is_needed_and_changed(api: Caller, jane: Member) -> None:
    body = jane.body(clubId=jane.subscription)
    is_invalid(api.post("/club-membership", body), ("subscription", REQUIRED))
    next_date = "2031-03-31T07:00:00.000Z"
    made = jane.joins(
        clubId=jane.subscription,
        subscription={"frequency": 1, "nextProcessDate": "2031-03-31T00:00:00-07:00"},
    )
    assert made["subscription"] == {"frequency": 1, "nextProcessDate": next_date}
    changed = api.changed(at(made), {"subscription": {"frequency": 2}})
    assert changed["subscription"] == {"frequency": 2, "nextProcessDate": next_date}
    assert jane.seen()["clubs"][0]["frequency"] == 2
    hold = {"startDate": "2024-01-01", "holdReason": "Other"}
    is_invalid(api.put(at(made), {"onHolds": [hold]}), ("onHolds", NOT_ALLOWED))
    assert api.changed(at(made), {"onHolds": []}) == changed
    is_invalid(api.put(at(made), {"subscription": None}), ("subscription", "must be a object"))


# Status


def found(api: Caller, status: str) -> list[str]:
    answer = api.seen(f"/club-membership?status={status}")
    assert answer["total"] == len(answer["clubMemberships"])
    return sorted(each["id"] for each in answer["clubMemberships"])


def test_status_follows_the_clock_and_the_filter_agrees(api: Caller, jane: Member) -> None:
    start = clock.now() + DAY
    holds = [
        {"startDate": wire(start + 5 * DAY), "endDate": wire(start + 6 * DAY), "holdReason": "Other"},
        {"startDate": wire(start + DAY), "endDate": wire(start + 2 * DAY), "holdReason": "Too much wine"},
        {"startDate": wire(start + 9 * DAY), "endDate": None, "holdReason": "Other"},
    ]
    cancel = {"cancelDate": wire(start + 10 * DAY), "cancellationReason": "Moving"}
    plain, held = jane.joins(), jane.joins(onHolds=holds, **cancel)
    course = "AHAAAHAAAHC"
    words = {"A": "Active", "H": "On Hold", "C": "Cancelled"}
    for day, letter in enumerate(course):
        status = words[letter]
        for moment in (start + day * DAY, start + day * DAY + DAY - 1):
            with clock.frozen(moment):
                seen = api.seen(at(held))
                assert seen["status"] == status
                assert seen["updatedAt"] == held["updatedAt"]
                assert seen["customer"]["clubs"] == jane.seen()["clubs"]
                for each in words.values():
                    of_held = [held["id"]] if each == status else []
                    of_plain = [plain["id"]] if each == "Active" else []
                    assert found(api, each) == sorted(of_held + of_plain)
                assert found(api, "in:On Hold,Cancelled") == ([held["id"]] if status != "Active" else [])
                assert len(found(api, "in:Active,On Hold,Cancelled")) == 2
    assert found(api, "Planning") == []
    is_invalid(api.get("/club-membership?status=Gone"), ("status", NOT_ONE_OF))
    is_answer(api.get("/club-membership?status=gt:Active"), 422, operator("gt"))


def test_a_cancellation_is_lifted(site: Site, api: Caller, jane: Member) -> None:
    made = jane.joins(signupDate="2024-01-01")
    cancelled = api.changed(at(made), {**CANCELLED, "cancellationComments": "Abroad"})
    assert cancelled["status"] == "Cancelled"
    assert found(api, "Cancelled") == [made["id"]]
    assert site.events()[-1].payload == cancelled
    with clock.frozen(clock.now() + 1000):
        lifted = api.changed(at(made), {"cancelDate": None})
    assert (lifted["status"], lifted["cancelDate"], lifted["cancellationReason"]) == ("Active", None, None)
    assert lifted["cancellationComments"] == "Abroad"
    assert found(api, "Cancelled") == []
    is_invalid(api.put(at(made), {"cancelDate": "2024-03-01"}), ("cancellationReason", REQUIRED))


def test_holds_keep_ids_and_dates_of_their_own(api: Caller, jane: Member) -> None:
    first = {
        "startDate": "2024-01-01T00:00:00.000Z",
        "endDate": "2024-02-01T00:00:00.000Z",
        "holdReason": "Other",
    }
    second = {"startDate": "2024-02-01T00:00:00.000Z", "holdReason": "Health reasons", "holdComments": "Knee"}
    made = jane.joins(onHolds=[first, second])
    assert made["status"] == "On Hold"
    one, two = made["onHolds"]
    later = clock.now() + 60_000
    with clock.frozen(later):
        ended = {
            "id": two["id"],
            "startDate": two["startDate"],
            "endDate": "2024-03-01",
            "holdReason": "Other",
        }
        changed = api.changed(at(made), {"onHolds": [one, ended]})
    assert changed["onHolds"][0] == one
    assert changed["onHolds"][1] == {
        **two,
        "endDate": "2024-03-01T00:00:00.000Z",
        "holdReason": "Other",
        "holdComments": None,
        "updatedAt": wire(later),
    }
    assert (changed["status"], found(api, "On Hold")) == ("Active", [])
    lost = [{**first, "id": NIL}]
    is_invalid(api.put(at(made), {"onHolds": lost}), ("onHolds[0].id", LOST))
    assert api.changed(at(made), {"onHolds": []})["onHolds"] == []


@pytest.mark.parametrize(
    ("holds", "field"),
    [
        ([("2024-01-05", "2024-01-04")], "onHolds[0].endDate"),
        ([("2024-01-01", None), ("2024-06-01", None)], "onHolds[1].startDate"),
        ([("2024-01-01", "2024-01-05"), ("2024-01-04", "2024-01-06")], "onHolds[1].startDate"),
        ([("2024-01-04", "2024-01-06"), ("2024-01-01", None)], "onHolds[1].startDate"),
    ],
)
def test_holds_do_not_overlap(jane: Member, holds: list[tuple[str, str | None]], field: str) -> None:
    sent = [{"startDate": begins, "endDate": ends, "holdReason": "Other"} for begins, ends in holds]
    is_invalid(jane.api.post("/club-membership", jane.body(onHolds=sent)), (field, NOT_ALLOWED))


# Lists


def test_filters_and_search(api: Caller, jane: Member) -> None:
    bob = new_member(api, "robert@builders.example", "Bob")
    mine = jane.joins(signupDate="2024-01-10T12:00:00Z", **CANCELLED)
    his = bob.joins(signupDate="2024-03-10T12:00:00Z")
    for query, wanted in (
        (f"customerId={jane.customer}", [mine]),
        (f"clubId=in:{bob.club},{bob.subscription}", [his]),
        ("signupDate=2024-01-10", [mine]),
        ("signupDate=gte:2024-01-11", [his]),
        ("signupDate=btw:2024-01-01|2024-12-31", [his, mine]),
        ("cancelDate=lte:2024-02-01", [mine]),
        ("cancelDate=gt:2024-02-01", []),
        ("q=TIONAL%20OF%20J", [mine]),
        ("q=traditional", [his, mine]),
        ("q=robert@builders.example", [his]),
        ("q=bob", [his]),
        ("q=nobody", []),
        (f"q=jan&clubId={jane.club}&status=Cancelled", [mine]),
        ("createdAt=lt:2020-01-01", []),
    ):
        answer = api.seen(f"/club-membership?{query}")
        assert ([each["id"] for each in answer["clubMemberships"]], answer["total"]) == (
            [each["id"] for each in wanted],
            len(wanted),
        ), query
    is_answer(api.get("/club-membership?sort=status"), 422, query_param("sort"))


def test_copies_are_as_the_records_are_now(api: Caller, jane: Member) -> None:
    made = jane.joins()
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    api.made("/tag-x-object/customer", {"objectId": jane.customer, "tagId": tag["id"]})
    api.changed(f"/tag/customer/{tag['id']}", {"title": "Good friend"})
    api.changed(jane.at, {"lastName": "Newman"})
    [listed] = api.seen("/club-membership")["clubMemberships"]
    customer = jane.seen()
    del customer["products"]
    assert listed["customer"] == customer
    assert (customer["lastName"], customer["tags"][0]["title"]) == ("Newman", "Good friend")
    assert listed["updatedAt"] == made["updatedAt"]


def test_tags_are_put_on_renamed_and_taken_off(api: Caller, jane: Member) -> None:
    made = jane.joins()
    tag = api.made("/tag/club-membership", {"title": "VIP", "type": "Manual"})
    api.made("/tag-x-object/club-membership", {"objectId": made["id"], "tagId": tag["id"]})
    api.changed(f"/tag/club-membership/{tag['id']}", {"title": "Very"})
    assert [each["title"] for each in api.seen(at(made))["tags"]] == ["Very"]
    api.gone(f"/tag-x-object/club-membership/{tag['id']}/{made['id']}")
    assert api.seen(at(made))["tags"] == []
    api.changed(at(made), {"tags": [{"id": tag["id"]}]})
    api.gone(f"/tag/club-membership/{tag['id']}")
    assert api.seen(at(made))["tags"] == []


def test_meta_data_is_hidden_with_its_definition(api: Caller, jane: Member) -> None:
    config = {"title": "Glass", "code": "glass", "dataType": "String"}
    path = "/meta-data-config/club-membership"
    definition = api.made(path, config)
    made = jane.joins(metaData={"glass": "Bordeaux"})
    api.gone(f"{path}/{definition['id']}")
    assert api.seen(at(made))["metaData"] is None
    api.made(path, config)
    assert api.seen(at(made)) == made


@pytest.mark.parametrize(
    ("role", "reads", "writes"), [("Admin User", 200, 201), ("POS Standard", 200, 401), ("Basic", 401, 401)]
)
def test_rights(site: Site, jane: Member, role: str, reads: int, writes: int) -> None:
    person = site.person(role)
    assert person.get("/club-membership").status_code == reads
    assert person.post("/club-membership", jane.body()).status_code == writes


def test_an_app_needs_the_permission_of_that_name(site: Site, jane: Member) -> None:
    assert site.app_with({"Club Membership": "Read"}).get("/club-membership").status_code == 200
    assert site.app_with({"Club Membership": "Read"}).post("/club-membership", jane.body()).status_code == 401
    assert site.app_with({"Club": "Full"}).get("/club-membership").status_code == 401


def test_the_data_role_pushes_id_and_dates(site: Site, jane: Member) -> None:
    id, created, updated = "b" * 8 + NIL[8:], "2018-05-18T17:02:59.778Z", "2018-05-18T22:17:54.774Z"
    sent = jane.body(id=id, createdAt=created, updatedAt=updated)
    made = site.person("Data").made("/club-membership", sent)
    assert (made["id"], made["createdAt"], made["updatedAt"]) == (id, created, updated)


# Pages with marks in some of their texts


def test_a_page_shows_marked_and_unmarked_texts_as_one_by_one(api: Caller, jane: Member) -> None:
    """A member's text is filled when it is read; one that only looks as if it had a mark stays as it is."""
    jane.joins()
    tricky = {"emails": [{"email": "t@example.com"}], "city": 'a\\u0001 "quoted", {"id":"x"},é'}
    ids = [api.made("/customer", tricky)["id"], jane.seen()["id"]]
    ids.append(api.made("/customer", {"emails": [{"email": "p@example.com"}]})["id"])
    texts = {id: api.get(f"/customer/{id}").content for id in ids}
    assert api.seen(f"/customer/{ids[0]}")["city"] == tricky["city"]
    assert api.seen(f"/customer/{ids[1]}")["orderInformation"]["isActiveClubMember"] is True
    for path in ("/customer?", "/customer?cursor=start&", "/customer?createdAt=gt:2000-01-01&"):
        for limit in (50, 3, 1):
            page = api.get(f"{path}limit={limit}")
            for row in page.json()["customers"]:
                assert texts[row["id"]] in page.content
