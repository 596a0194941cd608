"""Units of work: reading, and reading with writing, the rows of one tenant.

One implementation over both engines; an engine provides a `Connection`. A unit without a tenant reaches the
shared tables alone, a unit with one reaches that tenant's tables alone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from cellarhand.store.asked import Key, keys_of
from cellarhand.store.conditions import BY_ID, Among, By, Compare, Order, Span, Sums, Value, Where, equal
from cellarhand.store.statements import PLAIN_IDS, Dialect, Statement, tenants_with
from cellarhand.store.tables import COUNTER, Table

if TYPE_CHECKING:
    from cellarhand.store.gathering import GatheringUnit

Row = Sequence[Any]
Actor = TypeVar("Actor")
Thing = TypeVar("Thing")
WIDE_OFFSET = 500
MOST_SPANS = 100
"""Parts of one statement; SQLite takes 500."""
_WITH_TEXT = (("body",), ("id", "body"))
Texts = dict[tuple[int | None, Table], tuple[Value, bytes]]
"""By tenant and table the one record, with its id, whose text a transaction locked or wrote last."""


class Connection(Protocol):
    """What an engine gives a unit. `wide` statements may read very many rows."""

    dialect: Dialect
    # Whether no other unit of the tenant is under way.
    alone: bool
    # Whether many rows are written beside the event loop; whatever is asked or written next waits for them.
    beside: bool
    # What the transaction need not ask for again: nobody else can change it before its end.
    texts: Texts

    async def fetch(self, sql: str, values: Sequence[Value], *, wide: bool = False) -> Sequence[Row]: ...
    async def execute(self, sql: str, values: Sequence[Value], *, wide: bool = False) -> int: ...
    async def insert_many(self, sql: str, values: Iterable[Sequence[Value]]) -> None: ...
    async def fetch_apart(self, sql: str, values: Sequence[Value]) -> Sequence[Row]: ...
    def counter_slot(self) -> int: ...
    async def announce_credentials(self) -> None: ...
    async def keep_out(self, tenant_id: int) -> None: ...


class ReadUnit:
    """Reads rows of one tenant (or, without one, of the shared tables)."""

    def __init__(self, connection: Connection, tenant_id: int | None) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def _statement(self, table: Table) -> Statement:
        if table.shared is not (self._tenant_id is None):
            raise LookupError(f"{table.name} can not be reached from this unit")
        return Statement(self._connection.dialect, self._tenant_id)

    async def rows(
        self,
        table: Table,
        names: Sequence[str],
        where: Where = (),
        order: Order = (),
        limit: int | None = None,
        offset: int = 0,
        *,
        wide: bool = False,
    ) -> Sequence[Row]:
        """The named columns of the rows that meet `where`; a body column comes as bytes."""
        statement = self._statement(table)
        sql = statement.select(table, names, where, order, limit, offset)
        return await self._connection.fetch(sql, statement.values, wide=wide or offset > WIDE_OFFSET)

    async def page(
        self, table: Table, where: Where, order: Order, limit: int, offset: int = 0, *, wide: bool = False
    ) -> bytes:
        """The bodies of the rows that meet `where`, in `order`, joined by commas."""
        if not self._connection.dialect.joined:
            rows = await self.rows(table, ("body",), where, order, limit, offset, wide=wide)
            return b",".join([row[0] for row in rows])
        statement = self._statement(table)
        sql = statement.page(table, where, order, limit, offset)
        wide = wide or offset > WIDE_OFFSET
        return (await self._connection.fetch(sql, statement.values, wide=wide))[0][0] or b""

    async def page_by_id(
        self, table: Table, where: Where, limit: int, *, wide: bool = False
    ) -> tuple[bytes, str | None]:
        """The first `limit` bodies by id, joined by commas, and the id of the row that follows them."""
        if not self._connection.dialect.joined:
            statement = self._statement(table)
            statement.dialect = PLAIN_IDS
            sql = statement.select(table, ("body", "id"), where, BY_ID, limit + 1)
            rows = await self._connection.fetch(sql, statement.values, wide=wide)
            following = str(rows[limit][1]) if len(rows) > limit else None
            return b",".join([row[0] for row in rows[:limit]]), following
        statement = self._statement(table)
        sql = statement.page_by_id(table, where, limit)
        joined, following = (await self._connection.fetch(sql, statement.values, wide=wide))[0]
        return joined or b"", following

    async def row(self, table: Table, names: Sequence[str], where: Where) -> Row | None:
        found = await self.rows(table, names, where, limit=1)
        return found[0] if found else None

    async def of_keys(self, table: Table, names: tuple[str, ...], keys: Sequence[Key]) -> Sequence[Row]:
        """The rows with these keys, of which all parts but the last are the same in each."""
        if not keys:
            return ()
        *fixed, last = table.key
        values = tuple(cast(str | int, key[-1]) for key in keys)
        same = [Compare(name, "=", cast(str | int, keys[0][place])) for place, name in enumerate(fixed)]
        where = (*same, Compare(last, "=", values[0]) if len(values) == 1 else Among(last, values))
        return await self.rows(table, names, where)

    async def body(self, table: Table, id: str) -> bytes | None:
        """The stored JSON of the record with that id."""
        statement = self._statement(table)
        sql = statement.select(table, ("body",), equal("id", id))
        found = await self._connection.fetch(sql, statement.values)
        return found[0][0] if found else None

    async def ids(self, table: Table, column: str, where: Where) -> frozenset[str]:
        """The ids in a column of very many rows."""
        if not self._connection.dialect.joined:
            rows = await self.rows(table, (column,), where, wide=True)
            return frozenset([row[0] for row in rows])
        # One value instead of a row for each takes half the time.
        statement = self._statement(table)
        sql = statement.joined_column(table, column, where)
        joined: str | None = (await self._connection.fetch(sql, statement.values, wide=True))[0][0]
        return frozenset(joined.split(",")) if joined else frozenset()

    async def texts(self, table: Table, ids: Sequence[str]) -> dict[str, bytes]:
        """The stored JSON of the records with these ids, by id; those that are not there are left out."""
        return {row[0]: row[1] for row in await self.rows(table, ("id", "body"), (Among("id", tuple(ids)),))}

    async def seldom_changed(self, table: Table, names: Sequence[str], where: Where) -> Sequence[Row]:
        """The same as `rows`, of a table that few units change: it may be known from another unit."""
        return await self.rows(table, names, where)

    async def count(self, table: Table, where: Where, *, wide: bool = True) -> int:
        statement = self._statement(table)
        sql = statement.count(table, where)
        return (await self._connection.fetch(sql, statement.values, wide=wide))[0][0]

    async def counts(self, table: Table, wheres: Sequence[Where]) -> list[int]:
        """How many rows meet each of at most `MOST_SPANS` wheres; SQLite walks to each by itself."""
        statement = self._statement(table)
        sql = statement.counts(table, wheres)
        found = {row[0]: row[1] for row in await self._connection.fetch(sql, statement.values, wide=True)}
        # Not every database keeps the order of the parts.
        return [found[place] for place in range(len(wheres))]

    async def counts_below(
        self, table: Table, column: str, bounds: Sequence[Value], where: Where = ()
    ) -> Sequence[int]:
        """How many of the rows that meet `where` lie below each of `bounds`, and last how many there are."""
        statement = self._statement(table)
        sql = statement.counts_below(table, column, bounds, where)
        return (await self._connection.fetch(sql, statement.values, wide=True))[0]

    async def samples(self, table: Table, names: Sequence[str], ids: Sequence[str]) -> Sequence[Row]:
        """The columns of the first row from each of `ids` on, as far as there is one."""
        statement = self._statement(table)
        sql = statement.samples(table, names, ids)
        return await self._connection.fetch(sql, statement.values)

    async def sums(self, table: Table, sums: Sums, spans: Sequence[Span], where: Where = ()) -> Sequence[Row]:
        """For each span its place in `spans`, the values of `by`, how many rows, and the sum of each of `of`.

        A span without rows has no row here, or one of count 0 and sums None when nothing is grouped by.
        """
        found: list[Row] = []
        for first in range(0, len(spans), MOST_SPANS):
            statement = self._statement(table)
            sql = statement.sums(table, sums, spans[first : first + MOST_SPANS], where)
            rows = await self._connection.fetch(sql, statement.values, wide=True)
            found += [(row[0] + first, *row[1:]) for row in rows]
        return found

    async def tenants_with(self, table: Table) -> list[int]:
        """The tenants that have rows in `table`: all that the shared unit can learn of tenants' tables."""
        if self._tenant_id is not None:
            raise LookupError("what tenants there are is no tenant's business")
        return [row[0] for row in await self._connection.fetch(tenants_with(table), ())]

    async def counter(self, name: str) -> int:
        """The maintained number of records called `name`."""
        found = await self.rows(COUNTER, ("value",), equal("name", name))
        return sum(row[0] for row in found)


