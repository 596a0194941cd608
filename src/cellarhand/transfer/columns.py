"""A record as a row: the columns that follow from a resource's declaration (docs/export.md). Pure.

Objects become columns with dots, lists a column of JSON, and lists of objects one more column for each plain
member of their elements, joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import msgspec

from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Boolean, Integer, Kind, Number, Object, Shape, String
from cellarhand.transfer.faults import TransferFault

ColumnKind = Literal["text", "integer", "number", "boolean", "json", "joined"]
Cell = str | int | float | bool | None
JOIN = "; "
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `money` ones are cents. A `joined` one holds the last member of `path` of every element."""

    name: str
    kind: ColumnKind
    path: tuple[str, ...]
    money: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of a resource, and where its objects may have members that no column shows."""

    columns: tuple[Column, ...]
    objects: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = field(repr=False)


def sheet_of(resource: Resource, chosen: Sequence[str] = ()) -> Sheet:
    """All columns in wire order, or those that are `chosen`, in that order. Raises TransferFault."""
    columns: list[Column] = []
    objects: list[tuple[tuple[str, ...], frozenset[str]]] = []
    _put(resource.read_shape, (), columns, objects)
    if not chosen:
        return Sheet(tuple(columns), tuple(objects))
    by_name = {column.name: column for column in columns}
    unknown = [name for name in chosen if name not in by_name]
    if unknown:
        raise TransferFault(
            f"{resource.name} has no column '{unknown[0]}':"
            f" `cellarhand export {resource.name} --describe` shows them"
        )
    # Who chooses columns knows that there are others.
    return Sheet(tuple(by_name[name] for name in chosen), ())


def _put(
    shape: Shape,
    path: tuple[str, ...],
    columns: list[Column],
    objects: list[tuple[tuple[str, ...], frozenset[str]]],
) -> None:
    objects.append((path, frozenset(shape.members)))
    for name, member in shape.members.items():
        here = (*path, name)
        match member.kind:
            case Object(inner):
                _put(inner, here, columns, objects)
            case Array(Object(inner)):
                columns.append(Column(".".join(here), "json", here))
                for each in inner.members.values():
                    if _plain(each.kind) is not None:
                        columns.append(Column(".".join((*here, each.name)), "joined", (*here, each.name)))
            case Array(item) if _plain(item) is not None:
                columns.append(Column(".".join(here), "joined", here))
            case kind:
                money = isinstance(kind, Integer) and kind.is_money
                columns.append(Column(".".join(here), _plain(kind) or "json", here, money))


def _plain(kind: Kind) -> ColumnKind | None:
    match kind:
        case String():
            return "text"
        case Integer():
            return "integer"
        case Number():
            return "number"
        case Boolean():
            return "boolean"
        case _:
            return None


def cells(sheet: Sheet, record: dict[str, Any]) -> list[Cell]:
    """The record's values in the order of the columns; what is not there is None."""
    return [_cell(column, record) for column in sheet.columns]


def _cell(column: Column, record: dict[str, Any]) -> Cell:
    if column.kind == "joined":
        return _joined(column.path, record)
    value: Any = record
    for name in column.path:
        if not isinstance(value, dict):
            return None
        value = cast(dict[str, Any], value).get(name)
    if value is None:
        return None
    if column.kind == "json" or isinstance(value, dict | list):
        return _encode(value).decode()
    return value


def _joined(path: tuple[str, ...], record: dict[str, Any]) -> str | None:
    """Every element's value, joined; a list of plain values by itself."""
    value: Any = record
    for place, name in enumerate(path):
        if isinstance(value, list):
            found = [cast(dict[str, Any], each).get(name) for each in value if isinstance(each, dict)]  # pyright: ignore[reportUnknownVariableType]
            return JOIN.join([_text(each) for each in found])
        value = cast(dict[str, Any], value).get(name) if isinstance(value, dict) else None
        if value is None:
            return None
        if place == len(path) - 1 and isinstance(value, list):
            return JOIN.join([_text(each) for each in cast(list[Any], value)])
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _encode(value).decode()


def unshown(sheet: Sheet, record: dict[str, Any]) -> list[str]:
    """Paths of members that no column shows: those that a copied record has and no declaration knows."""
    found: list[str] = []
    for path, known in sheet.objects:
        value: Any = record
        for name in path:
            value = cast(dict[str, Any], value).get(name) if isinstance(value, dict) else None
        if isinstance(value, dict) and not value.keys() <= known:
            found += [".".join((*path, name)) for name in cast(dict[str, Any], value) if name not in known]
    return found
