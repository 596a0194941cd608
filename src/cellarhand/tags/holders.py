"""The records that carry tags, and what a change of a tag does to all of them.

A record shows its tags inside its own stored text, so a tag's text is replaced there, in the unit of work of
the tag's change. The record itself has not changed: its `updatedAt` stays and it has no event of its own.
"""

from collections.abc import Iterable, Sequence

from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.order import ORDER
from cellarhand.record.copies import around, replace_copies
from cellarhand.record.resource import Resource
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Linked, Where, equal
from cellarhand.store.unit import ReadUnit, WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT
from cellarhand.tags.shapes import TagRef

HOLDERS: dict[str, Resource] = {"Customer": CUSTOMER, "ClubMembership": CLUB_MEMBERSHIP, "Order": ORDER}
"""The resource that carries the tags of each object type."""
_SHOWN = {"Customer": ("tags", "groups")}


def _text(tag: TagRef) -> str:
    return encode(tag).decode()


def _holding(tag: TagRef) -> Where:
    return (Linked("id", TAG_X_OBJECT, "object_id", equal("tag_id", tag["id"])),)


async def holder_counts(unit: ReadUnit, tag_ids: Iterable[str]) -> dict[str, int]:
    """How many records carry each tag."""
    return {id: await unit.count(TAG_X_OBJECT, equal("tag_id", id)) for id in tag_ids}


async def rename_in_holders(unit: WriteUnit, before: TagRef, after: TagRef) -> None:
    """Show the tag as it is now in every record that carries it."""
    await _replace(unit, before, ((_text(before), _text(after)),), [after])


async def take_off_holders(unit: WriteUnit, tag: TagRef) -> None:
    """Take a deleted tag off every record that carries it (reference B7)."""
    await _replace(unit, tag, around(_text(tag)), [])
    await unit.delete(TAG_X_OBJECT, equal("tag_id", tag["id"]))


async def _replace(
    unit: WriteUnit, tag: TagRef, forms: Iterable[tuple[str, str]], by: Sequence[TagRef]
) -> None:
    holder, members = HOLDERS.get(tag["objectType"]), _SHOWN.get(tag["objectType"], ("tags",))
    if holder is None:
        return

    def change(record: Record) -> None:
        for member in members:
            shown = record[member]
            record[member] = [each for one in shown for each in (by if one["id"] == tag["id"] else (one,))]

    await replace_copies(unit, holder, _holding(tag), _text(tag), forms, change, len(members))
