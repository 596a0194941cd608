"""Tags: which record carries which, and what the record shows of them (docs/decisions/0007)."""

from collections.abc import Iterable, Sequence
from functools import partial

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, Value, equal
from cellarhand.store.unit import ReadUnit
from cellarhand.tags.attached import TAG_X_OBJECT
from cellarhand.tags.back_population import BACK_POPULATION
from cellarhand.tags.dynamic import apply
from cellarhand.tags.holders import HOLDERS
from cellarhand.tags.rules import NIGHTLY, SUBJECTS, Rule
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


async def _answering(unit: ReadUnit, object_type: str, records: Sequence[Record]) -> dict[str, Record]:
    """The tags that these records have to carry, by the record's id, as far as that follows from records.

    Tags that are still being put on, and those that follow a night's snapshot, say nothing yet.
    """
    where = (*equal("object_type", object_type), *equal("type", "Dynamic"))
    tags = [decode(row[0]) for row in await unit.rows(TAG.table, ("body",), where)]
    waiting = {row[0] for row in await unit.rows(BACK_POPULATION, ("tag_id",))} if tags else set[str]()
    judged = [tag for tag in tags if tag["id"] not in waiting and not Rule.of(tag).subjects & NIGHTLY]
    renewed = [dict(record) for record in records]
    if judged:
        await apply(unit, object_type, judged, renewed)
    return {each["id"]: {name: each[name] for name in ("tags", "groups") if name in each} for each in renewed}


async def _with_other_verdicts(object_type: str, unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    wanted = await _answering(unit, object_type, [stored.record for stored in page])
    return [stored.id for stored in page if _differ(stored.record, wanted[stored.id])]


async def _judge_verdicts(object_type: str, judging: Judging, id: str) -> list[Difference]:
    holder = HOLDERS[object_type]
    record = await judging.locked(holder, id)
    if record is None:
        return []
    wanted = (await _answering(judging.unit, object_type, [record]))[id]
    names = _differ(record, wanted)
    if names:
        await judging.rewrite(holder, {**record, **wanted})
    return [judging.found("dynamic-tags", holder.name, id, n, record[n], wanted[n]) for n in names]


TAG_CHECKS: tuple[Check, ...] = (
    *(
        RecordCheck(
            "dynamic-tags",
            "a record carries the dynamic tags that it answers to",
            HOLDERS[object_type],
            partial(_with_other_verdicts, object_type),
            partial(_judge_verdicts, object_type),
        )
        for object_type in SUBJECTS
    ),
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
