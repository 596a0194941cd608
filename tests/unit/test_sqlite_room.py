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
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = connect(tmp_path / "shop.db")
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
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    room = Room(connection, filling=False)
    assert (room_of(connection), room.seconds_left) == (EVERY_DAY, None)
    for _ in range(3):
        room.widen()
        now[0] += 7
        room.narrow()
        assert (room_of(connection), room.seconds_left) == (IMPORT, 3.0)
    now[0] += 3
    room.narrow()
    assert (room_of(connection), room.seconds_left) == (EVERY_DAY, None)


def test_a_database_that_is_being_filled_has_the_most_already(connection: sqlite3.Connection) -> None:
    room = Room(connection, filling=True)
    most = room_of(connection)
    room.widen()
    room.narrow()
    assert (room_of(connection), room.seconds_left) == (most, None)


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

    await writer.submit(None, job)
    await asyncio.wait_for(given.wait(), 10)
    await writer.submit(None, job)
    await writer.close()
