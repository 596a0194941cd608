"""A18: at most 100 requests in any 60 seconds per tenant, to the request and the second."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
import redis

from cellarhand import clock
from cellarhand.config import Settings
from tests.callers import Caller, House, Site, basic
from tests.catalogue import TOO_MANY, is_answer
from tests.servers import REDIS, LiveServer

START = 1_900_000_000_000


def _house(settings: Settings) -> Iterator[House]:
    with (
        LiveServer(settings) as server,
        httpx.Client(base_url=server.url, trust_env=False, verify=False, timeout=60) as client,
    ):
        yield House(server, client)


@pytest.fixture(scope="module")
def limited(database: str) -> Iterator[House]:
    """A server with the limits of the reference."""
    yield from _house(Settings(database, access_log="off"))


@pytest.fixture
def site(limited: House) -> Site:
    limited.forgive()
    return limited.open()


@pytest.fixture
def api(site: Site) -> Caller:
    return site.app("limited-app", {"*": "Full"})


def _at(seconds: float, caller: Caller, path: str = "/customer") -> httpx.Response:
    with clock.frozen(START + int(seconds * 1000)):
        return caller.get(path)


def _use(seconds: float, caller: Caller, times: int) -> None:
    for _ in range(times):
        assert _at(seconds, caller).status_code == 200


def test_a_hundred_pass_and_the_next_is_told_when_to_come_back(api: Caller) -> None:
    _use(0, api, 99)
    hundredth = _at(20, api)
    assert hundredth.status_code == 200
    assert hundredth.headers["ratelimit-policy"] == '"tenant";q=100;w=60'
    assert hundredth.headers["ratelimit"] == '"tenant";r=0;t=40'
    answer = _at(20, api)
    is_answer(answer, 429, TOO_MANY)
    assert answer.headers["retry-after"] == "40"
    assert answer.headers["ratelimit-policy"] == '"tenant";q=100;w=60'
    assert answer.headers["ratelimit"] == '"tenant";r=0;t=40'


def test_every_counted_answer_tells_what_is_left(api: Caller) -> None:
    for left in (99, 98, 97):
        answer = _at(0, api)
        assert answer.headers["ratelimit"] == f'"tenant";r={left};t=0'
        assert answer.headers["ratelimit-policy"] == '"tenant";q=100;w=60'


def test_no_window_of_sixty_seconds_holds_more_wherever_it_begins(api: Caller) -> None:
    _use(0, api, 60)
    _use(30, api, 40)
    assert _at(59.999, api).status_code == 429
    assert _at(59.999, api).headers["retry-after"] == "1"
    _use(60, api, 60)
    answer = _at(60, api)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    _use(90, api, 40)
    assert _at(90, api).headers["retry-after"] == "30"


def test_a_refused_request_does_not_count(api: Caller) -> None:
    _use(0, api, 100)
    for _ in range(50):
        assert _at(30, api).status_code == 429
    _use(60, api, 100)


def test_all_credentials_of_a_tenant_count_together_and_tenants_do_not(site: Site, api: Caller) -> None:
    person = site.person("Admin Owner", "limited@people.example")
    with clock.frozen(START):
        token = site.stranger().but(authorization=site.token_of("limited@people.example"))
    other = site.house.open().app("limited-app", {"*": "Full"})
    _use(0, api, 50)
    _use(0, person, 50)
    for caller in (api, person, token):
        assert _at(0, caller).status_code == 429
    _use(0, other, 100)


def test_lists_by_cursor_are_neither_counted_nor_limited(api: Caller) -> None:
    for _ in range(5):
        answer = _at(0, api, "/customer?cursor=start")
        assert answer.status_code == 200
        assert not {"ratelimit", "ratelimit-policy"} & set(answer.headers)
    assert _at(0, api).headers["ratelimit"] == '"tenant";r=99;t=0'
    _use(0, api, 99)
    assert _at(0, api).status_code == 429
    for path in ("/customer?cursor=start", "/note?cursor=start&limit=1", "/wine-varietal?cursor=start"):
        assert _at(0, api, path).status_code == 200
    assert _at(0, api, "/customer?cursor=").status_code == 429
    assert _at(0, api, "/setting?cursor=start").status_code == 429


def test_a_page_above_a_hundred_is_one_a_minute_besides(api: Caller) -> None:
    deep = _at(0, api, "/customer?page=101")
    assert deep.status_code == 200
    assert deep.headers["ratelimit"] == '"tenant";r=99;t=0'
    answer = _at(10, api, "/note?page=5000&limit=1")
    is_answer(answer, 429, TOO_MANY)
    assert answer.headers["retry-after"] == "50"
    assert _at(10, api, "/customer?page=100").status_code == 200
    assert _at(59.9, api, "/customer?page=101").status_code == 429
    assert _at(60, api, "/customer?page=101").status_code == 200


def test_every_kind_of_request_counts_once_it_is_authenticated(site: Site, api: Caller) -> None:
    nil = "00000000-0000-0000-0000-000000000000"
    with clock.frozen(START):
        for left, (method, path, body) in enumerate(
            (
                ("GET", "", None),
                ("HEAD", "/customer", None),
                ("GET", f"/customer/{nil}", None),
                ("POST", "/customer", b"{"),
                ("PUT", f"/customer/{nil}", b"{}"),
                ("DELETE", "/customer/x", None),
                ("GET", "/customer?x=1", None),
            )
        ):
            answer = api.request(method, path, content=body)
            assert answer.headers["ratelimit"] == f'"tenant";r={99 - left};t=0'
        for caller, method, path in (
            (site.stranger(), "GET", "/customer"),
            (api.but(authorization=basic("x", "y")), "GET", "/customer"),
            (api, "GET", "/nope"),
            (api, "PATCH", "/customer"),
            (api, "OPTIONS", "/customer"),
        ):
            assert "ratelimit" not in caller.request(method, path).headers
        assert api.get("").headers["ratelimit"] == '"tenant";r=92;t=0'


def test_the_public_endpoint_has_a_limit_of_its_own_per_source_address(site: Site, api: Caller) -> None:
    nobody = site.stranger()
    _use(0, api, 100)
    for number in range(100):
        # Lists by cursor, which are free with credentials, count too: whoever reads them is not known.
        path = "/product/for-web?cursor=start" if number % 2 else "/setting/for-web"
        answer = _at(0, nobody, path)
        assert answer.status_code == 200
        assert answer.headers["ratelimit"].startswith(f'"address";r={99 - number};t=')
        assert answer.headers["ratelimit-policy"] == '"address";q=100;w=60'
    refused = _at(15, nobody, "/setting/for-web")
    is_answer(refused, 429, TOO_MANY)
    assert refused.headers["retry-after"] == "45"
    assert _at(60, nobody, "/setting/for-web").status_code == 200


def test_the_numbers_are_configured(limited: House, site: Site, api: Caller) -> None:
    settings = replace(limited.server.app.settings, rate_limit=3, rate_window=10, deep_page_limit=0)
    with LiveServer(settings) as server:
        caller = Caller(httpx.Client(base_url=server.url, trust_env=False, verify=False), api.headers)
        with clock.frozen(START):
            for left in (2, 1, 0):
                answer = caller.get("/customer?page=101")
                assert answer.headers["ratelimit-policy"] == '"tenant";q=3;w=10'
                assert answer.headers["ratelimit"].startswith(f'"tenant";r={left};')
            refused = caller.get("/customer")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
        caller._client.close()


def test_it_can_be_switched_off(limited: House, site: Site, api: Caller) -> None:
    settings = replace(limited.server.app.settings, rate_limit=0, web_rate_limit=0, deep_page_limit=0)
    with LiveServer(settings) as server:
        client = httpx.Client(base_url=server.url, trust_env=False, verify=False)
        caller, nobody = Caller(client, api.headers), Caller(client, site.stranger().headers)
        with clock.frozen(START):
            for _ in range(105):
                answer = caller.get("/customer?page=101")
                assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)
                assert nobody.get("/setting/for-web").status_code == 200
        client.close()


@pytest.mark.redis
def test_two_servers_share_their_limits_through_redis(limited: House, site: Site, api: Caller) -> None:
    settings = replace(limited.server.app.settings, rate_limit=10, rate_limit_store=REDIS)
    with redis.Redis.from_url(REDIS) as store:
        # Another installation may have counted a tenant of the same number there.
        store.delete(*store.keys("cellarhand:limit:*") or ["none"])
    with LiveServer(settings) as one, LiveServer(settings) as two:
        clients = [httpx.Client(base_url=s.url, trust_env=False, verify=False) for s in (one, two)]
        callers = [Caller(client, api.headers) for client in clients]
        for number in range(10):
            answer = callers[number % 2].get("/customer")
            assert answer.status_code == 200
            assert answer.headers["ratelimit"].startswith(f'"tenant";r={9 - number};')
        for caller in callers:
            refused = caller.get("/customer")
            is_answer(refused, 429, TOO_MANY)
            assert 1 <= int(refused.headers["retry-after"]) <= 60
            assert refused.headers["ratelimit"].startswith('"tenant";r=0;')
            assert caller.get("/customer?cursor=start").status_code == 200
        for server in (one, two):
            assert server.run(server.app._limiter.used(f"tenant:{site.tenant_id}")) == 10
            assert server.run(server.app._limiter.used("tenant:0")) == 0
        for client in clients:
            client.close()


def test_a_redis_that_is_away_leaves_each_server_to_itself(limited: House, site: Site, api: Caller) -> None:
    settings = replace(limited.server.app.settings, rate_limit=2, rate_limit_store="redis://127.0.0.1:1/0")
    with LiveServer(settings) as server:
        client = httpx.Client(base_url=server.url, trust_env=False, verify=False)
        caller = Caller(client, api.headers)
        assert [caller.get("/customer").status_code for _ in range(3)] == [200, 200, 429]
        client.close()
