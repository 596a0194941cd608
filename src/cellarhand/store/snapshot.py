"""All rows as they were at one moment, whatever is written meanwhile; for copies, exports and comparisons."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from cellarhand.store.conditions import Order, Value, Where
from cellarhand.store.tables import Table
from cellarhand.store.unit import Connection, ReadUnit, Row

ROWS_AT_ONCE = 500


class SnapshotConnection(Connection, Protocol):
    """A connection whose reads all see the same moment."""

    def stream(
        self, sql: str, values: Sequence[Value], rows_at_once: int
    ) -> AsyncGenerator[Sequence[Row]]: ...


class SnapshotUnit(ReadUnit):
    """Reads of one tenant at the moment of the snapshot; None reaches the shared tables."""

    def __init__(self, connection: SnapshotConnection, tenant_id: int | None) -> None:
        super().__init__(connection, tenant_id)
        self._streaming = connection

    def stream(
        self, table: Table, names: Sequence[str], where: Where = (), order: Order = ()
    ) -> AsyncGenerator[Sequence[Row]]:
        """The rows that `rows` would give, some at a time: memory stays small whatever their number."""
        statement = self._statement(table)
        sql = statement.select(table, names, where, order)
        return self._streaming.stream(sql, statement.values, ROWS_AT_ONCE)


class Snapshot:
    """One moment of a database, for as long as `Store.snapshot` is open."""

    def __init__(self, connection: SnapshotConnection) -> None:
        self._connection = connection

    def reading(self, tenant_id: int | None) -> SnapshotUnit:
        return SnapshotUnit(self._connection, tenant_id)
