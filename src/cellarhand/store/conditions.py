"""Conditions on rows, as plain data: what a list can be narrowed by."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

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


@dataclass(frozen=True, slots=True)
class Among:
    """The column has one of `values`; none of them matches nothing."""

    column: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class StartsWith:
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of `conditions` holds."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Linked:
    """The column's value stands in `table.select` where `where` holds: a tag's holders, a word's finds."""

    column: str
    table: Table
    select: str
    where: "Where"


Condition = Compare | IsNull | Among | Contains | StartsWith | AnyOf | Linked
Where = tuple[Condition, ...]


def equal(column: str, value: str | int) -> Where:
    return (Compare(column, "=", value),)


class By(NamedTuple):
    column: str
    descending: bool = False


Order = tuple[By, ...]
BY_ID: Order = (By("id"),)
NEWEST_FIRST: Order = (By("created_at", descending=True), By("id"))
