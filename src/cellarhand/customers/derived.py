"""What a customer shows of other records, brought in step with them (reference B3, domain GEN-6).

Each kind of records gives a part. All of it follows from records alone and can be computed anew at any time.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cellarhand import clock
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.copies import IN_PLACE
from cellarhand.customers.added_orders import Shown, with_orders
from cellarhand.customers.club_information import clubs_of, marked_standing, moves, notifications_of
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.order_information import (
    OrderFacts,
    counted_newest_first,
    facts_of,
    last_ordered,
    order_information,
    pickup_notifications,
    shown_of,
)
from cellarhand.customers.purchases import purchases_of, shown_wines, wines_in, wines_of
from cellarhand.orders.order import ORDER
from cellarhand.record.actor import Actor
from cellarhand.record.emitting import emit
from cellarhand.record.errors import Faults
from cellarhand.record.parts import opened, value_of
from cellarhand.record.reading import present
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode, encode, marked
from cellarhand.record.validate import Record
from cellarhand.settings.time_zone import UTC, month_begins, year_of, zone_of
from cellarhand.store.conditions import Among, equal
from cellarhand.store.gathering import in_parts
from cellarhand.store.unit import ReadUnit, WriteUnit
from cellarhand.tags.dynamic import has_dynamic_tags, put_dynamic_tags

# Customers that are brought in step at once: what is held of them should stay in the processor's caches.
_AT_ONCE = 25
# Of a customer to whom orders are added, what is looked at here and in the steps that follow.
_LOOKED_AT = (
    "id",
    "createdAt",
    "updatedAt",
    "lastName",
    "tags",
    "notifications",
    "orderInformation",
    "lastActivityDate",
)


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of records adds to a customer: members, notifications, and when something happened."""

    members: Record = field(default_factory=dict[str, Any])
    order_information: Record = field(default_factory=dict[str, Any])
    notifications: list[Record] = field(default_factory=list[Record])
    activity: list[str] = field(default_factory=list[str])


class _Changed(NamedTuple):
    """A customer whose derived members are to be brought in step."""

    id: str
    # Whether what the customer stands for has changed, even when it shows the same.
    touched: bool = False
    # Whether nothing that the customer shows already may be believed.
    anew: bool = False
    # The new order that is all that has changed: as its columns have it, and what is shown of its lines.
    added: tuple[OrderFacts, Record] | None = None


async def refresh_customer(
    unit: WriteUnit, actor: Actor, customer_id: str, *, touched: bool = False, anew: bool = False
) -> None:
    """Compute the derived members of a customer; an Update when GET shows something else now.

    `touched` when the caller changed what the customer stands for without changing what it shows.
    `anew` when nothing that the customer shows already may be believed.
    """
    await unit.together(_refresh_customers, actor, (_Changed(customer_id, touched, anew),))


async def renew_customers(unit: WriteUnit, actor: Actor, ids: Sequence[str]) -> int:
    """Compute what many customers derive anew, with no event; how many show something else now."""
    shown = 0
    for some in in_parts(ids, _AT_ONCE):
        changed = {id: (_Changed(id, anew=True),) for id in some}
        shown += await _refresh(unit, actor, changed, {}, quiet=True)
        # Others have a turn.
        await asyncio.sleep(0)
    return shown


async def show_new_order(unit: WriteUnit, actor: Actor, order: Record) -> None:
    """Have the customer of a new order show it, with an Update."""
    added = facts_of(order), shown_of(order)
    await unit.together(_refresh_customers, actor, (_Changed(order["customerId"], added=added),))


async def _refresh_customers(unit: WriteUnit, actor: Actor, changed: Sequence[_Changed]) -> None:
    of: dict[str, list[_Changed]] = {}
    for each in changed:
        of.setdefault(each.id, []).append(each)
    wines: dict[str, Record] = {}
    for some in in_parts(sorted(of), _AT_ONCE):
        await _refresh(unit, actor, {id: of[id] for id in some}, wines)
        # Others have a turn.
        await asyncio.sleep(0)


