"""Putting a dynamic tag on the records that were there before it: in the background, some at a time (TAG-3).

What is left to do stands in a table of its own, so a server that was stopped goes on where it was. Several
processes may work at one tag: whoever finds that another was faster takes the next page. The records of one
tag change in many units, and are told of by one Bulk Update at the end (TAG-4).
"""

import asyncio
import logging
from collections.abc import Sequence

from cellarhand import clock
from cellarhand.accounts.tables import TENANT
from cellarhand.ids import new_id
from cellarhand.record.emitting import emit_bulk
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import BY_ID, Among, Compare, equal
from cellarhand.store.engine import Store, StoreUnavailable
from cellarhand.store.tables import Column, Table
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT
from cellarhand.tags.dynamic import apply
from cellarhand.tags.holders import HOLDERS
from cellarhand.tags.rules import NIGHTLY, Rule
from cellarhand.tags.tag import TAG, not_begun, tag_ref

_LOG = logging.getLogger("cellarhand.tags")
CHUNK = 500
AT_A_TIME = 50
"""Records of a chunk in memory at any moment."""
SECONDS_BETWEEN = 2.0

BACK_POPULATION = Table(
    "back_population",
    (Column("tag_id", "id"), Column("last_id", "id", null=True), Column("changed", "int")),
    key=("tag_id",),
)
"""The tags that records are still looked at for: after which record it goes on, and how many were changed."""


class _Overtaken(Exception):
    """Another process was faster, or the tag asks for something else now."""


async def begin(unit: WriteUnit, tag_id: str) -> None:
    """All records are to be looked at for this tag; who was under way begins anew."""
    start = {"last_id": None, "changed": 0}
    if not await unit.update(BACK_POPULATION, equal("tag_id", tag_id), start):
        await unit.insert(BACK_POPULATION, {"tag_id": tag_id, **start})


async def forget(unit: WriteUnit, tag_id: str) -> None:
    """The tag is gone."""
    await unit.delete(BACK_POPULATION, equal("tag_id", tag_id))


async def begin_nightly(store: Store, tenant_id: int) -> int:
    """Look again for the tags that follow ranks and dates, whose records nobody has to change; how many."""

    async def job(unit: WriteUnit) -> int:
        where = (*equal("object_type", "Customer"), *equal("type", "Dynamic"))
        rows = await unit.lock_rows(TAG.table, ("body",), where)
        tags = [tag for row in rows if Rule.of(tag := decode(row[0])).subjects & NIGHTLY]
        for tag in tags:
            await _show_progress(unit, tag, not_begun())
            await begin(unit, tag["id"])
        return len(tags)

    return await store.write(tenant_id, job)


async def populate(store: Store, api_url: str) -> int:
    """Do all that is left to do, in every tenant; how many records were changed."""
    shared = store.reading(None)
    waiting = await shared.tenants_with(BACK_POPULATION)
    closed = {row[0] for row in await shared.rows(TENANT, ("tenant_id",), equal("state", "Closed"))}
    changed = 0
    for tenant_id in waiting:
        if tenant_id not in closed:
            changed += await populate_tenant(store, tenant_id, api_url)
    return changed


async def populate_tenant(store: Store, tenant_id: int, api_url: str) -> int:
    changed = 0
    for (tag_id,) in await store.reading(tenant_id).rows(BACK_POPULATION, ("tag_id",)):
        changed += await _populate_tag(store, tenant_id, tag_id, api_url)
    return changed


async def _populate_tag(store: Store, tenant_id: int, tag_id: str, api_url: str) -> int:
    changed = 0

    async def job(unit: WriteUnit) -> int | None:
        return await _populate_page(unit, tag_id, api_url)

    while True:
        try:
            now_changed = await store.write(tenant_id, job)
        except _Overtaken:
            now_changed = 0
        if now_changed is None:
            return changed
        changed += now_changed
        # Others have a turn.
        await asyncio.sleep(0)


