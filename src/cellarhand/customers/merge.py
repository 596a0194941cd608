"""Merging customers: one stays, the master, and up to ten duplicates go into it (domain CUS-13).

What belongs to a duplicate moves and keeps its ids; what describes a person stays as the master has it.
Everything happens in one unit, or nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellarhand import clock
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.address import ADDRESS, drop_company, keep_company
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER, email_key, name_of
from cellarhand.customers.derived import refresh_customer
from cellarhand.customers.note import NOTE
from cellarhand.customers.ranking import forget_rank
from cellarhand.discounts.uses import show_merged_customer
from cellarhand.events.trash import into_trash
from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.loyalty.loyalty_transaction import move_points
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.order import ORDER
from cellarhand.record import errors
from cellarhand.record.activity import Happening, changes, move_page, owner_of, title_of, write_down
from cellarhand.record.actor import Actor
from cellarhand.record.emitting import emit
from cellarhand.record.errors import Fault, Faults
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import delete_rows, replace_record
from cellarhand.settings.meta_data import keep_hidden
from cellarhand.store.conditions import Among, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import ReadUnit, WriteUnit
from cellarhand.tags.attached import drop_links

MOST_DUPLICATES = 10
MOVED: tuple[Resource, ...] = (ADDRESS, CREDIT_CARD, CLUB_MEMBERSHIP, ORDER, NOTE, GIFT_CARD)
"""What moves with a duplicate, in this order."""
_ONE_DEFAULT = (ADDRESS, CREDIT_CARD)
# As many as a customer may be sent with: with more of them it could not be saved again.
_MOST = {"emails": 20, "phones": 20, "flags": 50}
_CALLED = {"emails": "e-mail addresses", "phones": "phones", "flags": "flags"}


@dataclass(frozen=True, slots=True)
class Side:
    """A customer before a merge, and how many records of each kind belong to it, by the resource's name."""

    customer: Record
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: both sides as they are, and the master as it would be."""

    master: Side
    duplicates: list[Side]
    merged: Record


@dataclass(frozen=True, slots=True)
class _Person:
    """A customer as it is stored, with the hash of its password."""

    record: Record
    password_hash: str | None

    @property
    def id(self) -> str:
        return self.record["id"]


async def preview(unit: ReadUnit, master_id: str, duplicate_ids: Sequence[str]) -> Preview:
    """What merging these would do. Raises what `merge` raises."""
    ids = _checked(master_id, duplicate_ids)
    rows = await unit.rows(CUSTOMER.table, ("body", "password_hash"), (Among("id", ids),))
    people = _people(rows, ids)
    merged = _merged(people[0], people[1:])
    sides = [Side(each.record, await _counts(unit, each.id)) for each in people]
    return Preview(sides[0], sides[1:], merged)


async def _counts(unit: ReadUnit, id: str) -> dict[str, int]:
    where = equal("customer_id", id)
    return {each.name: await unit.count(each.table, where) for each in MOVED}


async def merge(
    store: Store,
    actor: Actor,
    master_id: str,
    duplicate_ids: Sequence[str],
    seen: Mapping[str, str] | None = None,
) -> None:
    """Merge the duplicates into the master.

    E5 for a choice that makes no sense, E15 when one of them is not there, E6 when the master would have more
    of something than a customer can. With `seen`, the `updatedAt` of each that the caller looked at, nothing
    is done when one was changed since: 409.
    """
    ids = _checked(master_id, duplicate_ids)

    async def job(unit: WriteUnit) -> None:
        # Whoever writes something of a customer locks it first: nothing comes in between, or it came before.
        rows = await unit.lock_rows(CUSTOMER.table, ("body", "password_hash"), (Among("id", ids),))
        people = _people(rows, ids)
        if seen is not None and any(seen.get(each.id) != each.record["updatedAt"] for each in people):
            raise errors.changed_since()
        await _merge(unit, actor, people[0], people[1:])

    await store.write(actor.tenant_id, job, alone=True)


def _checked(master_id: str, duplicate_ids: Sequence[str]) -> tuple[str, ...]:
    """The ids of all, the master's first."""
    duplicates = tuple(dict.fromkeys(duplicate_ids))
    if not duplicates:
        raise errors.invalid(Fault("duplicates", errors.REQUIRED))
    if len(duplicates) > MOST_DUPLICATES:
        raise errors.invalid(Fault("duplicates", f"must have at most {MOST_DUPLICATES} elements"))
    if master_id in duplicates:
        raise errors.invalid(Fault("duplicates", errors.NOT_ALLOWED))
    return (master_id, *duplicates)


def _people(rows: Sequence[Sequence[Any]], ids: Sequence[str]) -> list[_Person]:
    found = {person.id: person for person in (_Person(decode(row[0]), row[1]) for row in rows)}
    if len(found) < len(ids):
        raise errors.not_found(CUSTOMER.thing)
    return [found[id] for id in ids]


def _merged(master: _Person, duplicates: Sequence[_Person]) -> Record:
    """The master as it will be, but for what follows from what moves. Pure; E6 where that is too much."""
    records = [master.record, *(each.record for each in duplicates)]
    merged: Record = {**master.record}
    for member, key in (("emails", "email"), ("phones", "phone"), ("flags", "content")):
        merged[member] = _joined([each[member] for each in records], key)
        if len(merged[member]) > max(_MOST[member], len(master.record[member])):
            raise errors.forbidden_by_state(
                f"The merged customer would have {len(merged[member])} {_CALLED[member]},"
                f" and {_MOST[member]} are the most"
            )
    if any(each["emailMarketingStatus"] == "Unsubscribed" for each in records):
        merged["emailMarketingStatus"] = "Unsubscribed"
    seeds = [each["orderInformation"]["lifetimeValueSeedAmount"] for each in records]
    merged["orderInformation"] = {**master.record["orderInformation"], "lifetimeValueSeedAmount": sum(seeds)}
    merged["hasAccount"] = any(each["hasAccount"] for each in records)
    return merged


