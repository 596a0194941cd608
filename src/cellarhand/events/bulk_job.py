"""Bulk jobs: one change to many records, begun on the site, done afterwards in chunks (TAG-4, ORD-14).

A chunk's changes and how far the job is are one unit of work: a job that was cut off, by whatever, goes on
behind its last chunk, and never does anything twice. What could not be done is written down record by record.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record import query
from cellarhand.record.actor import Actor
from cellarhand.record.errors import HouseError
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.store.conditions import BY_ID, Among, By, Compare, Where, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import Column, Index, Table
from cellarhand.store.unit import ReadUnit, Row, WriteUnit

State = Literal["Running", "Stopped", "Done"]
MOST_CHOSEN = 1000
MOST_MESSAGE = 500

BULK_JOB = Table(
    "bulk_job",
    (
        Column("id", "id"),
        Column("kind", "text"),
        Column("state", "text"),
        Column("title", "text"),
        # The records that are meant, and what is to be done with them.
        Column("body", "body"),
        Column("account_id", "id"),
        # How many there were when it began, and how far it is.
        Column("total", "int"),
        Column("done", "int"),
        Column("changed", "int"),
        Column("refused", "int"),
        Column("reached", "id", null=True),
        Column("note", "text", null=True),
        Column("created_at", "int"),
        Column("updated_at", "int"),
    ),
    key=("id",),
    indexes=(Index(("state", "created_at")), Index(("-created_at", "id"))),
)
BULK_REFUSAL = Table(
    "bulk_refusal",
    (Column("job_id", "id"), Column("object_id", "id"), Column("message", "text")),
    key=("job_id", "object_id"),
)
"""The records that a job could not change, and why."""

NAMES = (
    "id",
    "kind",
    "state",
    "title",
    "body",
    "account_id",
    "total",
    "done",
    "changed",
    "refused",
    "reached",
    "note",
    "created_at",
    "updated_at",
)


class Meant(NamedTuple):
    """The records of a job: those with these ids, or all that a list has with these filters."""

    ids: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. `updated_at` moves with each chunk."""

    id: str
    kind: str
    state: State
    title: str
    meant: Meant
    options: dict[str, Any]
    account_id: str
    total: int
    done: int
    changed: int
    refused: int
    reached: str | None
    note: str | None
    created_at: int
    updated_at: int

    @staticmethod
    def of(row: Row) -> "Job":
        values = dict(zip(NAMES, row, strict=True))
        body = decode(values.pop("body"))
        meant = Meant(tuple(body["ids"]), tuple((name, value) for name, value in body["pairs"]))
        return Job(meant=meant, options=body["options"], **values)


class Refusal(NamedTuple):
    """A record that stays as it was, and why."""

    id: str
    message: str


class Outcome(NamedTuple):
    """What became of a chunk. Records that were already as wished are neither changed nor refused."""

    changed: int
    refusals: Sequence[Refusal]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of job: whose records, who may do it, a chunk of it in a unit, and what is told at its end.

    `may` is None for the house's own work: once begun, it needs nobody's right. `finish` is also given where
    clients reach the API.
    """

    resource: Callable[[Job], Resource]
    may: Callable[[Actor], bool] | None
    run: Callable[[WriteUnit, Actor, Job, Sequence[str]], Awaitable[Outcome]]
    finish: Callable[[WriteUnit, Job, str], Awaitable[None]]
    chunk: int


class Works(NamedTuple):
    """Every kind of job by its name, and where clients reach the API: events name addresses there."""

    kinds: Mapping[str, Work]
    api_url: str

    def may_resume(self, actor: Actor, job: Job) -> bool:
        """A job is done with the rights of who began it; the house's own may go on by anybody who sees it."""
        return job.account_id == actor.account_id or self.kinds[job.kind].may is None


def where_of(resource: Resource, meant: Meant, actor: Actor) -> Where:
    """The conditions of the records that are meant, of those that the actor may see."""
    if meant.ids:
        return (Among("id", meant.ids), *resource.visible(actor))
    return query.parse(resource, meant.pairs).where + resource.visible(actor)


async def count(unit: ReadUnit, resource: Resource, meant: Meant, actor: Actor) -> int:
    """How many records are meant now."""
    where = where_of(resource, meant, actor)
    return await unit.count(resource.table, where) if where else await unit.counter(resource.name)


async def begin(
    store: Store, actor: Actor, kind: str, title: str, meant: Meant, options: dict[str, Any], total: int
) -> str:
    """A new job, for whichever process does such work; its id."""

    async def job(unit: WriteUnit) -> str:
        return await begin_within(unit, actor, kind, title, meant, options, total)

    return await store.write(actor.tenant_id, job)


async def begin_within(
    unit: WriteUnit,
    actor: Actor,
    kind: str,
    title: str,
    meant: Meant,
    options: dict[str, Any],
    total: int,
) -> str:
    """A new job that begins when the unit does what makes it necessary, and not without that; its id."""
    id, now = new_id(), clock.now()
    body = {"ids": list(meant.ids), "pairs": [list(pair) for pair in meant.pairs], "options": options}
    values = {
        "id": id,
        "kind": kind,
        "state": "Running",
        "title": title,
        "body": encode(body).decode(),
        "account_id": actor.account_id,
        "total": total,
        **dict.fromkeys(("done", "changed", "refused"), 0),
        "reached": None,
        "note": None,
        "created_at": now,
        "updated_at": now,
    }
    await unit.insert(BULK_JOB, values)
    return id


