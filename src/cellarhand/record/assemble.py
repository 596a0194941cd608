"""Putting a record together in wire order from what was sent and what is stored (reference A13). Pure."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
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
    if stored is None:
        return _new(shape, sent)
    blank = _blank(shape)
    record: Record = {}
    for name in shape.members:
        if name in sent:
            value = sent[name]
            inner = blank.nested.get(name)
            record[name] = value if inner is None else _fit(inner, value, stored.get(name))
        elif name in stored:
            record[name] = stored[name]
        elif name in blank.members:
            record[name] = blank.made[name]() if name in blank.made else blank.members[name]
    for name, value in stored.items():
        if name not in shape.members:
            record[name] = value
    return record


class _Blank(NamedTuple):
    """What a new record of a shape has without anything sent, and where it holds objects."""

    # In wire order; those of `made` only hold their place.
    members: Record
    # What no two records may share: ids, arrays, objects.
    made: Mapping[str, Callable[[], Any]]
    # Members that hold objects: the shape of these, and whether they stand in an array.
    nested: Mapping[str, tuple[Shape, bool]]
    # Members that are not always there.
    conditional: frozenset[str]


@cache
def _blank(shape: Shape) -> _Blank:
    members: Record = {}
    made: dict[str, Callable[[], Any]] = {}
    nested: dict[str, tuple[Shape, bool]] = {}
    conditional: set[str] = set()
    for name, member in shape.members.items():
        make = _maker(name, member)
        if make is not None:
            made[name] = make
        if make is not None or member.default is not None or member.required:
            members[name] = member.default[0] if member.default is not None else None
        else:
            conditional.add(name)
        inner = _inner(member.kind)
        if inner is not None:
            nested[name] = inner
    return _Blank(members, made, nested, frozenset(conditional))


def _maker(name: str, member: Member) -> Callable[[], Any] | None:
    if member.default is not None:
        return member.fresh_default if isinstance(member.default[0], (list, dict)) else None
    if name == "id":
        return new_id
    if member.required and isinstance(member.kind, Object):
        plan = _plan(member.kind.shape, ())
        return partial(_new, member.kind.shape, {}) if plan.made else plan.blank.copy
    return None


class _Plan(NamedTuple):
    """How a new record of a shape is put together when members of certain names are sent."""

    # All that it will have, in wire order; what is sent, and what is made, only has its place.
    blank: Record
    made: tuple[tuple[str, Callable[[], Any]], ...]
    # Sent members that may hold objects: the shape of these, and whether they stand in an array.
    nested: tuple[tuple[str, Shape, bool], ...]
    # What is sent and the shape does not have.
    strays: tuple[str, ...]


@lru_cache(4096)
def _plan(shape: Shape, names: tuple[str, ...]) -> _Plan:
    """Few combinations of names are ever sent, and so what follows from one is found once."""
    blank = _blank(shape)
    return _Plan(
        {name: blank.members.get(name) for name in shape.members if name in blank.members or name in names},
        tuple((name, make) for name, make in blank.made.items() if name not in names),
        tuple((name, *inner) for name, inner in blank.nested.items() if name in names),
        tuple(name for name in names if name not in shape.members),
    )


def _new(shape: Shape, sent: Mapping[str, Any]) -> Record:
    """A blank record with what was sent put on it."""
    return _filled(_plan(shape, tuple(sent)), sent)


def _new_ones(shape: Shape, several: "list[Record]") -> list[Record]:
    """The same of an array: what its elements are sent with is mostly the same."""
    names, plan = (), _plan(shape, ())
    records: list[Record] = []
    for sent in several:
        sent_names = tuple(sent)
        if sent_names != names:
            names, plan = sent_names, _plan(shape, sent_names)
        records.append(_filled(plan, sent))
    return records


def _filled(plan: _Plan, sent: Mapping[str, Any]) -> Record:
    record = {**plan.blank, **sent}
    for name in plan.strays:
        del record[name]
    for name, make in plan.made:
        record[name] = make()
    for name, inner, many in plan.nested:
        value = record[name]
        if value is None:
            continue
        if many and isinstance(value, list):
            record[name] = _new_ones(inner, cast("list[Record]", value))
        elif not many and isinstance(value, dict):
            record[name] = _new(inner, cast("Record", value))
    return record


def _inner(kind: Kind) -> tuple[Shape, bool] | None:
    """The shape of the objects in a kind, and whether they stand in an array; None for any other kind."""
    if isinstance(kind, Object):
        return kind.shape, False
    if isinstance(kind, Array) and isinstance(kind.item, Object):
        return kind.item.shape, True
    return None


def _fit(inner: tuple[Shape, bool], value: Any, stored: Any) -> Any:
    """The new value of a member that holds objects: of what was sent and what is stored."""
    shape, many = inner
    return _fit_objects(shape, value, stored) if many else _fit_object(shape, value, stored)


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
