"""Takes the pictures of the admin site that docs and README show, with the system's Chromium.

The demo's winery at the end of its last day: the same data and clock, so pictures change with the site alone.
"""

import asyncio
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from cellarhand import clock
from cellarhand.config import Settings
from cellarhand.demo import wineries
from cellarhand.demo.people import LAST_MOMENT
from cellarhand.http.app import Server
from cellarhand.resources import TABLES
from cellarhand.store import fresh
from cellarhand.store.engine import open_store

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SEED = 7
WIDE, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 844}
QUALITY = 82
# What to show, by the name of its picture: the page, and the link there to follow first.
PICTURES = {
    "dashboard": ("/", ""),
    "customers": ("/customers?sort=-orderInformation.lifetimeValue", ""),
    "customer": ("/customers?sort=-orderInformation.lifetimeValue", "tbody a"),
    "orders": ("/orders?fulfillmentStatus=Not+Fulfilled", ""),
    "order": ("/orders?channel=Web", "tbody a"),
    "product": ("/products", "tbody a"),
    "membership": ("/memberships?status=On+Hold", "tbody a"),
}
ON_A_PHONE = {"phone": ("/", "")}


@contextmanager
def demo(folder: Path) -> Generator[str]:
    """The demo's server at the end of its last day; gives the address of its site."""
    url = f"sqlite:///{folder / 'demo.db'}"
    fresh.make(url, TABLES)
    asyncio.run(_fill(url))
    with socket.create_server(("127.0.0.1", 0)) as door, clock.frozen(LAST_MOMENT):
        port: int = door.getsockname()[1]
        settings = Settings(
            url, rate_limit=0, access_log="off", admin_domain=f"localhost:{port}", web_hooks=False
        )
        config = uvicorn.Config(Server(settings), lifespan="on", log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}/admin"
        finally:
            server.should_exit = True
            thread.join(20)


async def _fill(url: str) -> None:
    store = open_store(url, filling=True)
    await store.open()
    try:
        await wineries.prepare(store, wineries.SIZES["small"], SEED, lambda _: None)
    finally:
        await store.close()


def _log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/_/login")
    page.get_by_label("E-mail").fill(wineries.OWNER)
    page.get_by_label("Password").fill(wineries.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state()


def _take(page: Page, site: str, pictures: dict[str, tuple[str, str]]) -> None:
    for name, (path, link) in pictures.items():
        page.goto(f"{site}/{wineries.SLUG}{path}")
        if link:
            page.locator(link).first.click()
            page.wait_for_load_state()
        page.evaluate("document.fonts.ready")
        page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=QUALITY, animations="disabled")


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("make screenshots needs Chromium: install it with the system's package manager")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as site, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, pictures in ((WIDE, PICTURES), (PHONE, ON_A_PHONE)):
            page = browser.new_page(viewport=size, color_scheme="light", locale="en-US")  # type: ignore[arg-type]
            _log_in(page, site)
            _take(page, site, pictures)
        browser.close()
    taken = sorted(FOLDER.glob("*.jpg"))
    print(f"{len(taken)} pictures in {FOLDER}, {sum(path.stat().st_size for path in taken) // 1024} kB")


if __name__ == "__main__":
    main()
