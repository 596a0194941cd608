"""Orders put straight into the store, as any call that writes one does it: with links and the customer."""

import itertools
from typing import Any

from cellarhand import clock
from cellarhand.customers.derived import refresh_customer
from cellarhand.ids import new_id
from cellarhand.orders.customer_copy import mark_of
from cellarhand.orders.links import keep_order_links
from cellarhand.orders.order import ORDER
from cellarhand.orders.shapes import OrderItem
from cellarhand.record.actor import Actor
from cellarhand.record.assemble import assemble
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Draft
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode
from cellarhand.record.writing import insert_record, replace_record
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import keep_links
from cellarhand.tags.dynamic import put_dynamic_tags
from tests.callers import Site

Record = dict[str, Any]
_numbers = itertools.count(100_001)


def line(**members: Any) -> Record:
    """An order's line: two bottles at 25.00 that cost 10.00 each, unless `members` say otherwise."""
    given: Record = {
        "id": new_id(),
        "purchaseType": "Regular",
        "productTitle": "Estate Syrah",
        "type": "Wine",
        "sku": "SYRAH",
        "price": 2500,
        "costOfGood": 1000,
        "quantity": 2,
        "quantityFulfilled": 0,
        **members,
    }
    return assemble(Shape.of(OrderItem), given, None)


def order(
    customer: str | None, paid: int | None, items: list[Record] | None = None, **members: Any
) -> Record:
    """A paid order for carry-out that is handed over, unless `members` say otherwise."""
    lines = items or [line()]
    sub_total = sum(each["price"] * each["quantity"] for each in lines)
    moment = clock.to_wire(paid or clock.now())
    given: Record = {
        "id": new_id(),
        "orderSubmittedDate": moment,
        "orderPaidDate": None if paid is None else moment,
        "orderNumber": next(_numbers),
        "purchaseType": "Regular",
        "paymentStatus": "Authorized" if paid is None else "Paid",
        "complianceStatus": "No Compliance Required",
        "fulfillmentStatus": "Fulfilled",
        "channel": "POS",
        "orderDeliveryMethod": "Carry Out",
        "customerId": customer,
        "customer": mark_of(customer),
        "customerType": "New Customer",
        "subTotal": sub_total,
        **dict.fromkeys(("shipTotal", "taxTotal", "dutyTotal", "bottleDepositTotal", "tipTotal"), 0),
        "total": sub_total,
        "totalAfterTip": sub_total,
        "createdAt": moment,
        "updatedAt": moment,
        "items": lines,
        "coupons": [],
        "promotions": [],
        "tenders": [],
        "fulfillments": [],
        "taxes": [],
        "shipping": [],
        **members,
    }
    return assemble(ORDER.read_shape, given, None)


def put(site: Site, record: Record) -> Record:
    """Store a new order, or the changed one in its place."""
    actor = Actor("system", site.tenant_id, site.slug)

    async def job(unit: WriteUnit) -> None:
        row = await unit.lock(ORDER.table, ("body",), equal("id", record["id"]))
        stored = decode(row[0]) if row else None
        await put_dynamic_tags(unit, "Order", [record])
        if stored is None:
            await insert_record(unit, ORDER, record)
        else:
            await replace_record(unit, ORDER, stored, record)
        draft = Draft(ORDER, unit, actor, clock.now(), {}, Faults(), stored, record)
        await keep_links(draft)
        await keep_order_links(draft)
        for customer in {record["customerId"], (stored or record)["customerId"]} - {None}:
            await refresh_customer(unit, actor, customer)

    site.server.write(site.tenant_id, job)
    return record
