"""B3, CUS-8, CUS-9: what customers show of their memberships, and what memberships hold back."""

from typing import Any

import pytest

from cellarhand import clock
from tests.callers import Caller, Site
from tests.catalogue import is_answer, is_lost, refused
from tests.wire.members import (
    CARD,
    EXPIRED_CARD,
    MISSING_ADDRESS,
    MISSING_CARD,
    Member,
    new_member,
)

pytestmark = pytest.mark.usefixtures("heard")

Record = dict[str, Any]
DAY = clock.DAY_MS
MEMBER = ("currentClubTitle", "daysInCurrentClub", "daysInClub", "isActiveClubMember")


@pytest.fixture
def jane(api: Caller) -> Member:
    return new_member(api, "jane@example.com", "Jane")


def wire(instant: int) -> str:
    return clock.to_wire(instant)


def at(membership: Record) -> str:
    return f"/club-membership/{membership['id']}"


def standing(customer: Record) -> tuple[Any, ...]:
    return tuple(customer["orderInformation"][name] for name in MEMBER)


def cancel(instant: int) -> Record:
    return {"cancelDate": wire(instant), "cancellationReason": "Other"}


def test_days_are_counted_once_and_run_on_by_themselves(api: Caller, jane: Member) -> None:
    now = clock.now()
    assert standing(jane.seen()) == (None, None, 0, False)
    old = jane.joins(signupDate=wire(now - 100 * DAY), **cancel(now - 60 * DAY))
    assert standing(jane.seen()) == (None, None, 40, False)
    overlapping = jane.joins(signupDate=wire(now - 80 * DAY), **cancel(now - 50 * DAY))
    assert standing(jane.seen()) == (None, None, 50, False)
    second = jane.joins(signupDate=wire(now - 10 * DAY), clubId=jane.club)
    third = jane.joins(
        signupDate=wire(now - 5 * DAY),
        clubId=jane.subscription,
        subscription={"frequency": 1},
        **cancel(now + 5 * DAY),
    )
    after = jane.seen()
    newest_first = [third, second, overlapping, old]
    assert [each["clubMembershipId"] for each in after["clubs"]] == [each["id"] for each in newest_first]
    for days, title, in_current in ((0, "Subscription", 5), (4, "Subscription", 9), (5, "Traditional", 15)):
        with clock.frozen(now + days * DAY + 1):
            seen = jane.seen()
            assert standing(seen) == (f"{title} of Jane", in_current, 60 + days, True)
            assert seen["updatedAt"] == after["updatedAt"]
            assert api.seen("/customer")["customers"] == [seen]
            assert api.changed(jane.at, {"orderInformation": seen["orderInformation"]}) == seen


def test_a_deleted_membership_is_as_if_it_never_was(site: Site, api: Caller, jane: Member) -> None:
    before = jane.seen()
    made = jane.joins(signupDate=wire(clock.now() + 1000), customerCreditCardId=None)
    assert jane.seen()["lastActivityDate"] == made["signupDate"]
    assert jane.notes() == [MISSING_CARD]
    api.gone(at(made))
    is_lost(api.get(at(made)), "Club Membership")
    assert jane.seen() == {**before, "updatedAt": jane.seen()["updatedAt"]}
    assert api.seen("/club-membership?status=Active")["total"] == 0
    deleted = next(each for each in reversed(site.events()) if each.object == "Club Membership")
    assert (deleted.action, deleted.payload["id"], deleted.payload["club"]) == (
        "Delete",
        made["id"],
        made["club"],
    )
    [row] = site.person("Admin Owner").seen("/trash")["trashes"]
    assert (row["objectType"], row["objectId"]) == ("Club Membership", made["id"])


def test_the_customer_changes_only_when_it_shows_something_else(
    site: Site, api: Caller, jane: Member
) -> None:
    made = jane.joins()
    before, fired = jane.seen(), site.fired()
    with clock.frozen(clock.now() + 1000):
        changed = api.changed(at(made), {"giftMessage": "Cheers"})
        assert jane.seen() == before
        assert changed["customer"]["updatedAt"] == before["updatedAt"]
        assert site.fired() == sorted([*fired, ("Club Membership", "Update")])
        api.changed(at(made), cancel(clock.now()))
        assert jane.seen()["updatedAt"] == wire(clock.now())
    [last] = [each for each in site.events() if each.object == "Customer"][-1:]
    assert (last.action, last.payload) == ("Update", jane.seen())


def test_an_old_sign_up_is_no_news(jane: Member) -> None:
    created = jane.seen()["createdAt"]
    jane.joins(signupDate="2017-01-01")
    assert jane.seen()["lastActivityDate"] == created


# Notifications


def test_notifications_come_and_go_with_stable_ids(api: Caller, jane: Member) -> None:
    made = jane.joins()
    assert jane.notes() == []
    api.changed(at(made), {"customerCreditCardId": None})
    [note] = jane.seen()["notifications"]
    assert note == {
        "id": note["id"],
        "data": None,
        "type": MISSING_CARD,
        "content": note["content"],
        "objectId": made["id"],
    }
    api.changed(at(made), {"customerCreditCardId": jane.card, "billToCustomerAddressId": None})
    assert jane.notes() == [MISSING_ADDRESS]
    api.changed(at(made), {"customerCreditCardId": None})
    assert jane.notes() == [MISSING_ADDRESS, MISSING_CARD]
    assert note in jane.seen()["notifications"]
    api.changed(at(made), cancel(clock.now()))
    assert jane.notes() == []


