"""What a list can be narrowed by: `updated_at=gte(yesterday)`, `id=in_(a, b)` (reference A10). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Condition:
    """An operator with its values, as they travel."""

    text: str


DateFilter: TypeAlias = str | date | Condition
NumberFilter: TypeAlias = int | Condition
IdFilter: TypeAlias = str | Condition
Value: TypeAlias = str | int | date | Condition
"""A parameter of a query. A bare `datetime` is none: the wire needs an operator before an instant."""


def gt(value: str | int | date) -> Condition:
    """Greater than, or later."""
    return Condition(f"gt:{_text(value)}")


def gte(value: str | int | date) -> Condition:
    """Greater or equal. A `date` means its midnight in UTC; a `datetime` has to know its zone."""
    return Condition(f"gte:{_text(value)}")


def lt(value: str | int | date) -> Condition:
    """Less than, or earlier."""
    return Condition(f"lt:{_text(value)}")


def lte(value: str | int | date) -> Condition:
    """Less or equal. A `date` means its midnight, so that day itself is cut off."""
    return Condition(f"lte:{_text(value)}")


def btw(low: str | int | date, high: str | int | date) -> Condition:
    """Between two values, both included."""
    return Condition(f"btw:{_text(low)}|{_text(high)}")


def in_(*values: str) -> Condition:
    """Any of these, at most 100."""
    return Condition(f"in:{','.join(values)}")


def query_text(query: Mapping[str, Value | None]) -> str:
    """The query string; what is None is left out."""
    pairs: list[str] = []
    for name, value in query.items():
        if value is None:
            continue
        if isinstance(value, datetime):
            raise ValueError(f"{name}: an instant needs an operator, such as gte(...)")
        text = value.text if isinstance(value, Condition) else _text(value)
        pairs.append(f"{quote(name, safe='')}={quote(text, safe=':,')}")
    return "&".join(pairs)


def wire_name(name: str) -> str:
    """`updated_at` is `updatedAt` on the wire; a name in camel case stays as it is."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(each[:1].upper() + each[1:] for each in rest)


def _text(value: str | int | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} does not say in which zone it is: give it a tzinfo")
        return value.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
