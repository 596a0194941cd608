"""Conditions on rows, as plain data: what a list can be narrowed by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal, NamedTuple

from cellarhand.store.tables import Table

Value = str | int | None
Comparison = Literal["=", "<>", ">", ">=", "<", "<="]


class Compare(NamedTuple):
    column: str
    op: Comparison
    value: str | int


@dataclass(frozen=True, slots=True)
class IsNull:
    column: str


class Among(NamedTuple):
    """The column has one of `values`; none of them matches nothing."""

    column: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Occurs:
    """The column holds `text` so many times."""

    column: str
    text: str
    op: Comparison
    times: int


@dataclass(frozen=True, slots=True)
class StartsWith:
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of `conditions` holds."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition that each row is held against, and that no index is asked for."""

    condition: "Compare | Among | Linked"


@dataclass(frozen=True, slots=True)
class Linked:
    """The column's value stands in `table.select` where `where` holds: a tag's holders, a word's finds."""

    column: str
    table: Table
    select: str
    where: "Where"


Condition = Compare | Checked | IsNull | Among | Contains | Occurs | StartsWith | AnyOf | Linked
Where = tuple[Condition, ...]


def equal(column: str, value: str | int) -> Where:
    return (Compare(column, "=", value),)


_COMPARED: dict[Comparison, Callable[[Any, Any], bool]] = {
    "=": eq,
    "<>": ne,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}


def meets(row: Mapping[str, Value], condition: Condition) -> bool:
    """Whether a row in hand meets a plain condition; a missing value is null, and compares with nothing."""
    match condition:
        case Compare(column, op, value):
            found = row.get(column)
            return found is not None and _COMPARED[op](found, value)
        case Among(column, values):
            return row.get(column) in values
        case IsNull(column):
            return row.get(column) is None
        case AnyOf(conditions):
            return any(meets(row, each) for each in conditions)
        case _:
            raise LookupError(f"{condition} can only be asked of a database")


def is_plain(condition: Condition) -> bool:
    """Whether rows that wait can be held against a condition as the database would."""
    match condition:
        case Compare(_, op, value):
            # How texts are ordered is the database's to say.
            return op in ("=", "<>") or isinstance(value, int)
        case Among() | IsNull():
            return True
        case AnyOf(conditions):
            return all(map(is_plain, conditions))
        case _:
            return False


class By(NamedTuple):
    """A column to order by; `gathered` when the rows are found first and sorted then."""

    column: str
    descending: bool = False
    gathered: bool = False


Order = tuple[By, ...]


def gathered(order: Order) -> Order:
    """The same order for rows that are found by their conditions, not by walking along the order."""
    return (order[0]._replace(gathered=True), *order[1:])


def backwards(order: Order) -> Order:
    """The same order from its end."""
    return tuple(by._replace(descending=not by.descending) for by in order)


BY_ID: Order = (By("id"),)
NEWEST_FIRST: Order = (By("created_at", descending=True), By("id"))


Span = tuple[int, int]
"""From its first value to just before its second."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What to sum up: rows that lie in a span of the column `along`, grouped by columns, with sums of others.

    An index that has all of these columns, those of conditions first and then `along`, answers without
    looking at a row.
    """

    along: str
    by: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
