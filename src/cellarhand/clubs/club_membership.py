"""Memberships: who belongs to which club, where the wine goes and who pays (reference B24, domain CLB)."""

from typing import Any, cast

from cellarhand import clock
from cellarhand.accounts.app_data import set_app_data
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.copies import IN_PLACE, show_copies
from cellarhand.clubs.course import active_until, cancelled_at, drop_spans, having, keep_spans
from cellarhand.clubs.shapes import ClubMembership, ClubMembershipWrite
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.default_one import default_of
from cellarhand.events.trash import into_trash
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Extract, Filter, Log, Resource, WordSearch
from cellarhand.record.search import by_words, fold
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.settings.meta_data import HIDDEN_META_DATA, merge_meta_data
from cellarhand.settings.time_zone import midnight, zone_of
from cellarhand.store.conditions import AnyOf, Contains, Linked, Where, equal
from cellarhand.store.tables import Column, Index
from cellarhand.tags.attached import drop_links, keep_links, set_manual_tags, tags_named

STATUSES = ("Active", "Cancelled", "On Hold", "Planning")
"""The words of the filter; a membership in Planning is not known here, and none is found."""
MOST_AHEAD_MS = 5 * 60_000
DAYS_TO_FIRST_SHIPMENT = 2
BY_SIGNUP = Index(("signup_at", "created_at", "id"))
_LAST = "9999-12-31T23:59:59.999Z"
_PLACE_OF = {"Ship": "shipToCustomerAddressId", "Pickup": "pickupInventoryLocationId"}
_OF_CUSTOMER = {
    "billToCustomerAddressId": ADDRESS,
    "shipToCustomerAddressId": ADDRESS,
    "customerCreditCardId": CREDIT_CARD,
}


def _changes(draft: Draft, *members: str) -> bool:
    """Whether the body makes one of these members another one; on create all are new."""
    if draft.stored is None:
        return True
    stored = draft.stored
    return any(member in draft.sent and draft.sent[member] != stored.get(member) for member in members)


def _check(draft: Draft) -> None:
    _check_place(draft)
    _check_cancellation(draft)
    signup = cast(str | None, draft.sent.get("signupDate"))
    if (
        signup
        and (clock.from_wire(signup) or 0) > draft.now + MOST_AHEAD_MS
        and _changes(draft, "signupDate")
    ):
        draft.faults.add("signupDate", 'must match format "date-time"')
    _check_holds(draft)


def _check_place(draft: Draft) -> None:
    """Ship needs an address, Pickup a location."""
    place = _PLACE_OF.get(cast(str, draft.after("orderDeliveryMethod")))
    if place and draft.after(place) is None and _changes(draft, "orderDeliveryMethod", place):
        draft.faults.require(place)


def _check_cancellation(draft: Draft) -> None:
    """A cancellation has a reason, and only a cancellation has one."""
    if draft.after("cancelDate") is not None:
        if draft.after("cancellationReason") is None and _changes(draft, "cancelDate", "cancellationReason"):
            draft.faults.require("cancellationReason")
    elif draft.sent.get("cancellationReason") is None or draft.faults.on("cancelDate"):
        return
    elif _changes(draft, "cancellationReason"):
        draft.faults.add("cancellationReason", errors.NOT_ALLOWED)


def _check_holds(draft: Draft) -> None:
    """A hold does not end before it begins, and no two cover the same moment."""
    before: list[tuple[str, str]] = []
    for place, hold in enumerate(cast(list[dict[str, Any]], draft.sent.get("onHolds") or [])):
        if draft.faults.on(f"onHolds[{place}]"):
            continue
        begins, ends = cast(str, hold["startDate"]), cast(str, hold["endDate"] or _LAST)
        if ends < begins:
            draft.faults.add(f"onHolds[{place}].endDate", errors.NOT_ALLOWED)
        elif any(begins < other_ends and other_begins < ends for other_begins, other_ends in before):
            draft.faults.add(f"onHolds[{place}].startDate", errors.NOT_ALLOWED)
        before.append((begins, ends))


