"""The people and apps of a backup on their way into an installation that may know them already."""

from collections.abc import Collection, Mapping
from typing import Any

from cellarhand.accounts.tables import (
    ACCOUNT,
    ACCOUNT_ROLE,
    APP,
    APP_INSTALL,
    APP_SECRET,
    INVITE,
    RECOVERY_CODE,
)
from cellarhand.store.conditions import equal
from cellarhand.store.tables import Table
from cellarhand.store.unit import WriteUnit
from cellarhand.transfer.backup_file import BackupReader

_Row = dict[str, Any]


async def bring_people(
    unit: WriteUnit,
    backup: BackupReader,
    tenant_ids: Mapping[int, int],
    copies: Collection[int],
    *,
    everyone: bool,
) -> tuple[str, ...]:
    """Bring who works in these tenants (tenant_id in the file to the one here), and the apps installed there.

    With `everyone`, those without a tenant come too. Who is here already, by id or e-mail address, keeps name
    and password and gets the role; an app that is here keeps its secrets. Returns these. A copy gets no
    invites: the links are those of the original.
    """
    roles = _of_tenants(backup, ACCOUNT_ROLE, tenant_ids)
    accounts, kept = await _bring_accounts(
        unit, backup, None if everyone else {row["account_id"] for row in roles}
    )
    # Two people of the file may be one here, where an address has moved from one to the other.
    for row in {(accounts[row["account_id"]], row["tenant_id"]): row for row in roles}.values():
        await unit.insert(ACCOUNT_ROLE, row | {"account_id": accounts[row["account_id"]]})
    for row in _of_tenants(backup, INVITE, tenant_ids):
        if row["tenant_id"] not in copies and not await _is_there(unit, INVITE, row["id"]):
            await unit.insert(INVITE, row)
    installs = _of_tenants(backup, APP_INSTALL, tenant_ids)
    kept += await _bring_apps(unit, backup, None if everyone else {row["app_id"] for row in installs})
    for row in installs:
        await unit.insert(APP_INSTALL, row)
    return tuple(kept)


def _rows(backup: BackupReader, table: Table) -> list[_Row]:
    part = backup.manifest.part(None, table.name)
    if part is None:
        return []
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for chunk in backup.rows(part) for row in chunk]


def _of_tenants(backup: BackupReader, table: Table, tenant_ids: Mapping[int, int]) -> list[_Row]:
    """The table's rows of these tenants, with the tenant_id that they have here."""
    rows = _rows(backup, table)
    return [
        row | {"tenant_id": tenant_ids[row["tenant_id"]]} for row in rows if row["tenant_id"] in tenant_ids
    ]


async def _is_there(unit: WriteUnit, table: Table, id: str) -> bool:
    return await unit.row(table, ("id",), equal("id", id)) is not None


async def _bring_accounts(
    unit: WriteUnit, backup: BackupReader, wanted: set[str] | None
) -> tuple[dict[str, str], list[str]]:
    """The id here of each account, and the e-mail addresses of those that were here."""
    ids: dict[str, str] = {}
    kept: list[str] = []
    codes = _rows(backup, RECOVERY_CODE)
    for row in _rows(backup, ACCOUNT):
        if wanted is not None and row["id"] not in wanted:
            continue
        same = await unit.row(ACCOUNT, ("id",), equal("id", row["id"]))
        same = same or await unit.row(ACCOUNT, ("id",), equal("email_key", row["email_key"]))
        if same is None:
            await unit.insert(ACCOUNT, row)
            for code in codes:
                if code["account_id"] == row["id"]:
                    await unit.insert(RECOVERY_CODE, code)
        else:
            kept.append(row["email"])
        ids[row["id"]] = row["id"] if same is None else same[0]
    return ids, kept


async def _bring_apps(unit: WriteUnit, backup: BackupReader, wanted: set[str] | None) -> list[str]:
    """The ids of those that were here."""
    kept: list[str] = []
    secrets = _rows(backup, APP_SECRET)
    for row in _rows(backup, APP):
        if wanted is not None and row["id"] not in wanted:
            continue
        if await _is_there(unit, APP, row["id"]):
            kept.append(row["id"])
            continue
        await unit.insert(APP, row)
        for secret in secrets:
            if secret["app_id"] == row["id"]:
                await unit.insert(APP_SECRET, secret)
    return kept
