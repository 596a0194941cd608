"""`Client` and `AsyncClient`: two thin drivers of the same plans, over httpx."""

import asyncio
import base64
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from cellarhand import __version__
from cellarhand.client._resources import CALLED, DESCRIBED, AsyncResources, SyncResources
from cellarhand.client.conditions import Value
from cellarhand.client.endpoints import Actions, Endpoint, Runner
from cellarhand.client.errors import ConnectionBroken
from cellarhand.client.exchange import Answer, Outcome, Pause, Plan, Request, Retries, exchange, request_of
from cellarhand.client.limiter import Limiter, limiter_of
from cellarhand.client.walk import Listing, Walk, next_rows

T = TypeVar("T")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_AS_ALWAYS = Retries()
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# None is closed for being one too many at rest: httpx (httpcore 1.0.9) may close one that another thread has
# just taken, whose request then breaks, or waits for its answer until the timeout.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=5)


class _Core:
    """What both clients hold: where to call, as whom, how patiently."""

    def __init__(
        self,
        base_url: str,
        tenant: str,
        app: tuple[str, str] | None,
        user: tuple[str, str] | None,
        token: str | None,
        retries: Retries,
        rate_limit: int | None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.tenant = tenant
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise ValueError(f"'{base_url}' is no base URL: write it as https://api.example.com/v1")
        self._headers = {"tenant": tenant, "accept": "application/json"}
        self._headers["user-agent"] = f"cellarhand/{__version__}"
        given = [each for each in (app, user, token) if each is not None]
        if len(given) > 1:
            raise ValueError("give one of app, user and token")
        if given:
            self._headers["authorization"] = given[0] if isinstance(given[0], str) else _basic(*given[0])
        self._retries = retries
        shared = rate_limit is None
        self._limiter = limiter_of(self.base_url, tenant) if shared else Limiter(rate_limit, chosen=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of '{self.tenant}' at {self.base_url}>"

    @property
    def rate(self) -> float | None:
        """How many counted requests a second the limit allows, as far as is known; None without a limit."""
        return self._limiter.rate

    def call(self, request: Request, read: Callable[[Answer], T], /) -> Plan[T]:
        """The plan of one request with all its tries."""
        return exchange(request, self._retries, self._limiter, read)

    def _parts(self, request: Request) -> dict[str, Any]:
        headers = self._headers
        if request.content is not None:
            headers = {**headers, "content-type": request.content_type}
        url = self.base_url + request.target
        return {"method": request.method, "url": url, "content": request.content, "headers": headers}


class Client(_Core, SyncResources):
    """A tenant's API, for threads. One client may be shared by several; close it, or use `with`.

    `app` is id and secret, `user` e-mail and password, `token` a staff token. `rate_limit` None keeps to 100
    requests a minute for all clients of this process together, or to what the server tells; 0 does not count.
    `timeout` is in seconds, for each of connecting, sending and waiting for the next bytes.
    """

    def __init__(
        self,
        base_url: str,
        tenant: str,
        *,
        app: tuple[str, str] | None = None,
        user: tuple[str, str] | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        retries: Retries = _AS_ALWAYS,
        rate_limit: int | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        super().__init__(base_url, tenant, app, user, token, retries, rate_limit)
        self._owned = http is None
        self._http = http or httpx.Client(timeout=timeout, **_options(self.base_url))
        self._stopped = threading.Event()
        vars(self).update(_attributes(self))

    def run(self, plan: Plan[T]) -> T:
        """Do what a plan says, and return what it comes to."""
        outcome: Outcome = None
        try:
            while True:
                step = plan.send(outcome)
                if isinstance(step, Pause):
                    if self._stopped.wait(step.seconds):
                        raise ConnectionBroken("the client was stopped", sent=False)
                    outcome = None
                else:
                    outcome = self._send(step)
        except StopIteration as end:
            return end.value
        finally:
            plan.close()

    def _send(self, request: Request) -> Outcome:
        try:
            return _answer(self._http.request(**self._parts(request)))
        except httpx.RequestError as fault:
            return _broken(request, fault)

    def walk(self, walk: Walk, read: Callable[[Answer], Listing]) -> Iterator[Any]:
        """The rows of a walk, page after page as they are asked for."""
        while not walk.ended:
            yield from self.run(next_rows(self.call, walk, read))

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Value | None] | None = None,
        json: object = None,
        *,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """Any call, with the same patience and errors."""
        made = request_of(method, path, query, json, content=content, repeatable=repeatable)
        return self.run(self.call(made, _as_it_is))

    def stop(self) -> None:
        """Whoever waits, for a limit or between two tries, gives up at once; what was sent is waited for.

        It is for the moment when a person wants to end what many threads are at.
        """
        self._stopped.set()

    def close(self) -> None:
        """Close the connections; those of an `http` that was brought along stay open."""
        if self._owned:
            self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Core, AsyncResources):
    """`Client` for tasks of one event loop. Methods return awaitables, lists are for `async for`."""

    def __init__(
        self,
        base_url: str,
        tenant: str,
        *,
        app: tuple[str, str] | None = None,
        user: tuple[str, str] | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        retries: Retries = _AS_ALWAYS,
        rate_limit: int | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(base_url, tenant, app, user, token, retries, rate_limit)
        self._owned = http is None
        self._http = http or httpx.AsyncClient(timeout=timeout, **_options(self.base_url))
        vars(self).update(_attributes(self))

    async def run(self, plan: Plan[T]) -> T:
        """Do what a plan says, and return what it comes to."""
        outcome: Outcome = None
        try:
            while True:
                step = plan.send(outcome)
                if isinstance(step, Pause):
                    await asyncio.sleep(step.seconds)
                    outcome = None
                else:
                    outcome = await self._send(step)
        except StopIteration as end:
            return end.value
        finally:
            plan.close()

    async def _send(self, request: Request) -> Outcome:
        try:
            return _answer(await self._http.request(**self._parts(request)))
        except httpx.RequestError as fault:
            return _broken(request, fault)

    async def walk(self, walk: Walk, read: Callable[[Answer], Listing]) -> AsyncIterator[Any]:
        """The rows of a walk, page after page as they are asked for."""
        while not walk.ended:
            for row in await self.run(next_rows(self.call, walk, read)):
                yield row

    async def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Value | None] | None = None,
        json: object = None,
        *,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """Any call, with the same patience and errors."""
        made = request_of(method, path, query, json, content=content, repeatable=repeatable)
        return await self.run(self.call(made, _as_it_is))

    async def close(self) -> None:
        """Close the connections; those of an `http` that was brought along stay open."""
        if self._owned:
            await self._http.aclose()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _attributes(client: Runner) -> dict[str, object]:
    """The resources by name, and the other calls."""
    found: dict[str, object] = {each.name: Endpoint(client, each) for each in DESCRIBED}
    return {**found, "actions": Actions(client, CALLED)}


def _options(base_url: str) -> dict[str, Any]:
    """No certificates are loaded for plain HTTP, and this machine is never behind a proxy."""
    parts = urlsplit(base_url)
    near = parts.hostname in _LOOPBACK
    options: dict[str, Any] = {"follow_redirects": False, "trust_env": not near, "limits": _LIMITS}
    return options if parts.scheme == "https" else {**options, "verify": False}


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.headers, response.content)


def _broken(request: Request, fault: httpx.RequestError) -> ConnectionBroken:
    said = str(fault) or type(fault).__name__
    return ConnectionBroken(f"{request}: {said}", sent=not isinstance(fault, _NEVER_SENT))


def _as_it_is(answer: Answer) -> Answer:
    return answer
