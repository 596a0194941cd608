"""What the tests of the commands stand on."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cellarhand.demo import wineries
from cellarhand.store.engine import open_store
from tests.cli.programs import Program
from tests.cli.shell import Shell
from tests.servers import PostgresDatabase, migrated, sqlite_url

Starter = Callable[..., Program]


def fill(url: str, customers: int = 30, seed: int = 7) -> wineries.Demo:
    """The demo's wineries in a migrated database."""

    async def work() -> wineries.Demo:
        store = open_store(url)
        await store.open()
        try:
            size = wineries.Size.of_customers(customers)
            return await wineries.prepare(store, size, seed, lambda _: None)
        finally:
            await store.close()

    return asyncio.run(work())


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite database with the demo's wineries, for tests that serve it."""
    url = migrated(sqlite_url(tmp_path_factory.mktemp("filled")))
    fill(url)
    return url


@pytest.fixture(scope="module")
def empty(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database without tenants, over each engine."""
    if engine == "sqlite":
        yield migrated(sqlite_url(tmp_path_factory.mktemp("empty")))
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield migrated(made.url)
    finally:
        made.drop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Start server commands; they end with the test."""
    with ExitStack() as stack:

        def started(*arguments: str, **more: object) -> Program:
            folder = tmp_path / f"program-{len(list(tmp_path.iterdir()))}"
            return stack.enter_context(Program(folder, *arguments, **more))  # type: ignore[arg-type]

        yield started


@pytest.fixture
def target(engine: str, tmp_path: Path) -> Iterator[Shell]:
    """A database without tenants of this test's own, over each engine."""
    if engine == "sqlite":
        yield Shell(migrated(sqlite_url(tmp_path)))
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield Shell(migrated(made.url))
    finally:
        made.drop()
