"""What the writer of a SQLite database does in a thread of its own, and what others do meanwhile."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import chain
from typing import TypeVar

from cellarhand.store.conditions import Value

T = TypeVar("T")
FEW_ROWS = 100
"""Fewer are not worth the way to a thread and back."""
_MOST_ROWS = 512
_MOST_VALUES = 32_766
"""So many one statement takes; as many as SQLite does unless it was built otherwise."""


class Aside:
    """One thread. SQLite lets go of the interpreter while it is at work, and the event loop runs on."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "writer")
        self.under_way: list[asyncio.Future[None]] = []
        # Whether something of it failed; only the thread writes that while anything is under way.
        self._failed = False
        self._leisure = asyncio.Event()
        self._leisure.set()

    def begin(self, work: Callable[..., None], *arguments: object) -> None:
        """Have it done after what was begun before; `settle` waits for it.

        Not if something before it fails: a full disk ends the transaction, and what came after that would be
        kept by itself.
        """
        self.under_way.append(self._submit(self._unless_failed, work, *arguments))

    def _unless_failed(self, work: Callable[..., None], *arguments: object) -> None:
        if self._failed:
            return
        try:
            work(*arguments)
        except BaseException:
            self._failed = True
            raise

    async def settle(self) -> None:
        """Return when all that was begun is done; raises the first error of it."""
        under_way, self.under_way = self.under_way, []
        self._leisure.set()
        ended = await asyncio.gather(*under_way, return_exceptions=True)
        self._leisure.clear()
        self._failed = False
        for error in filter(None, ended):
            raise error

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """What came of it. Nothing else may be under way."""
        self._leisure.set()
        try:
            return await self._submit(work, *arguments)
        finally:
            self._leisure.clear()

    def _submit(self, work: Callable[..., T], *arguments: object) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    def claim(self) -> None:
        """The writer is at work on the event loop from here on, unless it waits for the thread."""
        self._leisure.clear()

    def release(self) -> None:
        """It has nothing to do."""
        self._leisure.set()

    async def leisure(self) -> None:
        """Return while the writer waits for its thread, or for work."""
        await self._leisure.wait()

    def close(self) -> None:
        self._thread.shutdown(wait=True)


def insert_rows(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Value]]) -> None:
    """Insert many rows with few statements; `sql` inserts one.

    A statement a row would ask for the interpreter back after each. After an error some rows of the statement
    are there: whoever gets it has to take back the whole transaction, or to the last savepoint.
    """
    if not rows:
        return
    width = len(rows[0])
    most = min(_MOST_ROWS, _MOST_VALUES // width)
    place = 0
    while place < len(rows):
        # Sizes are powers of two, so that few statements are made.
        count = 1 << (min(most, len(rows) - place).bit_length() - 1)
        values = tuple(chain.from_iterable(rows[place : place + count]))
        connection.execute(_of_many(sql, count), values)
        place += count


@lru_cache(512)
def _of_many(sql: str, count: int) -> str:
    """The statement for so many rows. It ends at the first that fails: to take the others back costs a copy
    of each page that it changes."""
    head, values, marks = sql.partition(" VALUES ")
    return head.replace("INSERT", "INSERT OR FAIL", 1) + values + ", ".join([marks] * count)
