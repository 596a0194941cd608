"""The SQL text of each verb, made from tables and conditions. Values are always bound, never written in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cellarhand.store.conditions import (
    Among,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Contains,
    IsNull,
    Linked,
    Order,
    StartsWith,
    Value,
    Where,
)
from cellarhand.store.tables import Table

LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """Where the two engines differ in words."""

    numbered: bool
    body: str
    lock: str

    def mark(self, place: int) -> str:
        return f"${place}" if self.numbered else "?"


SQLITE = Dialect(numbered=False, body="CAST({} AS BLOB)", lock="")
POSTGRES = Dialect(numbered=True, body="convert_to({}, 'UTF8')", lock=" FOR UPDATE")


class Statement:
    """One statement in the making: its text and the values bound to it."""

    def __init__(self, dialect: Dialect, tenant_id: int | None) -> None:
        self.dialect = dialect
        self.tenant_id = tenant_id
        self.values: list[Value] = []

    def bind(self, value: Value) -> str:
        self.values.append(value)
        return self.dialect.mark(len(self.values))

    def where(self, table: Table, where: Where) -> str:
        """` WHERE ...`, led by the tenant; empty only for a shared table without conditions."""
        parts: list[str] = []
        if not table.shared:
            parts.append(f"tenant_id = {self.bind(self.tenant_id)}")
        parts += [self._condition(table, condition) for condition in where]
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _condition(self, table: Table, condition: Condition) -> str:
        match condition:
            case Compare(column, op, value):
                return f"{known(table, column)} {op} {self.bind(value)}"
            case Among(column, values):
                if not values:
                    return "1 = 0"
                return f"{known(table, column)} IN ({', '.join([self.bind(value) for value in values])})"
            case Linked(column, linked, select, where):
                inner = self.where(linked, where)
                return f"{known(table, column)} IN (SELECT {known(linked, select)} FROM {linked.name}{inner})"
            case StartsWith(column, text):
                column, beyond = known(table, column), _beyond(text)
                lower = f"{column} >= {self.bind(text)}"
                return f"({lower} AND {column} < {self.bind(beyond)})" if beyond else lower
            case Contains(column, text):
                escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                return f"{known(table, column)} LIKE {self.bind(f'%{escaped}%')} ESCAPE '\\'"
            case IsNull(column):
                return f"{known(table, column)} IS NULL"
            case AnyOf(conditions):
                return f"({' OR '.join(self._condition(table, each) for each in conditions)})"

    def columns(self, table: Table, names: Sequence[str]) -> str:
        return _columns(table, tuple(names), self.dialect)

    def select(
        self,
        table: Table,
        names: Sequence[str],
        where: Where,
        order: Order = (),
        limit: int | None = None,
        offset: int = 0,
        *,
        lock: bool = False,
    ) -> str:
        if offset:
            return self._deep(table, names, where, order, limit, offset)
        plain = [each for each in where if isinstance(each, Compare)]
        if len(plain) < len(where):
            return self._select(table, names, where, order, limit, lock)
        if not table.shared:
            self.values.append(self.tenant_id)
        self.values += [value for _, _, value in plain]
        shape = tuple([(column, op) for column, op, _ in plain])
        return _plain_select(self.dialect, table, tuple(names), shape, order, limit, lock)

    def _select(
        self, table: Table, names: Sequence[str], where: Where, order: Order, limit: int | None, lock: bool
    ) -> str:
        text = f"SELECT {self.columns(table, names)} FROM {table.name}{self.where(table, where)}"
        text += ordering(order)
        if limit is not None:
            text += f" LIMIT {limit}"
        return text + self.dialect.lock if lock else text

    def _deep(
        self,
        table: Table,
        names: Sequence[str],
        where: Where,
        order: Order,
        limit: int | None,
        offset: int,
    ) -> str:
        """A page past the first: skips over index entries alone, and fetches only the page's own bodies."""
        inner = f"SELECT id AS page_id FROM {table.name}{self.where(table, where)}{ordering(order)}"
        inner += f" LIMIT {limit} OFFSET {self.bind(offset)}"
        tenant = self.bind(self.tenant_id)
        return (
            f"SELECT {self.columns(table, names)} FROM ({inner}) AS page JOIN {table.name}"
            f" ON {table.name}.tenant_id = {tenant} AND {table.name}.id = page.page_id{ordering(order)}"
        )

    def count(self, table: Table, where: Where) -> str:
        return f"SELECT count(*) FROM {table.name}{self.where(table, where)}"

    def insert(self, table: Table, names: Sequence[str]) -> str:
        """The caller binds the tenant, where the table has one, and a value for each of `names`, in order."""
        return _insert(self.dialect, table, tuple(names))

    def update(self, table: Table, names: Sequence[str], new: Sequence[Value], where: Where) -> str:
        pairs = zip(names, new, strict=True)
        sets = ", ".join([f"{known(table, name)} = {self.bind(value)}" for name, value in pairs])
        return f"UPDATE {table.name} SET {sets}{self.where(table, where)}"

    def replace_text(self, table: Table, column: str, old: str, new: str, where: Where) -> str:
        column = known(table, column)
        text = f"UPDATE {table.name} SET {column} = replace({column}, {self.bind(old)}, {self.bind(new)})"
        return text + self.where(table, where)

    def delete(self, table: Table, where: Where) -> str:
        return f"DELETE FROM {table.name}{self.where(table, where)}"

    def count_up(self, table: Table, name: str, slot: int, delta: int) -> str:
        bound = [self.bind(value) for value in (self.tenant_id, name, slot, delta)]
        return (
            f"INSERT INTO {table.name} (tenant_id, name, slot, value) VALUES ({', '.join(bound)})"
            f" ON CONFLICT (tenant_id, name, slot) DO UPDATE SET value = {table.name}.value + excluded.value"
        )


