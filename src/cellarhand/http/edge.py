"""The edge of the API: one request in, one answer out (reference part A).

The checks stand in the order of reference A4; the first that fails is the answer. This is a plain ASGI
application with a router of its own: between the socket and the stored bytes nothing is built that is not
needed (docs/decisions/0003).
"""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cellarhand.accounts.identity import Identities
from cellarhand.accounts.rights import may
from cellarhand.config import Settings
from cellarhand.events.request_log import RequestLog
from cellarhand.http.body import read_json
from cellarhand.http.limits import Decision, Limit, Limiter
from cellarhand.http.lines import NDJSON, Answer, Disconnected, lines_of, refuse_other_types
from cellarhand.http.observe import AccessLog, Metrics, RequestIds
from cellarhand.http.routes import Endpoint, Match, Routes
from cellarhand.ids import parse_id
from cellarhand.record import errors, query, reading, writing
from cellarhand.record.action import Call
from cellarhand.record.actor import Actor
from cellarhand.record.checking import create_body
from cellarhand.record.errors import Fault, HouseError
from cellarhand.store.engine import NoSuchTenant, Store, StoreUnavailable

_LOG = logging.getLogger("cellarhand.edge")
DEEP_PAGE = 100

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_JSON = (b"content-type", b"application/json; charset=utf-8")
_LINES = (b"content-type", NDJSON.encode())
_NO_STORE = (b"cache-control", b"no-store")
_CHALLENGE = (b"www-authenticate", b'Basic realm="v1"')
_ANY_ORIGIN = (b"access-control-allow-origin", b"*")
_ALLOWED_HEADERS = (b"access-control-allow-headers", b"Authorization, Content-Type, tenant")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"))


@dataclass(slots=True)
class _Request:
    """One request on its way through the checks, and what is known of it so far."""

    scope: Scope
    receive: Receive
    headers: dict[bytes, bytes]
    method: str
    answer_headers: Headers
    route: str = "(unknown)"
    endpoint: Endpoint | None = None
    actor: Actor | None = None

    @property
    def source(self) -> str:
        client = self.scope.get("client")
        return client[0] if client else "unknown"


