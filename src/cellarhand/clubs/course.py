"""The course of a membership: when it is Active, On Hold or Cancelled (reference B24, domain CLB-3).

All of it follows from the dates of the membership: spans of time, of which at every moment exactly one holds.
Status, the filter by it and what the customer is told are read from the same spans, so they can't disagree.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from cellarhand import clock
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, AnyOf, Compare, Condition, Linked, Where, equal
from cellarhand.store.tables import Column, Index, Table
from cellarhand.store.unit import WriteUnit

Status = Literal["Active", "Cancelled", "On Hold"]
ALWAYS, NEVER = -(2**53), 2**53
"""Before and after every instant."""


class Span(NamedTuple):
    """From its first instant to just before its end."""

    status: Status
    begins: int
    ends: int


def course(membership: Record) -> list[Span]:
    """The spans of a membership, by its `cancelDate` and `onHolds`."""
    holds = [
        (_instant(hold["startDate"], ALWAYS), _instant(hold["endDate"], NEVER))
        for hold in membership["onHolds"]
    ]
    return spans(_instant(membership["cancelDate"], NEVER), holds)


def spans(cancelled_at: int, holds: Iterable[tuple[int, int]]) -> list[Span]:
    """Active at first, On Hold in between, Cancelled in the end. Pure."""
    found: list[Span] = []
    at = ALWAYS
    for hold_begins, hold_ends in sorted(holds):
        begins, ends = max(hold_begins, at), min(hold_ends, cancelled_at)
        if begins < ends:
            if at < begins:
                found.append(Span("Active", at, begins))
            found.append(Span("On Hold", begins, ends))
            at = ends
    if at < cancelled_at:
        found.append(Span("Active", at, cancelled_at))
    if cancelled_at < NEVER:
        found.append(Span("Cancelled", cancelled_at, NEVER))
    return found


def status_at(found: Sequence[Span], now: int) -> Status:
    return next(span.status for span in found if span.begins <= now < span.ends)


def cancelled_at(membership: Record) -> int | None:
    """The instant of the cancellation, for the column that lists filter by."""
    return None if membership["cancelDate"] is None else _instant(membership["cancelDate"], NEVER)


def active_until(membership: Record) -> int:
    """When a membership without holds stops being Active; one with holds is looked up by its spans."""
    return ALWAYS if membership["onHolds"] else _instant(membership["cancelDate"], NEVER)


def _instant(text: str | None, without: int) -> int:
    instant = None if text is None else clock.from_wire(text)
    return without if instant is None else instant


SPAN = Table(
    "club_membership_span",
    (
        Column("membership_id", "id"),
        Column("status", "text"),
        Column("begins_at", "int"),
        Column("ends_at", "int"),
    ),
    key=("membership_id", "begins_at"),
    indexes=(Index(("status", "ends_at")),),
)
"""The course of each membership with holds; the few that need more than their own columns to be found."""


SPAN_COLUMNS = ("membership_id", "status", "begins_at", "ends_at")


def span_rows(membership: Record) -> list[tuple[str, str, int, int]]:
    """The rows of SPAN for a membership: none where its own columns are enough."""
    if not membership["onHolds"]:
        return []
    return [(membership["id"], span.status, span.begins, span.ends) for span in course(membership)]


async def keep_spans(unit: WriteUnit, membership: Record) -> None:
    """Bring the rows of SPAN in step with the membership."""
    await drop_spans(unit, membership["id"])
    rows = span_rows(membership)
    if rows:
        await unit.insert_many(SPAN, SPAN_COLUMNS, rows)


async def drop_spans(unit: WriteUnit, membership_id: str) -> None:
    await unit.delete(SPAN, equal("membership_id", membership_id))


def having(statuses: tuple[str | int, ...]) -> Where:
    """The memberships that have one of these statuses at this moment."""
    now = clock.now()
    of_now = (Compare("begins_at", "<=", now), Compare("ends_at", ">", now))
    found: list[Condition] = [Linked("id", SPAN, "membership_id", (Among("status", statuses), *of_now))]
    if "Active" in statuses:
        found.append(Compare("active_until", ">", now))
    if "Cancelled" in statuses:
        found.append(Compare("cancel_at", "<=", now))
    return (AnyOf(tuple(found)),)
