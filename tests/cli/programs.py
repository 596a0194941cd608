"""The real command in processes of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

SECONDS_TO_START = 30
# Compiled once for all processes of a run, whatever the environment of the tests says.
_COMPILED = tempfile.TemporaryDirectory(prefix="cellarhand-tests-")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Nothing of the machine's own settings, and what a test adds."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CELLARHAND_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONPYCACHEPREFIX": _COMPILED.name, **(more or {})}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cellarhand", *arguments]


def run(*arguments: str, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command from start to end."""
    return subprocess.run(
        command(*arguments),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=cwd,
        env=environment(),
        check=False,
    )


class Program:
    """A server command that runs until it is told to stop. Use as a context manager; `port 0` is added."""

    def __init__(self, folder: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._stdout, self._stderr = folder / "stdout", folder / "stderr"
        with self._stdout.open("wb") as out, self._stderr.open("wb") as err:
            self.process = subprocess.Popen(
                command(*arguments, "--port", "0"),
                stdout=out,
                stderr=err,
                cwd=folder,
                env=environment(environ),
            )

    @property
    def stdout(self) -> str:
        return self._stdout.read_text("utf-8")

    @property
    def stderr(self) -> str:
        return self._stderr.read_text("utf-8")

    def __enter__(self) -> "Program":
        self.url = self._wait_for_url()
        self.client = httpx.Client(base_url=self.url, trust_env=False, timeout=30)
        return self

    def _wait_for_url(self) -> str:
        ends = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < ends and self.process.poll() is None:
            found = re.search(r"(http://[^\s/]+:\d+)/v1", self.stderr + self.stdout)
            if found:
                return found[1]
            time.sleep(0.02)
        self.process.kill()
        raise AssertionError(f"it did not start:\n{self.stderr}")

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 0

    def logged(self) -> list[dict[str, str]]:
        """The lines of the server's own log."""
        return [json.loads(line) for line in self.stderr.splitlines()]

    def end(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """The exit code after that signal."""
        self.process.send_signal(sent)
        return self.process.wait(30)

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.end()
        self.client.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]
