"""Pulling a tenant into an archive: every list by cursor, several at once, resumable at any moment.

What was received is taken apart as bytes; no record is decoded. One list after the other is committed segment
by segment, each with the cursor at which the walk goes on.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import msgspec

from cellarhand import clock
from cellarhand.client import Answer, ApiError, AsyncClient, Unreadable
from cellarhand.client.conditions import Value, gte
from cellarhand.client.exchange import request_of
from cellarhand.client.walk import Listing, next_rows
from cellarhand.client.walk import Walk as Steps
from cellarhand.transfer.archive import Archive, Kind, Row, Run, Walk, id_of
from cellarhand.transfer.targets import Target, is_closed

SEGMENT_BYTES = 8 * 1024 * 1024
SEGMENT_SECONDS = 20.0
AT_ONCE = 4
OVERLAP_MS = 60 * 60 * 1000
TRASH_MS = 60 * clock.DAY_MS
"""Deletions are listed for 90 days; with a margin, older copies are read anew as a whole."""

_envelopes = msgspec.json.Decoder(dict[str, msgspec.Raw])
_rows = msgspec.json.Decoder(list[msgspec.Raw])
_any = msgspec.json.Decoder()


@dataclass(slots=True)
class Outcome:
    """What a pull did with one list. `left_out` tells why it was not read, `note` what to know of it.

    Of a list that takes a call for each record of another one, `calls` were made of `total`.
    """

    name: str
    kind: Kind = "full"
    records: int = 0
    bytes: int = 0
    total: int | None = None
    calls: int | None = None
    deleted: int = 0
    seconds: float = 0.0
    done: bool = False
    left_out: str = ""
    note: str = ""


@dataclass(slots=True)
class Wish:
    """What the caller asks for: changes from `since` on (milliseconds UTC), or everything, `full`."""

    since: int | None = None
    full: bool = False
    nested: bool = False


Progress = Callable[[Outcome], None]


def read_rows(answer: Answer, key: str) -> Listing:
    """The records of an answer as bytes, with the members beside them."""
    try:
        envelope = _envelopes.decode(answer.content)
        rows = [_line(raw) for raw in _rows.decode(envelope[key])]
        beside = [_any.decode(envelope[name]) if name in envelope else None for name in ("cursor", "total")]
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError) as fault:
        raise Unreadable(f"the answer has no list '{key}': {fault}") from None
    ids = [id_of(row) for row in rows]
    return Listing(list(zip(ids, rows, strict=True)), list[str | None](ids), *beside)


def _line(raw: msgspec.Raw) -> bytes:
    """A record on one line: a line break can only stand between its tokens, and is a blank there."""
    text = bytes(raw)
    if b"\n" in text or b"\r" in text:
        text = text.replace(b"\r", b" ").replace(b"\n", b" ")
    return text


def source_time(answer: Answer) -> int:
    """The moment of an answer by the source's own clock, which is the one that its `updatedAt` follow."""
    try:
        return int(parsedate_to_datetime(answer.headers.get("date", "")).timestamp() * 1000)
    except ValueError:
        return clock.now()