async def _join(draft: Draft) -> None:
    """Customer and club exist; a deleted club can't be joined again."""
    unit = draft.unit
    customer_id, club_id = cast(str, draft.after("customerId")), cast(str, draft.after("clubId"))
    if await unit.lock(CUSTOMER.table, ("id",), equal("id", customer_id)) is None:
        draft.faults.add("customerId", errors.DOES_NOT_EXIST)
    if _changes(draft, "cancelDate"):
        club = await unit.body(CLUB.table, club_id)
        if club is None:
            draft.faults.add("clubId", errors.DOES_NOT_EXIST)
        else:
            draft.sent["clubType"] = decode(club)["type"]


async def _refer(draft: Draft) -> None:
    """Addresses and card are the customer's own, and at the location wine can be picked up."""
    if draft.faults.on("customerId"):
        return
    unit, customer_id = draft.unit, cast(str, draft.after("customerId"))
    if draft.creating and "billToCustomerAddressId" not in draft.sent:
        home = await default_of(unit, ADDRESS, customer_id)
        draft.sent["billToCustomerAddressId"] = home["id"] if home else None
    for member, resource in _OF_CUSTOMER.items():
        id = cast(str | None, draft.sent.get(member))
        if id is not None and _changes(draft, member):
            where = (*equal("id", id), *equal("customer_id", customer_id))
            if await unit.row(resource.table, ("id",), where) is None:
                draft.faults.add(member, errors.DOES_NOT_EXIST)
    location_id = cast(str | None, draft.sent.get("pickupInventoryLocationId"))
    if location_id is not None and _changes(draft, "pickupInventoryLocationId"):
        location = await unit.row(LOCATION.table, ("is_pickup",), equal("id", location_id))
        if location is None or not location[0]:
            said = errors.DOES_NOT_EXIST if location is None else errors.NOT_ALLOWED
            draft.faults.add("pickupInventoryLocationId", said)


async def _fit_club_type(draft: Draft) -> None:
    """Subscriptions have a frequency, and only Traditional memberships are put on hold (CLB-1, CLB-3)."""
    sent, kind = draft.sent, draft.after("clubType")
    if kind == "Traditional" and "subscription" in sent:
        draft.faults.add("subscription", errors.NOT_ALLOWED)
    if kind == "Subscription":
        if draft.creating and "subscription" not in sent:
            draft.faults.require("subscription")
        if sent.get("onHolds"):
            draft.faults.add("onHolds", errors.NOT_ALLOWED)


async def _need_card_on_site(draft: Draft) -> None:
    """People ask for a card when they sign somebody up; programs may bring members without one (CLB-2)."""
    if draft.creating and draft.actor.face == "site" and draft.sent.get("customerCreditCardId") is None:
        draft.faults.require("customerCreditCardId")


async def _fill_in(draft: Draft) -> None:
    """Defaults that depend on the hour and on other members."""
    sent = draft.sent
    if draft.creating:
        sent.setdefault("signupDate", clock.to_wire(draft.now))
    if "subscription" in sent and "nextProcessDate" not in sent["subscription"]:
        kept: Record = (draft.stored or {}).get("subscription", {})
        next_date = kept.get("nextProcessDate") or await _first_process_date(draft)
        sent["subscription"]["nextProcessDate"] = next_date
    if draft.after("cancelDate") is None and draft.after("cancellationReason") is not None:
        sent["cancellationReason"] = None


async def _first_process_date(draft: Draft) -> str:
    signup = clock.from_wire(cast(str, draft.after("signupDate"))) or draft.now
    return clock.to_wire(midnight(signup, await zone_of(draft.unit), DAYS_TO_FIRST_SHIPMENT))


