"""`python -m benchmarks.kills 100`: `kill -9` at so many random moments of pull, at as many of push, and at a
tenth as many of the server during a push. Each time that a command ends, `cellarhand diff` must find nothing.

Exits with 1 when anything differs, was lost, or could not go on.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bench import free_port, wait_for
from benchmarks.moving import add_target, command, diff, mover_of, pull, push, run
from benchmarks.orders import fill
from cellarhand.demo import wineries
from cellarhand.transfer.ledger import folder_of

CUSTOMERS = 300
_LOSES_LEDGER = 0.1
"""How often what is written beside the archive is lost too, as when a disk is replaced."""


@dataclass
class Kills:
    """One database, its server, and what was found so far."""

    folder: Path
    chance: random.Random
    port: int = field(default_factory=free_port)
    faults: list[str] = field(default_factory=list[str])
    _server: subprocess.Popen[Any] | None = None

    @property
    def database(self) -> Path:
        return self.folder / "cellarhand.db"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start the server, for the first time or after its end."""
        log = self.folder / "server.log"
        options = ("--database", f"sqlite:///{self.database}", "--rate-limit", "0", "--access-log", "off")
        with log.open("ab") as complaints:
            serve = command("serve", "--port", str(self.port), *options)
            server: subprocess.Popen[Any] = subprocess.Popen(**serve, stdout=complaints, stderr=complaints)
        self._server = server
        wait_for(self.port, server, log)

    def end(self, *, kill: bool = False) -> None:
        if self._server is not None:
            (self._server.kill if kill else self._server.terminate)()
            self._server.wait()

    def killed(self, words: tuple[str, ...], longest: float) -> int | None:
        """Run a command, and kill it at a random moment; None when it was killed, else its exit code."""
        with (self.folder / "command.err").open("wb") as complaints:
            process = subprocess.Popen(**command(*words), stdout=subprocess.DEVNULL, stderr=complaints)
        try:
            process.wait(self.chance.uniform(0.2, longest))
        except subprocess.TimeoutExpired:
            process.kill()
        code = process.wait()
        return None if code == -9 else code

    def expect(self, what: str, code: int) -> None:
        """A command must end well."""
        if code:
            self.faults.append(
                f"{what} ended with {code}: {(self.folder / 'command.err').read_text()[-500:]}"
            )

    def compare(self, what: str, a: str, b: str) -> None:
        """Nothing may differ that is not explained."""
        found = run(self.folder, *diff(a, b, self.database, "--without", "web-hook"))
        if found.code:
            told = json.loads(found.stdout)["differences"] if found.stdout else found.stderr
            self.faults.append(f"{what}: {json.dumps(told)[:2000]}")


def pulls(kills: Kills, times: int) -> int:
    """Pulls that are killed, from new archives and over older ones; how many came to their end."""
    ended = number = done = 0
    archive = kills.folder / "0.archive"
    words = tuple(pull(kills.url, wineries.SLUG, wineries.DATA, archive))
    longest = 1.2 * run(kills.folder, *words, "--full", "--nested").seconds
    while done < times:
        # By turns a first pull, changes on top of it, and everything anew.
        code = kills.killed((*words, "--nested", *(("--full",) if number % 3 == 2 else ())), longest)
        if code is None:
            done += 1
            continue
        kills.expect("pull", code)
        kills.compare(f"pull {number}", str(archive), wineries.SLUG)
        ended, number = ended + 1, number + 1
        if number % 3 == 0:
            shutil.rmtree(archive)
            archive = kills.folder / f"{number}.archive"
            words = tuple(pull(kills.url, wineries.SLUG, wineries.DATA, archive))
    return ended


def pushes(kills: Kills, archive: Path, times: int) -> int:
    """Pushes that are killed, each into a tenant until it is full; how many tenants were filled."""
    ended = done = 0
    longest, slug = 0.0, ""
    while done < times:
        if not slug:
            slug = f"target-{ended}"
            add_target(f"sqlite:///{kills.database}", slug)
        words = tuple(push(kills.url, slug, mover_of(slug), archive))
        if not longest:
            longest = 1.2 * run(kills.folder, *words).seconds
            code: int | None = 0
        else:
            code = kills.killed(words, longest)
        if code is None:
            done += 1
            if kills.chance.random() < _LOSES_LEDGER:
                shutil.rmtree(folder_of(archive, f"{kills.url}/v1", slug), ignore_errors=True)
            continue
        kills.expect("push", code)
        kills.compare(f"push {ended}", wineries.SLUG, slug)
        ended, slug = ended + 1, ""
    return ended


def servers(kills: Kills, archive: Path, times: int) -> int:
    """Servers that are killed during a push; what they had acknowledged is there when they are back."""
    acknowledged = 0
    for number in range(times):
        slug = f"survivor-{number}"
        add_target(f"sqlite:///{kills.database}", slug)
        words = tuple(push(kills.url, slug, mover_of(slug), archive))
        with (kills.folder / "command.err").open("wb") as complaints:
            pushing = subprocess.Popen(**command(*words), stdout=subprocess.DEVNULL, stderr=complaints)
        # From the first acknowledged customers on, at any moment.
        ledger = folder_of(archive, f"{kills.url}/v1", slug) / "customer"
        while pushing.poll() is None and not (ledger.exists() and ledger.stat().st_size):
            time.sleep(0.01)
        time.sleep(kills.chance.uniform(0, 2))
        kills.end(kill=True)
        acknowledged += _missing(kills, archive, slug)
        kills.begin()
        # The push waits for the server to come back, and goes on by itself.
        kills.expect("push", pushing.wait())
        kills.compare(f"server {number}", wineries.SLUG, slug)
    return acknowledged


def _missing(kills: Kills, archive: Path, slug: str) -> int:
    """Look for every order and customer that the ledger has; how many it has."""
    found = 0
    connection = sqlite3.connect(kills.database)
    for name, table in (("customer", "customer"), ("order", "orders")):
        ledger = folder_of(archive, f"{kills.url}/v1", slug) / name
        text = ledger.read_text() if ledger.exists() else ""
        told = {line.split(" ")[0] for line in text.splitlines() if line.count(" ") == 3}
        query = f"SELECT id FROM {table} WHERE tenant_id = (SELECT tenant_id FROM tenant WHERE slug = ?)"
        there = {row[0] for row in connection.execute(query, (slug,))}
        if told - there:
            kills.faults.append(f"server of {slug}: {len(told - there)} acknowledged {name}s are lost")
        found += len(told)
    connection.close()
    return found


def main(times: int) -> int:
    with tempfile.TemporaryDirectory(prefix="cellarhand-kills-") as name:
        kills = Kills(Path(name), random.Random(times))
        asyncio.run(fill(f"sqlite:///{kills.database}", wineries.Size.of_customers(CUSTOMERS)))
        kills.begin()
        try:
            archive = kills.folder / "whole.archive"
            words = pull(kills.url, wineries.SLUG, wineries.DATA, archive)
            kills.expect("pull", run(kills.folder, *words, "--nested").code)
            ended = pulls(kills, times)
            print(f"pull: {times} killed, {ended} came to their end", flush=True)
            ended = pushes(kills, archive, times)
            print(f"push: {times} killed, {ended} tenants filled", flush=True)
            acknowledged = servers(kills, archive, max(1, times // 10))
            print(f"server: {max(1, times // 10)} killed, {acknowledged} acknowledged records there")
        finally:
            kills.end()
        for fault in kills.faults:
            print(fault)
        print(f"{len(kills.faults)} faults")
        return 1 if kills.faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
