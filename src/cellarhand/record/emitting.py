"""Events of changes, written beside them in the same unit (reference A19, domain HOK-1).

Those alone that a web hook of the tenant waits for (docs/decisions/0028). What is done with them later is no
business of those who write.
"""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record.actor import Actor
from cellarhand.record.reading import present
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
from cellarhand.store.gathering import in_parts
from cellarhand.store.tables import OUTBOX, Column, Table
from cellarhand.store.unit import WriteUnit

# Of the web hooks (events/web_hook.py, which is above) what is looked at here.
_HOOKS = Table(
    "web_hook",
    (Column("object", "text"), Column("action", "text"), Column("disabled_at", "int", null=True)),
    key=("id",),
)
# Events that get what they show of other records at once: what is held of them stays small.
_AT_ONCE = 200


async def emit_own(draft: Draft, action: str) -> None:
    """Write the event of the record that this draft is of, if its kind has events."""
    if draft.resource.event is not None and not draft.quiet:
        text = draft.text or encode(draft.record)
        event = _Event(draft.resource, draft.resource.event, action, draft.id, text)
        await draft.unit.together(_write_events, draft.actor, (event,), last=True)


async def emit(
    unit: WriteUnit,
    resource: Resource,
    action: str,
    record: Record,
    actor: Actor,
    name: str | None = None,
    *,
    text: bytes = b"",
) -> None:
    """Write the event of a change, with the record as GET returns it at this moment (reference A19).

    `name` is the event's object, where that is not the record itself; `text` that of the record, if at hand.
    """
    name = name or resource.event
    if name is not None:
        event = _Event(resource, name, action, record["id"], text or encode(record))
        await unit.together(_write_events, actor, (event,), last=True)


async def emit_bulk(unit: WriteUnit, name: str, object_id: str, payload: Record) -> None:
    """Write the one event of a change of many records (HOK-2): it tells where they are listed."""
    if (name, "Bulk Update") in await _heard(unit):
        await _write_event(unit, name, "Bulk Update", object_id, encode(payload), None)


class _Event(NamedTuple):
    """What happened to a record, with its text as stored then."""

    resource: Resource
    name: str
    action: str
    id: str
    text: bytes


async def _write_events(unit: WriteUnit, actor: Actor, events: Sequence[_Event]) -> None:
    """Write events in their order; those of one resource get what they show of other records at once."""
    heard = await _heard(unit)
    events = [event for event in events if (event.name, event.action) in heard]
    for resource, some in groupby(events, attrgetter("resource")):
        for part in in_parts(list(some), _AT_ONCE):
            payloads = await present(resource, unit, [event.text for event in part])
            for event, payload in zip(part, payloads, strict=True):
                await _write_event(unit, event.name, event.action, event.id, payload, actor.email)
            # Others have a turn.
            await asyncio.sleep(0)


async def _heard(unit: WriteUnit) -> set[tuple[str, str]]:
    """The objects and actions that some web hook of the tenant waits for."""
    hooks = await unit.seldom_changed(_HOOKS, ("object", "action", "disabled_at"), ())
    return {(row[0], row[1]) for row in hooks if row[2] is None}


async def _write_event(
    unit: WriteUnit, name: str, action: str, object_id: str, payload: bytes, email: str | None
) -> None:
    await unit.insert(
        OUTBOX,
        {
            "seq": clock.tick(),
            "id": new_id(),
            "object": name,
            "action": action,
            "object_id": object_id,
            "actor": email,
            "payload": payload.decode(),
            "created_at": clock.now(),
        },
    )
