"""Putting a manual tag on many records and taking it off, and one Bulk Update for all of them (TAG-4)."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from cellarhand import clock
from cellarhand.accounts.rights import may
from cellarhand.events.bulk_job import Job, Outcome, Refusal, Work, said
from cellarhand.record import errors
from cellarhand.record.actor import Actor
from cellarhand.record.emitting import emit_bulk
from cellarhand.record.errors import Fault, Faults, HouseError
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import change
from cellarhand.store.conditions import Among
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import tags_by_id
from cellarhand.tags.holders import HOLDERS
from cellarhand.tags.tag_x_object import refuse_dynamic

CHUNK = 500
PUT_ON, TAKE_OFF = "put-tag-on", "take-tag-off"


def _resource(job: Job) -> Resource:
    return HOLDERS[job.options["objectType"]]


async def _put_on(unit: WriteUnit, actor: Actor, job: Job, ids: Sequence[str]) -> Outcome:
    tag = await _tag(unit, job)
    return await _change_all(unit, actor, job, ids, [tag], off=False)


async def _take_off(unit: WriteUnit, actor: Actor, job: Job, ids: Sequence[str]) -> Outcome:
    return await _change_all(unit, actor, job, ids, [await _tag(unit, job)], off=True)


async def _tag(unit: WriteUnit, job: Job) -> Record:
    """The tag of a job, held until its chunk is stored; E5 when it is gone, E6 for a dynamic one."""
    tag_id = job.options["tagId"]
    found = (await tags_by_id(unit, job.options["objectType"], [tag_id])).get(tag_id)
    if found is None:
        raise errors.invalid(Fault("tagId", errors.DOES_NOT_EXIST))
    refuse_dynamic(found)
    return found


async def _change_all(
    unit: WriteUnit, actor: Actor, job: Job, ids: Sequence[str], tags: list[Record], *, off: bool
) -> Outcome:
    """Bring the tags of many records to what is wished; a record that has them so already is left alone."""
    holder, tag_id = _resource(job), job.options["tagId"]
    changed, refusals = 0, list[Refusal]()
    for row in await unit.lock_rows(holder.table, ("body",), (Among("id", tuple(ids)),)):
        stored = decode(row[0])
        carried = cast(list[dict[str, Any]], stored["tags"])
        if any(tag["id"] == tag_id for tag in carried) is not off:
            continue
        wished = [tag for tag in carried if tag["id"] != tag_id] if off else [*carried, *tags]
        sent: Record = {"tags": [{"id": tag["id"]} for tag in wished]}
        try:
            await change(
                Draft(holder, unit, actor, clock.now(), sent, Faults(), stored, quiet=True),
            )
            changed += 1
        except HouseError as error:
            refusals.append(Refusal(stored["id"], said(error)))
        # Others have a turn.
        await asyncio.sleep(0)
    return Outcome(changed, refusals)


async def _tell(unit: WriteUnit, job: Job, api_url: str) -> None:
    """One Bulk Update for all that the job changed: receivers read the list of those that carry the tag."""
    resource, tag_id = _resource(job), job.options["tagId"]
    url = f"{api_url}/v1{resource.path}?tagId={tag_id}&cursor=start"
    if resource.event is not None:
        await emit_bulk(unit, resource.event, tag_id, {"callbackUrl": url})


def _work(operation: str, run: Any) -> Work:
    return Work(_resource, lambda actor: may(actor, "tag-x-object", None, operation), run, _tell, CHUNK)


TAG_WORKS = {PUT_ON: _work("create", _put_on), TAKE_OFF: _work("update", _take_off)}
