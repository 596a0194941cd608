"""How two values of JSON differ, member by member. Pure; nothing is overlooked."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, cast

import msgspec

Kind = Literal["only in A", "only in B", "value", "type", "order", "text"]
"""`type` is a value of another JSON type (1 and "1", null and {}); `order` a list whose elements stand in
another order; `text` the same value in other words: the order of members, 1.0 for 1, blanks, escapes."""

RECORD = "(record)"
"""The path of what concerns a record as a whole."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class Difference(NamedTuple):
    """`path` without places (`items[].price`), `place` with them (`items[3].price`)."""

    path: str
    place: str
    kind: Kind
    a: Any = None
    b: Any = None


def differences(a: Any, b: Any, path: str = "", place: str = "") -> Iterator[Difference]:
    """Every difference of two decoded values; a member's path is that of its record."""
    kinds = (type(cast(object, a)), type(cast(object, b)))
    if kinds == (dict, dict):
        yield from _objects(a, b, path, place)
    elif kinds == (list, list):
        yield from _lists(a, b, path, place)
    elif kinds[0] is not kinds[1]:
        if set(kinds) == {int, float}:
            yield Difference(path, place, "text" if a == b else "value", a, b)
        else:
            yield Difference(path, place, "type", a, b)
    elif a != b:
        yield Difference(path, place, "value", a, b)
    elif kinds[0] is float and str(a) != str(b):
        # 0.0 and -0.0.
        yield Difference(path, place, "text", a, b)


def _objects(a: dict[str, Any], b: dict[str, Any], path: str, place: str) -> Iterator[Difference]:
    for name in [*a, *(name for name in b if name not in a)]:
        inner, here = (f"{path}.{name}", f"{place}.{name}") if path else (name, name)
        if name not in b:
            yield Difference(inner, here, "only in A", a=a[name])
        elif name not in a:
            yield Difference(inner, here, "only in B", b=b[name])
        elif a[name] is not b[name]:
            yield from differences(a[name], b[name], inner, here)
    both = a.keys() & b.keys()
    orders = [[name for name in each if name in both] for each in (a, b)]
    if orders[0] != orders[1]:
        yield Difference(path or RECORD, place or RECORD, "text", *orders)


def _lists(a: list[Any], b: list[Any], path: str, place: str) -> Iterator[Difference]:
    path = f"{path}[]"
    if msgspec.json.encode(a) == msgspec.json.encode(b):
        return
    by_id = _by_id(a), _by_id(b)
    if by_id[0] is not None and by_id[1] is not None:
        yield from _identified(by_id[0], by_id[1], path, place)
        return
    if len(a) == len(b) and sorted(map(_encode, a)) == sorted(map(_encode, b)) and a != b:
        yield Difference(path, place, "order", a, b)
        return
    for number in range(max(len(a), len(b))):
        here = f"{place}[{number}]"
        if number >= len(b):
            yield Difference(path, here, "only in A", a=a[number])
        elif number >= len(a):
            yield Difference(path, here, "only in B", b=b[number])
        else:
            yield from differences(a[number], b[number], path, here)


def _by_id(values: list[Any]) -> dict[str, Any] | None:
    """The elements by id, where each has one of its own."""
    found: dict[str, Any] = {}
    for value in values:
        id = cast(dict[str, Any], value).get("id") if isinstance(value, dict) else None
        if not isinstance(id, str) or id in found:
            return None
        found[id] = value
    return found


def _identified(a: dict[str, Any], b: dict[str, Any], path: str, place: str) -> Iterator[Difference]:
    """Elements are held against those of the same id: one more at the front moves none of the others."""
    for id in [*a, *(id for id in b if id not in a)]:
        here = f"{place}[{id}]"
        if id not in b:
            yield Difference(path, here, "only in A", a=a[id])
        elif id not in a:
            yield Difference(path, here, "only in B", b=b[id])
        else:
            yield from differences(a[id], b[id], path, here)
    orders = [id for id in a if id in b], [id for id in b if id in a]
    if orders[0] != orders[1]:
        yield Difference(path, place, "order", *orders)
