"""A server that sends web hooks, over a database of its own, and a receiver on this machine."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from cellarhand.config import Settings
from cellarhand.events.deliveries import DELIVERY
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.store.conditions import By, equal
from tests.callers import Caller, House, Site
from tests.receivers import SECONDS, Received, Receiver, receiving
from tests.servers import LiveServer, PostgresDatabase, migrated, sqlite_url

TRIES = SECONDS * 50


@pytest.fixture(scope="module")
def own_database(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if engine == "sqlite":
        yield migrated(sqlite_url(tmp_path_factory.mktemp("hooks")))
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield migrated(made.url)
    finally:
        made.drop()


@pytest.fixture(scope="module")
def house(own_database: str) -> Iterator[House]:
    """A server that sends hooks to this machine too."""
    settings = Settings(own_database, rate_limit=0, access_log="off", web_hook_reach="loopback")
    with (
        LiveServer(settings) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client,
    ):
        yield House(server, client)


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

    def until(self, hook_id: str, *attempts: int) -> list[int]:
        """Due times, once so many attempts were made for each delivery of the hook that waits."""

        async def pause() -> None:
            await asyncio.sleep(0.02)

        for _ in range(TRIES):
            found = self.waiting(hook_id)
            if [made for made, _ in found] == list(attempts):
                return [due for _, due in found]
            self.site.server.run(pause())
        raise AssertionError(f"{self.waiting(hook_id)}")

    def log(self, count: int, query: str = "") -> list[Any]:
        """The log's rows, newest first, once there are so many."""
        for _ in range(TRIES):
            rows = self.api.seen(f"/web-hook-log?limit=50{query}")["webHookLogs"]
            if len(rows) >= count:
                return rows
        raise AssertionError(f"{rows}")

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
