"""A real browser, the system's Chromium, before a server with its site and a mail server."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.admin.conftest import Winery, settings_with_site
from tests.admin.mailbox import Mailbox
from tests.callers import PASSWORD, House
from tests.servers import CHROMIUM, LiveServer, free_port, migrated, sqlite_url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Closed with the module: its driver holds the event loop of the thread, which other tests need."""
    with sync_playwright() as driver:
        # Tests may run as root, where Chromium has no sandbox.
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Mailbox]]:
    """One engine is enough here: what pages do over both is tested without a browser."""
    url, port = migrated(sqlite_url(tmp_path_factory.mktemp("shop"))), free_port()
    with (
        Mailbox() as mailbox,
        LiveServer(settings_with_site(url, port, mailbox.port), port) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client,
    ):
        yield House(server, client), mailbox


@dataclass
class Desk:
    """A winery, and the windows of the people who work there."""

    winery: Winery
    browser: Browser
    windows: list[BrowserContext] = field(default_factory=list[BrowserContext])
    complaints: list[str] = field(default_factory=list[str])

    def window(self, **options: object) -> Page:
        """A window of nobody, with cookies of its own."""
        context = self.browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        self.windows.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def at(self, path: str, tenant: str | None = None) -> str:
        """The address of a page of the winery."""
        return f"http://{tenant or self.winery.slug}.admin.platform.localhost:{self.winery.port}{path}"

    def platform(self, path: str) -> str:
        return f"http://platform.localhost:{self.winery.port}{path}"

    def staff(self, role: str = "Admin Owner", **options: object) -> Page:
        """A window in which somebody of that role is logged in."""
        email = self.winery.email(role)
        if email not in self.winery.site.house.known:
            self.winery.site.person(role, email)
        page = self.window(**options)
        page.goto(self.platform("/login"))
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(self.at("/"))
        return page


@pytest.fixture
def desk(shop: tuple[House, Mailbox], chromium: Browser) -> Iterator[Desk]:
    """Whatever a window complains of, such as a script that the policy keeps out, fails the test."""
    house, mailbox = shop
    house.forgive()
    desk = Desk(Winery(house.open(), mailbox), chromium)
    yield desk
    for window in desk.windows:
        window.close()
    for visitor in desk.winery.visitors:
        visitor.client.close()
    assert desk.complaints == []
