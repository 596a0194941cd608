"""Bringing a database to this version's schema, and telling which version it has.

The version is read without SQLAlchemy, so that a server with nothing to migrate starts fast and small.
"""

import asyncio
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any

from cellarhand.store import planner
from cellarhand.store.engine import StoreUnavailable, UnfitDatabase
from cellarhand.store.sqlite_file import connect as connect_sqlite
from cellarhand.store.sqlite_file import path_of

HEAD = "0018"
"""The newest revision in `migrations/versions`."""


async def version_of(url: str) -> str | None:
    """The revision of the database's schema; None when it has none yet."""
    if url.startswith("sqlite"):
        return _sqlite_version(url)
    import asyncpg

    from cellarhand.store.postgres_pool import connect

    connection: Any = await connect(url)
    try:
        found: str | None = await connection.fetchval("SELECT version_num::text FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return found


def _sqlite_version(url: str) -> str | None:
    path = path_of(url)
    if not path.exists():
        return None
    connection = connect_sqlite(path)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise UnfitDatabase(f"the database file '{path}' can not be read: {error}") from error
        return None
    finally:
        connection.close()
    return row[0] if row else None


async def check(url: str) -> str | None:
    """The database's revision, refused when it is from a newer version of the program."""
    version = await version_of(url)
    if version is not None and version > HEAD:
        raise UnfitDatabase(
            f"the database has schema {version}, this version knows up to {HEAD}:"
            " use the newer Cellarhand that wrote it, or restore a backup from before"
        )
    return version


async def upgrade(url: str, revision: str = HEAD) -> bool:
    """Bring the schema to `revision`. True when something had to be done."""
    if await check(url) == revision:
        return False
    try:
        if url.startswith("sqlite"):
            await asyncio.to_thread(_upgrade_sqlite, url, revision)
        else:
            await _upgrade_postgres(url, revision)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(str(error)) from error
    return True


def make_folder(path: Path) -> None:
    """The folder of a database file, where it is not there yet."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnfitDatabase(f"no database can be made at '{path}': {error.strerror}") from error


def _upgrade_sqlite(url: str, revision: str) -> None:
    import sqlalchemy as sa

    path = path_of(url)
    make_folder(path)
    engine = sa.create_engine("sqlite://", creator=lambda: connect_sqlite(path))
    try:
        with engine.begin() as connection:
            # All of it or nothing, also when the process ends half-way; the driver begins none by itself.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _run(connection, revision)
    finally:
        engine.dispose()
    connection = connect_sqlite(path)
    try:
        planner.tell(connection)
    finally:
        connection.close()


async def _upgrade_postgres(url: str, revision: str) -> None:
    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(sa.engine.make_url(url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.begin() as connection:
            # Of several servers that start together one migrates and the others wait; none waits for ever.
            await connection.execute(sa.text("SET LOCAL lock_timeout = '30s'"))
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(727363)"))
            await connection.run_sync(_run, revision)
    finally:
        await engine.dispose()


def _run(connection: Any, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("cellarhand.store").joinpath("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