def _beyond(prefix: str) -> str:
    """The first text after all that begin with `prefix`, by code point; empty when there is none."""
    for place in range(len(prefix) - 1, -1, -1):
        following = ord(prefix[place]) + 1
        if following <= LAST_CHARACTER:
            # Surrogates are no characters.
            return prefix[:place] + chr(0xE000 if 0xD800 <= following <= 0xDFFF else following)
    return ""


def known(table: Table, column: str) -> str:
    """The column's name; a name that the table doesn't have is a mistake in the house, never bad input."""
    if column not in table.names and column != "tenant_id":
        raise LookupError(f"{table.name} has no column {column}")
    return column


@lru_cache(1024)
def _plain_select(
    dialect: Dialect,
    table: Table,
    names: tuple[str, ...],
    shape: tuple[tuple[str, Comparison], ...],
    order: Order,
    limit: int | None,
    lock: bool,
) -> str:
    """The text of a select whose conditions only compare: the same for all values, so it is made once."""
    where = tuple(Compare(column, op, "") for column, op in shape)
    return Statement(dialect, None)._select(table, names, where, order, limit, lock)  # pyright: ignore[reportPrivateUsage]


@cache
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    tenant = () if table.shared else ("tenant_id",)
    columns = (*tenant, *(known(table, name) for name in names))
    marks = ", ".join([dialect.mark(place + 1) for place in range(len(columns))])
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"


@cache
def tenants_with(table: Table) -> str:
    """The tenants that have rows there, by one step through the key for each: as fast as they are few."""
    least = f"SELECT min(tenant_id) FROM {table.name}"
    return (
        f"WITH RECURSIVE busy(id) AS ({least} UNION ALL SELECT ({least} WHERE tenant_id > busy.id)"
        " FROM busy WHERE busy.id IS NOT NULL) SELECT id FROM busy WHERE id IS NOT NULL"
    )


@cache
def _columns(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    types = {column.name: column.type for column in table.columns}
    return ", ".join(
        dialect.body.format(known(table, name)) if types.get(name) == "body" else known(table, name)
        for name in names
    )


@cache
def ordering(order: Order) -> str:
    if not order:
        return ""
    return " ORDER BY " + ", ".join(f"{by.column} DESC" if by.descending else by.column for by in order)
