"""The writer of a SQLite file has more room while an import is under way, and gives it back afterwards."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellarhand.store import sqlite_room
from cellarhand.store.sqlite_file import connect
from cellarhand.store.sqlite_room import Room
from cellarhand.store.sqlite_writer import Writer
from cellarhand.store.unit import WriteUnit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    opened = connect(path)
    yield opened
    opened.close()


def room_of(connection: sqlite3.Connection) -> tuple[int, int]:
    """Kilobytes of cache, and pages in the log."""
    (cache,), (log,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("cache_size", "wal_autocheckpoint")
    )
    return -cache, log


EVERY_DAY = (sqlite_room.CACHE_KB, sqlite_room.PAGES_IN_LOG)
IMPORT = (sqlite_room.IMPORT_CACHE_KB, sqlite_room.IMPORT_PAGES_IN_LOG)


def test_an_import_has_more_room_until_some_seconds_after_its_last_chunk(
    connection: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    room = Room(connection, path, filling=False)
    assert (room_of(connection), room.seconds_left) == (EVERY_DAY, None)
    for _ in range(3):
        room.widen()
        now[0] += 7
        room.narrow()
        assert (room_of(connection), room.seconds_left) == (IMPORT, 3.0)
    now[0] += 3
    room.narrow()
    assert (room_of(connection), room.seconds_left) == (EVERY_DAY, None)


def test_a_database_that_is_being_filled_has_the_most_already(
    connection: sqlite3.Connection, path: Path
) -> None:
    room = Room(connection, path, filling=True)
    most = room_of(connection)
    room.widen()
    room.narrow()
    assert (room_of(connection), room.seconds_left) == (most, None)


def test_the_log_of_an_import_is_carried_over_beside_the_writer(
    connection: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_room, "SECONDS_BETWEEN_CARRIES", 0.0)
    room = Room(connection, path, filling=False)
    connection.execute("CREATE TABLE barrel (name TEXT)")
    room.after_commit()
    connection.execute("INSERT INTO barrel VALUES ('before')")
    in_file = path.stat().st_size
    room.widen()
    connection.execute("INSERT INTO barrel VALUES ('during')")
    room.after_commit()
    ends = time.monotonic() + 10
    while path.stat().st_size == in_file and time.monotonic() < ends:
        time.sleep(0.01)
    assert path.stat().st_size > in_file
    # While it is carried over the writer goes on, and what it writes is there.
    connection.execute("INSERT INTO barrel VALUES ('after')")
    room.close(wait=True)
    assert path.with_name("shop.db-wal").stat().st_size == 0, "the disk has it back"
    assert [name for (name,) in connection.execute("SELECT name FROM barrel")] == [
        "before",
        "during",
        "after",
    ]


async def test_the_room_is_given_back_even_when_nobody_writes_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = asyncio.Event()
    narrow = Room.narrow

    def noted(self: Room) -> None:
        was = self.seconds_left is not None
        narrow(self)
        if was and self.seconds_left is None:
            given.set()

    monkeypatch.setattr(Room, "narrow", noted)
    monkeypatch.setattr(sqlite_room, "SECONDS_AFTER_IMPORT", 0.05)
    writer = Writer(tmp_path / "shop.db", filling=False)

    async def job(unit: WriteUnit) -> None:
        await unit.gathering().finish()

    await writer.submit(None, job, large=True)
    await asyncio.wait_for(given.wait(), 10)
    await writer.submit(None, job, large=False)
    await writer.close()