@dataclass
class Pull:
    """One pull of some lists into an archive."""

    client: AsyncClient
    archive: Archive
    wish: Wish
    progress: Progress
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)
    _run: Run = field(init=False)
    # Lists that take no `updatedAt`, against their declaration.
    _undated: set[str] = field(default_factory=set[str])

    async def run(self, targets: list[Target]) -> list[Outcome]:
        """Read them all; what a killed pull has done is not done again."""
        self._begin()
        turns = asyncio.Semaphore(AT_ONCE)

        async def in_turn(target: Target, work: Callable[[Target], Awaitable[None]]) -> None:
            async with turns:
                began = time.monotonic()
                await work(target)
                self.outcomes[target.name].seconds += time.monotonic() - began

        for target in targets:
            self.outcomes[target.name] = Outcome(target.name)
        await _together(in_turn(target, self._probe) for target in targets)
        readable = [each for each in targets if not self.outcomes[each.name].left_out]
        readable.sort(key=lambda each: -(self.outcomes[each.name].total or 0))
        await _together(in_turn(each, self._read) for each in readable if not each.parent)
        for target in readable:
            if target.parent:
                await in_turn(target, self._read_below)
        self._note_deletions(readable)
        self._end(readable)
        return list(self.outcomes.values())

    def _begin(self) -> None:
        """Go on with a run that was interrupted, or begin one."""
        runs = self.archive.manifest.runs
        since = None if self.wish.since is None else clock.to_wire(self.wish.since)
        asked = self.wish.full or since is not None
        if runs and runs[-1].finished_at is None:
            self._run = runs[-1]
            if not asked or (self._run.full, self._run.since) == (self.wish.full, since):
                return
        self._run = Run(len(runs) + 1, clock.to_wire(clock.now()), None, since, self.wish.full)
        runs.append(self._run)
        self.archive.save()

    def _end(self, read: list[Target]) -> None:
        self._run.finished_at = clock.to_wire(clock.now())
        for target in read:
            self.archive.forget_superseded(target.name)
        self.archive.save()
        self.archive.sweep()

    async def _probe(self, target: Target) -> None:
        """How many there are, and whether they may be read at all."""
        outcome = self.outcomes[target.name]
        if target.parent:
            if not self.wish.nested:
                outcome.left_out = f"a call for each {target.parent}: --nested reads them"
            return
        query: dict[str, Value | None] = {"page": 1, "limit": 1} if target.paged else {}
        since = self._since(target)
        if since is not None:
            query["updatedAt"] = gte(since)
        try:
            total = (await self._ask(target, query)).total
        except ApiError as refused:
            if refused.status == 422 and since is not None:
                # It can't be narrowed by date after all.
                self._undated.add(target.name)
                await self._probe(target)
                return
            if not is_closed(refused):
                raise
            outcome.left_out = refused.message
            return
        outcome.total = total if isinstance(total, int) else None
        self.progress(outcome)

    async def _ask(self, target: Target, query: dict[str, Value | None]) -> Listing:
        """One answer, asked for again when it can't be read."""
        request = request_of("GET", target.path, query)
        return await self.client.run(self.client.call(request, partial(read_rows, key=target.key)))

    async def _read(self, target: Target) -> None:
        """One list, from where an interrupted walk of this run stands."""
        outcome = self.outcomes[target.name]
        stored = self.archive.stored(target.name, target.path, target.key)
        walk = next((each for each in stored.walks if each.run == self._run.number), None)
        if walk is None:
            since = self._since(target)
            walk = Walk(self._run.number, "full" if since is None else "changes", "", since)
            stored.walks.append(walk)
        outcome.kind = walk.kind
        outcome.records, outcome.bytes = walk.records, sum(each.bytes for each in walk.segments)
        if not walk.done:
            await _Reader(self, target, walk, outcome).run()
        outcome.done = True
        self.progress(outcome)

    def _since(self, target: Target) -> str | None:
        """The day from which changes are read; None when everything is."""
        if not target.dated or self._run.full or target.name in self._undated:
            return None
        stored = self.archive.manifest.resources.get(target.name)
        walks = stored.walks if stored is not None else []
        for walk in walks:
            if walk.run == self._run.number:
                return walk.since
        if self._run.since is not None:
            return self._run.since[:10]
        # A day that somebody chose leaves a gap before it, so such a run is nothing to go on from.
        chosen = {run.number for run in self.archive.manifest.runs if run.since is not None}
        whole = [each for each in walks if each.done and each.kind != "deletions" and each.run not in chosen]
        known = [clock.from_wire(walk.read_at) for walk in whole]
        newest = max((each for each in known if each is not None), default=None)
        if newest is None or (target.trash and newest < clock.now() - TRASH_MS):
            return None
        # Some lists know days alone, and clocks differ: a day is read again rather than a change missed.
        return clock.to_wire(newest - OVERLAP_MS)[:10]

    async def _read_below(self, target: Target) -> None:
        """A list that stands below each record of another: one call for each of those."""
        stored = self.archive.stored(target.name, target.path, target.key)
        walk = next((each for each in stored.walks if each.run == self._run.number), None)
        if walk is None:
            walk = Walk(self._run.number, "full", clock.to_wire(clock.now()))
            stored.walks.append(walk)
        outcome = self.outcomes[target.name]
        outcome.records, outcome.bytes = walk.records, sum(each.bytes for each in walk.segments)
        if not walk.done:
            parents = [id for id, _ in self.archive.records(target.parent)]
            left = [id for id in parents if id > (walk.cursor or "")]
            outcome.total, outcome.calls = len(parents), len(parents) - len(left)
            await _Reader(self, target, walk, outcome).run_below(left)
        outcome.done = True
        self.progress(outcome)

    def _note_deletions(self, targets: list[Target]) -> None:
        """What the trash has told leaves the lists that it was in; a deleted id never comes back.

        All that it ever told: a list may have been left out when the trash was read.
        """
        if not any(target.name == "trash" for target in targets):
            for outcome in self.outcomes.values():
                if outcome.kind == "changes":
                    outcome.note = "deletions are not known without the trash: --full notices them"
            return
        gone: dict[str, list[str]] = {}
        for walk in self.archive.manifest.resources["trash"].walks:
            for segment in walk.segments:
                for _, row in self.archive.rows_of(segment):
                    found = msgspec.json.decode(row, type=dict[str, object])
                    gone.setdefault(str(found.get("objectType")), []).append(str(found.get("objectId")))
        for target in targets:
            stored = self.archive.manifest.resources[target.name]
            mine = [each for each in stored.walks if each.run == self._run.number]
            past = [each for each in self.archive.current(target.name) if each.kind == "deletions"]
            noted = {id for walk in past for part in walk.segments for id, _ in self.archive.rows_of(part)}
            ids = sorted(set(gone.get(target.trash, ())) - noted) if target.trash else []
            if not ids or any(each.kind != "changes" for each in mine):
                continue
            rows = [(id, msgspec.json.encode({"id": id})) for id in ids]
            walk = Walk(self._run.number, "deletions", mine[0].read_at, done=True)
            walk.segments = [self.archive.write(target.name, rows)]
            stored.walks.append(walk)
            self.outcomes[target.name].deleted = len(ids)


