"""From the demo's bodies to the rows that the API would have stored, many at a time. Building is pure.

What one record's write does is said in `record.writing` and in the resources; here the same is done in
bulk, without events. A test holds the two together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from cellarhand import clock
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.copies import IN_PLACE
from cellarhand.clubs.course import SPAN, course
from cellarhand.customers.address import ADDRESS, COMPANY_PART
from cellarhand.customers.club_information import clubs_of, marked_standing, notifications_of
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.derived import Part, put_together
from cellarhand.customers.note import NOTE
from cellarhand.customers.order_information import (
    OrderFacts,
    last_ordered,
    order_information,
    pickup_notifications,
    purchases,
)
from cellarhand.demo.people import LAST_MOMENT, Household
from cellarhand.demo.shop import Shop
from cellarhand.ids import new_id
from cellarhand.orders.links import ORDER_PRODUCT, products_of
from cellarhand.orders.order import ORDER
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Resource, WordSearch
from cellarhand.record.search import terms
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
from cellarhand.settings.time_zone import month_begins, year_of
from cellarhand.store.conditions import Value
from cellarhand.store.tables import SEARCH_TERM, UNIQUE_KEY, Table
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT

Row = tuple[Value, ...]


@dataclass(slots=True)
class Chunk:
    """Rows that go into the database together; `columns` names each table's values, `counts` the lists."""

    rows: dict[Table, list[Row]] = field(default_factory=dict[Table, list[Row]])
    columns: dict[Table, tuple[str, ...]] = field(default_factory=dict[Table, tuple[str, ...]])
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def put(self, table: Table, columns: tuple[str, ...], row: Row) -> None:
        self.columns[table] = columns
        self.rows.setdefault(table, []).append(row)

    def put_record(
        self, resource: Resource, record: Record, hidden: Mapping[str, Value] | None = None
    ) -> None:
        """One record with its columns, unique values, search terms and place in the counter."""
        values = {**resource.columns_of(record), "body": encode(record).decode(), **(hidden or {})}
        self.put(resource.table, tuple(values), tuple(values.values()))
        for unique in resource.unique:
            for value, _ in unique.values(record):
                self.put(UNIQUE_KEY, ("kind", "value", "object_id"), (unique.kind, value, record["id"]))
        if isinstance(resource.search, WordSearch):
            self.put_terms(resource, record["id"], resource.search.entries(record), 0)
        self.counts[resource.name] = self.counts.get(resource.name, 0) + 1

    def put_terms(self, resource: Resource, id: str, entries: Iterable[str | None], part: int) -> None:
        for term in terms(entries):
            row = (resource.name, term, id, part)
            self.put(SEARCH_TERM, ("kind", "term", "object_id", "part"), row)


@dataclass(frozen=True, slots=True)
class Known:
    """What customers show of others: TagRefs by id, titles of clubs and `wine` of products, and the zone."""

    tags: Mapping[str, Record]
    titles: Mapping[str, str]
    wines: Mapping[str, Record]
    zone: ZoneInfo

    @staticmethod
    def of(tags: Mapping[str, Record], shop: Shop | None, zone: str) -> "Known":
        titles = {club["id"]: club["title"] for club in shop.clubs} if shop else {}
        wines = {product["id"]: product["wine"] for product in shop.wines} if shop else {}
        return Known(tags, titles, wines, ZoneInfo(zone))


def chunk_of(households: Sequence[Household], known: Known) -> Chunk:
    """The rows of these customers and all that belongs to them."""
    chunk = Chunk()
    for household in households:
        _put_customer(chunk, household, known)
        owner = {"customerId": household.customer["id"]}
        for body in household.addresses:
            address = _blank(ADDRESS) | body | owner
            chunk.put_record(ADDRESS, address)
            if address["isDefault"]:
                chunk.put_terms(CUSTOMER, owner["customerId"], [address["company"]], COMPANY_PART)
        for body in household.cards:
            chunk.put_record(CREDIT_CARD, _blank(CREDIT_CARD) | body | owner)
        for body in household.notes:
            chunk.put_record(NOTE, _blank(NOTE) | body)
        for body in household.memberships:
            _put_membership(chunk, body)
        for order in household.orders:
            put_order(chunk, order)
    return chunk