class Edge:
    """The ASGI application below `/v1`."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        routes: Routes,
        limiter: Limiter,
        log: AccessLog,
        metrics: Metrics | None,
        requests: RequestLog | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._routes = routes
        self._limiter = limiter
        self._log = log
        self._metrics = metrics
        self._requests = requests
        self._request_ids = RequestIds()
        self._origins = frozenset(origin.encode() for origin in settings.cors_origins)
        self._identities = Identities(
            store,
            people_may_call=settings.people_may_call,
            token_lifetime_ms=settings.staff_token_hours * 3_600_000,
        )
        # Set when the server shuts down: running requests are finished, new ones are told to come back.
        self.closing = False

    @property
    def identities(self) -> Identities:
        """Who calls; wrong passwords on the site count together with those here."""
        return self._identities

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request = _Request(scope, receive, headers, scope["method"], [])
        request_id = self._request_ids.of(headers.get(b"x-request-id"))
        try:
            status, body = await self._answer(request)
        except HouseError as error:
            status, body = error.status, error.body()
            request.answer_headers += error.headers
            if status == 401 and self._challenges(request):
                request.answer_headers.append(_CHALLENGE)
        except NoSuchTenant:
            # Deleted since the caller was let in.
            lost = errors.unauthorized()
            status, body = lost.status, lost.body()
        except StoreUnavailable as error:
            _LOG.error("request %s: the database is unavailable: %s", request_id.decode(), error)
            unavailable = errors.unavailable()
            status, body = unavailable.status, unavailable.body()
            request.answer_headers += unavailable.headers
        except Exception:
            _LOG.exception("request %s failed", request_id.decode())
            unexpected = errors.unexpected()
            status, body = unexpected.status, unexpected.body()
        if isinstance(body, bytes):
            await self._send(request, send, request_id, status, body)
        else:
            await self._stream(request, send, request_id, status, body)
        seconds = time.perf_counter() - began
        method = request.method if request.method in _METHODS else "(other)"
        actor = request.actor
        self._log.write(request_id, method, request.route, status, seconds, actor.tenant if actor else None)
        if self._requests is not None and actor is not None:
            path, sent = scope["path"], scope["query_string"]
            size = len(body) if isinstance(body, bytes) else None
            self._requests.add(actor, method, path, sent, status, seconds, request_id, size)
        if self._metrics is not None:
            self._metrics.observe(method, request.route, status, seconds)

    async def _send(self, request: _Request, send: Send, request_id: bytes, status: int, body: bytes) -> None:
        if status != 204:
            request.answer_headers += (_JSON, (b"content-length", b"%d" % len(body)))
        await self._begin(request, send, request_id, status)
        empty = status == 204 or request.method == "HEAD"
        await send({"type": "http.response.body", "body": b"" if empty else body})

    async def _stream(
        self, request: _Request, send: Send, request_id: bytes, status: int, parts: AsyncIterator[bytes]
    ) -> None:
        """An answer whose parts go out as they are ready. Without its end it was cut off."""
        request.answer_headers.append(_LINES)
        await self._begin(request, send, request_id, status)
        answer = Answer(send)
        try:
            async for part in parts:
                answer.add(part)
        except Disconnected:
            pass
        except Exception:
            _LOG.exception("request %s failed half-way", request_id.decode())
            answer.add(b'{"error":%b}\n' % errors.unexpected().body())
        await answer.end()

    async def _begin(self, request: _Request, send: Send, request_id: bytes, status: int) -> None:
        """Status and headers."""
        headers = request.answer_headers
        if request.endpoint is None or not request.endpoint.public:
            headers.append(_NO_STORE)
        self._allow_origin(request)
        headers.append((b"x-request-id", request_id))
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def _answer(self, request: _Request) -> tuple[int, bytes | AsyncIterator[bytes]]:
        if self.closing:
            raise errors.unavailable()
        match = self._routes.find(request.scope["path"][3:])
        if match is None:
            raise errors.unknown_route()
        endpoint = self._endpoint(request, match)
        if endpoint is None:
            return 204, b""
        actor = await self._actor(request, endpoint)
        pairs = query.pairs_of(request.scope["query_string"])
        await self._count(request, endpoint, actor, pairs)
        body = await self._body(request, endpoint, actor) if endpoint.takes_body else None
        return endpoint.status, await self._call(endpoint, match, actor, pairs, body)

    def _endpoint(self, request: _Request, match: Match) -> Endpoint | None:
        """The endpoint for the method; None for OPTIONS, which answers by headers alone."""
        methods = match.methods
        endpoint = methods.get("GET" if request.method == "HEAD" else request.method)
        shown = endpoint or next(iter(methods.values()))
        request.route = shown.template
        if endpoint is not None:
            request.endpoint = endpoint
            return endpoint
        allowed = {*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())}
        if request.method != "OPTIONS":
            raise errors.method_not_allowed(allowed)
        request.endpoint = next((each for each in methods.values() if each.public), None)
        request.answer_headers += [
            (b"allow", ", ".join(sorted(allowed)).encode()),
            (b"access-control-allow-methods", ", ".join(sorted(allowed)).encode()),
            _ALLOWED_HEADERS,
            (b"access-control-max-age", b"600"),
        ]
        return None

    async def _actor(self, request: _Request, endpoint: Endpoint) -> Actor:
        tenant = request.headers.get(b"tenant", b"").strip()
        if endpoint.public:
            actor = await self._identities.public(tenant)
        else:
            authorization = request.headers.get(b"authorization", b"")
            actor = self._identities.remembered(authorization, tenant)
            if actor is None:
                actor = await self._identities.actor(authorization, tenant, request.source)
            _refuse_without_right(actor, endpoint)
        request.actor = actor
        return actor

    async def _count(self, request: _Request, endpoint: Endpoint, actor: Actor, pairs: query.Pairs) -> None:
        """Count the request against its limits (reference A18); lists by cursor are free."""
        settings = self._settings
        if actor.kind == "web":
            if settings.web_rate_limit:
                key = f"web:{actor.tenant_id}:{request.source}"
                await self._take(request, (Limit(key, settings.web_rate_limit),), "address")
            return
        deep = False
        if endpoint.paged and pairs:
            page = ""
            for name, value in pairs:
                if name == "cursor" and value.strip():
                    return
                if name == "page":
                    page = value.strip()
            deep = page.isascii() and page.isdecimal() and (len(page) > 6 or int(page) > DEEP_PAGE)
        limits: tuple[Limit, ...] = ()
        if settings.rate_limit:
            limits = (Limit(f"tenant:{actor.tenant_id}", settings.rate_limit),)
        if deep and settings.deep_page_limit:
            limits += (Limit(f"deep:{actor.tenant_id}", settings.deep_page_limit),)
        if limits:
            await self._take(request, limits, "tenant")

    async def _take(self, request: _Request, limits: tuple[Limit, ...], name: str) -> None:
        decision: Decision = await self._limiter.take(limits)
        shown = (
            _policy(name, limits[0].most, self._settings.rate_window),
            (b"ratelimit", f'"{name}";r={decision.left};t={decision.wait}'.encode()),
        )
        if not decision.allowed:
            raise errors.too_many_requests(decision.wait, shown)
        request.answer_headers += shown

    async def _body(self, request: _Request, endpoint: Endpoint, actor: Actor) -> object:
        """The decoded body; an empty one reads as `{}` (reference A2). Of a call that streams its lines."""
        headers, most = request.headers, self._settings.max_body
        if endpoint.streams:
            refuse_other_types(headers)
            return lines_of(request.receive, headers, most)
        resource = endpoint.resource
        if endpoint.operation == "create" and resource is not None:
            return await read_json(
                request.receive, headers, most, lambda raw: create_body(resource, actor, raw)
            )
        return await read_json(request.receive, headers, most)

    async def _call(
        self, endpoint: Endpoint, match: Match, actor: Actor, pairs: query.Pairs, body: object
    ) -> bytes | AsyncIterator[bytes]:
        resource, store = endpoint.resource, self._store
        if resource is None:
            return await self._act(endpoint, match, actor, pairs, body)
        if endpoint.operation == "list":
            wanted = query.parse(resource, pairs)
            params = _params(endpoint, match)
            unit = store.reading(actor.tenant_id)
            return await reading.list_records(resource, unit, actor, params, wanted)
        if endpoint.operation == "read":
            query.only(pairs, ())
            params = _params(endpoint, match)
            return await reading.read_record(resource, store.reading(actor.tenant_id), actor, params)
        query.only(pairs, resource.write_flags if endpoint.takes_body else ())
        params = _params(endpoint, match)
        if endpoint.operation == "create":
            return await writing.create_record(resource, store, actor, params, body)
        if endpoint.operation == "update":
            return await writing.update_record(resource, store, actor, params, body)
        await writing.delete_record(resource, store, actor, params)
        return b""

    async def _act(
        self, endpoint: Endpoint, match: Match, actor: Actor, pairs: query.Pairs, body: object
    ) -> bytes | AsyncIterator[bytes]:
        action = endpoint.action
        if action is None:
            raise LookupError(f"{endpoint.name} has nothing to call")
        if not action.paged:
            query.only(pairs, action.query)
        params = _params(endpoint, match)
        return await action.handler(Call(self._store, actor, params, pairs, body))

    def _challenges(self, request: _Request) -> bool:
        """A browser page or a token's holder is not asked for a password (reference A3)."""
        authorization = request.headers.get(b"authorization", b"")
        token = bool(authorization) and not authorization.lower().startswith(b"basic")
        return b"origin" not in request.headers and not token

    def _allow_origin(self, request: _Request) -> None:
        if request.endpoint is not None and request.endpoint.public:
            request.answer_headers.append(_ANY_ORIGIN)
            return
        origin = request.headers.get(b"origin")
        if origin is not None and origin in self._origins:
            request.answer_headers += [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]


