"""A new SQLite file, made from the declared tables at once.

Loading SQLAlchemy and running every revision takes a second, which nobody should wait for before a first
look. A test holds what comes out equal to what the migrations make.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from cellarhand.store import planner
from cellarhand.store.engine import StoreUnavailable
from cellarhand.store.migrate import HEAD, make_folder
from cellarhand.store.sqlite_file import connect, path_of
from cellarhand.store.tables import Table, index_name

_TYPES = {"id": "TEXT", "int": "BIGINT", "body": "TEXT", "text": "TEXT"}
_BESIDE = (
    "CREATE TABLE alembic_version"
    " (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')",
    "INSERT INTO credentials_epoch (id, epoch) VALUES (1, 1)",
    "INSERT INTO tenant_sequence (id, next_id) VALUES (1, 1)",
)


def make(url: str, tables: Iterable[Table]) -> bool:
    """Make the schema in a file that is new or empty; False, and nothing done, when it holds anything."""
    path = path_of(url)
    make_folder(path)
    connection = connect(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            connection.execute("ROLLBACK")
            return False
        for statement in (*_statements(tables), *_BESIDE):
            connection.execute(statement)
        planner.tell(connection)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise StoreUnavailable(str(error)) from error
    finally:
        connection.close()
    return True


def _statements(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        tenant = () if table.shared else ("tenant_id BIGINT NOT NULL",)
        columns = [f"{c.name} {_TYPES[c.type]}{'' if c.null else ' NOT NULL'}" for c in table.columns]
        key = f"CONSTRAINT {table.name}_pkey PRIMARY KEY ({', '.join(table.full_key)})"
        clustered = " WITHOUT ROWID" if table.clustered else ""
        yield f"CREATE TABLE {table.name} ({', '.join((*tenant, *columns, key))}){clustered}"
        for index in table.indexes:
            names = index.columns if table.shared else ("tenant_id", *index.columns)
            parts = [f"{name[1:]} DESC" if name.startswith("-") else name for name in names]
            only = f" WHERE {index.first} IS NOT NULL" if index.sparse else ""
            yield f"CREATE INDEX {index_name(table, index)} ON {table.name} ({', '.join(parts)}){only}"
