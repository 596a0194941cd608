"""Bulk import: many records of one kind in one call, a line each (ours; docs/bulk-import.md).

Each line goes the way of a single create, through the same functions; only how rows reach the database
differs (`store.gathering`). Lines are stored in chunks, a unit of work each. A line is answered when its
chunk is on disk, so what was answered stays, whatever happens to the call.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, NamedTuple, Self, cast

import msgspec

from cellarhand.ids import parse_id
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.actor import Actor
from cellarhand.record.errors import Fault, HouseError
from cellarhand.record.line import Line, judged, judged_again, prepared
from cellarhand.record.query import only
from cellarhand.record.reading import present
from cellarhand.record.repeats import said_by, shows
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.record.writing import (
    fixed,
    lock_parent,
    new_draft,
    store_new,
    update_stored,
)
from cellarhand.store.conditions import Among, equal
from cellarhand.store.engine import NoSuchTenant, Store, StoreUnavailable
from cellarhand.store.gathering import GatheringUnit, in_parts
from cellarhand.store.tables import DELETED_ID, UNIQUE_KEY, Table
from cellarhand.store.unit import WriteUnit

CHUNK = 1000
MOST_CHUNK = 2000
# So many bytes end a chunk early: what is in hand stays small, however long the lines are.
MOST_BYTES = 16 * 1024 * 1024
# After so many lines others have a turn.
_TURN = 25
# So many are sent while the next are prepared.
_SENT_AHEAD = 512
_OPTIONS = ("atomic", "mode", "chunk", "dates")

Lines = AsyncIterator[bytes | None]
"""Lines as they were sent; None for one that was longer than a body may be."""
Result = Literal["created", "updated", "unchanged", "refused"]
NOT_STORED = "Not stored: another line of its chunk was refused"


class Outcome(NamedTuple):
    """What became of one line; `error` when it was refused."""

    line: int
    result: Result
    id: str | None = None
    error: HouseError | None = None

    def text(self) -> bytes:
        """The line of the answer: the number of the line sent, what became of it, and the id or the error."""
        status = self.error.status if self.error is not None else 201 if self.result == "created" else 200
        # Neither words nor ids hold anything that JSON writes otherwise.
        told = b'{"line":%d,"result":"%b","status":%d' % (self.line, self.result.encode(), status)
        if self.error is not None:
            return b'%b,"error":%b}\n' % (told, self.error.body())
        return b'%b,"id":"%b"}\n' % (told, (self.id or "").encode())


@dataclass(frozen=True, slots=True)
class Options:
    """How an import is done: see docs/bulk-import.md."""

    atomic: bool = False
    upsert: bool = False
    chunk: int = CHUNK
    keep_dates: bool = False


_Chunk = tuple[list[Line], HouseError | None]
_Chunks = AsyncGenerator[_Chunk]


class _Undone(Exception):
    """A chunk of which nothing is kept, with what is to be said of its lines."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


def bulk_import(resources: Iterable[Resource]) -> Action:
    """The call that imports records of these resources: those of them that can be created."""
    known = {each.name: each for each in resources if "create" in each.operations}
    flags = tuple(dict.fromkeys(flag for each in known.values() for flag in each.write_flags))

    async def handler(call: Call) -> AsyncIterator[bytes]:
        resource = known[call.params["resource"]]
        options = options_of(only(call.query, (*_OPTIONS, *resource.write_flags)), resource)
        actor = replace(call.actor, keeps_dates=options.keep_dates)
        return import_lines(resource, call.store, actor, call.body, options)

    return Action(
        "bulk-import",
        "POST",
        "/bulk/:resource",
        handler,
        "Import many records, a line each",
        operation="create",
        takes=next((each.write for each in known.values()), None),
        query=(*_OPTIONS, *flags),
        words={name: name for name in known},
        streams=True,
        data_role=True,
    )


def options_of(given: Mapping[str, str], resource: Resource) -> Options:
    """The query parameters of an import; E5 for values that mean nothing."""
    faults: list[Fault] = []
    atomic, mode, chunk = given.get("atomic", "line"), given.get("mode", "create"), given.get("chunk", "")
    dates = given.get("dates", "move")
    modes = ("create", "upsert") if "update" in resource.operations and resource.data_role else ("create",)
    if atomic not in ("line", "chunk"):
        faults.append(Fault("atomic", errors.NOT_ONE_OF))
    if mode not in modes:
        faults.append(Fault("mode", errors.NOT_ONE_OF))
    if dates not in ("move", "keep"):
        faults.append(Fault("dates", errors.NOT_ONE_OF))
    size = int(chunk) if chunk.isascii() and chunk.isdecimal() and len(chunk) < 5 else None
    if chunk and size is None:
        faults.append(Fault("chunk", "must be a integer"))
    elif size is not None and not 1 <= size <= MOST_CHUNK:
        faults.append(Fault("chunk", "must be >= 1" if size < 1 else f"must be <= {MOST_CHUNK}"))
    if faults:
        raise errors.invalid(*faults)
    return Options(atomic == "chunk", mode == "upsert", size or CHUNK, dates == "keep")


