"""Backups that earlier versions made come back for ever: one file for each schema that was released.

`tests/golden/backup-NNNN.zip` holds the demo's winery of 30 customers as that schema kept it. A new one is
made by `cellarhand backup --tenant spectrawinery` and never changed afterwards.
"""

from pathlib import Path

import httpx
import pytest

from cellarhand.config import Settings
from cellarhand.transfer.backup_file import BackupReader
from tests.cli.shell import Shell
from tests.servers import LiveServer

WINERY = "spectrawinery"
OWNER = ("owner@spectrawinery.example", "cellarhand-demo")
FILES = sorted((Path(__file__).parents[1] / "golden").glob("backup-*.zip"))
LISTS = {
    "customer": ("customer", "customers"),
    "orders": ("order", "orders"),
    "product": ("product", "products"),
    "club_membership": ("club-membership", "clubMemberships"),
}


def ids_in(file: Path) -> dict[str, set[str]]:
    """The ids of the winery's records by table, as they stand in the file."""
    found: dict[str, set[str]] = {}
    with BackupReader(str(file)) as backup:
        for part in backup.manifest.parts_of(WINERY):
            if "body" in [name.partition(":")[0] for name in part.columns]:
                place = [name.partition(":")[0] for name in part.columns].index("id")
                found[part.table] = {str(row[place]) for rows in backup.rows(part) for row in rows}
    return found


def ids_told(url: str, name: str, key: str) -> set[str]:
    """The ids that a server over the restored database tells."""
    found: set[str] = set()
    cursor = "start"
    with (
        LiveServer(Settings(url, rate_limit=0, access_log="off")) as server,
        httpx.Client(base_url=server.url, trust_env=False, auth=OWNER, headers={"tenant": WINERY}) as client,
    ):
        while cursor:
            page = client.get(f"/v1/{name}", params={"cursor": cursor, "limit": 50}).json()
            found |= {each["id"] for each in page[key]}
            cursor = page.get("cursor")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_earlier_backup_comes_back_with_all_its_records(target: Shell, file: Path) -> None:
    target.ok("restore", str(file))
    target.ok("db", "verify")
    stored = ids_in(file)
    for table, (name, key) in LISTS.items():
        assert stored[table]
        assert ids_told(target.url, name, key) == stored[table], name
