"""Checking a request body against its closed shape (reference A5.4, A13).

Pure: a body and perhaps the stored record in, the cleaned members out, every fault noted. Nothing is
coerced; forms are brought to how they are stored (upper-case ids, offsets of times, outer blanks).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from cellarhand.record import errors
from cellarhand.record.errors import Faults
from cellarhand.record.formats import Refused
from cellarhand.record.shapes import (
    AnyValue,
    Array,
    Boolean,
    Integer,
    Kind,
    Member,
    Number,
    Object,
    OpenObject,
    Shape,
    String,
)

Record = dict[str, Any]
IDENTITY = frozenset(("id", "createdAt", "updatedAt"))
MARK = "\x01"
"""What stands for something that reading puts in begins with this character; no checked text does."""
_MOST_INTEGER = 2**63 - 1
_ABSENT: Any = object()
_OPEN = (list, dict)
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Turn:
    """Under which conditions a body is checked. `current` is the stored record of a PUT, else None."""

    faults: Faults
    data_role: bool = False
    current: Mapping[str, Any] | None = None


def check_body(shape: Shape, body: object, turn: Turn) -> Record:
    """The members that were sent, cleaned; on create with defaults for the others.

    Members with faults are left out, and so are those that only repeat what can't be changed.
    """
    if not isinstance(body, dict):
        raise errors.invalid(errors.Fault("body", "must be a object"))
    return _object(shape, cast(Record, body), "", turn, turn.current, root=True)


def _object(
    shape: Shape, body: Record, path: str, turn: Turn, current: Mapping[str, Any] | None, *, root: bool
) -> Record:
    changing = root and turn.current is not None
    prefix = f"{path}." if path else ""
    if not changing:
        for name in shape.required:
            if name not in body:
                turn.faults.add(prefix + name, errors.REQUIRED)
    closed = frozenset[str]() if turn.data_role else shape.of_data_role
    for name, value in body.items():
        if name not in shape.members or name in closed:
            message = _of_unknown(name, value, turn, current, root)
            if message:
                turn.faults.add(prefix + name, message)
    clean: Record = {}
    for name, member in shape.members.items():
        if name in body:
            if name in closed:
                continue
            stored = current.get(name) if current is not None else None
            value, kind = body[name], member.kind
            if isinstance(kind, String) and isinstance(value, str):
                # What most members are.
                value = _string(kind, value, prefix + name, turn)
            else:
                value = _member(member, value, prefix + name, turn, stored)
            # A record's own id is the Data role's to choose, once (reference A17).
            if changing and (member.create_only or name == "id"):
                if value is not _ABSENT and not _repeats(value, body[name], stored):
                    turn.faults.add(prefix + name, errors.CAN_NOT_CHANGE)
            elif value is not _ABSENT:
                clean[name] = value
        elif not changing and member.default is not None:
            default = member.default[0]
            clean[name] = member.fresh_default() if isinstance(default, _OPEN) else default
    return clean


def _of_unknown(
    name: str, value: object, turn: Turn, current: Mapping[str, Any] | None, root: bool
) -> str | None:
    """What is wrong with a member that can't be written; None when it only repeats what is stored."""
    if root and name in IDENTITY and not turn.data_role:
        return errors.UNKNOWN_MEMBER
    if current is None or name not in current:
        return errors.UNKNOWN_MEMBER
    return None if _same(current[name], value) else errors.CAN_NOT_CHANGE


def _same(stored: object, sent: object) -> bool:
    """Equal as JSON, however deep: `true` is not 1, and 1.0 is."""
    if isinstance(stored, dict) and isinstance(sent, dict):
        mine, theirs = cast(Record, stored), cast(Record, sent)
        return mine.keys() == theirs.keys() and all(_same(mine[name], theirs[name]) for name in mine)
    if isinstance(stored, list) and isinstance(sent, list):
        kept, given = cast(list[object], stored), cast(list[object], sent)
        return len(kept) == len(given) and all(map(_same, kept, given))
    return isinstance(stored, bool) is isinstance(sent, bool) and stored == sent


def _repeats(clean: Any, sent: Any, stored: Any) -> bool:
    """Whether a create-only member repeats what is stored; of a sub-object the members that were sent."""
    if isinstance(clean, dict) and isinstance(stored, dict) and isinstance(sent, dict):
        mine, kept = cast(Record, clean), cast(Record, stored)
        return all(kept.get(name) == value for name, value in mine.items() if name in sent)
    return _same(cast(object, stored), cast(object, clean))


def _member(member: Member, value: object, path: str, turn: Turn, stored: object) -> Any:
    if value is None:
        if member.nullable:
            return None
        turn.faults.add(path, f"must be a {member.type_names}")
        return _ABSENT
    return _value(member.kind, value, path, turn, stored, member.type_names)


