"""A2, A5.3: methods, headers and the connection that carries them."""

from collections.abc import Mapping

import pytest

from cellarhand.config import Settings
from tests.callers import NIL, Caller, RawConnection, Site
from tests.catalogue import (
    NOT_JSON,
    TOO_LARGE,
    UNAUTHENTICATED,
    UNKNOWN_ROUTE,
    WRONG_METHOD,
    WRONG_TYPE,
    invalid,
    is_answer,
)
from tests.servers import LiveServer

JSON = "application/json; charset=utf-8"
JANE = {"emails": [{"email": "jane@example.com"}]}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/customer", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/customer", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/customer", "GET, HEAD, OPTIONS, POST"),
        ("POST", f"/customer/{NIL}", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("PATCH", f"/note/{NIL}", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("GET", "/tag-x-object/customer", "OPTIONS, POST"),
        ("HEAD", "/tag-x-object/customer", "OPTIONS, POST"),
        ("GET", f"/tag-x-object/customer/{NIL}/{NIL}", "DELETE, OPTIONS"),
        ("PUT", "/setting", "GET, HEAD, OPTIONS"),
        ("POST", "/setting/for-web", "GET, HEAD, OPTIONS"),
        ("POST", "", "GET, HEAD, OPTIONS"),
        ("POST", "/account/user", "GET, HEAD, OPTIONS"),
        ("POST", "/trash", "GET, HEAD, OPTIONS"),
        ("TRACE", "/customer", "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_a_known_path_with_another_method_is_405_and_says_which_are_allowed(
    site: Site, method: str, path: str, allowed: str
) -> None:
    with site.raw() as raw:
        answer = raw.ask(method, f"/v1{path}")
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    assert answer.body == (b"" if method == "HEAD" else WRONG_METHOD)
    assert answer.headers["content-type"] == JSON


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/customers",
        "/Customer",
        "/CUSTOMER",
        "//customer",
        "/customer//",
        f"/customer/{NIL}/nope",
        f"/customer/{NIL}/address/{NIL}/x",
        f"/customer-address/{NIL}",
        "/tag",
        "/tag/product",
        "/tag/Customer",
        "/tag/clubMembership",
        "/tag-x-object/product",
        "/meta-data-config",
        "/meta-data-config/coupon",
        "/webhook",
        "/webhooks",
        f"/trash/{NIL}",
        f"/wine-varietal/{NIL}",
        "/pos-profile",
        "/query",
        "/email",
        "/allocation",
        "/ping",
        f"/customer/{NIL}/order",
        "/account",
        "/%00",
        "/%ff",
    ],
)
def test_an_unknown_path_is_404(api: Caller, site: Site, path: str) -> None:
    with site.raw() as raw:
        answer = raw.ask("GET", f"/v1{path}", api.headers)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (404, UNKNOWN_ROUTE, JSON)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/v2/customer", "/beta/customer", "/v1x", "/nothing", "/v1.0/customer"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "OPTIONS"])
def test_what_is_no_v1_is_an_unknown_route_too(site: Site, method: str, path: str) -> None:
    with site.raw() as raw:
        answer = raw.ask(method, path)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (404, UNKNOWN_ROUTE, JSON)
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_beside_the_api_refuses_a_wrong_method_in_the_same_form(site: Site) -> None:
    with site.raw() as raw:
        answer = raw.ask("POST", "/healthz")
    assert (answer.status, answer.body, answer.headers["content-type"]) == (405, WRONG_METHOD, JSON)
    assert answer.headers["allow"] == "GET, HEAD"


def test_one_trailing_slash_is_ignored(api: Caller) -> None:
    made = api.made("/customer/", JANE)
    for path in ("/customer/", f"/customer/{made['id']}/", f"/customer/{made['id']}/address/", "/setting/"):
        assert api.get(path).status_code == 200
    api.gone(f"/customer/{made['id']}/")


def test_percent_forms_in_a_path_are_decoded(api: Caller, site: Site) -> None:
    with site.raw() as raw:
        assert raw.ask("GET", "/v1/cust%6Fmer", api.headers).status == 200


def test_head_answers_as_get_without_a_body(site: Site, api: Caller) -> None:
    made = api.made("/customer", JANE)
    with site.raw() as raw:
        for path in ("/v1/customer", f"/v1/customer/{made['id']}", f"/v1/customer/{NIL}", "/v1/nope", "/v1"):
            got, head = raw.ask("GET", path, api.headers), raw.ask("HEAD", path, api.headers)
            assert (head.status, head.body) == (got.status, b"")
            for name in ("content-type", "content-length", "cache-control"):
                assert head.headers[name] == got.headers[name]


def test_options_answers_204_with_what_a_browser_asks_for_and_takes_no_credentials(site: Site) -> None:
    answer = site.stranger().but(tenant=None).request("OPTIONS", "/customer")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type, tenant"
    assert "access-control-allow-origin" not in answer.headers


def test_options_on_an_unknown_route_is_404(site: Site) -> None:
    is_answer(site.stranger().request("OPTIONS", "/nope"), 404, UNKNOWN_ROUTE)


