"""From the demo's bodies to the rows that the API would have stored, many at a time. Building is pure.

What one record's write does is said in `record.writing` and in the resources; here the same is done in
bulk, without events. A test holds the two together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter

from cellarhand import clock
from cellarhand.customers.address import ADDRESS, COMPANY_PART
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.note import NOTE
from cellarhand.demo.people import Household
from cellarhand.ids import new_id
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Resource, WordSearch
from cellarhand.record.search import terms
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
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


def chunk_of(households: Sequence[Household], tags: Mapping[str, Record]) -> Chunk:
    """The rows of these customers and all that belongs to them; `tags` are the TagRefs by id."""
    chunk = Chunk()
    for household in households:
        _put_customer(chunk, household, tags)
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
    return chunk


@cache
def _blank(resource: Resource) -> Record:
    """A record without anything sent: every member in wire order. What is put on it keeps that order."""
    # The id is given, so that none is drawn: the next one must not depend on who was first to ask.
    return assemble(resource.read_shape, {"id": ""}, None)


def _put_customer(chunk: Chunk, household: Household, tags: Mapping[str, Record]) -> None:
    body, blank = household.customer, _blank(CUSTOMER)
    carried = [tags[tag_id] for tag_id in household.tag_ids]
    computed: Record = {
        "orderInformation": blank["orderInformation"] | body["orderInformation"],
        "emails": [{**email, "status": "Ok"} for email in body["emails"]],
        "lastActivityDate": body["createdAt"],
        "tags": carried,
        "groups": carried,
    }
    default = next((each for each in household.addresses if each.get("isDefault")), None)
    company = default.get("company") if default else None
    chunk.put_record(CUSTOMER, blank | body | computed, {"company": company})
    joined = clock.from_wire(body["createdAt"])
    for tag_id in household.tag_ids:
        row = (new_id(), tag_id, body["id"], joined)
        chunk.put(TAG_X_OBJECT, ("id", "tag_id", "object_id", "created_at"), row)


async def write_chunk(unit: WriteUnit, chunk: Chunk) -> None:
    """Insert the rows, each table's in the order of its key: neighbours meet on the same pages."""
    for table, rows in chunk.rows.items():
        columns = chunk.columns[table]
        rows.sort(key=itemgetter(*(columns.index(name) for name in table.key)))
        await unit.insert_many(table, columns, rows)
    for name, count in chunk.counts.items():
        await unit.count_up(name, count)
