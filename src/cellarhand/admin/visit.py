"""One request to the site: who visits which page, and the answers that a page can give."""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cellarhand.accounts.addresses import Addresses, Place, local
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.guesses import Guesses
from cellarhand.accounts.identity import Identities
from cellarhand.accounts.rights import may
from cellarhand.accounts.sessions import Session
from cellarhand.admin import pages
from cellarhand.admin.show import Locale
from cellarhand.config import Settings
from cellarhand.events.request_log import RequestLog
from cellarhand.http.limits import Limiter
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Resource
from cellarhand.store.engine import Store

Form = list[tuple[str, str]]
UTC = Locale("USD", "UTC")
"""For pages of the platform, which has no zone of its own."""

# What a page says after something was done; the address names it by its word alone.
NOTICES = {
    "saved": "Saved.",
    "created": "Created.",
    "deleted": "Deleted.",
    "unchanged": "Nothing was changed.",
    "tagged": "The tag is on.",
    "untagged": "The tag is off.",
    "noted": "The note is added.",
    "merged": "The customers are merged.",
    "restored": "The customer is restored.",
    "fulfilled": "All that was left is handed over.",
    "taken-back": "The fulfillment is taken back.",
    "refunded": "The refund is made.",
    "moved": "The stock is changed.",
    "stopped": "It is stopped. What was done stays done.",
    "resumed": "It goes on where it was.",
    "held": "The hold is kept.",
    "hold-ended": "The hold is ended.",
    "cancelled": "The membership is cancelled.",
    "renewed": "The cancellation is lifted.",
    "invited": "The invite is on its way.",
    "resent": "A new invite is on its way; the earlier link no longer works.",
    "withdrawn": "The invite is withdrawn.",
    "role": "The role is changed; the person has to log in again.",
    "removed": "The account is removed.",
    "password": "Your password is changed. All other sessions have ended.",
    "reset": "Your password is changed. Log in with it.",
    "ended": "The session has ended.",
    "no-codes": "The log-in asks for no code any more.",
    "old-secret": "Only the newest secret is good now.",
    "installed": "The app is installed.",
    "uninstalled": "The app is uninstalled; its access has ended.",
    "sent-again": "It is on its way again.",
    "enabled": "The web hook is enabled.",
    "balance": "The balance is changed.",
    "points": "The points are changed.",
    "tracked": "The stock is tracked from now on.",
    "defaulted": "This is the default now.",
    "out": "You are logged out.",
}


_DIGEST = 32


def _masked(mask: bytes, secret: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mask, secret, strict=False))


@dataclass(frozen=True, slots=True)
class Grounds:
    """What every page stands on."""

    settings: Settings
    store: Store
    addresses: Addresses
    identities: Identities
    limiter: Limiter
    # None where the server keeps none.
    requests: RequestLog | None = None
    # Who asked for a link to a new password: nobody's mailbox is to be filled from here.
    asked: Guesses = field(default_factory=Guesses)
    # Wrong one-time codes of each account, wherever they come from.
    wrong_codes: Guesses = field(default_factory=Guesses)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in."""

    id: str
    email: str
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


@dataclass
class Visit:
    """A request past the checks of `site.py`. `token` is the visitor's cookie, of a session or of nobody."""

    grounds: Grounds
    request: Request
    place: Place
    token: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    form: Form = field(default_factory=list[tuple[str, str]])
    session: Session | None = None
    known: Person | None = None
    staff: Actor | None = None
    setting: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def store(self) -> Store:
        return self.grounds.store

    @property
    def person(self) -> Person:
        """Who is logged in; only for pages that nobody else sees."""
        if self.known is None:
            raise LookupError("this page is open: nobody has to be logged in")
        return self.known

    @property
    def actor(self) -> Actor:
        """The person in this tenant; only for pages of a tenant."""
        if self.staff is None:
            raise LookupError("this page belongs to no tenant")
        return self.staff

    @property
    def locale(self) -> Locale:
        return Locale.of(self.setting)

    def may(self, right: str, operation: str) -> bool:
        """Whether the person may do that here (ACC-9)."""
        return may(self.actor, right, None, operation)

    def may_with(self, resource: Resource, operation: str) -> bool:
        return self.may(resource.right, operation)

    @property
    def source(self) -> str:
        client = self.request.client
        return client.host if client else "unknown"

    @property
    def form_token(self) -> str:
        """What every form of this visitor carries: nobody makes it who can't read the cookie.

        Written another way in each page: pages are compressed, and how long they get must not tell of it.
        """
        mask = secrets.token_bytes(_DIGEST)
        return (mask + _masked(mask, self._form_secret)).hex()

    def is_own(self, form_token: str) -> bool:
        """Whether a form came from a page of this visitor."""
        try:
            sent = bytes.fromhex(form_token)
        except ValueError:
            return False
        return hmac.compare_digest(_masked(sent[:_DIGEST], sent[_DIGEST:]), self._form_secret)

    @property
    def _form_secret(self) -> bytes:
        return hmac.digest(self.token.encode(), b"form", "sha256")

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for the changing part of the page alone."""
        return self.request.headers.get("hx-request") == "true"

    def sent(self, name: str) -> str:
        """A field of the form, without outer blanks; empty when it was not sent."""
        return next((value.strip() for each, value in self.form if each == name), "")

    def secret(self, name: str) -> str:
        """A field of the form exactly as it was typed: a password."""
        return next((value for each, value in self.form if each == name), "")

    def link(self, path: str, tenant: str | None = None) -> str:
        """The address of a page of this tenant, or of another place."""
        return self.link_to(tenant or self.place.tenant, path)

    def platform(self, path: str) -> str:
        """The address of a page of the platform."""
        return self.link_to(None, path)

    def platform_file(self, name: str) -> str:
        """The address of a file, on the page's own host: the policy lets in no other."""
        path = f"/static/{name}?v={pages.version(name)}"
        return local(None, path) if self.place.by_path else path

    def link_to(self, tenant: str | None, path: str) -> str:
        if self.place.by_path:
            return local(tenant, path)
        return path if tenant == self.place.tenant else self.grounds.addresses.url(tenant, path)

    def _token_field(self) -> Markup:
        """The hidden field of every form."""
        return Markup('<input type="hidden" name="form_token" value="{}">').format(self.form_token)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page from its template."""
        notice = NOTICES.get(self.request.query_params.get("notice", ""))
        shared = {"visit": self, "notice": notice, "token": self._token_field, "utc": UTC}
        text = pages.render(template, {**shared, **values})
        return HTMLResponse(text, status)

    def go(self, path: str, notice: str = "") -> Response:
        """On to a page of this place, by GET, after something was done."""
        return self.go_to(self.place.tenant, path, notice)

    def go_to(self, tenant: str | None, path: str, notice: str = "") -> Response:
        if notice:
            path += ("&" if "?" in path else "?") + urlencode({"notice": notice})
        return RedirectResponse(self.link_to(tenant, path), 303)


def said(fault: AdministrationFault) -> str:
    """A fault as a sentence."""
    text = str(fault)
    return f"{text[:1].upper()}{text[1:]}."


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Screen:
    """One page or one form's target: what it takes to be let in, and who answers.

    `right` and `operation` name a cell of the table of rights (ACC-9); who has not got it finds nothing here.
    An `open` screen is for everybody, all others for who is logged in.
    """

    method: str
    path: str
    handler: Handler
    right: str = ""
    operation: str = "read"
    open: bool = False
