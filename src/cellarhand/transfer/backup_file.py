"""The form of a backup (docs/backup.md): a ZIP of lines of JSON, and a manifest of what must be in it.

One part a table and tenant, one line a row, one element a column. A record's text stands in its line as it
is: JSON in JSON, byte for byte.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import msgspec

from cellarhand.store.conditions import Value
from cellarhand.store.tables import Column, ColumnType, Table
from cellarhand.store.unit import Row
from cellarhand.transfer.faults import DamagedFile, TransferFault

FORMAT = "cellarhand-backup"
VERSION = 1
MANIFEST = "manifest.json"
# Level 1 packs records to a sixth of their size; level 6 takes twice as long for a fifth less.
LEVEL = 1
_READ_BYTES = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_raw = msgspec.json.Decoder(msgspec.Raw).decode
_encode_lines = msgspec.json.Encoder().encode_lines


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the backup: the rows of one table, of one tenant where `tenant` is its slug.

    `columns` are `name:type`, with `?` behind where null may stand; `sha256` is that of the unpacked bytes.
    """

    path: str
    table: str
    tenant: str | None
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `everything` tells that it is of the whole installation."""

    format: str
    version: int
    program: str
    schema: str
    createdAt: str
    everything: bool
    tenants: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    def parts_of(self, tenant: str | None) -> list[Part]:
        return [part for part in self.parts if part.tenant == tenant]

    def part(self, tenant: str | None, table: str) -> Part | None:
        return next((part for part in self.parts_of(tenant) if part.table == table), None)


def notation(column: Column) -> str:
    return f"{column.name}:{column.type}{'?' if column.null else ''}"


def table_of(part: Part) -> Table:
    """The table as it was when the backup was made: enough of it to put rows in."""
    columns: list[Column] = []
    for word in part.columns:
        name, _, kind = word.partition(":")
        columns.append(Column(name, _type(kind.rstrip("?"), part.path), kind.endswith("?")))
    return Table(part.table, tuple(columns), key=(), shared=part.tenant is None)


def _type(word: str, path: str) -> ColumnType:
    match word:
        case "id" | "int" | "text" | "body":
            return word
        case _:
            raise DamagedFile(f"the part '{path}' has a column of unknown type '{word}'")


def lines_of(rows: Iterable[Row], bodies: Sequence[int]) -> bytes:
    """Lines of rows whose texts at the places `bodies` are bytes."""
    made: list[list[Any]] = []
    for row in rows:
        values = list(row)
        for place in bodies:
            values[place] = _embedded(values[place])
        made.append(values)
    return _encode_lines(made)


def _embedded(body: bytes) -> msgspec.Raw | str:
    """The text itself; one that is a string, breaks its line or is no JSON, as a string that holds it."""
    try:
        whole = body[:1] != b'"' and b"\n" not in body and bytes(_raw(body)) == body
    except msgspec.MsgspecError:
        whole = False
    return msgspec.Raw(body) if whole else body.decode()


@dataclass(slots=True)
class PartWriter:
    """Takes the rows of one part, and counts what went in."""

    table: Table
    columns: tuple[Column, ...]
    file: IO[bytes]
    rows: int = 0
    size: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def write(self, rows: Sequence[Row]) -> None:
        bodies = [place for place, column in enumerate(self.columns) if column.type == "body"]
        lines = lines_of(rows, bodies)
        self._hash.update(lines)
        self.file.write(lines)
        self.rows += len(rows)
        self.size += len(lines)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class BackupWriter:
    """Writes a backup into an open file: parts one after the other, the manifest last. A context manager."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self._parts: list[Part] = []

    def __enter__(self) -> "BackupWriter":
        return self

    def __exit__(self, fault: object, *_: object) -> None:
        if fault is not None:
            # What was begun is of no use: nothing is to be brought to an end in it.
            self._zip.fp = None

    @contextmanager
    def part(self, tenant: str | None, table: Table) -> Generator[PartWriter]:
        folder = f"tenants/{tenant}" if tenant is not None else "installation"
        path = f"{folder}/{table.name}.ndjson"
        writer = PartWriter(table, table.columns, self._zip.open(path, "w", force_zip64=True))
        yield writer
        writer.file.close()
        columns = tuple(map(notation, table.columns))
        made = Part(path, table.name, tenant, columns, writer.rows, writer.size, writer.sha256)
        self._parts.append(made)

    def finish(
        self, *, program: str, schema: str, created_at: str, everything: bool, tenants: Iterable[str]
    ) -> Manifest:
        """Write the manifest and close the ZIP; the file itself stays open."""
        manifest = Manifest(
            FORMAT, VERSION, program, schema, created_at, everything, tuple(tenants), tuple(self._parts)
        )
        self._zip.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._zip.close()
        return manifest


