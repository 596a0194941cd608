"""Connections to PostgreSQL: opened, lent to units one at a time, and given up when the server is gone."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from cellarhand.store.conditions import Value
from cellarhand.store.engine import StoreUnavailable, UnfitDatabase
from cellarhand.store.unit import Row

POOL_SIZE = 12
COUNTER_SLOTS = 128
SECONDS_TO_CONNECT = 5.0
SECONDS_A_STATEMENT = 60.0
SLOTS = 727_366
"""The first number of the advisory locks on slots of counters; the second is the slot's."""
# The driver's own confusion too: a connection that the server ended while it was idle is left half-way.
GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
REFUSED = (asyncpg.OperatorInterventionError, asyncpg.InsufficientResourcesError)
Driver = Any


class _Slotted(asyncpg.Connection):  # pyright: ignore[reportMissingTypeArgument]
    """A connection that knows the slot to which its units count."""

    __slots__ = ("counter_slot",)
    counter_slot: int


async def connect(url: str, **settings: str) -> Driver:
    """One connection whose bodies read as bytes. Raises StoreUnavailable or UnfitDatabase."""
    try:
        connection: Driver = await asyncpg.connect(
            url,
            timeout=SECONDS_TO_CONNECT,
            command_timeout=SECONDS_A_STATEMENT,
            connection_class=_Slotted,
            server_settings={"application_name": "cellarhand", "timezone": "UTC", **settings},
        )
    except (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise UnfitDatabase(f"PostgreSQL refuses the connection: {error}") from error
    except (asyncpg.PostgresError, ValueError, *GONE) as error:
        raise StoreUnavailable(f"PostgreSQL can not be reached: {error}") from error
    # Bodies alone are read as this type (see `statements`): they stay the bytes that they are.
    await connection.set_type_codec(
        "varchar", encoder=bytes, decoder=bytes, schema="pg_catalog", format="binary"
    )
    return connection


class Pool:
    """Connections that keep their prepared statements; the newest free one is used first."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.apart = Apart(url)
        self._free: list[Driver] = []
        self._slots = asyncio.Semaphore(POOL_SIZE)

    def connection(self) -> "Lent":
        """For `async with`: a connection of its own for the block."""
        return Lent(self)

    async def take(self) -> Driver:
        await self._slots.acquire()
        try:
            return await self._free_one()
        except BaseException:
            self._slots.release()
            raise

    def give_back(self, connection: Driver, error: BaseException | None) -> None:
        """After a block, with what it raised; StoreUnavailable when that was the server's end."""
        gone = isinstance(error, (*GONE, *REFUSED))
        # Whatever went wrong, only a connection at rest goes back. One whose statement was cancelled may
        # still be at work: a transaction begun there would never be committed.
        cancelled = isinstance(error, asyncio.CancelledError)
        if error is not None and (
            gone or cancelled or connection.is_closed() or connection.is_in_transaction()
        ):
            connection.terminate()
        if not connection.is_closed():
            self._free.append(connection)
        self._slots.release()
        if gone:
            self._drop_closed()
            raise StoreUnavailable(str(error)) from error

    async def _free_one(self) -> Driver:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        connection = await connect(self._url)
        try:
            connection.counter_slot = await _free_slot(connection)
        except BaseException as error:
            connection.terminate()
            if isinstance(error, (*GONE, *REFUSED)):
                raise StoreUnavailable(str(error)) from error
            raise
        return connection

    def _drop_closed(self) -> None:
        self._free = [connection for connection in self._free if not connection.is_closed()]

    async def close(self) -> None:
        free, self._free = self._free, []
        for connection in free:
            await connection.close()
        await self.apart.close()


async def _free_slot(connection: Driver) -> int:
    """The first slot that no other connection of the database has, in whichever process; kept to its end.

    So a counter has as many rows as there were connections at the same time, and no more.
    """
    slots = f"generate_series(0, {COUNTER_SLOTS - 1}) AS slot"
    found = await connection.fetchval(
        f"SELECT slot FROM {slots} WHERE pg_try_advisory_lock({SLOTS}, slot) LIMIT 1",
        timeout=SECONDS_TO_CONNECT,
    )
    # When all are taken one is shared, and its units wait for each other.
    return connection.get_server_pid() % COUNTER_SLOTS if found is None else found


class Apart:
    """Statements of a unit that are kept at once, on a connection of their own that all units share.

    Not one of the pool: a unit that has one of those and waits for a second would wait for ever once all do.
    The statement need not wait for the disk: whatever relies on it is written to the log behind it, and is
    acknowledged only when the log up to there is on the disk.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Driver | None = None
        self._turn = asyncio.Lock()

    async def fetch(self, sql: str, values: Sequence[Value]) -> Sequence[Row]:
        async with self._turn:
            connection = self._connection
            if connection is None or connection.is_closed():
                connection = self._connection = await connect(self._url, synchronous_commit="off")
            try:
                return await connection.fetch(sql, *values)
            except BaseException as error:
                # Only a connection at rest is used again: see `Pool.give_back`.
                connection.terminate()
                if isinstance(error, (*GONE, *REFUSED)):
                    raise StoreUnavailable(str(error)) from error
                raise

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()
        self._connection = None


class Lent:
    """A block with a connection. A class, because a generator costs a read as much again as its statement."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._connection: Driver = None

    async def __aenter__(self) -> Driver:
        self._connection = await self._pool.take()
        return self._connection

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._pool.give_back(self._connection, error)
