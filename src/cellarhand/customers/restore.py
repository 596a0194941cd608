"""Bringing a deleted customer back from the trash, with what was deleted along (domain CUS-14).

For 30 days, and while nobody else has its e-mail addresses. The password is gone: it is kept nowhere but
beside the customer. Orders never left; they show the customer as it is again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cellarhand import clock
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.copies import IN_PLACE
from cellarhand.clubs.course import keep_spans
from cellarhand.customers.address import ADDRESS, keep_company
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER, email_key, name_of
from cellarhand.customers.derived import derived_members
from cellarhand.customers.note import NOTE
from cellarhand.events.trash import TRASH, of_snapshot
from cellarhand.gift_cards.uses import show_on_cards
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.order import ORDER
from cellarhand.record import errors
from cellarhand.record.activity import tell
from cellarhand.record.actor import Actor
from cellarhand.record.emitting import emit
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record, replace_record
from cellarhand.settings.loyalty import LOYALTY_MARK, loyalty_of
from cellarhand.store.conditions import NEWEST_FIRST, Among, Compare, Value, Where, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import DELETED_ID, UNIQUE_KEY
from cellarhand.store.unit import ReadUnit, WriteUnit
from cellarhand.tags.attached import TAGGED_AS, keep_links, tags_by_id
from cellarhand.tags.dynamic import put_dynamic_tags
from cellarhand.tags.tag import tag_ref

DAYS = 30
_Hidden = Mapping[str, Value]
_Belonging = tuple[Resource, Record, _Hidden]
_BELONGINGS: tuple[Resource, ...] = (ADDRESS, CREDIT_CARD, NOTE, CLUB_MEMBERSHIP)


@dataclass(frozen=True, slots=True)
class Deleted:
    """A customer in the trash; `taken` are those of its e-mail addresses that somebody else has now."""

    id: str
    name: str
    emails: list[str]
    deleted_at: int
    deleted_by: str | None
    taken: list[str]


def _object_of(resource: Resource) -> str:
    return resource.event or resource.thing


def _in_trash() -> Where:
    young = Compare("created_at", ">=", clock.now() - DAYS * clock.DAY_MS)
    return (*equal("object_type", _object_of(CUSTOMER)), young)


async def deleted_customers(unit: ReadUnit, limit: int) -> list[Deleted]:
    """The customers that were deleted in the last 30 days, the newest first."""
    names = ("created_at", "body", "snapshot")
    rows = await unit.rows(TRASH.table, names, _in_trash(), NEWEST_FIRST, limit)
    found = [(row[0], decode(row[1]), of_snapshot(row[2])[0]) for row in rows if row[2] is not None]
    taken = await _taken(unit, [customer for _, _, customer in found])
    return [
        Deleted(
            customer["id"],
            name_of(customer),
            emails := [each["email"] for each in customer["emails"]],
            at,
            row["deletedBy"],
            [email for email in emails if email_key(email) in taken],
        )
        for at, row, customer in found
    ]


async def _taken(unit: ReadUnit, customers: Sequence[Record]) -> set[str]:
    """Which of their addresses belong to customers who are there."""
    keys = sorted({email_key(each["email"]) for customer in customers for each in customer["emails"]})
    where = (*equal("kind", "customer.email"), Among("value", tuple(keys)))
    return {row[0] for row in await unit.rows(UNIQUE_KEY, ("value",), where)}


async def restore_customer(store: Store, actor: Actor, customer_id: str) -> None:
    """Bring a customer back. E15 when it is not in the trash, or too long; E6 when an address is taken."""

    async def job(unit: WriteUnit) -> None:
        where = (*equal("object_id", customer_id), *_in_trash())
        row = await unit.lock(TRASH.table, ("created_at", "snapshot"), where)
        if row is None or row[1] is None:
            raise errors.not_found(CUSTOMER.thing)
        customer, hidden = of_snapshot(row[1])
        taken = await _taken(unit, [customer])
        lost = [each["email"] for each in customer["emails"] if email_key(each["email"]) in taken]
        if lost:
            raise errors.forbidden_by_state(f"Another customer has {', '.join(lost)} now")
        await _restore(unit, actor, customer, hidden, await _belongings(unit, customer_id, row[0]))

    # Alone: what comes back refers to tags, clubs and orders that stay as they are read.
    await store.write(actor.tenant_id, job, alone=True)


async def _belongings(unit: ReadUnit, customer_id: str, deleted_at: int) -> list[_Belonging]:
    """What went with the customer: deleted at the same moment, and naming it."""
    resources = {_object_of(each): each for each in _BELONGINGS}
    where = (*equal("created_at", deleted_at), Among("object_type", tuple(resources)))
    rows = await unit.rows(TRASH.table, ("object_type", "snapshot"), where)
    found = [(resources[row[0]], *of_snapshot(row[1])) for row in rows if row[1] is not None]
    own = [each for each in found if each[1]["customerId"] == customer_id]
    return sorted(own, key=lambda each: (_BELONGINGS.index(each[0]), each[1]["createdAt"], each[1]["id"]))


async def _restore(
    unit: WriteUnit, actor: Actor, customer: Record, hidden: _Hidden, belongings: Sequence[_Belonging]
) -> None:
    moment = clock.to_wire(clock.now())
    back: list[tuple[Resource, Record]] = []
    for resource, record, beside in belongings:
        if resource is CLUB_MEMBERSHIP and not await _fits_again(unit, record):
            continue
        await _put_back(unit, actor, resource, {**record, "updatedAt": moment}, beside)
        back.append((resource, {**record, "updatedAt": moment}))
    loyalty = LOYALTY_MARK if (await loyalty_of(unit)).is_on else None
    renewed: Record = {**customer, "updatedAt": moment, "hasAccount": False, "loyalty": loyalty}
    await _show_tags(unit, CUSTOMER, renewed)
    await _show_in_orders(unit, customer["id"])
    await show_on_cards(unit, customer["id"])
    renewed |= (await derived_members(unit, [renewed], {}))[customer["id"]]
    await put_dynamic_tags(unit, "Customer", [renewed])
    await _put_back(unit, actor, CUSTOMER, renewed, hidden)
    await keep_company(unit, customer["id"])
    await _out_of_trash(unit, [customer["id"], *(record["id"] for _, record in back)])
    for resource, record in ((CUSTOMER, renewed), *back):
        await emit(unit, resource, "Create", record, actor)


async def _fits_again(unit: WriteUnit, membership: Record) -> bool:
    """Make a cancelled membership what it was stored as; False when its club is gone meanwhile."""
    membership["customer"] = IN_PLACE
    await _show_tags(unit, CLUB_MEMBERSHIP, membership)
    where = equal("id", membership["clubId"])
    return membership["club"] != IN_PLACE or await unit.row(CLUB.table, ("id",), where) is not None


async def _show_tags(unit: WriteUnit, resource: Resource, record: Record) -> None:
    """The tags as they are called now, without those that are gone."""
    known = await tags_by_id(unit, TAGGED_AS[resource.name], [tag["id"] for tag in record["tags"]])
    record["tags"] = [tag_ref(known[tag["id"]]) for tag in record["tags"] if tag["id"] in known]
    if "groups" in record:
        record["groups"] = record["tags"]


async def _put_back(
    unit: WriteUnit, actor: Actor, resource: Resource, record: Record, hidden: _Hidden
) -> None:
    await unit.delete(DELETED_ID, (*equal("kind", resource.name), *equal("object_id", record["id"])))
    await insert_record(unit, resource, record, hidden)
    draft = Draft(resource, unit, actor, clock.now(), {}, Faults(), record=record)
    if resource.name in TAGGED_AS:
        await keep_links(draft)
    if resource is CLUB_MEMBERSHIP:
        await keep_spans(unit, record)
    await tell(draft, "Restored")


async def _show_in_orders(unit: WriteUnit, customer_id: str) -> None:
    """Orders held the last copy of the customer, and show it as it is again."""
    for row in await unit.lock_rows(ORDER.table, ("body",), equal("customer_id", customer_id)):
        order = decode(row[0])
        await replace_record(unit, ORDER, order, {**order, "customer": mark_of(customer_id)})


async def _out_of_trash(unit: WriteUnit, ids: Iterable[str]) -> None:
    gone = await unit.delete(TRASH.table, (Among("object_id", tuple(ids)),))
    await unit.count_up(TRASH.name, -gone)
