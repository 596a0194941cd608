"""The forms of an export: CSV for spreadsheets, lines of JSON for programs, Parquet for analysis."""

import csv
import importlib
import io
from collections.abc import Sequence
from typing import IO, Any, Protocol

import msgspec

from cellarhand.record.text import decode
from cellarhand.transfer.columns import Cell, Sheet, cells, unshown
from cellarhand.transfer.faults import TransferFault

ROWS_A_GROUP = 20_000
# What a spreadsheet takes for the beginning of a formula, in either width.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠'")


class Form(Protocol):
    """Takes the texts of records. `unshown` counts the records that had members which no column shows."""

    unshown: dict[str, int]

    def write(self, bodies: Sequence[bytes]) -> None: ...
    def finish(self) -> None: ...

    def drop(self) -> None:
        """Leave the file as it is: what is in it will not be used."""
        ...


class Lines:
    """NDJSON: each record exactly as the API returns it, on a line."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.unshown: dict[str, int] = {}

    def write(self, bodies: Sequence[bytes]) -> None:
        self._file.write(b"".join([line for body in bodies for line in (_one_line(body), b"\n")]))

    def finish(self) -> None:
        self._file.flush()

    def drop(self) -> None:
        """Nothing is held back."""


def _one_line(body: bytes) -> bytes:
    return msgspec.json.format(body, indent=-1) if b"\n" in body or b"\r" in body else body


class Csv:
    """CSV as RFC 4180 has it, in UTF-8.

    With `guard`, a text that a spreadsheet would take for a formula gets an apostrophe in front, and so does
    one that begins with an apostrophe: taking one away gives every text back.
    """

    def __init__(self, file: IO[bytes], sheet: Sheet, *, bom: bool, guard: bool, decimal: bool) -> None:
        self._file = file
        self._sheet = sheet
        self._guard = guard
        self._money = [place for place, column in enumerate(sheet.columns) if column.money and decimal]
        self.unshown: dict[str, int] = {}
        self._mark = b"\xef\xbb\xbf" if bom else b""
        self._begun = False

    def write(self, bodies: Sequence[bytes]) -> None:
        self._begin()
        rows: list[list[Cell]] = []
        for body in bodies:
            record = decode(body)
            _count(self.unshown, self._sheet, record)
            rows.append([self._shown(cell) for cell in self._priced(cells(self._sheet, record))])
        self._write(rows)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._file.write(self._mark)
            self._write([[column.name for column in self._sheet.columns]])

    def _write(self, rows: Sequence[Sequence[Cell]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._file.write(text.getvalue().encode())

    def _priced(self, row: list[Cell]) -> list[Cell]:
        for place in self._money:
            value = row[place]
            if type(value) is int:
                row[place] = _Amount(f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}")
        return row

    def _shown(self, cell: Cell) -> Cell:
        if cell is True or cell is False:
            return "true" if cell else "false"
        if self._guard and type(cell) is str and cell.startswith(_FORMULA):
            return f"'{cell}"
        return cell

    def finish(self) -> None:
        self._begin()
        self._file.flush()

    def drop(self) -> None:
        """Nothing is held back."""


class _Amount(str):
    """A number that is written as it stands: its minus begins no formula."""

    __slots__ = ()


_PYTHON: dict[str, tuple[type, ...]] = {"integer": (int,), "number": (int, float), "boolean": (bool,)}


class Parquet:
    """Parquet, by pyarrow. A member whose value is not of its declared type is a fault that names both."""

    def __init__(self, file: IO[bytes], sheet: Sheet) -> None:
        try:
            self._arrow: Any = importlib.import_module("pyarrow")
            parquet: Any = importlib.import_module("pyarrow.parquet")
        except ModuleNotFoundError:
            raise TransferFault("Parquet needs pyarrow: pip install 'cellarhand[parquet]'") from None
        arrow = self._arrow
        types = {"integer": arrow.int64(), "number": arrow.float64(), "boolean": arrow.bool_()}
        self._sheet = sheet
        self._types = [types.get(column.kind, arrow.string()) for column in sheet.columns]
        names = [column.name for column in sheet.columns]
        self._schema: Any = arrow.schema(list(zip(names, self._types, strict=True)))
        self._writer: Any = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[list[Cell]] = []
        self.unshown: dict[str, int] = {}

    def write(self, bodies: Sequence[bytes]) -> None:
        for body in bodies:
            record = decode(body)
            _count(self.unshown, self._sheet, record)
            self._rows.append(cells(self._sheet, record))
        if len(self._rows) >= ROWS_A_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        arrays: list[Any] = []
        columns = list(zip(*self._rows, strict=True)) or [()] * len(self._types)
        for column, values, type_ in zip(self._sheet.columns, columns, self._types, strict=True):
            wanted = _PYTHON.get(column.kind, (str,))
            # Checked here, because pyarrow cuts a fraction off without a word.
            odd = [value for value in values if value is not None and type(value) not in wanted]
            if odd or any(type(value) is int and not -(2**63) <= value < 2**63 for value in values):
                raise TransferFault(
                    f"the column '{column.name}' has a value that is not of type {column.kind}, as copied"
                    " records may: use csv or ndjson"
                )
            arrays.append(self._arrow.array(values, type_))
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows = []

    def finish(self) -> None:
        if self._rows:
            self._write_group()
        self._writer.close()

    def drop(self) -> None:
        # It would write the file's end when it is collected.
        self._writer.is_open = False


def _count(counted: dict[str, int], sheet: Sheet, record: dict[str, Any]) -> None:
    for path in unshown(sheet, record):
        counted[path] = counted.get(path, 0) + 1
