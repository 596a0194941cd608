"""Orders: finished sales, which never change but for a few members (reference B10, domain ORD)."""

from collections.abc import Iterable
from typing import cast, get_args

from cellarhand import clock
from cellarhand.accounts.app_data import set_app_data
from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders import words
from cellarhand.orders.customer_copy import show_customers
from cellarhand.orders.import_record import own_members, settle_import
from cellarhand.orders.import_rules import check_import
from cellarhand.orders.import_shapes import OrderWrite
from cellarhand.orders.linked import keep_linked_orders
from cellarhand.orders.links import ORDER_ALLOCATION, keep_external_number, keep_order_links
from cellarhand.orders.money import gross_profit
from cellarhand.orders.number import KIND, take_number
from cellarhand.orders.references import (
    find_customer,
    find_places,
    find_previous,
    find_products,
    references_of,
)
from cellarhand.orders.shapes import Order, OrderUpdate
from cellarhand.record.resource import Draft, Extract, Filter, Link, Log, Resource, Unique, WordSearch
from cellarhand.record.search import by_words
from cellarhand.record.validate import Record
from cellarhand.settings.meta_data import HIDDEN_META_DATA, merge_meta_data
from cellarhand.store.conditions import AnyOf, Condition, Linked, Where, equal
from cellarhand.store.tables import Column, Index
from cellarhand.tags.attached import TAG_X_OBJECT, keep_links, set_manual_tags
from cellarhand.tags.dynamic import settle_dynamic_tags

_LONGEST_NUMBER = 10
_COMPARED = (
    "created_at",
    "submitted_at",
    "paid_at",
    "fulfilled_at",
    "updated_at",
    "payment_status",
    "fulfillment_status",
    "compliance_status",
    "channel",
    "delivery_method",
)
"""What lists are filtered by. Each index that a list is walked along or searched in has all of it, so that no
combination of filters looks at the large rows (docs/decisions/0032)."""


def _along(*columns: str) -> Index:
    return Index((*columns, *(name for name in _COMPARED if name not in columns)))


BY_DATE = _along("submitted_at", "created_at", "id")
BY_NUMBER = _along("order_number", "id")
_IN_CUSTOMER = (
    "customerId",
    "orderNumber",
    "orderPaidDate",
    "orderSubmittedDate",
    "purchaseType",
    "paymentStatus",
    "fulfillmentStatus",
    "orderDeliveryMethod",
    "channel",
    "subTotal",
    "total",
    "items",
)
"""The members that a customer shows something of (CUS-8, CUS-9, CUS-12)."""


def _entries(order: Record) -> Iterable[str]:
    """What `q` finds an order by, besides its number and its customer."""
    for member in ("billTo", "shipTo"):
        place: Record | None = order[member]
        if place is not None:
            yield from (place[name] for name in ("firstName", "lastName") if place[name])
    if "externalOrderNumber" in order:
        yield order["externalOrderNumber"]


def _numbers(order: Record) -> Iterable[tuple[str, str]]:
    """Its number; an import may leave that to the sequence."""
    if order.get("orderNumber") is not None:
        yield str(order["orderNumber"]), "orderNumber"


def _find(text: str) -> Where:
    """Digits are a number, the order's own or the old one; each word begins an entry (reference A11)."""
    if text.isascii() and text.isdecimal():
        numbered = [equal("external_number", text)]
        if len(text) <= _LONGEST_NUMBER:
            numbered.append(equal("order_number", int(text)))
        return (AnyOf(tuple(Linked("id", ORDER.table, "id", each) for each in numbered)),)
    own, of_customer = by_words(ORDER.name, text), by_words(CUSTOMER.name, text)
    return tuple(
        AnyOf((mine, Linked("id", ORDER.table, "id", (_through_customer(theirs),))))
        for mine, theirs in zip(own, of_customer, strict=True)
    )


def _through_customer(found: Condition) -> Condition:
    link = cast(Linked, found)
    return Linked("customer_id", link.table, link.select, link.where)


def _instant(member: str) -> Extract:
    column = {"orderSubmittedDate": "submitted_at", "orderPaidDate": "paid_at"}.get(member, "fulfilled_at")
    null = column != "submitted_at"
    return Extract(
        Column(column, "int", null=null), lambda o: clock.from_wire(o[member]) if o[member] else None
    )


def _word(name: str, member: str) -> Extract:
    return Extract(Column(name, "text"), lambda order: order[member])


async def _prepare_import(draft: Draft) -> None:
    """References and defaults of an import; other changes of an order bring none of its members."""
    if not is_import(draft.sent):
        return
    if not draft.owns_sent:
        own_members(draft.sent)
    for look in (find_previous, find_customer, find_products, find_places):
        await look(draft)
    settle_import(draft.sent, clock.to_wire(draft.now))
    if draft.sent.get("orderNumber") is None and not draft.faults:
        # The last thing before storing: what is refused until here uses up no number.
        draft.sent["orderNumber"] = await take_number(draft)


def is_import(sent: Record) -> bool:
    """Whether this is the body of an import. What the house makes itself, a refund, is whole already."""
    return "orderSubmittedDate" in sent and "orderSource" not in sent


