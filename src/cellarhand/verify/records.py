"""What every resource has beside its records: columns, unique values, search terms, a counter."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from cellarhand.record.resource import Resource, Unique, WordSearch
from cellarhand.record.search import terms
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Value, equal
from cellarhand.store.tables import SEARCH_TERM, UNIQUE_KEY
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import (
    Check,
    Difference,
    Judging,
    RecordCheck,
    Row,
    RowsCheck,
    Stored,
    WholeCheck,
)

TRIES = 10


def checks_of(resources: Sequence[Resource]) -> list[Check]:
    """The checks that follow from the declarations of the resources."""
    found: list[Check] = []
    for resource in resources:
        found.append(_columns(resource))
        found += [_unique_values(resource, unique) for unique in resource.unique]
        if isinstance(resource.search, WordSearch):
            found.append(_search_terms(resource, resource.search.entries))
    found.append(_counters(resources))
    return found


def column_names(resource: Resource) -> tuple[str, ...]:
    """The columns that follow from the body."""
    hidden = {"body", *(column.name for column in resource.hidden)}
    return tuple(column.name for column in resource.table.columns if column.name not in hidden)


def _columns(resource: Resource) -> RecordCheck:
    return RecordCheck(
        "columns",
        "the columns beside a record say what its text says",
        resource,
        partial(_with_other_columns, resource),
        partial(_judge_columns, resource),
    )


def _other_columns(resource: Resource, stored: Stored) -> dict[str, tuple[Value, Value]]:
    """The columns that are not what the body says: each as it is, and as it has to be."""
    wanted = resource.columns_of(stored.record)
    return {
        name: (stored.columns[name], value) for name, value in wanted.items() if stored.columns[name] != value
    }


async def _with_other_columns(resource: Resource, _: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    # The id of the row, not the body's: one that differs is a difference too.
    return [str(stored.columns["id"]) for stored in page if _other_columns(resource, stored)]


async def _judge_columns(resource: Resource, judging: Judging, id: str) -> list[Difference]:
    names = column_names(resource)
    row = await judging.unit.lock(resource.table, ("body", *names), equal("id", id))
    if row is None:
        return []
    found = _other_columns(resource, Stored(decode(row[0]), dict(zip(names, row[1:], strict=True))))
    note = "the text names another id than its row" if "id" in found else ""
    if found and judging.repair and not note:
        values = {name: computed for name, (_, computed) in found.items()}
        await judging.unit.update(resource.table, equal("id", id), values)
    return [
        judging.found("columns", resource.name, id, name, stored, computed, note=note)
        for name, (stored, computed) in found.items()
    ]


def _unique_values(resource: Resource, unique: Unique) -> RowsCheck:
    def expected(record: Record) -> Iterable[Row]:
        return [(value, record["id"]) for value, _ in unique.values(record)]

    return RowsCheck(
        "unique-values",
        f"each value of {unique.kind} is kept for the record that has it",
        UNIQUE_KEY,
        ("value", "object_id"),
        "object_id",
        {resource: expected},
        equal("kind", unique.kind),
    )


def _search_terms(resource: Resource, entries: Callable[[Record], Iterable[str]]) -> RowsCheck:
    def expected(record: Record) -> Iterable[Row]:
        return [(term, record["id"]) for term in terms(entries(record))]

    return RowsCheck(
        "search-terms",
        "a record is found by the words it has, and by no others",
        SEARCH_TERM,
        ("term", "object_id"),
        "object_id",
        {resource: expected},
        (*equal("kind", resource.name), *equal("part", 0)),
    )


def _counters(resources: Sequence[Resource]) -> WholeCheck:
    by_name = {resource.name: resource for resource in resources}

    async def suspects(unit: ReadUnit) -> Iterable[str]:
        found: list[str] = []
        for name, resource in by_name.items():
            if await unit.counter(name) != await unit.count(resource.table, ()):
                found.append(name)
        return found

    async def judge(judging: Judging, name: str) -> list[Difference]:
        unit, table = judging.unit, by_name[name].table
        before = count = 0
        # Others may be adding records: believed is what two looks in a row agree on.
        seen: list[tuple[int, int]] = []
        while len(seen) < TRIES:
            before = await unit.counter(name)
            count = await unit.count(table, ())
            if before == count:
                return []
            seen.append((before, count))
            if len(seen) > 1 and seen[-1] == seen[-2]:
                break
        if judging.repair:
            await unit.count_up(name, count - before)
        return [judging.found("counters", name, "", "total", before, count)]

    return WholeCheck("counters", "a list's total is the number of its records", suspects, judge)
