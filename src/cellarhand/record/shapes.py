"""Shapes: a declared TypedDict, read once into members that can be checked, filled and documented.

`Shape.of(CustomerWrite)` turns annotations into `Member`s. Wire order is the order of declaration.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from cellarhand.record.types import (
    CENTS,
    CREATE_ONLY,
    DATA_ROLE,
    IMPORTED,
    NUMERIC_STRING,
    REFERENCE,
    Default,
    Format,
    Hint,
    Marker,
    Range,
    Size,
    Spellings,
)

ANY_SIZE, ANY_RANGE = Size(), Range()


@dataclass(frozen=True, slots=True)
class String:
    format: Format | None = None
    size: Size = ANY_SIZE
    choices: tuple[str, ...] | None = None
    spellings: Spellings | None = None
    type_name: str = "string"


@dataclass(frozen=True, slots=True)
class Integer:
    range: Range = ANY_RANGE
    or_string: bool = False
    type_name: str = "integer"
    # Minor units of the tenant's currency.
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    range: Range = ANY_RANGE
    type_name: str = "number"


@dataclass(frozen=True, slots=True)
class Boolean:
    type_name: str = "boolean"


@dataclass(frozen=True, slots=True)
class Array:
    item: "Kind"
    size: Size = ANY_SIZE
    type_name: str = "array"


@dataclass(frozen=True, slots=True)
class Object:
    shape: "Shape"
    type_name: str = "object"


@dataclass(frozen=True, slots=True)
class OpenObject:
    """An object of any members: `metaData`, `appData`."""

    values: "Kind | None" = None
    type_name: str = "object"


@dataclass(frozen=True, slots=True)
class AnyValue:
    """Any JSON value: what another server sent and the log repeats."""

    type_name: str = "value"


Kind = String | Integer | Number | Boolean | Array | Object | OpenObject | AnyValue


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    kind: Kind
    nullable: bool = False
    required: bool = False
    # A default stands in a tuple, so that None can be one.
    default: tuple[Any] | None = None
    create_only: bool = False
    data_role: bool = False
    imported: bool = False
    reference: bool = False
    hint: Hint | None = None

    @property
    def type_names(self) -> str:
        return f"{self.kind.type_name},null" if self.nullable else self.kind.type_name

    def fresh_default(self) -> Any:
        """The default, safe to change."""
        value = self.default[0] if self.default else None
        if isinstance(value, list):
            return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        if isinstance(value, dict):
            return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return value


@dataclass(frozen=True, eq=False)
class Shape:
    """The members of an object in wire order; `name` is that of the declaration."""

    name: str
    members: Mapping[str, Member]

    @staticmethod
    def of(declared: type) -> "Shape":
        return _shape(declared)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names that a new object must have."""
        return tuple(name for name, member in self.members.items() if member.required)

    @cached_property
    def of_data_role(self) -> frozenset[str]:
        """The names that only the Data role may send."""
        return frozenset(name for name, member in self.members.items() if member.data_role)

    @cached_property
    def of_imports(self) -> frozenset[str]:
        """The names that only a bulk import may send."""
        return frozenset(name for name, member in self.members.items() if member.imported)

    @cached_property
    def has_own_ids(self) -> bool:
        """Whether an array of these is one of sub-objects with ids of their own, not of references."""
        identity = self.members.get("id")
        return identity is not None and not identity.required and not identity.reference


@cache
def _shape(declared: type) -> Shape:
    if not is_typeddict(declared):
        raise TypeError(f"{declared!r} is no TypedDict")
    hints = get_type_hints(declared, include_extras=True)
    total = bool(getattr(declared, "__total__", True))
    return Shape(declared.__name__, {name: _member(name, hint, total) for name, hint in hints.items()})


def _member(name: str, hint: Any, total: bool) -> Member:
    required, nullable, marks = total, False, list[Any]()
    while True:
        origin = get_origin(hint)
        if origin is Required or origin is NotRequired:
            required, hint = origin is Required, get_args(hint)[0]
        elif origin is Annotated:
            inner, *found = get_args(hint)
            marks, hint = [*found, *marks], inner
        elif origin in (Union, types.UnionType):
            options = [option for option in get_args(hint) if option is not type(None)]
            if len(options) != 1:
                raise TypeError(f"{name}: only T and T | None can be declared")
            nullable, hint = True, options[0]
        else:
            break
    defaults = [mark for mark in marks if isinstance(mark, Default)]
    return Member(
        name,
        _kind(hint, marks),
        nullable,
        required,
        (defaults[-1].value,) if defaults else None,
        CREATE_ONLY in marks,
        DATA_ROLE in marks,
        IMPORTED in marks,
        REFERENCE in marks,
        next((mark for mark in reversed(marks) if isinstance(mark, Hint)), None),
    )


def _kind(hint: Any, marks: list[Any]) -> Kind:
    def last(of: type) -> Any:
        return next((mark for mark in reversed(marks) if isinstance(mark, of)), None)

    origin = get_origin(hint)
    if hint is str:
        return String(last(Format), last(Size) or ANY_SIZE, None, None)
    if origin is Literal:
        return String(None, ANY_SIZE, tuple(get_args(hint)), last(Spellings))
    if hint is bool:
        return Boolean()
    if hint is int:
        return Integer(last(Range) or ANY_RANGE, NUMERIC_STRING in marks, is_money=CENTS in marks)
    if hint is float:
        return Number(last(Range) or ANY_RANGE)
    if hint is Any or hint is object:
        return AnyValue()
    if origin is list:
        return Array(_member("", get_args(hint)[0], True).kind, last(Size) or ANY_SIZE)
    if origin is dict:
        inner = _member("", get_args(hint)[1], True).kind
        return OpenObject(None if isinstance(inner, AnyValue) else inner)
    if is_typeddict(hint):
        return Object(_shape(hint))
    if isinstance(hint, Marker):
        raise TypeError(f"{hint} is no type")
    raise TypeError(f"a member of type {hint!r} can not be declared")
