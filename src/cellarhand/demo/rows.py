"""From the demo's bodies to the records that the API would have stored, many at a time.

What one record's write does is said in `record.writing` and in the resources; here the same is done without
checks, which made-up people need not pass, and without events. A test holds the two together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from cellarhand import clock
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.copies import IN_PLACE
from cellarhand.clubs.course import SPAN, course
from cellarhand.customers.address import ADDRESS, COMPANY_PART
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.derived import Part, memberships_part, orders_part, put_together
from cellarhand.customers.note import NOTE
from cellarhand.customers.order_information import (
    MOST_PURCHASES,
    counted_newest_first,
    facts_of,
    purchases,
)
from cellarhand.demo.people import LAST_MOMENT, Household
from cellarhand.demo.shop import Shop
from cellarhand.ids import new_id
from cellarhand.orders.links import ORDER_PRODUCT, products_of
from cellarhand.orders.order import ORDER
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Resource
from cellarhand.record.search import terms
from cellarhand.record.validate import Record
from cellarhand.record.writing import add_terms, insert_record
from cellarhand.settings.time_zone import month_begins
from cellarhand.store.conditions import Value
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What records show of others: TagRefs, titles and types of clubs, `wine` of products; and the zone."""

    tags: Mapping[str, Record]
    titles: Mapping[str, str]
    club_types: Mapping[str, str]
    wines: Mapping[str, Record]
    zone: ZoneInfo

    @staticmethod
    def of(tags: Mapping[str, Record], shop: Shop | None, zone: str) -> "Known":
        titles = {club["id"]: club["title"] for club in shop.clubs} if shop else {}
        club_types = {club["id"]: club["type"] for club in shop.clubs} if shop else {}
        wines = {product["id"]: product["wine"] for product in shop.wines} if shop else {}
        return Known(tags, titles, club_types, wines, ZoneInfo(zone))


async def write_households(unit: WriteUnit, households: Sequence[Household], known: Known) -> None:
    """Store these customers and all that belongs to them."""
    for household in households:
        await _write_customer(unit, household, known)
        owner = {"customerId": household.customer["id"]}
        for body in household.addresses:
            await insert_record(unit, ADDRESS, _blank(ADDRESS) | body | owner)
        for body in household.cards:
            await insert_record(unit, CREDIT_CARD, _blank(CREDIT_CARD) | body | owner)
        for body in household.memberships:
            await _write_membership(unit, body, known)
        for order in household.orders:
            await write_order(unit, order)
        for body in household.notes:
            await insert_record(unit, NOTE, _blank(NOTE) | body)


async def _write_membership(unit: WriteUnit, body: Record, known: Known) -> None:
    record = assemble(
        CLUB_MEMBERSHIP.read_shape, {**body, "clubType": known.club_types[body["clubId"]]}, None
    )
    record |= dict.fromkeys(("status", "customer", "club"), IN_PLACE)
    for hold in record["onHolds"]:
        hold["createdAt"] = hold["updatedAt"] = hold["startDate"]
    await insert_record(unit, CLUB_MEMBERSHIP, record)
    if record["onHolds"]:
        rows = [(record["id"], *span) for span in course(record)]
        await unit.insert_many(SPAN, ("membership_id", "status", "begins_at", "ends_at"), rows)


async def write_order(unit: WriteUnit, order: Record) -> None:
    """Store one order with what it is found by."""
    await insert_record(unit, ORDER, order)
    rows = [(product_id, order["id"]) for product_id in products_of(order["items"])]
    await unit.insert_many(ORDER_PRODUCT, ("product_id", "order_id"), rows)
    for tag in order["tags"]:
        await _carry(unit, tag["id"], order["id"], order["orderSubmittedDate"])


async def _carry(unit: WriteUnit, tag_id: str, object_id: str, since: str) -> None:
    at = clock.from_wire(since)
    row = {"id": new_id(), "tag_id": tag_id, "object_id": object_id, "created_at": at}
    await unit.insert(TAG_X_OBJECT, row)


@cache
def _blank(resource: Resource) -> Record:
    """A record without anything sent: every member in wire order. What is put on it keeps that order."""
    # The id is given, so that none is drawn: the next one must not depend on who was first to ask.
    return assemble(resource.read_shape, {"id": ""}, None)


async def _write_customer(unit: WriteUnit, household: Household, known: Known) -> None:
    body, blank = household.customer, _blank(CUSTOMER)
    carried = [known.tags[tag_id] for tag_id in household.tag_ids]
    customer: Record = blank | body
    customer |= {
        "orderInformation": blank["orderInformation"] | body["orderInformation"],
        "emails": [{**email, "status": "Ok"} for email in body["emails"]],
        "tags": carried,
        "groups": carried,
    }
    customer |= put_together(customer, _parts(household, customer, known))
    default = next((each for each in household.addresses if each.get("isDefault")), None)
    company = default.get("company") if default else None
    await insert_record(unit, CUSTOMER, customer, {"company": company})
    await add_terms(unit, CUSTOMER.name, body["id"], terms([company]), COMPANY_PART)
    for tag_id in household.tag_ids:
        await _carry(unit, tag_id, body["id"], body["createdAt"])


def _parts(household: Household, customer: Record, known: Known) -> list[Part]:
    """What orders and memberships add to the customer, by the functions that a write of theirs uses."""
    memberships = [_BLANK_MEMBERSHIP | each for each in household.memberships]
    expiries = {
        card["id"]: month_begins(card["expiryYr"], card["expiryMo"] + 1, known.zone)
        for card in household.cards
    }
    facts = [facts_of(order) for order in household.orders]
    by_id = {order["id"]: order for order in household.orders}
    counted = counted_newest_first(facts)
    bought = purchases([by_id[each.id] for each in counted], known.wines)[:MOST_PURCHASES]
    return [
        orders_part(customer, facts, counted, bought, known.zone),
        memberships_part(memberships, known.titles, expiries, LAST_MOMENT),
    ]


_BLANK_MEMBERSHIP = {"cancelDate": None}
