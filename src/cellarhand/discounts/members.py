"""What sets and their members show of each other (reference B27).

A set shows its coupons and promotions as they are at the moment of reading. They show their sets in their own
stored text, where a new title is put in with the change that brings it: they have not changed themselves
(docs/decisions/0007).
"""

from collections.abc import Iterable, Sequence

from cellarhand.discounts.promotion import COUPON, DISCOUNTS, PROMOTION
from cellarhand.discounts.promotion_set import PROMOTION_SET_X_PROMOTION
from cellarhand.discounts.shapes import CouponOfSet, PromotionOfSet
from cellarhand.record.copies import around, replace_copies
from cellarhand.record.parts import apart, part, value_of
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, Linked, equal
from cellarhand.store.unit import ReadUnit, WriteUnit

_SHOWN = (("coupons", COUPON, CouponOfSet), ("promotions", PROMOTION, PromotionOfSet))


async def show_members(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of sets with their members, the oldest first; three look-ups for all of them."""
    sets = [apart(body) for body in bodies]
    ids = tuple(value_of(parts["id"]) for parts in sets)
    names = ("promotion_set_id", "promotion_id")
    rows = await unit.rows(PROMOTION_SET_X_PROMOTION, names, (Among("promotion_set_id", ids),))
    held: dict[str, set[str]] = {id: set() for id in ids}
    for set_id, promotion_id in rows:
        held[set_id].add(promotion_id)
    every = tuple(sorted(set[str]().union(*held.values())))
    for member, resource, shape in _SHOWN:
        texts = await unit.texts(resource.table, every) if every else {}
        found = sorted(map(decode, texts.values()), key=lambda each: (each["createdAt"], each["id"]))
        refs = {each["id"]: {name: each[name] for name in shape.__annotations__} for each in found}
        for parts, id in zip(sets, ids, strict=True):
            parts[member] = part([ref for of, ref in refs.items() if of in held[id]])
    return [encode(parts) for parts in sets]


async def rename_in_members(unit: WriteUnit, before: Record, after: Record) -> None:
    """Show the set as it is now in all that are in it."""
    old, new = (encode(each).decode() for each in (before, after))
    await _replace(unit, before, ((old, new),), [after])


async def take_off_members(unit: WriteUnit, ref: Record) -> None:
    """Take a deleted set off all that were in it."""
    await _replace(unit, ref, around(encode(ref).decode()), [])
    await unit.delete(PROMOTION_SET_X_PROMOTION, equal("promotion_set_id", ref["id"]))


async def _replace(
    unit: WriteUnit, ref: Record, forms: Iterable[tuple[str, str]], by: Sequence[Record]
) -> None:
    def change(discount: Record) -> None:
        shown = discount["promotionSets"]
        discount["promotionSets"] = [each for one in shown for each in (by if one == ref else (one,))]

    inside = equal("promotion_set_id", ref["id"])
    where = (Linked("id", PROMOTION_SET_X_PROMOTION, "promotion_id", inside),)
    for resource in DISCOUNTS:
        await replace_copies(unit, resource, where, encode(ref).decode(), forms, change)
