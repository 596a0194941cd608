"""The real command, pushing the demo's winery into tenants of the test, in a process of its own."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cellarhand.demo import wineries
from cellarhand.store import migrate
from cellarhand.store.engine import open_store
from cellarhand.testing.faults import Faults
from cellarhand.testing.server import PASSWORD, TestServer, TestTenant
from cellarhand.transfer.archive import Archive
from cellarhand.transfer.compare import Difference
from cellarhand.transfer.diff import Wish, compare
from cellarhand.transfer.sources import ArchiveSource
from tests.cli.programs import environment

# Few lines in a call, so that small tenants take many of them.
_PROGRAM = """
import cellarhand.transfer.push
cellarhand.transfer.push.LINES = {lines}
{before}
from cellarhand.cli import main
main()
"""


def filled(folder: Path, customers: int) -> None:
    """A database with the demo's winery of so many customers, where a `TestServer` looks for it."""

    async def fill() -> None:
        url = f"sqlite:///{folder / 'cellarhand.db'}"
        await migrate.upgrade(url)
        store = open_store(url)
        await store.open()
        try:
            await wineries.prepare(store, wineries.Size.of_customers(customers), 7, lambda _: None)
        finally:
            await store.close()

    asyncio.run(fill())


def demo_tenant(server: TestServer) -> TestTenant:
    """The demo's winery as a tenant of the test."""
    found = TestTenant(server.base_url, wineries.SLUG, Faults())
    found.people = {"Data": (wineries.DATA, PASSWORD)}
    return found


def command(
    tenant: TestTenant, archive: Path, *more: str, role: str = "Data", before: str = "", lines: int = 40
) -> Any:
    """The arguments of `subprocess` for a push."""
    name, secret = tenant.people[role]
    place = ["push", str(archive), "--url", tenant.base_url, "--tenant", tenant.slug, "--user", name]
    program = _PROGRAM.format(before=before, lines=lines)
    env = environment({"CELLARHAND_TARGET_SECRET": secret})
    return {"args": [sys.executable, "-c", program, *place, *more], "env": env}


def push(tenant: TestTenant, archive: Path, *more: str, **options: Any) -> subprocess.CompletedProcess[str]:
    asked = command(tenant, archive, *more, **options)
    return subprocess.run(**asked, capture_output=True, text=True, timeout=90, check=False)


def pushed(
    tenant: TestTenant, archive: Path, *more: str, fails: bool = False, **options: Any
) -> dict[str, Any]:
    """What a push that ends with all records in the target, or some refused (`fails`), says of each list."""
    done = push(tenant, archive, "--json", *more, **options)
    assert done.returncode == int(fails), done.stderr or errors_of(done)[1][:3]
    return {each["list"]: each for each in json.loads(done.stdout)["lists"]}


def errors_of(done: subprocess.CompletedProcess[str]) -> tuple[Path, list[dict[str, Any]]]:
    """The file of errors that a push names, and what stands in it."""
    path = Path(json.loads(done.stdout)["errors"])
    return path, [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def differences(a: Path, b: Path) -> list[tuple[str, str, str]]:
    """Where two archives differ, by `cellarhand diff`: list, id, path. Settings are the target's own."""
    found: list[tuple[str, str, str]] = []

    def told(name: str, id: str, difference: Difference) -> None:
        found.append((name, id, difference.place))

    asyncio.run(compare(ArchiveSource(a), ArchiveSource(b), Wish(without=("setting", "web-hook")), told))
    return found


def records(archive: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(text) for _, text in Archive.open(archive).records(name)]


def count(archive: Path, name: str) -> int:
    return len(records(archive, name))
