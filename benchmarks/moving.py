"""The commands that move tenants, each in a process of its own as people run them, and what to move."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.machine import pinned
from cellarhand.accounts import people, tenants
from cellarhand.demo import wineries
from cellarhand.store.engine import open_store

SECRET = wineries.PASSWORD
_SECRETS = {f"CELLARHAND_{side}_SECRET": SECRET for side in ("SOURCE", "TARGET", "A", "B")}


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a command: seconds, seconds of processor time, and the most memory it held, in MB."""

    code: int
    seconds: float
    cpu: float
    memory: float
    stdout: str
    stderr: str


def command(*arguments: str) -> dict[str, Any]:
    """What `subprocess` needs for a command of ours."""
    return {
        "args": [sys.executable, "-m", "cellarhand", *arguments],
        "env": {**os.environ, **_SECRETS},
        "stdin": subprocess.DEVNULL,
    }


def run(folder: Path, *arguments: str) -> Ended:
    """A command from start to end, on all cores. `folder` holds what it prints."""
    out, err = folder / "command.out", folder / "command.err"
    began = time.monotonic()
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process: subprocess.Popen[Any] = subprocess.Popen(
            **command(*arguments), stdout=stdout, stderr=stderr, preexec_fn=pinned(None)
        )
        watched, memory = psutil.Process(process.pid), 0
        # What the system itself calls the most a process had is that of its parent to begin with.
        while (waited := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            memory = max(memory, watched.memory_info().rss)
            time.sleep(0.02)
    seconds, (_, status, used) = time.monotonic() - began, waited
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = used.ru_utime + used.ru_stime
    return Ended(process.returncode, seconds, spent, memory / 1e6, out.read_text(), err.read_text())


def pull(url: str, slug: str, email: str, archive: Path) -> Sequence[str]:
    """The words of a pull; `url` is that of the server, without `/v1`."""
    return ("pull", str(archive), "--url", f"{url}/v1", "--tenant", slug, "--user", email, "--json")


def push(url: str, slug: str, email: str, archive: Path) -> Sequence[str]:
    return ("push", str(archive), "--url", f"{url}/v1", "--tenant", slug, "--user", email, "--json")


def diff(a: str, b: str, database: Path, *more: str) -> Sequence[str]:
    """The words of a comparison; settings are each tenant's own."""
    return ("diff", a, b, "--database", f"sqlite:///{database}", "--without", "setting", "--json", *more)


def mover_of(slug: str) -> str:
    """The e-mail of who may push into a tenant that `add_target` made."""
    return f"data@{slug}.example"


async def _add(url: str, slug: str) -> None:
    store = open_store(url)
    await store.open()
    try:
        await tenants.create_tenant(
            store, slug, company_name="Empty", email=f"hello@{slug}.example", empty=True
        )
        names = {"first_name": "Dana", "last_name": "Data"}
        await people.create_account(store, slug, mover_of(slug), "Data", password=SECRET, **names)
    finally:
        await store.close()


def add_target(url: str, slug: str) -> None:
    """An empty tenant, and somebody of role Data in it."""
    asyncio.run(_add(url, slug))
