"""GEN-4: whatever happens to server processes, what was committed is sent, and in the usual case once."""

import asyncio
import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from cellarhand.accounts.apps import create_app, install_app
from cellarhand.accounts.tenants import create_tenant
from cellarhand.cli.program import program
from cellarhand.store.engine import open_store
from tests.callers import NIL, basic
from tests.cli.programs import Program
from tests.receivers import SECONDS, Receiver, Reply

APP, SECRET = "hooks-app", "a secret of the app"


class Shop:
    """A tenant in a database, and server processes over it."""

    def __init__(self, database: str, folder: Path, receiver: Receiver) -> None:
        self.database, self.receiver = database, receiver
        self._folder, self._stack, self._count = folder, ExitStack(), 0
        self.headers = {"tenant": "winery"}

    def __enter__(self) -> "Shop":
        async def found() -> None:
            store = open_store(self.database)
            await store.open()
            try:
                await create_tenant(store, "winery", company_name="A Winery", email="hello@a.example")
                await create_app(store, APP, APP, {"*": "Full"}, secret=SECRET)
                await install_app(store, APP, "winery")
            finally:
                await store.close()

        asyncio.run(found())
        self.headers["authorization"] = basic(APP, SECRET)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, *more: str) -> Program:
        self._count += 1
        arguments = ("serve", "--database", self.database, "--rate-limit", "0", *more)
        folder = self._folder / f"server-{self._count}"
        return self._stack.enter_context(Program(folder, *arguments, "--web-hook-reach", "loopback"))

    def post(self, server: Program, path: str, body: Any) -> Any:
        answer = server.client.post(f"/v1{path}", json=body, headers=self.headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def hook(self, server: Program) -> Any:
        body = {"object": "Customer", "action": "Create", "url": f"{self.receiver.url}/"}
        return self.post(server, "/web-hook", body)

    def customer(self, server: Program, name: str) -> Any:
        return self.post(server, "/customer", {"firstName": name, "emails": [{"email": f"{name}@a.example"}]})

    def until_logged(self, server: Program, count: int) -> list[Any]:
        ends = time.monotonic() + SECONDS
        rows: list[Any] = []
        while time.monotonic() < ends:
            rows = server.client.get("/v1/web-hook-log", headers=self.headers).json()["webHookLogs"]
            if len(rows) >= count:
                return rows
            time.sleep(0.02)
        raise AssertionError(f"{len(rows)} of {count} are logged")


@pytest.fixture
def shop(empty: str, tmp_path: Path, receiver: Receiver) -> Iterator[Shop]:
    with Shop(empty, tmp_path, receiver) as made:
        yield made


def _names(receiver: Receiver) -> list[str]:
    return [each.payload["firstName"] for each in receiver.received]


def test_what_was_committed_is_sent_whenever_the_process_is_killed(shop: Shop) -> None:
    server = shop.start("--no-web-hooks")
    shop.hook(server)
    shop.customer(server, "jane")
    server.end(signal.SIGKILL)
    assert shop.receiver.received == []
    go_on = threading.Event()
    shop.receiver.answer = lambda _: Reply(when=go_on)
    server = shop.start()
    assert [each.payload["firstName"] for each in shop.receiver.wait_for(1)] == ["jane"]
    # Killed again, while the delivery is under way.
    server.end(signal.SIGKILL)
    go_on.set()
    server = shop.start()
    first, second = shop.receiver.wait_for(2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.text == second.text
    assert [row["isSuccess"] for row in shop.until_logged(server, 1)] == [True]


def test_asked_to_stop_it_finishes_what_is_under_way(shop: Shop) -> None:
    go_on = threading.Event()
    shop.receiver.answer = lambda _: Reply(when=go_on)
    server = shop.start()
    shop.hook(server)
    shop.customer(server, "jane")
    shop.receiver.wait_for(1)
    server.process.send_signal(signal.SIGTERM)
    threading.Timer(0.5, go_on.set).start()
    assert server.process.wait(10) == 0
    server = shop.start()
    assert [row["isSuccess"] for row in shop.until_logged(server, 1)] == [True]
    shop.customer(server, "john")
    shop.receiver.wait_for(2)
    assert _names(shop.receiver) == ["jane", "john"]


def test_two_processes_send_each_event_once_and_one_takes_over_from_the_other(shop: Shop) -> None:
    servers = [shop.start(), shop.start()]
    shop.hook(servers[0])
    names = [f"c{number}" for number in range(20)]
    for number, name in enumerate(names):
        shop.customer(servers[number % 2], name)
    shop.until_logged(servers[0], 20)
    assert sorted(_names(shop.receiver)) == sorted(names)
    # The first had the lead, because it was there first.
    servers[0].end(signal.SIGKILL)
    shop.customer(servers[1], "after")
    shop.until_logged(servers[1], 21)
    assert sorted(_names(shop.receiver)) == sorted([*names, "after"])


def test_workers_send_what_each_of_them_commits_once_and_tell_it_together(shop: Shop) -> None:
    server = shop.start("--workers", "2")
    shop.hook(server)
    for number in range(10):
        # Each connection may go to either of them.
        server.client.close()
        server.client = httpx.Client(base_url=server.url, trust_env=False, timeout=30)
        shop.customer(server, f"c{number}")
    shop.until_logged(server, 10)
    text = server.client.get("/metrics").text
    assert sorted(_names(shop.receiver)) == [f"c{number}" for number in range(10)]
    assert 'cellarhand_web_hook_attempts_total{result="delivered"} 10.0' in text
    assert "cellarhand_web_hooks_waiting" in text


def _answer(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(program, ["web-hook", *arguments])
    return done.exit_code, done.output


def test_what_waits_is_shown_and_sent_again_when_asked(shop: Shop) -> None:
    shop.receiver.answer = lambda _: Reply(500)
    server = shop.start()
    hook = shop.hook(server)
    shop.customer(server, "jane")
    shop.until_logged(server, 1)
    database = ("--database", shop.database)
    code, text = _answer("pending", "winery", *database)
    assert code == 0
    assert f"{hook['id']}  Customer  Create  1 " in text
    [shown] = json.loads(_answer("pending", "winery", "--json", *database)[1])["webHooks"]
    assert list(shown) == ["webHookId", "object", "action", "waiting", "nextAttemptAt", "failingSince"]
    shop.receiver.answer = lambda _: Reply()
    code, text = _answer("resend", "winery", hook["id"], *database)
    assert (code, text) == (0, "1 deliveries are sent again within a minute\n")
    shop.until_logged(server, 2)
    assert _answer("pending", "winery", *database) == (0, "nothing waits in 'winery'\n")
    for wrong in (("pending", "nobody"), ("resend", "winery", hook["id"]), ("resend", "winery", NIL)):
        assert _answer(*wrong, *database)[0] == 1
