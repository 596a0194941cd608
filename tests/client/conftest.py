"""Both clients under one set of tests: what the async one returns is awaited here."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cellarhand.client import AsyncClient, Client, Retries
from cellarhand.testing.server import TestTenant

SOON = Retries(first=0.01, first_when_limited=0.01)


class Both:
    """One of the two clients; `of` makes one, `done` gives what a call comes to, `all` what a list holds."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._runner = asyncio.Runner()
        self._open: list[Any] = []

    def of(self, make: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        client = make(*arguments, **{"retries": SOON, **options})
        self._open.append(client)
        return client

    def tenants(self, tenant: TestTenant, role: str | None = None, **options: Any) -> Any:
        return self.of(tenant.client if self.kind == "sync" else tenant.async_client, role, **options)

    def at(self, base_url: str, **options: Any) -> Any:
        return self.of(Client if self.kind == "sync" else AsyncClient, base_url, "spectrawinery", **options)

    def done(self, value: Any) -> Any:
        if not inspect.isawaitable(value):
            return value

        async def wait() -> Any:
            return await value

        return self._runner.run(wait())

    def all(self, listed: Any) -> list[Any]:
        if not hasattr(listed, "__aiter__"):
            return list(listed)

        async def gather() -> list[Any]:
            return [each async for each in listed]

        return self._runner.run(gather())

    def close(self) -> None:
        for client in self._open:
            self.done(client.close())
        self._runner.close()


@pytest.fixture(params=["sync", "async"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    made = Both(request.param)
    yield made
    made.close()


@pytest.fixture
def client(both: Both, cellarhand_tenant: TestTenant) -> Any:
    """A client of a fresh tenant, sync in one run of the test and async in the other."""
    return both.tenants(cellarhand_tenant)