def _value(kind: Kind, value: object, path: str, turn: Turn, stored: object, type_names: str) -> Any:
    match kind:
        case String():
            if isinstance(value, str):
                return _string(kind, value, path, turn)
        case Boolean():
            if isinstance(value, bool):
                return value
        case Integer():
            # JSON knows one kind of number: 3.0 is the integer 3.
            if (isinstance(value, float) and value.is_integer()) or (
                isinstance(value, str) and kind.or_string and _DIGITS.fullmatch(value.strip())
            ):
                value = int(value)
            if isinstance(value, int) and not isinstance(value, bool):
                return _ranged(kind, value, path, turn)
        case Number():
            if isinstance(value, int | float) and not isinstance(value, bool):
                return _ranged(kind, value, path, turn)
        case Array():
            if isinstance(value, list):
                return _array(kind, cast(list[object], value), path, turn, stored)
        case Object():
            if isinstance(value, dict):
                known = cast(Record, stored) if isinstance(stored, dict) else None
                return _object(kind.shape, cast(Record, value), path, turn, known, root=False)
        case OpenObject():
            if isinstance(value, dict):
                return _unmarked(cast(Record, value), path, turn)
        case AnyValue():
            return _unmarked(value, path, turn)
    turn.faults.add(path, f"must be a {type_names}")
    return _ABSENT


def _unmarked(value: Any, path: str, turn: Turn) -> Any:
    """A value of any form; only texts that begin as marks do are refused (docs/decisions/0009)."""
    level: list[Any] = [value]
    while level:
        each = level.pop()
        if isinstance(each, str) and each.startswith(MARK):
            turn.faults.add(path, errors.INVALID_STRING)
            return _ABSENT
        if isinstance(each, dict):
            level += cast(Record, each).keys()
            level += cast(Record, each).values()
        elif isinstance(each, list):
            level += cast(list[Any], each)
    return value


def _string(kind: String, value: str, path: str, turn: Turn) -> Any:
    if kind.choices is not None:
        if kind.spellings is not None:
            sought = value.casefold() if kind.spellings.ignore_case else value
            value = kind.spellings.stored.get(sought, value)
        if value in kind.choices:
            return value
        turn.faults.add(path, errors.NOT_ONE_OF)
        return _ABSENT
    least, most = kind.size.least, kind.size.most
    if kind.format is not None:
        # A string far beyond its limit is not worth looking into.
        if most is not None and len(value) > 4 * most + 64:
            turn.faults.add(path, f"must NOT have more than {most} characters")
            return _ABSENT
        try:
            value = kind.format.check(value)
        except Refused as refused:
            turn.faults.add(path, str(refused))
            return _ABSENT
    if len(value) < least or (least and not value.strip()):
        turn.faults.add(path, f"must NOT have fewer than {least} characters")
        return _ABSENT
    if most is not None and len(value) > most:
        turn.faults.add(path, f"must NOT have more than {most} characters")
        return _ABSENT
    return value


def _ranged(kind: Integer | Number, value: float, path: str, turn: Turn) -> Any:
    least = kind.range.least if kind.range.least is not None else -_MOST_INTEGER
    most = kind.range.most if kind.range.most is not None else _MOST_INTEGER
    if value < least:
        turn.faults.add(path, f"must be >= {least}")
    elif value > most:
        turn.faults.add(path, f"must be <= {most}")
    else:
        return value
    return _ABSENT


def _array(kind: Array, values: list[object], path: str, turn: Turn, stored: object) -> Any:
    if len(values) < kind.size.least:
        turn.faults.add(path, f"must NOT have fewer than {kind.size.least} items")
        return _ABSENT
    if kind.size.most is not None and len(values) > kind.size.most:
        turn.faults.add(path, f"must NOT have more than {kind.size.most} items")
        return _ABSENT
    known = _by_id(stored)
    clean: list[Any] = []
    for place, value in enumerate(values):
        at = f"{path}[{place}]"
        sent_id = cast(Record, value).get("id") if isinstance(value, dict) else None
        counterpart = known.get(sent_id.lower()) if isinstance(sent_id, str) else None
        element = _value(kind.item, cast(object, value), at, turn, counterpart, kind.item.type_name)
        if element is _ABSENT:
            if isinstance(kind.item, Object):
                # Holds the place, so that later faults name theirs.
                clean.append({})
            continue
        if isinstance(kind.item, Object) and kind.item.shape.has_own_ids:
            _own_id(element, at, turn, counterpart, clean)
        clean.append(element)
    return clean


def _own_id(element: Record, at: str, turn: Turn, counterpart: object, before: list[Record]) -> None:
    """The id of a sub-object is one that the record has already, or comes with the Data role (A13, A17)."""
    sent = element.get("id")
    if sent is None:
        return
    if any(other.get("id") == sent for other in before):
        turn.faults.add(f"{at}.id", errors.UNIQUE)
    elif counterpart is None and not turn.data_role:
        turn.faults.add(f"{at}.id", errors.DOES_NOT_EXIST)


def _by_id(stored: object) -> dict[str, Record]:
    if not isinstance(stored, list):
        return {}
    elements = cast(list[Any], stored)
    return {element["id"]: element for element in elements if isinstance(element, dict) and "id" in element}
