"""Moving loyalty: tiers and points, where both sides have switched it on."""

from pathlib import Path
from typing import Any

import pytest

from cellarhand.testing.faults import Faults
from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.archive import Archive
from tests.cli.programs import run
from tests.transfer.pulling import pulled
from tests.transfer.pushing import differences, pushed
from tests.wire.loyal import switched_on
from tests.wire.shop import line, order


@pytest.fixture(scope="module")
def source(server: TestServer) -> TestTenant:
    """A winery with tiers of every kind, and customers who have gathered points and taken some."""
    tenant = switched_on(server, server.tenant())
    with tenant.client() as client:
        club = client.clubs.create({"title": "Reds"})
        base: Any = {"title": "Base", "qualificationType": "Lifetime Value", "lifetimeValueToQualify": 0}
        gold: Any = {"title": "Gold", "qualificationType": "Yearly Value", "yearlyValueToQualify": 1000}
        members: Any = {
            "title": "Members",
            "qualificationType": "Club",
            "clubsToQualify": [{"id": club["id"]}],
        }
        for tier in (gold | {"sortOrder": 2, "earnRate": 1.5}, base | {"sortOrder": 1}, members):
            client.loyalty_tiers.create(tier)
        for name in ("jane", "bo"):
            customer = client.customers.create({"emails": [{"email": f"{name}@example.com"}]})
            for amount in (100, -30, 5):
                client.loyalty_transactions.create({"customerId": customer["id"], "amount": amount})
        sold: Any = order(line(price=5000), customerId=customer["id"])
        client.orders.create(sold)
        gone = client.customers.create({"emails": [{"email": "gone@example.com"}]})
        client.loyalty_transactions.create({"customerId": gone["id"], "amount": 7})
        client.customers.delete(gone["id"])
    return tenant


@pytest.fixture
def archive(source: TestTenant, tmp_path: Path) -> Path:
    archive = tmp_path / "loyal.archive"
    told = pulled(source, archive, role="Data")
    assert (told["loyalty-tier"]["records"], told["loyalty-transaction"]["records"]) == (3, 6)
    return archive


def test_tiers_and_points_arrive_as_they_were(server: TestServer, archive: Path, tmp_path: Path) -> None:
    target = switched_on(server, server.tenant(empty=True))
    told = pushed(target, archive, "--dry-run")
    assert sum(each["refused"] for each in told.values()) == 0
    told = pushed(target, archive)
    assert told["loyalty-transaction"]["created"] == 6
    assert [each["notCarried"] for each in told.values() if each["notCarried"]] == []
    pulled(target, tmp_path / "again.archive", role="Data")
    found = differences(archive, tmp_path / "again.archive")
    assert [each for each in found if each[0] != "trash"] == []
    told = pushed(target, archive, "--update")
    assert sum(each["created"] + each["updated"] for each in told.values()) == 0


def test_a_target_without_loyalty_takes_all_else(server: TestServer, archive: Path) -> None:
    target = server.tenant(empty=True)
    told = pushed(target, archive, fails=True)
    assert (told["loyalty-tier"]["refused"], told["loyalty-transaction"]["refused"]) == (3, 6)
    assert told["customer"]["created"] == 2
    assert told["order"]["created"] == 1
    # Once it is switched on there, the same push brings what is left.
    switched_on(server, target)
    told = pushed(target, archive)
    assert told["loyalty-transaction"]["created"] == 6


def test_by_single_calls_points_come_too(server: TestServer, archive: Path) -> None:
    target = switched_on(server, server.tenant(empty=True))
    told = pushed(target, archive, "--one-by-one")
    assert told["loyalty-transaction"]["created"] == 6
    with target.client() as client:
        shown = [each["loyalty"] for each in client.customers.list()]
        assert sorted((each["tier"], each["points"]) for each in shown if each) == [
            ("Base", 75),
            ("Base", 75),
        ]


def test_a_winery_without_loyalty_is_pulled_without_it(server: TestServer, tmp_path: Path) -> None:
    told = pulled(server.tenant(), tmp_path / "plain.archive", role="Data")
    assert (
        told["loyalty-tier"]["leftOut"] == told["loyalty-transaction"]["leftOut"] == "Loyalty is not enabled"
    )


def test_a_clone_has_loyalty_as_its_source_does(
    server: TestServer, archive: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    database = ("--database", server.app.edge._settings.database)
    done = run("clone", str(archive), "loyal-clone", *database)
    assert done.returncode == 0, done.stderr
    assert run("app", "install", "test-app", "loyal-clone", *database).returncode == 0
    verified = run("db", "verify", "--tenant", "loyal-clone", *database)
    assert verified.returncode == 0, verified.stdout
    pulled(TestTenant(server.base_url, "loyal-clone", Faults()), tmp_path / "clone.archive")
    first, second = Archive.open(archive), Archive.open(tmp_path / "clone.archive")
    for name in ("customer", "order", "loyalty-tier", "loyalty-transaction"):
        assert list(first.records(name)) == list(second.records(name)), name
