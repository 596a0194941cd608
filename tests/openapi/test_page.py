"""The page at /docs: all of the document, nothing from elsewhere, and usable by everybody."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from cellarhand.http import docs
from cellarhand.http.routes import Routes
from tests.callers import House


class _Outline(HTMLParser):
    """Ids, links and tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [value for value in [found.get("id")] if value]
        self.links += [value for name, value in attrs if name in ("href", "src") and value]

    def all_of(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture(scope="module")
def text(routes: Routes) -> str:
    return docs.page(routes)


@pytest.fixture(scope="module")
def outline(text: str) -> _Outline:
    return _Outline(text)


def test_each_operation_is_on_the_page_once(outline: _Outline, routes: Routes) -> None:
    shown = [found["id"] for found in outline.all_of("details") if "data-words" in found]
    assert sorted(filter(None, shown)) == sorted(endpoint.name for endpoint in routes.endpoints)
    assert len(outline.ids) == len(set(outline.ids))


def test_each_link_leads_somewhere_on_this_server(outline: _Outline) -> None:
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    outside = {link for link in outline.links if not link.startswith("#")}
    assert outside == {"docs/docs.css", "docs/docs.js", "v1/openapi.json"}


def test_its_policy_allows_all_that_it_has(text: str, outline: _Outline) -> None:
    assert "style=" not in text
    assert not any(name.startswith("on") for _, found in outline.tags for name in found)
    assert [found.get("src") for found in outline.all_of("script")] == ["docs/docs.js"]
    assert list(outline.all_of("style")) == []


def test_it_has_landmarks_and_labels(outline: _Outline) -> None:
    tags = [tag for tag, _ in outline.tags]
    assert all(tags.count(each) == 1 for each in ("header", "nav", "main", "h1"))
    assert next(outline.all_of("html"))["lang"] == "en"
    (field,) = outline.all_of("input")
    assert [found["for"] for found in outline.all_of("label")] == [field["id"]]


def test_a_body_shows_name_type_need_default_and_rule(routes: Routes, document: dict[str, object]) -> None:
    operations = {each.id: each for part in docs.sections(routes, document) for each in part.operations}
    rows = {row.name: row for row in operations["create-customer-credit-card"].body}
    assert rows["maskedCardNumber"].required
    assert rows["gateway"].default == '"No Gateway"'
    assert rows["expiryMo"].rule == "1 to 12"
    assert rows["cardHolderName"].type == "string, null"
    assert "one of `Visa`" in rows["cardBrand"].rule
    nested = {row.name: row for row in operations["create-customer"].body}
    assert nested["emails[].email"].required
    assert nested["countryCode"].type == "country, null"


def test_an_answer_shows_its_members_in_wire_order(routes: Routes, document: dict[str, object]) -> None:
    (form,) = (f for part in docs.sections(routes, document) for f in part.forms if f.name == "Note")
    names = ["id", "type", "noteDate", "content", "customerId", "orderId", "dueDate", "accountId"]
    assert [row.name for row in form.rows] == [*names, "accountName", "isComplete", "createdAt", "updatedAt"]


def test_it_is_served_with_its_files(house: House) -> None:
    page = house.client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == docs.POLICY
    assert "unsafe" not in docs.POLICY
    for name, kind in docs.ASSETS.items():
        answer = house.client.get(f"/docs/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    for path in ("/docs/app.py", "/docs/..%2fapp.py", "/docs/docs.html"):
        assert house.client.get(path).status_code == 404


def test_a_server_that_shows_no_page_loads_no_templates() -> None:
    program = "import sys, cellarhand.http.app; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_document_is_served_to_everybody(house: House) -> None:
    answer = house.client.get("/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["openapi"] == "3.1.0"


def test_the_style_knows_dark_rooms_and_small_screens() -> None:
    style = docs.asset("docs.css").decode()
    assert "prefers-color-scheme: dark" in style
    assert "max-width" in style
    assert re.search(r"url\(|@import", style) is None
