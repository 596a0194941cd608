"""A server that sends web hooks, over a database of its own, and a receiver on this machine."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from cellarhand.config import Settings
from cellarhand.events import courier
from cellarhand.events.deliveries import DELIVERY
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.store.conditions import By, equal
from tests.callers import Caller, House, Site
from tests.receivers import SECONDS, Received, Receiver, receiving
from tests.servers import LiveServer, PostgresDatabase, migrated, sqlite_url


def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield migrated(sqlite_url(folder))
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield migrated(made.url)
    finally:
        made.drop()


@pytest.fixture(scope="module")
def own_database(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from _database(engine, tmp_path_factory.mktemp("hooks"))


@pytest.fixture(scope="module")
def house(own_database: str) -> Iterator[House]:
    """A server that sends hooks to this machine too."""
    settings = Settings(own_database, rate_limit=0, access_log="off", web_hook_reach="loopback")
    with (
        # What tests would spend their time on.
        patch.object(courier, "SECONDS_BETWEEN_LOOKS", 0.03),
        LiveServer(settings) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client,
    ):
        yield House(server, client)


@pytest.fixture
def empty(engine: str, tmp_path: Path) -> Iterator[str]:
    """A migrated database without tenants, for one test."""
    yield from _database(engine, tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@dataclass
class Hooked:
    """A tenant with one app, and what its hooks are about to do."""

    site: Site
    api: Caller
    receiver: Receiver

    def hook(self, object: str = "Customer", action: str = "Create", path: str = "/", **more: Any) -> Any:
        body = {"object": object, "action": action, "url": f"{self.receiver.url}{path}", **more}
        return self.api.made("/web-hook", body)

    def customer(self, name: str = "Jane") -> Any:
        return self.api.made(
            "/customer", {"firstName": name, "emails": [{"email": f"{name}@example.com".lower()}]}
        )

    def waiting(self, hook_id: str) -> list[tuple[int, int]]:
        """Attempts made and due time of each delivery of a hook, in the order of its queue."""

        async def work() -> list[tuple[int, int]]:
            unit = self.site.server.store.reading(self.site.tenant_id)
            names = ("attempts", "due_at")
            rows = await unit.rows(DELIVERY, names, equal("hook_id", hook_id), (By("seq"),))
            return [(row[0], row[1]) for row in rows]

        return self.site.server.run(work())

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Wait for what the server does by itself."""
        ends = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < ends, "it never came to that"
            time.sleep(0.01)

    def until(self, hook_id: str, *attempts: int) -> list[int]:
        """Due times, once so many attempts were made for each delivery of the hook that waits."""
        self.wait_until(lambda: [made for made, _ in self.waiting(hook_id)] == list(attempts))
        return [due for _, due in self.waiting(hook_id)]

    def log(self, count: int) -> list[Any]:
        """The log's rows, newest first, once there are so many."""

        def rows() -> list[Any]:
            return self.api.seen("/web-hook-log")["webHookLogs"]

        self.wait_until(lambda: len(rows()) >= count)
        return rows()

    def set_waiting(self, hook_id: str, **values: int) -> None:
        """Age what waits for a hook."""
        self.site.server.write(
            self.site.tenant_id, lambda unit: unit.update(DELIVERY, equal("hook_id", hook_id), values)
        )

    def set_failing_since(self, hook_id: str, at: int) -> None:
        self.site.server.write(
            self.site.tenant_id,
            lambda unit: unit.update(WEB_HOOK.table, equal("id", hook_id), {"failing_since": at}),
        )


@pytest.fixture
def hooked(house: House, receiver: Receiver) -> Hooked:
    site = house.open()
    return Hooked(site, site.app(), receiver)


def names(received: list[Received]) -> list[str]:
    return [each.payload["firstName"] for each in received]
