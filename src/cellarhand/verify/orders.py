"""Orders: the rows that they are found by, and the customer that they show."""

from collections.abc import Iterable, Sequence

from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.links import ORDER_ALLOCATION, ORDER_PRODUCT, allocations_of, products_of
from cellarhand.orders.order import ORDER
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Row, RowsCheck, Stored


def _product_links(order: Record) -> Iterable[Row]:
    return [(product_id, order["id"], item_id) for product_id, item_id in products_of(order)]


def _allocation_links(order: Record) -> Iterable[Row]:
    return [(allocation_id, order["id"]) for allocation_id in allocations_of(order)]


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


ORDER_CHECKS: tuple[Check, ...] = (
    RecordCheck("order-copies", "an order shows its customer as it is", ORDER, _with_other_customer, _judge),
    RowsCheck(
        "order-products",
        "orders are found by the products of their lines",
        ORDER_PRODUCT,
        ("product_id", "order_id", "item_id"),
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
