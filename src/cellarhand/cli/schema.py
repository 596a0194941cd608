"""The schema of a database before it is used: brought up to date for a server, checked for the rest."""

import asyncio
import os
import subprocess
import sys

from cellarhand.cli.answers import Failure, faults_as_failures
from cellarhand.store import migrate
from cellarhand.store.engine import UnfitDatabase


async def refuse_other_version(url: str) -> None:
    """An older schema is for `db upgrade`, which the operator runs when it is time."""
    version = await migrate.check(url)
    if version != migrate.HEAD:
        found = f"has schema {version}" if version else "has no schema yet"
        raise UnfitDatabase(
            f"the database {found}, this version works with {migrate.HEAD}: run `cellarhand db upgrade`"
        )


class Upgrade:
    """The upgrade of a schema, where it is needed. Begins when made; `wait` for its end.

    A new SQLite file is made at once. Everything else runs in a process of its own: what it loads would stay
    in a server's memory for as long as that runs.
    """

    def __init__(self, url: str) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        version = faults_as_failures(lambda: asyncio.run(migrate.check(url)))
        if version is None and url.startswith("sqlite") and _made_anew(url):
            return
        if version != migrate.HEAD:
            # By the environment, because a URL may hold a password and others can read command lines.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cellarhand", "db", "upgrade"],
                env={**os.environ, "CELLARHAND_DATABASE": url},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )

    def wait(self) -> None:
        if self._process is None:
            return
        _, told = self._process.communicate()
        if self._process.returncode:
            lines = told.decode(errors="replace").strip().splitlines()
            raise Failure(lines[-1].removeprefix("Error: ") if lines else "the schema could not be upgraded")


def _made_anew(url: str) -> bool:
    """Whether the file was new, and is made now."""
    from cellarhand.resources import TABLES
    from cellarhand.store.fresh import make

    return faults_as_failures(lambda: make(url, TABLES))


def check_writable(url: str) -> None:
    """A server that could only read would accept no order: say so at once."""
    from cellarhand.store.sqlite_file import path_of

    if not url.startswith("sqlite"):
        return
    path = faults_as_failures(lambda: path_of(url))
    folder = path.parent
    if path.exists() and not os.access(path, os.W_OK):
        raise Failure(
            f"the database file '{path}' can not be written: give this user the right to, or name another"
        )
    if folder.exists() and not os.access(folder, os.W_OK):
        raise Failure(
            f"the folder '{folder}' can not be written: give this user the right to, or name another"
        )
