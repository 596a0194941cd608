"""Memberships: what their statuses and copies are read from."""

from collections.abc import Iterable, Sequence

from cellarhand.clubs.club import CLUB
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.copies import IN_PLACE
from cellarhand.clubs.course import SPAN, SPAN_COLUMNS, span_rows
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, RowsCheck, Stored


async def _copies(unit: ReadUnit, memberships: Sequence[Record]) -> dict[str, Record]:
    """What has to stand in these memberships, by their ids: marks, but for a deleted club's last text."""
    ids = tuple(sorted({each["clubId"] for each in memberships}))
    rows = await unit.rows(CLUB.table, ("body",), (Among("id", ids),))
    types = {club["id"]: club["type"] for club in (decode(row[0]) for row in rows)}
    found: dict[str, Record] = {}
    for each in memberships:
        lives, club_id = each["clubId"] in types, each["clubId"]
        found[each["id"]] = {
            "status": IN_PLACE,
            "customer": IN_PLACE,
            "club": IN_PLACE if lives else each["club"],
            "clubType": types[club_id] if lives else each["clubType"],
        }
    return found


def _differ(membership: Record, wanted: Record) -> list[str]:
    return [name for name, value in wanted.items() if membership[name] != value]


async def _with_other_copies(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    wanted = await _copies(unit, [stored.record for stored in page])
    return [stored.id for stored in page if _differ(stored.record, wanted[stored.id])]


async def _judge(judging: Judging, id: str) -> list[Difference]:
    membership = await judging.locked(CLUB_MEMBERSHIP, id)
    if membership is None:
        return []
    wanted = (await _copies(judging.unit, [membership]))[id]
    names = _differ(membership, wanted)
    if names:
        await judging.rewrite(CLUB_MEMBERSHIP, {**membership, **wanted})
    return [
        judging.found("membership-copies", CLUB_MEMBERSHIP.name, id, name, membership[name], wanted[name])
        for name in names
    ]


CLUB_CHECKS: tuple[Check, ...] = (
    RecordCheck(
        "membership-copies",
        "a membership shows its status, customer and club as they are",
        CLUB_MEMBERSHIP,
        _with_other_copies,
        _judge,
    ),
    RowsCheck(
        "membership-statuses",
        "memberships are found by the status that they have",
        SPAN,
        SPAN_COLUMNS,
        "membership_id",
        {CLUB_MEMBERSHIP: span_rows},
    ),
)