async def _refresh(
    unit: WriteUnit,
    actor: Actor,
    of: Mapping[str, Sequence[_Changed]],
    wines: dict[str, Record],
    *,
    quiet: bool = False,
) -> int:
    """Bring some customers in step, each by all that has changed; how many of them have changed by it.

    `wines` is what is known of products' `wine`, and grows. `quiet` when somebody else tells of them.
    """
    rows = await unit.lock_rows(CUSTOMER.table, ("id", "body"), (Among("id", tuple(of)),))
    texts: dict[str, bytes] = {row[0]: row[1] for row in rows}
    tagged = await has_dynamic_tags(unit, "Customer")
    stored, members = await _with_new_orders(unit, {} if tagged else texts, of, wines)
    whole = {id: decode(texts[id]) for id in texts.keys() - members.keys()}
    if whole:
        members |= await _computed(unit, whole, of, wines)
        stored |= whole
    renewed = {id: {**stored[id], **members[id]} for id in texts}
    if tagged:
        await put_dynamic_tags(unit, "Customer", list(renewed.values()))
    shown = 0
    for id, before in texts.items():
        touched = any(each.touched for each in of[id])
        shown += await _settle(unit, actor, stored[id], before, renewed[id], touched=touched, quiet=quiet)
    return shown


async def _with_new_orders(
    unit: ReadUnit, texts: Mapping[str, bytes], of: Mapping[str, Sequence[_Changed]], wines: dict[str, Record]
) -> tuple[dict[str, Record], dict[str, Record]]:
    """Customers of whom new orders alone tell, as stored, and what they derive where that tells enough."""
    added: dict[str, dict[OrderFacts, Record]] = {}
    stored: dict[str, Record] = {}
    shown: dict[str, Shown] = {}
    for id, text in texts.items():
        orders = [each.added for each in of[id] if each.added is not None]
        if len(orders) < len(of[id]):
            continue
        customer = opened(text, _LOOKED_AT)
        products = Shown.of(customer["products"])
        if products is not None:
            added[id] = dict(orders)
            stored[id], shown[id] = customer, products
    if not added:
        return {}, {}
    # Of many lines those that are shown: of the orders that count, the newest first.
    lines = {id: [of[order] for order in counted_newest_first(of)] for id, of in added.items()}
    for product in wines_in(lines) - wines.keys():
        text = next((each.wines[product] for each in shown.values() if product in each.wines), None)
        if text is not None:
            wines[product] = value_of(text)
    wines.update(await wines_of(unit, lines, wines))
    zone = await zone_of(unit)
    members: dict[str, Record] = {}
    for id, customer in stored.items():
        found = with_orders(customer, shown[id], added[id], wines, lambda at: year_of(at, zone))
        if found is not None:
            members[id] = found
    return stored, members


async def _computed(
    unit: ReadUnit,
    customers: Mapping[str, Record],
    of: Mapping[str, Sequence[_Changed]],
    wines: Mapping[str, Record],
) -> dict[str, Record]:
    """The derived members of customers, from all that they follow from."""
    if any(each.anew for id in customers for each in of[id]):
        return await derived_members(unit, list(customers.values()), {})
    known = dict(wines)
    for customer in customers.values():
        known |= shown_wines(customer)
    return await derived_members(unit, list(customers.values()), known)


async def _settle(
    unit: WriteUnit,
    actor: Actor,
    stored: Record,
    before: bytes,
    after: Record,
    *,
    touched: bool,
    quiet: bool,
) -> bool:
    """Store what a customer shows of others now; whether that is a change. `before` is its text until now."""
    # Whose members are others, and none moves with the clock, shows something else: no text need tell that.
    if (not touched or actor.keeps_dates) and (after == stored or moves(stored) or moves(after)):
        text = encode(after)
        if text == before:
            return False
        if (marked(text) or marked(before)) and (
            await present(CUSTOMER, unit, [text]) == await present(CUSTOMER, unit, [before])
        ):
            # What will show later, or shows already because time has passed: no change of the customer.
            await _keep(unit, actor, stored, after, text)
            return False
    if not actor.keeps_dates:
        after["updatedAt"] = clock.to_wire(clock.now())
    text = encode(after)
    await _keep(unit, actor, stored, after, text)
    if not quiet:
        await emit(unit, CUSTOMER, "Update", after, actor, text=text)
    return True


async def _keep(unit: WriteUnit, actor: Actor, stored: Record, after: Record, text: bytes) -> None:
    """Store a customer of which derived members alone changed: no unique value or term follows from them."""
    values = {**CUSTOMER.changed_columns(stored, after), "body": text.decode()}
    await unit.update(CUSTOMER.table, equal("id", after["id"]), values)
    draft = Draft(CUSTOMER, unit, actor, clock.now(), {}, Faults(), stored, after)
    for step in CUSTOMER.follow:
        await step(draft)


async def derived_members(
    unit: ReadUnit, customers: Sequence[Record], known_wines: Mapping[str, Record]
) -> dict[str, Record]:
    """What the derived members of these customers have to be, by the customer's id."""
    parts = [await _of_orders(unit, customers, known_wines), await _of_memberships(unit, customers)]
    return {each["id"]: put_together(each, [part[each["id"]] for part in parts]) for each in customers}


