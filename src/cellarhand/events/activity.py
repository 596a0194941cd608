"""Reading the log of activity: the newest entries, those of one record, and whatever is asked for."""

from dataclasses import dataclass
from typing import Any

import msgspec

from cellarhand.store.conditions import AnyOf, By, Compare, Where, equal
from cellarhand.store.tables import ACTIVITY
from cellarhand.store.unit import ReadUnit, Row

FACES = ("api", "site", "system", "web")
_NEWEST = (By("at", descending=True), By("seq", descending=True))
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

    def _before(self) -> Where:
        at, _, seq = self.before.partition("-")
        if not (at.isascii() and at.isdecimal() and seq.isascii() and seq.isdecimal()) or len(seq) > 19:
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


async def entries(unit: ReadUnit, wanted: Wanted, limit: int, among: Where = ()) -> list[Entry]:
    """The newest entries that are wanted."""
    where = (*among, *wanted.where())
    return [_entry(row) for row in await unit.rows(ACTIVITY, _NAMES, where, _NEWEST, limit, wide=True)]


def _entry(row: Row) -> Entry:
    return Entry(*row[:-1], changes=_decode(row[-1]) if row[-1] else [])
