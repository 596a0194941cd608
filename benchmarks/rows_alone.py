"""What SQLite alone does of an import: `python -m benchmarks.rows_alone DATABASE ROWS PER_COMMIT`.

The rows that the server wrote for a call are read from its database, and put into a copy without them as
plainly as can be: no HTTP, no JSON, no rules, nothing of other records that changes with them. Same tables,
same settings, same way of inserting, each chunk on disk. An import spends at least that on its database.
"""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.load import Rate
from benchmarks.machine import SERVER_CORE, pinned, python
from cellarhand.resources import TABLES
from cellarhand.store.aside import insert_rows
from cellarhand.store.sqlite_file import connect
from cellarhand.store.sqlite_room import Room

_OWNERS = ("object_id", "order_id", "owner_id")
Rows = dict[str, dict[str, list[Sequence[Any]]]]
"""By table and id of a record the rows that were written for it."""


def rows_of(path: Path, table: str, ids: Sequence[str]) -> Rows:
    """What stands in a database for the records with these ids; their own rows are those of `table`."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TEMP TABLE sought (id TEXT PRIMARY KEY)")
    connection.executemany("INSERT INTO sought VALUES (?)", [(id,) for id in ids])
    found: Rows = {}
    for each in TABLES:
        names = [column.name for column in each.columns]
        own = "id" if each.name == table else next((name for name in _OWNERS if name in names), None)
        if own is None or each.shared:
            continue
        of_record = found.setdefault(each.name, {})
        cursor = connection.execute(f"SELECT * FROM {each.name} WHERE {own} IN (SELECT id FROM sought)")
        place = [name for name, *_ in cursor.description].index(own)
        for row in cursor:
            of_record.setdefault(row[place], []).append(row)
    connection.close()
    return found


def stored_alone(database: Path, rows: Rows, ids: Sequence[str], per_commit: int) -> Rate:
    """Put them into that database, in a process on the server's core."""
    file = database.with_suffix(".rows")
    file.write_bytes(pickle.dumps((rows, list(ids))))
    command = python("-m", "benchmarks.rows_alone", str(database), str(file), str(per_commit))
    told = subprocess.run(command, capture_output=True, check=True, preexec_fn=pinned(SERVER_CORE))
    file.unlink()
    seconds, spent = json.loads(told.stdout)
    return Rate(len(ids) / seconds, spent / len(ids) * 1e6)


def _store(database: Path, file: Path, per_commit: int) -> tuple[float, float]:
    """Seconds by the clock and of processor time."""
    rows, ids = pickle.loads(file.read_bytes())
    connection = connect(database)
    Room(connection, database, filling=False).widen()
    inserts: dict[str, str] = {}
    chunks: list[list[tuple[str, list[Sequence[Any]]]]] = []
    for at in range(0, len(ids), per_commit):
        some = ids[at : at + per_commit]
        of_tables = [
            (name, [row for id in some for row in found.get(id, ())]) for name, found in rows.items()
        ]
        chunks.append([(name, sorted(each)) for name, each in of_tables if each])
    for name, found in rows.items():
        width = max((len(row) for each in found.values() for row in each), default=0)
        inserts[name] = f"INSERT INTO {name} VALUES ({', '.join('?' * width)})"
    began, before = time.perf_counter(), sum(os.times()[:2])
    for chunk in chunks:
        connection.execute("BEGIN IMMEDIATE")
        for name, each in chunk:
            insert_rows(connection, inserts[name], each)
        connection.execute("COMMIT")
    return time.perf_counter() - began, sum(os.times()[:2]) - before


if __name__ == "__main__":
    print(json.dumps(_store(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
