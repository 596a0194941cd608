"""Clubs and memberships, holds and cancellations: what people do there is a PUT of the API."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.wire.members import Member, new_member

# Midnight of Los Angeles, where a fresh winery is.
FIRST, AFTER_LAST = "2099-07-01T07:00:00.000Z", "2099-08-01T07:00:00.000Z"


@pytest.fixture
def member(winery: Winery) -> Member:
    return new_member(winery.site.app(), "bo@a.example", "Bo")


def _at(membership: Any) -> str:
    return f"/club-membership/{membership['id']}"


def _ids(page: Page) -> list[str]:
    return [link.rpartition("/")[2] for link in page.links if "/memberships/" in link]


def test_a_club_leads_to_its_members_by_status(winery: Winery, owner: Visitor, member: Member) -> None:
    made = member.joins()
    club = owner.see(winery.slug, "/clubs").follow(member.club)
    assert "Active 1 Cancelled 0 On Hold 0" in club.text
    found = club.follow("status=Active")
    assert _ids(found) == [made["id"]]
    assert _ids(club.follow("status=Cancelled")) == []
    shown = found.follow(made["id"])
    assert "Status Active" in shown.text
    assert shown.follow(member.customer).status == 200


def test_a_hold_is_of_whole_days_of_the_tenant(winery: Winery, owner: Visitor, member: Member) -> None:
    made = member.joins()
    page = owner.see(winery.slug, f"/memberships/{made['id']}")
    values = {"startDate": "2099-07-01", "endDate": "2099-07-31", "holdComments": "Harvest"}
    page = page.send("/hold", **values, holdReason="Away from home")
    (hold,) = member.api.seen(_at(made))["onHolds"]
    assert (hold["startDate"], hold["endDate"]) == (FIRST, AFTER_LAST)
    assert (hold["holdReason"], hold["holdComments"]) == ("Away from home", "Harvest")
    over = page.send("/hold", **values, holdReason="Other")
    assert over.status == 422
    assert "onHolds[1].startDate: not allowed" in over.text
    assert dict(over.form("/hold").fields)["holdComments"] == "Harvest"
    page.send("/end")
    assert member.api.seen(_at(made))["onHolds"] == [], "it had not begun"


def test_a_hold_from_now_on_is_ended_and_stays_on_record(
    winery: Winery, owner: Visitor, member: Member
) -> None:
    made = member.joins()
    page = owner.see(winery.slug, f"/memberships/{made['id']}").send("/hold", holdReason="Other")
    assert "Status On Hold" in page.text
    page = page.send("/end")
    assert "Status Active" in page.text
    assert member.api.seen(_at(made))["onHolds"][0]["endDate"] is not None
    assert not [form for form in page.forms if form.action.endswith("/end")]


def test_a_membership_is_cancelled_with_a_reason_and_taken_up_again(
    winery: Winery, owner: Visitor, member: Member
) -> None:
    made = member.joins()
    page = owner.see(winery.slug, f"/memberships/{made['id']}")
    wrong = page.send("/cancel", cancellationReason="", cancellationComments="So much")
    assert wrong.status == 422
    assert "cancellationReason: required" in wrong.text
    assert member.api.seen(_at(made))["cancelDate"] is None
    page = wrong.send("/cancel", cancellationReason="Too much wine")
    assert "Status Cancelled" in page.text
    kept = member.api.seen(_at(made))
    assert (kept["cancellationReason"], kept["cancellationComments"]) == ("Too much wine", "So much")
    page.send("/renew")
    kept = member.api.seen(_at(made))
    assert (kept["status"], kept["cancellationReason"]) == ("Active", None)


def test_a_day_that_is_none_is_told(winery: Winery, owner: Visitor, member: Member) -> None:
    page = owner.see(winery.slug, f"/memberships/{member.joins()['id']}")
    for form, name in (("/hold", "startDate"), ("/cancel", "cancelDate")):
        wrong = page.send(form, **{name: "someday"}, cancellationReason="Other")
        assert wrong.status == 422
        assert f"{name}: must be a day" in wrong.text


def test_a_subscription_says_why_it_can_not_be_put_on_hold(
    winery: Winery, owner: Visitor, member: Member
) -> None:
    made = member.joins(clubId=member.subscription, subscription={"frequency": 2})
    page = owner.see(winery.slug, f"/memberships/{made['id']}")
    assert "A subscription can not be put on hold" in page.text
    assert not [form for form in page.forms if form.action.endswith("/hold")]
    assert page.follow(f"/memberships/{made['id']}/edit").status == 200
