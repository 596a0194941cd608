"""What became of each record of a push: a folder beside the archive, one for each target (docs/moving.md).

A list has a file of lines `id digest state target-id`, appended and flushed to the disk after what they tell
of has happened. Whatever ends the program, at most what was under way is not in it, and is found out anew.
"""

import contextlib
import hashlib
import os
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Literal, NamedTuple

State = Literal["created", "updated", "unchanged", "matched", "refused"]


class Entry(NamedTuple):
    """One record: what was sent (as a digest), what became of it, and its id in the target."""

    id: str
    digest: str
    state: State
    target: str


class InUse(Exception):
    """Another program pushes into the same target."""


class Ledger:
    """The entries of one list; the last one of an id is what counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: dict[str, Entry] = {}
        text = path.read_bytes() if path.exists() else b""
        whole = text.rfind(b"\n") + 1
        for line in text[:whole].decode("ascii").splitlines():
            entry = Entry(*line.split(" "))  # type: ignore[arg-type]
            self._entries[entry.id] = entry
        self._file = path.open("ab")
        if whole < len(text):
            # The end of a line that was never finished.
            self._file.truncate(whole)

    def get(self, id: str) -> Entry | None:
        return self._entries.get(id)

    def entries(self) -> Iterable[Entry]:
        """All of them, one for each id."""
        return self._entries.values()

    def is_done(self, id: str, digest: str) -> bool:
        """Whether this very record is in the target already."""
        found = self._entries.get(id)
        return found is not None and found.digest == digest and found.state != "refused"

    def add(self, entries: Iterable[Entry]) -> None:
        """On the disk when this returns."""
        lines: list[str] = []
        for entry in entries:
            self._entries[entry.id] = entry
            lines.append(" ".join(entry) + "\n")
        if lines:
            self._file.write("".join(lines).encode("ascii"))
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def digest_of(body: bytes) -> str:
    """Tells whether a body is the one that was sent before."""
    return hashlib.blake2b(body, digest_size=8).hexdigest()


def folder_of(archive: Path, base_url: str, tenant: str) -> Path:
    """Where the ledger of a target lies: beside the archive, named after the tenant."""
    place = hashlib.blake2b(f"{base_url}\n{tenant}".encode(), digest_size=4).hexdigest()
    return archive.with_name(f"{archive.name}.push") / f"{tenant}-{place}"


@contextlib.contextmanager
def only_one(folder: Path) -> Generator[None]:
    """Keep another push into the same target out for the length of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as door:
        try:
            import fcntl

            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"another program pushes into the target of '{folder}'") from None
        except ImportError:
            pass
        yield
