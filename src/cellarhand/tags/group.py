"""Groups: the older name of customer tags, with fewer members (reference B9). A group's id is the tag's."""

from dataclasses import replace

from cellarhand import clock
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.errors import Faults
from cellarhand.record.query import only, parse
from cellarhand.record.reading import Params, list_records, read_record
from cellarhand.record.resource import Draft
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import change, check_update, create_record, lock_stored, remove
from cellarhand.store.conditions import By
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.shapes import Group, GroupChange, GroupWrite
from cellarhand.tags.tag import TAG, group_of

_AMONG_TAGS = {"objectType": "Customer"}
_BY_TITLE = (By("search_text"), By("id"))
GROUP = replace(
    TAG,
    name="group",
    thing="Group",
    path="/group",
    key="groups",
    table_name=TAG.table.name,
    read=Group,
    write=GroupWrite,
    change=GroupChange,
    operations=(),
    scope=None,
    filters=(),
    check=None,
)
"""What can be asked of groups and sent for them; the records are tags."""


def _place(call: Call) -> Params:
    return {**call.params, **_AMONG_TAGS}


async def list_groups(call: Call) -> bytes:
    wanted = parse(GROUP, call.query)._replace(order=_BY_TITLE)
    unit = call.store.reading(call.actor.tenant_id)
    page = decode(await list_records(TAG, unit, call.actor, _place(call), wanted))
    return encode({GROUP.key: [group_of(tag) for tag in page.pop(TAG.key)], **page})


async def read_group(call: Call) -> bytes:
    only(call.query, ())
    unit = call.store.reading(call.actor.tenant_id)
    try:
        tag = await read_record(TAG, unit, call.actor, _place(call))
    except errors.HouseError:
        # All that can be wrong: it is called otherwise here.
        raise errors.not_found(GROUP.thing) from None
    return _shown(decode(tag))


def _shown(tag: Record) -> bytes:
    return encode(group_of(tag))


async def create_group(call: Call) -> bytes:
    """A manual customer tag."""
    only(call.query, ())
    faults = Faults(Shape.of(GroupWrite).members)
    body = check_body(Shape.of(GroupWrite), call.body, Turn(faults))
    faults.raise_any()
    return _shown(decode(await create_record(TAG, call.store, call.actor, _AMONG_TAGS, body)))


async def update_group(call: Call) -> bytes:
    """Another title; a dynamic tag goes on by its conditions."""
    only(call.query, ())

    async def job(unit: WriteUnit) -> bytes:
        stored = await lock_stored(TAG, unit, call.actor, _place(call))
        shown = group_of(stored) if stored is not None else {}
        checked = check_update(GROUP, unit, call.actor, call.body, shown, shown)
        if stored is None:
            raise errors.not_found(GROUP.thing)
        draft = Draft(TAG, unit, call.actor, clock.now(), checked.sent, Faults(), stored)
        await change(draft)
        return _shown(draft.record)

    return await call.store.write(call.actor.tenant_id, job, alone=TAG.spreads)


async def delete_group(call: Call) -> bytes:
    """The tag goes, with all that follows from that."""
    only(call.query, ())

    async def job(unit: WriteUnit) -> bytes:
        stored = await lock_stored(TAG, unit, call.actor, _place(call))
        if stored is None:
            raise errors.not_found(GROUP.thing)
        await remove(Draft(TAG, unit, call.actor, clock.now(), {}, Faults(), stored))
        return b""

    return await call.store.write(call.actor.tenant_id, job, alone=True)


GROUP_ACTIONS = (
    Action(
        "list-groups",
        "GET",
        GROUP.path,
        list_groups,
        "List groups, the older name of customer tags, by title",
        operation="list",
        right=TAG.right,
        permission=TAG.permission,
        answers=Group,
        key=GROUP.key,
        lists=GROUP,
        paged=True,
        alias=True,
    ),
    Action(
        "create-group",
        "POST",
        GROUP.path,
        create_group,
        "Create a group: a manual customer tag",
        operation="create",
        right=TAG.right,
        permission=TAG.permission,
        status=201,
        takes=GroupWrite,
        answers=Group,
        alias=True,
    ),
    Action(
        "read-group",
        "GET",
        f"{GROUP.path}/:id",
        read_group,
        "Read a group",
        right=TAG.right,
        permission=TAG.permission,
        answers=Group,
        alias=True,
    ),
    Action(
        "update-group",
        "PUT",
        f"{GROUP.path}/:id",
        update_group,
        "Change a group's title",
        operation="update",
        right=TAG.right,
        permission=TAG.permission,
        takes=GroupChange,
        answers=Group,
        alias=True,
    ),
    Action(
        "delete-group",
        "DELETE",
        f"{GROUP.path}/:id",
        delete_group,
        "Delete a group: the tag, from all customers too",
        operation="delete",
        right=TAG.right,
        permission=TAG.permission,
        status=204,
        alias=True,
    ),
)
