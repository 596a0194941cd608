"""The whole server: the API below `/v1`, and beside it health, metrics and the documentation."""

import asyncio
import gc
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from cellarhand.accounts.addresses import Addresses, Place
from cellarhand.config import Settings
from cellarhand.customers.ranking import rank_customers
from cellarhand.events.bulk_job import Works
from cellarhand.events.bulk_runner import keep_running
from cellarhand.events.courier import Courier
from cellarhand.events.housekeeping import keep_tidy
from cellarhand.events.nightly import keep_nightly
from cellarhand.events.request_log import RequestLog, keep_writing, plain_parameters, write_or_forget
from cellarhand.events.web_hook import OPEN_WEB_HOOK, WEB_HOOK
from cellarhand.http.edge import Edge, Receive, Scope, Send
from cellarhand.http.limits import open_limiter
from cellarhand.http.observe import AccessLog, Metrics, WebHookMetrics, of_all_processes
from cellarhand.http.post import HttpPost
from cellarhand.http.routes import Routes
from cellarhand.record import errors
from cellarhand.record.errors import HouseError
from cellarhand.record.resource import Resource
from cellarhand.resources import ACTIONS, BULK_WORKS, RESOURCES
from cellarhand.store.engine import StoreUnavailable, open_store
from cellarhand.tags.back_population import keep_populating

if TYPE_CHECKING:
    from cellarhand.admin.site import Site

_OPENAPI = "/v1/openapi.json"
# What stands outside of the site at its names too.
_AT_EVERY_NAME = frozenset(("docs", "healthz", "readyz", "metrics"))


