"""Coupons and promotions: the sets that they show, and what sets find them by."""

from collections.abc import Iterable, Sequence
from functools import partial

from cellarhand import clock
from cellarhand.discounts.old_model import old_members
from cellarhand.discounts.promotion import DISCOUNTS
from cellarhand.discounts.promotion_set import PROMOTION_SET, PROMOTION_SET_X_PROMOTION, set_ref
from cellarhand.ids import new_id
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Value
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Row, RowsCheck, Stored


def _links(discount: Record) -> Iterable[Row]:
    return [(each["id"], discount["id"]) for each in discount["promotionSets"]]


def _more() -> dict[str, Value]:
    return {"id": new_id(), "created_at": clock.now()}


async def _wanted(unit: ReadUnit, discounts: Sequence[Record]) -> dict[str, Record]:
    """What has to stand in these records, by their ids: their sets as they are, and the old model."""
    ids = sorted({each["id"] for discount in discounts for each in discount["promotionSets"]})
    texts = await unit.texts(PROMOTION_SET.table, ids) if ids else {}
    refs = {id: set_ref(decode(text)) for id, text in texts.items()}
    return {
        discount["id"]: {
            "promotionSets": [refs[each["id"]] for each in discount["promotionSets"] if each["id"] in refs],
            **old_members(discount),
        }
        for discount in discounts
    }


def _differ(discount: Record, wanted: Record) -> list[str]:
    return [name for name, value in wanted.items() if discount[name] != value]


async def _with_other_copies(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    wanted = await _wanted(unit, [stored.record for stored in page])
    return [stored.id for stored in page if _differ(stored.record, wanted[stored.id])]


async def _judge(resource: Resource, judging: Judging, id: str) -> list[Difference]:
    discount = await judging.locked(resource, id)
    if discount is None:
        return []
    wanted = (await _wanted(judging.unit, [discount]))[id]
    names = _differ(discount, wanted)
    if names:
        await judging.rewrite(resource, {**discount, **wanted})
    return [
        judging.found("discount-copies", resource.name, id, name, discount[name], wanted[name])
        for name in names
    ]


DISCOUNT_CHECKS: tuple[Check, ...] = (
    *(
        RecordCheck(
            "discount-copies",
            "a coupon or promotion shows its sets as they are, and the same in the old model",
            resource,
            _with_other_copies,
            partial(_judge, resource),
        )
        for resource in DISCOUNTS
    ),
    RowsCheck(
        "discount-links",
        "a set finds the coupons and promotions that show it",
        PROMOTION_SET_X_PROMOTION,
        ("promotion_set_id", "promotion_id"),
        "promotion_id",
        dict.fromkeys(DISCOUNTS, _links),
        more=_more,
    ),
)
