"""Which record carries which tag; and the step by which a write of `tags` changes that (reference A13)."""

from collections.abc import Iterable
from typing import cast

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Reference
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, equal
from cellarhand.store.tables import Column, Index, Table
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.tag import TAG, tag_ref

TAG_X_OBJECT = Table(
    "tag_x_object",
    (
        Column("id", "id"),
        Column("tag_id", "id"),
        Column("object_id", "id"),
        Column("created_at", "int"),
    ),
    key=("tag_id", "object_id"),
    indexes=(Index(("object_id",)),),
)
_LOOKED_AT = ("id", "object_type", "body")


async def tags_by_id(unit: WriteUnit, object_type: str, ids: list[str]) -> dict[str, Record]:
    """The tags of that object type among `ids`."""
    if not ids:
        return {}
    rows = await unit.rows(TAG.table, _LOOKED_AT, (Among("id", tuple(dict.fromkeys(ids))),))
    return {row[0]: decode(row[2]) for row in rows if row[1] == object_type}


def tags_named(sent: Record) -> Iterable[Reference]:
    """The tags that a checked body names, as they are looked up above."""
    if sent.get("tags"):
        yield Reference(TAG.table, _LOOKED_AT, [tag["id"] for tag in sent["tags"]])


async def set_manual_tags(draft: Draft) -> None:
    """`tags` in a body replaces the set of manual tags; dynamic ones stay and are ignored in the list."""
    if "tags" not in draft.sent:
        return
    stored: list[Record] = draft.stored.get("tags", []) if draft.stored is not None else []
    if not draft.sent["tags"] and not stored:
        # What most records have.
        draft.sent["tags"] = draft.sent["groups"] = stored
        return
    ids = [element["id"] for element in cast(list[Record], draft.sent["tags"])]
    object_type = TAGGED_AS[draft.resource.name]
    known = await tags_by_id(draft.unit, object_type, ids)
    carried = {tag["id"] for tag in stored}
    for place, tag_id in enumerate(ids):
        if tag_id not in known and tag_id not in carried:
            draft.faults.add(f"tags[{place}].id", errors.DOES_NOT_EXIST)
    wanted = [tag_ref(known[i]) for i in dict.fromkeys(ids) if i in known and known[i]["type"] == "Manual"]
    kept = [tag for tag in stored if tag["type"] == "Dynamic"]
    tags = [*wanted, *kept]
    if {tag["id"] for tag in tags} == carried:
        # The same set, perhaps in another order: nothing changes.
        tags = stored
    draft.sent["tags"] = tags
    draft.sent["groups"] = tags


async def keep_links(draft: Draft) -> None:
    """Bring the rows of TAG_X_OBJECT in step with the record's tags."""
    stored: list[Record] = draft.stored.get("tags", []) if draft.stored is not None else []
    if not stored and not draft.record["tags"]:
        return
    before = {tag["id"] for tag in stored}
    after = {tag["id"] for tag in draft.record["tags"]}
    if before - after:
        gone = (Among("tag_id", tuple(before - after)), *equal("object_id", draft.id))
        await draft.unit.delete(TAG_X_OBJECT, gone)
    for tag_id in sorted(after - before):
        await link(draft.unit, tag_id, draft.id)


async def link(unit: WriteUnit, tag_id: str, object_id: str) -> Record:
    row = {"id": new_id(), "tag_id": tag_id, "object_id": object_id, "created_at": clock.now()}
    await unit.insert(TAG_X_OBJECT, row)
    return row


async def drop_links(draft: Draft) -> None:
    """A deleted record carries nothing."""
    await draft.unit.delete(TAG_X_OBJECT, equal("object_id", draft.id))


TAGGED_AS = {"customer": "Customer", "order": "Order", "club-membership": "ClubMembership"}
"""The object type of tags that each resource carries."""
