"""Real servers over real databases, in the process of the tests: uvicorn in a thread, on a free port."""

import asyncio
import os
import secrets
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg
import uvicorn
import uvloop

from cellarhand.config import Settings
from cellarhand.http.app import Server
from cellarhand.store import migrate
from cellarhand.store.engine import Store

T = TypeVar("T")
POSTGRES = os.environ.get("CELLARHAND_TEST_POSTGRES", "postgresql://postgres@127.0.0.1/")
REDIS = os.environ.get("CELLARHAND_TEST_REDIS", "redis://127.0.0.1:6379/0")
SECONDS_TO_START = 20


def reachable(url: str) -> bool:
    """Whether something listens where `url` points."""
    parts = urlsplit(url)
    port = parts.port or (6379 if parts.scheme == "redis" else 5432)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


class PostgresDatabase:
    """A database of our own on the PostgreSQL server, gone when we are."""

    def __init__(self) -> None:
        self.name = f"cellarhand_test_{os.getpid()}_{secrets.token_hex(4)}"
        self.url = urlsplit(POSTGRES)._replace(path=f"/{self.name}").geturl()

    def create(self) -> None:
        asyncio.run(self._administer(f'CREATE DATABASE "{self.name}"'))

    def drop(self) -> None:
        asyncio.run(self._administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'))

    async def _administer(self, sql: str) -> None:
        connection = await asyncpg.connect(urlsplit(POSTGRES)._replace(path="/postgres").geturl())
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'cellarhand.db'}"


def migrated(url: str) -> str:
    """The database at `url`, brought to this version's schema."""
    asyncio.run(migrate.upgrade(url))
    return url


class LiveServer:
    """A running server. Use as a context manager."""

    def __init__(self, settings: Settings) -> None:
        self.app = Server(settings)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                self.app,
                loop="uvloop",
                http="httptools",
                lifespan="on",
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> Store:
        return self.app.store

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the server's own event loop, where its store lives."""
        if self._loop is None:
            raise LookupError("the server does not run")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def write(self, tenant_id: int | None, job: Callable[[Any], Awaitable[T]]) -> T:
        return self.run(self.store.write(tenant_id, job))

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        watch = asyncio.create_task(self._announce())
        await self._uvicorn.serve(sockets=[self._socket])
        await watch

    async def _announce(self) -> None:
        while not self._uvicorn.started and not self._uvicorn.should_exit:
            await asyncio.sleep(0.005)
        self._started.set()

    def __enter__(self) -> "LiveServer":
        self._thread.start()
        if not self._started.wait(SECONDS_TO_START) or not self._uvicorn.started:
            raise RuntimeError(f"the server did not start: {self._failure}")
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(30)
        self._socket.close()
        if self._failure is not None:
            raise self._failure