async def import_lines(
    resource: Resource, store: Store, actor: Actor, lines: Lines, options: Options
) -> AsyncIterator[bytes]:
    """The answer, a part for each chunk that is on disk, and the summary at its end."""
    counts: dict[str, int] = dict.fromkeys(("lines", "created", "updated", "unchanged", "refused"), 0)
    stopped: HouseError | None = None
    reached = 0
    chunks = _chunks(resource, store, actor, lines, options.chunk)
    found = await anext(chunks, None)
    while found is not None:
        chunk, unread = found
        async with _ReadAhead(chunks) as ahead:
            try:
                outcomes = await _store_chunk(resource, store, actor, chunk, options)
            except NoSuchTenant:
                stopped = errors.unauthorized()
            except StoreUnavailable:
                stopped = errors.unavailable()
            else:
                stopped = unread
                counts["lines"] += len(outcomes)
                for outcome in outcomes:
                    counts[outcome.result] += 1
                if outcomes:
                    reached = outcomes[-1].line
                    yield b"".join([outcome.text() for outcome in outcomes])
            if stopped is not None:
                yield _summary(counts, stopped, reached)
                # What is being read is read on, or the rest could not be.
                await ahead.read()
                break
            found = await ahead.read()
    else:
        yield _summary(counts, None, reached)
    # Who still sends is heard to the end, or would never come to read this.
    async for _ in lines:
        pass


def _summary(counts: Mapping[str, int], stopped: HouseError | None, reached: int) -> bytes:
    """The last line of the answer; `reached` is the last line that was stored."""
    summary: Record = dict(counts)
    if stopped is not None:
        summary |= {"stoppedAt": reached + 1, "error": msgspec.Raw(stopped.body())}
    return encode({"summary": summary}) + b"\n"


