"""Handing over what was sold, and taking that back (reference B11, domain ORD-8, INV-2)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cellarhand import clock
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.ids import new_id
from cellarhand.orders.fulfillment_shapes import FulfillmentAllWrite, FulfillmentWrite
from cellarhand.orders.handover import ALL, NOT_NEEDED, is_handed_over, left_of, standing
from cellarhand.orders.order import ORDER
from cellarhand.orders.refund import what_is_left
from cellarhand.orders.shapes import Order
from cellarhand.orders.stock import give_back, take_goods
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.actor import Actor
from cellarhand.record.emitting import emit
from cellarhand.record.errors import Faults, HouseError
from cellarhand.record.query import only
from cellarhand.record.resource import Draft
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import answer_of, change
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit

_EVENT = "Order Fulfillment"
_NOT_FOUND = "Fulfillment not found"
_BLOCKS = {"shipped": "Shipped", "pickedUp": "Picked Up"}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A fulfillment as it was sent, its faults, and which items it means: `all` what is left of each."""

    sent: Record
    faults: Faults
    all: bool


async def fulfill_items(call: Call) -> bytes:
    """Some items were handed over; answers the order."""
    return await _fulfill(call, _checked(call.body, FulfillmentWrite, all=False))


async def fulfill_all(call: Call) -> bytes:
    """All that is left was handed over; answers the order."""
    return await _fulfill(call, _checked(call.body, FulfillmentAllWrite, all=True))


def _checked(body: object, declared: type, *, all: bool) -> _Wanted:
    shape = Shape.of(declared)
    faults = Faults(shape.members)
    sent = check_body(shape, body, Turn(faults))
    kind = cast(str | None, sent.get("type"))
    for block, fits in _BLOCKS.items():
        if sent.get(block) is not None and kind not in (None, fits):
            faults.add(block, errors.NOT_ALLOWED)
    if not all and kind is not None:
        _check_items(sent, kind, faults)
    faults.raise_any()
    return _Wanted(sent, faults, all)


def _check_items(sent: Record, kind: str, faults: Faults) -> None:
    items = cast(list[dict[str, Any]], sent.get("items") or [])
    if kind == NOT_NEEDED:
        if items:
            faults.add("items", errors.NOT_ALLOWED)
    elif not items:
        faults.require("items")
    for place, each in enumerate(items):
        if "id" not in each and "sku" not in each:
            faults.require(f"items[{place}].id")


async def _fulfill(call: Call, wanted: _Wanted) -> bytes:
    async def job(unit: WriteUnit) -> bytes:
        return await answer_of(await _hand_over(unit, call.actor, call.params["id"], wanted))

    return await call.store.write(call.actor.tenant_id, job)


async def _hand_over(unit: WriteUnit, actor: Actor, id: str, wanted: _Wanted) -> Draft:
    order = await _locked(unit, id)
    _refuse_by_state(order, wanted.sent["type"])
    location_id = wanted.sent["inventoryLocationId"]
    faults = Faults(ORDER.read_shape.members)
    if location_id and await unit.row(LOCATION.table, ("id",), equal("id", location_id)) is None:
        faults.add("inventoryLocationId", errors.DOES_NOT_EXIST)
    handed = _handed(order, wanted, faults)
    faults.raise_any()
    made = _fulfillment(wanted.sent, handed)
    await take_goods(unit, order, made, handed, actor.email)
    items = [_moved(item, handed.get(item["id"], 0)) for item in order["items"]]
    fulfillments = [*order["fulfillments"], made]
    return await _store(actor, unit, order, items, fulfillments, "Create", "Fulfilled")


def check_whole(body: Record) -> None:
    """E5 when this can't be the body of a fulfillment of all that is left."""
    _checked(body, FulfillmentAllWrite, all=True)


async def fulfill_many(
    unit: WriteUnit, actor: Actor, body: Record, ids: Sequence[str]
) -> list[tuple[str, HouseError]]:
    """Hand all over that is left of many orders; those that are refused stay as they are, and are named.

    Raises what is wrong with the body itself.
    """
    wanted = _checked(body, FulfillmentAllWrite, all=True)
    gathering, refused = unit.gathering(), list[tuple[str, HouseError]]()
    for id in ids:
        gathering.begin_record()
        try:
            await _hand_over(gathering, actor, id, wanted)
        except HouseError as error:
            await gathering.undo_record()
            refused.append((id, error))
        else:
            await gathering.keep_record()
        # Others have a turn.
        await asyncio.sleep(0)
    await gathering.finish()
    return refused


async def _locked(unit: WriteUnit, id: str) -> Record:
    row = await unit.lock(ORDER.table, ("body",), equal("id", id))
    if row is None:
        raise errors.not_found(ORDER.thing)
    return decode(row[0])


def _refuse_by_state(order: Record, kind: str) -> None:
    """What is done or never had to be can't be fulfilled; what may not be shipped is not (ORD-7)."""
    marked = order["fulfillmentStatus"] if order["fulfillmentStatus"] in (ALL, NOT_NEEDED) else None
    if order["paymentStatus"] == "Cancelled":
        marked = "Cancelled"
    elif order["complianceStatus"] == "Quarantined" and kind == "Shipped":
        marked = marked or "Quarantined"
    if marked is not None:
        raise errors.forbidden_by_state(f"Can not fulfill an order that is marked {marked}")


