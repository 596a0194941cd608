"""Moving the demo's winery: pulled from a server, pushed into an empty tenant, and a tenant for a test.

The commands are those that people run, in processes of their own; the server's limits are off. By itself,
`python -m benchmarks.transfer medium` prints each with the CPU that the command took, and
`python -m benchmarks.transfer kills 100` ends pushes at random moments and compares what is there in the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cellarhand.accounts import people, tenants
from cellarhand.demo import wineries
from cellarhand.store import migrate
from cellarhand.store.engine import open_store
from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.archive import Archive

TARGET = "empty-winery"
EMAIL = "data@empty-winery.example"
SECRET = wineries.PASSWORD
_LISTS = ("customer", "customer-address", "order", "note", "product", "tag.customer")


async def _fill(url: str, size: wineries.Size) -> None:
    """The demo's winery and an empty tenant beside it, each with somebody of role Data."""
    await migrate.upgrade(url)
    store = open_store(url)
    await store.open()
    try:
        await wineries.prepare(store, size, 7, lambda _: None)
        await add_target(store, TARGET, EMAIL)
    finally:
        await store.close()


async def add_target(store: Any, slug: str, email: str) -> None:
    await tenants.create_tenant(store, slug, company_name="Empty", email=f"hello@{slug}.example", empty=True)
    names = {"first_name": "Dana", "last_name": "Data"}
    await people.create_account(store, slug, email, "Data", password=SECRET, **names)


def _run(*arguments: str, secrets: dict[str, str]) -> tuple[int, float, float, str]:
    """The command: its exit code, seconds, seconds of CPU, and what it answered."""
    env = {**os.environ, **secrets}
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    command = [sys.executable, "-m", "cellarhand", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime
    return done.returncode, time.monotonic() - began, cpu, done.stdout or done.stderr


def _pull(url: str, slug: str, email: str, archive: Path, *more: str) -> tuple[int, float, float, str]:
    place = ("--url", f"{url}/v1", "--tenant", slug, "--user", email, *more)
    return _run("pull", str(archive), *place, "--json", secrets={"CELLARHAND_SOURCE_SECRET": SECRET})


def _push(url: str, slug: str, email: str, archive: Path) -> tuple[int, float, float, str]:
    place = ("--url", f"{url}/v1", "--tenant", slug, "--user", email)
    return _run("push", str(archive), *place, "--json", secrets={"CELLARHAND_TARGET_SECRET": SECRET})


def _serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A server without limits, and where it listens."""
    log, text = (folder / "server.log").open("wb"), ""
    options = ["--port", "0", "--rate-limit", "0", "--access-log", "off"]
    command = [sys.executable, "-m", "cellarhand", "serve", "--database", str(folder / "cellarhand.db")]
    process = subprocess.Popen([*command, *options], stdout=log, stderr=log)
    for _ in range(300):
        time.sleep(0.1)
        text = (folder / "server.log").read_text()
        if "http://" in text:
            return process, "http://" + text.split("http://", 1)[1].split()[0].rstrip("/").removesuffix("/v1")
    raise RuntimeError(text)


def measure(size: str) -> None:
    """Pull, push, and pull again: each timed, and what came back compared."""
    import psutil

    with tempfile.TemporaryDirectory(prefix="cellarhand-bench-") as name:
        folder = Path(name)
        began = time.monotonic()
        asyncio.run(_fill(f"sqlite:///{folder / 'cellarhand.db'}", wineries.SIZES[size]))
        print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
        process, url = _serve(folder)
        server = psutil.Process(process.pid)
        try:
            first, again = folder / "first.archive", folder / "again.archive"
            for title, work in (
                ("pull", lambda: _pull(url, wineries.SLUG, wineries.DATA, first)),
                ("push", lambda: _push(url, TARGET, EMAIL, first)),
                ("pull again", lambda: _pull(url, TARGET, EMAIL, again)),
            ):
                before = sum(server.cpu_times()[:2])
                code, seconds, cpu, text = work()
                served = sum(server.cpu_times()[:2]) - before
                print(
                    f"{title}: exit {code}, {seconds:.1f} s; CPU {cpu:.1f} s, server {served:.1f} s",
                    flush=True,
                )
                if code:
                    print(text[:2000])
                elif title == "push":
                    lists = json.loads(text)["lists"]
                    print(
                        "  "
                        + ", ".join(f"{e['list']} {e['seconds']:.1f} s" for e in lists if e["seconds"] > 1)
                    )
            print(f"{differing(first, again)} of their records differ, ranks and locations aside")
        finally:
            process.terminate()
            process.wait()


def differing(a: Path, b: Path) -> int:
    """How many records of the largest lists are not alike, but for what a push can't make so."""
    first, second = Archive.open(a), Archive.open(b)
    found = 0
    for name in _LISTS:
        mine, theirs = dict(first.records(name)), dict(second.records(name))
        for id in mine.keys() | theirs.keys():
            before, after = _plain(mine.get(id)) or {}, _plain(theirs.get(id)) or {}
            if before != after:
                found += 1
                named = [n for n in before | after if before.get(n) != after.get(n)]
                print(f"  {name} {id}: {', '.join(named)}")
    return found


def _plain(text: bytes | None) -> Any:
    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {n: strip(each) for n, each in value.items() if n not in ("rank", "inventory")}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return strip(json.loads(text)) if text is not None else None


def kills(times: int) -> None:
    """End pushes at random moments, go on each time, and compare what is there in the end."""
    with tempfile.TemporaryDirectory(prefix="cellarhand-bench-") as name:
        folder = Path(name)
        asyncio.run(_fill(f"sqlite:///{folder / 'cellarhand.db'}", wineries.SIZES["small"]))
        process, url = _serve(folder)
        try:
            first, again = folder / "first.archive", folder / "again.archive"
            assert _pull(url, wineries.SLUG, wineries.DATA, first, "--nested")[0] == 0
            chance, killed = random.Random(times), 0
            command = [sys.executable, "-m", "cellarhand", "push", str(first), "--url", f"{url}/v1"]
            command += ["--tenant", TARGET, "--user", EMAIL]
            env = {**os.environ, "CELLARHAND_TARGET_SECRET": SECRET}
            rounds = 0
            while killed < times:
                rounds += 1
                if rounds % 10 == 0:
                    # All is there by now: begin again without a ledger, as after a loss of the disk.
                    subprocess.run(["rm", "-rf", f"{first}.push"], check=True)
                pushing = subprocess.Popen(
                    command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
                time.sleep(chance.uniform(0.3, 2.0))
                pushing.kill()
                killed += pushing.wait() == -9
            code, *_, text = _push(url, TARGET, EMAIL, first)
            print(f"{killed} killed; the last push: exit {code} {text[:300] if code else ''}")
            assert _pull(url, TARGET, EMAIL, again, "--nested")[0] == 0
            print(f"{differing(first, again)} records differ")
        finally:
            process.terminate()
            process.wait()


def fresh_tenants(count: int = 50) -> float:
    """Milliseconds of one tenant of the pytest plugin, after the first."""
    with tempfile.TemporaryDirectory() as name, TestServer(Path(name)) as server:
        server.tenant()
        began = time.monotonic()
        made: list[TestTenant] = [server.tenant() for _ in range(count)]
        return (time.monotonic() - began) * 1000 / len(made)


if __name__ == "__main__":
    if sys.argv[1] == "kills":
        kills(int(sys.argv[2]))
    elif sys.argv[1] == "tenants":
        print(f"a fresh tenant: {fresh_tenants():.1f} ms")
    else:
        measure(sys.argv[1])
