"""The archive of a tenant: a folder of compressed lines, and a manifest that names them (docs/archive.md).

A segment is written once, flushed to the disk and only then named in the manifest, which is replaced whole.
So whatever ends the writer, the manifest names complete files alone. Reading needs no more memory than a few
segments: most walks brought their records in the order of their ids, others are put into it through a file,
and walks are merged.
"""

import contextlib
import gzip
import hashlib
import heapq
import os
import re
from collections.abc import Generator, Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from tempfile import gettempdir
from typing import Literal

import msgspec

from cellarhand.transfer import unordered

FORMAT = "cellarhand-archive"
VERSION = 1
MANIFEST = "manifest.json"
_PART = f"{MANIFEST}.part"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_SEGMENT = re.compile(r"\d{6}\.ndjson\.gz(\.part)?")

Row = tuple[str, bytes]
"""A record's id, and its JSON exactly as it was received."""
Kind = Literal["full", "changes", "deletions"]


class ArchiveFault(Exception):
    """The archive can't be used as it is: damaged, in use, another tenant's. Names the file."""


class Segment(msgspec.Struct, rename="camel", frozen=True):
    """One file: so many records, `bytes` long before compression and `stored` after it."""

    file: str
    records: int
    bytes: int
    stored: int
    sha256: str
    first: str
    last: str
    ordered: bool


class Walk(msgspec.Struct, rename="camel"):
    """One reading of one list. `full` replaces what was before, `changes` and `deletions` lie over it.

    `read_at` is the source's own time when the walk began, and what the next one goes back to. `cursor` is
    where an unfinished walk goes on.
    """

    run: int
    kind: Kind
    read_at: str
    since: str | None = None
    cursor: str | None = None
    done: bool = False
    segments: list[Segment] = []

    @property
    def records(self) -> int:
        return sum(segment.records for segment in self.segments)

    @property
    def ordered(self) -> bool:
        """Whether its records stand in the order of their ids, each once."""
        pairs = pairwise(self.segments)
        return all(each.ordered for each in self.segments) and all(a.last < b.first for a, b in pairs)


class Stored(msgspec.Struct, rename="camel"):
    """All walks of one list, oldest first."""

    path: str
    key: str
    walks: list[Walk] = []


class Run(msgspec.Struct, rename="camel"):
    """One pull, from its first start to its end, however often it was interrupted."""

    number: int
    started_at: str
    finished_at: str | None = None
    since: str | None = None
    full: bool = False


class Source(msgspec.Struct, rename="camel", frozen=True):
    base_url: str
    tenant: str


class Manifest(msgspec.Struct, rename="camel"):
    format: str
    version: int
    source: Source
    runs: list[Run] = []
    resources: dict[str, Stored] = {}


