"""The last requests of each tenant to the API, for the people who want to see what their integration did.

Kept apart from requests: each adds a line to memory, and now and then all that came is written at once.
Bodies are never kept, nor values of a query that may be personal.
"""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote_plus

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record.actor import Actor
from cellarhand.record.query import PAGING
from cellarhand.record.resource import Resource
from cellarhand.store.conditions import By, Compare, Contains, Where
from cellarhand.store.engine import NoSuchTenant, Store, StoreUnavailable
from cellarhand.store.tables import Column, Index, Table
from cellarhand.store.unit import ReadUnit, WriteUnit

REQUEST_LOG = Table(
    "request_log",
    (
        Column("id", "id"),
        # The app's id or the person's e-mail; empty for callers of public endpoints.
        Column("caller", "text"),
        Column("method", "text"),
        Column("path", "text"),
        Column("status", "int"),
        Column("microseconds", "int"),
        Column("request_id", "text"),
        # Bytes of the answer; null for one that was streamed.
        Column("size", "int", null=True),
        Column("created_at", "int"),
    ),
    key=("id",),
    indexes=(Index(("created_at",)),),
)
KEPT = 1000
"""Rows of a tenant; for a moment there may be some more."""
_CUT_EVERY = 200
SECONDS_BETWEEN = 5.0
_LONGEST = 500
_HIDDEN = "…"
_PERSONAL = frozenset(("birthDate",))
_PLAIN = re.compile(r"[\w .,:|+-]{0,200}", re.ASCII)
_LOG = logging.getLogger("cellarhand.requests")
_NAMES = ("caller", "method", "path", "status", "microseconds", "request_id", "size", "created_at")


@dataclass(frozen=True, slots=True)
class Request:
    """One request that was answered; the instant in milliseconds UTC."""

    caller: str
    method: str
    path: str
    status: int
    microseconds: int
    request_id: str
    size: int | None
    created_at: int


def plain_parameters(resources: Iterable[Resource]) -> frozenset[str]:
    """The query parameters whose values are dates, numbers, ids, yes or no, or words of the API."""
    found, texts = set[str](PAGING), set[str]()
    for resource in resources:
        for each in resource.all_filters.values():
            (texts if each.kind == "S" else found).add(each.name)
    return frozenset(found - texts - _PERSONAL)


def told_path(path: str, query: bytes, plain: frozenset[str]) -> str:
    """Path and query as they may be kept: what may name a person is left out. Pure."""
    words = [_HIDDEN if "@" in word or len(word) > 100 else word for word in path.split("/")]
    pairs: list[str] = []
    for part in query.decode("latin-1").split("&") if query else ():
        name, _, value = part.partition("=")
        value = unquote_plus(value, errors="replace")
        open_value = name in plain and _PLAIN.fullmatch(value)
        pairs.append(f"{name if _PLAIN.fullmatch(name) else _HIDDEN}={value if open_value else _HIDDEN}")
    told = ("/".join(words) + ("?" + "&".join(pairs) if pairs else ""))[:_LONGEST]
    # A path may hold any character, and a database takes no NUL and no half of a pair.
    return "".join(each if each.isprintable() else "\ufffd" for each in told)


_Line = tuple[int, str, str, str, bytes, int, float, bytes, int | None]


class RequestLog:
    """The requests of one process that were not written yet. `add` is what a request costs."""

    def __init__(self, store: Store, plain: frozenset[str]) -> None:
        self._store, self._plain = store, plain
        self._waiting: dict[int, deque[_Line]] = {}
        self._since_cut: dict[int, int] = {}
        self._turn = asyncio.Lock()

    def add(
        self,
        actor: Actor,
        method: str,
        path: str,
        query: bytes,
        status: int,
        seconds: float,
        request_id: bytes,
        size: int | None,
    ) -> None:
        """Remember a request. Of more than are kept the oldest are forgotten right here."""
        waiting = self._waiting.get(actor.tenant_id)
        if waiting is None:
            waiting = self._waiting[actor.tenant_id] = deque(maxlen=KEPT)
        caller = actor.email or actor.app_id or ""
        waiting.append((clock.now(), caller, method, path, query, status, seconds, request_id, size))

    async def write(self) -> None:
        """Write what came since the last time; whoever comes while that is under way waits for it."""
        async with self._turn:
            await self._write_all()

    async def _write_all(self) -> None:
        taken, self._waiting = self._waiting, {}
        for tenant_id, lines in taken.items():
            self._since_cut[tenant_id] = self._since_cut.get(tenant_id, KEPT) + len(lines)
            cut = self._since_cut[tenant_id] >= _CUT_EVERY
            if cut:
                self._since_cut[tenant_id] = 0
            await self._write(tenant_id, [self._row(line) for line in lines], cut=cut)

    def _row(self, line: _Line) -> tuple[str, str, str, str, int, int, str, int | None, int]:
        moment, caller, method, path, query, status, seconds, request_id, size = line
        told = told_path(path, query, self._plain)
        microseconds = round(seconds * 1_000_000)
        return (new_id(), caller, method, told, status, microseconds, request_id.decode(), size, moment)

    async def _write(
        self,
        tenant_id: int,
        rows: list[tuple[str, str, str, str, int, int, str, int | None, int]],
        *,
        cut: bool,
    ) -> None:
        async def job(unit: WriteUnit) -> None:
            await unit.insert_many(REQUEST_LOG, ("id", *_NAMES), rows)
            if cut:
                await _cut(unit)

        # A tenant that was deleted since needs no log.
        with suppress(NoSuchTenant):
            await self._store.write(tenant_id, job)


async def _cut(unit: WriteUnit) -> None:
    """Take away what is older than the rows that are kept."""
    newest = (By("created_at", descending=True),)
    last = await unit.rows(REQUEST_LOG, ("created_at",), (), newest, 1, KEPT - 1)
    if last:
        await unit.delete(REQUEST_LOG, (Compare("created_at", "<", last[0][0]),))


async def newest(
    unit: ReadUnit, *, statuses: tuple[int, int] | None = None, path: str = "", most: int = 100
) -> list[Request]:
    """The newest requests whose status lies in that range, both ends included, and whose path has `path`."""
    where: Where = (Contains("path", path),) if path else ()
    if statuses is not None:
        where += (Compare("status", ">=", statuses[0]), Compare("status", "<=", statuses[1]))
    order = (By("created_at", descending=True), By("id", descending=True))
    return [Request(*row) for row in await unit.rows(REQUEST_LOG, _NAMES, where, order, most)]


async def keep_writing(log: RequestLog) -> None:
    """Write now and then, for as long as the server runs. What can't be written is forgotten: it is a log."""
    while True:
        await asyncio.sleep(SECONDS_BETWEEN)
        await write_or_forget(log)


async def write_or_forget(log: RequestLog) -> None:
    """Write what came since the last time, or say in the log of the server that it was not."""
    try:
        await log.write()
    except StoreUnavailable as error:
        _LOG.warning("the request log is not written: %s", error)
    except Exception:
        _LOG.exception("the request log could not be written")
