"""Refunds: orders that give back what another one took (reference B12, B10.8, domain REF).

A refund is an order like any other, in the same table, and shows in `/order` too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.derived import refresh_customer
from cellarhand.customers.note import NOTE
from cellarhand.ids import new_id
from cellarhand.orders import words
from cellarhand.orders.handover import COMPLETE, NOT_NEEDED, is_handed_over, left_of, standing, waived_of
from cellarhand.orders.number import take_number
from cellarhand.orders.order import ORDER
from cellarhand.orders.references import find_customer
from cellarhand.orders.refund_record import Back, Refund, refund_order
from cellarhand.orders.refund_rules import Left, left_of_order
from cellarhand.orders.refund_shapes import RefundWrite
from cellarhand.orders.shapes import Order
from cellarhand.orders.stock import put_back
from cellarhand.record import errors, query
from cellarhand.record.action import Action, Call
from cellarhand.record.activity import Happening, title_of, write_down
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked
from cellarhand.record.errors import Fault, Faults
from cellarhand.record.reading import list_records, read_record
from cellarhand.record.resource import Draft, Filter
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import answer_of, change, new_draft, store_new
from cellarhand.store.conditions import Among, Compare, Linked, Where, equal
from cellarhand.store.unit import ReadUnit, WriteUnit

BY_HAND = ("Cash", "External", "Other")
"""Tenders that staff give back themselves. All others need somebody who carries it out (REF-5, CRD-4)."""
_BY_GATEWAY = ("Credit Card", "Debit", "Alipay", "WeChat Pay")
NO_GATEWAY = "Can not refund to {}: no payment gateway is set up"
NOT_HERE = "Can not refund to {}"
TOO_MUCH = "Can not refund more than is left of the order"
_PREVIOUS = "previous_order_id"
_FROM_ORDER = Filter("previousOrderId", "I", _PREVIOUS)
# The narrowest index begins with these two: with all that they may be it leads to the refunds alone, so that
# what a list of them costs follows from how many there are, not from all orders (docs/decisions/0008).
REFUNDS: Where = (
    Among("payment_status", get_args(words.PaymentStatus)),
    Among("channel", get_args(words.Channel)),
    *equal("purchase_type", "Refund"),
)


def _refunds_alone(_: Actor) -> Where:
    return equal("purchase_type", "Refund")


REFUND = replace(
    ORDER,
    name="refund",
    thing="Refund",
    path="/refund",
    key="refunds",
    write=RefundWrite,
    change=None,
    operations=("list", "create", "read"),
    right="refund",
    permission="Refund",
    data_role=False,
    filters=(
        Filter("customerId", "I", "customer_id"),
        _FROM_ORDER,
        Filter("orderPaidDate", "D", "paid_at"),
    ),
    sorts={},
    search=None,
    visible=_refunds_alone,
)
"""How refunds are read: those of the orders that are refunds."""


async def list_refunds(call: Call) -> bytes:
    wanted = query.parse(REFUND, call.query)
    unit = call.store.reading(call.actor.tenant_id)
    where = REFUNDS + await _linked(unit, wanted.where)
    if wanted.cursor is not None:
        # Found first: walked along by their ids, all orders between them would be looked at.
        where = (Linked("id", ORDER.table, "id", where),)
    return await list_records(REFUND, unit, call.actor, {}, wanted._replace(where=where))


async def _linked(unit: ReadUnit, where: Where) -> Where:
    """Orders show which ones refund them: a condition on the order before is one on the ids of those."""
    found: Where = ()
    for each in where:
        if isinstance(each, Compare | Among) and each.column == _PREVIOUS:
            ids = each.values if isinstance(each, Among) else (each.value,)
            rows = await unit.rows(ORDER.table, ("body",), (Among("id", ids),))
            linked = [entry["orderId"] for row in rows for entry in decode(row[0])["linkedOrders"]]
            found += (Among("id", tuple(sorted(linked))),)
        else:
            found += (each,)
    return found


async def read_refund(call: Call) -> bytes:
    unit = call.store.reading(call.actor.tenant_id)
    return await read_record(REFUND, unit, call.actor, call.params)


async def refund(call: Call) -> bytes:
    """Give something of a paid order back; answers the new order."""
    sent = _checked(call.body)

    async def job(unit: WriteUnit) -> bytes:
        return await answer_of(await _refund(unit, call.actor, sent))

    return await call.store.write(call.actor.tenant_id, job)


def _checked(body: object) -> Record:
    shape = Shape.of(RefundWrite)
    faults = Faults(shape.members)
    sent = check_body(shape, body, Turn(faults))
    if not (sent.get("items") or sent.get("shipAmount") or sent.get("tipAmount")):
        faults.require("items")
    seen = set[str]()
    for place, each in enumerate(cast(list[Record], sent.get("items") or [])):
        if each.get("id") in seen:
            faults.add(f"items[{place}].id", errors.UNIQUE)
        seen.add(each.get("id", ""))
    faults.raise_any()
    return sent


async def _refund(unit: WriteUnit, actor: Actor, sent: Record) -> Draft:
    # The order first: of two refunds at once the second sees what the first one took.
    row = await unit.lock(ORDER.table, ("body",), equal("id", sent["orderId"]))
    if row is None:
        raise errors.invalid(Fault("orderId", errors.DOES_NOT_EXIST))
    order: Record = decode(row[0])
    _refuse_by_state(order)
    left = await what_is_left(unit, order)
    wanted = _wanted(sent, left)
    _check_tenders(sent, order, wanted)
    moment = clock.to_wire(clock.now())
    customer_id = await _customer_of(unit, order)
    made = refund_order(order, left, wanted, sent["tenders"], customer_id, moment)
    returned = _returned(order, wanted.items)
    await put_back(unit, order, {id: each.handed for id, each in returned.items()}, made["id"], actor.email)
    await _tell_original(unit, actor, order, returned, _is_all(left, wanted), moment)
    draft = Draft(ORDER, unit, actor, clock.now(), made, Faults(ORDER.write_shape.members), with_parent=True)
    await find_customer(draft)
    draft.sent["orderNumber"] = await take_number(draft)
    await store_new(draft)
    if sent["notes"] is not None:
        note = {"content": sent["notes"], "orderId": draft.id, "customerId": customer_id}
        await store_new(new_draft(NOTE, unit, actor, checked(NOTE, actor, note), {}))
    if customer_id is not None:
        # Once for both orders.
        await refresh_customer(unit, actor, customer_id)
    return draft


async def what_is_left(unit: ReadUnit, order: Record) -> Left:
    """What can still be refunded of an order."""
    earlier = tuple(each["orderId"] for each in order["linkedOrders"])
    rows = await unit.rows(ORDER.table, ("body",), (Among("id", earlier),)) if earlier else ()
    return left_of_order(order, [decode(row[0]) for row in rows])


def comes_to(body: Record, left: Left) -> int:
    """What a refund without its tenders would come to, in cents; E5, E6 where it is more than is left."""
    return _wanted(_checked({**body, "tenders": []}), left).total


def is_refundable(order: Record) -> bool:
    """Whether an order is a sale that was paid."""
    return order["purchaseType"] != "Refund" and order["paymentStatus"] == "Paid"


def _refuse_by_state(order: Record) -> None:
    """Only what was paid can go back, and what went back already is no sale (REF-10)."""
    if order["purchaseType"] == "Refund":
        raise errors.invalid(Fault("orderId", errors.NOT_ALLOWED))
    if order["paymentStatus"] != "Paid":
        raise errors.forbidden_by_state(f"Can not refund an order that is marked {order['paymentStatus']}")


def _wanted(sent: Record, left: Left) -> Refund:
    """What is asked for, when no more than is left (REF-2)."""
    faults = Faults(Shape.of(RefundWrite).members)
    backs: list[Back] = []
    for place, each in enumerate(cast(list[Record], sent["items"])):
        back = _back(each, left, f"items[{place}]", faults)
        if back is not None:
            backs.append(back)
    for member, most in (("shipAmount", left.ship), ("tipAmount", left.tip)):
        if sent[member] > most:
            faults.add(member, f"must be <= {most}")
    faults.raise_any()
    wanted = Refund(backs, left.freight_of(sent["shipAmount"]), sent["tipAmount"])
    if wanted.goods > left.goods:
        raise errors.forbidden_by_state(TOO_MUCH)
    return wanted


def _back(each: Record, left: Left, at: str, faults: Faults) -> Back | None:
    line = left.lines.get(each["id"])
    if line is None:
        faults.add(f"{at}.id", errors.DOES_NOT_EXIST)
        return None
    quantity: int = each["quantity"]
    amount: int | None = each["amount"]
    if quantity > line.left:
        faults.add(f"{at}.quantity", f"must be <= {line.left}")
        return None
    most = sum(line.amounts_left)
    if amount is not None and amount > most:
        faults.add(f"{at}.amount", f"must be <= {most}")
        return None
    return Back(line, quantity, line.costing(quantity, amount), each["isReturnToInventory"])


def _check_tenders(sent: Record, order: Record, wanted: Refund) -> None:
    """The tenders come to the refund, and each of them can be given back here. E14 where one can't."""
    tenders = cast(list[Record], sent["tenders"])
    known = {each["id"] for each in order["tenders"]}
    faults = Faults(Shape.of(RefundWrite).members)
    for place, each in enumerate(tenders):
        if each["originalOrderTenderId"] not in (None, *known):
            faults.add(f"tenders[{place}].originalOrderTenderId", errors.DOES_NOT_EXIST)
    if sum(each["amountTendered"] for each in tenders) != wanted.total:
        faults.add("tenders", f"must add up to {wanted.total}")
    faults.raise_any()
    for each in tenders:
        kind = each["tenderType"]
        if kind not in BY_HAND:
            raise errors.payment_refused((NO_GATEWAY if kind in _BY_GATEWAY else NOT_HERE).format(kind))