class BackupReader:
    """Reads a backup. Use as a context manager. Raises DamagedFile, naming the part that is."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise DamagedFile(f"'{path}' is no backup, or not all of one: {error}") from error
        except OSError as error:
            raise TransferFault(f"'{path}' can not be read: {error.strerror}") from error
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "BackupReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _read_manifest(self) -> Manifest:
        try:
            text = self._zip.read(MANIFEST)
            head = msgspec.json.decode(text, type=dict[str, Any])
            if head.get("format") != FORMAT:
                raise DamagedFile(f"'{self.path}' is no backup of Cellarhand")
            if head.get("version") != VERSION:
                raise TransferFault(
                    f"'{self.path}' has version {head.get('version')} of the format, this program knows"
                    f" {VERSION}: use the Cellarhand that wrote it ({head.get('program')}) or a newer one"
                )
            return msgspec.json.decode(text, type=Manifest)
        except KeyError:
            raise DamagedFile(f"'{self.path}' is no backup of Cellarhand: it has no {MANIFEST}") from None
        except (msgspec.MsgspecError, UnicodeDecodeError, *_BROKEN) as error:
            raise DamagedFile(f"the part '{MANIFEST}' of '{self.path}' is damaged: {error}") from error

    def check(self, part: Part) -> Generator[int]:
        """Read a part and hold it against its hash; yields how many rows it saw now and then."""
        hashed, size, rows = hashlib.sha256(), 0, 0
        for block in self._blocks(part):
            hashed.update(block)
            size += len(block)
            lines = block.count(b"\n")
            rows += lines
            yield lines
        if (hashed.hexdigest(), size, rows) != (part.sha256, part.bytes, part.rows):
            raise DamagedFile(
                f"the part '{part.path}' of '{self.path}' is damaged: {rows} rows of {part.rows} in {size}"
                f" bytes of {part.bytes}, and its hash is not that of the manifest"
            )

    def rows(self, part: Part) -> Generator[list[tuple[Value, ...]]]:
        """The rows of a part, some at a time, their bodies as text."""
        columns = table_of(part).columns
        decode = msgspec.json.Decoder(_row_type(columns)).decode_lines
        bodies = [place for place, column in enumerate(columns) if column.type == "body"]
        left = b""
        for block in self._blocks(part):
            lines, end, left = (left + block).rpartition(b"\n")
            if not end:
                continue
            try:
                rows: list[tuple[Any, ...]] = decode(lines)
                yield [_with_texts(row, bodies) for row in rows] if bodies else rows
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise DamagedFile(f"the part '{part.path}' of '{self.path}' is damaged: {error}") from error
        if left:
            raise DamagedFile(f"the part '{part.path}' of '{self.path}' is damaged: its last row is cut off")

    def _blocks(self, part: Part) -> Generator[bytes]:
        try:
            with self._zip.open(part.path) as file:
                while block := file.read(_READ_BYTES):
                    yield block
        except KeyError:
            raise DamagedFile(f"the part '{part.path}' is missing in '{self.path}'") from None
        except _BROKEN as error:
            raise DamagedFile(f"the part '{part.path}' of '{self.path}' is damaged: {error}") from error
        except OSError as error:
            raise TransferFault(f"'{self.path}' can not be read: {error.strerror}") from error


def _row_type(columns: Sequence[Column]) -> Any:
    kinds: list[Any] = []
    for column in columns:
        kind: Any = {"int": int, "body": msgspec.Raw}.get(column.type, str)
        kinds.append(kind | None if column.null else kind)
    return tuple[tuple(kinds)]  # type: ignore[misc]


def _with_texts(row: tuple[Any, ...], bodies: Sequence[int]) -> tuple[Value, ...]:
    values = list(row)
    for place in bodies:
        text = bytes(values[place])
        values[place] = msgspec.json.decode(text, type=str) if text[:1] == b'"' else text.decode()
    return tuple(values)