async def _populate_page(unit: WriteUnit, tag_id: str, api_url: str) -> int | None:
    """Look at the next records for one tag; how many were changed, or None when nothing is left to do."""
    at = equal("tag_id", tag_id)
    left = await unit.row(BACK_POPULATION, ("last_id", "changed"), at)
    body = await unit.body(TAG.table, tag_id)
    if left is None or body is None:
        return None
    last_id, so_far = left
    tag: Record = decode(body)
    holder = HOLDERS[tag["objectType"]]
    beyond = (Compare("id", ">", last_id),) if last_id else ()
    ids = [row[0] for row in await unit.rows(holder.table, ("id",), beyond, BY_ID, CHUNK)]
    changed = 0
    for start in range(0, len(ids), AT_A_TIME):
        changed += await _put(unit, holder, tag, ids[start : start + AT_A_TIME])
        # Readers have a turn.
        await asyncio.sleep(0)
    # Records first, then the tag, then what is left: so locks everybody.
    row = await unit.lock(TAG.table, ("body",), equal("id", tag_id))
    now_left = await unit.lock(BACK_POPULATION, ("last_id", "changed"), at)
    if row is None or now_left is None or tuple(now_left) != tuple(left) or not _same(tag, decode(row[0])):
        raise _Overtaken
    tag = decode(row[0])
    shown = tag.get("backPopulate", not_begun())
    so_far += changed
    pages = -(-await unit.counter(holder.name) // CHUNK)
    done = shown["currentPage"] + bool(ids)
    if len(ids) == CHUNK:
        await unit.update(BACK_POPULATION, at, {"last_id": ids[-1], "changed": so_far})
        going_on = {"totalPages": max(pages, done), "cursor": ids[-1], "status": "Processing"}
        await _show_progress(unit, tag, {**shown, "currentPage": done, **going_on})
        return changed
    await unit.delete(BACK_POPULATION, at)
    over = {"cursor": None, "status": "Completed", "processDate": clock.to_wire(clock.now())}
    await _show_progress(unit, tag, {"currentPage": done, "totalPages": done, **over})
    if so_far and holder.event is not None:
        url = f"{api_url}/v1{holder.path}?tagId={tag_id}&cursor=start"
        await emit_bulk(unit, holder.event, tag_id, {"callbackUrl": url})
    return changed


def _same(before: Record, after: Record) -> bool:
    """Whether the tag asks the same and shows the same as when the page was begun."""
    return Rule.of(before).asks == Rule.of(after).asks and tag_ref(before) == tag_ref(after)


async def _put(unit: WriteUnit, holder: Resource, tag: Record, ids: Sequence[str]) -> int:
    """Put the tag on those of these records that answer to it, and off the others; how many were changed."""
    rows = await unit.lock_rows(holder.table, ("body",), (Among("id", tuple(ids)),))
    before: dict[str, Record] = {record["id"]: record for record in (decode(row[0]) for row in rows)}
    renewed = [dict(record) for record in before.values()]
    changed = await apply(unit, tag["objectType"], [tag], renewed)
    moment = clock.to_wire(clock.now())
    for record in changed:
        record["updatedAt"] = moment
        values = holder.changed_columns(before[record["id"]], record)
        await unit.update(
            holder.table, equal("id", record["id"]), {**values, "body": encode(record).decode()}
        )
    carrying = {record["id"] for record in changed if any(each["id"] == tag["id"] for each in record["tags"])}
    gone = tuple(record["id"] for record in changed if record["id"] not in carrying)
    if gone:
        await unit.delete(TAG_X_OBJECT, (*equal("tag_id", tag["id"]), Among("object_id", gone)))
    new = [(new_id(), tag["id"], id, clock.now()) for id in sorted(carrying)]
    if new:
        await unit.insert_many(TAG_X_OBJECT, ("id", "tag_id", "object_id", "created_at"), new)
    return len(changed)


async def _show_progress(unit: WriteUnit, tag: Record, progress: Record) -> None:
    """How far it is shows in the tag; the tag itself has not changed."""
    text = encode({**tag, "backPopulate": progress}).decode()
    await unit.update(TAG.table, equal("id", tag["id"]), {"body": text})


async def keep_populating(store: Store, api_url: str) -> None:
    """See now and then whether there is something to do, for as long as the server runs."""
    while True:
        try:
            await populate(store, api_url)
        except StoreUnavailable as error:
            _LOG.warning("could not put dynamic tags on records: %s", error)
        except Exception:
            _LOG.exception("dynamic tags could not be put on records")
            await asyncio.sleep(SECONDS_BETWEEN * 30)
        await asyncio.sleep(SECONDS_BETWEEN)
