"""What records show of the copies that apps have of them."""

from collections.abc import Iterable, Sequence
from functools import partial

from cellarhand.events.app_sync import APP_SYNC, SHOWN, shown_of
from cellarhand.events.app_sync_actions import HOLDERS
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Stored


async def _told(unit: ReadUnit, ids: Sequence[str]) -> dict[str, Record]:
    """What apps told of these records, by id, as they have to show it."""
    rows = await unit.rows(APP_SYNC.table, ("body",), (Among("object_id", tuple(ids)),)) if ids else ()
    found: dict[str, Record] = {}
    for sync in (decode(row[0]) for row in rows):
        found.setdefault(sync["objectId"], {})[sync["appId"]] = shown_of(sync)
    return found


def _wanted(record: Record, told: Record) -> Record | None:
    """`appSync` as it has to be: a copied record shows besides what apps told where it came from."""
    return {**(record.get(SHOWN) or {}), **told} or None


async def _with_other_syncs(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    told = await _told(unit, [stored.id for stored in page])
    return [
        stored.id
        for stored in page
        if stored.id in told and stored.record.get(SHOWN) != _wanted(stored.record, told[stored.id])
    ]


async def _judge(holder: Resource, judging: Judging, id: str) -> list[Difference]:
    record = await judging.locked(holder, id)
    if record is None:
        return []
    stored, told = record.get(SHOWN), (await _told(judging.unit, [id])).get(id, {})
    wanted = _wanted(record, told)
    if stored == wanted:
        return []
    await judging.rewrite(holder, {**record, SHOWN: wanted})
    return [judging.found("app-syncs", holder.name, id, SHOWN, stored, wanted)]


APP_SYNC_CHECKS: tuple[Check, ...] = tuple(
    RecordCheck(
        "app-syncs",
        "a record shows how the copies that apps have of it are",
        holder,
        _with_other_syncs,
        partial(_judge, holder),
    )
    for holder in HOLDERS.values()
)