def _joined(lists: Sequence[list[Record]], key: str) -> list[Record]:
    """The elements of all, the master's first; one that says the same as an earlier one is left out. Pure."""
    found: dict[str, Record] = {}
    for element in (element for elements in lists for element in elements):
        found.setdefault(email_key(element[key]), element)
    return list(found.values())


def _password(master: _Person, duplicates: Sequence[_Person]) -> str | None:
    """The master's, else that of the first duplicate that has one."""
    hashes = (each.password_hash for each in (master, *duplicates))
    return next((each for each in hashes if each is not None), None)


async def _merge(unit: WriteUnit, actor: Actor, master: _Person, duplicates: Sequence[_Person]) -> None:
    merged = _merged(master, duplicates)
    for each in duplicates:
        await _take_out(unit, actor, each.record)
    # Their addresses are free now, and the master takes them.
    hidden = {"password_hash": _password(master, duplicates)}
    await replace_record(unit, CUSTOMER, master.record, merged, hidden)
    moved: list[tuple[Resource, Record]] = []
    for each in duplicates:
        moved += await _move_all(unit, actor, each.record, merged)
        await move_points(unit, each.id, master.id)
        await move_page(unit, each.id, master.id)
        await show_merged_customer(unit, actor, each.id, master.id)
    await keep_company(unit, master.id)
    await _tell(unit, actor, master.record, merged, duplicates)
    await refresh_customer(unit, actor, master.id, touched=True, anew=True)
    for resource, record in moved:
        # As it shows when all is done.
        await emit(unit, resource, "Update", record, actor)
    for each in duplicates:
        await emit(unit, CUSTOMER, "Delete", each.record, actor)


async def _take_out(unit: WriteUnit, actor: Actor, duplicate: Record) -> None:
    """Delete a duplicate; what belongs to it stays to be moved."""
    draft = Draft(CUSTOMER, unit, actor, clock.now(), {}, Faults(), duplicate)
    await keep_hidden(draft)
    await delete_rows(unit, CUSTOMER, duplicate)
    await drop_links(draft)
    await forget_rank(unit, duplicate["id"])
    for row in await unit.rows(ADDRESS.table, ("body",), equal("customer_id", duplicate["id"])):
        await drop_company(unit, decode(row[0]))
    draft.stored = _left(duplicate)
    await into_trash(draft)


def _left(duplicate: Record) -> Record:
    """A duplicate without the amount that moved: the master keeps it when it is restored. Pure."""
    information: Record = {**duplicate["orderInformation"], "lifetimeValueSeedAmount": 0}
    return {**duplicate, "orderInformation": information}


async def _move_all(
    unit: WriteUnit, actor: Actor, duplicate: Record, master: Record
) -> list[tuple[Resource, Record]]:
    """Move what belongs to a duplicate; what was moved, as it is stored now."""
    moved: list[tuple[Resource, Record]] = []
    for resource in MOVED:
        keeps_default = resource not in _ONE_DEFAULT or not await _has_default(unit, resource, master["id"])
        for row in await unit.lock_rows(resource.table, ("body",), equal("customer_id", duplicate["id"])):
            record = await _move(unit, resource, decode(row[0]), master["id"], keeps_default=keeps_default)
            await _tell_moved(unit, actor, resource, record, duplicate, master)
            moved.append((resource, record))
    return moved


async def _has_default(unit: ReadUnit, resource: Resource, customer_id: str) -> bool:
    where = (*equal("customer_id", customer_id), *equal("is_default", 1))
    return await unit.row(resource.table, ("id",), where) is not None


async def _move(
    unit: WriteUnit, resource: Resource, stored: Record, master_id: str, *, keeps_default: bool
) -> Record:
    """One record, told to be the master's; the master's own default stays the only one."""
    record: Record = {**stored, "customerId": master_id, "updatedAt": clock.to_wire(clock.now())}
    if resource in (ORDER, GIFT_CARD):
        record["customer"] = mark_of(master_id)
    if resource in _ONE_DEFAULT and not keeps_default:
        record["isDefault"] = False
    await replace_record(unit, resource, stored, record)
    return record


async def _tell_moved(
    unit: WriteUnit, actor: Actor, resource: Resource, record: Record, duplicate: Record, master: Record
) -> None:
    told = ((("customer",), name_of(duplicate), name_of(master)),)
    title, owner = title_of(resource, record), owner_of(resource, record)
    await write_down(unit, actor, Happening(resource.name, record["id"], title, "Moved", told, owner))


async def _tell(
    unit: WriteUnit, actor: Actor, before: Record, merged: Record, duplicates: Sequence[_Person]
) -> None:
    """The duplicates are told of on the master's page from now on, as all that happened to them before."""
    title = title_of(CUSTOMER, merged)
    for each in duplicates:
        into = ((("customer",), None, title),)
        gone = Happening(
            CUSTOMER.name, each.id, title_of(CUSTOMER, each.record), "Merged", into, merged["id"]
        )
        await write_down(unit, actor, gone)
    found = changes(before, merged)
    if not before["hasAccount"] and merged["hasAccount"]:
        found = [*found, (("password",),)]
    taken = Happening(CUSTOMER.name, merged["id"], title, "Duplicates merged in", found)
    await write_down(unit, actor, taken)