class Archive:
    """One tenant's archive. `create` and `open` lock nothing; who writes holds `lock()`."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @staticmethod
    def exists(folder: Path) -> bool:
        return (folder / MANIFEST).exists()

    @staticmethod
    def create(folder: Path, base_url: str, tenant: str) -> "Archive":
        """A new archive in a folder that is empty or not there yet."""
        folder.mkdir(parents=True, exist_ok=True)
        # A first manifest that was never finished is ours, and nothing else may be there.
        if any(each.name not in (".lock", _PART) for each in folder.iterdir()):
            raise ArchiveFault(f"'{folder}' is no archive and not empty: name another folder")
        made = Archive(folder, Manifest(FORMAT, VERSION, Source(base_url, tenant)))
        made.save()
        return made

    @staticmethod
    def open(folder: Path) -> "Archive":
        try:
            manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        except FileNotFoundError:
            raise ArchiveFault(f"'{folder}' is no archive: it has no {MANIFEST}") from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise ArchiveFault(f"'{folder / MANIFEST}' is damaged: {fault}") from None
        if manifest.format != FORMAT or manifest.version != VERSION:
            raise ArchiveFault(f"'{folder}' is of version {manifest.version}, this program reads {VERSION}")
        return Archive(folder, manifest)

    @contextlib.contextmanager
    def lock(self) -> Generator[None]:
        """Keep other writers out for the length of the block; the lock ends with the process."""
        with (self.folder / ".lock").open("wb") as door:
            try:
                import fcntl

                fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ArchiveFault(f"another program writes into '{self.folder}'") from None
            except ImportError:
                pass
            yield

    def save(self) -> None:
        """Replace the manifest by its present state."""
        self.put(self.text())

    def text(self) -> bytes:
        """The manifest as it is now."""
        return msgspec.json.format(msgspec.json.encode(self.manifest), indent=1)

    def put(self, text: bytes) -> None:
        """Replace the manifest; the new one is on the disk when this returns."""
        _write(self.folder / MANIFEST, text)

    def stored(self, name: str, path: str, key: str) -> Stored:
        """The entry of a list, made when it is new."""
        if not _NAME.fullmatch(name):
            raise ArchiveFault(f"'{name}' can not be the name of a folder")
        return self.manifest.resources.setdefault(name, Stored(path, key))

    def write(self, name: str, rows: list[Row]) -> Segment:
        """A new file with these records, on the disk; the manifest does not name it yet."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        text = b"".join([line for _, row in rows for line in (row, b"\n")])
        # No time and no name in the header: the same records give the same file.
        packed = gzip.compress(text, compresslevel=1, mtime=0)
        numbers = [int(each.name[:6]) for each in folder.iterdir() if _SEGMENT.fullmatch(each.name)]
        file = f"{name}/{max(numbers, default=0) + 1:06}.ndjson.gz"
        _write(self.folder / file, packed)
        ids = [id for id, _ in rows]
        ordered = all(a < b for a, b in pairwise(ids))
        digest = hashlib.sha256(packed).hexdigest()
        return Segment(file, len(rows), len(text), len(packed), digest, ids[0], ids[-1], ordered)

    def current(self, name: str) -> list[Walk]:
        """The walks that make up the present state of a list: the newest full one, and what lies over it."""
        walks = self.manifest.resources[name].walks
        whole = [place for place, walk in enumerate(walks) if walk.kind == "full" and walk.done]
        start = whole[-1] if whole else 0
        return [
            walk
            for place, walk in enumerate(walks)
            if place >= start and (walk.kind != "full" or place == start or not whole)
        ]

    def records(self, name: str) -> Iterator[Row]:
        """The present records of a list in the order of their ids; each file is checked by its hash."""
        streams = [self._aged(walk, -age) for age, walk in enumerate(self.current(name))]
        last = None
        for id, _, row in heapq.merge(*streams, key=lambda each: each[:2]):
            if id != last and row is not None:
                yield id, row
            last = id

    def _aged(self, walk: Walk, age: int) -> Iterator[tuple[str, int, bytes | None]]:
        return ((id, age, row) for id, row in self._rows(walk))

    def _rows(self, walk: Walk) -> Iterator[tuple[str, bytes | None]]:
        parts = map(self.rows_of, walk.segments)
        if walk.ordered:
            rows = chain.from_iterable(parts)
        elif sum(segment.bytes for segment in walk.segments) <= unordered.IN_MEMORY:
            # A later row of the same id is the truer one.
            rows = iter(sorted(dict(chain.from_iterable(parts)).items()))
        else:
            rows = unordered.by_id(parts, id_of, self._room())
        return ((id, None if walk.kind == "deletions" else row) for id, row in rows)

    def _room(self) -> Path:
        """Where a file may lie while records are put in order: beside them, unless nobody may write there."""
        return self.folder if os.access(self.folder, os.W_OK) else Path(gettempdir())

    def rows_of(self, segment: Segment) -> Iterator[Row]:
        """The records of one file, as they stand."""
        packed = self._checked(segment)
        for line in gzip.decompress(packed).split(b"\n"):
            if line:
                yield id_of(line), line

    def _checked(self, segment: Segment) -> bytes:
        path = self.folder / segment.file
        try:
            packed = path.read_bytes()
        except FileNotFoundError:
            raise ArchiveFault(f"'{path}' is missing: the manifest names it") from None
        if hashlib.sha256(packed).hexdigest() != segment.sha256:
            raise ArchiveFault(f"'{path}' is damaged: its hash is not that of the manifest")
        return packed

    def damages(self) -> list[str]:
        """Every file that is missing or not what the manifest says, in words."""
        found: list[str] = []
        for segment in self._named():
            try:
                self._checked(segment)
            except ArchiveFault as fault:
                found.append(str(fault))
        return found

    def _named(self) -> Iterable[Segment]:
        for stored in self.manifest.resources.values():
            for walk in stored.walks:
                yield from walk.segments

    def forget_superseded(self, name: str) -> None:
        """Drop the walks before the newest complete one; their files go with `sweep`."""
        self.manifest.resources[name].walks = self.current(name)

    def sweep(self) -> None:
        """Remove files that no manifest names: what an interrupted or an older walk left."""
        named = {segment.file for segment in self._named()}
        (self.folder / _PART).unlink(missing_ok=True)
        for name in self.manifest.resources:
            folder = self.folder / name
            for path in folder.iterdir() if folder.is_dir() else ():
                if _SEGMENT.fullmatch(path.name) and f"{name}/{path.name}" not in named:
                    path.unlink()


def count_of(archive: Archive, name: str) -> int:
    """About how many records a list of the archive has: what was read several times counts as often."""
    walks = archive.current(name)
    return sum(walk.records for walk in walks if walk.kind != "deletions")


class _Identified(msgspec.Struct):
    id: str = ""


_decoder = msgspec.json.Decoder(_Identified)


def id_of(text: bytes) -> str:
    """The id of a record; what has none is known by its hash."""
    if text.startswith(b'{"id":"') and text[43:44] == b'"':
        return text[7:43].decode("latin-1")
    try:
        found = _decoder.decode(text).id
    except msgspec.MsgspecError:
        found = ""
    return found or hashlib.sha256(text).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
