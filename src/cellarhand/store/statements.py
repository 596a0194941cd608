"""The SQL text of each verb, made from tables and conditions. Values are always bound, never written in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from cellarhand.store.conditions import (
    BY_ID,
    Among,
    AnyOf,
    Checked,
    Compare,
    Comparison,
    Condition,
    Contains,
    IsNull,
    Linked,
    Occurs,
    Order,
    Span,
    StartsWith,
    Sums,
    Value,
    Where,
)
from cellarhand.store.tables import Table

LAST_CHARACTER = 0x10FFFF
Shape = tuple[tuple[str, Comparison | int], ...]
"""Simple conditions without values: a column with its comparison, or with how many values it may have."""
_MOST_IN_SHAPE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """Where the two engines differ in words."""

    numbered: bool
    # How columns of each type are read, where that is not as they are.
    body: str
    id: str
    lock: str
    # The bodies of many rows as one value; empty where the rows come faster than the database joins them.
    joined: str
    # The greater of two values.
    greater: str

    def mark(self, place: int) -> str:
        return f"${place}" if self.numbered else "?"


SQLITE = Dialect(
    numbered=False,
    body="CAST({} AS BLOB)",
    id="{0}",
    lock="",
    joined="CAST(group_concat(body, ',') AS BLOB)",
    greater="max",
)
POSTGRES = Dialect(
    numbered=True,
    # The same bytes under the name of another type, whose codec makes no text of them.
    body="{}::varchar",
    # Made into text by the server: a driver's own codec is a call for each. By another name, because ordering
    # by `id` would mean the text otherwise, for which there is no index.
    id="{0}::text AS {0}_text",
    lock=" FOR UPDATE",
    joined="",
    greater="greatest",
)
PLAIN_IDS = replace(POSTGRES, id="{0}")
"""For pages by id: one row's id alone is looked at there, and texts of all cost PostgreSQL a tenth."""


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
                return self._among(known(table, column), values)
            case Linked(column):
                return f"{known(table, column)} IN ({self._values(condition)})"
            case StartsWith(column, text):
                column, beyond = known(table, column), _beyond(text)
                lower = f"{column} >= {self.bind(text)}"
                return f"({lower} AND {column} < {self.bind(beyond)})" if beyond else lower
            case Contains(column, text):
                escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
                return f"{known(table, column)} LIKE {self.bind(f'%{escaped}%')} ESCAPE '\\'"
            case Occurs(column, text, op, times):
                column = known(table, column)
                without = f"replace({column}, {self.bind(text)}, '')"
                return f"length({column}) - length({without}) {op} {times * len(text)}"
            case IsNull(column):
                return f"{known(table, column)} IS NULL"
            case Checked(inner):
                return self._checked(table, inner)
            case AnyOf(conditions):
                links = [each for each in conditions if isinstance(each, Linked)]
                if len(links) == len(conditions) and len({link.column for link in links}) == 1:
                    # One list of values is looked up once; alternatives would be tried on every row.
                    values = " UNION ALL ".join(map(self._values, links))
                    return f"{known(table, links[0].column)} IN ({values})"
                return f"({' OR '.join(self._condition(table, each) for each in conditions)})"

    def _checked(self, table: Table, condition: Compare | Among | Linked) -> str:
        if isinstance(condition, Linked):
            other, own = condition.table, f"{table.name}.{known(table, condition.column)}"
            inner, column = self.where(other, condition.where), known(other, condition.select)
            return f"EXISTS (SELECT 1 FROM {other.name}{inner} AND {other.name}.{column} = {own})"
        column = _computed(known(table, condition.column))
        if isinstance(condition, Among):
            return self._among(column, condition.values)
        return f"{column} {condition.op} {self.bind(condition.value)}"

    def _among(self, column: str, values: Sequence[str | int]) -> str:
        return f"{column} IN ({', '.join([self.bind(value) for value in values])})" if values else "1 = 0"

    def _values(self, link: Linked) -> str:
        """The values that a link finds."""
        inner = self.where(link.table, link.where)
        return f"SELECT {known(link.table, link.select)} FROM {link.table.name}{inner}"

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
            return self._deep(table, self.columns(table, names), where, order, limit, offset)
        shape = self._shape(table, where)
        if shape is None:
            return self._select(table, self.columns(table, names), where, order, limit, lock)
        return _plain_select(self.dialect, table, tuple(names), shape, order, limit, lock)

    def _shape(self, table: Table, where: Where) -> Shape | None:
        """Binds the values of simple conditions and tells their shape; None, and nothing bound, of others."""
        shape: list[tuple[str, Comparison | int]] = []
        values: list[Value] = [] if table.shared else [self.tenant_id]
        for condition in where:
            if isinstance(condition, Compare):
                shape.append((condition.column, condition.op))
                values.append(condition.value)
            elif isinstance(condition, Among) and len(condition.values) <= _MOST_IN_SHAPE:
                shape.append((condition.column, len(condition.values)))
                values += condition.values
            else:
                return None
        self.values += values
        return tuple(shape)

    def _select(
        self, table: Table, columns: str, where: Where, order: Order, limit: int | None, lock: bool = False
    ) -> str:
        text = f"SELECT {columns} FROM {table.name}{self.where(table, where)}"
        text += ordering(order)
        if limit is not None:
            text += f" LIMIT {limit}"
        return text + self.dialect.lock if lock else text

    def _deep(
        self,
        table: Table,
        columns: str,
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
            f"SELECT {columns} FROM ({inner}) AS page JOIN {table.name}"
            f" ON {table.name}.tenant_id = {tenant} AND {table.name}.id = page.page_id{ordering(order)}"
        )

    def page(self, table: Table, where: Where, order: Order, limit: int, offset: int) -> str:
        """The bodies of a page joined into one value."""
        if offset:
            inner = self._deep(table, "body", where, order, limit, offset)
        else:
            inner = self._select(table, "body", where, order, limit)
        return self._joined(inner)

    def _joined(self, inner: str) -> str:
        return f"SELECT {self.dialect.joined} FROM ({inner}) AS page"

    def page_by_id(self, table: Table, where: Where, limit: int) -> str:
        """The same by id, and beside it the id of the row after the page."""
        shape = self._shape(table, where)
        if shape is None:
            return self._page_by_id(table, where, limit)
        self.values += self.values
        return _plain_page_by_id(self.dialect, table, shape, limit)

    def _page_by_id(self, table: Table, where: Where, limit: int) -> str:
        page = self._joined(self._select(table, "body", where, BY_ID, limit))
        following = f"SELECT id FROM {table.name}{self.where(table, where)}{ordering(BY_ID)}"
        return f"SELECT ({page}), ({following} LIMIT 1 OFFSET {limit})"

    def count(self, table: Table, where: Where) -> str:
        return f"SELECT count(*) FROM {table.name}{self.where(table, where)}"

    def joined_column(self, table: Table, column: str, where: Where) -> str:
        """The values of a column as one, with commas between them."""
        return f"SELECT group_concat({known(table, column)}) FROM {table.name}{self.where(table, where)}"

    def counts(self, table: Table, wheres: Sequence[Where]) -> str:
        """For each of `wheres` its place and how many rows meet it."""
        return " UNION ALL ".join(
            f"SELECT {place}, count(*) FROM {table.name}{self.where(table, where)}"
            for place, where in enumerate(wheres)
        )

    def counts_below(self, table: Table, column: str, bounds: Sequence[Value], where: Where) -> str:
        """How many of the rows lie below each of `bounds`, and how many there are, in one pass."""
        column = known(table, column)
        below = [f"count(CASE WHEN {column} < {self.bind(bound)} THEN 1 END)" for bound in bounds]
        return f"SELECT {', '.join([*below, 'count(*)'])} FROM {table.name}{self.where(table, where)}"

    def samples(self, table: Table, names: Sequence[str], ids: Sequence[str]) -> str:
        """The columns of the first row from each of `ids` on."""
        columns = self.columns(table, names)
        rows = [self._select(table, columns, (Compare("id", ">=", id),), BY_ID, 1) for id in ids]
        return " UNION ALL ".join(f"SELECT * FROM ({row}) AS row_{place}" for place, row in enumerate(rows))

    def sums(self, table: Table, sums: Sums, spans: Sequence[Span], where: Where) -> str:
        """For each of `spans`: its place, the values that are grouped by, the count of rows, and sums."""
        groups = _columns(table, sums.by, self.dialect)
        places = ", ".join(str(place + 2) for place in range(len(sums.by)))
        counted = ["count(*)", *(f"CAST(sum({known(table, name)}) AS BIGINT)" for name in sums.of)]
        columns = ", ".join([*([groups] if groups else []), *counted])
        parts: list[str] = []
        for place, (begins, ends) in enumerate(spans):
            span = (Compare(sums.along, ">=", begins), Compare(sums.along, "<", ends))
            text = f"SELECT {place}, {columns} FROM {table.name}{self.where(table, (*where, *span))}"
            parts.append(f"{text} GROUP BY {places}" if groups else text)
        return " UNION ALL ".join(parts)

    def insert(self, table: Table, names: Sequence[str]) -> str:
        """The caller binds the tenant, where the table has one, and a value for each of `names`, in order."""
        return _insert(self.dialect, table, tuple(names))

    def update(self, table: Table, names: Sequence[str], new: Sequence[Value], where: Where) -> str:
        self.values += new
        shape = self._shape(table, where)
        if shape is None:
            return _update(self.dialect, table, names) + self.where(table, where)
        return _plain_update(self.dialect, table, tuple(names), shape)

    def replace_text(self, table: Table, column: str, old: str, new: str, where: Where) -> str:
        column = known(table, column)
        text = f"UPDATE {table.name} SET {column} = replace({column}, {self.bind(old)}, {self.bind(new)})"
        return text + self.where(table, where)

    def delete(self, table: Table, where: Where) -> str:
        return f"DELETE FROM {table.name}{self.where(table, where)}"

    def count_up(self, table: Table, name: str, slot: int, delta: int) -> str:
        self.values += (self.tenant_id, name, slot, delta)
        return _count_up(self.dialect, table)

    def take_next(self, table: Table, name: str, first: int, at_least: int, most: int) -> str:
        self.values += (self.tenant_id, name, first, at_least, at_least, most)
        return _take_next(self.dialect, table)


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
    shape: Shape,
    order: Order,
    limit: int | None,
    lock: bool,
) -> str:
    """The text of a select whose conditions only compare: the same for all values, so it is made once."""
    columns = _columns(table, names, dialect)
    return Statement(dialect, None)._select(table, columns, _where(shape), order, limit, lock)  # pyright: ignore[reportPrivateUsage]