class _ReadAhead:
    """The chunk after the one that is being stored: read and judged meanwhile."""

    def __init__(self, chunks: _Chunks) -> None:
        self._task = asyncio.get_running_loop().create_task(self._next(chunks))

    async def _next(self, chunks: _Chunks) -> _Chunk | None:
        return await anext(chunks, None)

    async def read(self) -> _Chunk | None:
        """The chunk, or None after the last; raises what reading raised."""
        return await self._task

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Whoever goes away reads no more."""
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait((self._task,))
        if not self._task.cancelled():
            # What it raised was told by `read`, or nobody is there any more to be told.
            self._task.exception()


async def _chunks(resource: Resource, store: Store, actor: Actor, lines: Lines, most: int) -> _Chunks:
    """Lines that are stored together; with the last of them why no more could be read.

    They are judged when no unit is at work, of this import or another one, so that what is judged
    while one waits for the disk costs no time.
    """
    chunk: list[Line] = []
    number = size = 0
    error: HouseError | None = None
    try:
        async for raw in lines:
            number += 1
            if raw is not None and not raw.strip():
                continue
            line = judged(resource, actor, number, raw)
            if resource.aside is not None and line.error is None:
                await prepared(resource, line)
            chunk.append(line)
            size += len(raw or b"")
            if len(chunk) % _TURN == 0:
                await asyncio.sleep(0)
                await store.leisure()
            if len(chunk) == most or size >= MOST_BYTES:
                yield chunk, None
                chunk, size = [], 0
    except HouseError as refused:
        error = refused
    yield chunk, error


async def _store_chunk(
    resource: Resource,
    store: Store,
    actor: Actor,
    chunk: list[Line],
    options: Options,
) -> list[Outcome]:
    """What became of each line, once all of that is on disk."""
    if not chunk:
        return []

    async def job(unit: WriteUnit) -> list[Outcome]:
        gathering = unit.gathering()
        for place, line in enumerate(chunk):
            if line.taken:
                # The unit runs again.
                chunk[place] = judged_again(resource, actor, line)
                if place % _TURN == 0:
                    await asyncio.sleep(0)
        await _foresee(gathering, resource, chunk, options)
        outcomes: list[Outcome] = []
        for place, line in enumerate(chunk, 1):
            outcomes.append(await _store_line(resource, gathering, actor, line, options))
            if place % _TURN == 0:
                await asyncio.sleep(0)
            if place % _SENT_AHEAD == 0:
                await gathering.send_ahead()
        if options.atomic and any(outcome.error is not None for outcome in outcomes):
            raise _Undone(outcomes)
        await gathering.finish()
        return outcomes

    try:
        return await store.write(actor.tenant_id, job, alone=resource.spreads, large=True)
    except _Undone as undone:
        not_stored = errors.could_not_process(NOT_STORED)
        return [
            outcome if outcome.error is not None else Outcome(outcome.line, "refused", error=not_stored)
            for outcome in undone.outcomes
        ]


async def _foresee(unit: GatheringUnit, resource: Resource, chunk: Sequence[Line], options: Options) -> None:
    """Look up at once which ids and unique values of the lines are there, or were; lock what they lock."""
    ids = tuple({line.id for line in chunk if line.id is not None})
    if ids:
        if options.upsert:
            await unit.lock_ahead(resource.table, ids)
        await unit.foresee(resource.table, ("id", "body"), (Among("id", ids),))
        gone = (*equal("kind", resource.name), Among("object_id", ids))
        await unit.foresee(DELETED_ID, ("object_id",), gone)
    records = [line.clean for line in chunk if line.error is None]
    named: dict[tuple[Table, tuple[str, ...], bool], set[str]] = {}
    if resource.refers is not None:
        for reference in chain.from_iterable(map(resource.refers, records)):
            table, names, ids, locked = reference
            named.setdefault((table, names, locked), set()).update(ids)
    for (table, names, locked), sought in named.items():
        for some in in_parts(sorted(sought), MOST_CHUNK):
            if locked:
                await unit.lock_ahead(table, some)
            await unit.foresee(table, names, (Among("id", tuple(some)),))
    for unique in resource.unique:
        if unique.in_body:
            values = sorted({value for record in records for value, _ in unique.values(record)})
            for some in in_parts(values, MOST_CHUNK):
                where = (*equal("kind", unique.kind), Among("value", tuple(some)))
                await unit.foresee(UNIQUE_KEY, ("object_id",), where)


async def _store_line(
    resource: Resource, unit: GatheringUnit, actor: Actor, line: Line, options: Options
) -> Outcome:
    unit.begin_record()
    try:
        outcome = await _stored(resource, unit, actor, line, options)
    except HouseError as error:
        await unit.undo_record()
        return Outcome(line.number, "refused", error=error)
    await unit.keep_record()
    return outcome


async def _stored(
    resource: Resource, unit: GatheringUnit, actor: Actor, line: Line, options: Options
) -> Outcome:
    """Store one line as a new record; one whose id is there is left alone, changed or refused."""
    id = line.id if line.error is None else _sent_id(line) if options.upsert else None
    rows = await unit.of_keys(resource.table, ("id", "body"), ((id,),)) if id is not None else ()
    if rows and id is not None:
        if options.upsert:
            return await _updated(resource, unit, actor, line, id)
        (text,) = await present(resource, unit, [rows[0][1]])
        if not _repeats(resource, decode(text), line):
            raise errors.id_exists()
        return Outcome(line.number, "unchanged", id)
    if line.error is not None:
        raise line.error
    await lock_parent(resource, unit, line.params)
    draft = new_draft(resource, unit, actor, line.take(), line.hidden)
    draft.owns_sent = True
    await store_new(draft)
    return Outcome(line.number, "created", draft.id)


async def _updated(resource: Resource, unit: GatheringUnit, actor: Actor, line: Line, id: str) -> Outcome:
    """The line as a PUT to the record that is there."""
    params = {**line.params, "id": id}
    draft = await update_stored(resource, unit, actor, params, line.body, line.hidden)
    same = draft.record == draft.stored and not draft.touched
    return Outcome(line.number, "unchanged" if same else "updated", id)


def _sent_id(line: Line) -> str | None:
    """The id of a line that would be no create: members that are missing are no fault of a change."""
    sent = line.body.get("id")
    return parse_id(sent) if isinstance(sent, str) else None


def _repeats(resource: Resource, shown: Record, line: Line) -> bool:
    """Whether a record shows all that a line says; but `updatedAt`, which moves with what belongs to it."""
    said = cast(Record, said_by(line.body, line.clean))
    said.pop("updatedAt", None)
    return shows(shown, said | fixed(resource, line.params))