class WriteUnit(ReadUnit):
    """Reads and changes rows of one tenant inside one transaction."""

    @property
    def shared(self) -> "WriteUnit":
        """The same transaction over the shared tables."""
        return WriteUnit(self._connection, None)

    def of(self, tenant_id: int) -> "WriteUnit":
        """The same transaction over one tenant's tables."""
        return WriteUnit(self._connection, tenant_id)

    async def keep_out(self, tenant_id: int) -> None:
        """Wait until no unit of that tenant is under way, and let none begin before this one ends."""
        if self._tenant_id is not None:
            raise LookupError("a unit of a tenant is alone from its start: store.write(..., alone=True)")
        await self._connection.keep_out(tenant_id)

    def must_be_alone(self) -> None:
        """Raises LookupError where another unit of the tenant may rely on what this one will change."""
        if not self._connection.alone:
            raise LookupError("this needs the tenant to itself: store.write(..., alone=True)")

    def gathering(self) -> "GatheringUnit":
        """The same transaction for many records; what is written through it is sent by its `flush`."""
        # It is a unit itself, and so its module imports this one.
        from cellarhand.store.gathering import GatheringUnit

        return GatheringUnit(self._connection, self._tenant_id)

    async def together(
        self,
        job: "Callable[[WriteUnit, Actor, Sequence[Thing]], Awaitable[None]]",
        actor: Actor,
        things: Sequence[Thing],
        *,
        last: bool = False,  # noqa: ARG002 - says more to a unit that gathers
    ) -> None:
        """What follows from a change: done at once, or by a unit that gathers once for all things at its end.

        What is to be done `last` is done when nothing else is left to do.
        """
        await job(self, actor, things)

    async def texts(self, table: Table, ids: Sequence[str]) -> dict[str, bytes]:
        kept = self._kept_text(table, ids[0]) if len(ids) == 1 else None
        return {ids[0]: kept} if kept is not None else await super().texts(table, ids)

    async def lock(self, table: Table, names: Sequence[str], where: Where) -> Row | None:
        """One row, kept from other writers until this unit ends."""
        id = _only_id(table, where) if names in _WITH_TEXT else None
        kept = self._kept_text(table, id) if id is not None else None
        if kept is not None:
            return (kept,) if len(names) == 1 else (id, kept)
        statement = self._statement(table)
        sql = statement.select(table, names, where, lock=True)
        found = await self._connection.fetch(sql, statement.values)
        if not found:
            return None
        if id is not None:
            self._connection.texts[self._tenant_id, table] = id, found[0][-1]
        return found[0]

    async def lock_rows(self, table: Table, names: Sequence[str], where: Where) -> Sequence[Row]:
        """The rows that meet `where`, kept from other writers until this unit ends; all lock in one order."""
        if _only_id(table, where) is not None:
            row = await WriteUnit.lock(self, table, names, where)
            return () if row is None else (row,)
        statement = self._statement(table)
        order = tuple(By(name) for name in table.key)
        sql = statement.select(table, names, where, order, lock=True)
        return await self._connection.fetch(sql, statement.values)

    def _kept_text(self, table: Table, id: Value) -> bytes | None:
        """The text of the record that the transaction locked or wrote last in that table, if it is this."""
        kept = self._connection.texts.get((self._tenant_id, table))
        return kept[1] if kept is not None and kept[0] == id else None

    def _changed(self, table: Table, where: Where = (), text: Value = None) -> None:
        """Rows of a table were changed; `text` is the one that a single record has now."""
        id = _only_id(table, where) if text is not None else None
        if id is not None:
            self._connection.texts[self._tenant_id, table] = id, str(text).encode()
        else:
            self._connection.texts.pop((self._tenant_id, table), None)

    async def insert(self, table: Table, values: Mapping[str, Value]) -> None:
        sql = self._statement(table).insert(table, tuple(values))
        row = values.values()
        await self._connection.execute(sql, tuple(row) if table.shared else (self._tenant_id, *row))

    async def insert_many(self, table: Table, names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Rows whose values stand in the order of `names`."""
        sql = self._statement(table).insert(table, names)
        if not table.shared:
            tenant_id = self._tenant_id
            rows = [(tenant_id, *row) for row in rows]
        await self._connection.insert_many(sql, rows)

    async def update(self, table: Table, where: Where, values: Mapping[str, Value]) -> int:
        """How many rows were changed."""
        statement = self._statement(table)
        sql = statement.update(table, tuple(values), tuple(values.values()), where)
        changed = await self._connection.execute(sql, statement.values)
        self._changed(table, where, values.get("body") if changed else None)
        return changed

    async def replace_text(self, table: Table, column: str, old: str, new: str, where: Where) -> int:
        """Replace `old` wherever it stands in that column of many rows, in one statement.

        Only alone: rows are changed as they are found, and two such statements would wait for each other.
        """
        self.must_be_alone()
        statement = self._statement(table)
        sql = statement.replace_text(table, column, old, new, where)
        self._changed(table)
        return await self._connection.execute(sql, statement.values, wide=True)

    async def delete(self, table: Table, where: Where) -> int:
        """How many rows went."""
        statement = self._statement(table)
        sql = statement.delete(table, where)
        self._changed(table)
        return await self._connection.execute(sql, statement.values)

    async def count_up(self, name: str, delta: int = 1) -> None:
        """Add to the maintained number of records called `name`."""
        statement = self._statement(COUNTER)
        sql = statement.count_up(COUNTER, name, self._connection.counter_slot(), delta)
        await self._connection.execute(sql, statement.values)

    async def take_next(self, table: Table, name: str, first: int, at_least: int, most: int) -> int | None:
        """The next number of the sequence called `name`, from `first` on and no less than `at_least`.

        None when that is more than `most`. Nobody is given the same one, and nobody waits for this unit to
        end: on PostgreSQL a number is used up even if the unit is not kept (docs/decisions/0035).
        """
        statement = self._statement(table)
        sql = statement.take_next(table, name, first, at_least, most)
        found = await self._connection.fetch_apart(sql, statement.values)
        return found[0][0] if found else None

    async def end_cached_credentials(self) -> None:
        """Have every process look credentials up anew from the moment this unit ends (ACC-4)."""
        if self._tenant_id is not None:
            raise LookupError("credentials are shared: use unit.shared")
        await self._connection.execute("UPDATE credentials_epoch SET epoch = epoch + 1", ())
        await self._connection.announce_credentials()


def _only_id(table: Table, where: Where) -> Value:
    """The id of the one record that is asked for; None for any other condition."""
    keys = keys_of(table, where) if table.key == ("id",) else None
    return keys[0][0] if keys is not None and len(keys) == 1 else None