def _handed(order: Record, wanted: _Wanted, faults: Faults) -> dict[str, int]:
    """How many of each item, by its id."""
    items = cast(list[dict[str, Any]], order["items"])
    if wanted.sent["type"] == NOT_NEEDED:
        return {}
    if wanted.all:
        open_lines = [item for item in items if is_handed_over(item, order["orderDeliveryMethod"])]
        return {item["id"]: left_of(item) for item in open_lines if left_of(item)}
    handed: dict[str, int] = {}
    for place, each in enumerate(wanted.sent["items"]):
        _hand(items, each, handed, f"items[{place}]", faults)
    return handed


def _hand(
    items: list[dict[str, Any]], each: dict[str, Any], handed: dict[str, int], at: str, faults: Faults
) -> None:
    """Take one entry from the lines that it means; of a SKU on several lines, one line after the other."""
    lines = [
        item
        for item in items
        if each.get("id") in (None, item["id"]) and each.get("sku") in (None, item["sku"])
    ]
    if not lines:
        faults.add(f"{at}.{'id' if 'id' in each else 'sku'}", errors.DOES_NOT_EXIST)
        return
    quantity: int = each["quantityFulfilled"]
    left = [left_of(item) - handed.get(item["id"], 0) for item in lines]
    if quantity > sum(left):
        faults.add(f"{at}.quantityFulfilled", f"must be <= {sum(left)}")
        return
    for item, most in zip(lines, left, strict=True):
        taken = min(quantity, most)
        if taken:
            handed[item["id"]] = handed.get(item["id"], 0) + taken
            quantity -= taken


def _moved(item: dict[str, Any], by: int) -> dict[str, Any]:
    return {**item, "quantityFulfilled": item["quantityFulfilled"] + by} if by else item


def _fulfillment(sent: Record, handed: dict[str, int]) -> Record:
    made: Record = {
        "id": new_id(),
        "inventoryLocationId": sent["inventoryLocationId"],
        "type": sent["type"],
        "fulfillmentDate": sent["fulfillmentDate"],
        "packageCount": sent["packageCount"],
        "items": [{"id": id, "quantityFulfilled": quantity} for id, quantity in handed.items()],
    }
    return made | {block: sent[block] for block in _BLOCKS if sent.get(block) is not None}


async def delete_fulfillment(call: Call) -> bytes:
    """Take a fulfillment back, with its quantities and goods; answers the order."""
    only(call.query, ())

    async def job(unit: WriteUnit) -> bytes:
        order = await _locked(unit, call.params["id"])
        id = call.params["fulfillmentId"]
        gone = next((each for each in order["fulfillments"] if each["id"] == id), None)
        if gone is None:
            raise errors.could_not_process(_NOT_FOUND)
        await _refuse_refunded(unit, order, gone)
        await give_back(unit, order, (gone,), call.actor.email)
        back = {each["id"]: each["quantityFulfilled"] for each in gone["items"]}
        items = [_moved(item, -_at_most(back.get(item["id"], 0), item)) for item in order["items"]]
        left = [each for each in order["fulfillments"] if each["id"] != id]
        answered = await _store(call.actor, unit, order, items, left, "Delete", "Fulfillment taken back")
        return await answer_of(answered)

    return await call.store.write(call.actor.tenant_id, job)


def _at_most(quantity: int, item: Record) -> int:
    """An import may tell of more in its fulfillments than of the line itself."""
    return max(0, min(quantity, item["quantityFulfilled"]))


async def _refuse_refunded(unit: WriteUnit, order: Record, fulfillment: Record) -> None:
    """What was paid back is not to be handed over again (REF-6)."""
    left = (await what_is_left(unit, order)).lines
    if any(left[each["id"]].returned for each in fulfillment["items"] if each["id"] in left):
        raise errors.forbidden_by_state("Can not delete a fulfillment of items that were refunded")


async def _store(
    actor: Actor,
    unit: WriteUnit,
    order: Record,
    items: list[Record],
    fulfillments: list[Record],
    action: str,
    deed: str,
) -> Draft:
    sent = standing(order, items, fulfillments)
    draft = Draft(ORDER, unit, actor, clock.now(), sent, Faults(), order, deed=deed)
    await change(draft)
    await emit(unit, ORDER, action, draft.record, actor, _EVENT)
    return draft


def _action(
    name: str,
    method: str,
    path: str,
    handler: Callable[[Call], Awaitable[bytes]],
    summary: str,
    takes: type | None = None,
) -> Action:
    return Action(
        name,
        method,
        f"/order/:id/fulfillment{path}",
        handler,
        summary,
        operation="create" if method == "POST" else "delete",
        right="order",
        permission="Order",
        takes=takes,
        answers=Order,
        refusal=_NOT_FOUND if method == "DELETE" else "",
    )


FULFILLMENT_ACTIONS = (
    _action("create-fulfillment", "POST", "", fulfill_items, "Fulfill items of an order", FulfillmentWrite),
    _action("fulfill-order", "POST", "/all", fulfill_all, "Fulfill all that is left", FulfillmentAllWrite),
    _action("delete-fulfillment", "DELETE", "/:fulfillmentId", delete_fulfillment, "Take a fulfillment back"),
)