@lru_cache(256)
def _plain_page_by_id(dialect: Dialect, table: Table, shape: Shape, limit: int) -> str:
    return Statement(dialect, None)._page_by_id(table, _where(shape), limit)  # pyright: ignore[reportPrivateUsage]


def _where(shape: Shape) -> Where:
    """Conditions of that shape, with values that mean nothing."""
    return tuple(
        Among(column, ("",) * op) if isinstance(op, int) else Compare(column, op, "") for column, op in shape
    )


@cache
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    tenant = () if table.shared else ("tenant_id",)
    columns = (*tenant, *(known(table, name) for name in names))
    marks = ", ".join([dialect.mark(place + 1) for place in range(len(columns))])
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"


@cache
def _count_up(dialect: Dialect, table: Table) -> str:
    return (
        f"{_insert(dialect, table, ('name', 'slot', 'value'))} ON CONFLICT (tenant_id, name, slot)"
        f" DO UPDATE SET value = {table.name}.value + excluded.value"
    )


@cache
def _take_next(dialect: Dialect, table: Table) -> str:
    """Answers with the number taken and leaves the next one; a number beyond the most is no row."""
    tenant, name, first, at_least, same, most = (dialect.mark(place) for place in range(1, 7))
    taken = f"{dialect.greater}({table.name}.value, {{}})"
    return (
        f"INSERT INTO {table.name} (tenant_id, name, value) VALUES ({tenant}, {name}, {first} + 1)"
        f" ON CONFLICT (tenant_id, name) DO UPDATE SET value = {taken.format(at_least)} + 1"
        f" WHERE {taken.format(same)} <= {most} RETURNING value - 1"
    )


