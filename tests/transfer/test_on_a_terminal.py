"""Pull and push as a person sees them: on a terminal of 80 columns, with bars, and broken off by Ctrl-C."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cellarhand.testing.server import TestServer
from tests.transfer.pulling import command as pull_command
from tests.transfer.pulling import pulled
from tests.transfer.pushing import command as push_command
from tests.transfer.pushing import demo_tenant, differences, pushed

pty = pytest.importorskip("pty", reason="no terminals here")
termios = pytest.importorskip("termios", reason="no terminals here")

COLUMNS, SECONDS = 80, 90
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# Who opens a terminal first in a session of its own gets the signals of its keys.
_AT_HOME = "import os, sys; os.close(os.open(os.ttyname(0), os.O_RDWR)); os.execv(sys.argv[1], sys.argv[1:])"
# Few records a second, so that there is something to see, and to break off.
_SLOW_PULL = """
import cellarhand.transfer.pull as slowly
_plainly = slowly.read_rows
def _later(answer, key):
    import time
    time.sleep(0.2)
    return _plainly(answer, key)
slowly.read_rows = _later
"""
_SLOW_PUSH = """
import cellarhand.transfer.sending as slowly
_plainly = slowly.lines_of
def _later(*given):
    import time
    time.sleep(0.2)
    yield from _plainly(*given)
slowly.lines_of = _later
"""


@dataclass
class Terminal:
    """A command on a terminal of 80 columns, and all that it has written there."""

    started: "subprocess.Popen[bytes]"
    door: int
    text: str = ""
    _rest: bytes = field(default=b"")

    def read(self) -> bool:
        """Take in what comes next; whether more may come."""
        try:
            found = os.read(self.door, 65536)
        except OSError:
            # Nobody holds the other end any more.
            return False
        self._rest += found
        self.text = self._rest.decode("utf-8", "replace")
        return bool(found)

    def wait_for(self, pattern: str) -> None:
        """Read until it shows that."""
        ends = time.monotonic() + SECONDS
        while not re.search(pattern, self.plain):
            assert time.monotonic() < ends, self.text
            assert self.read(), f"it ended without {pattern}: {self.text}"

    def press_ctrl_c(self) -> None:
        """The terminal turns the key into a signal, as it does for people."""
        os.write(self.door, b"\x03")

    def end(self) -> int:
        """Read the rest; the exit code."""
        while self.read():
            pass
        return self.started.wait(SECONDS)

    @property
    def plain(self) -> str:
        """What was written, without colours and moves."""
        return _CONTROL.sub("", self.text)

    @property
    def lines(self) -> list[str]:
        """Every line that was ever shown, those of bars included, which are drawn over each other."""
        return [line.rstrip() for line in re.split(r"[\r\n]+", self.plain)]


@pytest.fixture
def started() -> Iterator[Any]:
    """Starts commands, each on a terminal of its own."""
    running: list[Terminal] = []

    def start(asked: dict[str, Any]) -> Terminal:
        door, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, COLUMNS))
        env = {**asked["env"], "TERM": "xterm"}
        for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_INTERACTIVE", "TTY_COMPATIBLE"):
            env.pop(name, None)

        words = [sys.executable, "-c", _AT_HOME, *asked["args"]]
        process: subprocess.Popen[bytes] = subprocess.Popen(
            words, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        running.append(Terminal(process, door))
        return running[-1]

    yield start
    for each in running:
        if each.started.poll() is None:
            each.started.kill()
            each.started.wait()
        os.close(each.door)


def fits(terminal: Terminal) -> None:
    """No line is longer than the terminal is wide; but paths of files, which are copied whole."""
    assert not [line for line in terminal.lines if len(line) > COLUMNS and "/" not in line]


def test_a_pull_shows_how_far_it_is_and_goes_on_after_ctrl_c(
    server: TestServer, tmp_path: Path, started: Any
) -> None:
    source, archive = demo_tenant(server), tmp_path / "winery.archive"
    pulling = started(pull_command(source, archive, role="Data", before=_SLOW_PULL))
    pulling.wait_for(r"all lists\s+\S+\s+[\d,]+ of [\d,]+")
    pulling.press_ctrl_c()
    assert pulling.end() == 130
    said = "Stopped: the archive keeps what was read; run the same command again to go on."
    assert said in pulling.lines
    assert "Traceback" not in pulling.text
    again = started(pull_command(source, archive, role="Data"))
    assert again.end() == 0
    assert re.search(r"[\d,]+ records were read into", again.plain)
    fits(pulling)
    fits(again)
    whole = tmp_path / "whole.archive"
    pulled(source, whole, role="Data")
    assert differences(archive, whole) == []


def test_a_push_shows_how_far_it_is_and_goes_on_after_ctrl_c(
    server: TestServer, tmp_path: Path, started: Any
) -> None:
    source, target = demo_tenant(server), server.tenant(empty=True)
    archive, back = tmp_path / "winery.archive", tmp_path / "back.archive"
    pulled(source, archive, "--nested", role="Data")
    pushing = started(push_command(target, archive, lines=10, before=_SLOW_PUSH))
    pushing.wait_for(r"order\s+\S+\s+[1-9]\d* of 126")
    pushing.press_ctrl_c()
    assert pushing.end() == 130
    said = "Stopped: what is done is written down; run the same command again to go on."
    assert said in pushing.lines
    assert "Traceback" not in pushing.text
    again = started(push_command(target, archive))
    assert again.end() == 0
    assert re.search(r"LIST +CREATED .*BEFORE +TIME", again.plain)
    assert "customer (sorting)" not in pushing.plain, "orders alone are sorted"
    fits(pushing)
    fits(again)
    assert sum(each["created"] for each in pushed(target, archive).values()) == 0
    pulled(target, back, "--nested", role="Data")
    assert differences(archive, back) == []
