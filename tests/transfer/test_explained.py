"""What a diff explains: members that the clock moves, and no others."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.customers.club_information import standing
from cellarhand.transfer.compare import differences
from cellarhand.transfer.explained import Moments, reason

DAY, SIGNUP = clock.DAY_MS, 1_700_000_000_000
moments = st.integers(SIGNUP, SIGNUP + 400 * DAY)


def customer(at: int, cancelled: int | None, **wrong: Any) -> dict[str, Any]:
    """A member as read at a moment."""
    ends = None if cancelled is None else clock.to_wire(cancelled)
    clubs = [{"clubTitle": "Vineyard", "signupDate": clock.to_wire(SIGNUP), "cancelDate": ends}]
    return {"orderInformation": {"rank": 7, **standing(clubs, at), **wrong}, "clubs": clubs}


def unexplained(name: str, a: Any, b: Any, read: tuple[Moments, Moments]) -> list[str]:
    return [each.path for each in differences(a, b) if not reason(name, each.path, a, b, read)]


@given(first=moments, second=moments, cancelled=st.none() | moments)
def test_two_readings_of_a_member_differ_by_the_clock_alone(
    first: int, second: int, cancelled: int | None
) -> None:
    read = Moments(first, first), Moments(second, second)
    a, b = customer(first, cancelled), customer(second, cancelled)
    assert unexplained("customer", a, b, read) == []
    assert unexplained("order", {"customer": a}, {"customer": b}, read) == []


@given(first=moments, days=st.integers(2, 50))
def test_days_that_the_clock_did_not_count_are_a_difference(first: int, days: int) -> None:
    read = Moments(first, first), Moments(first, first)
    a = customer(first, None)
    b = customer(first, None, daysInClub=a["orderInformation"]["daysInClub"] + days, rank=8)
    assert set(unexplained("customer", a, b, read)) == {
        "orderInformation.daysInClub",
        "orderInformation.rank",
    }


def test_other_clubs_explain_nothing() -> None:
    read = Moments(SIGNUP, SIGNUP), Moments(SIGNUP + 9 * DAY, SIGNUP + 9 * DAY)
    a, b = customer(SIGNUP, None), customer(SIGNUP + 9 * DAY, SIGNUP + 20 * DAY)
    assert "orderInformation.daysInClub" in unexplained("customer", a, b, read)


def test_a_membership_whose_hold_has_ended_meanwhile_is_explained() -> None:
    hold = {"startDate": clock.to_wire(SIGNUP), "endDate": clock.to_wire(SIGNUP + DAY)}
    both = {"cancelDate": None, "onHolds": [hold]}
    a, b = {**both, "status": "On Hold"}, {**both, "status": "Active"}
    days = [Moments(at, at) for at in (SIGNUP + DAY // 2, SIGNUP + 2 * DAY)]
    assert reason("club-membership", "status", a, b, (days[0], days[1])) != ""
    assert reason("club-membership", "status", b, a, (days[0], days[1])) == ""
