"""Reading the log of activity: the newest entries, those of one record, and whatever is asked for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from cellarhand.record.activity import title_of
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.store.conditions import Among, AnyOf, By, Compare, Where, equal
from cellarhand.store.tables import ACTIVITY
from cellarhand.store.unit import ReadUnit, Row

FACES = ("api", "site", "system", "web")
_NEWEST = (By("at", descending=True), By("seq", descending=True))
_PLACE = re.compile(r"\d{1,18}-\d{1,19}", re.ASCII)
_MOST_SEQ = 2**63 - 1
_decode = msgspec.json.Decoder(list[list[Any]]).decode


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened once. `at` is in milliseconds UTC; of `changes` each is a path, and the value before and
    the value now where values are told.

    `owner_id` is the record on whose page it is told as well: the customer of an address; else `object_id`.
    """

    at: int
    seq: int
    object_id: str
    kind: str
    title: str
    owner_id: str
    deed: str
    face: str
    actor_kind: str
    actor: str
    actor_key: str
    changes: list[list[Any]]

    @property
    def place(self) -> str:
        """Where it stands in the log: entries before it are those `Wanted(before=...)`."""
        return f"{self.at}-{self.seq}"


_NAMES = (
    "at",
    "seq",
    "object_id",
    "kind",
    "title",
    "owner_id",
    "deed",
    "face",
    "actor_kind",
    "actor",
    "actor_key",
    "changes",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: empty members ask for nothing. Days are instants, `until` is the first beyond them.

    `actor` is who, as entries keep it (`actor_kind` and `actor_key`, with a colon between).
    """

    actor: str = ""
    kind: str = ""
    face: str = ""
    since: int | None = None
    until: int | None = None
    before: str = ""

    def where(self) -> Where:
        found: Where = ()
        if self.actor:
            kind, _, key = self.actor.partition(":")
            found += (*equal("actor_kind", kind), *equal("actor_key", key))
        if self.kind:
            found += equal("kind", self.kind)
        if self.face:
            found += equal("face", self.face)
        if self.since is not None:
            found += (Compare("at", ">=", self.since),)
        if self.until is not None:
            found += (Compare("at", "<", self.until),)
        return found + self._before()

    def earlier(self, place: str) -> "Wanted":
        """The same, of what is earlier than the entry at that place."""
        return replace(self, before=place)

    def _before(self) -> Where:
        at, _, seq = self.before.partition("-")
        if not _PLACE.fullmatch(self.before) or int(seq) > _MOST_SEQ:
            return ()
        earlier = AnyOf((Compare("at", "<", int(at)), Compare("seq", "<", int(seq))))
        return (Compare("at", "<=", int(at)), earlier)


async def newest(unit: ReadUnit, limit: int) -> list[Entry]:
    """The newest entries of the tenant, the newest first."""
    return await entries(unit, Wanted(), limit)


async def of_record(unit: ReadUnit, owner_id: str, limit: int, object_id: str | None = None) -> list[Entry]:
    """The newest of what is told on a record's page, of what belongs to it too; or of one thing there."""
    where = equal("owner_id", owner_id)
    if object_id is not None:
        where += equal("object_id", object_id)
    return [_entry(row) for row in await unit.rows(ACTIVITY, _NAMES, where, _NEWEST, limit)]


async def entries(
    unit: ReadUnit,
    wanted: Wanted,
    limit: int,
    records: tuple[str, ...] | None = None,
    thing: str | None = None,
) -> list[Entry]:
    """The newest entries that are wanted; of those told on the pages of `records`, of this `thing` alone."""
    where = wanted.where()
    if records is not None:
        where += (Among("owner_id", records),)
    if thing is not None:
        where += equal("object_id", thing)
    return [_entry(row) for row in await unit.rows(ACTIVITY, _NAMES, where, _NEWEST, limit, wide=True)]


async def titles_of(unit: ReadUnit, named: Mapping[Resource, Iterable[str]]) -> dict[str, str]:
    """How a person would name these records, by id; what is gone has no title."""
    found: dict[str, str] = {}
    for resource, ids in named.items():
        rows = await unit.rows(resource.table, ("body",), (Among("id", tuple(sorted(ids))),))
        records = [decode(row[0]) for row in rows]
        found |= {each["id"]: title_of(resource, each) for each in records}
    return found


async def still_there(unit: ReadUnit, records: Iterable[tuple[Resource, str]]) -> set[tuple[Resource, str]]:
    """Which of these records nobody has deleted."""
    ids: dict[Resource, set[str]] = {}
    for resource, id in records:
        ids.setdefault(resource, set()).add(id)
    found: set[tuple[Resource, str]] = set()
    for resource, some in ids.items():
        rows = await unit.rows(resource.table, ("id",), (Among("id", tuple(sorted(some))),))
        found |= {(resource, row[0]) for row in rows}
    return found


def _entry(row: Row) -> Entry:
    return Entry(*row[:-1], changes=_decode(row[-1]) if row[-1] else [])