@cache
def tenants_with(table: Table) -> str:
    """The tenants that have rows there, by one step through the key for each: as fast as they are few."""
    least = f"SELECT min(tenant_id) FROM {table.name}"
    return (
        f"WITH RECURSIVE busy(id) AS ({least} UNION ALL SELECT ({least} WHERE tenant_id > busy.id)"
        " FROM busy WHERE busy.id IS NOT NULL) SELECT id FROM busy WHERE id IS NOT NULL"
    )


def _update(dialect: Dialect, table: Table, names: Sequence[str]) -> str:
    sets = [f"{known(table, name)} = {dialect.mark(place + 1)}" for place, name in enumerate(names)]
    return f"UPDATE {table.name} SET {', '.join(sets)}"


@lru_cache(1024)
def _plain_update(dialect: Dialect, table: Table, names: tuple[str, ...], shape: Shape) -> str:
    statement = Statement(dialect, None)
    statement.values += ("",) * len(names)
    return _update(dialect, table, names) + statement.where(table, _where(shape))


@cache
def _columns(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    forms = {"body": dialect.body, "id": dialect.id}
    types = {column.name: column.type for column in table.columns}
    return ", ".join([forms.get(types.get(name, ""), "{0}").format(known(table, name)) for name in names])


@cache
def ordering(order: Order) -> str:
    if not order:
        return ""
    return " ORDER BY " + ", ".join(
        (_computed(by.column) if by.gathered else by.column) + (" DESC" if by.descending else "")
        for by in order
    )


def _computed(column: str) -> str:
    """A column's value in a form that neither engine looks for in an index."""
    return f"COALESCE({column}, {column})"
