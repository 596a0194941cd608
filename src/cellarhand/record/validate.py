"""Checking a request body against its closed shape (reference A5.4, A13).

Pure: a body and perhaps the stored record in, the cleaned members out, every fault noted. Nothing is
coerced; forms are brought to how they are stored (upper-case ids, offsets of times, outer blanks).
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, cast

from cellarhand.record import errors
from cellarhand.record.errors import Faults
from cellarhand.record.formats import Refused
from cellarhand.record.plain import plain
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
    # A bulk import takes members that no single call does.
    importing: bool = False


def check_body(shape: Shape, body: object, turn: Turn) -> Record:
    """The members that were sent, cleaned; on create with defaults for the others.

    Members with faults are left out, and so are those that only repeat what can't be changed.
    """
    if turn.current is None:
        clean = plain(shape, data_role=turn.data_role, importing=turn.importing).of(body)
        if clean is not None:
            return clean
    return judged(shape, body, turn)


def judged(shape: Shape, body: object, turn: Turn) -> Record:
    """The same of any body, plain or not: what is wrong is found here alone."""
    if not isinstance(body, dict):
        raise errors.invalid(errors.Fault("body", "must be a object"))
    return _object(_plan(shape), cast(Record, body), "", turn, turn.current, root=True)


Check = Callable[[Any, str, Turn, Any], Any]
"""Checks a value, given its path, the turn and what is stored in its place; `_ABSENT` when it has a fault."""


class _Field(NamedTuple):
    """One member, ready to be checked."""

    name: str
    nullable: bool
    check: Check
    type_names: str
    # Whether it can't be changed. A record's own id is the Data role's to choose, once (reference A17).
    fixed: bool
    # `_ABSENT` without a default; what no two records may share is made by `fresh`.
    default: Any
    fresh: Callable[[], Any] | None


class _Plan(NamedTuple):
    """The members of a shape, looked at once instead of for each body."""

    fields: tuple[_Field, ...]
    required: tuple[str, ...]
    needed: frozenset[str]
    # The names that may be sent: by anybody, by the Data role, and by it in a bulk import.
    open: frozenset[str]
    of_data_role: frozenset[str]
    every: frozenset[str]


@cache
def _plan(shape: Shape) -> _Plan:
    every = frozenset(shape.members)
    return _Plan(
        tuple([_field(name, member) for name, member in shape.members.items()]),
        shape.required,
        frozenset(shape.required),
        every - shape.of_data_role - shape.of_imports,
        every - shape.of_imports,
        every,
    )


def _field(name: str, member: Member) -> _Field:
    default = _ABSENT if member.default is None else member.default[0]
    fresh = member.fresh_default if isinstance(default, _OPEN) else None
    check = _check(member.kind, member.type_names)
    fixed = member.create_only or name == "id"
    return _Field(name, member.nullable, check, member.type_names, fixed, default, fresh)


def _object(
    plan: _Plan, body: Record, path: str, turn: Turn, current: Mapping[str, Any] | None, *, root: bool
) -> Record:
    changing = root and turn.current is not None
    prefix = f"{path}." if path else ""
    if not changing and not plan.needed <= body.keys():
        for name in plan.required:
            if name not in body:
                turn.faults.add(prefix + name, errors.REQUIRED)
    if turn.data_role:
        known = plan.every if turn.importing else plan.of_data_role
    else:
        known = plan.open
    if not body.keys() <= known:
        for name, value in body.items():
            message = None if name in known else _of_unknown(name, value, turn, current, root)
            if message:
                turn.faults.add(prefix + name, message)
    clean: Record = {}
    for name, nullable, check, type_names, fixed, default, fresh in plan.fields:
        if name in body:
            if name not in known:
                continue
            sent = body[name]
            stored = current.get(name) if current is not None else None
            if sent is not None:
                value = check(sent, prefix + name, turn, stored)
            elif nullable:
                value = None
            else:
                turn.faults.add(prefix + name, f"must be a {type_names}")
                continue
            if changing and fixed:
                if value is not _ABSENT and not _repeats(value, sent, stored):
                    turn.faults.add(prefix + name, errors.CAN_NOT_CHANGE)
            elif value is not _ABSENT:
                clean[name] = value
        elif not changing and default is not _ABSENT:
            clean[name] = default if fresh is None else fresh()
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


def _check(kind: Kind, type_names: str) -> Check:
    """The check of a kind of values; what is of another type is said to be none of `type_names`."""
    match kind:
        case String():
            if kind.choices is not None:
                return _typed(str, _check_choice(kind, kind.choices), type_names)
            return _check_string(kind, type_names)
        case Boolean():
            return _typed(bool, _as_it_is, type_names)
        case Integer() | Number():
            return _check_number(kind, type_names)
        case Array():
            return _typed(list, _check_array(kind), type_names)
        case Object():
            return _typed(dict, _check_object(kind.shape), type_names)
        case OpenObject():
            return _typed(dict, _unmarked, type_names)
        case AnyValue():
            return _unmarked


def _typed(wanted: type, of_kind: Check, type_names: str) -> Check:
    def check(value: Any, path: str, turn: Turn, stored: Any) -> Any:
        if isinstance(value, wanted):
            return of_kind(value, path, turn, stored)
        turn.faults.add(path, f"must be a {type_names}")
        return _ABSENT

    return check


def _as_it_is(value: Any, _path: str, _turn: Turn, _stored: Any) -> Any:
    return value


def _check_object(shape: Shape) -> Check:
    plan = _plan(shape)

    def check(value: Record, path: str, turn: Turn, stored: Any) -> Any:
        known = cast(Record, stored) if isinstance(stored, dict) else None
        return _object(plan, value, path, turn, known, root=False)

    return check


def _unmarked(value: Any, path: str, turn: Turn, _stored: Any) -> Any:
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


def _check_choice(kind: String, choices: tuple[str, ...]) -> Check:
    allowed, spellings = frozenset(choices), kind.spellings

    def check(value: str, path: str, turn: Turn, _stored: Any) -> Any:
        if spellings is not None:
            sought = value.casefold() if spellings.ignore_case else value
            value = spellings.stored.get(sought, value)
        if value in allowed:
            return value
        turn.faults.add(path, errors.NOT_ONE_OF)
        return _ABSENT

    return check


def _check_string(kind: String, type_names: str) -> Check:
    form = kind.format.check if kind.format is not None else None
    least, most = kind.size.least, kind.size.most
    # A string far beyond its limit is not worth looking into.
    far_beyond = 4 * most + 64 if most is not None and form is not None else sys.maxsize
    longest = most if most is not None else sys.maxsize

    def check(value: Any, path: str, turn: Turn, _stored: Any) -> Any:
        if not isinstance(value, str):
            turn.faults.add(path, f"must be a {type_names}")
            return _ABSENT
        if len(value) > far_beyond:
            turn.faults.add(path, f"must NOT have more than {most} characters")
            return _ABSENT
        if form is not None:
            try:
                value = form(value)
            except Refused as refused:
                turn.faults.add(path, str(refused))
                return _ABSENT
        if least and (len(value) < least or not value.strip()):
            turn.faults.add(path, f"must NOT have fewer than {least} characters")
            return _ABSENT
        if len(value) > longest:
            turn.faults.add(path, f"must NOT have more than {most} characters")
            return _ABSENT
        return value

    return check


def _check_number(kind: Integer | Number, type_names: str) -> Check:
    least = kind.range.least if kind.range.least is not None else -_MOST_INTEGER
    most = kind.range.most if kind.range.most is not None else _MOST_INTEGER
    whole, or_string = isinstance(kind, Integer), isinstance(kind, Integer) and kind.or_string

    def check(value: Any, path: str, turn: Turn, _stored: Any) -> Any:
        # JSON knows one kind of number: 3.0 is the integer 3.
        if (whole and isinstance(value, float) and value.is_integer()) or (
            or_string and isinstance(value, str) and _DIGITS.fullmatch(value.strip())
        ):
            value = int(value)
        if not isinstance(value, int if whole else int | float) or isinstance(value, bool):
            turn.faults.add(path, f"must be a {type_names}")
        elif value < least:
            turn.faults.add(path, f"must be >= {least}")
        elif value > most:
            turn.faults.add(path, f"must be <= {most}")
        else:
            return value
        return _ABSENT

    return check


def _check_array(kind: Array) -> Check:
    least, most = kind.size.least, kind.size.most
    check_item = _check(kind.item, kind.item.type_name)
    of_objects = isinstance(kind.item, Object)
    own_ids = isinstance(kind.item, Object) and kind.item.shape.has_own_ids

    def check(values: list[Any], path: str, turn: Turn, stored: Any) -> Any:
        if len(values) < least:
            turn.faults.add(path, f"must NOT have fewer than {least} items")
            return _ABSENT
        if most is not None and len(values) > most:
            turn.faults.add(path, f"must NOT have more than {most} items")
            return _ABSENT
        known = _by_id(stored)
        clean: list[Any] = []
        for place, value in enumerate(values):
            at = f"{path}[{place}]"
            counterpart = None
            if known and isinstance(value, dict):
                sent_id = cast(Record, value).get("id")
                counterpart = known.get(sent_id.lower()) if isinstance(sent_id, str) else None
            element = check_item(value, at, turn, counterpart)
            if element is _ABSENT:
                if of_objects:
                    # Holds the place, so that later faults name theirs.
                    clean.append({})
                continue
            if own_ids:
                _own_id(element, at, turn, counterpart, clean)
            clean.append(element)
        return clean

    return check


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
