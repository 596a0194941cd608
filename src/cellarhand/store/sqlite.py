"""SQLite: one file, one writer whose waiting units share a commit, reads on the event loop.

An acknowledged write is on disk (WAL with synchronous=FULL). Units that wait together are run one after the
other and committed together in a thread: the disk's time is paid once for all of them.
Short indexed reads run right on the event loop; wide ones in a thread with a connection of their own.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from cellarhand.store.conditions import Value
from cellarhand.store.engine import Job, Lead, StoreUnavailable, UnfitDatabase
from cellarhand.store.snapshot import Snapshot
from cellarhand.store.sqlite_file import Connection, connect, path_of
from cellarhand.store.sqlite_writer import Writer
from cellarhand.store.unit import ReadUnit, Row

T = TypeVar("T")


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
        self._reads: Connection | None = None
        self._sqlite: sqlite3.Connection | None = None
        self._wide: _WideReads | None = None
        self._writer: Writer | None = None
        self._epoch: int | None = None

    async def open(self) -> None:
        if not self._path.exists():
            raise UnfitDatabase(f"there is no database at '{self._path}': run `cellarhand db upgrade`")
        self._sqlite = connect(self._path, reading=True)
        self._wide = _WideReads(self._path)
        self._reads = Connection(self._sqlite, self._wide)

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
        if self._wide is not None:
            self._wide.close()
        if self._sqlite is not None:
            self._sqlite.close()
        self._writer = self._wide = self._sqlite = self._reads = self._epoch = None

    def reading(self, tenant_id: int | None) -> ReadUnit:
        if self._reads is None:
            raise StoreUnavailable("the store is not open")
        return ReadUnit(self._reads, tenant_id)

    async def write(
        self,
        tenant_id: int | None,
        job: Job[T],
        *,
        alone: bool = False,  # noqa: ARG002 - units run one after the other
        large: bool = False,
    ) -> T:
        if self._reads is None:
            raise StoreUnavailable("the store is not open")
        if self._writer is None:
            self._writer = Writer(self._path, filling=self._filling)
        return await self._writer.submit(tenant_id, job, large=large)

    async def leisure(self) -> None:
        if self._writer is not None:
            await self._writer.leisure()

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
            yield Snapshot(Connection(connection, None))
        finally:
            connection.close()

    def credentials_epoch(self) -> int:
        """The epoch, asked for once for all who ask in one turn of the event loop.

        Callbacks run in the order in which they were scheduled. What runs before the answer is forgotten was
        scheduled before it was asked for, and so was read from its connection before: a request that came in
        after a change is never answered by what was so before it.
        """
        if self._epoch is None:
            self._epoch = self._ask_epoch()
            asyncio.get_running_loop().call_soon(self._forget_epoch)
        return self._epoch

    def _forget_epoch(self) -> None:
        self._epoch = None

    def _ask_epoch(self) -> int:
        if self._sqlite is None:
            raise StoreUnavailable("the store is not open")
        try:
            return self._sqlite.execute("SELECT epoch FROM credentials_epoch").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def ping(self) -> None:
        self._ask_epoch()
