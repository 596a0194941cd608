"""Databases filled with generated customers, kept between runs in the cache directory."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import winery
from cellarhand import clock
from cellarhand.accounts import apps, tenants
from cellarhand.customers.customer import CUSTOMER
from cellarhand.resources import TABLES
from cellarhand.store import migrate, sqlite_file
from cellarhand.store.conditions import BY_ID
from cellarhand.store.engine import open_store
from cellarhand.store.statements import SQLITE, Statement
from cellarhand.store.tables import COUNTER, SEARCH_TERM, UNIQUE_KEY, Table

APP, SECRET = "bench-app", "bench-app-secret"
LIST_TENANT, WALK_TENANT, DEEP_TENANT, SMALL_TENANT = "bench-list", "bench-walk", "bench-deep", "bench-small"
_UNIQUE_NAMES = ("kind", "value", "object_id")
_TERM_NAMES = ("kind", "term", "object_id", "part")
_SEED = 20_240_703

Sizes = dict[str, int]
"""How many customers each tenant has, by its slug."""


def digest_of(sizes: Sizes) -> str:
    """Names a database by all that decides what is in it."""
    schema = [(table.name, table.columns, table.key, table.indexes) for table in TABLES]
    told = repr((winery.GENERATOR, _SEED, migrate.HEAD, schema, sorted(sizes.items())))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


async def _found(url: str, sizes: Sizes) -> dict[str, int]:
    """The schema, an app with every permission, and the tenants; their numbers by slug."""
    await migrate.upgrade(url)
    store = open_store(url)
    await store.open()
    found: dict[str, int] = {}
    await apps.create_app(store, APP, "Benchmarks", {"*": "Full"}, secret=SECRET)
    for slug in sizes:
        tenant = await tenants.create_tenant(
            store, slug, company_name="Benchmark Winery", email="owner@cellar.example"
        )
        found[slug] = tenant.tenant_id
        await apps.install_app(store, APP, slug)
    await store.close()
    return found


def _chunks(sizes: Sizes, numbers: dict[str, int], say: Any) -> Iterator[tuple[int, winery.Rows]]:
    """All customers of all tenants, each chunk with its tenant's number."""
    for place, (slug, count) in enumerate(sizes.items()):
        done, began = 0, clock.now()
        for rows in winery.customers(count, _SEED + place, os.cpu_count() or 1):
            yield numbers[slug], rows
            done += len(rows.customers)
        say(f"  {slug}: {done:,} customers in {(clock.now() - began) / 1000:.0f} s")


# SQLite


def sqlite_database(cache: Path, sizes: Sizes, say: Any) -> Path:
    """The cached file with these tenants, made when it is missing."""
    path = cache / f"sqlite-{digest_of(sizes)}.db"
    if path.exists():
        return path
    say(f"filling {path.name} (kept for the next run)")
    part = path.with_suffix(".part")
    for leftover in (part, Path(f"{part}-wal"), Path(f"{part}-shm")):
        leftover.unlink(missing_ok=True)
    numbers = asyncio.run(_found(f"sqlite:///{part}", sizes))
    connection = sqlite_file.connect(part)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -262144")
    _fill_sqlite(connection, _chunks(sizes, numbers, say))
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)
    return path


def _fill_sqlite(connection: sqlite3.Connection, chunks: Iterator[tuple[int, winery.Rows]]) -> None:
    """Rows first, in the order of their keys; indexes and search terms afterwards, sorted by the database."""
    indexes = _drop_indexes(connection, (CUSTOMER.table, UNIQUE_KEY, SEARCH_TERM))
    connection.execute("BEGIN")
    # One loose heap for each: their keys come in no order.
    connection.execute("CREATE TEMP TABLE loose_term (tenant_id, kind, term, object_id, part)")
    connection.execute("CREATE TEMP TABLE loose_unique (tenant_id, kind, value, object_id)")
    for number, rows in chunks:
        insert = Statement(SQLITE, number).insert(CUSTOMER.table, rows.names)
        connection.executemany(insert, ((number, *row) for row in rows.customers))
        connection.executemany(
            "INSERT INTO loose_unique VALUES (?, ?, ?, ?)", ((number, *r) for r in rows.uniques)
        )
        connection.executemany(
            "INSERT INTO loose_term VALUES (?, ?, ?, ?, ?)", ((number, *r) for r in rows.terms)
        )
        counted = Statement(SQLITE, number)
        connection.execute(
            counted.count_up(COUNTER, CUSTOMER.name, 0, len(rows.customers)), tuple(counted.values)
        )
    connection.execute("INSERT INTO unique_key SELECT * FROM loose_unique ORDER BY 1, 2, 3")
    connection.execute("INSERT INTO search_term SELECT * FROM loose_term ORDER BY 1, 2, 3, 4, 5")
    connection.execute("COMMIT")
    for text in indexes:
        connection.execute(text)


def _drop_indexes(connection: sqlite3.Connection, tables: tuple[Table, ...]) -> list[str]:
    """Drops the indexes of `tables`; returns what makes them again."""
    texts: list[str] = []
    for table in tables:
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            (table.name,),
        ).fetchall()
        for name, text in found:
            connection.execute(f"DROP INDEX {name}")
            texts.append(text)
    return texts


def scratch_copy(path: Path, folder: Path) -> Path:
    """A copy that a scenario may write to."""
    return Path(shutil.copy(path, folder / f"scratch-{path.name}"))


# PostgreSQL


async def fill_postgres(url: str, sizes: Sizes, say: Any) -> None:
    """The same tenants in an empty PostgreSQL database, by COPY."""
    import asyncpg

    numbers = await _found(url, sizes)
    connection: Any = await asyncpg.connect(url)
    for number, rows in _chunks(sizes, numbers, say):
        for table, names, values in (
            (CUSTOMER.table, rows.names, rows.customers),
            (UNIQUE_KEY, _UNIQUE_NAMES, rows.uniques),
            (SEARCH_TERM, _TERM_NAMES, rows.terms),
        ):
            await connection.copy_records_to_table(
                table.name,
                columns=("tenant_id", *names),
                records=[(number, *row) for row in values],
            )
        counted = Statement(SQLITE, number)
        counted.count_up(COUNTER, CUSTOMER.name, 0, len(rows.customers))
        await connection.execute(
            "INSERT INTO counter (tenant_id, name, slot, value) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (tenant_id, name, slot) DO UPDATE SET value = counter.value + excluded.value",
            *counted.values,
        )
    await connection.close()


def ids(url: str, slug: str) -> list[str]:
    """The ids of a tenant's customers, in order."""

    async def read() -> list[str]:
        store = open_store(url)
        await store.open()
        tenant = await tenants.known_tenant(store.reading(None), slug)
        rows = await store.reading(tenant.tenant_id).rows(CUSTOMER.table, ("id",), order=BY_ID, wide=True)
        await store.close()
        return [row[0] for row in rows]

    return asyncio.run(read())