async def _customer_of(unit: WriteUnit, order: Record) -> str | None:
    """The order's customer; a refund of one who was deleted is a guest's."""
    id: str | None = order["customerId"]
    if id is None or await unit.row(CUSTOMER.table, ("id",), equal("id", id)) is None:
        return None
    return id


@dataclass(frozen=True, slots=True)
class _Returned:
    """Units of a line that go back to stock: those that were handed over, and those that never left."""

    handed: int
    waiting: int


def _returned(order: Record, backs: Iterable[Back]) -> dict[str, _Returned]:
    """What waits to be handed over is taken first (INV-2, REF-6). By the item's id."""
    open_order = order["fulfillmentStatus"] not in COMPLETE
    waived = waived_of(order["fulfillments"])
    found: dict[str, _Returned] = {}
    for back in backs:
        item = back.line.item
        if back.to_inventory:
            waits = left_of(item) if open_order and is_handed_over(item, order["orderDeliveryMethod"]) else 0
            waiting = min(back.quantity, waits)
            gone = max(item["quantityFulfilled"] - waived.get(item["id"], 0), 0)
            found[item["id"]] = _Returned(min(back.quantity - waiting, gone), waiting)
    return found


def _is_all(left: Left, wanted: Refund) -> bool:
    """Whether nothing is left after this refund."""
    tip = wanted.tip == left.tip
    return wanted.goods == left.goods and wanted.freight.net == left.ship and tip


