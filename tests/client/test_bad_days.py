"""What the client repeats, what it does not, and what it says when it gives up."""

import asyncio
import logging
import random
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cellarhand.client import ConnectionBroken, RateLimited, Retries, ServerFailed, Unreadable
from cellarhand.testing.server import TestServer, TestTenant
from tests.client.conftest import Both

BODY = {"emails": [{"email": "ada@mail.example"}]}


@pytest.mark.parametrize("after", [0, None])
def test_429_is_waited_out_by_every_method(
    both: Both, client: Any, cellarhand_tenant: TestTenant, after: int | None
) -> None:
    cellarhand_tenant.faults.rate_limited(2, retry_after=after)
    assert both.done(client.customers.create(BODY))["id"]
    assert cellarhand_tenant.faults.met == 2


def test_429_in_the_end_is_raised_with_what_the_server_asked_for(
    both: Both, cellarhand_tenant: TestTenant
) -> None:
    client = both.tenants(cellarhand_tenant, retries=Retries(longest=30))
    cellarhand_tenant.faults.rate_limited(None, retry_after=31)
    with pytest.raises(RateLimited) as refused:
        both.done(client.customers.page())
    assert (refused.value.retry_after, cellarhand_tenant.faults.met) == (31, 1)


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_failures_of_the_server_are_repeated_where_that_is_safe(
    both: Both, client: Any, cellarhand_tenant: TestTenant, status: int
) -> None:
    made = both.done(client.customers.create(BODY))
    cellarhand_tenant.faults.server_error(2, status=status)
    assert both.done(client.customers.get(made["id"])) == made
    cellarhand_tenant.faults.server_error(2, status=status)
    assert both.done(client.customers.update(made["id"], {"city": "Napa"}))["city"] == "Napa"
    assert cellarhand_tenant.faults.met == 4


def test_a_post_that_may_have_taken_effect_is_not_repeated(
    both: Both, client: Any, cellarhand_tenant: TestTenant
) -> None:
    faults = cellarhand_tenant.faults
    faults.server_error(None, method="POST")
    with pytest.raises(ServerFailed) as failed:
        both.done(client.customers.create(BODY))
    assert (failed.value.status, failed.value.message, faults.met) == (500, "something went wrong", 1)
    faults.clear()
    faults.answer_lost(method="POST")
    with pytest.raises(ConnectionBroken) as broken:
        both.done(client.customers.create(BODY))
    assert broken.value.sent
    assert len(both.all(client.customers.list())) == 1


def test_a_post_is_repeated_when_the_caller_knows_that_it_may_be(
    both: Both, client: Any, cellarhand_tenant: TestTenant
) -> None:
    cellarhand_tenant.faults.server_error(method="POST")
    made = both.done(client.request("POST", "/customer", json=BODY, repeatable=True))
    assert made.status == 201


@pytest.mark.parametrize("fault", ["broken", "answer_lost", "truncated"])
def test_a_read_survives_broken_connections_and_half_answers(
    both: Both, client: Any, cellarhand_tenant: TestTenant, fault: str
) -> None:
    made = both.done(client.customers.create(BODY))
    getattr(cellarhand_tenant.faults, fault)(2)
    assert both.all(client.customers.list()) == [made]
    assert cellarhand_tenant.faults.met == 2


def test_a_deletion_whose_answer_was_lost_is_done(
    both: Both, client: Any, cellarhand_tenant: TestTenant
) -> None:
    made = both.done(client.customers.create(BODY))
    cellarhand_tenant.faults.answer_lost(method="DELETE")
    assert both.done(client.customers.delete(made["id"])) is None
    assert both.all(client.customers.list()) == []


def test_half_answers_for_ever_are_an_error(both: Both, client: Any, cellarhand_tenant: TestTenant) -> None:
    cellarhand_tenant.faults.truncated(None)
    with pytest.raises(Unreadable, match="no JSON"):
        both.done(client.customers.page())


def test_where_nobody_listens_nothing_was_sent(both: Both) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    client = both.at(f"http://127.0.0.1:{port}/v1", app=("a", "b"))
    with pytest.raises(ConnectionBroken) as broken:
        both.done(client.customers.create(BODY))
    assert not broken.value.sent


def test_slow_answers_end_with_the_timeout(both: Both, cellarhand_tenant: TestTenant) -> None:
    client = both.tenants(cellarhand_tenant, timeout=0.2, retries=Retries(most=1))
    cellarhand_tenant.faults.slow(5)
    with pytest.raises(ConnectionBroken):
        both.done(client.customers.page())


class _Together(BaseHTTPRequestHandler):
    """Answers nobody until the whole crowd has asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, _Crowded)
        self.server.crowd.wait(30)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""


class _Crowded(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, hands: int) -> None:
        super().__init__(("127.0.0.1", 0), _Together)
        self.crowd = threading.Barrier(hands)
        self.connections = 0

    def get_request(self) -> tuple[socket.socket, Any]:
        self.connections += 1
        return super().get_request()


def test_a_crowd_keeps_its_connections(both: Both) -> None:
    """One that is closed for being too many at rest may be the one that another thread has just taken."""
    hands = 40

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(client.request("GET", "") for _ in range(hands)))

    with _Crowded(hands) as server, ThreadPoolExecutor(hands + 1) as threads:
        threads.submit(server.serve_forever)
        client = both.at(f"http://127.0.0.1:{server.server_port}/v1", app=("a", "b"), rate_limit=0)
        try:
            for _ in range(3):
                if both.kind == "sync":
                    answers = list(threads.map(lambda _: client.request("GET", ""), range(hands)))
                else:
                    answers = both.done(at_once())
                assert [answer.status for answer in answers] == [200] * hands
        finally:
            server.shutdown()
    assert server.connections == hands


def test_the_log_holds_neither_secrets_nor_what_was_searched_for(
    both: Both, client: Any, cellarhand_tenant: TestTenant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "cellarhand.client")
    cellarhand_tenant.faults.server_error()
    both.all(client.customers.list(q="ada@mail.example"))
    told = "\n".join(record.getMessage() for record in caplog.records if record.name == "cellarhand.client")
    assert "GET /customer?limit,q,cursor: 200" in told
    assert "500 unknown; try 2 follows" in told
    for secret in ("ada@", cellarhand_tenant.app[1], "Basic"):
        assert secret not in told + repr(client)


def test_clients_of_one_tenant_share_its_limit_and_meet_no_429(tmp_path: Path) -> None:
    with TestServer(tmp_path, rate_limit=6, rate_window=1) as server:
        tenant = server.tenant()
        clients = [tenant.client(rate_limit=None, retries=Retries(most=1)) for _ in range(3)]
        failures: list[BaseException] = []

        def work(client: Any) -> None:
            try:
                for _ in range(5):
                    client.customers.page()
                    list(client.customers.list())
            except BaseException as failure:
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for client in clients:
            client.close()
    assert failures == []


def test_processes_that_seeded_chance_alike_do_not_come_back_at_the_same_moment() -> None:
    pauses: set[float] = set()
    for _ in range(5):
        random.seed(2024)
        before = random.getstate()
        pauses.add(Retries().wait(3, limited=False))
        assert random.getstate() == before, "who seeded it goes on where it was"
    assert len(pauses) > 1
    assert all(2.0 <= pause <= 4.0 for pause in pauses)
