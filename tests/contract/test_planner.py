"""SQLite goes the way that an index shows, however little it knows of the data."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cellarhand.resources import TABLES
from cellarhand.store import fresh
from cellarhand.store.sqlite_file import connect, path_of
from cellarhand.store.tables import Table
from tests.servers import sqlite_url

# Each lookup that other lookups lean on: a table, and the columns that are compared.
LOOKED_UP = (
    ("club_membership", ("customer_id",)),
    ("product_variant", ("sku_key",)),
    ("product_variant", ("product_id",)),
    ("inventory", ("product_variant_id",)),
    ("orders", ("customer_id",)),
    ("orders", ("order_number",)),
    ("order_product", ("product_id",)),
    ("tag_x_object", ("object_id",)),
    ("tag_x_object", ("tag_id",)),
    ("customer_address", ("customer_id",)),
    ("note", ("order_id",)),
    ("note", ("customer_id",)),
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An empty database as a server opens it."""
    url = sqlite_url(tmp_path_factory.mktemp("planner"))
    assert fresh.make(url, TABLES)
    with closing(connect(path_of(url))) as connection:
        yield connection


def _way(schema: sqlite3.Connection, sql: str, *values: object) -> str:
    return " ".join(row[3] for row in schema.execute(f"EXPLAIN QUERY PLAN {sql}", values))


@pytest.mark.parametrize(
    ("table", "columns"), LOOKED_UP, ids=lambda each: "-".join([each] if isinstance(each, str) else each)
)
@pytest.mark.parametrize("form", ["= ?", "IN (?)", "IN (?, ?, ?)"])
def test_children_are_found_by_their_parent(
    schema: sqlite3.Connection, table: str, columns: tuple[str, ...], form: str
) -> None:
    conditions = " AND ".join(f"{column} {form}" for column in columns)
    values = ["x"] * form.count("?") * len(columns)
    way = _way(schema, f"SELECT * FROM {table} WHERE tenant_id = ? AND {conditions}", 1, *values)
    assert all(f"{column}=?" in way for column in columns), way


def test_a_month_of_orders_is_sorted_without_their_texts(schema: sqlite3.Connection) -> None:
    sql = (
        "SELECT id FROM orders WHERE tenant_id = ? AND paid_at >= ? AND paid_at < ?"
        " ORDER BY created_at DESC, id LIMIT 50"
    )
    assert "COVERING INDEX orders_by_tenant_id_paid_at" in _way(schema, sql, 1, 2, 3)


def _keys(table: Table) -> str:
    return " AND ".join(f"{column} = ?" for column in table.full_key)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_record_is_found_by_its_key(schema: sqlite3.Connection, table: Table) -> None:
    sql = f"SELECT * FROM {table.name} WHERE {_keys(table)}"
    way = _way(schema, sql, *range(len(table.full_key)))
    assert way.startswith("SEARCH"), way
    assert f"{table.full_key[-1]}=?" in way


def test_a_migrated_database_knows_the_same(tmp_path: Path, schema: sqlite3.Connection) -> None:
    from tests.servers import migrated

    sql = "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2"
    with closing(connect(path_of(migrated(sqlite_url(tmp_path))))) as connection:
        assert connection.execute(sql).fetchall() == schema.execute(sql).fetchall() != []
