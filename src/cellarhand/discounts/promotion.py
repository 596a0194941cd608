"""Promotions, which apply by themselves, and coupons, which apply when their code is entered (reference B26).

A coupon is a promotion with a code: both have the same members, rules and steps (domain DSC-1).
"""

from dataclasses import replace
from typing import Any, cast

from cellarhand import clock
from cellarhand.discounts.old_model import old_members
from cellarhand.discounts.promotion_set import PROMOTION_SET, PROMOTION_SET_X_PROMOTION, set_ref
from cellarhand.discounts.references import find_named
from cellarhand.discounts.rules import check_discount
from cellarhand.discounts.shapes import (
    OLD_MEMBERS,
    Coupon,
    CouponWrite,
    Promotion,
    PromotionWrite,
    cut_to_minute,
)
from cellarhand.events.trash import into_trash
from cellarhand.ids import new_id
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Extract, Filter, Log, Resource, TextSearch, Unique
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, equal
from cellarhand.store.tables import Column
from cellarhand.store.unit import WriteUnit

STATUSES = ("Enabled", "Disabled")


async def _begin(draft: Draft) -> None:
    if draft.creating:
        draft.sent.setdefault("startDate", clock.to_wire(cut_to_minute(draft.now)))


async def _choose_sets(draft: Draft) -> None:
    """`promotionSets` replaces the sets; the same ones in another order are no change."""
    if "promotionSets" not in draft.sent:
        return
    stored: list[Record] = draft.stored["promotionSets"] if draft.stored is not None else []
    ids = [each["id"] for each in cast(list[dict[str, Any]], draft.sent["promotionSets"])]
    texts = await draft.unit.texts(PROMOTION_SET.table, list(dict.fromkeys(ids))) if ids else {}
    for place, id in enumerate(ids):
        if id not in texts:
            draft.faults.add(f"promotionSets[{place}].id", errors.DOES_NOT_EXIST)
    chosen = [set_ref(decode(texts[id])) for id in dict.fromkeys(ids) if id in texts]
    same = {each["id"] for each in chosen} == {each["id"] for each in stored}
    draft.sent["promotionSets"] = stored if same else chosen


async def _settle_old_members(draft: Draft) -> None:
    draft.record |= old_members(draft.record)


async def _keep_links(draft: Draft) -> None:
    """Bring the links in step with the sets that the record shows."""
    stored: list[Record] = draft.stored["promotionSets"] if draft.stored is not None else []
    before, after = ({each["id"] for each in sets} for sets in (stored, draft.record["promotionSets"]))
    if before - after:
        gone = (Among("promotion_set_id", tuple(before - after)), *equal("promotion_id", draft.id))
        await draft.unit.delete(PROMOTION_SET_X_PROMOTION, gone)
    for set_id in sorted(after - before):
        await _link(draft.unit, set_id, draft.id)


async def _link(unit: WriteUnit, set_id: str, promotion_id: str) -> None:
    row = {
        "id": new_id(),
        "promotion_set_id": set_id,
        "promotion_id": promotion_id,
        "created_at": clock.now(),
    }
    await unit.insert(PROMOTION_SET_X_PROMOTION, row)


async def _drop_links(draft: Draft) -> None:
    await draft.unit.delete(PROMOTION_SET_X_PROMOTION, equal("promotion_id", draft.id))


_STATUS = Extract(Column("status", "text"), lambda discount: discount["status"])
_BY_STATUS = Filter("status", "E", "status", choices=STATUSES)
_LOG = Log(never=frozenset((*OLD_MEMBERS, "usageCount")))

PROMOTION = Resource(
    name="promotion",
    thing="Promotion",
    path="/promotion",
    key="promotions",
    read=Promotion,
    write=PromotionWrite,
    right="promotion",
    permission="Promotion",
    event="Promotion",
    extracts=(_STATUS,),
    filters=(_BY_STATUS,),
    search=TextSearch(lambda promotion: promotion["title"]),
    trash_title=lambda promotion: promotion["title"],
    log=_LOG,
    check=check_discount,
    prepare=(_begin, find_named, _choose_sets),
    settle=(_settle_old_members,),
    follow=(_keep_links,),
    follow_delete=(_drop_links, into_trash),
)
COUPON = replace(
    PROMOTION,
    name="coupon",
    thing="Coupon",
    path="/coupon",
    key="coupons",
    read=Coupon,
    write=CouponWrite,
    right="coupon",
    permission="Coupon",
    event="Coupon",
    search=TextSearch(lambda coupon: f"{coupon['title']}\n{coupon['code']}"),
    unique=(Unique("coupon.code", lambda coupon: [(coupon["code"].casefold(), "code")], in_body=True),),
)
DISCOUNTS = (COUPON, PROMOTION)