async def _tell_original(
    unit: WriteUnit, actor: Actor, order: Record, returned: Mapping[str, _Returned], is_all: bool, moment: str
) -> None:
    """What the refund means for the order itself; that it is linked follows when the refund is stored."""
    sent: Record = {}
    waiting = {id: each.waiting for id, each in returned.items() if each.waiting}
    if waiting:
        items = [_waived(item, waiting.get(item["id"], 0)) for item in order["items"]]
        sent = standing(order, items, [*order["fulfillments"], _waiver(waiting, moment)])
    if is_all and order["complianceStatus"] != "No Compliance Required":
        sent["complianceStatus"] = "Void"
    if not sent:
        happening = Happening(ORDER.name, order["id"], title_of(ORDER, order), "Refunded")
        await write_down(unit, actor, happening)
        return
    draft = Draft(ORDER, unit, actor, clock.now(), sent, Faults(), order, deed="Refunded")
    # One Update tells of this and of the link, and the customer follows from both orders at once.
    draft.quiet = draft.with_parent = True
    await change(draft)


def _waived(item: dict[str, Any], by: int) -> dict[str, Any]:
    return {**item, "quantityFulfilled": item["quantityFulfilled"] + by} if by else item


def _waiver(waiting: Mapping[str, int], moment: str) -> Record:
    """Says of some units that they need not be handed over any more."""
    return {
        "id": new_id(),
        "inventoryLocationId": None,
        "type": NOT_NEEDED,
        "fulfillmentDate": moment,
        "packageCount": 0,
        "items": [{"id": id, "quantityFulfilled": quantity} for id, quantity in waiting.items()],
    }


def _action(
    name: str, method: str, path: str, handler: Any, summary: str, operation: str, **more: Any
) -> Action:
    return Action(
        name,
        method,
        path,
        handler,
        summary,
        operation=operation,
        right=REFUND.right,
        permission=REFUND.permission,
        answers=Order,
        **more,
    )


CREATE_REFUND = _action(
    "create-refund",
    "POST",
    REFUND.path,
    refund,
    "Refund something of a paid order; answers the new order",
    "create",
    status=201,
    takes=RefundWrite,
    query=REFUND.write_flags,
    declines=NO_GATEWAY.format("Credit Card"),
)
REFUND_ACTIONS: Sequence[Action] = (
    _action(
        "list-refund",
        "GET",
        REFUND.path,
        list_refunds,
        "List refunds: orders that give back what another one took",
        "list",
        key=REFUND.key,
        lists=REFUND,
        paged=True,
    ),
    _action("read-refund", "GET", f"{REFUND.path}/:id", read_refund, "Read a refund", "read"),
    CREATE_REFUND,
)