class Server:
    """One process's application. Its store is open from the first lifespan event to the last."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = open_store(settings.database)
        self.routes = Routes(_offered(settings), ACTIONS)
        self.registry = CollectorRegistry()
        self._limiter = open_limiter(settings.rate_limit_store, settings.rate_window)
        self._log = AccessLog(settings.access_log)
        metrics = None if settings.metrics == "off" else Metrics(self.registry)
        plain = plain_parameters(RESOURCES)
        self._requests = RequestLog(self.store, plain) if settings.request_log else None
        self.edge = Edge(settings, self.store, self.routes, self._limiter, self._log, metrics, self._requests)
        # Made also where hooks are not sent from: it is idle until it runs.
        self.courier = Courier(self.store, HttpPost(settings.web_hook_reach), WebHookMetrics(self.registry))
        self._metrics = metrics
        self._addresses = Addresses(settings.admin_domain, settings.admin_https, settings.admin_by_path)
        self._documents: dict[str, bytes] = {}
        refusals: dict[Any, Any] = {404: self._lost, 405: self._wrong_method}
        self._pages = Starlette(routes=self._page_routes(), exception_handlers=refusals)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            if (path.startswith("/v1/") or path == "/v1") and path != _OPENAPI:
                await self.edge(scope, receive, send)
            elif (place := self._place(scope, path)) is not None:
                await self._site(scope, receive, send, place)
            else:
                await self._pages(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    def _place(self, scope: Scope, path: str) -> Place | None:
        """The page of the admin site that is asked for; None when it is none, or there is no site."""
        if not self.settings.admin or path.partition("/")[2].partition("/")[0] in _AT_EVERY_NAME:
            return None
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        return self._addresses.find(host.decode("latin-1"), path)

    @cached_property
    def _site(self) -> "Site":
        """The admin site, made when somebody first comes: a server that only programs call needs none."""
        from cellarhand.admin.site import Site
        from cellarhand.admin.visit import Grounds

        grounds = Grounds(
            self.settings,
            self.store,
            self._addresses,
            self.edge.identities,
            self._limiter,
            self._requests,
        )
        return Site(grounds, self._log, self._metrics)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.store.open()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        tasks = [
            asyncio.create_task(keep_tidy(self.store, self.settings.trash_days)),
            asyncio.create_task(keep_nightly(self.store, {"rank": rank_customers})),
        ]
        if self.settings.admin:
            works = Works(BULK_WORKS, self.settings.api_url)
            tasks.append(asyncio.create_task(keep_running(self.store, works)))
        if self.settings.populates_tags:
            tasks.append(asyncio.create_task(keep_populating(self.store, self.settings.api_url)))
        if self.settings.web_hooks:
            tasks.append(asyncio.create_task(self.courier.run()))
        if self._requests is not None:
            tasks.append(asyncio.create_task(keep_writing(self._requests)))
        if self.settings.smtp_host:
            tasks.append(asyncio.create_task(self._deliver_mail()))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.edge.closing = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._log.flush()
        if self._requests is not None:
            await write_or_forget(self._requests)
        await self._limiter.close()
        await self.store.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _deliver_mail(self) -> None:
        from cellarhand.mail.delivery import keep_delivering
        from cellarhand.mail.smtp import Smtp

        given = self.settings
        server = (given.smtp_host, given.smtp_port, given.smtp_security, given.mail_from)
        await keep_delivering(self.store, Smtp(*server, given.smtp_user, given.smtp_password))

    def _page_routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [
            Route("/", self._home),
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
        ]
        if self.settings.metrics == "on":
            routes.append(Route("/metrics", self.metrics))
        if self.settings.docs:
            routes += [
                Route(_OPENAPI, self._openapi),
                Route("/docs", self._docs),
                Route("/docs/{name}", self._docs_file),
            ]
        if self.settings.images:
            routes.append(Mount("/images", _Images(directory=self.settings.images)))
        return routes

    async def _home(self, _: Request) -> Response:
        return PlainTextResponse("Cellarhand. The API is below /v1, its documentation at /docs.\n")

    async def _healthz(self, _: Request) -> Response:
        """The process runs."""
        return PlainTextResponse("ok\n")

    async def _readyz(self, _: Request) -> Response:
        """The process can serve: the database answers and no shut-down has begun."""
        try:
            await self.store.ping()
        except StoreUnavailable:
            return PlainTextResponse("the database does not answer\n", 503)
        if self.edge.closing:
            return PlainTextResponse("shutting down\n", 503)
        return PlainTextResponse("ok\n")

    async def metrics(self, _: Request) -> Response:
        return Response(generate_latest(of_all_processes(self.registry)), media_type=CONTENT_TYPE_LATEST)

    async def _openapi(self, _: Request) -> Response:
        from cellarhand.http.openapi import document

        if "openapi" not in self._documents:
            self._documents["openapi"] = document(self.routes)
        headers = {"access-control-allow-origin": "*"}
        return Response(self._documents["openapi"], media_type="application/json", headers=headers)

    async def _docs(self, _: Request) -> Response:
        from cellarhand.http.docs import POLICY, page

        if "docs" not in self._documents:
            self._documents["docs"] = page(self.routes).encode()
        headers = {"content-security-policy": POLICY, "x-content-type-options": "nosniff"}
        return HTMLResponse(self._documents["docs"], headers=headers)

    async def _docs_file(self, request: Request) -> Response:
        from cellarhand.http.docs import ASSETS, asset

        name: str = request.path_params["name"]
        if name not in ASSETS:
            return _refused(errors.unknown_route())
        headers = {"x-content-type-options": "nosniff", "cache-control": "max-age=3600"}
        return Response(asset(name), media_type=ASSETS[name], headers=headers)

    async def _lost(self, _: Request, __: Exception) -> Response:
        return _refused(errors.unknown_route())

    async def _wrong_method(self, _: Request, error: HTTPException) -> Response:
        allowed = (error.headers or {}).get("Allow", "")
        return _refused(errors.method_not_allowed(filter(None, allowed.split(", "))))


def _refused(error: HouseError) -> Response:
    """An error of the catalogue outside of `/v1`: programs that lost their way read it as any other."""
    headers = {name.decode(): value.decode() for name, value in error.headers}
    headers["cache-control"] = "no-store"
    return Response(error.body(), error.status, headers, media_type="application/json; charset=utf-8")


class _Images(StaticFiles):
    """Pictures: shown, and nothing in them run, whatever a file holds."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        answer.headers["x-content-type-options"] = "nosniff"
        answer.headers["access-control-allow-origin"] = "*"
        return answer


def _offered(settings: Settings) -> tuple[Resource, ...]:
    """The resources of this server: where hooks may stay within the house, they may be plain http."""
    hooks = WEB_HOOK if settings.web_hook_reach == "public" else OPEN_WEB_HOOK
    return tuple(hooks if resource is WEB_HOOK else resource for resource in RESOURCES)


def from_environment() -> Any:
    """The application of one worker process; uvicorn calls this in each."""
    return in_own_process(Server(Settings.from_environment()))


def in_own_process(server: Server) -> Server:
    """The server of a process that does nothing else: the collector of cyclic garbage may look less often.

    What is loaded stays, and is not looked at again. What a request leaves behind goes without the collector,
    and 10,000 new objects are some five orders: a bulk import spends an eighth less.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    # The thread that writes asks for the interpreter a few times for each statement (docs/decisions/0038).
    sys.setswitchinterval(0.0005)
    return server
