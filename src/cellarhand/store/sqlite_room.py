"""How many pages the writer of a SQLite file keeps in memory and in the log: more during an import."""

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

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
    """Carries pages from the log into the file, beside the writer.

    The log begins anew once all of it is carried over, which a writer that goes on and on never lets come
    true. So the writer does it too, at its own limit; then most is done.
    """

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, "carry")
        self._sqlite = connect(path)
        self._last: Future[None] | None = None
        self._begun = time.monotonic()

    def after_commit(self) -> None:
        under_way = self._last is not None and not self._last.done()
        if not under_way and time.monotonic() - self._begun >= SECONDS_BETWEEN_CARRIES:
            self._begun = time.monotonic()
            self._last = self._thread.submit(self._carry)

    def _carry(self) -> None:
        # What can't be carried now stays in the log.
        with suppress(sqlite3.Error):
            self._sqlite.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        self._thread.submit(self._sqlite.close)
        self._thread.shutdown(wait=False)


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
            self.close()
            self._set(CACHE_KB, PAGES_IN_LOG)
            self._sqlite.execute("PRAGMA shrink_memory")
            # The next time that the log begins anew its file is cut to what it needs from day to day.
            self._sqlite.execute(f"PRAGMA journal_size_limit = {PAGES_IN_LOG * _FRAME}")

    def close(self) -> None:
        if self._carrier is not None:
            self._carrier.close()
            self._carrier = None

    def _set(self, cache_kb: int, pages: int) -> None:
        self._sqlite.execute(f"PRAGMA cache_size = -{cache_kb}")
        self._sqlite.execute(f"PRAGMA wal_autocheckpoint = {pages}")
