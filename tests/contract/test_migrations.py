"""The migrations make exactly the schema that is declared, on both engines."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from cellarhand.accounts.tenants import insert_tenant
from cellarhand.ids import new_id
from cellarhand.resources import TABLES
from cellarhand.store import fresh, migrate, schema
from cellarhand.store.engine import UnfitDatabase, open_store
from cellarhand.store.sqlite_file import connect, path_of
from tests.servers import PostgresDatabase, sqlite_url


@pytest.fixture
def empty(engine: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    if engine == "sqlite":
        yield sqlite_url(tmp_path)
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield made.url
    finally:
        made.drop()


def _inspected(url: str, look: Any) -> Any:
    """What `look` finds with a connection to the database."""
    if url.startswith("sqlite"):
        engine = sa.create_engine("sqlite://", creator=lambda: connect(path_of(url)))
        with engine.begin() as connection:
            found = look(connection)
        engine.dispose()
        return found

    async def work() -> Any:
        engine = create_async_engine(sa.engine.make_url(url).set(drivername="postgresql+asyncpg"))
        async with engine.begin() as connection:
            found = await connection.run_sync(look)
        await engine.dispose()
        return found

    return asyncio.run(work())


def _described(connection: sa.Connection) -> dict[str, Any]:
    """Columns, keys and indexes of every table, as the database itself tells them."""
    inspector = sa.inspect(connection)
    found = dict[str, Any]()
    for name in inspector.get_table_names():
        if name == "alembic_version":
            continue
        indexes = {
            each["name"]: (tuple(each["column_names"]), bool(each["unique"]))
            for each in inspector.get_indexes(name)
        }
        found[name] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "indexes": indexes,
            "clustered": _is_clustered(connection, name),
        }
    return found


def _is_clustered(connection: sa.Connection, table: str) -> bool | None:
    """Whether SQLite keeps its rows in the order of its key."""
    if connection.dialect.name != "sqlite":
        return None
    made = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    return "WITHOUT ROWID" in connection.execute(made, {"table": table}).scalar_one()


def _differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, schema.metadata(TABLES))


def _create_declared(connection: sa.Connection) -> None:
    schema.create(connection, TABLES)


def test_an_empty_database_has_no_version_and_is_brought_to_the_newest(empty: str) -> None:
    assert asyncio.run(migrate.version_of(empty)) is None
    assert asyncio.run(migrate.upgrade(empty)) is True
    assert asyncio.run(migrate.version_of(empty)) == migrate.HEAD
    assert asyncio.run(migrate.upgrade(empty)) is False


def test_the_migrations_leave_nothing_to_be_changed(empty: str) -> None:
    asyncio.run(migrate.upgrade(empty))
    assert _inspected(empty, _differences) == []


def test_migrated_tables_are_those_that_the_declarations_make(empty: str, tmp_path: Path) -> None:
    """Columns in their order, kinds, nullability, keys, indexes, order of rows: the same to the last."""
    asyncio.run(migrate.upgrade(empty))
    migrated = _inspected(empty, _described)
    if empty.startswith("sqlite"):
        declared = f"sqlite:///{tmp_path / 'declared.db'}"
        _inspected(declared, _create_declared)
        assert _inspected(declared, _described) == migrated
    else:
        made = PostgresDatabase()
        made.create()
        try:
            _inspected(made.url, _create_declared)
            assert _inspected(made.url, _described) == migrated
        finally:
            made.drop()
    assert set(migrated) == {table.name for table in TABLES}


def _whole(url: str) -> tuple[dict[str, Any], ...]:
    """Tables as SQLAlchemy sees them, their indexes as SQLite does (directions too), and all their rows."""
    with closing(connect(path_of(url))) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        indexes = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
        parts = {name: connection.execute(f"PRAGMA index_xinfo({name})").fetchall() for (name,) in indexes}
        rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name, _ in tables}
        kinds = {name: sql.rstrip().endswith("WITHOUT ROWID") for name, sql in tables}
    return _inspected(url, _described), kinds, parts, rows


def test_a_new_file_is_made_as_the_migrations_would_make_it(tmp_path: Path) -> None:
    """To the last: columns, keys, directions of indexes, version, and rows that are there from the start."""
    migrated, made = (f"sqlite:///{tmp_path / name}" for name in ("migrated.db", "below/made.db"))
    asyncio.run(migrate.upgrade(migrated))
    assert fresh.make(made, TABLES) is True
    assert _whole(made) == _whole(migrated)
    assert asyncio.run(migrate.version_of(made)) == migrate.HEAD
    assert fresh.make(made, TABLES) is False


def test_a_file_that_holds_anything_is_left_to_the_migrations(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    with closing(connect(path_of(url))) as connection:
        connection.execute("CREATE TABLE somebody_elses (id INTEGER)")
    before = path_of(url).read_bytes()
    assert fresh.make(url, TABLES) is False
    assert path_of(url).read_bytes() == before


def test_every_key_and_index_of_a_tenants_table_begins_with_the_tenant(empty: str) -> None:
    asyncio.run(migrate.upgrade(empty))
    migrated = _inspected(empty, _described)
    for table in TABLES:
        if table.shared:
            continue
        found = migrated[table.name]
        assert found["key"][0] == "tenant_id"
        assert all(columns[0] == "tenant_id" for columns, _ in found["indexes"].values())


def test_a_database_from_a_newer_version_is_refused(empty: str) -> None:
    asyncio.run(migrate.upgrade(empty))

    def age(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    _inspected(empty, age)
    for step in (migrate.check, migrate.upgrade):
        with pytest.raises(UnfitDatabase, match="9999"):
            asyncio.run(step(empty))
    assert asyncio.run(migrate.version_of(empty)) == "9999"


def test_servers_that_start_together_migrate_once(empty: str) -> None:
    async def both() -> list[bool]:
        return list(await asyncio.gather(migrate.upgrade(empty), migrate.upgrade(empty)))

    if empty.startswith("sqlite"):
        asyncio.run(migrate.upgrade(empty))
    assert asyncio.run(both()).count(True) <= 2
    assert _inspected(empty, _differences) == []


def test_a_file_that_is_no_database_and_one_that_is_not_there_say_what_to_do(tmp_path: Path) -> None:
    async def opened(url: str) -> None:
        store = open_store(url)
        await store.open()

    with pytest.raises(UnfitDatabase, match="cellarhand db upgrade"):
        asyncio.run(opened(f"sqlite:///{tmp_path / 'nothing.db'}"))
    (tmp_path / "text.db").write_text("this is no database, it is only a text of some length " * 50)
    with pytest.raises(UnfitDatabase):
        asyncio.run(migrate.version_of(f"sqlite:///{tmp_path / 'text.db'}"))


def test_tenants_of_an_older_database_keep_their_numbers_and_the_next_one_gets_a_new_one(empty: str) -> None:
    """One deleted earlier may have left a count of a write on its way: its number is not given either."""
    asyncio.run(migrate.upgrade(empty, "0005"))

    def fill(connection: sa.Connection) -> None:
        connection.execute(
            sa.text(
                "INSERT INTO tenant (tenant_id, slug, state, token_secret, created_at)"
                " VALUES (7, 'old', 'Live', 's', 1)"
            )
        )
        connection.execute(
            sa.text("INSERT INTO counter (tenant_id, name, slot, value) VALUES (8, 'order', 0, 1)")
        )

    _inspected(empty, fill)
    asyncio.run(migrate.upgrade(empty))

    async def numbers() -> list[int]:
        store = open_store(empty)
        await store.open()
        try:
            made = [
                await store.write(None, lambda unit, s=s: insert_tenant(unit, s, "Live")) for s in ("a", "b")
            ]
            return [tenant.tenant_id for tenant in made]
        finally:
            await store.close()

    assert asyncio.run(numbers()) == [9, 10]


def test_an_older_orders_lines_with_one_product_become_one_row_each_tenant_its_own(empty: str) -> None:
    asyncio.run(migrate.upgrade(empty, "0013"))
    wine, cork, one, other = (new_id() for _ in range(4))
    named = [(1, wine, one), (1, wine, one), (1, cork, one), (1, wine, other), (2, wine, one), (2, wine, one)]
    rows = ", ".join(str((*each, new_id())) for each in named)

    def fill(connection: sa.Connection) -> None:
        columns = "tenant_id, product_id, order_id, item_id"
        connection.execute(sa.text(f"INSERT INTO order_product ({columns}) VALUES {rows}"))

    _inspected(empty, fill)
    asyncio.run(migrate.upgrade(empty))
    kept = "SELECT tenant_id, product_id, order_id FROM order_product"
    found = _inspected(empty, lambda connection: connection.execute(sa.text(kept)).fetchall())
    assert sorted((tenant, str(product), str(order)) for tenant, product, order in found) == sorted(
        set(named)
    )


def test_products_of_an_older_database_are_on_the_web_as_their_texts_say(empty: str) -> None:
    asyncio.run(migrate.upgrade(empty, "0014"))
    hidden = '{"security":{"availableTo":"Tag","displayOption":"Dont Display Product"}}'
    shown = '{"security":{"availableTo":"Tag","displayOption":"Display Product / Show Login"}}'
    public = '{"security":{"availableTo":"Public"}}'
    rows = [
        ("Wine", "Available", "Available", public, 1),
        ("Wine", "Available", "Hidden", shown, 1),
        ("Wine", "Available", "Available", hidden, 0),
        ("Wine", "Retired", "Available", public, 0),
        ("Wine", "Available", "Not Available", public, 0),
        ("Collateral", "Available", "Available", public, 0),
        ("Wine", "Available", "Available", "{}", 1),
    ]
    known = {new_id(): row for row in rows}

    def fill(connection: sa.Connection) -> None:
        for id, (kind, web, admin, body, _) in known.items():
            connection.execute(
                sa.text(
                    "INSERT INTO product (tenant_id, id, body, created_at, updated_at, title, type,"
                    " web_status, admin_status, search_text)"
                    " VALUES (1, :id, :body, 1, 1, 't', :kind, :web, :admin, 't')"
                ),
                {"id": id, "body": body, "kind": kind, "web": web, "admin": admin},
            )

    _inspected(empty, fill)
    asyncio.run(migrate.upgrade(empty))
    kept = "SELECT id, body, is_on_web FROM product"
    found = _inspected(empty, lambda connection: connection.execute(sa.text(kept)).fetchall())
    assert {(str(id), body, listed) for id, body, listed in found} == {
        (id, row[3], row[4]) for id, row in known.items()
    }


def test_an_upgrade_that_is_broken_off_has_changed_nothing(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(migrate.upgrade(empty, "0014"))
    before = _inspected(empty, _described)

    def run(connection: sa.Connection, revision: str) -> None:
        began(connection, revision)
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        began = getattr(migrate, "_run")  # noqa: B009
        patch.setattr(migrate, "_run", run)
        with pytest.raises(RuntimeError, match="disk"):
            asyncio.run(migrate.upgrade(empty))
    assert _inspected(empty, _described) == before
    asyncio.run(migrate.upgrade(empty))
    assert _inspected(empty, _described) != before


# SQLite reads indexes alone whatever has changed.
@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_large_tables_are_vacuumed_when_two_in_a_hundred_rows_have_changed(empty: str) -> None:
    asyncio.run(migrate.upgrade(empty))
    asked = "SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL AND relkind = 'r'"
    found: dict[str, list[str]] = _inspected(
        empty, lambda connection: dict(connection.execute(sa.text(asked)).fetchall())
    )
    told = {
        name: sorted(option for option in options if option.startswith("autovacuum"))
        for name, options in found.items()
    }
    kinds = ("analyze", "vacuum_insert", "vacuum")
    share = [f"autovacuum_{kind}_scale_factor=0.02" for kind in kinds]
    assert {name: options for name, options in told.items() if options} == {
        "customer": share,
        "orders": share,
    }
