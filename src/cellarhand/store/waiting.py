"""Rows that a unit has written and not yet sent: by table, by key, and by the value of a column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cellarhand.store.asked import Found, Key, key_of, keys_in
from cellarhand.store.conditions import Compare, Value, Where, meets
from cellarhand.store.tables import Table

Names = tuple[str, ...]
Rows = list[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows by table and columns, and what is to be added to the counters."""

    rows: dict[tuple[Table, Names], Rows]
    counts: dict[str, int]


class Replaced(NamedTuple):
    """A row that waited when a record began, and what that record made of it."""

    rows: Rows
    place: int
    before: Sequence[Value]
    table: Table
    key: Key
    values: Mapping[str, Value]


class _Place(NamedTuple):
    """Where a row stands."""

    names: Names
    rows: Rows
    place: int


@dataclass(slots=True)
class _Mark:
    """What waited when a record began."""

    lengths: dict[tuple[Table, Names], int]
    counts: dict[str, int]
    replaced: list[Replaced] = field(default_factory=list[Replaced])


class Waiting:
    """Tables' new rows, and what is to be added to counters."""

    def __init__(self) -> None:
        self.rows = dict[tuple[Table, Names], Rows]()
        self.counts = dict[str, int]()
        # Each of these is kept in step from the first time that it is asked for.
        self._keyed = dict[Table, dict[Key, Found]]()
        self._indexed = dict[tuple[Table, str], dict[Value, list[Found]]]()
        self._places = dict[Table, dict[Key, _Place]]()
        self._mark: _Mark | None = None

    def __bool__(self) -> bool:
        return bool(self.rows or self.counts)

    def of_any(self, tables: Iterable[Table]) -> bool:
        """Whether rows of one of these may wait."""
        return any(each in tables for each, _ in self.rows)

    # Found

    def by_key(self, table: Table) -> Mapping[Key, Found]:
        if table not in self._keyed:
            keyed = self._keyed[table] = dict[Key, Found]()
            for (each, names), rows in self.rows.items():
                if each is table:
                    for row in rows:
                        found = dict(zip(names, row, strict=True))
                        keyed[key_of(table, found)] = found
        return self._keyed[table]

    def where(self, table: Table, where: Where) -> list[Found]:
        """The rows that meet plain conditions."""
        by = next((each for each in where if isinstance(each, Compare) and each.op == "="), None)
        if by is None:
            found: Iterable[Found] = self.by_key(table).values()
        else:
            if (table, by.column) not in self._indexed:
                indexed = self._indexed[table, by.column] = dict[Value, list[Found]]()
                for row in self.by_key(table).values():
                    indexed.setdefault(row.get(by.column), []).append(row)
            found = self._indexed[table, by.column].get(by.value, ())
        return [row for row in found if all(meets(row, each) for each in where)]

    # Changed

    def add(self, table: Table, row: Mapping[str, Value]) -> None:
        self._take(table, tuple(row), tuple(row.values()), row)

    def add_many(self, table: Table, names: Names, rows: Iterable[Sequence[Value]]) -> None:
        if table in self._keyed or table in self._places:
            for row in rows:
                self._take(table, names, row, dict(zip(names, row, strict=True)))
        else:
            self.rows.setdefault((table, names), []).extend(rows)

    def _take(self, table: Table, names: Names, row: Sequence[Value], found: Found) -> None:
        rows = self.rows.setdefault((table, names), [])
        rows.append(row)
        if table in self._places:
            self._places[table][key_of(table, found)] = _Place(names, rows, len(rows) - 1)
        if table in self._keyed:
            self._keyed[table][key_of(table, found)] = found
            for (each, column), indexed in self._indexed.items():
                if each is table:
                    indexed.setdefault(found.get(column), []).append(found)

    def replace(self, table: Table, key: Key, values: Mapping[str, Value]) -> bool:
        """Change a row where it waits; False when it was written without one of these columns."""
        if table not in self._places:
            self._places[table] = self._standing(table)
        names, rows, place = self._places[table][key]
        if not values.keys() <= set(names):
            return False
        before = rows[place]
        mark = self._mark
        if mark is not None and place < mark.lengths.get((table, names), 0):
            mark.replaced.append(Replaced(rows, place, before, table, key, values))
        after = {**dict(zip(names, before, strict=True)), **values}
        rows[place] = tuple(after.values())
        if table in self._keyed:
            self._keyed[table][key] = after
            for index in [each for each in self._indexed if each[0] is table]:
                del self._indexed[index]
        return True

    def _standing(self, table: Table) -> dict[Key, _Place]:
        return {
            key: _Place(names, rows, place)
            for (each, names), rows in self.rows.items()
            if each is table
            for place, key in enumerate(keys_in(table, names, rows))
        }

    def count_up(self, name: str, delta: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + delta

    def take(self) -> Gathered:
        """All of it, which waits no more."""
        counts, self.counts = self.counts, {}
        return Gathered(self.take_rows(), counts)

    def take_rows(self) -> dict[tuple[Table, Names], Rows]:
        """The rows; what is to be added to counters goes on waiting."""
        rows, self.rows = self.rows, {}
        self._forget()
        return rows

    def _forget(self) -> None:
        self._keyed, self._indexed, self._places = {}, {}, {}

    # One record of many

    def begin(self) -> None:
        """From here on what is written can be taken back alone, or taken apart from what waited before."""
        self._mark = _Mark({each: len(rows) for each, rows in self.rows.items()}, self.counts.copy())

    def end(self) -> None:
        self._mark = None

    def take_back(self) -> None:
        """Let go of what was written since `begin`."""
        mark = self._mark or _Mark({}, {})
        for each in reversed(mark.replaced):
            each.rows[each.place] = each.before
        for each, rows in self.rows.items():
            del rows[mark.lengths.get(each, 0) :]
        self.counts = dict(mark.counts)
        self._forget()
        self._mark = None

    def take_before(self) -> tuple[Gathered, Sequence[Replaced]]:
        """What waited when the record began, as it was then; and what the record has changed of it.

        What was written since goes on waiting.
        """
        mark = self._mark or _Mark({}, {})
        for each in reversed(mark.replaced):
            each.rows[each.place] = each.before
        before, own = dict[tuple[Table, Names], Rows](), dict[tuple[Table, Names], Rows]()
        for each, rows in self.rows.items():
            length = mark.lengths.get(each, 0)
            before[each] = rows[:length]
            if len(rows) > length:
                own[each] = rows[length:]
        counts = {name: count - mark.counts.get(name, 0) for name, count in self.counts.items()}
        self.rows, self.counts = own, counts
        self._forget()
        replaced, self._mark = mark.replaced, _Mark({}, {})
        return Gathered(before, mark.counts), replaced
