"""SQLite: one file, one writer whose waiting units share a commit, reads on the event loop.

An acknowledged write is on disk (WAL with synchronous=FULL). Units that wait together are run one after the
other, each in a savepoint, and committed together in a thread: the disk's time is paid once for all of them.
Short indexed reads run right on the event loop; wide ones in a thread with a connection of their own.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncGenerator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from cellarhand.store import statements
from cellarhand.store.conditions import Value
from cellarhand.store.engine import Job, Lead, NoSuchTenant, StoreUnavailable, UnfitDatabase
from cellarhand.store.snapshot import Snapshot
from cellarhand.store.unit import ReadUnit, Row, WriteUnit

T = TypeVar("T")
PAGE_SIZE = 8192
MOST_UNITS_A_COMMIT = 256
# Turns of the event loop without a new unit after which a commit begins: reading a request takes two.
QUIET_TURNS = 3
SECONDS_FOR_LOCK = 15.0
READER_CACHE_KB = 32_768
# A new record touches a page of each index at random: with a cache for those pages, and a log long enough
# that the same page is carried over once for many units, a create costs a third less.
WRITER_CACHE_KB = 32_768
PAGES_IN_LOG = 4_000
# Filling a database: new rows touch every page of every index, and all of them should stay in memory. What is
# made from a seed needs no disk before the end; when the power fails, it is made anew.
FILLING_CACHE_KB = 524_288
FILLING_PAGES_IN_LOG = 100_000


def path_of(url: str) -> Path:
    """The file that `sqlite:///relative` or `sqlite:////absolute` names."""
    if not url.startswith("sqlite:///") or len(url) == len("sqlite:///"):
        raise UnfitDatabase(f"'{url}' names no file: use sqlite:///path/to/file.db")
    return Path(unquote(url.removeprefix("sqlite:///")))


def connect(path: Path, *, reading: bool = False) -> sqlite3.Connection:
    try:
        if not path.exists():
            # Nobody but the server's own user reads a winery's customers.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=5
        )
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        # The names of tables and columns are matched as written, and LIKE compares folded text as it is.
        connection.execute("PRAGMA case_sensitive_like = ON")
        if reading:
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KB}")
    except (sqlite3.DatabaseError, OSError) as error:
        raise UnfitDatabase(f"the database file '{path}' can not be opened: {error}") from error
    return connection


class _Connection:
    """A unit's way to one sqlite3 connection, on the event loop unless the statement is wide."""

    dialect = statements.SQLITE
    # Units run one after the other.
    alone = True

    def __init__(self, connection: sqlite3.Connection, wide: "_WideReads | None") -> None:
        self._connection = connection
        self._wide = wide

    async def fetch(self, sql: str, values: Sequence[Value], *, wide: bool = False) -> Sequence[Row]:
        try:
            if wide and self._wide is not None:
                return await self._wide.fetch(sql, values)
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def execute(self, sql: str, values: Sequence[Value], *, wide: bool = False) -> int:
        try:
            if wide:
                return (await asyncio.to_thread(self._connection.execute, sql, values)).rowcount
            return self._connection.execute(sql, values).rowcount
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def execute_many(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        try:
            self._connection.executemany(sql, values)
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def stream(
        self, sql: str, values: Sequence[Value], rows_at_once: int
    ) -> AsyncGenerator[Sequence[Row]]:
        try:
            cursor = self._connection.execute(sql, values)
            while rows := await asyncio.to_thread(cursor.fetchmany, rows_at_once):
                yield rows
        except sqlite3.DatabaseError as error:
            raise StoreUnavailable(str(error)) from error

    def counter_slot(self) -> int:
        return 0

    async def announce_credentials(self) -> None:
        """Nothing to do: every process reads the epoch from the file."""

    async def keep_out(self, tenant_id: int) -> None:
        """Nothing to do: units run one after the other."""


class _WideReads:
    """Threads with connections of their own, for reads that look at very many rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(2, "wide-read")

    async def fetch(self, sql: str, values: Sequence[Value]) -> Sequence[Row]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, sql, values)

    def _fetch(self, sql: str, values: Sequence[Value]) -> Sequence[Row]:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path, reading=True)
            self._opened.append(connection)
        return connection.execute(sql, values).fetchall()

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        for connection in self._opened:
            connection.close()


@dataclass(slots=True)
class _Waiting:
    tenant_id: int | None
    job: Job[Any]
    done: "asyncio.Future[Any]"


class _Writer:
    """The one writer: takes what waits, runs it in one transaction, commits, and tells those who wait."""

    def __init__(self, path: Path, *, filling: bool) -> None:
        self._sqlite = connect(path)
        self._filling = filling
        self._sqlite.execute("PRAGMA busy_timeout = 0")
        self._sqlite.execute(f"PRAGMA cache_size = -{FILLING_CACHE_KB if filling else WRITER_CACHE_KB}")
        if filling:
            self._sqlite.execute("PRAGMA synchronous = OFF")
        pages = FILLING_PAGES_IN_LOG if filling else PAGES_IN_LOG
        self._sqlite.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        self._connection = _Connection(self._sqlite, None)
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._thread = ThreadPoolExecutor(1, "commit")
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def submit(self, tenant_id: int | None, job: Job[T]) -> T:
        if self._closing:
            raise StoreUnavailable("the store is closing")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(tenant_id, job, done))
        self._wake.set()
        return await done

    async def close(self) -> None:
        self._closing = True
        self._wake.set()
        await self._task
        self._thread.shutdown(wait=True)
        if self._filling:
            # Now all of it goes to the disk.
            self._sqlite.execute("PRAGMA synchronous = FULL")
            self._sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._sqlite.close()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            await self._let_join()
            batch, self._waiting = self._waiting[:MOST_UNITS_A_COMMIT], self._waiting[MOST_UNITS_A_COMMIT:]
            if batch:
                await self._commit_together(batch)
            elif self._closing:
                return
            else:
                self._wake.clear()

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
            finished = await self._run_all(batch, apart=False)
            if finished is None:
                finished = await self._run_all(batch, apart=True)
            await asyncio.get_running_loop().run_in_executor(self._thread, self._sqlite.execute, "COMMIT")
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
        for waiting in batch:
            if waiting.done.done():
                continue
            if apart:
                self._sqlite.execute("SAVEPOINT unit")
            changed = self._sqlite.total_changes
            try:
                self._refuse_deleted(waiting.tenant_id, there)
                result = await waiting.job(WriteUnit(self._connection, waiting.tenant_id))
            except Exception as error:
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


class _Lead:
    """A lock on a small file beside the database. The system takes it back when the process ends, however."""

    def __init__(self, held: sqlite3.Connection) -> None:
        self._held: sqlite3.Connection | None = held

    def held(self) -> bool:
        return self._held is not None

    async def release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


class SqliteStore:
    """The embedded default. See `store.engine.Store`."""

    def __init__(self, url: str, *, filling: bool = False) -> None:
        self.url = url
        self._path = path_of(url)
        self._filling = filling
        self._reads: _Connection | None = None
        self._sqlite: sqlite3.Connection | None = None
        self._wide: _WideReads | None = None
        self._writer: _Writer | None = None

    async def open(self) -> None:
        if not self._path.exists():
            raise UnfitDatabase(f"there is no database at '{self._path}': run `cellarhand db upgrade`")
        self._sqlite = connect(self._path, reading=True)
        self._wide = _WideReads(self._path)
        self._reads = _Connection(self._sqlite, self._wide)

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        if self._wide is not None:
            self._wide.close()
        if self._sqlite is not None:
            self._sqlite.close()
        self._writer = self._wide = self._sqlite = self._reads = None

    def reading(self, tenant_id: int | None) -> ReadUnit:
        if self._reads is None:
            raise StoreUnavailable("the store is not open")
        return ReadUnit(self._reads, tenant_id)

    async def write(self, tenant_id: int | None, job: Job[T], *, alone: bool = False) -> T:  # noqa: ARG002
        if self._reads is None:
            raise StoreUnavailable("the store is not open")
        if self._writer is None:
            self._writer = _Writer(self._path, filling=self._filling)
        return await self._writer.submit(tenant_id, job)

    async def take_lead(self, task: str) -> Lead | None:
        path = self._path.with_name(f"{self._path.name}-{task}")
        try:
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            lock = sqlite3.connect(path, isolation_level=None, timeout=0)
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(str(error)) from error
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            lock.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                return None
            raise StoreUnavailable(str(error)) from error
        return _Lead(lock)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        connection = connect(self._path, reading=True)
        try:
            connection.execute("BEGIN")
            # The first read fixes the moment.
            connection.execute("SELECT epoch FROM credentials_epoch").fetchall()
            yield Snapshot(_Connection(connection, None))
        finally:
            connection.close()

    def credentials_epoch(self) -> int:
        if self._sqlite is None:
            raise StoreUnavailable("the store is not open")
        try:
            return self._sqlite.execute("SELECT epoch FROM credentials_epoch").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def ping(self) -> None:
        self.credentials_epoch()
