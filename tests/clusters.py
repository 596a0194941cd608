"""A PostgreSQL server of a test's own, which may be stopped, killed and started again."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import asyncpg

_PLACES = os.pathsep.join(
    [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
)
INITDB, POSTGRES_PROGRAM = (shutil.which(name, path=_PLACES) for name in ("initdb", "postgres"))
"""The server's own programs; None where only its client, or a server elsewhere, is installed."""
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
"""How PostgreSQL ends: all is written and put in order, or nothing is, as when power fails."""
_SETTINGS = ("listen_addresses=", "shared_buffers=32MB", "max_connections=40", "log_min_messages=fatal")


class Cluster:
    """Reached through a socket in a folder of its own. Use as a context manager."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="cellarhand-cluster-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user: list[str] = []
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root: there its own user runs it.
            owner = pwd.getpwnam("postgres")
            os.chown(self._home, owner.pw_uid, owner.pw_gid)
            self._as_user = [
                "setpriv",
                f"--reuid={owner.pw_uid}",
                f"--regid={owner.pw_gid}",
                "--clear-groups",
                "--",
            ]

    @property
    def url(self) -> str:
        return f"postgresql://tester@/postgres?host={self._home}&port=5432"

    def __enter__(self) -> "Cluster":
        options = ["-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"]
        command = [*self._as_user, str(INITDB), "-D", str(self._home / "data"), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(IMMEDIATE)
        shutil.rmtree(self._home)

    def start(self) -> None:
        settings = [part for each in _SETTINGS for part in ("-c", each)]
        command = [
            *self._as_user,
            str(POSTGRES_PROGRAM),
            "-D",
            str(self._home / "data"),
            "-k",
            str(self._home),
        ]
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen([*command, *settings], cwd="/", stdout=log, stderr=log)
        for _ in range(600):
            assert self._process.poll() is None, (self._home / "log").read_text()
            if asyncio.run(self._answers()):
                return
            threading.Event().wait(0.05)
        raise AssertionError("PostgreSQL does not answer")

    def stop(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.url, timeout=5)
        except (OSError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True
