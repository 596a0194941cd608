"""Which tier a customer is in, and which tier is the base (LOY-4). Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from cellarhand import clock
from cellarhand.record.validate import Record

MEMBER_OF = {
    "Lifetime Value": "lifetimeValueToQualify",
    "Yearly Value": "yearlyValueToQualify",
    "Club": "clubsToQualify",
}
"""The member that says what it takes, by the type of a tier."""


def place_of(tier: Record) -> tuple[int, str, str]:
    """Where a tier stands among all: the lowest is the base; of two in one place the older."""
    return tier["sortOrder"], tier["createdAt"], tier["id"]


def tier_of(
    tiers: Sequence[Record], information: Record, clubs: Iterable[Record], now: int, year: int
) -> Record | None:
    """The tier of a customer with this `orderInformation` and these `clubs`, in a year of the tenant's zone.

    Of several it is the one with the highest `earnRate`, then the newest; None where there are no tiers.
    """
    current = {each["clubId"] for each in clubs if _lasts(each, now)}
    held = [tier for tier in tiers if tier["isBaseTier"] or _qualifies(tier, information, current, year)]
    return max(held, key=lambda tier: (tier["earnRate"], tier["createdAt"], tier["id"]), default=None)


def _qualifies(tier: Record, information: Record, current: set[Any], year: int) -> bool:
    match tier["qualificationType"]:
        case "Lifetime Value":
            return information["lifetimeValue"] >= tier["lifetimeValueToQualify"]
        case "Yearly Value":
            values = information["yearlyValue"]
            best = max(values.get(str(each), 0) for each in (year, year - 1))
            return best >= tier["yearlyValueToQualify"]
        case _:
            return not current.isdisjoint(club_ids(tier))


def _lasts(club: Record, now: int) -> bool:
    ends = clock.from_wire(club["cancelDate"]) if club["cancelDate"] else None
    return ends is None or ends > now


CLUBS_MARK = "\x01clubs:"


def clubs_mark(ids: Iterable[str]) -> str:
    """What stands for the clubs in the stored text of a tier."""
    return CLUBS_MARK + " ".join(dict.fromkeys(ids))


def club_ids(tier: Record) -> list[str]:
    """The clubs of a stored tier."""
    return str(tier.get("clubsToQualify", CLUBS_MARK)).removeprefix(CLUBS_MARK).split()
