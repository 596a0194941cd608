"""Tags: which record carries which, and what the record shows of them (docs/decisions/0007)."""

from collections.abc import Iterable, Sequence
from functools import partial

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, Value
from cellarhand.store.unit import ReadUnit
from cellarhand.tags.attached import TAG_X_OBJECT
from cellarhand.tags.holders import HOLDERS
from cellarhand.tags.tag import TAG, tag_ref
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Row, RowsCheck, Stored


def _links(holder: Record) -> Iterable[Row]:
    return [(tag["id"], holder["id"]) for tag in holder["tags"]]


def _more() -> dict[str, Value]:
    return {"id": new_id(), "created_at": clock.now()}


async def _copies(unit: ReadUnit, records: Sequence[Record]) -> dict[str, Record]:
    """What has to stand in these records, by the record's id: their tags as they are, none deleted."""
    ids = tuple(sorted({tag["id"] for record in records for tag in record["tags"]}))
    rows = await unit.rows(TAG.table, ("id", "body"), (Among("id", ids),)) if ids else ()
    refs = {row[0]: tag_ref(decode(row[1])) for row in rows}
    found: dict[str, Record] = {}
    for record in records:
        tags = [refs[tag["id"]] for tag in record["tags"] if tag["id"] in refs]
        found[record["id"]] = {name: tags for name in ("tags", "groups") if name in record}
    return found


def _differ(record: Record, wanted: Record) -> list[str]:
    return [name for name, value in wanted.items() if record[name] != value]


async def _with_other_copies(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    wanted = await _copies(unit, [stored.record for stored in page])
    return [stored.id for stored in page if _differ(stored.record, wanted[stored.id])]


async def _judge(holder: Resource, judging: Judging, id: str) -> list[Difference]:
    record = await judging.locked(holder, id)
    if record is None:
        return []
    wanted = (await _copies(judging.unit, [record]))[id]
    names = _differ(record, wanted)
    if names:
        await judging.rewrite(holder, {**record, **wanted})
    return [judging.found("tag-copies", holder.name, id, n, record[n], wanted[n]) for n in names]


TAG_CHECKS: tuple[Check, ...] = (
    *(
        RecordCheck(
            "tag-copies",
            "a record shows its tags as they are",
            holder,
            _with_other_copies,
            partial(_judge, holder),
        )
        for holder in HOLDERS.values()
    ),
    RowsCheck(
        "tag-links",
        "records are found by the tags that they show",
        TAG_X_OBJECT,
        ("tag_id", "object_id"),
        "object_id",
        dict.fromkeys(HOLDERS.values(), _links),
        more=_more,
    ),
)
