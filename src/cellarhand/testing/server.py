"""A real server in a thread, over a SQLite file of its own, and tenants made in a few milliseconds."""

import asyncio
import itertools
import secrets
import socket
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import uvicorn
from argon2 import PasswordHasher
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cellarhand import clock
from cellarhand.accounts import apps, people, tenants
from cellarhand.accounts.rights import PERMISSIONS, ROLES
from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, APP_INSTALL, APP_SECRET
from cellarhand.config import Settings
from cellarhand.http.app import Server
from cellarhand.http.protocol import SECONDS_AT_REST
from cellarhand.record.text import encode
from cellarhand.store import migrate
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit
from cellarhand.testing.faults import ABORT, Faults, FaultyApp

if TYPE_CHECKING:
    from cellarhand.client import AsyncClient, Client

T = TypeVar("T")
SECONDS_TO_START = 30
PASSWORD = "known to every test"  # noqa: S105
APP_ID = "test-app"
APP_KEY = "the secret of test-app"
# The least work that argon2 does: these secrets are no secrets, and every tenant verifies them anew.
_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class _Protocol(HttpToolsProtocol):
    """Lets an application drop its connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope[ABORT] = self.transport.abort  # type: ignore[typeddict-unknown-key]


class TestTenant:
    """A fresh tenant with an app that may do everything, and people of every role.

    `app` and `people[role]` are names with secrets, as `Client` takes them; `faults` are its bad days.
    """

    __test__ = False

    def __init__(self, base_url: str, slug: str, faults: Faults) -> None:
        self.base_url = base_url
        self.slug = slug
        self.faults = faults
        self.app = (APP_ID, APP_KEY)
        self.people = {role: (email_of(role), PASSWORD) for role in ROLES}

    @property
    def owner(self) -> tuple[str, str]:
        """E-mail and password of an Admin Owner."""
        return self.people["Admin Owner"]

    @property
    def data(self) -> tuple[str, str]:
        """E-mail and password of an account with role Data, which may bring ids and dates."""
        return self.people["Data"]

    def client(self, role: str | None = None, **options: Any) -> "Client":
        """A client of this tenant: as the app, or as the person of a role. Nothing is throttled."""
        from cellarhand.client import Client

        return Client(self.base_url, self.slug, **self._as(role, options))

    def async_client(self, role: str | None = None, **options: Any) -> "AsyncClient":
        """The same for `async` code."""
        from cellarhand.client import AsyncClient

        return AsyncClient(self.base_url, self.slug, **self._as(role, options))

    def _as(self, role: str | None, options: dict[str, Any]) -> dict[str, Any]:
        who = {"app": self.app} if role is None else {"user": self.people[role]}
        return {"rate_limit": 0, **who, **options}


def email_of(role: str) -> str:
    return f"{role.lower().replace(' ', '.')}@people.example"


class TestServer:
    """A running server. Use as a context manager; `options` are those of `Settings`."""

    __test__ = False

    def __init__(self, folder: Path, **options: Any) -> None:
        limits: dict[str, Any] = {"rate_limit": 0, "web_rate_limit": 0, "deep_page_limit": 0}
        database = f"sqlite:///{folder / 'cellarhand.db'}"
        given: dict[str, Any] = {"access_log": "off", **limits, **options}
        self._settings = Settings(database, **given)
        self._accounts: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="cellarhand", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> "TestServer":
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        # Connections inherit it: else each answer waits for the client to acknowledge the one before.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asyncio.run(migrate.upgrade(self._settings.database))
        self.app = Server(self._settings)
        self.faulty = FaultyApp(self.app)
        config = uvicorn.Config(
            self.faulty,
            http=_Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=SECONDS_AT_REST,
            timeout_graceful_shutdown=3,
        )
        self._uvicorn = _Uvicorn(config, self._started)
        self._thread.start()
        if not self._started.wait(SECONDS_TO_START) or not self._uvicorn.started:
            raise RuntimeError(f"the server for tests did not start: {self._failure}")
        self._do(self._prepare())
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(SECONDS_TO_START)
        self._socket.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._uvicorn.serve(sockets=[self._socket])

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        """Work on the server's own event loop, where its store lives."""
        if self._loop is None:
            raise LookupError("the server does not run")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS_TO_START)

    async def _prepare(self) -> None:
        """People and the app, once for all tenants."""
        store = self.app.store
        await tenants.create_tenant(store, "staff", company_name="Staff", email="staff@people.example")
        for role in ROLES:
            first, _, last = role.partition(" ")
            names = {"first_name": first, "last_name": last or "Tester"}
            self._accounts[role] = await people.create_account(
                store, "staff", email_of(role), role, password=PASSWORD, **names
            )
        await apps.create_app(store, APP_ID, "Test app", {"*": "Full"}, secret=APP_KEY)

        async def make_cheap(unit: WriteUnit) -> None:
            await unit.update(ACCOUNT, (), {"password_hash": _HASHER.hash(PASSWORD)})
            await unit.update(APP_SECRET, equal("app_id", APP_ID), {"secret_hash": _HASHER.hash(APP_KEY)})
            await unit.end_cached_credentials()

        await store.write(None, make_cheap)

    def tenant(self, *, empty: bool = False) -> TestTenant:
        """A fresh tenant with nothing in it but a location; an `empty` one does not even have that."""
        slug = f"winery-{next(self._numbers)}-{secrets.token_hex(3)}"
        self._do(self._open(slug, empty=empty))
        faults = self.faulty.of[slug.encode()] = Faults()
        return TestTenant(self.base_url, slug, faults)

    async def _open(self, slug: str, *, empty: bool) -> None:
        store = self.app.store
        made = await tenants.create_tenant(
            store, slug, company_name="A Winery", email=f"hello@{slug}.example", empty=empty
        )
        moment = clock.now()
        grants = encode(dict.fromkeys(PERMISSIONS, "Full")).decode()

        async def let_in(unit: WriteUnit) -> None:
            """All at once: a unit for each of them would wait for the disk as often."""
            for role, account_id in self._accounts.items():
                row = {"account_id": account_id, "tenant_id": made.tenant_id, "role": role}
                await unit.insert(ACCOUNT_ROLE, {**row, "valid_from": moment, "created_at": moment})
            row = {"app_id": APP_ID, "tenant_id": made.tenant_id, "permissions": grants}
            await unit.insert(APP_INSTALL, {**row, "created_at": moment})

        await store.write(None, let_in)


class _Uvicorn(uvicorn.Server):
    """Tells when it listens, and leaves the signals of the process alone."""

    def __init__(self, config: uvicorn.Config, listening: threading.Event) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening.set()
