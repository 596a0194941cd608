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
_REFUSED = b"refused"


class Entry(NamedTuple):
    """One record: what was sent (as a digest), what became of it, and its id in the target."""

    id: str
    digest: str
    state: State
    target: str


class InUse(Exception):
    """Another program pushes into the same target."""


class Ledger:
    """What was written down of one list; the last entry of an id is what counts.

    Memory holds what earlier runs wrote, as little of each record as can be; of what this one adds only ids
    that the target chose.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # The digests of what is in the target, by id.
        self._done: dict[bytes, bytes] = {}
        self.elsewhere: dict[str, str] = {}
        """The ids of what the target has under ids of its own, by those in the archive."""
        whole = 0
        with path.open("a+b") as file:
            file.seek(0)
            for line in file:
                if line.endswith(b"\n"):
                    whole += len(line)
                    id, digest, state, target = line[:-1].split(b" ")
                    self._know(id, digest, state, target)
        self._file = path.open("ab")
        if whole < path.stat().st_size:
            # The end of a line that was never finished.
            self._file.truncate(whole)

    def _know(self, id: bytes, digest: bytes, state: bytes, target: bytes) -> None:
        if state == _REFUSED:
            self._done.pop(id, None)
            self.elsewhere.pop(id.decode("ascii"), None)
            return
        self._done[id] = bytes.fromhex(digest.decode("ascii"))
        if target != id:
            self.elsewhere[id.decode("ascii")] = target.decode("ascii")

    def knows(self, id: str) -> bool:
        """Whether an earlier run brought a record with that id."""
        return id.encode("ascii") in self._done

    def is_done(self, id: str, digest: str) -> bool:
        """Whether an earlier run brought this very record into the target."""
        found = self._done.get(id.encode("ascii"))
        return found is not None and found == bytes.fromhex(digest)

    def targets(self) -> set[str]:
        """The ids that these records have in the target."""
        return {self.elsewhere.get(id, id) for id in map(bytes.decode, self._done)}

    def add(self, entries: Iterable[Entry]) -> None:
        """On the disk when this returns."""
        lines: list[str] = []
        for entry in entries:
            if entry.target != entry.id and entry.state != "refused":
                self.elsewhere[entry.id] = entry.target
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
