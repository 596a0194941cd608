"""Promotion sets: coupons and promotions that apply together, not one alone (reference B27)."""

from cellarhand.discounts.shapes import PromotionSet, PromotionSetRef, PromotionSetWrite
from cellarhand.events.trash import into_trash
from cellarhand.record.resource import Draft, Resource, TextSearch
from cellarhand.record.text import MARK
from cellarhand.record.validate import Record
from cellarhand.store.tables import Column, Index, Table
from cellarhand.store.unit import ReadUnit

PROMOTION_SET_X_PROMOTION = Table(
    "promotion_set_x_promotion",
    (
        Column("id", "id"),
        Column("promotion_set_id", "id"),
        Column("promotion_id", "id"),
        Column("created_at", "int"),
    ),
    key=("promotion_set_id", "promotion_id"),
    indexes=(Index(("promotion_id",)),),
)
"""Which coupon or promotion is in which set."""


def set_ref(promotion_set: Record) -> Record:
    """The set as its coupons and promotions show it."""
    return {name: promotion_set[name] for name in PromotionSetRef.__annotations__}


async def _mark_members(draft: Draft) -> None:
    """Who is in the set is put in when it is read (docs/decisions/0009)."""
    draft.record |= {"coupons": MARK, "promotions": MARK}


async def _show_members(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    # Coupons and promotions show their sets, and so their modules import this one.
    from cellarhand.discounts.members import show_members

    return await show_members(unit, bodies)


async def _show_in_members(draft: Draft) -> None:
    from cellarhand.discounts.members import rename_in_members

    if draft.stored is not None and set_ref(draft.stored) != set_ref(draft.record):
        await rename_in_members(draft.unit, set_ref(draft.stored), set_ref(draft.record))


async def _leave_members(draft: Draft) -> None:
    from cellarhand.discounts.members import take_off_members

    await take_off_members(draft.unit, set_ref(draft.before))


PROMOTION_SET = Resource(
    name="promotion-set",
    thing="Promotion Set",
    path="/promotion-set",
    key="promotionSets",
    read=PromotionSet,
    write=PromotionSetWrite,
    right="promotion-set",
    permission="Promotion Set",
    search=TextSearch(lambda promotion_set: promotion_set["title"]),
    trash_title=lambda promotion_set: promotion_set["title"],
    present=_show_members,
    settle=(_mark_members,),
    spreads=True,
    follow=(_show_in_members,),
    follow_delete=(_leave_members, into_trash),
)
