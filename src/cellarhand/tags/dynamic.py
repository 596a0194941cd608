"""Putting dynamic tags on the records that answer to them, in the unit of the change (TAG-3)."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypedDict

import msgspec

from cellarhand import clock
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.settings.time_zone import date_of, zone_of
from cellarhand.store.conditions import Among, Where, equal
from cellarhand.store.unit import ReadUnit, Row
from cellarhand.tags.attached import TAGGED_AS
from cellarhand.tags.rules import Facts, Rule, facts_of_customer, facts_of_order
from cellarhand.tags.tag import TAG, tag_ref


class _Line(TypedDict):
    sku: str | None
    quantity: int


class _Lines(TypedDict):
    items: list[_Line]


# Of long texts only what is looked at is built.
_lines = msgspec.json.Decoder(_Lines).decode


async def settle_dynamic_tags(draft: Draft) -> None:
    """The last step that settles a record: what is looked at is what will be stored."""
    if draft.stored is not None and draft.record == draft.stored and not draft.touched:
        return
    await put_dynamic_tags(draft.unit, TAGGED_AS[draft.resource.name], [draft.record])


async def put_dynamic_tags(unit: ReadUnit, object_type: str, records: Sequence[Record]) -> None:
    """Change the dynamic tags in these records to those that they answer to now."""
    rows = await _dynamic(unit, object_type)
    if rows:
        await apply(unit, object_type, [decode(row[0]) for row in rows], records)


async def has_dynamic_tags(unit: ReadUnit, object_type: str) -> bool:
    """Whether records of that type may have to be looked at whole, for the tags that they answer to."""
    return bool(await _dynamic(unit, object_type))


async def _dynamic(unit: ReadUnit, object_type: str) -> Sequence[Row]:
    return await unit.seldom_changed(TAG.table, ("body",), _of(object_type))


@cache
def _of(object_type: str) -> Where:
    """Asked for each record that is written, in the same words each time."""
    return (*equal("object_type", object_type), *equal("type", "Dynamic"))


async def apply(
    unit: ReadUnit, object_type: str, tags: Sequence[Record], records: Sequence[Record]
) -> list[Record]:
    """Put each of these dynamic tags on the records that answer to it, off the others; the changed ones."""
    rules = {tag["id"]: Rule.of(tag) for tag in tags}
    facts = await _facts(unit, object_type, list(rules.values()), records)
    changed: list[Record] = []
    for record in records:
        meeting = {id for id, rule in rules.items() if rule.meets(facts[record["id"]])}
        carried = {tag["id"] for tag in record["tags"] if tag["id"] in rules}
        if meeting != carried:
            kept = [tag for tag in record["tags"] if tag["id"] not in rules or tag["id"] in meeting]
            new = sorted(
                (tag_ref(tag) for tag in tags if tag["id"] in meeting - carried),
                key=lambda ref: (ref["createdAt"], ref["id"]),
            )
            record["tags"] = [*kept, *new]
            if "groups" in record:
                record["groups"] = record["tags"]
            changed.append(record)
    return changed


async def _facts(
    unit: ReadUnit, object_type: str, rules: Sequence[Rule], records: Sequence[Record]
) -> Mapping[str, Facts]:
    """What the records say of all subjects, by their ids; what costs a look-up only where a rule asks."""
    if object_type == "Order":
        return {order["id"]: facts_of_order(order) for order in records}
    asked = frozenset[str]().union(*(rule.skus for rule in rules))
    bought: Mapping[str, frozenset[str]] = await _bought(unit, asked, records) if asked else {}
    days: dict[str, str] = {}
    if any("Last Order Date" in rule.subjects for rule in rules):
        zone = await zone_of(unit)
        for customer in records:
            last = clock.from_wire(customer["orderInformation"]["lastOrderDate"] or "")
            if last is not None:
                days[customer["id"]] = date_of(last, zone)
    return {
        each["id"]: facts_of_customer(each, days.get(each["id"]), bought.get(each["id"], frozenset()))
        for each in records
    }


async def _bought(
    unit: ReadUnit, asked: frozenset[str], customers: Sequence[Record]
) -> Mapping[str, frozenset[str]]:
    """Which of these SKUs each customer's counted orders have sold (TAG-2)."""
    # Orders carry tags too, and so their module imports this one.
    from cellarhand.orders.order import ORDER

    ids = tuple(each["id"] for each in customers if each["orderInformation"]["orderCount"])
    found: dict[str, set[str]] = {id: set() for id in ids}
    where = (Among("customer_id", ids), *equal("payment_status", "Paid"))
    rows = await unit.rows(ORDER.table, ("customer_id", "body"), where) if ids else ()
    for customer_id, body in rows:
        order: Any = _lines(body)
        sold = {line["sku"].casefold() for line in order["items"] if line["sku"] and line["quantity"] > 0}
        found[customer_id] |= sold & asked
    return {id: frozenset(skus) for id, skus in found.items()}
