"""A PostgreSQL server of the harness's own, in the cache directory, reached through a socket there.

Its processes stay on the load generator's core: the server under test has its core to itself, and so has
pgbench when PostgreSQL is measured alone.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks import stock
from benchmarks.machine import LOAD_CORE, Missing, run, start, tool

USER = "bench"
_PORT = 5432
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "max_connections": "60",
    "max_wal_size": "4GB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}


class Cluster:
    """Started with `start`, ended with `stop`; what is in its databases stays for the next run."""

    def __init__(self, cache: Path) -> None:
        places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        self._initdb = tool("initdb", "postgresql", *places)
        self._postgres = tool("postgres", "postgresql", *places)
        self._home = cache / "postgres"
        self._data = self._home / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self.host = str(self._home)

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.host}&port={_PORT}"

    def start(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        self._home.chmod(0o700)
        as_user = self._as_user()
        if not (self._data / "PG_VERSION").exists():
            shutil.rmtree(self._data, ignore_errors=True)
            options = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"]
            run([*as_user, self._initdb, "-D", str(self._data), *options], LOAD_CORE)
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        command = [self._postgres, "-D", str(self._data), "-k", self.host, "-p", str(_PORT), *settings]
        self._process = start([*as_user, *command], LOAD_CORE, self._home.with_suffix(".log"))
        asyncio.run(self._answers())

    def _as_user(self) -> list[str]:
        """PostgreSQL refuses to run as root: there its own user runs it."""
        if os.getuid() != 0:
            return []
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            raise Missing("PostgreSQL does not run as root, and there is no user `postgres`") from None
        os.chown(self._home, owner.pw_uid, owner.pw_gid)
        return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--"]

    async def _connect(self, database: str) -> Any:
        import asyncpg

        return await asyncpg.connect(self.url(database), timeout=5)

    async def _answers(self) -> None:
        import asyncpg

        last: Exception | None = None
        for _ in range(150):
            if self._process is not None and self._process.poll() is not None:
                break
            try:
                connection = await self._connect("postgres")
            except (OSError, asyncpg.PostgresError) as error:
                last = error
                await asyncio.sleep(0.2)
            else:
                await connection.close()
                return
        raise RuntimeError(f"PostgreSQL did not start, see {self._home.with_suffix('.log')}: {last}")

    def database(self, sizes: stock.Sizes, say: Any) -> str:
        """The name of the database with these tenants, filled when it is missing."""
        return self.filled(
            f"bench_{stock.digest_of(sizes)}", lambda url: stock.fill_postgres(url, sizes, say), say
        )

    def filled(self, name: str, fill: Callable[[str], Awaitable[None]], say: Any) -> str:
        """The name of a database that `fill` fills when it is missing."""
        return asyncio.run(self._filled(name, fill, say))

    async def _filled(self, name: str, fill: Callable[[str], Awaitable[None]], say: Any) -> str:
        connection = await self._connect("postgres")
        try:
            if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                return name
            say(f"filling the PostgreSQL database {name} (kept for the next run)")
            await connection.execute(f"DROP DATABASE IF EXISTS {name}_part")
            await connection.execute(f"CREATE DATABASE {name}_part")
            await fill(self.url(f"{name}_part"))
            await self._settle(f"{name}_part")
            await connection.execute(f"ALTER DATABASE {name}_part RENAME TO {name}")
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()
        return name

    async def _settle(self, database: str) -> None:
        """What autovacuum does to a database within minutes; while something is measured it is off.

        Without statistics, and with no page known to be visible to all, index scans would look at every row.
        """
        connection = await self._connect(database)
        await connection.execute("VACUUM ANALYZE")
        await connection.close()

    def scratch_copy(self, name: str) -> str:
        """A copy that a scenario may write to."""
        return asyncio.run(self._scratch_copy(name))

    async def _scratch_copy(self, name: str) -> str:
        connection = await self._connect("postgres")
        await connection.execute("DROP DATABASE IF EXISTS scratch")
        await connection.execute(f"CREATE DATABASE scratch TEMPLATE {name}")
        await connection.close()
        return "scratch"

    def stop(self) -> None:
        if self._process is not None:
            # SIGINT is PostgreSQL's fast shut-down.
            self._process.send_signal(2)
            self._process.wait(60)
            self._process = None
