"""Bad days of pull and push that have no room of their own: each ends with words that say what to do."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cellarhand.client import Client
from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.archive import Archive
from tests.transfer.pulling import is_complete, people, pull, pulled
from tests.transfer.pushing import demo_tenant, push, pushed
from tests.transfer.test_archive import EVERYTHING, VENDOR, row
from tests.transfer.test_archive import pulled as pulled_from

GO_ON = "run the same command again"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "winery.archive"


@pytest.fixture
def target(cellarhand_server: TestServer) -> TestTenant:
    return cellarhand_server.tenant(empty=True)


def test_credentials_that_end_half_way_through_a_pull_lose_nothing(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path
) -> None:
    people(cellarhand_client, 120)
    cellarhand_tenant.faults.slow(0, 2, path="/customer")
    cellarhand_tenant.faults.server_error(None, status=401, path="/customer")
    done = pull(cellarhand_tenant, archive)
    assert (done.returncode, "401" in done.stderr, GO_ON in done.stderr) == (1, True, True)
    cellarhand_tenant.faults.clear()
    pulled(cellarhand_tenant, archive)
    is_complete(cellarhand_client, archive)


class Moving:
    """A source of 120 records that changes while it is walked: one is edited, one goes, one comes."""

    def __init__(self) -> None:
        self.rows = [row(f"{n:08}-0000-4000-8000-000000000000", 1) for n in range(120)]
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        start = query.get("cursor", "start")
        some = [each for each in self.rows if start == "start" or each[0] >= start]
        page, rest = some[:50], some[50:]
        body: dict[str, Any] = {"vendors": [json.loads(text) for _, text in page], "total": len(self.rows)}
        if "cursor" in query:
            body["cursor"] = rest[0][0] if rest else None
            del body["total"]
            self.asked += 1
            if self.asked == 1:
                self._change()
        return httpx.Response(200, json=body)

    def _change(self) -> None:
        self.rows[3] = row(self.rows[3][0], 2)
        self.rows[70] = row(self.rows[70][0], 2)
        del self.rows[90]
        self.rows.append(row("99999999-0000-4000-8000-000000000000", 1))


def test_a_walk_through_records_that_change_has_each_of_them_once(tmp_path: Path) -> None:
    source = Moving()
    found = pulled_from(tmp_path / "a", source, EVERYTHING, (VENDOR,))
    kept = [(id, json.loads(text)) for id, text in found.records("vendor")]
    there = {id: json.loads(text) for id, text in source.rows}
    # What was edited behind the walk is as it was then; the next pull brings it by its date.
    there[kept[3][0]]["version"] = 1
    assert [id for id, _ in kept] == sorted(there)
    assert dict(kept) == there


def test_a_damaged_archive_is_not_pushed_and_its_file_is_named(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path, target: TestTenant
) -> None:
    people(cellarhand_client, 3)
    pulled(cellarhand_tenant, archive)
    file = archive / "customer" / "000001.ndjson.gz"
    file.write_bytes(file.read_bytes()[:-9])
    for more in ((), ("--dry-run",)):
        done = push(target, archive, *more)
        assert done.returncode == 1
        assert f"'{file}' is damaged" in done.stderr
    with target.client() as client:
        assert client.customers.page().total == 0


def test_a_full_disk_beside_the_archive_is_named_and_nothing_is_made_twice(
    cellarhand_tenant: TestTenant, cellarhand_client: Client, archive: Path, target: TestTenant
) -> None:
    people(cellarhand_client, 60)
    pulled(cellarhand_tenant, archive)
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    done = push(target, archive, before=small, lines=10)
    assert done.returncode == 1
    assert "what was done can not be written down: File too large" in done.stderr
    assert GO_ON in done.stderr
    told = pushed(target, archive)
    assert told["customer"]["refused"] == 0
    with target.client() as client:
        assert client.customers.page().total == 60
        assert client.customer_addresses.page().total == 60


def test_an_archive_of_nothing_can_be_pushed(
    cellarhand_tenant: TestTenant, archive: Path, target: TestTenant
) -> None:
    pulled(cellarhand_tenant, archive)
    assert Archive.open(archive).damages() == []
    pushed(target, archive)


def test_a_count_of_stock_whose_answer_was_lost_is_sent_again(
    server: TestServer, target: TestTenant, archive: Path
) -> None:
    pulled(demo_tenant(server), archive, "--nested", role="Data")
    target.faults.answer_lost(1, method="POST", path="/inventory-transaction")
    target.faults.broken(1, method="POST", path="/inventory-transaction")
    assert pushed(target, archive)["inventory"]["refused"] == 0
    assert pushed(target, archive)["inventory"]["updated"] == 0, "each count is what it has to be"
