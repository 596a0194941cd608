"""Trash: a list of deletions, so that copies elsewhere can follow (reference B36)."""

from typing import TypedDict

from cellarhand import clock
from cellarhand.accounts.rights import objects_of
from cellarhand.events.app_sync import SHOWN, forget_syncs
from cellarhand.ids import new_id
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Draft, Extract, Filter, Resource, TextSearch
from cellarhand.record.text import decode, encode
from cellarhand.record.types import Instant, Text, Uuid
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record
from cellarhand.store.conditions import Among, Value, Where
from cellarhand.store.tables import Column, Index

OBJECTS = (
    "Allocation",
    "Cart",
    "Club",
    "Club Package",
    "Club Membership",
    "Collection",
    "Customer",
    "Customer Address",
    "Customer Credit Card",
    "Coupon",
    "Department",
    "Gift Card",
    "Group",
    "Loyalty Tier",
    "Meta Data Config",
    "Note",
    "Product",
    "Promotion",
    "Promotion Set",
    "Order",
    "Reservation",
    "Reservation Type",
    "Shipping",
    "Tag",
    "Tax",
    "Vendor",
    "Web Hook",
)


class Trash(TypedDict):
    id: Uuid
    objectType: Text
    objectId: Uuid
    title: Text | None
    deletedBy: Text | None
    createdAt: Instant
    updatedAt: Instant


def _readable(actor: Actor) -> Where:
    """An app sees the deletions of the object types that it may read (reference A3)."""
    if actor.kind != "app":
        return ()
    return (Among("object_type", tuple(objects_of(actor.permissions))),)


TRASH = Resource(
    name="trash",
    thing="Trash",
    path="/trash",
    key="trashes",
    read=Trash,
    operations=("list",),
    right="trash",
    extracts=(
        Extract(Column("object_type", "text"), lambda row: row["objectType"]),
        Extract(Column("object_id", "id"), lambda row: row["objectId"]),
    ),
    # The whole record as it was, for restoring it on the site.
    hidden=(Column("snapshot", "text", null=True),),
    indexes=(Index(("object_id",)),),
    filters=(
        Filter("objectType", "E", "object_type", choices=OBJECTS),
        Filter("objectId", "I", "object_id"),
    ),
    search=TextSearch(lambda row: row["title"] or ""),
    visible=_readable,
)


_BESIDE = "hidden"


def of_snapshot(text: str) -> tuple[Record, dict[str, Value]]:
    """A record as it was, and what of its hidden columns went along."""
    record: Record = decode(text.encode())
    return record, record.pop(_BESIDE, {})


async def into_trash(draft: Draft) -> None:
    """Write the trash row of a deletion. What apps told of the record goes, and never comes back."""
    await forget_syncs(draft.unit, draft.before)
    moment = clock.to_wire(draft.now)
    row = {
        "id": new_id(),
        "objectType": draft.resource.event or draft.resource.thing,
        "objectId": draft.before["id"],
        "title": draft.resource.trash_title(draft.before),
        "deletedBy": draft.actor.label,
        "createdAt": moment,
        "updatedAt": moment,
    }
    kept = {**draft.before, _BESIDE: draft.hidden} if draft.hidden else draft.before
    if kept.get(SHOWN):
        kept = {**kept, SHOWN: None}
    await insert_record(draft.unit, TRASH, row, {"snapshot": encode(kept).decode()})
