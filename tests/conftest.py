"""What every test may use. Tests run over SQLite always, and over PostgreSQL wherever one can be reached."""

import os
from collections.abc import Iterator

import httpx
import hypothesis
import pytest

from cellarhand.config import Settings
from tests.callers import LIMITS, Caller, House, Site
from tests.clusters import INITDB, POSTGRES_PROGRAM
from tests.servers import (
    CHROMIUM,
    POSTGRES,
    REDIS,
    LiveServer,
    PostgresDatabase,
    migrated,
    reachable,
    sqlite_url,
)

_NEEDED = {"postgres": ("PostgreSQL", POSTGRES), "redis": ("Redis", REDIS)}
# How long an example takes says something of the machine, not of what is tested.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ENGINES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def _missing() -> dict[str, str]:
    """What this machine has not got, by the marker of the tests that need it."""
    found: dict[str, str] = {}
    for marker, (name, url) in _NEEDED.items():
        if not reachable(url):
            place = httpx.URL(url)
            found[marker] = f"{name} can not be reached at {place.host}:{place.port or 'its usual port'}"
    if INITDB is None or POSTGRES_PROGRAM is None:
        found["cluster"] = (
            "PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)"
        )
    if CHROMIUM is None:
        found["browser"] = "Chromium is not installed (Debian: apt-get install chromium)"
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs something that is not there; where all is required, fail."""
    for marker, message in _missing().items():
        needing = [item for item in items if item.get_closest_marker(marker)]
        if needing and os.environ.get("CELLARHAND_TEST_REQUIRE") == "all":
            pytest.exit(f"{message}, and CELLARHAND_TEST_REQUIRE=all asks for it", returncode=1)
        items[:] = [item for item in items if item not in set(needing)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Told here and not while collecting: with several processes each of them collects.
    for message in _missing().values():
        terminalreporter.write_line(f"{message}: the tests that need it were left out", yellow=True)


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine that this run of the test is over: sqlite or postgres."""
    return request.param


@pytest.fixture(scope="session")
def database(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a migrated database of the session's own."""
    if engine == "sqlite":
        yield migrated(sqlite_url(tmp_path_factory.mktemp("database")))
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield migrated(made.url)
    finally:
        made.drop()


def _house(settings: Settings) -> Iterator[House]:
    with (
        LiveServer(settings) as server,
        httpx.Client(base_url=server.url, trust_env=False, verify=False, timeout=60, limits=LIMITS) as client,
    ):
        yield House(server, client)


@pytest.fixture(scope="session")
def house(database: str) -> Iterator[House]:
    """The server of most tests: its rate limiter is off."""
    # Events stay in the outbox, where tests look at them; tags are put on records when a test says so.
    yield from _house(
        Settings(
            database,
            rate_limit=0,
            web_rate_limit=0,
            deep_page_limit=0,
            access_log="off",
            web_hooks=False,
            populates_tags=False,
        )
    )


@pytest.fixture
def site(house: House) -> Site:
    """A fresh tenant."""
    house.forgive()
    return house.open()


@pytest.fixture
def heard(site: Site) -> None:
    """Web hooks wait for every event of the fresh tenant."""
    site.listen()


@pytest.fixture
def api(site: Site) -> Caller:
    """An app with every permission in a fresh tenant."""
    return site.app()


@pytest.fixture
def owner(site: Site) -> Caller:
    """An Admin Owner of the fresh tenant."""
    return site.person("Admin Owner")
