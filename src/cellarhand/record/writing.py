"""Writing records: create, update and delete (reference part B, first lines).

Each write is one unit of work: the record, its unique values, search terms and counter, the records that
follow from it, its entry in the log of activity, and its event (GEN-4).
Nothing is written when anything is refused.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record import errors
from cellarhand.record.activity import tell, tell_change
from cellarhand.record.actor import Actor
from cellarhand.record.assemble import assemble
from cellarhand.record.checking import checked, may_push
from cellarhand.record.emitting import emit, emit_own
from cellarhand.record.errors import Faults
from cellarhand.record.reading import (
    Params,
    place_of,
    present,
    refuse_lost_parent,
    refuse_switched_off,
    shown,
)
from cellarhand.record.resource import Draft, Resource, WordSearch
from cellarhand.record.search import terms
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import IDENTITY, Record, Turn, check_body
from cellarhand.store.conditions import Among, Value, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import DELETED_ID, SEARCH_TERM, UNIQUE_KEY
from cellarhand.store.unit import WriteUnit


async def create_record(
    resource: Resource, store: Store, actor: Actor, params: Params, body: object
) -> bytes:
    """The body checked, stored and returned as a later GET would return it."""
    clean: Record | None = checked(resource, actor, body)
    hidden = await work_aside(resource, body)

    async def job(unit: WriteUnit) -> bytes:
        nonlocal clean
        # Steps fill in what was sent: a unit that has to run again begins with the body once more.
        sent, clean = checked(resource, actor, body) if clean is None else clean, None
        sent.update(fixed(resource, params))
        await lock_parent(resource, unit, params)
        draft = new_draft(resource, unit, actor, sent, hidden)
        draft.owns_sent = True
        await store_new(draft)
        return await answer_of(draft)

    return await store.write(actor.tenant_id, job, alone=resource.spreads)


async def work_aside(resource: Resource, body: object) -> dict[str, Value]:
    """Slow work on a body (hashing a password), done before a unit holds other writers up."""
    return await resource.aside(body) if resource.aside is not None else {}


def new_draft(
    resource: Resource, unit: WriteUnit, actor: Actor, sent: Record, hidden: Mapping[str, Value]
) -> Draft:
    faults = Faults(resource.write_shape.members)
    return Draft(resource, unit, actor, clock.now(), sent, faults, hidden=dict(hidden))


def fixed(resource: Resource, params: Params) -> Record:
    """Members that the path decides."""
    found: Record = {}
    if resource.parent is not None:
        found[resource.parent.param] = params[resource.parent.param]
    if resource.scope is not None:
        found[resource.scope.member] = params[resource.scope.param]
    return found


async def lock_parent(resource: Resource, unit: WriteUnit, params: Params) -> None:
    """Look the parent up and keep it from other writers: what a child changes of it must not cross."""
    if resource.parent is not None and resource.parent.param in params:
        above = resource.parent.resource
        if await unit.lock(above.table, ("id",), equal("id", params[resource.parent.param])) is None:
            raise errors.not_found(above.thing)


async def store_new(draft: Draft) -> None:
    """Store the record that `draft.sent` describes, with all that follows from it."""
    resource, unit, sent = draft.resource, draft.unit, draft.sent
    await refuse_switched_off(resource, unit)
    await _refuse_used_id(draft)
    for step in resource.prepare:
        await step(draft)
    if "id" not in sent:
        sent["id"] = new_id()
    if resource.dated and not ("createdAt" in sent and "updatedAt" in sent):
        moment = clock.to_wire(draft.now)
        sent.setdefault("createdAt", moment)
        sent.setdefault("updatedAt", moment)
    draft.record = assemble(resource.read_shape, sent, None)
    for step in resource.settle:
        await step(draft)
    await _refuse_taken(draft)
    draft.faults.raise_any()
    draft.text = await insert_record(unit, resource, draft.record, draft.hidden)
    for step in resource.follow:
        await step(draft)
    await tell(draft, "Created")
    await emit_own(draft, "Create")


async def answer_of(draft: Draft) -> bytes:
    """The record of a finished write as a later GET would return it."""
    text = draft.text or encode(draft.record)
    return (await present(draft.resource, draft.unit, [text]))[0]


async def _refuse_used_id(draft: Draft) -> None:
    pushed = draft.sent.get("id")
    if pushed is None:
        return
    resource, unit = draft.resource, draft.unit
    used = await unit.of_keys(resource.table, ("id",), ((pushed,),))
    gone = await unit.of_keys(DELETED_ID, ("object_id",), ((resource.name, pushed),))
    if used or gone:
        raise errors.id_exists()


async def insert_record(
    unit: WriteUnit, resource: Resource, record: Record, hidden: Mapping[str, Any] | None = None
) -> bytes:
    """Store one record with its columns, unique values, search terms and counter; its text as stored."""
    text = encode(record)
    values = {**resource.columns_of(record), "body": text.decode(), **(hidden or {})}
    await unit.insert(resource.table, values)
    for unique in resource.unique:
        rows = [(unique.kind, value, record["id"]) for value, _ in unique.values(record)]
        if rows:
            await unit.insert_many(UNIQUE_KEY, ("kind", "value", "object_id"), rows)
    if isinstance(resource.search, WordSearch):
        await add_terms(unit, resource.name, record["id"], terms(resource.search.entries(record)))
    await unit.count_up(resource.name)
    return text


async def add_terms(unit: WriteUnit, kind: str, id: str, found: set[str], part: int = 0) -> None:
    rows = [(kind, term, id, part) for term in sorted(found)]
    if rows:
        await unit.insert_many(SEARCH_TERM, ("kind", "term", "object_id", "part"), rows)


async def drop_terms(unit: WriteUnit, kind: str, id: str, found: set[str], part: int = 0) -> None:
    """Take the terms away that a record had: they are found by themselves, without an index of their own."""
    if found:
        where = (*equal("kind", kind), Among("term", tuple(sorted(found))), *equal("object_id", id))
        await unit.delete(SEARCH_TERM, (*where, *equal("part", part)))


async def update_record(
    resource: Resource, store: Store, actor: Actor, params: Params, body: object, *, seen: str | None = None
) -> bytes:
    """A partial update (reference A13): 200 with the whole object; nothing happens when nothing changes.

    With `seen`, the version that the caller looked at, a record that was changed since is left alone.
    """
    hidden = await work_aside(resource, body)

    async def job(unit: WriteUnit) -> bytes:
        return await answer_of(await update_stored(resource, unit, actor, params, body, hidden, seen))

    return await store.write(actor.tenant_id, job, alone=resource.spreads)


def version_of(record: Record) -> str:
    """What tells a record from what it was before: its `updatedAt`, or where it has none a digest."""
    return record.get("updatedAt") or hashlib.blake2b(encode(record), digest_size=8).hexdigest()


async def update_stored(
    resource: Resource,
    unit: WriteUnit,
    actor: Actor,
    params: Params,
    body: object,
    hidden: Mapping[str, Value],
    seen: str | None = None,
) -> Draft:
    """A partial update inside a unit; E5 or E15 when it can't be, 409 when it changed since `seen`."""
    await refuse_switched_off(resource, unit)
    stored = await lock_stored(resource, unit, actor, params)
    if stored is None:
        # A body that is wrong in itself is answered before a record that is not there.
        check_update(resource, unit, actor, body, {}, {})
        await refuse_lost_parent(resource, unit, params)
        raise errors.not_found(resource.thing)
    if seen is not None and version_of(stored) != seen:
        raise errors.changed_since()
    current = stored if resource.present is None else decode(await shown(resource, unit, stored))
    draft = check_update(resource, unit, actor, body, stored, current)
    draft.hidden.update(hidden)
    await change(draft)
    return draft