class _Reader:
    """Reads one walk and commits it segment by segment; compressing goes on beside the next pages."""

    def __init__(self, pull: Pull, target: Target, walk: Walk, outcome: Outcome) -> None:
        self._pull, self._target, self._walk, self._outcome = pull, target, walk, outcome
        self._rows: list[Row] = []
        self._size = 0
        self._began = time.monotonic()
        self._writing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        target, walk = self._target, self._walk
        if not target.paged:
            request = request_of("GET", target.path)
            self._take((await self._pull.client.run(self._pull.client.call(request, self._read))).rows)
            await self._finish()
            return
        query: dict[str, Value | None] = {} if walk.since is None else {"updatedAt": gte(walk.since)}
        steps = Steps(target.path, query, walk.cursor or "start")
        try:
            while not steps.ended:
                self._take(await self._pull.client.run(next_rows(self._pull.client.call, steps, self._read)))
                # By pages nothing tells where to go on, so such a list is committed as a whole.
                if steps.cursor is not None and self._is_full():
                    await self._commit(steps.cursor)
        except BaseException:
            if steps.cursor is not None and steps.cursor != "start":
                await self._keep(steps.cursor)
            raise
        await self._finish()

    async def run_below(self, parents: list[str]) -> None:
        """The lists below these records, a few at once, kept in the order of the parents."""
        done = self._walk.cursor or ""
        try:
            for place in range(0, len(parents), 2 * AT_ONCE):
                some = parents[place : place + 2 * AT_ONCE]
                found = await asyncio.gather(*map(self._below, some))
                self._outcome.calls = (self._outcome.calls or 0) + len(some)
                for rows in found:
                    self._take(rows)
                done = some[-1]
                if self._is_full():
                    await self._commit(done)
        except BaseException:
            await self._keep(done)
            raise
        await self._finish()

    async def _below(self, parent: str) -> list[Row]:
        head, _, tail = self._target.path.split("/", 3)[1:]
        steps = Steps(f"/{head}/{parent}/{tail}", {})
        client, rows = self._pull.client, list[Row]()
        try:
            while not steps.ended:
                rows += await client.run(next_rows(client.call, steps, self._read))
        except ApiError as refused:
            if refused.status != 404:
                raise
            # Deleted since it was read.
        return rows

    def _read(self, answer: Answer) -> Listing:
        if not self._walk.read_at:
            self._walk.read_at = clock.to_wire(source_time(answer))
        return read_rows(answer, self._target.key)

    def _take(self, rows: list[Row]) -> None:
        self._rows += rows
        size = sum(len(text) + 1 for _, text in rows)
        self._size += size
        self._outcome.records += len(rows)
        self._outcome.bytes += size
        self._pull.progress(self._outcome)

    def _is_full(self) -> bool:
        return self._size >= SEGMENT_BYTES or (
            bool(self._rows) and time.monotonic() - self._began >= SEGMENT_SECONDS
        )

    async def _commit(self, cursor: str | None) -> None:
        """Write what is there beside the next pages; one segment at a time, so that they stay in order."""
        await self._written()
        rows, self._rows, self._size, self._began = self._rows, [], 0, time.monotonic()
        self._writing = asyncio.create_task(self._write(rows, cursor))

    async def _written(self) -> None:
        # Shielded: a segment half-way through must end, or the cursor after it would leave a gap.
        if self._writing is not None:
            await asyncio.shield(self._writing)

    async def _write(self, rows: list[Row], cursor: str | None) -> None:
        """The segment and the place after it; without a place, the end of the walk."""
        archive = self._pull.archive
        if rows:
            self._walk.segments.append(await asyncio.to_thread(archive.write, self._target.name, rows))
        self._walk.cursor = cursor
        self._walk.done = cursor is None
        async with self._pull.saving:
            # What is written is of one moment; the disk is waited for beside the next pages.
            await asyncio.to_thread(archive.put, archive.text())

    async def _keep(self, cursor: str) -> None:
        """Before an error goes on its way: what was read need not be read again."""
        await self._commit(cursor)
        await self._written()

    async def _finish(self) -> None:
        if self._walk.cursor is None:
            self._rows.sort()
        await self._commit(None)
        await self._written()


async def _together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of them; the first failure ends the others, and is what is raised."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
