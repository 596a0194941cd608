"""One connection to the file of a SQLite database, and what runs on it."""

import asyncio
import os
import re
import sqlite3
from collections.abc import AsyncGenerator, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

from cellarhand.store import statements
from cellarhand.store.aside import FEW_ROWS, Aside, insert_rows
from cellarhand.store.conditions import Value
from cellarhand.store.engine import StoreUnavailable, UnfitDatabase
from cellarhand.store.unit import Row, Texts

OLDEST_SQLITE = (3, 35, 0)
"""The first that gives back what a statement has changed."""
PAGE_SIZE = 8192
READER_CACHE_KB = 32_768
_WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


class Wide(Protocol):
    """Where statements go that look at very many rows."""

    async def fetch(self, sql: str, values: Sequence[Value]) -> Sequence[Row]: ...


def path_of(url: str) -> Path:
    """The file that `sqlite:///relative` or `sqlite:////absolute` names."""
    if not url.startswith("sqlite:///") or len(url) == len("sqlite:///"):
        raise UnfitDatabase(f"'{url}' names no file: use sqlite:///path/to/file.db")
    return Path(unquote(url.removeprefix("sqlite:///")))


def connect(path: Path, *, reading: bool = False) -> sqlite3.Connection:
    """A connection to the file, which is made if need be. Raises UnfitDatabase."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise UnfitDatabase(f"SQLite {needed} or newer is needed; this Python has {sqlite3.sqlite_version}")
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


class Connection:
    """A unit's way to one sqlite3 connection, on the event loop unless the statement is wide."""

    dialect = statements.SQLITE
    # Units run one after the other.
    alone = True

    def __init__(self, connection: sqlite3.Connection, wide: Wide | None, aside: Aside | None = None) -> None:
        self._connection = connection
        self._wide = wide
        self._aside = aside
        self.beside = aside is not None
        # What the transaction has read of tables that seldom change, by their names, and not written since.
        self.known: dict[str, dict[tuple[Any, ...], Sequence[Row]]] = {}
        self.texts: Texts = {}

    def forget(self) -> None:
        """A transaction begins, or something in it was taken back: nothing is known any more."""
        self.known, self.texts = {}, {}

    @property
    def _unsettled(self) -> bool:
        return self._aside is not None and bool(self._aside.under_way)

    async def settle(self) -> None:
        """Wait for rows that are being written beside the event loop; raises what went wrong with them."""
        if self._aside is not None and self._aside.under_way:
            try:
                await self._aside.settle()
            except sqlite3.OperationalError as error:
                raise StoreUnavailable(str(error)) from error

    async def fetch(self, sql: str, values: Sequence[Value], *, wide: bool = False) -> Sequence[Row]:
        if self._unsettled:
            await self.settle()
        try:
            if wide and self._wide is not None:
                return await self._wide.fetch(sql, values)
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def execute(self, sql: str, values: Sequence[Value], *, wide: bool = False) -> int:
        if self._unsettled:
            await self.settle()
        if self.known:
            self.known.pop(_written(sql), None)
        try:
            if wide:
                return (await asyncio.to_thread(self._connection.execute, sql, values)).rowcount
            return self._connection.execute(sql, values).rowcount
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def insert_many(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        if self.known:
            self.known.pop(_written(sql), None)
        rows = values if isinstance(values, list) else list(values)
        if self._aside is not None and (len(rows) >= FEW_ROWS or self._unsettled):
            self._aside.begin(insert_rows, self._connection, sql, rows)
            return
        await self.settle()
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(str(error)) from error

    async def fetch_apart(self, sql: str, values: Sequence[Value]) -> Sequence[Row]:
        # Units run one after the other: nobody would be let go of.
        return await self.fetch(sql, values)

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


@cache
def _written(sql: str) -> str:
    """The table that a statement writes; empty for one that writes none."""
    found = _WRITES.match(sql)
    return found[1] if found else ""
