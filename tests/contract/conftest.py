"""A table of the tests' own in the session's database, and tenants with nothing in it."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from cellarhand.accounts.tenants import insert_tenant
from cellarhand.store import schema
from cellarhand.store.engine import Store, open_store
from cellarhand.store.sqlite_file import connect, path_of
from cellarhand.store.tables import Table

PROBE = schema.parse("probe", "id:id body:body name:text? number:int", "id", "name", "-number id")
_numbers = itertools.count(1)


def make_tables(url: str, *tables: Table) -> None:
    if url.startswith("sqlite"):
        engine = sa.create_engine("sqlite://", creator=lambda: connect(path_of(url)))
        with engine.begin() as connection:
            schema.create(connection, tables)
        engine.dispose()
    else:
        asyncio.run(_make_on_postgres(url, tables))


async def _make_on_postgres(url: str, tables: tuple[Table, ...]) -> None:
    engine = create_async_engine(sa.engine.make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.run_sync(schema.create, tables)
    await engine.dispose()


@pytest.fixture(scope="session")
def probed(database: str) -> str:
    """The URL of a database that has the probe."""
    make_tables(database, PROBE)
    return database


@pytest.fixture
async def store(probed: str) -> AsyncIterator[Store]:
    opened = open_store(probed)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


async def open_tenant(store: Store) -> int:
    """A tenant without rows."""
    tenant = await store.write(None, lambda unit: insert_tenant(unit, f"probe-{next(_numbers)}", "Live"))
    return tenant.tenant_id


@pytest.fixture
async def tenant(store: Store) -> int:
    """A tenant without rows."""
    return await open_tenant(store)


@pytest.fixture
async def other(store: Store) -> int:
    """Another tenant without rows."""
    return await open_tenant(store)
