"""`cellarhand clone`: the local server answers with the bytes that the source did."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellarhand.client import gt
from cellarhand.testing.faults import Faults
from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.archive import Archive
from tests.cli.programs import run
from tests.transfer.pulling import pulled
from tests.transfer.pushing import demo_tenant, filled

NOT_CLONED = ("web-hook",)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[TestServer]:
    """A server with the demo's winery of 40 customers."""
    filled(folder, 40)
    with TestServer(folder) as running:
        yield running


def _cloned(server: TestServer, folder: Path, archive: Path, slug: str) -> TestTenant:
    """The clone as a tenant of the test; the app may call it."""
    database = ("--database", f"sqlite:///{folder / 'cellarhand.db'}")
    done = run("clone", str(archive), slug, *database)
    assert done.returncode == 0, done.stderr
    assert run("app", "install", "test-app", slug, *database).returncode == 0
    verified = run("db", "verify", "--tenant", slug, *database)
    assert verified.returncode == 0, verified.stdout
    return TestTenant(server.base_url, slug, Faults())


def test_every_list_of_a_clone_has_the_bytes_of_its_source(
    server: TestServer, folder: Path, tmp_path: Path
) -> None:
    source = demo_tenant(server)
    pulled(source, tmp_path / "source.archive", "--nested", role="Data")
    clone = _cloned(server, folder, tmp_path / "source.archive", "the-clone")
    pulled(clone, tmp_path / "clone.archive", "--nested")
    first, second = (Archive.open(tmp_path / f"{name}.archive") for name in ("source", "clone"))
    for name in first.manifest.resources:
        if name not in NOT_CLONED:
            assert list(first.records(name)) == list(second.records(name)), name
    with source.client("Data") as before, clone.client() as after:
        someone = next(iter(before.customers.list(order_count=gt(2))))
        # What is found and counted is the same too, and what is shown of others is live.
        found = [each["id"] for each in after.customers.list(q=someone["lastName"])]
        assert found == [each["id"] for each in before.customers.list(q=someone["lastName"])]
        assert after.orders.page().total == before.orders.page().total
        after.customers.update(someone["id"], {"city": "Moved Away"})
        order = next(iter(after.orders.list(customer_id=someone["id"])))
        assert (order["customer"] or {}).get("city") == "Moved Away"


def test_members_that_nobody_knows_are_kept(server: TestServer, folder: Path, tmp_path: Path) -> None:
    source = server.tenant()
    with source.client() as client:
        made = client.customers.create({"emails": [{"email": "ada@mail.example"}]})
    archive = tmp_path / "odd.archive"
    pulled(source, archive)
    opened = Archive.open(archive)
    ((id, text),) = opened.records("customer")
    odd = text[:-1] + b', "newMember" : {"a":1.0,"b":[1e3]}}'
    opened.manifest.resources["customer"].walks[0].segments = [opened.write("customer", [(id, odd)])]
    opened.save()
    clone = _cloned(server, folder, archive, "the-odd-one")
    with clone.client() as client:
        assert client.request("GET", f"/customer/{made['id']}").content == odd
        client.customers.update(made["id"], {"city": "Napa"})
        assert dict(client.customers.get(made["id"]))["newMember"] == {"a": 1.0, "b": [1000.0]}


def test_a_name_that_is_taken_is_refused_and_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    Archive.create(tmp_path / "empty.archive", "http://source.example/v1", "source")
    database = ("--database", f"sqlite:///{folder / 'cellarhand.db'}")
    done = run("clone", str(tmp_path / "empty.archive"), "spectrawinery", *database)
    assert (done.returncode, "already" in done.stderr) == (1, True)
    tenants = json.loads(run("tenant", "list", "--json", *database).stdout)["tenants"]
    assert not [each for each in tenants if "being-cloned" in str(each)]
