"""What SQLite's planner is told about the tables, instead of letting it guess.

Without statistics it takes every index for equally good and at times reads a whole tenant where one index
would give ten rows. Measured ones would change with the data, and with them the ways that statements take.
So each index has figures that follow from its columns alone: of a large installation, and always the same.
"""

import sqlite3

_ROWS = 1_000_000
_OF_TENANT = 100_000
_SAME = 10
"""Rows that share a value which tells few of them apart: children of a parent, records of one instant."""
_WORDS = ("kind", "type", "channel", "object", "action", "state", "status", "name", "slot")
_WORD_ENDS = ("_status", "_method", "_type")
_SHARE_OF_WORD, _SHARE_OF_FLAG = 5, 2


def tell(connection: sqlite3.Connection) -> None:
    """Write the figures of every index; connections that are opened from now on go by them."""
    connection.execute("ANALYZE sqlite_schema")
    connection.execute("DELETE FROM sqlite_stat1")
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    for (table,) in tables:
        found = connection.execute(f"PRAGMA index_list({table})").fetchall()
        for _, index, unique, origin, _ in sorted(found, key=lambda row: row[1]):
            columns = [row[2] for row in connection.execute(f"PRAGMA index_info({index})").fetchall()]
            clustered = origin == "pk" and _is_clustered(connection, table)
            # The key of a table whose rows lie in its order goes by the table's own name.
            told = (table, table if clustered else index, _figures(columns, unique=bool(unique)))
            connection.execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", told)


def _is_clustered(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    return "WITHOUT ROWID" in found[0]


def _figures(columns: list[str], *, unique: bool) -> str:
    """How many rows there are, and how many share the first, the first two, ... columns."""
    left, figures = _ROWS, [_ROWS]
    for column in columns:
        if column == "tenant_id":
            left = _OF_TENANT
        elif column in _WORDS or column.endswith(_WORD_ENDS):
            left = max(1, left // _SHARE_OF_WORD)
        elif column.startswith("is_"):
            left = max(1, left // _SHARE_OF_FLAG)
        else:
            left = 1 if column == "id" else min(left, _SAME)
        figures.append(left)
    if unique:
        figures[-1] = 1
    return " ".join(map(str, figures))
