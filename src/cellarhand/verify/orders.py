"""Orders: the rows that they are found by, the customer that they show, and those that came of them."""

from collections.abc import Iterable, Sequence

from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.links import ORDER_ALLOCATION, ORDER_PRODUCT, allocations_of, products_of
from cellarhand.orders.order import ORDER
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Row, RowsCheck, Stored


def _product_links(order: Record) -> Iterable[Row]:
    return [(product_id, order["id"]) for product_id in products_of(order["items"])]


def _allocation_links(order: Record) -> Iterable[Row]:
    return [(allocation_id, order["id"]) for allocation_id in allocations_of(order["items"])]


async def _without_mark(unit: ReadUnit, orders: Sequence[Record]) -> list[Record]:
    """The orders of customers who are there, but that don't show them as they are."""
    unmarked = [order for order in orders if order["customer"] != mark_of(order["customerId"])]
    ids = tuple(sorted({order["customerId"] for order in unmarked} - {None}))
    rows = await unit.rows(CUSTOMER.table, ("id",), (Among("id", ids),)) if ids else ()
    there = {None, *(row[0] for row in rows)}
    return [order for order in unmarked if order["customerId"] in there]


async def _with_other_customer(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    return [order["id"] for order in await _without_mark(unit, [stored.record for stored in page])]


async def _judge(judging: Judging, id: str) -> list[Difference]:
    order = await judging.locked(ORDER, id)
    if order is None or not await _without_mark(judging.unit, [order]):
        return []
    mark = mark_of(order["customerId"])
    await judging.rewrite(ORDER, {**order, "customer": mark})
    return [judging.found("order-copies", ORDER.name, id, "customer", order["customer"], mark)]


_ENTRY = {"orderId": "id", "orderNumber": "orderNumber", "purchaseType": "purchaseType"}


def _pairs(orders: Iterable[Record]) -> set[tuple[str, str]]:
    """Which orders say that one (the second) came of another."""
    found = {(each["previousOrderId"], each["id"]) for each in orders if each["previousOrderId"]}
    return found | {(each["id"], entry["orderId"]) for each in orders for entry in each["linkedOrders"]}


def _entries(before: Record, after_id: str, after: Record | None) -> tuple[list[Record], list[Record]]:
    """What an order shows of one that came of it: as it is, and as it has to be."""
    stored = [entry for entry in before["linkedOrders"] if entry["orderId"] == after_id]
    if after is None or after["previousOrderId"] != before["id"]:
        return stored, []
    return stored, [{name: after[member] for name, member in _ENTRY.items()}]


async def _with_other_entries(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    pairs = _pairs([stored.record for stored in page])
    ids = tuple(sorted({id for pair in pairs for id in pair}))
    rows = await unit.rows(ORDER.table, ("body",), (Among("id", ids),)) if ids else ()
    orders = {order["id"]: order for order in (decode(row[0]) for row in rows)}
    there = [(before, after) for before, after in sorted(pairs) if before in orders]
    entries = {pair: _entries(orders[pair[0]], pair[1], orders.get(pair[1])) for pair in there}
    return [" ".join(pair) for pair, (stored, wanted) in entries.items() if stored != wanted]


async def _judge_entry(judging: Judging, pair: str) -> list[Difference]:
    before_id, _, after_id = pair.partition(" ")
    before = await judging.locked(ORDER, before_id)
    if before is None:
        return []
    body = await judging.unit.body(ORDER.table, after_id)
    stored, wanted = _entries(before, after_id, decode(body) if body else None)
    if stored == wanted:
        return []
    others = [entry for entry in before["linkedOrders"] if entry["orderId"] != after_id]
    await judging.rewrite(ORDER, {**before, "linkedOrders": [*others, *wanted]})
    return [judging.found("linked-orders", ORDER.name, before_id, "linkedOrders", stored, wanted)]


ORDER_CHECKS: tuple[Check, ...] = (
    RecordCheck("order-copies", "an order shows its customer as it is", ORDER, _with_other_customer, _judge),
    RecordCheck(
        "linked-orders",
        "an order shows those that refund, exchange or convert it",
        ORDER,
        _with_other_entries,
        _judge_entry,
    ),
    RowsCheck(
        "order-products",
        "orders are found by the products of their lines",
        ORDER_PRODUCT,
        ("product_id", "order_id"),
        "order_id",
        {ORDER: _product_links},
    ),
    RowsCheck(
        "order-allocations",
        "orders are found by the allocations of their lines",
        ORDER_ALLOCATION,
        ("allocation_id", "order_id"),
        "order_id",
        {ORDER: _allocation_links},
    ),
)
