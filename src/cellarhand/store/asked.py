"""What conditions ask for: rows by their keys, and the tables that are looked at. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from operator import itemgetter
from typing import Any, cast

from cellarhand.store.conditions import Among, AnyOf, Checked, Compare, Condition, Linked, Value, Where
from cellarhand.store.tables import Table

Key = tuple[Value, ...]
Found = Mapping[str, Any]
"""A row that was written or read, by the names of its columns."""


_Names = tuple[str, ...]
_Row = Sequence[Any]
_Pick = Callable[[_Row], _Row]


@dataclass(slots=True)
class Known:
    """Keys of one table that were asked about: the row that the database has, or None."""

    names: _Names
    rows: dict[Key, _Row | None] = field(default_factory=dict[Key, _Row | None])
    # How columns are taken out of such a row; None where it has not all of them.
    picks: dict[_Names, _Pick | None] = field(default_factory=dict[_Names, _Pick | None])

    def pick(self, names: _Names) -> _Pick | None:
        if names not in self.picks:
            places = [self.names.index(name) for name in names if name in self.names]
            self.picks[names] = None if len(places) < len(names) else _picking(self.names, places)
        return self.picks[names]


def _picking(names: _Names, places: Sequence[int]) -> _Pick:
    if places == list(range(len(names))):
        return tuple
    return (lambda row: (row[places[0]],)) if len(places) == 1 else itemgetter(*places)


def keys_of(table: Table, where: Where) -> list[Key] | None:
    """The keys that `where` asks for, when it asks for keys and nothing else."""
    if len(where) != len(table.key):
        return None
    if len(where) == 1:
        # The commonest way to ask.
        only = where[0]
        if isinstance(only, Compare) and only.op == "=" and only.column == table.key[0]:
            return [(only.value,)]
        if isinstance(only, Among) and only.column == table.key[0]:
            return [(value,) for value in dict.fromkeys(only.values)]
        return None
    if len(where) == 2:
        kind, only = where
        if isinstance(kind, Compare) and kind.op == "=" and kind.column == table.key[0]:
            if isinstance(only, Compare) and only.op == "=" and only.column == table.key[1]:
                return [(kind.value, only.value)]
            if isinstance(only, Among) and only.column == table.key[1]:
                return [(kind.value, value) for value in dict.fromkeys(only.values)]
    values: dict[str, tuple[Value, ...]] = {}
    for condition in where:
        if isinstance(condition, Compare) and condition.op == "=":
            values[condition.column] = (condition.value,)
        elif isinstance(condition, Among):
            values[condition.column] = condition.values
        else:
            return None
    sought = [values.get(name) for name in table.key]
    return None if None in sought else list(dict.fromkeys(product(*cast(list[tuple[Value, ...]], sought))))


def where_key(table: Table, key: Key) -> Where:
    """The conditions on the row with that key."""
    return tuple(
        Compare(name, "=", cast(str | int, value)) for name, value in zip(table.key, key, strict=True)
    )


def tables_of(table: Table, where: Iterable[Condition]) -> set[Table]:
    """All tables that a read looks at."""
    found = {table}
    for condition in where:
        if isinstance(condition, Checked):
            condition = condition.condition
        if isinstance(condition, Linked):
            found |= tables_of(condition.table, condition.where)
        elif isinstance(condition, AnyOf):
            found |= tables_of(table, condition.conditions)
    return found


def key_of(table: Table, row: Found) -> Key:
    return tuple([row[name] for name in table.key])


def keys_in(table: Table, names: Sequence[str], rows: Iterable[_Row]) -> Iterator[Key]:
    """The keys of rows whose values stand in the order of `names`."""
    parts = [names.index(name) for name in table.key]
    return (tuple([row[part] for part in parts]) for row in rows)


def as_stored(table: Table, row: Found, names: Iterable[str]) -> Sequence[Any]:
    """Columns of a row that waits as the database would give them: bodies as bytes, what is missing null."""
    bodies = _bodies(table)
    return [row[name].encode() if name in bodies else row.get(name) for name in names]


@cache
def _bodies(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.columns if column.type == "body")
