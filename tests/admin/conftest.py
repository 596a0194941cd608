"""A server with its admin site, and a mail server beside it."""

import asyncio
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from cellarhand import clock
from cellarhand.accounts import people, second_step, totp
from cellarhand.accounts.tenants import create_tenant
from cellarhand.config import Settings
from cellarhand.store.engine import open_store
from tests.admin.mailbox import Mailbox
from tests.admin.visitors import Page, Visitor
from tests.callers import PASSWORD, House, Site
from tests.servers import LiveServer, PostgresDatabase, free_port, migrated, sqlite_url

SENDER = "Cellarhand <mail@cellarhand.example>"


def settings_with_site(database: str, port: int, smtp_port: int) -> Settings:
    """A server at that port that hands its mail over there."""
    return Settings(
        database,
        rate_limit=0,
        access_log="off",
        admin_domain=f"localhost:{port}",
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_security="none",
        mail_from=SENDER,
    )


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@contextmanager
def _database(engine: str, folder: Path) -> Generator[str]:
    if engine == "sqlite":
        yield migrated(sqlite_url(folder))
        return
    made = PostgresDatabase()
    made.create()
    try:
        yield migrated(made.url)
    finally:
        made.drop()


@pytest.fixture(scope="session")
def site_database(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of this server alone: each house of the tests makes its own apps and people."""
    with _database(engine, tmp_path_factory.mktemp("site")) as url:
        yield url


@pytest.fixture(scope="session")
def admin_house(site_database: str, mailbox: Mailbox) -> Iterator[House]:
    port, database = free_port(), site_database
    with (
        LiveServer(settings_with_site(database, port, mailbox.port), port) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client,
    ):
        yield House(server, client)


@dataclass
class Winery:
    """A fresh tenant, and the people who come to its site."""

    site: Site
    mailbox: Mailbox
    visitors: list[Visitor] = field(default_factory=list[Visitor])

    @property
    def slug(self) -> str:
        return self.site.slug

    @property
    def port(self) -> int:
        return self.site.server.port

    def visitor(self) -> Visitor:
        """Somebody who is not logged in."""
        self.visitors.append(Visitor(self.port))
        return self.visitors[-1]

    def email(self, role: str) -> str:
        return f"{role.lower().replace(' ', '.')}@{self.slug}.example"

    def switch_codes_on(self) -> str:
        """The key of the owner's authenticator app, whose last used code is that of the step before."""
        store, run, secret = self.site.server.store, self.site.server.run, totp.new_secret()
        email = self.email("Admin Owner")
        code = totp.code_at(secret, clock.now() // totp.STEP_MS - 1)

        async def work() -> None:
            account_id = await people.account_id_of(store.reading(None), email)
            await second_step.switch_on(store, account_id, secret, code)

        run(work())
        return secret

    def staff(self, role: str = "Admin Owner", *, by_path: bool = False) -> Visitor:
        """A person of that role, logged in."""
        email = self.email(role)
        if email not in self.site.house.known:
            self.site.person(role, email)
        visitor = Visitor(self.port, by_path=by_path)
        self.visitors.append(visitor)
        page = visitor.log_in(email, PASSWORD)
        assert page.status == 200, page.text
        return visitor


@pytest.fixture
def winery(admin_house: House, mailbox: Mailbox) -> Iterator[Winery]:
    admin_house.forgive()
    winery = Winery(admin_house.open(), mailbox)
    yield winery
    for visitor in winery.visitors:
        visitor.client.close()


@pytest.fixture
def owner(winery: Winery) -> Visitor:
    return winery.staff()


Seer = Callable[[str], Page]


@pytest.fixture
def see(winery: Winery, owner: Visitor) -> Seer:
    """Pages of the winery as its owner sees them."""
    return lambda path: owner.see(winery.slug, path)


@pytest.fixture(scope="session")
def own_database(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the tenant `my-winery`, which no server uses."""
    with _database(engine, tmp_path_factory.mktemp("own")) as url:
        asyncio.run(_found(url))
        yield url


async def _found(url: str) -> None:
    store = open_store(url)
    await store.open()
    try:
        await create_tenant(store, "my-winery", company_name="A Winery", email="a@winery.example")
    finally:
        await store.close()
