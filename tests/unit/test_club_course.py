"""The course of a membership and the days of a member, as pure functions (CLB-3, CUS-9)."""

import pytest

from cellarhand import clock
from cellarhand.clubs.course import ALWAYS, NEVER, Span, spans, status_at
from cellarhand.customers.club_information import standing

DAY = clock.DAY_MS


@pytest.mark.parametrize(
    ("cancelled", "holds", "found"),
    [
        (NEVER, [], [Span("Active", ALWAYS, NEVER)]),
        (5, [], [Span("Active", ALWAYS, 5), Span("Cancelled", 5, NEVER)]),
        (NEVER, [(3, 4)], [Span("Active", ALWAYS, 3), Span("On Hold", 3, 4), Span("Active", 4, NEVER)]),
        (4, [(3, NEVER)], [Span("Active", ALWAYS, 3), Span("On Hold", 3, 4), Span("Cancelled", 4, NEVER)]),
        (4, [(4, 9)], [Span("Active", ALWAYS, 4), Span("Cancelled", 4, NEVER)]),
        (NEVER, [(4, 4)], [Span("Active", ALWAYS, NEVER)]),
        (
            NEVER,
            [(5, NEVER), (3, 5)],
            [Span("Active", ALWAYS, 3), Span("On Hold", 3, 5), Span("On Hold", 5, NEVER)],
        ),
    ],
)
def test_exactly_one_span_holds_at_every_moment(
    cancelled: int, holds: list[tuple[int, int]], found: list[Span]
) -> None:
    assert spans(cancelled, holds) == found
    for moment in range(10):
        assert [status_at(found, moment)] == [s.status for s in found if s.begins <= moment < s.ends]


@pytest.mark.parametrize(
    ("memberships", "days"),
    [
        ([], 0),
        ([(0, 4)], 4),
        ([(0, None)], 20),
        ([(0, 10), (2, 4), (3, 6)], 10),
        ([(0, 2), (4, 6), (5, None)], 18),
        ([(0, 30)], 20),
        ([(5, 3)], 0),
        ([(25, None)], 0),
        ([(25, None), (1, 2)], 1),
    ],
)
def test_days_are_counted_once(memberships: list[tuple[int, int | None]], days: int) -> None:
    clubs = [
        {
            "clubTitle": "Red",
            "signupDate": clock.to_wire(signup * DAY),
            "cancelDate": None if cancel is None else clock.to_wire(cancel * DAY),
        }
        for signup, cancel in memberships
    ]
    assert standing(clubs, 20 * DAY)["daysInClub"] == days
