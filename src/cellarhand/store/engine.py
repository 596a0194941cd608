"""What every engine offers, and the errors that can come out of one."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from cellarhand.store.snapshot import Snapshot
from cellarhand.store.unit import ReadUnit, WriteUnit

T = TypeVar("T")
Job = Callable[[WriteUnit], Awaitable[T]]


class StoreUnavailable(Exception):
    """The database can't be reached, is full, or can't be written now. Nothing of the unit was kept."""


class NoSuchTenant(StoreUnavailable):
    """The tenant of a unit was deleted before the unit began. Nothing of it was run."""


class UnfitDatabase(Exception):
    """The database can't be used as it is: not there, not ours, or from a newer version. Says what to do."""


class Lead(Protocol):
    """The lead of one task among all processes of a database, until it is released or its process ends."""

    def held(self) -> bool:
        """False once the database may have given it to another."""
        ...

    async def release(self) -> None: ...


class Store(Protocol):
    """One database. Closed and opened from the event loop that uses it."""

    url: str

    async def open(self) -> None: ...
    async def close(self) -> None: ...

    def reading(self, tenant_id: int | None) -> ReadUnit:
        """Reads of one tenant; None reaches the shared tables."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Reads of all tenants as of one moment. Writers go on meanwhile."""
        ...

    async def write(
        self, tenant_id: int | None, job: Job[T], *, alone: bool = False, large: bool = False
    ) -> T:
        """Run `job` in one transaction. When it raises, nothing is kept; when this returns, all is on disk.

        The job may be run again from its start when another writer came between, so all it does must
        go through its unit. `alone` for who deletes records, or rewrites what many others show: no other unit
        of the tenant runs meanwhile, so that what a unit has looked up is still there when it ends
        (docs/decisions/0024). `large` for very many rows: no other unit waits for it to be on disk.
        Raises NoSuchTenant when the tenant is gone.
        """
        ...

    async def leisure(self) -> None:
        """Return when work that needs no database delays no unit: where they run on the event loop, while
        none does (docs/decisions/0038)."""
        ...

    async def take_lead(self, task: str) -> Lead | None:
        """The lead of `task` (a short word), for what one process does for all; None while another has it."""
        ...

    def credentials_epoch(self) -> int:
        """Changes whenever cached credentials must be looked up anew (ACC-4)."""
        ...

    async def ping(self) -> None:
        """Raises StoreUnavailable when the database does not answer."""
        ...


def open_store(url: str, *, filling: bool = False) -> Store:
    """The engine for `sqlite:///path` or `postgresql://...`; `filling` for who makes data from a seed.

    What is filled is safe from a loss of power once the store is closed, not before.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        from cellarhand.store.sqlite import SqliteStore

        return SqliteStore(url, filling=filling)
    if scheme in ("postgresql", "postgres"):
        try:
            from cellarhand.store.postgres import PostgresStore
        except ModuleNotFoundError:
            raise UnfitDatabase("PostgreSQL needs its driver: pip install 'cellarhand[postgres]'") from None
        return PostgresStore(url)
    raise UnfitDatabase(
        f"'{scheme}' is no database this server speaks: use sqlite:///path or postgresql://user@host/name"
    )
