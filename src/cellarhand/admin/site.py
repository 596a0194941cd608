"""The site as an application: a request to its page, past the checks that every page shares, in their order.

Place, page, session, tenant and role, right, form: the first that fails is the answer. A tenant that is not
there, one that the person has no role in, and a page that the role may not see are one and the same 404.
"""

import gzip
import logging
import re
import time
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cellarhand.accounts import sessions
from cellarhand.accounts.addresses import LEAD, Addresses, Place, as_return
from cellarhand.accounts.passwords import new_token
from cellarhand.accounts.rights import may
from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE
from cellarhand.accounts.tenants import find_tenant
from cellarhand.admin import pages
from cellarhand.admin.cookies import COOKIE, remember
from cellarhand.admin.screens import PLATFORM_SCREENS, TENANT_SCREENS
from cellarhand.admin.visit import Form, Grounds, Person, Screen, Visit
from cellarhand.http.edge import Receive, Scope, Send
from cellarhand.http.observe import AccessLog, Metrics, RequestIds
from cellarhand.ids import parse_id
from cellarhand.record.actor import Actor
from cellarhand.record.errors import HouseError
from cellarhand.settings.setting import setting_of
from cellarhand.store.conditions import equal
from cellarhand.store.engine import NoSuchTenant, StoreUnavailable

_LOG = logging.getLogger("cellarhand.admin")
MOST_FORM = 256 * 1024
MOST_FIELDS = 2000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}", re.ASCII)
_STATIC = re.compile(r"/static/([a-z.]+)", re.ASCII)
_SMALL = 1000
_FOREVER = "public, max-age=31536000, immutable"


class Refusal(Exception):
    """A request that gets no page but a word about why; `title` and `text` are for a person."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text


def _unreadable(what: str) -> Refusal:
    return Refusal(400, "Not readable", f"This {what} can not be read.")


def _lost() -> Refusal:
    return Refusal(404, "Not found", "There is no such page here, or it is not for you.")


@dataclass(frozen=True)
class _Route:
    screen: Screen

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/.]+)", self.screen.path.replace(".", r"\.")))

    def params(self, path: str) -> dict[str, str] | None:
        """The words of the path, ids in their stored form; None when the path is another page's."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        params = found.groupdict()
        for name, value in params.items():
            if name.lower().endswith("id"):
                parsed = parse_id(value)
                if parsed is None:
                    return None
                params[name] = parsed
        return params


