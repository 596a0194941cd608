"""The machine: what runs on which core, which tools are there, and what to know when reading numbers."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1


class Missing(Exception):
    """Something that a scenario needs is not installed; the text says what to install."""


def pin(core: int | None) -> None:
    """Keep this process on one core, or let it have all again, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        cores = os.cpu_count() or 1
        os.sched_setaffinity(0, range(cores) if core is None else {core % cores})


def pinned(core: int | None) -> Callable[[], None]:
    """For `preexec_fn`: the child runs on that core, or on all."""
    return lambda: pin(core)


def start(command: Sequence[str], core: int | None, log: Path) -> subprocess.Popen[bytes]:
    """A process on that core; what it complains of goes into `log`, what it prints goes nowhere."""
    with log.open("wb") as complaints:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            preexec_fn=pinned(core),
        )


def run(command: Sequence[str], core: int) -> str:
    """What a finished program printed; an error with its own words when it failed."""
    done = subprocess.run(
        command, capture_output=True, text=True, preexec_fn=pinned(core), timeout=300, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def tool(name: str, package: str, *folders: Path) -> str:
    """The path of a program."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders)])
    found = shutil.which(name, path=places)
    if found is None:
        raise Missing(f"{name} is not installed: on Debian and Ubuntu `apt install {package}`")
    return found


def notes(cache: Path) -> list[str]:
    """What the numbers were made on."""
    model = platform.processor() or platform.machine()
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.exists():
        names = [line for line in cpu_info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    cores = os.cpu_count() or 1
    pinning = "server on core 0, load on core 1" if hasattr(os, "sched_setaffinity") else "no pinning here"
    found = [
        f"{cores} cores ({model}), {platform.system()}, {pinning}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, one worker",
    ]
    load = os.getloadavg()[0]
    if load > 0.5:
        found.append(f"load {load:.1f} before the start: something else runs here, trust the ratios only")
    if cores < 2:
        found.append("one core: server and load generator share it, ratios come out too high")
    if _file_system(cache) in ("tmpfs", "ramfs"):
        found.append(f"{cache} lies in memory: writes cost no disk here, name a --cache on a disk")
    return found


def _file_system(path: Path) -> str:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    best, kind = "", ""
    for line in mounts.read_text().splitlines():
        _, point, found, *_ = line.split()
        if path.resolve().is_relative_to(point) and len(point) >= len(best):
            best, kind = point, found
    return kind


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
