"""PostgreSQL 14 or newer through asyncpg: a pool of held connections, units in transactions of their own.

Two writers who change one record take turns by its row lock; a unit that loses a race for a unique value is
run again, and its own check then says what is wrong. The units of a tenant share a lock on it, which a unit
that deletes records has to itself (docs/decisions/0024). When the server goes away, units fail as unavailable
and the next ones connect anew.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg

from cellarhand.store import statements
from cellarhand.store.conditions import Value
from cellarhand.store.engine import Job, Lead, NoSuchTenant, StoreUnavailable, UnfitDatabase
from cellarhand.store.postgres_pool import GONE, Driver, Pool, connect
from cellarhand.store.snapshot import Snapshot
from cellarhand.store.unit import ReadUnit, Row, Texts, WriteUnit

T = TypeVar("T")
TRIES = 10
LONGEST_PAUSE = 0.2
# Who waited for each other does not meet again: not even where a program has seeded `random` alike in all.
_chance = random.SystemRandom()
CHANNEL = "cellarhand_credentials"
LEADS = 727_364
"""The first of the two numbers that name our advisory locks; the second follows from the task."""
TENANTS = 727_365
"""The first number of the locks on tenants; the second is the tenant's."""
_KEPT_ALIVE = {"tcp_keepalives_idle": "20", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
_RACED = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)


