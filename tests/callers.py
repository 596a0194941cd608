"""Who calls in a test: an app, a person of some role, anybody; and a connection for bytes of one's own."""

import base64
import http.client
import io
import itertools
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

from cellarhand.accounts import apps, people, tenants, tokens
from cellarhand.accounts.guesses import Guesses
from cellarhand.accounts.passwords import Verifier
from cellarhand.accounts.tables import ACCOUNT, TENANT
from cellarhand.events.web_hook import ACTIONS, OBJECTS, WEB_HOOK, is_known
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked
from cellarhand.record.text import decode
from cellarhand.record.writing import new_draft, store_new
from cellarhand.store.conditions import By, equal
from cellarhand.store.tables import OUTBOX
from cellarhand.store.unit import WriteUnit
from tests.servers import LiveServer

PASSWORD = "a password of twelve"
SECRET = "a secret of the app"
FULL, READ = "test-full", "test-read"
NIL = "00000000-0000-0000-0000-000000000000"
# Of clients that threads share: none may close, for its age or as one too many, what another just took.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=60)
_numbers = itertools.count(1)


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


class Caller:
    """One client with its headers. `get("/customer")` means `/v1/customer`."""

    def __init__(self, client: httpx.Client, headers: Mapping[str, str]) -> None:
        self._client = client
        self.headers = dict(headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        sent = {**self.headers, **(headers or {})}
        if content is not None:
            return self._client.request(method, f"/v1{path}", content=content, headers=sent)
        return self._client.request(method, f"/v1{path}", json=json, headers=sent)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.request("PUT", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.request("DELETE", path, **more)

    def made(self, path: str, body: Any) -> Any:
        """The record that a POST creates."""
        answer = self.post(path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def changed(self, path: str, body: Any) -> Any:
        """The record after a PUT."""
        answer = self.put(path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def seen(self, path: str) -> Any:
        """What a GET answers."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def gone(self, path: str) -> None:
        """Delete what is there."""
        answer = self.delete(path)
        assert (answer.status_code, answer.content) == (204, b""), answer.text

    def until_refused(self) -> None:
        """Wait for a change of credentials: another process's change comes by a notice of the database."""
        for _ in range(500):
            if self.get("").status_code == 401:
                return
        raise AssertionError("still let in")

    def but(self, **headers: str | None) -> "Caller":
        """The same with other headers; None leaves one out."""
        changed = {name.lower(): value for name, value in self.headers.items()}
        changed |= {name.replace("_", "-"): value for name, value in headers.items()}
        return Caller(self._client, {name: value for name, value in changed.items() if value is not None})


@dataclass(frozen=True)
class Event:
    object: str
    action: str
    object_id: str
    actor: str | None
    payload: dict[str, Any]


class RememberingVerifier(Verifier):
    """Checks each secret once a session: checking is slow on purpose, and every tenant begins anew."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, ...], bool] = {}

    async def matches(self, hashes: list[str], secret: str) -> bool:
        key = (secret, *hashes)
        if key not in self._known:
            self._known[key] = await super().matches(hashes, secret)
        return self._known[key]


@dataclass
class House:
    """A running server with its people and apps, which every tenant of the tests shares."""

    server: LiveServer
    client: httpx.Client
    known: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.server.app.edge._identities._verifier = RememberingVerifier()

    def open(self) -> "Site":
        """A fresh tenant with nothing in it."""
        slug = f"winery-{next(_numbers)}-{secrets.token_hex(3)}"
        work = tenants.create_tenant(
            self.server.store, slug, company_name="A Winery", email="hello@winery.example"
        )
        return Site(self, slug, self.server.run(work).tenant_id)

    def forgive(self) -> None:
        """Forget wrong passwords: all tests call from one address."""
        self.server.app.edge._identities._guesses = Guesses()


@dataclass
class Site:
    """One tenant, and the ways to call it."""

    house: House
    slug: str
    tenant_id: int
    # Whether events are written.
    listens: bool = False

    @property
    def server(self) -> LiveServer:
        return self.house.server

    def _caller(self, authorization: str | None) -> Caller:
        sent = {"tenant": self.slug}
        if authorization is not None:
            sent["authorization"] = authorization
        return Caller(self.house.client, sent)

    def app(self, name: str = FULL, permissions: Mapping[str, str] | None = None) -> Caller:
        """An app installed here. Without permissions of its own: all of them, Full or (test-read) Read."""
        store, run = self.server.store, self.server.run
        if name not in self.house.known:
            granted = {"*": "Read" if name == READ else "Full"} if permissions is None else permissions
            run(apps.create_app(store, name, name, granted, secret=SECRET))
            self.house.known.add(name)
        run(apps.install_app(store, name, self.slug))
        return self._caller(basic(name, SECRET))

    def app_with(self, permissions: Mapping[str, str]) -> Caller:
        """A new app with these permissions alone."""
        return self.app(f"app-{secrets.token_hex(4)}", permissions)

    def person(self, role: str, email: str | None = None) -> Caller:
        """A person with that role here."""
        email = email or f"{role.lower().replace(' ', '.')}@people.example"
        store, run = self.server.store, self.server.run
        if email in self.house.known:
            run(people.set_role(store, self.slug, email, role))
        else:
            first, last = role.partition(" ")[0], "Tester"
            run(
                people.create_account(
                    store, self.slug, email, role, password=PASSWORD, first_name=first, last_name=last
                )
            )
            self.house.known.add(email)
        return self._caller(basic(email, PASSWORD))

    def stranger(self) -> Caller:
        """Nobody: a tenant header and no credentials."""
        return self._caller(None)

    def token_of(self, email: str) -> str:
        """A staff token of a person, as the site would issue it."""

        async def work() -> str:
            unit = self.server.store.reading(None)
            tenant = await unit.row(TENANT, ("token_secret",), equal("slug", self.slug))
            person = await unit.row(ACCOUNT, ("id",), equal("email_key", email))
            assert tenant is not None
            assert person is not None
            return tokens.issue(tenant[0], person[0], "Given", "Family", email)

        return self.server.run(work())

    def token_secret(self) -> str:
        async def work() -> str:
            row = await self.server.store.reading(None).row(
                TENANT, ("token_secret",), equal("slug", self.slug)
            )
            assert row is not None
            return row[0]

        return self.server.run(work())

    def listen(self) -> None:
        """Have a web hook wait for each event of this tenant, so that all of them are written."""
        actor = Actor("app", self.tenant_id, self.slug, app_id="listens")
        heard = [(name, action) for name in OBJECTS for action in ACTIONS if is_known(name, action)]

        async def job(unit: WriteUnit) -> None:
            gathering = unit.gathering()
            for name, action in heard:
                body = {"object": name, "action": action, "url": "https://listens.example"}
                clean = checked(WEB_HOOK, actor, body)
                await store_new(new_draft(WEB_HOOK, gathering, actor, clean, {}))
            await gathering.finish()

        self.server.run(self.server.store.write(self.tenant_id, job))
        self.listens = True

    def events(self) -> list[Event]:
        """All that the outbox of this tenant holds, oldest first; for tests that `listen`."""
        assert self.listens, "events are written where somebody listens: use the fixture `heard`"

        async def work() -> list[Event]:
            names = ("object", "action", "object_id", "actor", "payload")
            rows = await self.server.store.reading(self.tenant_id).rows(OUTBOX, names, order=(By("seq"),))
            return [Event(r[0], r[1], r[2], r[3], decode(r[4])) for r in rows]

        return self.server.run(work())

    def fired(self) -> list[tuple[str, str]]:
        return sorted((event.object, event.action) for event in self.events())

    def raw(self) -> "RawConnection":
        return self.raw_to(self.server)

    def raw_to(self, server: LiveServer) -> "RawConnection":
        return RawConnection(server.port)


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: dict[str, str]
    body: bytes


class _KeptOpen(io.BufferedReader):
    """What is read from a connection; an answer that has been read leaves it open for the next one."""

    def close(self) -> None:
        pass

    def makefile(self, _mode: str) -> "_KeptOpen":
        return self


class RawConnection:
    """One TCP connection on which bytes travel as they are written, one answer after the other."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._reader = _KeptOpen(socket.SocketIO(self._socket, "r"))
        self._lead = f"Host: 127.0.0.1:{port}\r\n".encode()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def ask(
        self, method: str, target: str | bytes, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> RawAnswer:
        """One request, its target and body exactly as given; Content-Length is added unless it is there."""
        target = target if isinstance(target, bytes) else target.encode("latin-1")
        head = b"%b %b HTTP/1.1\r\n%b" % (method.encode(), target, self._lead)
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if body and "content-length" not in sent and "transfer-encoding" not in sent:
            sent["content-length"] = str(len(body))
        for name, value in sent.items():
            head += f"{name}: {value}\r\n".encode("latin-1")
        self.send(head + b"\r\n" + body)
        return self.answer(method)

    def received(self, count: int) -> bytes:
        """The next bytes, whatever they are."""
        return self._reader.read(count) or b""

    def begin(self, method: str = "GET") -> http.client.HTTPResponse:
        """An answer whose head is there, to be read as it comes."""
        response = http.client.HTTPResponse(cast(socket.socket, self._reader), method=method)
        response.begin()
        return response

    def answer(self, method: str = "GET") -> RawAnswer:
        response = self.begin(method)
        found = {name.lower(): value for name, value in response.getheaders()}
        return RawAnswer(response.status, found, response.read())

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.detach().close()
        self._socket.close()
