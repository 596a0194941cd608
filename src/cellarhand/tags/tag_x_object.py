"""Putting a manual tag on one record and taking it off (reference B8)."""

from typing import Any

from cellarhand import clock
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.errors import Fault, Faults
from cellarhand.record.resource import Draft
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import change
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT, tags_by_id
from cellarhand.tags.holders import HOLDERS
from cellarhand.tags.shapes import OBJECT_TYPES, TagXObject, TagXObjectWrite

_THING = "Tag X Object"


async def attach(call: Call) -> bytes:
    """The link, made now or found: a second POST answers 201 with the same row (reference B8)."""
    shape = Shape.of(TagXObjectWrite)
    faults = Faults(shape.members)
    body = check_body(shape, call.body, Turn(faults))
    faults.raise_any()
    object_type = call.params["objectType"]

    async def job(unit: WriteUnit) -> bytes:
        stored = await _lock_holder(unit, object_type, body["objectId"])
        tag = (await tags_by_id(unit, object_type, [body["tagId"]])).get(body["tagId"])
        lost = [name for name, found in (("objectId", stored), ("tagId", tag)) if found is None]
        if lost or stored is None or tag is None:
            raise errors.invalid(*(Fault(name, errors.DOES_NOT_EXIST) for name in lost))
        refuse_dynamic(tag)
        row = await _link(unit, body["tagId"], body["objectId"])
        if row is None:
            manual = [*stored["tags"], tag]
            await _set_tags(call, unit, object_type, stored, manual)
            row = await _link(unit, body["tagId"], body["objectId"])
        return encode(_answer(row or (), body))

    return await call.store.write(call.actor.tenant_id, job)


async def detach(call: Call) -> bytes:
    """Take the tag off; 404 when it is not on the object (reference B8)."""
    object_type = call.params["objectType"]
    tag_id, object_id = call.params["tagId"], call.params["objectId"]

    async def job(unit: WriteUnit) -> bytes:
        stored = await _lock_holder(unit, object_type, object_id)
        tag = (await tags_by_id(unit, object_type, [tag_id])).get(tag_id)
        if stored is None or tag is None or await _link(unit, tag_id, object_id) is None:
            raise errors.not_found(_THING)
        refuse_dynamic(tag)
        left = [each for each in stored["tags"] if each["id"] != tag_id]
        await _set_tags(call, unit, object_type, stored, left)
        return b""

    return await call.store.write(call.actor.tenant_id, job)


def refuse_dynamic(tag: Record) -> None:
    """E6: what a dynamic tag is on follows from its conditions alone."""
    if tag["type"] == "Dynamic":
        raise errors.forbidden_by_state("Can not add or remove a dynamic tag")


async def _lock_holder(unit: WriteUnit, object_type: str, id: str) -> Record | None:
    holder = HOLDERS.get(object_type)
    if holder is None:
        return None
    row = await unit.lock(holder.table, ("body",), equal("id", id))
    return decode(row[0]) if row else None


async def _link(unit: WriteUnit, tag_id: str, object_id: str) -> Any:
    where = (*equal("tag_id", tag_id), *equal("object_id", object_id))
    return await unit.row(TAG_X_OBJECT, ("id", "created_at"), where)


async def _set_tags(
    call: Call, unit: WriteUnit, object_type: str, stored: Record, tags: list[Record]
) -> None:
    """A change of tags is an update of the record that carries them, with all that follows from one."""
    holder = HOLDERS[object_type]
    sent = {"tags": [{"id": tag["id"]} for tag in tags]}
    await change(Draft(holder, unit, call.actor, clock.now(), sent, Faults(), stored))


def _answer(row: Any, body: Record) -> Record:
    moment = clock.to_wire(row[1])
    return {
        "objectId": body["objectId"],
        "tagId": body["tagId"],
        "id": row[0],
        "tagType": "Manual",
        "updatedAt": moment,
        "createdAt": moment,
    }


TAG_X_OBJECT_ACTIONS = (
    Action(
        "attach-tag",
        "POST",
        "/tag-x-object/:objectType",
        attach,
        "Put a manual tag on a record",
        operation="create",
        right="tag-x-object",
        permission="Tag",
        status=201,
        takes=TagXObjectWrite,
        answers=TagXObject,
        words=OBJECT_TYPES,
    ),
    Action(
        "detach-tag",
        "DELETE",
        "/tag-x-object/:objectType/:tagId/:objectId",
        detach,
        "Take a manual tag off a record; the tag's id comes first",
        # Attaching and taking off are one right; an app needs Full for both.
        operation="update",
        right="tag-x-object",
        permission="Tag",
        status=204,
        words=OBJECT_TYPES,
    ),
)
