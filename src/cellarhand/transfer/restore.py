"""Restoring a backup: the tenants of a file, each as a whole or not at all.

A tenant is filled under a name that nobody can call, and takes its own in one transaction when every row is
there. What an interrupted restore left is taken away by the next one of the same name.
"""

import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cellarhand.accounts.tables import TENANT
from cellarhand.accounts.tenants import Tenant, check_slug, delete_tenant, insert_tenant, list_tenants
from cellarhand.events.bulk_job import BULK_JOB, BULK_REFUSAL
from cellarhand.events.deliveries import DELIVERY
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.events.web_hook_log import WEB_HOOK_LOG
from cellarhand.resources import TABLES
from cellarhand.store import migrate
from cellarhand.store.conditions import Value, equal
from cellarhand.store.engine import NoSuchTenant, Store
from cellarhand.store.tables import COUNTER, OUTBOX, Table
from cellarhand.store.unit import WriteUnit
from cellarhand.transfer.backup import TENANT_TABLES, Progress
from cellarhand.transfer.backup_file import BackupReader, notation
from cellarhand.transfer.faults import DamagedFile, TransferFault
from cellarhand.transfer.older import lift
from cellarhand.transfer.people import bring_people

ROWS_A_UNIT = 4000
NOT_IN_A_COPY = (OUTBOX, DELIVERY, WEB_HOOK.table, WEB_HOOK_LOG.table, BULK_JOB, BULK_REFUSAL)
"""A copy beside the original tells nobody of its events, calls none of its receivers, goes on with no job."""
_LAST = (OUTBOX, DELIVERY)
"""Restored when all else is there: what is told from it must find the records."""
_DECLARED = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `kept` are the people and apps that were there before and stayed as they are."""

    tenants: tuple[str, ...]
    rows: int
    replaced: tuple[str, ...]
    left_out: int
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Filling:
    """One tenant on its way: its name in the file, the name it will have, and the row it is filled under."""

    source: str
    name: str
    tenant: Tenant


def verify(backup: BackupReader, advance: Callable[[int], None]) -> None:
    """Hold every part against the manifest. Raises DamagedFile, which names the part."""
    for part in backup.manifest.parts:
        for rows in backup.check(part):
            advance(rows)


async def restore(
    store: Store,
    backup: BackupReader,
    names: Mapping[str, str],
    *,
    replace: bool = False,
    progress: Progress = lambda _, __: None,
) -> Restored:
    """Bring the file's tenants `names` (slug in the file to slug here) into the database.

    A name that is taken is refused; with `replace` what has it is erased after the new one stands. A tenant
    under another name than its own is a copy, without what is in `NOT_IN_A_COPY`. The file must be verified.
    """
    if backup.manifest.schema < migrate.HEAD:
        return await _restore_older(store, backup, names, replace, progress)
    _refuse_unfit(backup)
    taken = await _refuse_taken(store, tuple(names.values()), replace)
    await _clear(store, tuple(names.values()))
    total = sum(part.rows for source in names for part in backup.manifest.parts_of(source))
    filled: list[_Filling] = []
    left_out = 0
    for source, name in names.items():
        filling = await _found(store, source, name)
        left_out += await _fill(store, backup, filling, lambda rows: progress(rows, total))
        filled.append(filling)
    kept = await _finish(store, backup, filled, taken)
    await _clear(store, tuple(names.values()))
    return Restored(tuple(names.values()), total - left_out, taken, left_out, kept)


def _refuse_unfit(backup: BackupReader) -> None:
    """A backup from a newer version, or one whose tables are not those of its version."""
    manifest = backup.manifest
    if manifest.schema > migrate.HEAD:
        raise TransferFault(
            f"'{backup.path}' has schema {manifest.schema}, this version knows up to {migrate.HEAD}: use"
            f" Cellarhand {manifest.program}, which wrote it, or a newer one"
        )
    for part in manifest.parts:
        table = _DECLARED.get(part.table)
        if table is None or tuple(map(notation, table.columns)) != part.columns:
            raise DamagedFile(f"the part '{part.path}' of '{backup.path}' has not the columns of its table")


async def _refuse_taken(store: Store, names: Sequence[str], replace: bool) -> tuple[str, ...]:
    there = {tenant.slug for tenant in await list_tenants(store)}
    taken = tuple(name for name in names if name in there)
    for name in names:
        check_slug(name)
    if taken and not replace:
        raise TransferFault(
            f"there is a tenant '{taken[0]}' already: restore it beside that with --as NAME, or --replace it"
        )
    return taken


async def _clear(store: Store, names: Sequence[str]) -> None:
    """Take away what was being restored or was replaced under these names."""
    for tenant in await list_tenants(store):
        if tenant.slug.partition(" (")[0] in names and tenant.slug.endswith(")"):
            await delete_tenant(store, tenant.slug, TABLES)


def _aside(name: str, why: str) -> str:
    """A name that no request can call and no tenant be created with; each is used once."""
    return f"{name} ({why} {secrets.token_hex(4)})"


async def _found(store: Store, source: str, name: str) -> _Filling:
    async def job(unit: WriteUnit) -> Tenant:
        return await insert_tenant(unit, _aside(name, "being restored"), "Closed")

    return _Filling(source, name, await store.write(None, job))


async def _fill(store: Store, backup: BackupReader, filling: _Filling, wrote: Callable[[int], None]) -> int:
    """Put all rows of the tenant in; how many were left out because it is a copy."""
    is_copy = filling.source != filling.name
    parts = backup.manifest.parts_of(filling.source)
    expected: dict[Table, int] = {}
    for part in sorted(parts, key=lambda part: _DECLARED[part.table] in _LAST):
        table = _DECLARED[part.table]
        expected[table] = 0
        for rows in backup.rows(part):
            kept = _kept(table, rows) if is_copy else rows
            expected[table] += len(kept)
            for start in range(0, len(kept), ROWS_A_UNIT):
                await _insert(store, filling, table, kept[start : start + ROWS_A_UNIT])
            wrote(len(rows))
    await _refuse_other_counts(store, filling, expected)
    return sum(part.rows for part in parts) - sum(expected.values())


def _kept(table: Table, rows: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """The rows of a table that a copy has too."""
    if table in NOT_IN_A_COPY:
        return []
    if table == COUNTER:
        name = [column.name for column in table.columns].index("name")
        return [row for row in rows if row[name] not in (WEB_HOOK.name, WEB_HOOK_LOG.name)]
    return rows


async def _insert(store: Store, filling: _Filling, table: Table, rows: list[tuple[Value, ...]]) -> None:
    names = [column.name for column in table.columns]

    async def job(unit: WriteUnit) -> None:
        await _refuse_taken_over(unit.shared, filling)
        await unit.insert_many(table, names, rows)

    try:
        await store.write(filling.tenant.tenant_id, job)
    except NoSuchTenant:
        raise _taken_over(filling) from None


async def _refuse_taken_over(unit: WriteUnit, filling: _Filling) -> None:
    """Another restore of the same name has taken this one's rows away: the last one wins."""
    row = await unit.lock(TENANT, ("slug",), equal("tenant_id", filling.tenant.tenant_id))
    if row is None or row[0] != filling.tenant.slug:
        raise _taken_over(filling)


