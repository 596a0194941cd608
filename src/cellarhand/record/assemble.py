"""Putting a record together in wire order from what was sent and what is stored (reference A13). Pure."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, NamedTuple, cast

from cellarhand.ids import new_id
from cellarhand.record.shapes import Array, Kind, Member, Object, Shape
from cellarhand.record.validate import Record

Stored = Mapping[str, Any] | None


def assemble(shape: Shape, sent: Mapping[str, Any], stored: Stored) -> Record:
    """The record of `shape`: sent members, else stored ones, else defaults.

    A sub-object that is sent replaces the stored one whole. Its computed members stay, and in an array the
    element with the same id is its counterpart; an element without id gets one. Stored members that the
    shape does not know are kept: a record that came from elsewhere loses nothing.
    """
    blank = _blank(shape)
    if stored is None:
        return _new(shape, blank, sent)
    record: Record = {}
    for name in shape.members:
        if name in sent:
            value = sent[name]
            fit = blank.nested.get(name)
            record[name] = value if fit is None else fit(value, stored.get(name))
        elif name in stored:
            record[name] = stored[name]
        elif name in blank.members:
            record[name] = blank.made[name]() if name in blank.made else blank.members[name]
    for name, value in stored.items():
        if name not in shape.members:
            record[name] = value
    return record


class _Blank(NamedTuple):
    """What a new record of a shape has without anything sent, and how what is sent is put on it."""

    # In wire order; those of `made` only hold their place.
    members: Record
    # What no two records may share: ids, arrays, objects.
    made: Mapping[str, Callable[[], Any]]
    # Members that hold objects: what was sent and what is stored make the new value.
    nested: Mapping[str, Callable[[Any, Any], Any]]
    # Members that are not always there.
    conditional: frozenset[str]


@cache
def _blank(shape: Shape) -> _Blank:
    members: Record = {}
    made: dict[str, Callable[[], Any]] = {}
    nested: dict[str, Callable[[Any, Any], Any]] = {}
    conditional: set[str] = set()
    for name, member in shape.members.items():
        make = _maker(name, member)
        if make is not None:
            made[name] = make
        if make is not None or member.default is not None or member.required:
            members[name] = member.default[0] if member.default is not None else None
        else:
            conditional.add(name)
        fit = _fitter(member.kind)
        if fit is not None:
            nested[name] = fit
    return _Blank(members, made, nested, frozenset(conditional))


def _maker(name: str, member: Member) -> Callable[[], Any] | None:
    if member.default is not None:
        return member.fresh_default if isinstance(member.default[0], (list, dict)) else None
    if name == "id":
        return new_id
    if member.required and isinstance(member.kind, Object):
        return partial(assemble, member.kind.shape, {}, None)
    return None


def _new(shape: Shape, blank: _Blank, sent: Mapping[str, Any]) -> Record:
    """A blank record with what was sent put on it."""
    record = blank.members.copy()
    for name, make in blank.made.items():
        if name not in sent:
            record[name] = make()
    if sent.keys() <= blank.members.keys():
        record.update(sent)
    else:
        record |= {name: value for name, value in sent.items() if name in shape.members}
        record = {name: record[name] for name in shape.members if name in record}
    for name, fit in blank.nested.items():
        if name in sent and sent[name] is not None:
            record[name] = fit(sent[name], None)
    return record


def _fitter(kind: Kind) -> Callable[[Any, Any], Any] | None:
    """How a value of a kind that has objects in it is put together; None for any other kind."""
    if isinstance(kind, Object):
        return partial(_fit_object, kind.shape)
    if isinstance(kind, Array) and isinstance(kind.item, Object):
        return partial(_fit_objects, kind.item.shape)
    return None


def _fit_object(shape: Shape, value: Any, stored: Any) -> Any:
    if not isinstance(value, dict):
        return value
    sent = cast(Record, value)
    return assemble(shape, sent, _replaced(shape, sent, stored))


def _fit_objects(shape: Shape, value: Any, stored: Any) -> Any:
    if not isinstance(value, list):
        return value
    elements = cast(list[Record], stored) if isinstance(stored, list) else []
    known_by_id = {element["id"]: element for element in elements if "id" in element}
    return [
        assemble(shape, element, _replaced(shape, element, known_by_id.get(element.get("id"))))
        for element in cast(list[Record], value)
    ]


def _replaced(shape: Shape, sent: Record, stored: Any) -> Record | None:
    """The stored object that a sent one replaces: what is not always there goes, unless it is sent."""
    if not isinstance(stored, dict):
        return None
    kept = cast(Record, stored)
    gone = (_blank(shape).conditional & kept.keys()) - sent.keys()
    return {name: value for name, value in kept.items() if name not in gone} if gone else kept
