"""Clubs and memberships: their lists, one of each, holds and cancellations."""

from typing import Any, get_args

from starlette.responses import Response

from cellarhand import clock
from cellarhand.admin import activity, records
from cellarhand.admin.bulk import TAGS, Bulk, csv_of
from cellarhand.admin.club_forms import EDIT_CLUB, EDIT_MEMBERSHIP, JOIN
from cellarhand.admin.details import Deletion
from cellarhand.admin.filters import Choice
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import Marks, said, tag_choices
from cellarhand.admin.show import day_begins, moment, plain
from cellarhand.admin.visit import Screen, Visit
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.course import Status
from cellarhand.clubs.shapes import CancellationReason, HoldReason
from cellarhand.record import errors, writing
from cellarhand.record.errors import Fault, HouseError
from cellarhand.record.validate import Record

_HOLD = ("id", "startDate", "endDate", "holdReason", "holdComments")


async def _clubs(visit: Visit) -> list[Choice]:
    return [(each["id"], each["title"]) for each in await records.first_page(visit, CLUB, {})]


async def _tags(visit: Visit) -> list[Choice]:
    return await tag_choices(visit, "ClubMembership")


CLUBS = ListScreen(
    CLUB,
    "Clubs",
    "/clubs",
    opens=True,
    adds="Add club",
    columns=(
        Column("title", "Title", "title"),
        Column("type", "Type", "type"),
        Column("webStatus", "On the web", "webStatus"),
        Column("adminStatus", "In the shop", "adminStatus"),
        Column("cancel", "Members may cancel", "allowCustomersToCancel", plain, usual=False),
        Column("created", "Created", "createdAt", moment),
    ),
)
LIST = ListScreen(
    CLUB_MEMBERSHIP,
    "Memberships",
    "/memberships",
    opens=True,
    choices={"clubId": _clubs, "tagId": _tags},
    bulk=(*TAGS, csv_of("club-membership")),
    columns=(
        Column("lastName", "Last name", "customer.lastName"),
        Column("firstName", "First name", "customer.firstName"),
        Column("email", "E-mail", "customer.emails.0.email", usual=False),
        Column("club", "Club", "club.title"),
        Column("status", "Status", "status"),
        Column("delivery", "Delivery", "orderDeliveryMethod"),
        Column("signup", "Member since", "signupDate", moment),
        Column("cancelled", "Cancelled", "cancelDate", moment),
        Column("reason", "Reason", "cancellationReason", usual=False),
        Column("shipments", "Shipments", "currentNumberOfShipments", usual=False, number=True),
    ),
)


async def show_club(visit: Visit) -> Response:
    return await _club_page(visit)


async def _club_page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    """A club, and how many memberships of each status it has, for who may see memberships."""
    club = await records.read(visit, CLUB, visit.params)
    counts: dict[str, int] = {}
    if visit.may_with(CLUB_MEMBERSHIP, "list"):
        for each in get_args(Status):
            filters = {"clubId": club["id"], "status": each}
            counts[each] = await records.total(visit, CLUB_MEMBERSHIP, filters)
    shown = await activity.card(visit, club["id"])
    return visit.page("club.html", status, club=club, counts=counts, fault=fault, **shown)