async def _drop_unset(draft: Draft) -> None:
    """Conditional members that an upsert leaves out go; what it sends is the whole order."""
    if is_import(draft.sent) and "discountTotal" not in draft.sent:
        draft.record.pop("discountTotal", None)


async def _show_in_customer(draft: Draft) -> None:
    """Customers show a new order; for any other change what they show is put together anew."""
    before, after = draft.stored, draft.record
    if draft.with_parent or (before is not None and all(before[m] == after[m] for m in _IN_CUSTOMER)):
        return
    # What a customer shows of others is put together from all of them, and so that module imports this one.
    from cellarhand.customers.derived import refresh_customer, show_new_order

    if before is None:
        if after["customerId"] is not None:
            await show_new_order(draft.unit, draft.actor, after)
        return
    for id in sorted({before["customerId"], after["customerId"]} - {None}):
        await refresh_customer(draft.unit, draft.actor, id)


ORDER = Resource(
    name="order",
    thing="Order",
    path="/order",
    key="orders",
    read=Order,
    write=OrderWrite,
    change=OrderUpdate,
    operations=("list", "create", "read", "update"),
    table_name="orders",
    large=True,
    listed=_COMPARED[1:],
    right="order",
    permission="Order",
    data_role=True,
    event="Order",
    extracts=(
        Extract(Column("customer_id", "id", null=True), lambda order: order["customerId"]),
        Extract(Column("order_number", "int"), lambda order: order["orderNumber"]),
        Extract(Column("external_number", "text", null=True), lambda o: o.get("externalOrderNumber")),
        Extract(Column("external_vendor", "text", null=True), lambda o: o.get("externalOrderVendor")),
        _instant("orderSubmittedDate"),
        _instant("orderPaidDate"),
        _instant("orderFulfilledDate"),
        _word("payment_status", "paymentStatus"),
        _word("fulfillment_status", "fulfillmentStatus"),
        _word("compliance_status", "complianceStatus"),
        _word("channel", "channel"),
        _word("delivery_method", "orderDeliveryMethod"),
        _word("purchase_type", "purchaseType"),
        Extract(Column("total", "int"), lambda order: order["total"]),
        Extract(Column("gross_profit", "int"), gross_profit),
        Extract(Column("pos_profile_id", "id", null=True), lambda order: order["posProfileId"]),
    ),
    hidden=(HIDDEN_META_DATA,),
    indexes=(
        # What is found by its tags, by words or by its customer.
        _along("id", "order_number"),
        Index(("customer_id", "paid_at", "id")),
        BY_NUMBER,
        BY_DATE,
        _along("paid_at", "created_at", "id"),
        Index(("external_number",), sparse=True),
        Index(("pos_profile_id",), sparse=True),
        # What waits to be handed over, by its age; and all that sales are summed up by.
        _along("fulfillment_status", "submitted_at", "payment_status", "created_at", "id"),
        # It is the narrowest besides, in which most lists are counted.
        Index(("payment_status", "channel", "purchase_type", "paid_at", "total", "delivery_method")),
    ),
    sorts={"orderNumber": BY_NUMBER, "orderSubmittedDate": BY_DATE},
    filters=(
        Filter("id", "I", "id"),
        Filter("customerId", "I", "customer_id"),
        Filter("orderTagId", "I", link=Link(TAG_X_OBJECT, "object_id", "tag_id")),
        Filter("tagId", "I", link=Link(TAG_X_OBJECT, "object_id", "tag_id")),
        Filter("posProfileId", "I", "pos_profile_id"),
        Filter("allocationId", "I", link=Link(ORDER_ALLOCATION, "order_id", "allocation_id")),
        Filter("orderPaidDate", "D", "paid_at"),
        Filter("orderSubmittedDate", "D", "submitted_at"),
        Filter("orderFulfilledDate", "D", "fulfilled_at"),
        Filter("paymentStatus", "E", "payment_status", get_args(words.PaymentStatus)),
        Filter("fulfillmentStatus", "E", "fulfillment_status", get_args(words.FulfillmentStatus)),
        Filter("complianceStatus", "E", "compliance_status", get_args(words.ComplianceStatus)),
        Filter("channel", "E", "channel", get_args(words.Channel)),
        Filter("orderDeliveryMethod", "E", "delivery_method", get_args(words.DeliveryMethod)),
    ),
    search=WordSearch(_entries, _find),
    # Those two follow from other orders.
    log=Log(
        lambda order: f"Order {order['orderNumber']}",
        never=frozenset(("linkedOrders", "previousOrderNumber")),
    ),
    unique=(Unique(KIND, _numbers, in_body=True),),
    refers=references_of,
    write_flags=("isSendTransactionEmail",),
    check=check_import,
    present=show_customers,
    present_joined=True,
    prepare=(set_manual_tags, merge_meta_data, set_app_data, _prepare_import),
    settle=(_drop_unset, settle_dynamic_tags),
    follow=(keep_links, keep_order_links, keep_external_number, keep_linked_orders, _show_in_customer),
)