async def lock_stored(resource: Resource, unit: WriteUnit, actor: Actor, params: Params) -> Record | None:
    """The record that the path addresses, kept from other writers."""
    if resource.parent is not None:
        above = resource.parent
        if await unit.lock(above.resource.table, ("id",), equal("id", params[above.param])) is None:
            return None
    where = (*equal("id", params["id"]), *place_of(resource, params), *resource.visible(actor))
    row = await unit.lock(resource.table, ("body",), where)
    return decode(row[0]) if row else None


def check_update(
    resource: Resource, unit: WriteUnit, actor: Actor, body: object, stored: Record, current: Record
) -> Draft:
    """The draft of a PUT; `current` is the stored record as GET shows it, which a body may repeat.

    Both are empty where there is none: then it raises what is wrong with the body whatever is stored.
    """
    shape = resource.change_shape
    faults = Faults(shape.members)
    clean = check_body(shape, body, Turn(faults, may_push(resource, actor), current))
    draft = Draft(resource, unit, actor, clock.now(), clean, faults, stored)
    if resource.check is not None and stored:
        resource.check(draft)
    if not stored:
        # Without a record only what can be judged without one is judged.
        faults = _judged_alone(resource, faults)
    faults.raise_any()
    return draft


def _judged_alone(resource: Resource, faults: Faults) -> Faults:
    """The faults that a body has whatever is stored: nothing that only repeating could put right."""
    kept = Faults(resource.change_shape.members)
    repeatable = resource.read_shape.members.keys() - IDENTITY
    for fault in faults.in_order():
        unknown = fault.message == errors.UNKNOWN_MEMBER
        if fault.message in (errors.CAN_NOT_CHANGE, errors.DOES_NOT_EXIST):
            continue
        if unknown and (fault.field in repeatable or "." in fault.field):
            continue
        kept.add(fault.field, fault.message)
    return kept


