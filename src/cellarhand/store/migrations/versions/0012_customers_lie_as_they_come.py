"""On SQLite customers lie in the order in which they come, not in that of their key (docs/decisions/0033)."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _lay_out_anew(connection, "customer")


def _lay_out_anew(connection: sa.Connection, table: str) -> None:
    """Make the table again without `WITHOUT ROWID`, with the same columns, rows and indexes."""
    stated = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    found = [tuple(row) for row in connection.execute(stated, {"table": table})]
    [made] = [sql for kind, sql in found if kind == "table"]
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    # SQLite names what it has renamed in quotes, what it was told as it was told.
    op.execute(made.rpartition(")")[0] + ")")
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before ORDER BY tenant_id, id")
    op.execute(f"DROP TABLE {table}_before")
    for kind, sql in found:
        if kind == "index":
            op.execute(sql)
