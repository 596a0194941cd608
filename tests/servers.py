"""Real servers over real databases, in the process of the tests: uvicorn in a thread, on a free port."""

import asyncio
import os
import secrets
import shutil
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
from cellarhand.http.protocol import SECONDS_AT_REST, OnePacket
from cellarhand.store import migrate
from cellarhand.store.engine import Store

T = TypeVar("T")
POSTGRES = os.environ.get("CELLARHAND_TEST_POSTGRES", "postgresql://postgres@127.0.0.1/")
REDIS = os.environ.get("CELLARHAND_TEST_REDIS", "redis://127.0.0.1:6379/0")
# The browser of the system, as Debian and others call it; none is downloaded.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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


class _Uvicorn(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, listening: threading.Event, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._listening.set()


class LiveServer:
    """A running server, on any free port unless one is named. Use as a context manager."""

    def __init__(self, settings: Settings, port: int = 0) -> None:
        self.app = Server(settings)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._started = threading.Event()
        self._uvicorn = _Uvicorn(
            self._started,
            uvicorn.Config(
                self.app,
                loop="uvloop",
                http=OnePacket,
                lifespan="on",
                log_level="warning",
                server_header=False,
                timeout_keep_alive=SECONDS_AT_REST,
                timeout_graceful_shutdown=5,
            ),
        )
        self._loop: asyncio.AbstractEventLoop | None = None
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
        """A unit of a test's own, which may do anything."""
        return self.run(self.store.write(tenant_id, job, alone=True))

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
        await self._uvicorn.serve(sockets=[self._socket])

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


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Proxy:
    """A line to a database that can be cut and mended. Use as a context manager."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._port = free_port()
        lead, at, _ = parts.netloc.rpartition("@")
        self.url = parts._replace(netloc=f"{lead}{at}127.0.0.1:{self._port}").geturl()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None

    def __enter__(self) -> "Proxy":
        self._thread.start()
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def mend(self) -> None:
        self._run(self._listen())

    def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        self._run(self._drop())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.gather(*self._serving)
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        both, tasks = {writer, far_writer}, {task} if task is not None else set[asyncio.Task[Any]]()
        self._writers |= both
        self._serving |= tasks
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._writers -= both
        self._serving -= tasks

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