async def change(draft: Draft) -> None:
    """Apply `draft.sent` to the stored record, with all that follows from it."""
    resource, stored = draft.resource, draft.before
    for step in resource.prepare:
        await step(draft)
    draft.record = assemble(resource.read_shape, draft.sent, stored)
    for step in resource.settle:
        await step(draft)
    await _refuse_taken(draft)
    draft.faults.raise_any()
    if draft.record == stored and not draft.touched:
        return
    if resource.dated and "updatedAt" not in draft.sent:
        draft.record["updatedAt"] = clock.to_wire(draft.now)
    draft.text = await replace_record(draft.unit, resource, stored, draft.record, draft.hidden)
    for step in resource.follow:
        await step(draft)
    await tell_change(draft)
    await emit_own(draft, "Update")


async def replace_record(
    unit: WriteUnit,
    resource: Resource,
    stored: Record,
    record: Record,
    hidden: Mapping[str, Any] | None = None,
) -> bytes:
    """Store a changed record with what of its columns, unique values and search terms changed; its text."""
    text = encode(record)
    values = {**resource.changed_columns(stored, record), "body": text.decode(), **(hidden or {})}
    await unit.update(resource.table, equal("id", record["id"]), values)
    for unique in resource.unique:
        before = {value for value, _ in unique.values(stored)}
        after = {value for value, _ in unique.values(record)}
        if before - after:
            gone = (*equal("kind", unique.kind), Among("value", tuple(before - after)))
            await unit.delete(UNIQUE_KEY, gone)
        if after - before:
            rows = [(unique.kind, value, record["id"]) for value in sorted(after - before)]
            await unit.insert_many(UNIQUE_KEY, ("kind", "value", "object_id"), rows)
    if isinstance(resource.search, WordSearch):
        before_terms = terms(resource.search.entries(stored))
        after_terms = terms(resource.search.entries(record))
        await drop_terms(unit, resource.name, record["id"], before_terms - after_terms)
        await add_terms(unit, resource.name, record["id"], after_terms - before_terms)
    return text


async def _refuse_taken(draft: Draft) -> None:
    """Each unique value is looked up; one taken by another record, or sent twice, is a fault at its path."""
    for unique in draft.resource.unique:
        sought = list(unique.values(draft.record))
        kept = {value for value, _ in unique.values(draft.stored)} if draft.stored else set[str]()
        new = tuple({value for value, path in sought if path not in draft.derived} - kept)
        keys = [(unique.kind, value) for value in new]
        rows = await draft.unit.of_keys(UNIQUE_KEY, ("value", "object_id"), keys)
        taken = {row[0] for row in rows if row[1] != draft.id}
        seen: set[str] = set()
        for value, path in sought:
            # What was taken since it was made here: the store refuses the row, and runs this unit again.
            if (value in taken or value in seen) and path not in draft.derived:
                draft.faults.add(path, errors.UNIQUE)
            seen.add(value)


async def delete_record(resource: Resource, store: Store, actor: Actor, params: Params) -> None:
    """The record leaves all lists; a trash row and a Delete event stay (reference A6, B36)."""

    async def job(unit: WriteUnit) -> None:
        await refuse_switched_off(resource, unit)
        stored = await lock_stored(resource, unit, actor, params)
        if stored is None:
            await refuse_lost_parent(resource, unit, params)
            raise errors.not_found(resource.thing)
        draft = Draft(resource, unit, actor, clock.now(), {}, Faults(), stored)
        await remove(draft)

    await store.write(actor.tenant_id, job, alone=True)


async def remove(draft: Draft) -> None:
    """Take one stored record out, with all that follows from it. Alone: another might just refer to it."""
    draft.unit.must_be_alone()
    resource, unit, stored = draft.resource, draft.unit, draft.before
    for step in resource.refuse_delete:
        await step(draft)
    await delete_rows(unit, resource, stored)
    for step in resource.follow_delete:
        await step(draft)
    await tell(draft, "Deleted")
    await emit(unit, resource, "Delete", stored, draft.actor)


async def delete_rows(unit: WriteUnit, resource: Resource, stored: Record) -> None:
    """The record's own rows: itself, its unique values, search terms and place in the counter."""
    await unit.delete(resource.table, equal("id", stored["id"]))
    for unique in resource.unique:
        values = tuple(value for value, _ in unique.values(stored))
        await unit.delete(UNIQUE_KEY, (*equal("kind", unique.kind), Among("value", values)))
    if isinstance(resource.search, WordSearch):
        await drop_terms(unit, resource.name, stored["id"], terms(resource.search.entries(stored)))
    await unit.insert(DELETED_ID, {"kind": resource.name, "object_id": stored["id"]})
    await unit.count_up(resource.name, -1)
