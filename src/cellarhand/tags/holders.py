"""The records that carry tags, and what a change of a tag does to all of them.

A record shows its tags inside its own stored text, so a tag's text is replaced there, in the unit of work of
the tag's change. The record itself has not changed: its `updatedAt` stays and it has no event of its own.
"""

from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.order import ORDER
from cellarhand.record.resource import Resource
from cellarhand.record.text import encode
from cellarhand.store.conditions import Linked, Where, equal
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT
from cellarhand.tags.shapes import TagRef

HOLDERS: dict[str, Resource] = {"Customer": CUSTOMER, "ClubMembership": CLUB_MEMBERSHIP, "Order": ORDER}
"""The resource that carries the tags of each object type."""


def _text(tag: TagRef) -> str:
    return encode(tag).decode()


def _holding(tag: TagRef) -> Where:
    return (Linked("id", TAG_X_OBJECT, "object_id", equal("tag_id", tag["id"])),)


async def rename_in_holders(unit: WriteUnit, before: TagRef, after: TagRef) -> None:
    """Show the tag as it is now in every record that carries it."""
    holder = HOLDERS.get(after["objectType"])
    if holder is not None:
        await unit.replace_text(holder.table, "body", _text(before), _text(after), _holding(after))


async def take_off_holders(unit: WriteUnit, tag: TagRef) -> None:
    """Take a deleted tag off every record that carries it (reference B7)."""
    holder = HOLDERS.get(tag["objectType"])
    if holder is not None:
        # The tag may stand after another one, before another one, or alone.
        for text in (f",{_text(tag)}", f"{_text(tag)},", _text(tag)):
            await unit.replace_text(holder.table, "body", text, "", _holding(tag))
    await unit.delete(TAG_X_OBJECT, equal("tag_id", tag["id"]))
