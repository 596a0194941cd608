"""Putting a record together in wire order from what was sent and what is stored (reference A13). Pure."""

from collections.abc import Mapping
from typing import Any, cast

from cellarhand.ids import new_id
from cellarhand.record.shapes import Array, Kind, Object, Shape
from cellarhand.record.validate import Record

Stored = Mapping[str, Any] | None


def assemble(shape: Shape, sent: Mapping[str, Any], stored: Stored) -> Record:
    """The record of `shape`: sent members, else stored ones, else defaults.

    A sub-object that is sent replaces the stored one whole. Its computed members stay, and in an array the
    element with the same id is its counterpart; an element without id gets one. Stored members that the
    shape does not know are kept: a record that came from elsewhere loses nothing.
    """
    record: Record = {}
    for name, member in shape.members.items():
        if name in sent:
            kind, value = member.kind, sent[name]
            if isinstance(kind, Object | Array):
                value = _fit(kind, value, stored.get(name) if stored is not None else None)
            record[name] = value
        elif stored is not None and name in stored:
            record[name] = stored[name]
        elif member.default is not None:
            value = member.default[0]
            record[name] = member.fresh_default() if isinstance(value, list | dict) else value
        elif name == "id":
            record[name] = new_id()
        elif member.required:
            record[name] = assemble(member.kind.shape, {}, None) if isinstance(member.kind, Object) else None
    if stored is not None:
        for name, value in stored.items():
            if name not in shape.members:
                record[name] = value
    return record


def _fit(kind: Kind, value: Any, stored: Any) -> Any:
    if isinstance(kind, Object) and isinstance(value, dict):
        known = cast(Record, stored) if isinstance(stored, dict) else None
        return assemble(kind.shape, cast(Record, value), known)
    if isinstance(kind, Array) and isinstance(kind.item, Object) and isinstance(value, list):
        elements = cast(list[Record], stored) if isinstance(stored, list) else []
        known_by_id = {element.get("id"): element for element in elements}
        return [
            assemble(
                kind.item.shape, element, known_by_id.get(element.get("id")) if "id" in element else None
            )
            for element in cast(list[Record], value)
        ]
    return value
