"""Sums of money over many records, by path: every member that is declared in cents.

Only these members are decoded; all else of a text is stepped over.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Integer, Kind, Object, OpenObject, Shape
from cellarhand.record.text import decode

Sums = dict[str, int]
Adder = Callable[[bytes, Sums], None]

NO_NUMBER = "(no whole number) "
"""Leads the path under which amounts are counted that can't be added up."""


def adder_of(resource: Resource) -> Adder | None:
    """Adds a record's amounts to sums; None where nothing of the resource is money."""
    plan = _plan(resource.read_shape)
    if plan is None:
        return None
    fast = msgspec.json.Decoder(plan.type).decode

    def add(text: bytes, sums: Sums) -> None:
        try:
            found: Any = fast(text)
        except msgspec.ValidationError:
            _add_by_shape(resource.read_shape, decode(text), "", sums)
            return
        plan.add(found, sums)

    return add


class _Plan:
    """What to decode of an object, and where its amounts go."""

    def __init__(self, type: Any, steps: list[tuple[str, str, "_Plan | None"]]) -> None:
        self.type = type
        self._steps = steps

    def add(self, found: Any, sums: Sums) -> None:
        for attribute, path, inner in self._steps:
            value = getattr(found, attribute)
            if value is None:
                continue
            if inner is None:
                _add(value, path, sums)
            elif type(value) is list:
                for each in value:  # pyright: ignore[reportUnknownVariableType]
                    inner.add(each, sums)
            else:
                inner.add(value, sums)


def _plan(shape: Shape, path: str = "") -> _Plan | None:
    fields: list[tuple[str, Any, Any]] = []
    steps: list[tuple[str, str, _Plan | None]] = []
    names: dict[str, str] = {}
    for name, member in shape.members.items():
        here = f"{path}.{name}" if path else name
        inner: _Plan | None = None
        match member.kind:
            case Integer() | OpenObject(Integer()) if _is_money(member.kind):
                kind: Any = Any
            case Object(nested) if (inner := _plan(nested, here)) is not None:
                kind = inner.type | None
            case Array(Object(nested)) if (inner := _plan(nested, f"{here}[]")) is not None:
                kind = list[inner.type] | None
            case _:
                continue
        attribute = f"m{len(fields)}"
        fields.append((attribute, kind, None))
        steps.append((attribute, here, inner))
        names[attribute] = name
    if not fields:
        return None
    return _Plan(msgspec.defstruct(f"{shape.name}Money", fields, rename=names), steps)


def _is_money(kind: Kind) -> bool:
    if isinstance(kind, OpenObject):
        return kind.values is not None and _is_money(kind.values)
    return isinstance(kind, Integer) and kind.is_money


def _add(value: Any, path: str, sums: Sums) -> None:
    if type(value) is int:
        sums[path] = sums.get(path, 0) + value
    elif isinstance(value, dict):
        for each in value.values():  # pyright: ignore[reportUnknownVariableType]
            _add(each, f"{path}.*", sums)
    elif value is not None:
        sums[NO_NUMBER + path] = sums.get(NO_NUMBER + path, 0) + 1


def _add_by_shape(shape: Shape, record: Any, path: str, sums: Sums) -> None:
    """The same for a record that is not built as declared."""
    if not isinstance(record, dict):
        return
    for name, member in shape.members.items():
        value: Any = record.get(name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        here = f"{path}.{name}" if path else name
        match member.kind:
            case Object(nested):
                _add_by_shape(nested, value, here, sums)
            case Array(Object(nested)):
                for each in value if isinstance(value, list) else ():  # pyright: ignore[reportUnknownVariableType]
                    _add_by_shape(nested, each, f"{here}[]", sums)
            case kind if _is_money(kind):
                _add(value, here, sums)
            case _:
                pass