class _Connection:
    """A unit's way to PostgreSQL: the transaction's own connection, or any free one for a single read."""

    dialect = statements.POSTGRES
    # Others have the event loop anyway while this one waits.
    beside = False

    def __init__(self, pool: "Pool", held: Driver | None = None, *, alone: bool = False) -> None:
        self._pool = pool
        self._held = held
        self.alone = alone
        self.texts: Texts = {}
        # Whether credentials ended in this unit.
        self.announced = False

    # Wide statements need no care here: the server works on them, the event loop only waits.
    async def fetch(
        self,
        sql: str,
        values: Sequence[Value],
        *,
        wide: bool = False,  # noqa: ARG002
    ) -> Sequence[Row]:
        if self._held is not None:
            return await self._held.fetch(sql, *values)
        async with self._pool.connection() as connection:
            return await connection.fetch(sql, *values)

    async def execute(
        self,
        sql: str,
        values: Sequence[Value],
        *,
        wide: bool = False,  # noqa: ARG002
    ) -> int:
        status: str = await self._writing.execute(sql, *values)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def insert_many(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        await self._writing.executemany(sql, values)

    async def fetch_apart(self, sql: str, values: Sequence[Value]) -> Sequence[Row]:
        return await self._pool.apart.fetch(sql, values)

    async def stream(
        self, sql: str, values: Sequence[Value], rows_at_once: int
    ) -> AsyncGenerator[Sequence[Row]]:
        if self._held is None:
            raise LookupError("a stream needs its transaction")
        cursor = await self._held.cursor(sql, *values)
        while rows := await cursor.fetch(rows_at_once):
            yield rows

    def counter_slot(self) -> int:
        # One for all counts of a unit, and never that of another: else one would wait for the other's end.
        return self._writing.counter_slot

    async def announce_credentials(self) -> None:
        await self._writing.execute(f"SELECT pg_notify('{CHANNEL}', '')")
        self.announced = True

    async def keep_out(self, tenant_id: int) -> None:
        await self._writing.execute("SELECT pg_advisory_xact_lock($1, $2)", TENANTS, tenant_id)
        self.alone = True

    @property
    def _writing(self) -> Driver:
        if self._held is None:
            raise LookupError("a read unit can not write")
        return self._held


class _Listener:
    """Hears of ended credentials from every process; while it hears nothing, it says so."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Driver | None = None
        self._task: asyncio.Task[None] | None = None
        self.epoch: int | None = None

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        try:
            connection = self._connection = await connect(self._url)
            connection.add_termination_listener(self._lost)
            await connection.add_listener(CHANNEL, self._heard)
        except (StoreUnavailable, UnfitDatabase, asyncpg.PostgresError, *GONE):
            self._lost()
            return
        self.epoch = _chance.getrandbits(48)

    def _heard(self, *_: object) -> None:
        self.epoch = _chance.getrandbits(48)

    def know(self) -> None:
        """Credentials ended in this process, which does not wait for its own announcement."""
        if self.epoch is not None:
            self._heard()

    def _lost(self, *_: object) -> None:
        self.epoch = None

    async def close(self) -> None:
        if self._task is not None:
            # Cancelled in the middle of connecting it would leave a connection behind.
            await self._task
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()


class _Lead:
    """An advisory lock on a connection of its own: the server takes it back when that connection is gone."""

    def __init__(self, held: Driver) -> None:
        self._held = held

    def held(self) -> bool:
        return not self._held.is_closed()

    async def release(self) -> None:
        if not self._held.is_closed():
            await self._held.close()


def _begin(tenant_id: int | None, *, alone: bool) -> str:
    """What begins a unit, in one message: the transaction, the lock on its tenant, whether that is there.

    Each statement sees what was committed before it: a tenant that was deleted while its lock was waited for
    is not found.
    """
    if tenant_id is None:
        return "BEGIN"
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    there = f"SELECT 1 FROM tenant WHERE tenant_id = {tenant_id:d}"
    return f"BEGIN; SELECT {lock}({TENANTS}, {tenant_id:d}); {there}"


async def _transact(connection: Driver, begin: str, job: Job[T], unit: WriteUnit) -> T:
    try:
        if await connection.execute(begin) == "SELECT 0":
            raise NoSuchTenant("the tenant was deleted")
        result = await job(unit)
        if await connection.execute("COMMIT") != "COMMIT":
            raise StoreUnavailable("PostgreSQL rolled back what was to be committed")
    except Exception:
        if not connection.is_closed() and connection.is_in_transaction():
            await connection.execute("ROLLBACK")
        raise
    return result


class PostgresStore:
    """For shops that outgrow one file or have a database server already. See `store.engine.Store`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool: Pool | None = None
        self._listener: _Listener | None = None

    async def open(self) -> None:
        self._pool = Pool(self.url)
        self._listener = _Listener(self.url)
        await self.ping()
        self._listener.start()

    async def close(self) -> None:
        if self._listener is not None:
            await self._listener.close()
        if self._pool is not None:
            await self._pool.close()
        self._pool = self._listener = None

    @property
    def _open_pool(self) -> Pool:
        if self._pool is None:
            raise StoreUnavailable("the store is not open")
        return self._pool

    def reading(self, tenant_id: int | None) -> ReadUnit:
        return ReadUnit(_Connection(self._open_pool), tenant_id)

    async def write(
        self,
        tenant_id: int | None,
        job: Job[T],
        *,
        alone: bool = False,
        large: bool = False,  # noqa: ARG002 - each unit has a commit of its own
    ) -> T:
        pool, begin = self._open_pool, _begin(tenant_id, alone=alone)
        for attempt in range(TRIES):
            async with pool.connection() as connection:
                held = _Connection(pool, connection, alone=alone)
                try:
                    result = await _transact(connection, begin, job, WriteUnit(held, tenant_id))
                    if held.announced and self._listener is not None:
                        self._listener.know()
                    return result
                except _RACED as error:
                    if attempt + 1 == TRIES:
                        raise StoreUnavailable(str(error)) from error
            pause = min(0.005 * 2**attempt, LONGEST_PAUSE)
            await asyncio.sleep(pause * _chance.random())
        raise AssertionError("not reached")

    async def leisure(self) -> None:
        """Units wait for the database most of the time."""

    async def take_lead(self, task: str) -> Lead | None:
        # A machine that vanishes must not keep the lead for the hours that a silent connection may last.
        connection = await connect(self.url, **_KEPT_ALIVE)
        try:
            if await connection.fetchval("SELECT pg_try_advisory_lock($1, hashtext($2))", LEADS, task):
                return _Lead(connection)
        except (asyncpg.PostgresError, *GONE) as error:
            connection.terminate()
            raise StoreUnavailable(str(error)) from error
        await connection.close()
        return None

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        pool = self._open_pool
        async with (
            pool.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            # The first statement fixes the moment.
            await connection.fetchval("SELECT epoch FROM credentials_epoch")
            yield Snapshot(_Connection(pool, connection))

    def credentials_epoch(self) -> int:
        listener = self._listener
        if listener is not None and listener.epoch is not None:
            return listener.epoch
        if listener is not None:
            listener.start()
        # Nobody tells us of changes now: nothing cached may be trusted.
        return _chance.getrandbits(48)

    async def ping(self) -> None:
        async with self._open_pool.connection() as connection:
            await connection.fetchval("SELECT 1")