async def show_membership(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    membership = await records.read(visit, CLUB_MEMBERSHIP, visit.params)
    now = clock.to_wire(clock.now())
    lasting = [each["id"] for each in membership["onHolds"] if not each["endDate"] or each["endDate"] > now]
    return visit.page(
        "membership.html",
        status,
        membership=membership,
        lasting=lasting,
        history=_history(membership, now),
        may_change=visit.may_with(CLUB_MEMBERSHIP, "update"),
        hold_reasons=[(each, each) for each in get_args(HoldReason)],
        cancellation_reasons=[(each, each) for each in get_args(CancellationReason)],
        fault=fault,
        **await MARKS.shown(visit, membership),
        **await activity.card(visit, membership["customerId"], membership["id"]),
    )


def _history(membership: Record, now: str) -> list[tuple[str, str]]:
    """What happened to a membership and what is planned, each with its instant, the newest first."""
    found = [(membership["signupDate"], "Joined")]
    for each in membership["onHolds"]:
        found.append((each["startDate"], f"On hold: {each['holdReason']}"))
        if each["endDate"]:
            found.append((each["endDate"], "Hold over"))
    if membership["cancelDate"]:
        found.append(
            (membership["cancelDate"], f"Cancelled: {membership['cancellationReason'] or 'no reason'}")
        )
    return [
        (instant, what if instant <= now else f"{what} (planned)")
        for instant, what in sorted(found, reverse=True)
    ]


MARKS = Marks("ClubMembership", "/memberships", _page)


async def _change(visit: Visit, membership: Record, sent: dict[str, Any], notice: str) -> Response:
    """Change it as it was seen a moment ago; somebody else's change in between wins."""
    try:
        await writing.update_record(
            CLUB_MEMBERSHIP, visit.store, visit.actor, visit.params, sent, seen=membership["updatedAt"]
        )
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    return visit.go(f"/memberships/{visit.params['id']}", notice)


def _day(visit: Visit, name: str, *, after: int = 0) -> str | None:
    """A day that was typed as the instant when it begins in the tenant's zone; None when it was left out."""
    text = visit.sent(name)
    if not text:
        return None
    instant = day_begins(text, visit.locale, after=after)
    if instant is None:
        raise errors.invalid(Fault(name, "must be a day, such as 2026-07-03"))
    return clock.to_wire(instant)


async def hold(visit: Visit) -> Response:
    """Put it on hold from a day, or from now, until the end of another, or for good."""
    membership = await records.read(visit, CLUB_MEMBERSHIP, visit.params)
    try:
        begins = _day(visit, "startDate") or clock.to_wire(clock.now())
        ends = _day(visit, "endDate", after=1)
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    added = {
        "startDate": begins,
        "endDate": ends,
        "holdReason": visit.sent("holdReason"),
        "holdComments": visit.sent("holdComments") or None,
    }
    return await _change(visit, membership, {"onHolds": [*_holds(membership), added]}, "held")


def _holds(membership: Record) -> list[Record]:
    """Its holds as they are written."""
    return [{name: each[name] for name in _HOLD} for each in membership["onHolds"]]


async def end_hold(visit: Visit) -> Response:
    """End a hold now; one that has not begun goes, one that is over stays as it was."""
    membership = await records.read(visit, CLUB_MEMBERSHIP, visit.params)
    now, kept = clock.to_wire(clock.now()), list[Record]()
    for each in _holds(membership):
        if each["id"] != visit.params["holdId"] or (each["endDate"] and each["endDate"] <= now):
            kept.append(each)
        elif each["startDate"] < now:
            kept.append({**each, "endDate": now})
    return await _change(visit, membership, {"onHolds": kept}, "hold-ended")


async def cancel(visit: Visit) -> Response:
    """Cancel it from a day on, or from now, with the reason."""
    membership = await records.read(visit, CLUB_MEMBERSHIP, visit.params)
    try:
        date = _day(visit, "cancelDate") or clock.to_wire(clock.now())
    except HouseError as error:
        return await _page(visit, said(error), error.status)
    sent = {
        "cancelDate": date,
        "cancellationReason": visit.sent("cancellationReason") or None,
        "cancellationComments": visit.sent("cancellationComments") or None,
    }
    return await _change(visit, membership, sent, "cancelled")


async def renew(visit: Visit) -> Response:
    """Lift the cancellation; its reason goes with it."""
    membership = await records.read(visit, CLUB_MEMBERSHIP, visit.params)
    return await _change(visit, membership, {"cancelDate": None}, "renewed")


SCREENS = (
    *EDIT_CLUB.screens(),
    *Deletion(CLUB, "/clubs", _club_page).screens(),
    *JOIN.screens(),
    *EDIT_MEMBERSHIP.screens(),
    *CLUBS.screens(),
    Screen("GET", "/clubs/{id}", show_club, "club", "read"),
    *LIST.screens(),
    Screen("GET", "/memberships/{id}", show_membership, "club-membership", "read"),
    Screen("POST", "/memberships/{id}/hold", hold, "club-membership", "update"),
    Screen("POST", "/memberships/{id}/holds/{holdId}/end", end_hold, "club-membership", "update"),
    Screen("POST", "/memberships/{id}/cancel", cancel, "club-membership", "update"),
    Screen("POST", "/memberships/{id}/renew", renew, "club-membership", "update"),
    *MARKS.screens(),
    *Bulk(LIST, "ClubMembership", "memberships").screens(),
)