class Site:
    """The ASGI application of all the site's addresses."""

    def __init__(
        self,
        grounds: Grounds,
        log: AccessLog,
        metrics: Metrics | None,
    ) -> None:
        self._grounds = grounds
        self._log, self._metrics = log, metrics
        self._request_ids = RequestIds()
        self._routes = {
            True: [_Route(screen) for screen in PLATFORM_SCREENS],
            False: [_Route(screen) for screen in TENANT_SCREENS],
        }
        self._headers = _headers(grounds.addresses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, place: Place) -> None:
        began = time.perf_counter()
        request = Request(scope, receive)
        token = request.cookies.get(COOKIE, "")
        fresh = not _TOKEN.fullmatch(token)
        visit = Visit(self._grounds, request, place, new_token() if fresh else token)
        request_id = self._request_ids.of(None)
        route = "(unknown)"
        try:
            screen = self._screen(visit)
            route = f"{LEAD} {screen.path}" if screen else f"{LEAD} /static"
            response = await self._answer(visit, screen) if screen else _asset(request, place.path)
        except Exception as error:
            response = self._apology(visit, error, request_id.decode())
        if fresh and response.media_type == "text/html":
            remember(visit, response, visit.token)
        for name, value in self._headers:
            response.headers.setdefault(name, value)
        response.headers["x-request-id"] = request_id.decode()
        compress(request, response)
        await response(scope, receive, send)
        seconds = time.perf_counter() - began
        tenant = visit.staff.tenant if visit.staff else None
        self._log.write(request_id, request.method, route, response.status_code, seconds, tenant)
        if self._metrics is not None:
            self._metrics.observe(request.method, route, response.status_code, seconds)

    def _screen(self, visit: Visit) -> Screen | None:
        """The page, its words put into the visit; None for a file."""
        method = "GET" if visit.request.method == "HEAD" else visit.request.method
        path = visit.place.path
        if visit.place.tenant is None and path.startswith("/static/") and method == "GET":
            return None
        elsewhere = False
        for route in self._routes[visit.place.tenant is None]:
            params = route.params(path)
            if params is None:
                continue
            if route.screen.method == method:
                visit.params = params
                return route.screen
            elsewhere = True
        if elsewhere:
            raise Refusal(405, "Not this way", "This page takes no such request.")
        raise _lost()

    async def _answer(self, visit: Visit, screen: Screen) -> Response:
        if any("\0" in value for _, value in visit.request.query_params.multi_items()):
            raise _unreadable("address")
        await self._recognise(visit)
        if visit.known is None and not screen.open:
            return self._to_log_in(visit)
        if visit.place.tenant is not None:
            await self._admit(visit, screen)
        if screen.method == "POST":
            visit.form = await _form(visit.request)
            if not visit.is_own(visit.sent("form_token")):
                text = "It was open too long, or came from elsewhere. Go back, reload the page, try again."
                raise Refusal(403, "This form is no longer good", text)
        return await screen.handler(visit)

    async def _recognise(self, visit: Visit) -> None:
        """Who it is, by the session behind the cookie."""
        store = self._grounds.store
        session = await sessions.find(store, visit.token)
        if session is None:
            return
        names = ("id", "email", "first_name", "last_name")
        row = await store.reading(None).row(ACCOUNT, names, equal("id", session.account_id))
        if row is not None:
            visit.session, visit.known = session, Person(*row)

    def _to_log_in(self, visit: Visit) -> Response:
        """To the log-in, and from there back to where the person wanted to go."""
        query = visit.request.url.query
        path = visit.place.path + (f"?{query}" if query else "")
        start = visit.place.tenant is None and path == "/"
        wanted = "" if start or visit.request.method != "GET" else as_return(visit.place.tenant, path)
        target = visit.platform("/login") + (f"?{urlencode({'next': wanted})}" if wanted else "")
        if visit.is_fragment:
            return Response(headers={"hx-redirect": target})
        return RedirectResponse(target, 303)

    async def _admit(self, visit: Visit, screen: Screen) -> None:
        """The person's role in the tenant, and whether it covers the page (ACC-10)."""
        store, person = self._grounds.store, visit.person
        tenant = await find_tenant(store.reading(None), visit.place.tenant or "")
        if tenant is None or tenant.state == "Closed":
            raise _lost()
        where = (*equal("account_id", person.id), *equal("tenant_id", tenant.tenant_id))
        role = await store.reading(None).row(ACCOUNT_ROLE, ("role",), where)
        if role is None:
            raise _lost()
        visit.setting, _ = await setting_of(store.reading(tenant.tenant_id))
        visit.staff = Actor(
            "account",
            tenant.tenant_id,
            tenant.slug,
            account_id=person.id,
            name=person.name,
            email=person.email,
            role=role[0],
            face="site",
        )
        if not may(visit.staff, screen.right, None, screen.operation):
            raise _lost()
        if tenant.state == "Suspended" and screen.method == "POST":
            raise Refusal(403, "Suspended", "This winery is suspended: all can be read, nothing changed.")

    def _apology(self, visit: Visit, error: Exception, request_id: str) -> Response:
        """The page of a request that failed; it never tells more than the person may know."""
        if isinstance(error, Refusal):
            status, title, text = error.status, error.title, error.text
        elif isinstance(error, NoSuchTenant) or (
            isinstance(error, HouseError) and error.status in (401, 404)
        ):
            lost = _lost()
            status, title, text = lost.status, lost.title, lost.text
        elif isinstance(error, HouseError) and error.status == 429:
            status, title, text = 429, "Too many attempts", "Wait for a quarter of an hour, then try again."
        elif isinstance(error, HouseError) and error.status < 500:
            status, title, text = error.status, "That did not work", told(error)
        elif isinstance(error, StoreUnavailable):
            _LOG.error("request %s: the database is unavailable: %s", request_id, error)
            status, title, text = 503, "Not available", "The database does not answer. Try again in a moment."
        else:
            _LOG.error("request %s failed", request_id, exc_info=error)
            status, title, text = 500, "Something went wrong", f"The server's log knows more of {request_id}."
        return visit.page("apology.html", status, title=title, text=text)


def told(error: HouseError) -> str:
    """An error of the catalogue in a line for a person."""
    faults = [f"{fault.field}: {fault.message}" for fault in error.faults or ()]
    return "; ".join(faults) or error.message


def _headers(addresses: Addresses) -> list[tuple[str, str]]:
    """What every answer carries. A form may lead to another of the site's own hosts, after the log-in."""
    scheme = "https" if addresses.https else "http"
    hosts = f"{scheme}://platform.{addresses.domain} {scheme}://*.admin.platform.{addresses.domain}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action 'self' {hosts}; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("cache-control", "no-store"),
    ]
    return [*headers, ("strict-transport-security", "max-age=31536000")] if addresses.https else headers


def _asset(request: Request, path: str) -> Response:
    found = _STATIC.fullmatch(path)
    if found is None or found[1] not in pages.ASSETS:
        raise _lost()
    name = found[1]
    headers = {"cache-control": _FOREVER, "content-type": pages.ASSETS[name], "vary": "accept-encoding"}
    if _takes_gzip(request):
        return Response(pages.packed(name), headers={**headers, "content-encoding": "gzip"})
    return Response(pages.asset(name), headers=headers)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def compress(request: Request, response: Response) -> None:
    """Send a page in a fifth of its bytes, to who takes that."""
    if response.media_type != "text/html" or not isinstance(response, HTMLResponse):
        return
    response.headers["vary"] = "accept-encoding, hx-request"
    if len(response.body) < _SMALL or not _takes_gzip(request):
        return
    response.body = gzip.compress(response.body, 5)
    response.headers["content-encoding"] = "gzip"
    response.headers["content-length"] = str(len(response.body))


async def _form(request: Request) -> Form:
    """The fields of a form, in their order."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refusal(415, "No form", "This is not the form of a page here.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_FORM:
            raise Refusal(413, "Too much", "This form is too large.")
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise _unreadable("form") from None
    if any("\0" in text for field in fields for text in field):
        # No one types it, and PostgreSQL keeps no text that has it.
        raise _unreadable("form")
    return fields
