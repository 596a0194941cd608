"""SQLite goes the way that an index shows, however little it knows of the data."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import combinations
from pathlib import Path
from uuid import UUID

import pytest

from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.order import ORDER
from cellarhand.orders.refund import REFUNDS
from cellarhand.record.paging import way, within_indexes
from cellarhand.record.resource import Resource
from cellarhand.record.shares import page_in_shares
from cellarhand.resources import TABLES
from cellarhand.store import fresh
from cellarhand.store.conditions import Among, Compare, Condition, Value, Where
from cellarhand.store.sqlite_file import Connection, connect, path_of
from cellarhand.store.statements import SQLITE, Statement
from cellarhand.store.tables import Table
from cellarhand.store.unit import ReadUnit, Row
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


def test_refunds_are_found_among_all_orders_without_looking_at_those(schema: sqlite3.Connection) -> None:
    """Whatever else is asked for: the index leads to them by all words that it begins with."""
    for more in ((), (Compare("paid_at", ">=", 1),), (Compare("updated_at", ">=", 1),)):
        counted = Statement(SQLITE, 1)
        text = counted.count(ORDER.table, within_indexes(ORDER.table, (*REFUNDS, *more)))
        way = _way(schema, text, *counted.values)
        assert "payment_status=? AND channel=? AND purchase_type=?" in way, way


# What people put together on a list's screen. Rows of these two tables are large: a way that looks at each of
# many rows takes a second at 79,318 customers, one among the entries of an index some milliseconds.
_RANGES = {
    "orders": ("created_at", "submitted_at", "paid_at", "fulfilled_at", "updated_at"),
    "customer": ("created_at", "lifetime_value", "order_count"),
}
_WORDS = {
    "orders": (
        "payment_status",
        "fulfillment_status",
        "compliance_status",
        "channel",
        "delivery_method",
    ),
    "customer": ("last_name",),
}


def _filters(table: Table) -> Iterator[Where]:
    """Each filter, each pair of them, and all at once."""
    each: list[Condition] = [Compare(name, ">=", 1) for name in _RANGES[table.name]]
    each += [Compare(name, "=", "x") for name in _WORDS[table.name]]
    each += [Among(name, ("x", "y")) for name in _WORDS[table.name]]
    yield from ((one,) for one in each)
    yield from (pair for pair in combinations(each, 2))
    yield tuple(each)


@pytest.mark.parametrize("resource", [ORDER, CUSTOMER], ids=lambda each: each.name)
@pytest.mark.parametrize("total", [500, 5_000, 60_000])
def test_no_combination_of_filters_and_orders_looks_at_rows(
    schema: sqlite3.Connection, resource: Resource, total: int
) -> None:
    table = resource.table
    orders = [resource.order, *(resource.sorted_by(name, descending=True) for name in resource.sorts)]
    for where in _filters(table):
        counted = Statement(SQLITE, 1)
        text = counted.count(table, within_indexes(table, where))
        _refuse_rows(_way(schema, text, *counted.values))
        found = Statement(SQLITE, 1)
        text = found.select(table, ("id",), within_indexes(table, where, ("id",)), limit=1001)
        _refuse_rows(_way(schema, text, *found.values))
        for order in orders:
            for steps in (50, total // 2):
                near, by = way(table, where, order, total, steps)
                page = Statement(SQLITE, 1)
                text = page._select(table, "id", near, by, 50)  # pyright: ignore[reportPrivateUsage]
                _refuse_rows(_way(schema, text, *page.values))


class Listening(Connection):
    """A connection that remembers what it was asked."""

    asked: list[tuple[str, Sequence[Value]]]

    async def fetch(self, sql: str, values: Sequence[Value], *, wide: bool = False) -> Sequence[Row]:
        self.asked.append((sql, values))
        return await super().fetch(sql, values, wide=wide)


def _filled(schema: sqlite3.Connection, table: Table) -> None:
    """Some rows that every filter lets through: a list that is as long as can be told."""
    values = {"id": "?"} | {column.name: "5" for column in table.columns if column.type == "int"}
    texts = {column.name: "'x'" for column in table.columns if column.name not in values}
    names, words = zip(*{"tenant_id": "1", **values, **texts}.items(), strict=True)
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(words)})"
    schema.executemany(sql, [(str(UUID(int=place << 120)),) for place in range(256)])


@pytest.mark.parametrize("resource", [ORDER, CUSTOMER], ids=lambda each: each.name)
async def test_no_share_of_a_list_looks_at_rows(schema: sqlite3.Connection, resource: Resource) -> None:
    table, answered = resource.table, 0
    orders = [resource.order, *(resource.sorted_by(name, descending=True) for name in resource.sorts)]
    schema.execute("BEGIN")
    _filled(schema, table)
    connection = Listening(schema, None)
    for where in _filters(table):
        for order in orders:
            connection.asked = []
            page = await page_in_shares(table, ReadUnit(connection, 1), where, order, 50, 0)
            answered += page is not None
            for sql, values in connection.asked:
                _refuse_rows(_way(schema, sql, *values))
    schema.execute("ROLLBACK")
    assert answered > len(orders)


def _refuse_rows(way: str) -> None:
    assert "COVERING INDEX" in way, way
    assert "USING INDEX" not in way, way


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