async def find(unit: ReadUnit, id: str) -> Job | None:
    row = await unit.row(BULK_JOB, NAMES, equal("id", id))
    return Job.of(row) if row else None


async def newest(unit: ReadUnit, limit: int) -> list[Job]:
    rows = await unit.rows(BULK_JOB, NAMES, order=(By("created_at", descending=True), By("id")), limit=limit)
    return [Job.of(row) for row in rows]


async def running(unit: ReadUnit) -> list[str]:
    """The ids of the jobs that are not at their end, the oldest first."""
    rows = await unit.rows(BULK_JOB, ("id",), equal("state", "Running"), (By("created_at"), By("id")))
    return [row[0] for row in rows]


async def refusals(unit: ReadUnit, job_id: str, limit: int) -> list[Refusal]:
    where, order = equal("job_id", job_id), (By("object_id"),)
    rows = await unit.rows(BULK_REFUSAL, ("object_id", "message"), where, order, limit)
    return [Refusal(*row) for row in rows]


async def drop_ended(unit: WriteUnit, before: int, limit: int) -> int:
    """Delete jobs that ended and were begun before an instant, with what they refused; how many."""
    where = (Among("state", ("Stopped", "Done")), Compare("created_at", "<", before))
    rows = await unit.rows(BULK_JOB, ("id",), where, limit=limit)
    if rows:
        ids = tuple(row[0] for row in rows)
        await unit.delete(BULK_REFUSAL, (Among("job_id", ids),))
        await unit.delete(BULK_JOB, (Among("id", ids),))
    return len(rows)


async def stop(store: Store, actor: Actor, works: Works, id: str, note: str | None = None) -> None:
    """End a job where it stands: what is done stays done. Nothing happens to one that has ended."""

    async def job(unit: WriteUnit) -> None:
        found = await _locked(unit, id)
        if found is not None and found.state == "Running":
            await _end(unit, works, found, "Stopped", note)

    await store.write(actor.tenant_id, job)


async def resume(store: Store, actor: Actor, id: str) -> None:
    """Go on behind the last chunk."""

    async def job(unit: WriteUnit) -> None:
        found = await _locked(unit, id)
        if found is not None and found.state == "Stopped":
            await unit.update(BULK_JOB, equal("id", id), {"state": "Running", "note": None})

    await store.write(actor.tenant_id, job)


async def _locked(unit: WriteUnit, id: str) -> Job | None:
    row = await unit.lock(BULK_JOB, NAMES, equal("id", id))
    return Job.of(row) if row else None


async def run_chunk(store: Store, actor: Actor, works: Works, id: str) -> bool:
    """Do the next chunk of a job, all of it or nothing; whether more is left to do."""

    async def job(unit: WriteUnit) -> bool:
        found = await _locked(unit, id)
        if found is None or found.state != "Running":
            return False
        may = works.kinds[found.kind].may
        if may is not None and not may(actor):
            note = "Who began this may not do it any more."
            await _end(unit, works, found, "Stopped", note)
            return False
        try:
            return await _step(unit, actor, works, found)
        except HouseError as error:
            # Not one record is the reason, but what is to be done with all of them: nothing was written yet.
            await _end(unit, works, found, "Stopped", said(error))
            return False

    return await store.write(actor.tenant_id, job)


async def _step(unit: WriteUnit, actor: Actor, works: Works, found: Job) -> bool:
    work = works.kinds[found.kind]
    resource = work.resource(found)
    where = where_of(resource, found.meant, actor)
    if found.reached is not None:
        where += (Compare("id", ">", found.reached),)
    rows = await unit.rows(resource.table, ("id",), where, BY_ID, work.chunk)
    ids = [row[0] for row in rows]
    outcome = await work.run(unit, actor, found, ids) if ids else Outcome(0, ())
    told = [(found.id, each.id, each.message[:MOST_MESSAGE]) for each in outcome.refusals]
    if told:
        await unit.insert_many(BULK_REFUSAL, ("job_id", "object_id", "message"), told)
    changed, refused = found.changed + outcome.changed, found.refused + len(told)
    values = {
        "done": found.done + len(ids),
        "changed": changed,
        "refused": refused,
        "reached": ids[-1] if ids else found.reached,
        "updated_at": clock.now(),
    }
    await unit.update(BULK_JOB, equal("id", found.id), values)
    if len(ids) == work.chunk:
        return True
    await _end(unit, works, found, "Done", None, changed)
    return False


async def _end(
    unit: WriteUnit,
    works: Works,
    found: Job,
    state: State,
    note: str | None,
    changed: int | None = None,
) -> None:
    """What changed is told once, however the job ended."""
    if found.changed if changed is None else changed:
        await works.kinds[found.kind].finish(unit, found, works.api_url)
    values = {"state": state, "note": note, "updated_at": clock.now()}
    await unit.update(BULK_JOB, equal("id", found.id), values)


def said(error: HouseError) -> str:
    """Why something is refused, in a line."""
    faults = [f"{fault.field}: {fault.message}" for fault in error.faults or ()]
    return "; ".join(faults) or error.message
