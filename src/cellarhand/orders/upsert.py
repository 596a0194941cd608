"""`PUT /order/upsert`: the order of an old number is made, or replaced (reference B10.6)."""

from dataclasses import replace

from cellarhand.ids import new_id
from cellarhand.orders.import_shapes import OrderUpsertWrite
from cellarhand.orders.links import claim, external_key, order_of
from cellarhand.orders.order import ORDER
from cellarhand.orders.shapes import Order
from cellarhand.orders.stock import give_back
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.checking import checked
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import answer_of, change, new_draft, store_new
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit

# The same rules over a body that says which order is meant.
_UPSERTED = replace(ORDER, write=OrderUpsertWrite)


async def upsert_order(call: Call) -> bytes:
    """The order as it is now; everything that the body leaves out of a plain import is as in a new one."""
    sent = checked(_UPSERTED, call.actor, call.body)
    key = external_key(sent["externalOrderNumber"], sent["externalOrderVendor"])

    async def job(unit: WriteUnit) -> bytes:
        draft = new_draft(ORDER, unit, call.actor, dict(sent), {})
        id = await order_of(unit, key)
        row = await unit.lock(ORDER.table, ("body",), equal("id", id)) if id is not None else None
        if row is None:
            # Before anything is looked up that another upsert of the same number may be about to change.
            await claim(unit, key, draft.sent.setdefault("id", new_id()))
            await store_new(draft)
            return await answer_of(draft)
        stored: Record = decode(row[0])
        if draft.sent.pop("id", stored["id"]) != stored["id"]:
            draft.faults.add("id", errors.CAN_NOT_CHANGE)
        draft.stored = stored
        await give_back(unit, stored, stored["fulfillments"], call.actor.email)
        await change(draft)
        return await answer_of(draft)

    return await call.store.write(call.actor.tenant_id, job)


UPSERT_ORDER = Action(
    "upsert-order",
    "PUT",
    "/order/upsert",
    upsert_order,
    "Import an order, or replace the one of the same external number and vendor",
    operation="update",
    right="order",
    permission="Order",
    takes=OrderUpsertWrite,
    answers=Order,
    query=("isSendTransactionEmail",),
)