def _taken_over(filling: _Filling) -> TransferFault:
    return TransferFault(f"another restore of '{filling.name}' has begun: this one has ended")


async def _refuse_other_counts(store: Store, filling: _Filling, expected: Mapping[Table, int]) -> None:
    unit = store.reading(filling.tenant.tenant_id)
    for table in TENANT_TABLES:
        there = await unit.count(table, ())
        if there != expected.get(table, 0):
            raise TransferFault(
                f"'{filling.name}' has {there} rows of {table.name} and not {expected.get(table, 0)}:"
                " nothing of it is used, run the same command again"
            )


async def _finish(
    store: Store, backup: BackupReader, filled: Sequence[_Filling], taken: Sequence[str]
) -> tuple[str, ...]:
    """Give the tenants their names, people and apps, all at once; the people and apps that were there."""
    part = backup.manifest.part(None, TENANT.name)
    if part is None:
        raise DamagedFile(f"'{backup.path}' has no part with its tenants")
    names = [column.name for column in TENANT.columns]
    rows: list[dict[str, Any]] = [
        dict(zip(names, row, strict=True)) for chunk in backup.rows(part) for row in chunk
    ]
    sources = {row["slug"]: row for row in rows}

    async def job(unit: WriteUnit) -> tuple[str, ...]:
        for name in taken:
            await unit.update(
                TENANT, equal("slug", name), {"slug": _aside(name, "replaced"), "state": "Closed"}
            )
        for filling in filled:
            await _refuse_taken_over(unit, filling)
            if await unit.row(TENANT, ("slug",), equal("slug", filling.name)) is not None:
                raise TransferFault(f"a tenant '{filling.name}' was created meanwhile: nothing was restored")
            source = sources[filling.source]
            values = {"slug": filling.name, "state": source["state"], "created_at": source["created_at"]}
            if filling.source == filling.name:
                # Staff tokens that were good for the original stay good; for a copy they never were.
                values["token_secret"] = source["token_secret"]
            await unit.update(TENANT, equal("tenant_id", filling.tenant.tenant_id), values)
        ids = {sources[each.source]["tenant_id"]: each.tenant.tenant_id for each in filled}
        copies = {each.tenant.tenant_id for each in filled if each.source != each.name}
        everyone = backup.manifest.everything and {each.source for each in filled} == set(sources)
        kept = await bring_people(unit, backup, ids, copies, everyone=everyone)
        await unit.end_cached_credentials()
        return kept

    return await store.write(None, job)


async def _restore_older(
    store: Store, backup: BackupReader, names: Mapping[str, str], replace: bool, progress: Progress
) -> Restored:
    """A backup of an older schema: put into a database of that schema, upgraded, and restored from there."""
    with tempfile.TemporaryDirectory(prefix="cellarhand-restore-") as folder:
        lifted = Path(folder) / "lifted.zip"
        await lift(backup, Path(folder), lifted)
        with BackupReader(str(lifted)) as newer:
            return await restore(store, newer, names, replace=replace, progress=progress)
