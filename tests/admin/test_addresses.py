"""TEN-3: where the site is, and that no request can say it is elsewhere."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand.accounts.addresses import Addresses, Place, as_return, parse_return
from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import PASSWORD

BY_NAME = Addresses("shop.example", https=True)


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("platform.shop.example", "/login", Place(None, "/login", False)),
        ("PLATFORM.Shop.Example.:443", "/", Place(None, "/", False)),
        ("my-winery.admin.platform.shop.example", "/customers", Place("my-winery", "/customers", False)),
        ("my-winery.admin.platform.shop.example", "/static/site.css", Place(None, "/static/site.css", False)),
        ("a.b.admin.platform.shop.example", "/", None),
        ("platform.shop.example.evil.example", "/", None),
        ("evil-platform.shop.example", "/", None),
        ("shop.example", "/", None),
        ("any.name", "/admin", Place(None, "/", True)),
        ("any.name", "/admin/my-winery/customers", Place("my-winery", "/customers", True)),
        ("any.name", "/admin/_/login", Place(None, "/login", True)),
        ("any.name", "/admin/Not_A_Slug", None),
        ("any.name", "/administration", None),
        ("[::1]:8000", "/admin/_/", Place(None, "/", True)),
        ("", "/admin", Place(None, "/", True)),
    ],
)
def test_a_request_finds_its_place(host: str, path: str, expected: Place | None) -> None:
    assert BY_NAME.find(host, path) == expected


def test_whole_addresses_come_from_the_settings() -> None:
    assert BY_NAME.url("my-winery", "/x") == "https://my-winery.admin.platform.shop.example/x"
    assert BY_NAME.url(None, "/invite/t") == "https://platform.shop.example/invite/t"
    by_path = Addresses("10.0.0.7:8000", by_path=True)
    assert by_path.url("my-winery", "/x") == "http://10.0.0.7:8000/admin/my-winery/x"
    assert by_path.url(None, "/invite/t") == "http://10.0.0.7:8000/admin/_/invite/t"


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/winery//evil.example",
        "/winery/\\evil.example",
        "/winery/a\nb",
        "javascript:alert(1)",
        "/Winery/x",
        "",
        "/" + "a" * 3000,
    ],
)
def test_no_way_back_leads_out_of_the_site(text: str) -> None:
    assert parse_return(text) is None


@given(
    st.from_regex(r"[a-z0-9-]{2,63}", fullmatch=True) | st.none(),
    st.sampled_from(("/", "/a?b=c%20d", "/a/b")),
)
def test_a_way_back_is_read_as_it_was_written(tenant: str | None, path: str) -> None:
    assert parse_return(as_return(tenant, path)) == (tenant, path)


def test_the_log_in_leads_to_where_a_person_wanted_to_go(winery: Winery) -> None:
    winery.staff()
    visitor = winery.visitor()
    login = visitor.see(winery.slug, "/customers?q=rose&page=2")
    assert (login.host, login.path) == ("platform.localhost", "/login")
    there = login.send("/login", email=winery.email("Admin Owner"), password=PASSWORD)
    assert (there.host, there.path) == (f"{winery.slug}.admin.platform.localhost", "/customers")
    assert there.answer.url.params["q"] == "rose"


def test_the_log_in_leads_nowhere_else(winery: Winery) -> None:
    winery.staff()
    visitor = winery.visitor()
    login = visitor.see(None, "/login?next=https://evil.example/")
    there = login.send("/login", email=winery.email("Admin Owner"), password=PASSWORD, next="//evil.example/")
    assert there.host.endswith("platform.localhost")


def test_everything_works_by_path_too(winery: Winery) -> None:
    visitor = winery.staff(by_path=True)
    page = visitor.see(winery.slug, "/customers")
    assert (page.status, page.path) == (200, f"/admin/{winery.slug}/customers")
    inside = [link for link in page.links if link and not link.startswith(("#", "?"))]
    assert inside
    assert all(link.startswith("/admin/") or link == "/admin" for link in inside)
    cookie = next(each for each in visitor.client.cookies.jar)
    assert cookie.path == "/admin"


def test_a_false_host_changes_no_link(winery: Winery, owner: Visitor) -> None:
    asked = owner.see(None, "/forgotten", headers={"host": "platform.localhost:666"})
    assert asked.status == 200
    email = winery.email("Admin Owner")
    url = f"http://127.0.0.1:{winery.port}/admin/_/forgotten"
    with httpx.Client() as client:
        page = client.get(url, headers={"host": "evil.example"})
        token = page.text.split('form_token" value="')[1].split('"')[0]
        sent = client.post(
            url,
            data={"form_token": token, "email": email},
            headers={"host": "evil.example", "x-forwarded-host": "evil.example"},
            cookies={"cellarhand_site": page.cookies["cellarhand_site"]},
        )
        assert sent.status_code == 200
    link = winery.mailbox.link(email, "password")
    assert link.startswith(f"http://platform.localhost:{winery.port}/reset/")


def test_the_api_and_the_documentation_stand_where_they_stood(winery: Winery) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{winery.port}") as client:
        headers = {"host": f"platform.localhost:{winery.port}"}
        assert client.get("/v1", headers=headers).status_code == 401
        assert client.get("/docs", headers=headers).status_code == 200
        assert client.get("/healthz", headers=headers).text == "ok\n"


def test_without_the_site_nothing_of_it_answers(tmp_path: object, database: str) -> None:
    from cellarhand.config import Settings
    from tests.servers import LiveServer

    with LiveServer(Settings(database, admin=False, access_log="off")) as server:
        for path, host in (("/admin", "x"), ("/admin/_/login", "x"), ("/login", "platform.localhost")):
            assert httpx.get(server.url + path, headers={"host": host}).status_code == 404
