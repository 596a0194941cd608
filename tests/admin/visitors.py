"""Somebody with a browser without scripts: pages, their links and forms, and cookies, over real HTTP."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from tests.callers import LIMITS

COOKIE = "cellarhand_site"


@dataclass
class Form:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    # What each select offers.
    choices: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


class _Reader(HTMLParser):
    """Finds forms, links and the text that a person reads."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.tags: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif self._form is None:
            return
        elif tag == "input" and "name" in given:
            if given.get("type") != "checkbox" or "checked" in given:
                self._form.fields.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select = given["name"]
            self._form.choices[self._select] = []
        elif tag == "option":
            self._form.choices[self._select].append(given.get("value", ""))
            if "selected" in given:
                self._form.fields.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._area = given["name"]
            self._form.fields.append((self._area, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area is not None and self._form is not None:
            self._form.fields[-1] = (self._area, data)


@dataclass
class Page:
    """An answer, read."""

    visitor: "Visitor"
    answer: httpx.Response

    def __post_init__(self) -> None:
        reader = _Reader()
        reader.feed(self.answer.text)
        self.forms, self.links, self.tags = reader.forms, reader.links, reader.tags
        self.text = " ".join(" ".join(reader.words).split())

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return urlsplit(str(self.answer.url)).path

    @property
    def host(self) -> str:
        return self.answer.url.host

    def form(self, ends: str = "") -> Form:
        """The form whose target ends so; the page's own target is the page. Those of the head don't count."""
        for each in self.forms:
            target = each.action.partition("?")[0]
            # What every page has is found only by its whole name.
            everywhere = "logout" in target or (target.endswith("/search") and ends != "/search")
            if not everywhere and target.endswith(ends):
                return each
        raise AssertionError(f"no form ends with {ends}: {[each.action for each in self.forms]}")

    def follow(self, *parts: str) -> "Page":
        """Go where the first link leads that has all of this in its address."""
        link = next(each for each in self.links if all(part in each for part in parts))
        return self.visitor.open(urljoin(str(self.answer.url), link))

    def send(self, ends: str = "", /, **values: str) -> "Page":
        """Fill a form in and send it."""
        return self.submit(self.form(ends), **values)

    def send_log_out(self) -> "Page":
        """Press Log out, which every page has."""
        return self.submit(next(each for each in self.forms if each.action.endswith("/logout")))

    def submit(self, form: Form, **values: str) -> "Page":
        """Send a form as it is, with other values where they are given; `a__b` stands for `a.b`."""
        named = {name.replace("__", "."): value for name, value in values.items()}
        kept = [(name, value) for name, value in form.fields if name not in named]
        target = urljoin(str(self.answer.url), form.action)
        return self.visitor.post(target, [*kept, *named.items()])


class Visitor:
    """A browser. Every name leads to this machine, as `*.localhost` does."""

    def __init__(self, port: int, *, by_path: bool = False) -> None:
        self.port, self.by_path = port, by_path
        self.client = httpx.Client(transport=_ToThisMachine(limits=LIMITS), follow_redirects=True, timeout=30)

    def at(self, tenant: str | None, path: str) -> str:
        if self.by_path:
            return f"http://127.0.0.1:{self.port}/admin/{tenant or '_'}{path}"
        lead = f"{tenant}.admin." if tenant else ""
        return f"http://{lead}platform.localhost:{self.port}{path}"

    def see(self, tenant: str | None, path: str, **more: Any) -> Page:
        return Page(self, self.client.get(self.at(tenant, path), **more))

    def open(self, url: str) -> Page:
        return Page(self, self.client.get(url))

    def post(self, url: str, fields: list[tuple[str, str]]) -> Page:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return Page(self, self.client.post(url, content=urlencode(fields), headers=headers))

    def log_in(self, email: str, password: str) -> Page:
        return self.see(None, "/login").send("/login", email=email, password=password)

    @property
    def cookie(self) -> str | None:
        return next((each.value for each in self.client.cookies.jar if each.name == COOKIE), None)


class _ToThisMachine(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # The Host header was set from the address; only the connection goes elsewhere.
        url = request.url.copy_with(host="127.0.0.1")
        sent = httpx.Request(
            request.method,
            url,
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return super().handle_request(sent)