def _put_membership(chunk: Chunk, body: Record) -> None:
    record = assemble(CLUB_MEMBERSHIP.read_shape, body, None)
    chunk.put_record(CLUB_MEMBERSHIP, record | dict.fromkeys(("status", "customer", "club"), IN_PLACE))
    if record["onHolds"]:
        for span in course(record):
            chunk.put(SPAN, ("membership_id", "status", "begins_at", "ends_at"), (record["id"], *span))


def put_order(chunk: Chunk, order: Record) -> None:
    """One order with what it is found by."""
    chunk.put_record(ORDER, order)
    for product_id, item_id in products_of(order):
        row = (product_id, order["id"], item_id)
        chunk.put(ORDER_PRODUCT, ("product_id", "order_id", "item_id"), row)
    submitted = clock.from_wire(order["orderSubmittedDate"])
    for tag in order["tags"]:
        row = (new_id(), tag["id"], order["id"], submitted)
        chunk.put(TAG_X_OBJECT, ("id", "tag_id", "object_id", "created_at"), row)


@cache
def _blank(resource: Resource) -> Record:
    """A record without anything sent: every member in wire order. What is put on it keeps that order."""
    # The id is given, so that none is drawn: the next one must not depend on who was first to ask.
    return assemble(resource.read_shape, {"id": ""}, None)


def _put_customer(chunk: Chunk, household: Household, known: Known) -> None:
    body, blank = household.customer, _blank(CUSTOMER)
    carried = [known.tags[tag_id] for tag_id in household.tag_ids]
    computed: Record = {
        "orderInformation": blank["orderInformation"] | body["orderInformation"],
        "emails": [{**email, "status": "Ok"} for email in body["emails"]],
        "tags": carried,
        "groups": carried,
    }
    computed |= put_together(blank | body | computed, _parts(household, known))
    default = next((each for each in household.addresses if each.get("isDefault")), None)
    company = default.get("company") if default else None
    chunk.put_record(CUSTOMER, blank | body | computed, {"company": company})
    joined = clock.from_wire(body["createdAt"])
    for tag_id in household.tag_ids:
        row = (new_id(), tag_id, body["id"], joined)
        chunk.put(TAG_X_OBJECT, ("id", "tag_id", "object_id", "created_at"), row)


def _parts(household: Household, known: Known) -> list[Part]:
    """What orders and memberships add to the customer, as `customers.derived` finds it."""
    memberships = [_BLANK_MEMBERSHIP | each for each in household.memberships]
    clubs = clubs_of(memberships, known.titles)
    expiries = {
        card["id"]: month_begins(card["expiryYr"], card["expiryMo"] + 1, known.zone)
        for card in household.cards
    }
    facts = [_facts(order) for order in household.orders]
    information = _blank(CUSTOMER)["orderInformation"] | household.customer["orderInformation"]
    return [
        Part(
            members={"clubs": clubs},
            order_information=marked_standing(clubs, LAST_MOMENT),
            notifications=notifications_of(memberships, expiries, LAST_MOMENT),
            activity=[each["signupDate"] for each in memberships],
        ),
        Part(
            members={"products": purchases(reversed(household.orders), known.wines)},
            order_information=order_information(information, facts, lambda at: year_of(at, known.zone)),
            notifications=pickup_notifications(facts),
            activity=[last_ordered(facts)],
        ),
    ]


_BLANK_MEMBERSHIP = {"cancelDate": None, "onHolds": []}


def _facts(order: Record) -> OrderFacts:
    columns = ORDER.columns_of(order)
    return OrderFacts(*(columns[name] for name in OrderFacts._fields))  # type: ignore[arg-type]


async def write_chunk(unit: WriteUnit, chunk: Chunk) -> None:
    """Insert the rows, each table's in the order of its key: neighbours meet on the same pages."""
    for table, rows in chunk.rows.items():
        columns = chunk.columns[table]
        rows.sort(key=itemgetter(*(columns.index(name) for name in table.key)))
        await unit.insert_many(table, columns, rows)
    for name, count in chunk.counts.items():
        await unit.count_up(name, count)
