"""How many pages the writer of a SQLite file keeps in memory and in the log: more during an import."""

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from cellarhand.store.engine import UnfitDatabase
from cellarhand.store.sqlite_file import PAGE_SIZE, connect

# A new record touches a page of each index at random: with a cache for those pages, and a log long enough
# that the same page is carried over once for many units, a create costs a third less.
CACHE_KB = 32_768
PAGES_IN_LOG = 16_000
# A chunk of an import changes more pages than that. What does not fit is written in its middle, read again,
# and written once more: a tenth of what a large import costs.
IMPORT_CACHE_KB = 131_072
IMPORT_PAGES_IN_LOG = 96_000
SECONDS_BETWEEN_CARRIES = 3.0
SECONDS_AFTER_IMPORT = 10.0
# Filling a database: new rows touch every page of every index, and all of them should stay in memory. What is
# made from a seed needs no disk before the end; when the power fails, it is made anew.
FILLING_CACHE_KB = 524_288
FILLING_PAGES_IN_LOG = 100_000
_FRAME = PAGE_SIZE + 24


class _Carrier:
    """Carries pages from the log into the file, in a thread with a connection of its own, beside the writer.

    The log begins anew once all of it is carried over, which a writer that goes on and on never lets come
    true. So the writer does it too, at its own limit; then most is done. What can't be carried now, for want
    of room or because somebody still reads what was before, stays in the log.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, "carry")
        self._sqlite: sqlite3.Connection | None = None
        self._last: Future[None] | None = None
        self._begun = time.monotonic()

    def after_commit(self) -> None:
        under_way = self._last is not None and not self._last.done()
        if not under_way and time.monotonic() - self._begun >= SECONDS_BETWEEN_CARRIES:
            self._begun = time.monotonic()
            self._last = self._thread.submit(self._carry, "PASSIVE")

    def _carry(self, how: str) -> None:
        with suppress(sqlite3.Error, UnfitDatabase):
            if self._sqlite is None:
                self._sqlite = connect(self._path)
                # Who has the log cut keeps writers out meanwhile.
                self._sqlite.execute("PRAGMA busy_timeout = 0")
            self._sqlite.execute(f"PRAGMA wal_checkpoint({how})")

    def close(self, *, wait: bool) -> None:
        """The disk gets back what the log has taken."""
        self._thread.submit(self._end)
        self._thread.shutdown(wait=wait)

    def _end(self) -> None:
        self._carry("PASSIVE")
        self._carry("TRUNCATE")
        if self._sqlite is not None:
            self._sqlite.close()


class Room:
    """The room of one connection. It is given back some seconds after the last chunk of an import."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, filling: bool) -> None:
        self._sqlite = connection
        self._path = path
        self._filling = filling
        self._carrier: _Carrier | None = None
        self._imported: float | None = None
        self._set(FILLING_CACHE_KB, FILLING_PAGES_IN_LOG) if filling else self._set(CACHE_KB, PAGES_IN_LOG)

    def widen(self) -> None:
        """A chunk of an import begins."""
        if self._imported is None and not self._filling:
            self._set(IMPORT_CACHE_KB, IMPORT_PAGES_IN_LOG)
            self._sqlite.execute("PRAGMA journal_size_limit = -1")
            self._carrier = _Carrier(self._path)
        self._imported = time.monotonic()

    def after_commit(self) -> None:
        if self._carrier is not None:
            self._carrier.after_commit()

    @property
    def seconds_left(self) -> float | None:
        """How long it stays wide if no other chunk comes; None when it is not wide."""
        if self._imported is None or self._filling:
            return None
        return max(0.0, self._imported + SECONDS_AFTER_IMPORT - time.monotonic())

    def narrow(self) -> None:
        """Give back what an import needed, once it has ended. Not inside a transaction."""
        if self.seconds_left == 0.0:
            self._imported = None
            self.close(wait=False)
            self._set(CACHE_KB, PAGES_IN_LOG)
            self._sqlite.execute("PRAGMA shrink_memory")
            # Should somebody read at that moment, it is cut the next time that it begins anew.
            self._sqlite.execute(f"PRAGMA journal_size_limit = {PAGES_IN_LOG * _FRAME}")

    def close(self, *, wait: bool) -> None:
        if self._carrier is not None:
            self._carrier.close(wait=wait)
            self._carrier = None

    def _set(self, cache_kb: int, pages: int) -> None:
        self._sqlite.execute(f"PRAGMA cache_size = -{cache_kb}")
        self._sqlite.execute(f"PRAGMA wal_autocheckpoint = {pages}")
