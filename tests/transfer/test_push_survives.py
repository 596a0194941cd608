"""A push whose server is killed: what it had acknowledged is there, and the push goes on when it is back."""

import os
import random
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

from cellarhand.demo import wineries
from cellarhand.testing.faults import Faults
from cellarhand.testing.server import PASSWORD, TestTenant
from cellarhand.transfer.ledger import folder_of
from tests.cli.programs import command as program
from tests.cli.programs import environment
from tests.transfer.pulling import pulled
from tests.transfer.pushing import command, differences, filled

TARGET, MOVER = "target-winery", "data@target-winery.example"


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def serve(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """A server of its own process, from the moment that it takes connections."""
    options = (
        "--port",
        str(port),
        "--database",
        f"sqlite:///{folder / 'cellarhand.db'}",
        "--rate-limit",
        "0",
    )
    with (folder / "server.log").open("ab") as log:
        started = subprocess.Popen(
            program("serve", *options, "--access-log", "off"), stdout=log, stderr=log, env=environment()
        )
    ends = time.monotonic() + 60
    while time.monotonic() < ends and started.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return started
    raise RuntimeError((folder / "server.log").read_text())


def add_target(folder: Path) -> None:
    url = ("--database", f"sqlite:///{folder / 'cellarhand.db'}")
    for words in (
        ("tenant", "create", TARGET, "--empty", "--company", "Target", "--email", "hello@target.example"),
        ("account", "create", TARGET, MOVER, "--role", "Data", "--first-name", "Dana", "--last-name", "Data"),
    ):
        more = ("--password-stdin",) if words[0] == "account" else ()
        subprocess.run(
            program(*words, *more, *url),
            input=PASSWORD.encode(),
            check=True,
            capture_output=True,
            env=environment(),
        )


def acknowledged(archive: Path, tenant: TestTenant, name: str) -> set[str]:
    """The ids of a list that the push has written down as being in the target."""
    ledger = folder_of(archive, tenant.base_url, tenant.slug) / name
    text = ledger.read_text() if ledger.exists() else ""
    return {line.split(" ")[0] for line in text[: text.rfind("\n") + 1].splitlines()}


def stored(folder: Path, table: str) -> set[str]:
    with sqlite3.connect(folder / "cellarhand.db") as connection:
        tenant = "(SELECT tenant_id FROM tenant WHERE slug = ?)"
        return {
            row[0]
            for row in connection.execute(f"SELECT id FROM {table} WHERE tenant_id = {tenant}", (TARGET,))
        }


def test_killing_the_server_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    filled(tmp_path, 30)
    add_target(tmp_path)
    port, archive = a_free_port(), tmp_path / "winery.archive"
    server = serve(tmp_path, port)
    try:
        source = TestTenant(f"http://127.0.0.1:{port}/v1", wineries.SLUG, Faults())
        source.people = {"Data": (wineries.DATA, wineries.PASSWORD)}
        target = TestTenant(source.base_url, TARGET, Faults())
        target.people = {"Data": (MOVER, PASSWORD)}
        pulled(source, archive, "--nested", role="Data")
        chance = random.Random(3)
        pushing: subprocess.Popen[str] = subprocess.Popen(
            **command(target, archive, lines=3), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name, table in (("customer", "customer"), ("order", "orders"), ("order", "orders")):
            most = len(acknowledged(archive, target, name)) + chance.randrange(1, 12)
            while len(acknowledged(archive, target, name)) < most and pushing.poll() is None:
                time.sleep(0.01)
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            assert acknowledged(archive, target, name) <= stored(tmp_path, table)
            server = serve(tmp_path, port)
        _, complaints = pushing.communicate(timeout=120)
        assert pushing.returncode == 0, complaints
        again = tmp_path / "again.archive"
        pulled(target, again, "--nested", role="Data")
        assert differences(archive, again) == []
    finally:
        server.kill()
        server.wait()