async def _settle(draft: Draft) -> None:
    """Marks for what reading fills in, and the dates of holds."""
    record, moment = draft.record, clock.to_wire(draft.now)
    if draft.creating:
        record |= dict.fromkeys(("status", "customer", "club"), IN_PLACE)
    before = {hold["id"]: hold for hold in (draft.stored or {}).get("onHolds", [])}
    for hold in record["onHolds"]:
        stored = before.get(hold["id"])
        if stored is None:
            # Holds that come with their history have dates of their own.
            hold["createdAt"] = hold["createdAt"] or moment
            hold["updatedAt"] = hold["updatedAt"] or moment
        elif hold != stored:
            hold["updatedAt"] = moment


async def _keep_course(draft: Draft) -> None:
    before: Record = draft.stored or {"onHolds": [], "cancelDate": None}
    if any(draft.record[member] != before[member] for member in ("onHolds", "cancelDate")):
        await keep_spans(draft.unit, draft.record)


async def _show_in_customer(draft: Draft) -> None:
    if draft.with_parent:
        return
    # What a customer shows of others is put together from all of them, and so that module imports this one.
    from cellarhand.customers.derived import refresh_customer

    customer_id = (draft.record or draft.before)["customerId"]
    await refresh_customer(draft.unit, draft.actor, customer_id)


async def _drop_course(draft: Draft) -> None:
    await drop_spans(draft.unit, draft.before["id"])


def _find(text: str) -> Where:
    """The club's title contains the text, or the customer's entries have its words (reference A11)."""
    titled = Linked("club_id", CLUB.table, "id", (Contains("search_text", fold(text)),))
    named = Linked("customer_id", CUSTOMER.table, "id", by_words(CUSTOMER.name, text))
    return (AnyOf((titled, named)),)


def _deed(draft: Draft) -> str | None:
    """A hold and a cancellation have names of their own."""
    before, after = draft.before, draft.record
    if before["cancelDate"] is None and after["cancelDate"] is not None:
        return "Cancelled"
    if before["cancelDate"] is not None and after["cancelDate"] is None:
        return "Renewed"
    holds = len(after["onHolds"]) - len(before["onHolds"])
    return "Put on hold" if holds > 0 else "Hold taken away" if holds < 0 else None


CLUB_MEMBERSHIP = Resource(
    name="club-membership",
    thing="Club Membership",
    path="/club-membership",
    key="clubMemberships",
    read=ClubMembership,
    write=ClubMembershipWrite,
    right="club-membership",
    permission="Club Membership",
    data_role=True,
    event="Club Membership",
    log=Log(
        lambda membership: f"{membership['clubType']} membership",
        owner=lambda membership: membership["customerId"],
        deed=_deed,
    ),
    extracts=(
        Extract(Column("club_id", "id"), lambda membership: membership["clubId"]),
        Extract(Column("customer_id", "id"), lambda membership: membership["customerId"]),
        Extract(Column("signup_at", "int"), lambda m: clock.from_wire(m["signupDate"])),
        Extract(Column("cancel_at", "int", null=True), cancelled_at),
        Extract(Column("active_until", "int"), active_until),
    ),
    hidden=(HIDDEN_META_DATA,),
    indexes=(
        Index(("club_id", "-created_at", "id")),
        Index(("customer_id",)),
        BY_SIGNUP,
        Index(("cancel_at",)),
    ),
    sorts={"signupDate": BY_SIGNUP},
    filters=(
        Filter("clubId", "I", "club_id"),
        Filter("customerId", "I", "customer_id"),
        Filter("status", "E", choices=STATUSES, where=having),
        Filter("signupDate", "D", "signup_at"),
        Filter("cancelDate", "D", "cancel_at"),
    ),
    search=WordSearch(lambda _: (), _find),
    refers=tags_named,
    write_flags=("isSendEmailConfirmation", "isSendTransactionEmail"),
    check=_check,
    present=show_copies,
    prepare=(
        _join,
        _refer,
        _fit_club_type,
        _need_card_on_site,
        _fill_in,
        set_manual_tags,
        merge_meta_data,
        set_app_data,
    ),
    settle=(_settle,),
    follow=(keep_links, _keep_course, _show_in_customer),
    follow_delete=(drop_links, _drop_course, into_trash, _show_in_customer),
)