def test_held_members_are_not_reminded_until_the_hold_ends(site: Site, jane: Member) -> None:
    now = clock.now()
    hold = {"startDate": wire(now - DAY), "endDate": wire(now + DAY), "holdReason": "Other"}
    jane.joins(customerCreditCardId=None, onHolds=[hold])
    fired = site.fired()
    assert (jane.notes(), standing(jane.seen())[3]) == ([], True)
    with clock.frozen(now + DAY):
        assert jane.notes() == [MISSING_CARD]
    assert site.fired() == fired


def test_a_card_expires_when_its_month_is_over_where_the_winery_is(api: Caller, jane: Member) -> None:
    card = f"{jane.at}/credit-card/{jane.card}"
    api.changed(card, {"expiryYr": 2027, "expiryMo": 12})
    made = jane.joins()
    over = clock.from_wire("2028-01-01T08:00:00Z")
    assert over is not None
    updated = jane.seen()["updatedAt"]
    with clock.frozen(over - 1):
        assert jane.notes() == []
    with clock.frozen(over):
        assert jane.notes() == [EXPIRED_CARD]
        assert jane.seen()["updatedAt"] == updated
        api.changed(card, {"expiryYr": 2030})
        assert jane.notes() == []
    api.changed(card, {"expiryYr": 2020})
    assert jane.notes() == [EXPIRED_CARD]
    assert jane.seen()["notifications"][0]["objectId"] == made["id"]


def test_a_second_card_expires_too(site: Site, api: Caller, jane: Member) -> None:
    other = api.made(f"{jane.at}/credit-card", {**CARD, "expiryYr": 2090})
    jane.joins(customerCreditCardId=other["id"])
    before, fired = jane.seen(), site.fired()
    path = f"{jane.at}/credit-card/{other['id']}"
    api.changed(path, {"expiryYr": 2091})
    assert jane.seen() == before
    assert site.fired() == sorted([*fired, ("Customer Credit Card", "Update")])
    api.changed(path, {"expiryYr": 2020})
    assert jane.notes() == [EXPIRED_CARD]


@pytest.mark.parametrize("is_default", [True, False])
def test_a_deleted_card_leaves_its_memberships(
    site: Site, api: Caller, jane: Member, is_default: bool
) -> None:
    card = jane.card
    if not is_default:
        card = api.made(f"{jane.at}/credit-card", CARD)["id"]
    made, old = jane.joins(customerCreditCardId=card), jane.joins(customerCreditCardId=card, **cancel(1))
    fired = site.fired()
    api.gone(f"{jane.at}/credit-card/{card}")
    for each in (made, old):
        assert api.seen(at(each))["customerCreditCardId"] is None
    assert jane.notes() == [MISSING_CARD]
    gone = [("Customer Credit Card", "Delete"), ("Customer", "Update"), *[("Club Membership", "Update")] * 2]
    assert site.fired() == sorted([*fired, *gone])


# What memberships hold back


def test_an_address_of_a_membership_stays_until_it_is_cancelled(api: Caller, jane: Member) -> None:
    now = clock.now()
    said = refused("Can not delete an address that is used by a club membership")
    hold = {"startDate": wire(now), "holdReason": "Other"}
    made = jane.joins(onHolds=[hold], **cancel(now + DAY))
    address = f"{jane.at}/address/{jane.address}"
    is_answer(api.delete(address), 422, said)
    with clock.frozen(now + DAY):
        api.gone(address)
        seen = api.seen(at(made))
        assert (seen["billToCustomerAddressId"], seen["shipToCustomerAddressId"]) == (None, None)
        body = {name: value for name, value in seen.items() if name not in ("id", "createdAt", "updatedAt")}
        assert api.changed(at(made), body) == seen
        api.changed(at(made), {"cancelDate": None, "onHolds": []})
        assert jane.notes() == [MISSING_ADDRESS]


def test_an_address_that_no_membership_uses_goes(api: Caller, jane: Member) -> None:
    body = {"firstName": "A", "lastName": "B", "address": "2 Road", "city": "Blenheim", "countryCode": "NZ"}
    other = api.made(f"{jane.at}/address", body)
    jane.joins()
    api.gone(f"{jane.at}/address/{other['id']}")


def test_a_member_stays_and_cancelled_memberships_go_with_their_customer(
    site: Site, api: Caller, jane: Member
) -> None:
    now = clock.now()
    tag = api.made("/tag/club-membership", {"title": "VIP", "type": "Manual"})
    made = jane.joins(tags=[{"id": tag["id"]}], **cancel(now + DAY))
    said = refused("Can not delete a customer with an active club membership")
    is_answer(api.delete(jane.at), 422, said)
    with clock.frozen(now + DAY):
        api.gone(jane.at)
        is_lost(api.get(at(made)), "Club Membership")
        assert api.seen("/club-membership")["total"] == 0
        api.gone(f"/club/{jane.club}")
    deleted = next(each for each in reversed(site.events()) if each.object == "Club Membership")
    assert (deleted.action, deleted.payload["status"]) == ("Delete", "Cancelled")
    assert deleted.payload["customer"]["id"] == jane.customer


def test_memberships_of_tenants_do_not_meet(site: Site, api: Caller, jane: Member) -> None:
    made = jane.joins()
    other = site.house.open().app()
    is_lost(other.get(at(made)), "Club Membership")
    assert other.seen("/club-membership?status=Active") == {"clubMemberships": [], "total": 0}
