"""Making a backup: one moment of one tenant, of some or of all, while the server goes on."""

from collections.abc import Callable, Sequence
from typing import IO

from cellarhand import __version__, clock
from cellarhand.accounts.tables import (
    ACCOUNT,
    ACCOUNT_ROLE,
    APP,
    APP_INSTALL,
    APP_SECRET,
    INVITE,
    PASSWORD_RESET,
    RECOVERY_CODE,
    SESSION,
    TENANT,
)
from cellarhand.accounts.tenants import SLUG
from cellarhand.events.request_log import REQUEST_LOG
from cellarhand.mail.outbox import MAIL
from cellarhand.resources import TABLES
from cellarhand.store import migrate
from cellarhand.store.conditions import Among, By, Linked, Where
from cellarhand.store.engine import Store
from cellarhand.store.snapshot import SnapshotUnit
from cellarhand.store.tables import Table
from cellarhand.transfer.backup_file import BackupWriter, Manifest
from cellarhand.transfer.faults import TransferFault

Progress = Callable[[int, int], None]
"""Hears of rows done now, and of all there are."""

TENANT_TABLES = tuple(table for table in TABLES if not table.shared and table is not REQUEST_LOG)
"""All that belongs to a tenant; what was asked of the API lately is of the moment."""

SHARED: dict[Table, Callable[[tuple[int, ...]], Where]] = {
    TENANT: lambda ids: (Among("tenant_id", ids),),
    ACCOUNT: lambda ids: (Linked("id", ACCOUNT_ROLE, "account_id", (Among("tenant_id", ids),)),),
    RECOVERY_CODE: lambda ids: (
        Linked("account_id", ACCOUNT_ROLE, "account_id", (Among("tenant_id", ids),)),
    ),
    ACCOUNT_ROLE: lambda ids: (Among("tenant_id", ids),),
    INVITE: lambda ids: (Among("tenant_id", ids),),
    APP: lambda ids: (Linked("id", APP_INSTALL, "app_id", (Among("tenant_id", ids),)),),
    APP_SECRET: lambda ids: (Linked("app_id", APP_INSTALL, "app_id", (Among("tenant_id", ids),)),),
    APP_INSTALL: lambda ids: (Among("tenant_id", ids),),
}
OF_THE_MOMENT = (SESSION, PASSWORD_RESET, MAIL)
"""What a backup leaves out: log-ins and links to new passwords end, and mail would be sent a second time."""
"""The installation's own tables, and what of them tenants need to run elsewhere: who works there, which apps
are installed. The epoch of credentials and the numbers of tenants are each installation's own."""


async def back_up(store: Store, slugs: Sequence[str] | None, file: IO[bytes], progress: Progress) -> Manifest:
    """Write the tenants of those names into `file`; None means the whole installation.

    All parts show the same moment. Raises TransferFault when a tenant is not there.
    """
    async with store.snapshot() as snapshot:
        shared = snapshot.reading(None)
        tenants = await _tenants(shared, slugs)
        units: dict[str | None, SnapshotUnit] = {slug: snapshot.reading(id) for slug, id in tenants.items()}
        total = await _count(list(units.values()))
        ids = tuple(tenants.values())
        with BackupWriter(file) as writer:
            for table, scope in SHARED.items():
                where = () if slugs is None and table is not TENANT else scope(ids)
                await _write(writer, shared, None, table, where, lambda _: None)
            for slug, unit in units.items():
                for table in TENANT_TABLES:
                    await _write(writer, unit, slug, table, (), lambda rows: progress(rows, total))
            return writer.finish(
                program=__version__,
                schema=migrate.HEAD,
                created_at=clock.to_wire(clock.now()),
                everything=slugs is None,
                tenants=tenants,
            )


async def _tenants(shared: SnapshotUnit, slugs: Sequence[str] | None) -> dict[str, int]:
    """Slug to tenant_id. What a restore has not finished has no proper slug, and is left alone."""
    rows = await shared.rows(TENANT, ("slug", "tenant_id"), order=(By("slug"),))
    there = {row[0]: row[1] for row in rows if SLUG.fullmatch(row[0])}
    if slugs is None:
        return there
    for slug in slugs:
        if slug not in there:
            raise TransferFault(f"there is no tenant '{slug}': `cellarhand tenant list` shows them")
    return {slug: id for slug, id in there.items() if slug in slugs}


async def _count(units: Sequence[SnapshotUnit]) -> int:
    return sum([await unit.count(table, ()) for unit in units for table in TENANT_TABLES])


async def _write(
    writer: BackupWriter,
    unit: SnapshotUnit,
    slug: str | None,
    table: Table,
    where: Where,
    wrote: Callable[[int], None],
) -> None:
    names = [column.name for column in table.columns]
    order = tuple(By(name) for name in table.key)
    with writer.part(slug, table) as part:
        async for rows in unit.stream(table, names, where, order):
            part.write(rows)
            wrote(len(rows))
