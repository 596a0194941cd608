"""Putting one promotion or coupon into a set and taking it out (reference B27)."""

from typing import Any

from cellarhand import clock
from cellarhand.discounts.promotion import DISCOUNTS
from cellarhand.discounts.promotion_set import PROMOTION_SET, PROMOTION_SET_X_PROMOTION
from cellarhand.discounts.shapes import PromotionSetXPromotion, PromotionSetXPromotionWrite
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.errors import Fault, Faults
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import change
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit

_THING = "Promotion Set X Promotion"
_PATH = "/promotion-set-x-promotion"


async def put_in(call: Call) -> bytes:
    """The link, made now or found: a second POST answers 201 with the same row (reference B27)."""
    body = _checked(call)

    async def job(unit: WriteUnit) -> bytes:
        found = await _locked(unit, body["promotionId"])
        there = await unit.body(PROMOTION_SET.table, body["promotionSetId"])
        lost = [name for name, each in (("promotionId", found), ("promotionSetId", there)) if each is None]
        if lost or found is None:
            raise errors.invalid(*(Fault(name, errors.DOES_NOT_EXIST) for name in lost))
        row = await _link(unit, body)
        if row is None:
            resource, stored = found
            await _set_sets(call, unit, resource, stored, [*_ids(stored), body["promotionSetId"]])
            row = await _link(unit, body)
        return encode(_answer(row or (), body))

    return await call.store.write(call.actor.tenant_id, job)


async def take_out(call: Call) -> bytes:
    """Take it out; 404 when it is not in the set (reference B27)."""
    body = _checked(call)

    async def job(unit: WriteUnit) -> bytes:
        found = await _locked(unit, body["promotionId"])
        if found is None or await _link(unit, body) is None:
            raise errors.not_found(_THING)
        resource, stored = found
        left = [id for id in _ids(stored) if id != body["promotionSetId"]]
        await _set_sets(call, unit, resource, stored, left)
        return b""

    return await call.store.write(call.actor.tenant_id, job)


def _checked(call: Call) -> Record:
    shape = Shape.of(PromotionSetXPromotionWrite)
    faults = Faults(shape.members)
    body = check_body(shape, call.body, Turn(faults))
    faults.raise_any()
    return body


async def _locked(unit: WriteUnit, id: str) -> tuple[Resource, Record] | None:
    """The coupon or promotion with that id, kept from other writers."""
    for resource in DISCOUNTS:
        row = await unit.lock(resource.table, ("body",), equal("id", id))
        if row is not None:
            return resource, decode(row[0])
    return None


def _ids(stored: Record) -> list[str]:
    return [each["id"] for each in stored["promotionSets"]]


async def _link(unit: WriteUnit, body: Record) -> Any:
    where = (
        *equal("promotion_set_id", body["promotionSetId"]),
        *equal("promotion_id", body["promotionId"]),
    )
    return await unit.row(PROMOTION_SET_X_PROMOTION, ("id", "created_at"), where)


async def _set_sets(call: Call, unit: WriteUnit, resource: Resource, stored: Record, ids: list[str]) -> None:
    """A change of its sets is an update of the coupon or promotion, with all that follows from one."""
    sent = {"promotionSets": [{"id": id} for id in ids]}
    await change(Draft(resource, unit, call.actor, clock.now(), sent, Faults(), stored))


def _answer(row: Any, body: Record) -> Record:
    moment = clock.to_wire(row[1])
    return {
        "promotionId": body["promotionId"],
        "promotionSetId": body["promotionSetId"],
        "id": row[0],
        "updatedAt": moment,
        "createdAt": moment,
    }


SET_X_PROMOTION_ACTIONS = (
    Action(
        "put-promotion-into-set",
        "POST",
        _PATH,
        put_in,
        "Put a promotion or a coupon into a set",
        operation="create",
        right="promotion-set",
        permission="Promotion Set",
        status=201,
        takes=PromotionSetXPromotionWrite,
        answers=PromotionSetXPromotion,
    ),
    Action(
        "take-promotion-out-of-set",
        "DELETE",
        _PATH,
        take_out,
        "Take a promotion or a coupon out of a set; the body names both",
        # Putting in and taking out are one right; an app needs Full for both.
        operation="update",
        right="promotion-set",
        permission="Promotion Set",
        status=204,
        takes=PromotionSetXPromotionWrite,
        missing=_THING,
    ),
)
