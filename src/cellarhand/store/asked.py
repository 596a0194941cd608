"""What conditions ask for: rows by their keys, and the tables that are looked at. Pure."""

from collections.abc import Iterable
from itertools import product
from typing import cast

from cellarhand.store.conditions import Among, AnyOf, Compare, Condition, Linked, Value, Where
from cellarhand.store.tables import Table

Key = tuple[Value, ...]


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


def tables_of(table: Table, where: Iterable[Condition]) -> set[Table]:
    """All tables that a read looks at."""
    found = {table}
    for condition in where:
        if isinstance(condition, Linked):
            found |= tables_of(condition.table, condition.where)
        elif isinstance(condition, AnyOf):
            found |= tables_of(table, condition.conditions)
    return found