@cache
def _policy(name: str, most: int, window: int) -> tuple[bytes, bytes]:
    return (b"ratelimit-policy", f'"{name}";q={most};w={window}'.encode())


def _refuse_without_right(actor: Actor, endpoint: Endpoint) -> None:
    """Access, then role or grants (reference A4)."""
    action = endpoint.action
    if action is not None and action.accounts_only and actor.kind != "account":
        raise errors.unauthorized()
    if action is not None and action.data_role and not actor.is_data_role:
        raise errors.unauthorized_for_route()
    if not may(actor, endpoint.right, endpoint.permission, endpoint.operation):
        raise errors.unauthorized_for_route()
    for right, permission in action.also if action is not None else ():
        if not may(actor, right, permission, endpoint.operation):
            raise errors.unauthorized_for_route()


def _params(endpoint: Endpoint, match: Match) -> Mapping[str, str]:
    """The path's parameters, ids in the stored form; one that is no UUID is a fault (reference A5.3)."""
    if not match.ids:
        return match.words
    params = dict(match.words)
    faults: list[Fault] = []
    for name, sent in zip(endpoint.open_names, match.ids, strict=True):
        parsed = parse_id(sent) if name in endpoint.id_names else sent
        if parsed is None:
            faults.append(Fault(name, 'must match format "uuid"'))
        else:
            params[name] = parsed
    if faults:
        raise errors.invalid(*faults)
    return params
