"""The one writer of a SQLite database: units that wait together share a transaction and its commit."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cellarhand.store.aside import Aside
from cellarhand.store.conditions import Where
from cellarhand.store.engine import Job, NoSuchTenant, StoreUnavailable
from cellarhand.store.sqlite_file import Connection, connect
from cellarhand.store.sqlite_room import Room
from cellarhand.store.tables import Table
from cellarhand.store.unit import Row, WriteUnit

T = TypeVar("T")
MOST_UNITS_A_COMMIT = 256
# Turns of the event loop without a new unit after which a commit begins: reading a request takes two.
QUIET_TURNS = 3
SECONDS_FOR_LOCK = 15.0


class _Unit(WriteUnit):
    """A unit that knows from those before it in the transaction what seldom changes."""

    _connection: Connection

    async def seldom_changed(self, table: Table, names: Sequence[str], where: Where) -> Sequence[Row]:
        known = self._connection.known.setdefault(table.name, {})
        asked = (self._tenant_id, tuple(names), where)
        found = known.get(asked)
        if found is None:
            found = known[asked] = await self.rows(table, names, where)
        return found


@dataclass(slots=True)
class _Waiting:
    tenant_id: int | None
    job: Job[Any]
    large: bool
    done: "asyncio.Future[Any]"


class Writer:
    """The one writer: takes what waits, runs it in one transaction, commits, and tells those who wait."""

    def __init__(self, path: Path, *, filling: bool) -> None:
        self._sqlite = connect(path)
        self._filling = filling
        self._sqlite.execute("PRAGMA busy_timeout = 0")
        if filling:
            self._sqlite.execute("PRAGMA synchronous = OFF")
        self._room = Room(self._sqlite, path, filling=filling)
        self._aside = Aside()
        self._connection = Connection(self._sqlite, None, self._aside)
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def submit(self, tenant_id: int | None, job: Job[T], *, large: bool) -> T:
        if self._closing:
            raise StoreUnavailable("the store is closing")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(tenant_id, job, large, done))
        self._wake.set()
        return await done

    async def close(self) -> None:
        self._closing = True
        self._wake.set()
        await self._task
        self._aside.close()
        await asyncio.to_thread(self._room.close, wait=True)
        if self._filling:
            # Now all of it goes to the disk.
            self._sqlite.execute("PRAGMA synchronous = FULL")
            self._sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._sqlite.close()

    async def _run(self) -> None:
        while True:
            await self._woken()
            await self._let_join()
            batch = self._next()
            if batch:
                self._aside.claim()
                await self._commit_together(batch)
                self._aside.release()
            elif self._closing:
                return
            else:
                self._wake.clear()

    def _next(self) -> list[_Waiting]:
        """Take the units that share the next commit; a large one has its own, for which no other waits."""
        count = next((place for place, each in enumerate(self._waiting) if each.large), len(self._waiting))
        count = min(count or 1, MOST_UNITS_A_COMMIT)
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def leisure(self) -> None:
        await self._aside.leisure()

    async def _woken(self) -> None:
        """Wait for a unit. Meanwhile what an import needed is given back."""
        while (seconds := self._room.seconds_left) is not None:
            try:
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
            except TimeoutError:
                pass
            else:
                break
            self._room.narrow()
        self._room.narrow()
        await self._wake.wait()

    async def _let_join(self) -> None:
        """Wait while the event loop brings further units: a commit of one costs nearly what one of all costs.

        Of clients that wait for each other's commit the first to come back would get one of its own.
        """
        quiet = 0
        while quiet < QUIET_TURNS and len(self._waiting) < MOST_UNITS_A_COMMIT:
            before = len(self._waiting)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._waiting) == before else 0

    async def _commit_together(self, batch: list[_Waiting]) -> None:
        """Run units in one transaction, commit, and tell those who wait.

        A savepoint for each would have every page that it changes copied first, an eighth of what a create
        costs, and hardly any unit fails once it has changed something. When one does, all is taken back and
        all of them run again, each in a savepoint: a job may be run again from its start (`Store.write`).
        """
        try:
            if batch[0].large:
                self._room.widen()
            finished = await self._run_all(batch, apart=False)
            if finished is None:
                finished = await self._run_all(batch, apart=True)
            await self._aside.run(self._sqlite.execute, "COMMIT")
            self._room.after_commit()
        except (sqlite3.Error, StoreUnavailable) as error:
            if self._sqlite.in_transaction:
                self._sqlite.execute("ROLLBACK")
            for waiting in batch:
                _settle(waiting, error=StoreUnavailable(str(error)))
            return
        for waiting, result in finished or ():
            _settle(waiting, result)

    async def _run_all(self, batch: list[_Waiting], *, apart: bool) -> list[tuple[_Waiting, Any]] | None:
        """What came of the units that did not fail; those that did have been told.

        Unless they run `apart`, each in a savepoint, None when one of several failed in the middle: then
        nothing of all has happened.
        """
        finished: list[tuple[_Waiting, Any]] = []
        there = set[int]()
        await self._begin()
        self._connection.forget()
        for waiting in batch:
            if waiting.done.done():
                continue
            if apart:
                self._sqlite.execute("SAVEPOINT unit")
            changed = self._sqlite.total_changes
            try:
                self._refuse_deleted(waiting.tenant_id, there)
                result = await waiting.job(_Unit(self._connection, waiting.tenant_id))
                await self._connection.settle()
            except Exception as error:
                # What else goes wrong is of no interest: all of it is taken back.
                with suppress(Exception):
                    await self._connection.settle()
                self._connection.forget()
                if not self._sqlite.in_transaction:
                    # A full disk has undone the whole transaction: none of its units may be acknowledged.
                    raise StoreUnavailable(str(error)) from error
                if apart:
                    self._sqlite.execute("ROLLBACK TO unit")
                elif self._sqlite.total_changes != changed:
                    self._sqlite.execute("ROLLBACK")
                    if len(batch) > 1:
                        return None
                    await self._begin()
                _settle(waiting, error=error)
            else:
                finished.append((waiting, result))
            if apart:
                self._sqlite.execute("RELEASE unit")
        return finished

    def _refuse_deleted(self, tenant_id: int | None, there: set[int]) -> None:
        """Raises NoSuchTenant; `there` holds the tenants that are known to be there by now.

        While the transaction lasts only a unit over the shared tables can delete one.
        """
        if tenant_id is None:
            there.clear()
        elif tenant_id not in there:
            sought = "SELECT 1 FROM tenant WHERE tenant_id = ?"
            if self._sqlite.execute(sought, (tenant_id,)).fetchone() is None:
                raise NoSuchTenant(f"there is no tenant {tenant_id} any more")
            there.add(tenant_id)

    async def _begin(self) -> None:
        """Take the file's write lock; another process may hold it for a moment."""
        ends = asyncio.get_running_loop().time() + SECONDS_FOR_LOCK
        pause = 0.001
        while True:
            try:
                self._sqlite.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not busy or asyncio.get_running_loop().time() > ends:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.05)


def _settle(waiting: _Waiting, result: Any = None, error: BaseException | None = None) -> None:
    if waiting.done.done():
        return
    if error is None:
        waiting.done.set_result(result)
    else:
        waiting.done.set_exception(error)
