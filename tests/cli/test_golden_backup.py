"""Backups that earlier versions made come back for ever: one file for each schema that was released.

`tests/golden/backup-NNNN.zip` holds the demo's winery of 30 customers as that schema kept it. A new one is
made by `cellarhand backup --tenant spectrawinery` and never changed afterwards.
"""

import hashlib
import json
import zipfile
from pathlib import Path

import httpx
import pytest

from cellarhand.config import Settings
from cellarhand.ids import new_id
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


def with_lines_doubled(file: Path, path: Path) -> int:
    """The same backup, in which each row of an order's line stands again for another line; how many do."""
    with zipfile.ZipFile(file) as opened, zipfile.ZipFile(path, "w") as made:
        manifest = json.loads(opened.read("manifest.json"))
        [part] = [part for part in manifest["parts"] if part["table"] == "order_product"]
        rows = [json.loads(line) for line in opened.read(part["path"]).splitlines()]
        rows += [[product_id, order_id, new_id()] for product_id, order_id, _ in rows]
        lines = "".join(json.dumps(row) + "\n" for row in sorted(rows)).encode()
        part |= {"rows": len(rows), "bytes": len(lines), "sha256": hashlib.sha256(lines).hexdigest()}
        changed = {part["path"]: lines, "manifest.json": json.dumps(manifest).encode()}
        for name in opened.namelist():
            made.writestr(name, changed.get(name) or opened.read(name))
    return len(rows) // 2


def test_an_order_that_named_a_product_in_two_lines_comes_back(target: Shell, tmp_path: Path) -> None:
    """Since 0014 it stands once by each product (docs/decisions/0039)."""
    once = with_lines_doubled(FILES[0], tmp_path / "doubled.zip")
    target.ok("restore", str(tmp_path / "doubled.zip"))
    target.ok("db", "verify")
    target.ok("backup", "--tenant", WINERY, str(tmp_path / "again.zip"))
    with BackupReader(str(tmp_path / "again.zip")) as backup:
        part = backup.manifest.part(WINERY, "order_product")
        assert part is not None
        assert part.columns == ("product_id:id", "order_id:id")
        assert part.rows == once
