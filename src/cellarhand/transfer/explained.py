"""Differences that are no loss: what two readings of one record show because time passed between them. Pure.

A customer's days in a club and a membership's status move with the clock alone, each at an hour of its own,
and every order and membership shows its customer. So two readings of the same tenant differ now and then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cellarhand.clubs.course import course, status_at
from cellarhand.customers.club_information import standing

CLOCK = "read at another moment"
"""Why such members differ, for the report."""
_SLACK_MS = 60 * 60 * 1000
"""Clocks of two machines may disagree by so much."""
_STANDING = "orderInformation."


@dataclass(frozen=True, slots=True)
class Moments:
    """From when to when a list was read; milliseconds UTC."""

    begin: int
    end: int

    def widened(self) -> tuple[int, int]:
        return self.begin - _SLACK_MS, self.end + _SLACK_MS


def reason(list_name: str, path: str, a: Any, b: Any, moments: tuple[Moments, Moments]) -> str:
    """Why two records differ at a path, when each shows what it had to show when it was read; else empty."""
    try:
        if list_name == "club-membership" and path == "status":
            right = all(map(_is_status_right, (a, b), moments))
        else:
            holder, found, name = path.rpartition(_STANDING)
            if not found or holder not in ("", "customer."):
                return ""
            a, b = (each["customer"] if holder else each for each in (a, b))
            right = a["clubs"] == b["clubs"] and all(map(_is_standing_right, (name,) * 2, (a, b), moments))
    except (KeyError, TypeError, ValueError, StopIteration):
        # A record that is built in another way explains nothing.
        return ""
    return CLOCK if right else ""


def _is_standing_right(name: str, customer: Mapping[str, Any], between: Moments) -> bool:
    """Whether a member is what the customer's clubs come to at a moment of the reading."""
    clubs = cast(Sequence[dict[str, Any]], customer["clubs"])
    first, last = (standing(clubs, at)[name] for at in between.widened())
    shown = customer["orderInformation"][name]
    if type(shown) is int and type(first) is int and type(last) is int:
        return first <= shown <= last
    return shown in (first, last)


def _is_status_right(membership: Mapping[str, Any], between: Moments) -> bool:
    spans = course(dict(membership))
    return membership["status"] in {status_at(spans, at) for at in between.widened()}
