"""Clubs made on the site, customers who join them there, and the cards and addresses that they bring."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller
from tests.wire.members import CARD, Member, new_member
from tests.wire.shop import product


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


@pytest.fixture
def member(winery: Winery, api: Caller) -> Member:
    return new_member(api, f"jane@{winery.slug}.example", "Jane")


def test_a_club_is_made_changed_and_deleted(winery: Winery, owner: Visitor, api: Caller) -> None:
    variant = product(api, "CAB")["variants"][0]["id"]
    add_on = {"addOns__0__productVariantId": variant, "addOns__0__price": "19.50"}
    shown = owner.see(winery.slug, "/clubs/new").send("", title="Circle", type="Traditional", **add_on)
    assert "Created." in shown.text
    club = shown.path.rpartition("/")[2]
    assert api.seen(f"/club/{club}")["addOns"] == [{"productVariantId": variant, "price": 1950}]
    edit = owner.see(winery.slug, f"/clubs/{club}/edit")
    assert "Nothing was changed." in edit.send("").text
    assert "Saved." in edit.send("", title="Inner circle").text
    assert "Deleted." in owner.see(winery.slug, f"/clubs/{club}").send("/delete").text


def test_a_club_with_members_stays(winery: Winery, owner: Visitor, member: Member) -> None:
    member.joins()
    refused = owner.see(winery.slug, f"/clubs/{member.club}").send("/delete")
    assert refused.status == 422
    assert "Can not delete a club with active memberships" in refused.text


def test_a_customer_joins_with_defaults_chosen(
    winery: Winery, owner: Visitor, api: Caller, member: Member
) -> None:
    page = owner.see(winery.slug, f"/customers/{member.customer}").follow("/memberships/new")
    chosen = dict(page.form().fields)
    assert chosen["shipToCustomerAddressId"] == member.address
    assert chosen["customerCreditCardId"] == member.card
    shown = page.send("", clubId=member.club, giftMessage='"Cheers" & more')
    assert "Created." in shown.text
    assert '"Cheers" & more' in shown.text
    made: Any = api.seen("/club-membership")["clubMemberships"][0]
    assert (made["customerId"], made["customerCreditCardId"]) == (member.customer, member.card)
    assert made["billToCustomerAddressId"] == member.address
    assert "Joined" in shown.text
    assert made["club"]["title"] in owner.see(winery.slug, f"/customers/{member.customer}").text
    edit = owner.see(winery.slug, f"/memberships/{made['id']}/edit")
    assert "Nothing was changed." in edit.send("").text
    pickup = edit.send("", orderDeliveryMethod="Pickup")
    assert 'id="pickupInventoryLocationId-says" class="wrong">required' in pickup.answer.text


def test_the_site_wants_a_card_and_the_api_does_not(
    winery: Winery, owner: Visitor, api: Caller, member: Member
) -> None:
    """CLB-2."""
    page = owner.see(winery.slug, f"/customers/{member.customer}/memberships/new")
    refused = page.send("", clubId=member.club, customerCreditCardId="")
    assert 'id="customerCreditCardId-says" class="wrong">required' in refused.answer.text
    assert api.seen("/club-membership")["total"] == 0
    member.joins(customerCreditCardId=None)


def test_a_subscription_is_joined_with_its_frequency(
    winery: Winery, owner: Visitor, api: Caller, member: Member
) -> None:
    page = owner.see(winery.slug, f"/customers/{member.customer}/memberships/new")
    assert "required" in page.send("", clubId=member.subscription).text
    shown = page.send("", clubId=member.subscription, subscription__frequency="3")
    assert "3 months" in shown.text
    edit = owner.see(winery.slug, f"{shown.path}/edit")
    assert "Nothing was changed." in edit.send("").text


def test_only_ones_own_address_and_card_can_be_chosen(
    winery: Winery, owner: Visitor, api: Caller, member: Member
) -> None:
    other = new_member(api, f"bo@{winery.slug}.example", "Bo")
    page = owner.see(winery.slug, f"/customers/{member.customer}/memberships/new")
    assert other.card not in page.form().choices["customerCreditCardId"]
    refused = page.send("", clubId=member.club, customerCreditCardId=other.card)
    assert "does not exist" in refused.text
    nobody = "/customers/00000000-0000-0000-0000-000000000000/memberships/new"
    assert owner.see(winery.slug, nobody).status == 404


def test_history_tells_the_course_of_a_membership(winery: Winery, owner: Visitor, member: Member) -> None:
    hold = {
        "startDate": "2024-01-01T00:00:00.000Z",
        "endDate": "2024-02-01T00:00:00.000Z",
        "holdReason": "Away from home",
    }
    gone = {"cancelDate": "2091-01-01T00:00:00.000Z", "cancellationReason": "Moving"}
    joined = member.joins(signupDate="2023-05-01T00:00:00.000Z", onHolds=[hold], **gone)
    text = owner.see(winery.slug, f"/memberships/{joined['id']}").text
    course = [
        text.rindex(word) for word in ("Cancelled: Moving (planned)", "Hold over", "On hold: Away", "Joined")
    ]
    assert course == sorted(course)


def test_cards_are_kept_by_their_mask_made_default_and_deleted(
    winery: Winery, owner: Visitor, api: Caller, member: Member
) -> None:
    second = {**CARD, "maskedCardNumber": "************4242"}
    card = api.made(f"/customer/{member.customer}/credit-card", second)["id"]
    page = owner.see(winery.slug, f"/customers/{member.customer}")
    assert "tok_example" not in page.answer.text, "the gateway's token is nobody's business"
    assert "This is the default now." in page.send(f"/cards/{card}/default").text
    kept = {
        each["id"]: each["isDefault"] for each in api.seen(f"{member.at}/credit-card")["customerCreditCards"]
    }
    assert kept == {card: True, member.card: False}
    assert "Deleted." in page.send(f"/cards/{card}/delete").text
    assert [each["id"] for each in api.seen(f"{member.at}/credit-card")["customerCreditCards"]] == [
        member.card
    ]


def test_an_address_that_a_membership_uses_stays(
    winery: Winery, owner: Visitor, api: Caller, member: Member
) -> None:
    member.joins()
    page = owner.see(winery.slug, f"/customers/{member.customer}")
    refused = page.send(f"/addresses/{member.address}/delete")
    assert refused.status == 422
    assert "Can not delete an address that is used by a club membership" in refused.text


def test_anothers_card_is_out_of_reach(winery: Winery, owner: Visitor, api: Caller, member: Member) -> None:
    other = new_member(api, f"bo@{winery.slug}.example", "Bo")
    token = dict(owner.see(None, "/profile").form("/name").fields)["form_token"]
    url = owner.at(winery.slug, f"/customers/{member.customer}/cards/{other.card}/delete")
    assert owner.post(url, [("form_token", token)]).status == 404
    assert api.seen(f"{other.at}/credit-card")["total"] == 1