def put_together(customer: Record, parts: list[Part]) -> Record:
    """The derived members of a customer. Pure."""
    members: Record = {}
    information: Record = dict(customer["orderInformation"])
    notifications: list[Record] = []
    activity = [customer["createdAt"], customer["loginActivity"]["lastLoginAt"] or ""]
    for part in parts:
        members |= part.members
        information |= part.order_information
        notifications += part.notifications
        activity += part.activity
    return {
        **members,
        "orderInformation": information,
        "notifications": notifications,
        "lastActivityDate": max(activity),
    }


async def order_facts(unit: ReadUnit, customer_ids: Iterable[str]) -> dict[str, list[OrderFacts]]:
    """What of their orders enters these customers, by customer; read from columns, not from the texts."""
    found: dict[str, list[OrderFacts]] = {id: [] for id in customer_ids}
    where = (Among("customer_id", tuple(found)),)
    for row in await unit.rows(ORDER.table, ("customer_id", *OrderFacts._fields), where):
        found[row[0]].append(OrderFacts(*row[1:]))
    return found


async def _of_orders(
    unit: ReadUnit, customers: Sequence[Record], known_wines: Mapping[str, Record]
) -> dict[str, Part]:
    facts = await order_facts(unit, [each["id"] for each in customers])
    if not any(facts.values()):
        return {each["id"]: orders_part(each, [], [], [], UTC) for each in customers}
    counted = {id: counted_newest_first(orders) for id, orders in facts.items()}
    bought, zone = await purchases_of(unit, counted, known_wines), await zone_of(unit)
    return {
        each["id"]: orders_part(each, facts[each["id"]], counted[each["id"]], bought[each["id"]], zone)
        for each in customers
    }


def orders_part(
    customer: Record,
    orders: list[OrderFacts],
    counted: list[OrderFacts],
    bought: list[Record],
    zone: ZoneInfo,
) -> Part:
    """What these orders add; `counted` are the counted ones, `bought` their lines, the newest first. Pure."""
    before = customer["orderInformation"]
    return Part(
        members={"products": bought},
        order_information=order_information(before, orders, counted, lambda at: year_of(at, zone)),
        notifications=pickup_notifications(counted),
        activity=[last_ordered(orders)],
    )


async def _of_memberships(unit: ReadUnit, customers: Sequence[Record]) -> dict[str, Part]:
    now = clock.now()
    of: dict[str, list[Record]] = {each["id"]: [] for each in customers}
    for row in await unit.rows(CLUB_MEMBERSHIP.table, ("body",), (Among("customer_id", tuple(of)),)):
        membership = decode(row[0])
        of[membership["customerId"]].append(membership)
    every = [membership for memberships in of.values() for membership in memberships]
    titles, expiries = await _titles(unit, every), await _expiries(unit, every)
    return {id: memberships_part(memberships, titles, expiries, now) for id, memberships in of.items()}


def memberships_part(
    memberships: list[Record], titles: Mapping[str, str], expiries: Mapping[str, int], now: int
) -> Part:
    """What these memberships add, given the titles of clubs and when cards expire. Pure."""
    clubs = clubs_of(memberships, titles)
    return Part(
        members={"clubs": clubs},
        order_information=marked_standing(clubs, now),
        notifications=notifications_of(memberships, expiries, now),
        activity=[each["signupDate"] for each in memberships],
    )


async def _titles(unit: ReadUnit, memberships: list[Record]) -> dict[str, str]:
    """The titles of their clubs; a deleted club's stands in the membership."""
    live = tuple({each["clubId"] for each in memberships if each["club"] == IN_PLACE})
    rows = await unit.rows(CLUB.table, ("body",), (Among("id", live),)) if live else ()
    titles: dict[str, str] = {club["id"]: club["title"] for club in (decode(row[0]) for row in rows)}
    return titles | {
        each["clubId"]: each["club"]["title"] for each in memberships if each["club"] != IN_PLACE
    }


async def _expiries(unit: ReadUnit, memberships: list[Record]) -> dict[str, int]:
    """From when on each card that they are paid with is past its expiry month."""
    cards = tuple({each["customerCreditCardId"] for each in memberships} - {None})
    rows = await unit.rows(CREDIT_CARD.table, ("body",), (Among("id", cards),)) if cards else ()
    if not rows:
        return {}
    zone = await zone_of(unit)
    found = [decode(row[0]) for row in rows]
    return {
        card["id"]: month_begins(card["expiryYr"], card["expiryMo"] + 1, zone)
        for card in found
        if card["expiryYr"] < 9999
    }
