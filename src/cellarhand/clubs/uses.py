"""What memberships mean for the club, the customer, the addresses and the cards that they use."""

from typing import Any

from cellarhand import clock
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.copies import IN_PLACE
from cellarhand.clubs.course import drop_spans
from cellarhand.customers.customer import CUSTOMER
from cellarhand.events.trash import into_trash
from cellarhand.record import errors
from cellarhand.record.activity import tell
from cellarhand.record.emitting import emit
from cellarhand.record.errors import Faults
from cellarhand.record.reading import shown
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.record.writing import change, delete_rows
from cellarhand.settings.meta_data import keep_hidden
from cellarhand.store.conditions import BY_ID, AnyOf, Compare, Contains, IsNull, Linked, Where, equal
from cellarhand.store.unit import ReadUnit
from cellarhand.tags.attached import drop_links

_ADDRESSES = ("billToCustomerAddressId", "shipToCustomerAddressId")


def _current() -> Where:
    """Memberships that are not cancelled at this moment."""
    return (AnyOf((IsNull("cancel_at"), Compare("cancel_at", ">", clock.now()))),)


async def _memberships(unit: ReadUnit, where: Where) -> list[Record]:
    return [decode(row[0]) for row in await unit.rows(CLUB_MEMBERSHIP.table, ("body",), where, BY_ID)]


async def _change(draft: Draft, membership: Record, sent: dict[str, Any]) -> None:
    """Change a membership; the caller brings the customer in step."""
    unit, actor, now = draft.unit, draft.actor, draft.now
    await change(Draft(CLUB_MEMBERSHIP, unit, actor, now, sent, Faults(), membership, with_parent=True))


# Clubs


async def has_clubs_for_web(unit: ReadUnit) -> bool:
    """Whether the web can sell a membership (CLB-1)."""
    rows = await unit.rows(CLUB.table, ("body",), (Contains("body", '"webStatus":"Available"'),), limit=1)
    return bool(rows)


async def refuse_club_with_members(draft: Draft) -> None:
    where = (*equal("club_id", draft.id), *_current())
    if await draft.unit.row(CLUB_MEMBERSHIP.table, ("id",), where) is not None:
        raise errors.forbidden_by_state("Can not delete a club with active memberships")


async def show_club(draft: Draft) -> None:
    """A new title shows in every member; they have not changed themselves (docs/decisions/0007)."""
    if draft.stored is None or draft.stored["title"] == draft.record["title"]:
        return
    old, new = (
        encode({"clubId": each["id"], "clubTitle": each["title"]})[1:-1].decode()
        for each in (draft.stored, draft.record)
    )
    members = (Linked("id", CLUB_MEMBERSHIP.table, "customer_id", equal("club_id", draft.id)),)
    await draft.unit.replace_text(CUSTOMER.table, "body", old, new, members)


async def keep_deleted_club(draft: Draft) -> None:
    """Cancelled memberships go on showing a deleted club as it was last."""
    club = {name: value for name, value in draft.before.items() if name != "addOns"}
    old, new = (f'"club":{encode(each).decode()}' for each in (IN_PLACE, club))
    await draft.unit.replace_text(CLUB_MEMBERSHIP.table, "body", old, new, equal("club_id", draft.id))


# Customers


async def refuse_customer_with_membership(draft: Draft) -> None:
    where = (*equal("customer_id", draft.id), *_current())
    if await draft.unit.row(CLUB_MEMBERSHIP.table, ("id",), where) is not None:
        raise errors.forbidden_by_state("Can not delete a customer with an active club membership")


async def delete_memberships(draft: Draft) -> None:
    """Cancelled memberships go with their customer; their last event shows who that was."""
    unit, found = draft.unit, await _memberships(draft.unit, equal("customer_id", draft.id))
    if not found:
        return
    customer = decode(await shown(CUSTOMER, unit, draft.before))
    del customer["products"]
    for membership in found:
        stored: Record = {**membership, "customer": customer}
        of_one = Draft(CLUB_MEMBERSHIP, unit, draft.actor, draft.now, {}, Faults(), stored)
        await keep_hidden(of_one)
        await delete_rows(unit, CLUB_MEMBERSHIP, stored)
        await drop_spans(unit, stored["id"])
        await drop_links(of_one)
        await into_trash(of_one)
        await tell(of_one, "Deleted")
        await emit(unit, CLUB_MEMBERSHIP, "Delete", stored, draft.actor)


# Addresses and cards


async def refuse_used_address(draft: Draft) -> None:
    where = (*equal("customer_id", draft.before["customerId"]), *_current())
    for membership in await _memberships(draft.unit, where):
        if any(membership[member] == draft.id for member in _ADDRESSES):
            raise errors.forbidden_by_state("Can not delete an address that is used by a club membership")


async def forget_address(draft: Draft) -> None:
    """A cancelled membership that used a deleted address has none."""
    for membership in await _memberships(draft.unit, equal("customer_id", draft.before["customerId"])):
        used = [member for member in _ADDRESSES if membership[member] == draft.id]
        if used:
            await _change(draft, membership, dict.fromkeys(used))


async def forget_card(draft: Draft) -> None:
    """A membership that was paid with a deleted card has none, which the customer is told (reference B5)."""
    found = await _memberships(draft.unit, equal("customer_id", draft.before["customerId"]))
    used = [each for each in found if each["customerCreditCardId"] == draft.id]
    for membership in used:
        await _change(draft, membership, {"customerCreditCardId": None})
    if used and not draft.before["isDefault"]:
        await _refresh(draft, draft.before["customerId"])


async def show_expiry(draft: Draft) -> None:
    """The customer is told when the card of a membership has expired."""
    before, after = draft.stored, draft.record
    if before is None or before["isDefault"] or after["isDefault"]:
        # A new card pays for nothing yet, and of the default one the customer hears anyway.
        return
    if any(before[member] != after[member] for member in ("expiryMo", "expiryYr")):
        await _refresh(draft, after["customerId"])


async def _refresh(draft: Draft, customer_id: str) -> None:
    from cellarhand.customers.derived import refresh_customer

    await refresh_customer(draft.unit, draft.actor, customer_id)
