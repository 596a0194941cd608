"""Backups of an older schema: they go through the same migrations as a database of that age."""

from pathlib import Path
from typing import Any

from cellarhand.accounts.tables import TENANT
from cellarhand.store import migrate
from cellarhand.store.engine import Store, open_store
from cellarhand.store.tables import Table
from cellarhand.store.unit import WriteUnit
from cellarhand.transfer.backup import back_up
from cellarhand.transfer.backup_file import BackupReader, Part, table_of
from cellarhand.transfer.faults import DamagedFile
from cellarhand.transfer.whole_file import whole_file


async def lift(backup: BackupReader, folder: Path, target: Path) -> None:
    """Make `target`, a backup of this version's schema, out of an older one.

    `folder` takes a SQLite database with all that the backup holds.
    """
    url = f"sqlite:///{folder / 'lifted.db'}"
    await migrate.upgrade(url, backup.manifest.schema)
    store = open_store(url)
    await store.open()
    try:
        await _put_as_it_is(store, backup)
    finally:
        await store.close()
    await migrate.upgrade(url)
    await store.open()
    try:
        slugs = None if backup.manifest.everything else backup.manifest.tenants
        with whole_file(target) as file:
            await back_up(store, slugs, file, lambda _, __: None)
    finally:
        await store.close()


async def _put_as_it_is(store: Store, backup: BackupReader) -> None:
    ids: dict[str, Any] = {}
    parts = sorted(backup.manifest.parts, key=lambda part: part.tenant is not None)
    for part in parts:
        table = _safe(part, backup.path)
        names = [column.name for column in table.columns]
        for rows in backup.rows(part):
            if part.tenant is None and part.table == TENANT.name:
                ids |= {str(row[names.index("slug")]): row[names.index("tenant_id")] for row in rows}
            tenant_id = None if part.tenant is None else ids[part.tenant]

            async def job(unit: WriteUnit, table: Table = table, rows: Any = rows) -> None:
                await unit.insert_many(table, [column.name for column in table.columns], rows)

            await store.write(tenant_id, job)


def _safe(part: Part, path: str) -> Table:
    """The table that a part of an older schema names; a name that is no word was never ours."""
    table = table_of(part)
    for word in (table.name, *table.names):
        if not (word.isascii() and word.replace("_", "").isalnum()):
            raise DamagedFile(f"the part '{part.path}' of '{path}' has not the columns of its table")
    return table
