"""The pytest plugin `cellarhand`: its fixtures. Nothing is loaded before a test asks for one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cellarhand.client import Client
    from cellarhand.testing.server import TestServer, TestTenant


@pytest.fixture(scope="session")
def cellarhand_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[TestServer]":
    """A running server for the whole session; `tenant()` makes further tenants, `base_url` tells where."""
    from cellarhand.testing.server import TestServer

    with TestServer(tmp_path_factory.mktemp("cellarhand")) as server:
        yield server


@pytest.fixture
def cellarhand_tenant(cellarhand_server: "TestServer") -> "TestTenant":
    """A fresh tenant: `base_url`, `slug`, credentials, `client()`, `async_client()` and `faults`."""
    return cellarhand_server.tenant()


@pytest.fixture
def cellarhand_client(cellarhand_tenant: "TestTenant") -> "Iterator[Client]":
    """A client of the fresh tenant, as an app that may do everything."""
    with cellarhand_tenant.client() as client:
        yield client
