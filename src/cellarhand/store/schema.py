"""The schema in SQLAlchemy's words: for the migrations, and for the check that they make what is declared.

Imported by migrations and tests only: SQLAlchemy is two thirds of a start-up's time.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from cellarhand.store.tables import Column, Index, Table, index_name


def _type(column: Column) -> "sa.types.TypeEngine[Any]":
    match column.type:
        case "id":
            return sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
        case "int":
            return sa.BigInteger()
        case "body":
            return sa.Text()
        case "text":
            # Ordered by code point on both engines: ranges of prefixes depend on it.
            return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def table(spec: Table, metadata: sa.MetaData) -> sa.Table:
    """One declared table with its indexes."""
    tenant = () if spec.shared else (sa.Column("tenant_id", sa.BigInteger(), nullable=False),)
    columns = [sa.Column(c.name, _type(c), nullable=c.null, autoincrement=False) for c in spec.columns]
    made = sa.Table(
        spec.name,
        metadata,
        *tenant,
        *columns,
        sa.PrimaryKeyConstraint(*spec.full_key, name=f"{spec.name}_pkey"),
        # Rows lie in the order of the key: a page of a walk is read from neighbouring pages of the file.
        sqlite_with_rowid=not spec.clustered,
    )
    for index in spec.indexes:
        names = index.columns if spec.shared else ("tenant_id", *index.columns)
        parts = [made.c[n[1:]].desc() if n.startswith("-") else made.c[n] for n in names]
        only = made.c[index.first].is_not(None) if index.sparse else None
        sa.Index(index_name(spec, index), *parts, sqlite_where=only, postgresql_where=only)
    return made


def metadata(tables: Iterable[Table]) -> sa.MetaData:
    made = sa.MetaData()
    for spec in tables:
        table(spec, made)
    return made


def parse(
    name: str, columns: str, key: str, *indexes: str, shared: bool = False, clustered: bool = True
) -> Table:
    """A table in the short notation of the migrations: `"id:id body:body last_login_at:int?"`."""
    made: list[Column] = []
    for word in columns.split():
        column, _, kind = word.partition(":")
        made.append(Column(column, kind.rstrip("?"), kind.endswith("?")))  # type: ignore[arg-type]
    return Table(
        name,
        tuple(made),
        tuple(key.split()),
        tuple(Index(tuple(i.split())) for i in indexes),
        shared,
        clustered,
    )


def create(connection: sa.Connection, specs: Iterable[Table]) -> None:
    """Create the tables as declared; on PostgreSQL bodies lie uncompressed, out of line only if large."""
    made = sa.MetaData()
    for spec in specs:
        table(spec, made)
        made.tables[spec.name].create(connection)
        bodies = [column.name for column in spec.columns if column.type == "body"]
        if connection.dialect.name == "postgresql" and bodies:
            connection.execute(sa.text(f"ALTER TABLE {spec.name} SET (toast_tuple_target = 8160)"))
            for body in bodies:
                connection.execute(
                    sa.text(f"ALTER TABLE {spec.name} ALTER COLUMN {body} SET STORAGE EXTERNAL")
                )
