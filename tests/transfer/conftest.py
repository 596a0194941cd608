"""The demo's winery, to be moved."""

from collections.abc import Iterator

import pytest

from cellarhand.testing.server import TestServer
from tests.transfer.pushing import filled


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server with the demo's winery of 40 customers."""
    folder = tmp_path_factory.mktemp("demo")
    filled(folder, 40)
    with TestServer(folder) as running:
        yield running