def test_public_endpoints_are_open_to_every_origin(site: Site) -> None:
    caller = site.stranger().but(origin="https://shop.example")
    for method in ("GET", "OPTIONS", "HEAD"):
        answer = caller.request(method, "/setting/for-web")
        assert answer.headers["access-control-allow-origin"] == "*"
    refused = caller.but(tenant="no-such-tenant").get("/setting/for-web")
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")


def test_all_others_are_open_to_configured_origins_alone(site: Site, api: Caller, database: str) -> None:
    settings = Settings(
        database, rate_limit=0, access_log="off", cors_origins=("https://admin.example", "https://b.example")
    )
    with LiveServer(settings) as server, RawConnection(server.port) as raw:
        for origin in ("https://admin.example", "https://b.example"):
            for method, path in (("GET", "/customer"), ("OPTIONS", "/customer"), ("GET", "/nope")):
                answer = raw.ask(method, f"/v1{path}", api.headers | {"origin": origin})
                assert answer.headers["access-control-allow-origin"] == origin
                assert answer.headers["vary"] == "Origin"
        for origin in ("https://evil.example", "https://admin.example.evil.example", "null"):
            answer = raw.ask("GET", "/v1/customer", api.headers | {"origin": origin})
            assert "access-control-allow-origin" not in answer.headers


def test_nothing_is_kept_by_caches_but_the_public_endpoints(site: Site, api: Caller) -> None:
    for answer in (
        api.get("/customer"),
        api.post("/customer", JANE),
        api.get(f"/customer/{NIL}"),
        api.post("/customer", {}),
        site.stranger().get("/customer"),
        api.request("OPTIONS", "/customer"),
    ):
        assert answer.headers["cache-control"] == "no-store"
    assert "cache-control" not in site.stranger().get("/setting/for-web").headers


def test_an_answer_with_a_body_is_json_and_204_has_neither_body_nor_type(api: Caller) -> None:
    made = api.post("/customer", JANE)
    assert made.headers["content-type"] == JSON
    gone = api.delete(f"/customer/{made.json()['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-type" not in gone.headers
    assert "content-length" not in gone.headers


def test_no_etag_and_no_location_and_accept_is_ignored(api: Caller) -> None:
    made = api.but(accept="text/html").post("/customer", JANE)
    assert made.headers["content-type"] == JSON
    for answer in (made, api.get("/customer")):
        assert not {"etag", "location", "last-modified"} & set(answer.headers)


def test_a_request_id_is_returned_and_made_when_there_is_none_or_a_bad_one(api: Caller) -> None:
    for sent in ("abc-123", "A.b_c", "x" * 64):
        assert api.but(x_request_id=sent).get("").headers["x-request-id"] == sent
    seen = {api.get("").headers["x-request-id"] for _ in range(3)}
    for bad in ("x" * 65, "with blank", "<script>", 'quote"'):
        made = api.but(x_request_id=bad).get("").headers["x-request-id"]
        assert made != bad
        seen.add(made)
    assert len(seen) == 7


def test_a_connection_lives_on_after_every_error(site: Site, api: Caller) -> None:
    """The rest of a refused body is skipped, and the next request on the connection is read."""
    text = api.headers | {"content-type": "text/plain"}
    huge = b'{"x":"' + b"a" * (20 * 1024 * 1024) + b'"}'
    with site.raw() as raw:
        for headers, body, status, answered in (
            (text, b"not json", 415, WRONG_TYPE),
            (text, huge, 415, WRONG_TYPE),
            (api.headers, huge, 413, TOO_LARGE),
            (api.headers, b"{", 400, NOT_JSON),
            (api.headers, b"{}", 422, invalid(("emails", "required"))),
            ({"tenant": site.slug}, huge, 401, UNAUTHENTICATED),
        ):
            answer = raw.ask("POST", "/v1/customer", headers, body)
            assert (answer.status, answer.body) == (status, answered)
            assert raw.ask("GET", "/v1", api.headers).body == b'{"API":"OK"}'


def test_requests_sent_ahead_are_answered_in_their_order(site: Site, api: Caller) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in api.headers.items())
    with site.raw() as raw:
        for path in ("/v1", "/v1/nope", "/v1/customer"):
            raw.send(f"GET {path} HTTP/1.1\r\nhost: x\r\n{lines}\r\n".encode())
        assert [raw.answer().status for _ in range(3)] == [200, 404, 200]


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(site: Site, api: Caller) -> None:
    body = b'{"emails":[{"email":"waits@example.com"}]}'
    headers = {**api.headers, "content-length": str(len(body)), "expect": "100-continue"}
    with site.raw() as raw:
        raw.send(_head("POST", "/v1/customer", headers))
        assert raw.received(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.send(body)
        assert raw.answer("POST").status == 201


def test_requests_sent_in_one_go_are_answered_in_their_order(site: Site, api: Caller) -> None:
    made = api.made("/customer", JANE)
    paths = {f"/v1/customer/{made['id']}": 200, f"/v1/customer/{NIL}": 404, "/v1/customer?limit=0": 422}
    with site.raw() as raw:
        heads = [_head(method, path, api.headers) for path in paths for method in ("HEAD", "GET")]
        raw.send(b"".join(heads))
        for status in paths.values():
            assert (raw.answer("HEAD").status, raw.answer("GET").status) == (status, status)


def _head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "Host: 127.0.0.1", "", ""]).encode()
