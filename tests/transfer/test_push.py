"""`cellarhand push`: what is in the target afterwards, and what happens on bad days."""

import json
import random
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.archive import Archive
from tests.transfer.pulling import people, pull, pulled
from tests.transfer.pushing import (
    command,
    count,
    demo_tenant,
    differences,
    errors_of,
    push,
    pushed,
    records,
)
from tests.wire.shop import PLACE, line, order

_HOME: Any = {
    "firstName": "Ann",
    "lastName": "Lee",
    "address": "1 Vine St",
    "city": "Napa",
    "stateCode": "CA",
    "zipCode": "94558",
    "countryCode": "US",
}


@pytest.fixture(scope="module")
def whole(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The winery's archive; nobody writes into it."""
    archive = tmp_path_factory.mktemp("pulled") / "winery.archive"
    pulled(demo_tenant(server), archive, "--nested", role="Data")
    return archive


@pytest.fixture
def archive(whole: Path, tmp_path: Path) -> Path:
    """The same with a place of its own for what is written beside it."""
    own = tmp_path / "winery.archive"
    own.symlink_to(whole)
    return own


@pytest.fixture
def target(server: TestServer) -> TestTenant:
    return server.tenant(empty=True)


def _is_alike(archive: Path, target: TestTenant, folder: Path) -> None:
    again = folder / "again.archive"
    pulled(target, again, "--nested", role="Data")
    assert differences(archive, again) == []


def test_pulling_what_was_pushed_gives_the_same_records(
    archive: Path, target: TestTenant, tmp_path: Path
) -> None:
    told = pushed(target, archive, "--dry-run")
    assert sum(each["refused"] for each in told.values()) == 0
    with target.client() as client:
        assert client.customers.page().total == 0
    told = pushed(target, archive)
    assert (told["customer"]["created"], told["customer"]["refused"]) == (40, 0)
    assert [each["notCarried"] for each in told.values() if each["notCarried"]] == []
    _is_alike(archive, target, tmp_path)
    # A second time there is nothing to do.
    told = pushed(target, archive)
    assert sum(each["created"] + each["updated"] for each in told.values()) == 0
    assert told["order"]["skipped"] > 100


def test_orders_of_customers_who_are_gone_come_as_those_of_guests(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    """MIG-4: the sale is kept, whoever was deleted since."""
    source, archive = server.tenant(), tmp_path / "gone.archive"
    with source.client() as client:
        buyer = client.customers.create({"emails": [{"email": "gone@example.com"}]})
        sent: Any = order(line(), customerId=buyer["id"])
        sold = client.orders.create(sent)
        client.customers.delete(buyer["id"])
    pulled(source, archive, role="Data")
    assert pushed(target, archive, "--dry-run")["order"]["refused"] == 0
    told = pushed(target, archive)["order"]
    assert (told["created"], told["refused"]) == (1, 0)
    assert "guests" in " ".join(told["notCarried"])
    with target.client() as client:
        found = client.orders.get(sold["id"])
        assert (found["customerId"], found["total"]) == (None, sold["total"])
    assert pushed(target, archive)["order"]["skipped"] == 1


@pytest.mark.parametrize("how", [(), ("--one-by-one",)])
def test_what_came_of_an_order_stands_in_it_in_the_same_order(
    server: TestServer, target: TestTenant, tmp_path: Path, how: tuple[str, ...]
) -> None:
    """The source has noted refunds as they came in, whenever they were submitted."""
    source, archive = server.tenant(), tmp_path / "refunds.archive"
    moments = [f"2024-02-{day:02}T10:00:00.000Z" for day in (5, 3, 9, 4, 1, 8, 2, 7)]
    with source.client() as client:
        sent: Any = order(line())
        sold = client.orders.create(sent)
        for moment in moments:
            back: Any = order(line(quantity=-1), purchaseType="Refund", previousOrderId=sold["id"])
            back |= {"orderSubmittedDate": moment, "orderPaidDate": moment}
            client.orders.create(back)
        linked = client.orders.get(sold["id"])["linkedOrders"]
    pulled(source, archive, role="Data")
    pushed(target, archive, *how, lines=2)
    with target.client() as client:
        assert client.orders.get(sold["id"])["linkedOrders"] == linked


def test_orders_come_without_the_ids_of_what_was_deleted_since(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    """History names addresses, departments and customers that are gone; what it says of them stays."""
    source, archive = server.tenant(), tmp_path / "deleted.archive"
    with source.client() as client:
        buyer = client.customers.create({"emails": [{"email": "moved@example.com"}]})
        gone = client.customer_addresses(buyer["id"]).create(_HOME)
        kept = client.customer_addresses(buyer["id"]).create(_HOME)
        department = client.departments.create({"title": "Library", "code": "LIB"})
        places: Any = {
            name: {**PLACE, "customerAddressId": address["id"]}
            for name, address in (("shipTo", gone), ("billTo", kept))
        }
        sent: Any = order(line(departmentId=department["id"]), customerId=buyer["id"], **places)
        sold = client.orders.create(sent)
        client.customer_addresses(buyer["id"]).delete(gone["id"])
        client.departments.delete(department["id"])
    pulled(source, archive, role="Data")
    assert pushed(target, archive, "--dry-run")["order"]["created"] == 1
    told = pushed(target, archive)["order"]
    assert [each.partition(" ")[0] for each in told["notCarried"]] == [
        "items[].departmentId",
        "shipTo.customerAddressId",
    ]
    with target.client() as client:
        found = client.orders.get(sold["id"])
        assert found["customerId"] == buyer["id"]
        places = found["shipTo"], found["billTo"]
        assert [(each["customerAddressId"], each["address"]) for each in places] == [
            (None, PLACE["address"]),
            (kept["id"], PLACE["address"]),
        ]
        assert found["items"][0]["departmentId"] is None


def _half_pulled(source: TestTenant, archive: Path) -> None:
    """The customers' walk breaks off after its first page; all else is there."""
    pulled(source, archive, "--only", "order", role="Data")
    # How many there are, and a page of them.
    source.faults.slow(0, 2, path="/customer")
    source.faults.server_error(None, status=401, path="/customer")
    assert pull(source, archive, "--only", "customer", role="Data").returncode == 1
    source.faults.clear()
    (walk,) = Archive.open(archive).current("customer")
    assert (walk.done, walk.records) == (False, 50)


def _without_customers(source: TestTenant, archive: Path) -> None:
    pulled(source, archive, "--only", "order", role="Data")


@pytest.mark.parametrize("some", [_half_pulled, _without_customers])
def test_orders_wait_for_customers_who_were_not_pulled(
    server: TestServer, target: TestTenant, tmp_path: Path, some: Callable[[TestTenant, Path], None]
) -> None:
    """Nobody knows yet who is gone: an order is no guest's because a pull was not finished."""
    source, archive = server.tenant(), tmp_path / "half.archive"
    with source.client() as client:
        buyers = people(client, 60)
        sold: list[Any] = []
        for buyer in (buyers[0], buyers[-1]):
            sent: Any = order(line(), customerId=buyer["id"])
            sold.append(client.orders.create(sent))
    some(source, archive)
    with target.client("Data") as client:
        # One of them is in the target already, by whatever way.
        client.customers.create({"id": buyers[0]["id"], "emails": [{"email": "here@example.com"}]})
    for more in (("--dry-run",), ()):
        assert (
            "  order: customerId: does not exist (1 times)\n"
            in push(target, archive, "--only", "order", *more).stdout
        )
        done = push(target, archive, "--json", "--only", "order", *more)
        assert done.returncode == 1
        (refused,) = errors_of(done)[1]
        assert (refused["id"], refused["errors"][0]["field"]) == (sold[1]["id"], "customerId")
        told = {each["list"]: each for each in json.loads(done.stdout)["lists"]}
        assert told["order"]["note"] == "not all of customer was pulled: pull, then push again"
    pulled(source, archive, role="Data")
    told = pushed(target, archive, "--update")
    assert (told["order"]["created"], told["order"]["notCarried"]) == (1, [])
    with target.client() as client:
        shown = {each["id"]: each["customerId"] for each in client.orders.list()}
        assert shown == {each["id"]: each["customerId"] for each in sold}


def test_an_order_keeps_a_customer_whom_the_target_still_has(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    """Deletions are not pushed, and a ledger may be lost: neither takes an order from its customer."""
    source, archive = server.tenant(), tmp_path / "stays.archive"
    with source.client() as client:
        buyer = client.customers.create({"emails": [{"email": "stays@example.com"}]})
        sent: Any = order(line(), customerId=buyer["id"])
        sold = client.orders.create(sent)
        pulled(source, archive, role="Data")
        pushed(target, archive)
        client.customers.delete(buyer["id"])
    pulled(source, archive, role="Data")
    shutil.rmtree(f"{archive}.push")
    told = pushed(target, archive, "--update")
    assert (told["order"]["unchanged"], told["order"]["notCarried"]) == (1, [])
    with target.client() as client:
        assert client.orders.get(sold["id"])["customerId"] == buyer["id"]


_HANDED_OVER: Any = {
    "type": "Picked Up",
    "fulfillmentDate": "2024-02-01T00:00:00.000Z",
    "packageCount": 1,
}


@pytest.mark.parametrize("how", [(), ("--one-by-one",)])
def test_an_update_finds_finished_orders_as_they_are_and_changes_what_of_them_can_be(
    server: TestServer, target: TestTenant, tmp_path: Path, how: tuple[str, ...]
) -> None:
    """A change of an order takes few members and refuses the others, even where they say the same."""
    source, archive = server.tenant(), tmp_path / "finished.archive"
    with source.client() as client:
        sent: Any = order(line())
        same, flagged, other = (client.orders.create(sent) for _ in range(3))
        pulled(source, archive, role="Data")
        pushed(target, archive, *how)
        client.orders.update(flagged["id"], {"flags": [{"content": "Call first"}]})
        client.actions.fulfill_order(other["id"], _HANDED_OVER)
    pulled(source, archive, role="Data")
    shutil.rmtree(f"{archive}.push")
    foretold = push(target, archive, "--json", "--update", "--dry-run", *how)
    done = push(target, archive, "--json", "--update", *how)
    for each in (foretold, done):
        told = next(each for each in json.loads(each.stdout)["lists"] if each["list"] == "order")
        assert (told["unchanged"], told["updated"], told["refused"]) == (1, 1, 1)
    (refused,) = errors_of(done)[1]
    assert refused["id"] == other["id"]
    assert {"items", "fulfillmentStatus"} <= {each["field"] for each in refused["errors"]}
    with target.client() as client:
        assert [each["content"] for each in client.orders.get(flagged["id"])["flags"]] == ["Call first"]
        assert client.orders.get(same["id"])["flags"] == []


def test_a_ledger_that_was_lost_makes_nothing_twice(
    archive: Path, target: TestTenant, tmp_path: Path
) -> None:
    pushed(target, archive, lines=1000)
    for path in archive.resolve().parent.glob(f"{archive.resolve().name}.push/{target.slug}-*/*"):
        path.unlink()
    told = pushed(target, archive, lines=1000)
    assert sum(each["created"] for each in told.values()) == 0
    assert told["customer"]["unchanged"] == 40
    _is_alike(archive, target, tmp_path)


# The process kills itself when it is about to flush the n-th time, or when the n-th call was answered.
_DIES = """
import os, signal, httpx
left = [{steps}]
def step():
    left[0] -= 1
    if left[0] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
def before(real):
    def call(*arguments, **named):
        step()
        return real(*arguments, **named)
    return call
def after(real):
    def call(*arguments, **named):
        found = real(*arguments, **named)
        step()
        return found
    return call
os.fsync, httpx.Client.request = before(os.fsync), after(httpx.Client.request)
"""


def test_kill_9_at_any_moment_costs_nothing_but_time(
    archive: Path, target: TestTenant, tmp_path: Path
) -> None:
    chance = random.Random(5)
    codes: list[int] = []
    for _ in range(6):
        dies = _DIES.format(steps=chance.randrange(4, 40))
        codes.append(push(target, archive, before=dies, lines=25).returncode)
    assert codes.count(-signal.SIGKILL) > 3
    pushed(target, archive)
    _is_alike(archive, target, tmp_path)


def test_one_by_one_into_a_server_that_knows_no_bulk_brings_what_its_calls_can(
    archive: Path, target: TestTenant
) -> None:
    target.faults.server_error(2, method="POST", path="/customer")
    target.faults.answer_lost(1, method="POST", path="/order")
    told = pushed(target, archive, "--one-by-one")
    made = {name: each["created"] + each["unchanged"] for name, each in told.items()}
    assert (made["customer"], made["order"]) == (40, count(archive, "order"))
    assert told["note"]["notCarried"] == ["accountId", "accountName"]
    assert told["tag.customer"]["notCarried"] == ["createdAt", "updatedAt"]
    with target.client() as client:
        tags = {each["id"] for each in client.tags("customer").list()}
        carried = {tag["id"] for each in client.customers.list() for tag in each["tags"]}
        departments = {each["id"] for each in client.departments.list()}
        products = list(client.products.list())
        assert carried
        assert carried <= tags
        assert {each["departmentId"] for each in products} <= departments | {None}
        assert sum(each["total"] for each in client.orders.list()) == sum(
            each["total"] for each in records(archive, "order")
        )
    told = pushed(target, archive, "--one-by-one")
    assert sum(each["created"] for each in told.values()) == 0
    with target.client() as client:
        assert client.tags("customer").page().total == len(tags)


def test_what_is_there_already_is_left_or_changed_as_asked(archive: Path, target: TestTenant) -> None:
    lists = ("--only", "meta-data-config.customer", "--only", "tag.customer", "--only", "customer")
    pushed(target, archive, *lists)
    with target.client() as client:
        someone = next(iter(client.customers.list()))
        client.customers.update(someone["id"], {"city": "Elsewhere"})
    for path in archive.resolve().parent.glob(f"{archive.resolve().name}.push/{target.slug}-*/customer"):
        path.unlink()
    done = push(target, archive, "--json", *lists)
    assert done.returncode == 1
    _, (line,) = errors_of(done)
    assert (line["id"], "--update" in line["message"]) == (someone["id"], True)
    told = pushed(target, archive, "--update", *lists)
    assert told["customer"]["updated"] == 1
    with target.client() as client:
        assert client.customers.get(someone["id"])["city"] == someone["city"]


def test_a_refused_record_can_be_mended_and_pushed_alone(archive: Path, target: TestTenant) -> None:
    lists = ("--only", "meta-data-config.customer", "--only", "tag.customer", "--only", "customer")
    with target.client() as client:
        emails = [each["emails"][0]["email"] for each in records(archive, "customer")]
        taken = client.customers.create({"emails": [{"email": emails[3]}]})
    done = push(target, archive, "--json", *lists)
    assert done.returncode == 1
    path, (line,) = errors_of(done)
    assert (line["list"], line["status"]) == ("customer", 422)
    assert [each["field"] for each in line["errors"]] == ["emails[0].email"]
    line["body"]["emails"][0]["email"] = "mended@mail.example"
    path.write_text(json.dumps(line) + "\n", "utf-8")
    told = pushed(target, archive, "--errors", str(path))
    assert told["customer"]["created"] == 1
    assert pushed(target, archive, *lists)["customer"]["skipped"] == 40
    with target.client() as client:
        assert client.customers.get(line["id"])["emails"][0]["email"] == "mended@mail.example"
        assert taken["id"] != line["id"]


def test_a_dry_run_names_what_would_fail_and_writes_nothing(archive: Path, target: TestTenant) -> None:
    done = push(target, archive, "--dry-run", "--json", "--only", "customer-address")
    assert done.returncode == 1
    assert {each["field"] for line in errors_of(done)[1] for each in line["errors"]} == {"customerId"}
    done = push(target, archive, "--dry-run", "--json", "--one-by-one")
    assert done.returncode == 0, done.stdout
    with target.client() as client:
        assert (client.customers.page().total, client.tags("customer").page().total) == (0, 0)


def test_only_the_data_role_can_push_and_wrong_credentials_half_way_lose_nothing(
    archive: Path, target: TestTenant, tmp_path: Path
) -> None:
    done = push(target, archive, role="Admin Owner")
    assert done.returncode == 1
    assert "role Data" in done.stderr
    target.faults.slow(0, 3, path="/bulk")
    target.faults.server_error(None, status=401, path="/bulk")
    done = push(target, archive, lines=20)
    assert done.returncode == 1
    assert "run the same command again" in done.stderr
    target.faults.clear()
    target.faults.rate_limited(2, path="/bulk")
    target.faults.truncated(1, path="/bulk")
    pushed(target, archive)
    _is_alike(archive, target, tmp_path)


def test_ctrl_c_says_how_to_go_on(archive: Path, target: TestTenant) -> None:
    target.faults.slow(2, None, path="/bulk/customer")
    interrupts = """
import os, signal, threading
threading.Timer(2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
"""
    asked = command(target, archive, before=interrupts)
    done = subprocess.run(**asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 130
    assert "run the same command again to go on" in done.stderr


def test_ctrl_c_does_not_wait_until_a_limit_allows_the_next_call(archive: Path, target: TestTenant) -> None:
    target.faults.rate_limited(None, retry_after=50, method="POST", path="/tag")
    interrupts = """
import os, signal, threading
threading.Timer(2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
"""
    asked = command(target, archive, "--one-by-one", "--only", "tag.customer", before=interrupts)
    done = subprocess.run(**asked, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 130
    assert "run the same command again to go on" in done.stderr


def test_stock_goes_on_where_it_was_and_what_is_refused_can_be_mended(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    source, archive = server.tenant(), tmp_path / "stock.archive"
    with source.client() as client:
        for number in range(6):
            variant: Any = {"title": "Bottle", "sku": f"W{number}", "price": 100, "hasInventory": True}
            wine: Any = {"type": "Wine", "title": f"W{number}", "variants": [variant]}
            wine |= {"webStatus": "Available", "adminStatus": "Available"}
            client.products.create(wine)
            stock: Any = {"sku": f"W{number}", "availableForSaleCount": number, "reserveCount": 1}
            (place,) = client.inventory_locations.list()
            where: Any = {"action": "Reset", "inventoryLocationId": place["id"]}
            client.actions.create_inventory_transaction(where | stock)
    pulled(source, archive, role="Data")
    target.faults.slow(0, 3, path="/inventory-transaction")
    target.faults.server_error(None, status=401, path="/inventory-transaction")
    done = push(target, archive, "--json", before=_FEW_CALLS)
    assert (done.returncode, "run the same command again" in done.stderr) == (1, True)
    target.faults.clear()
    target.faults.server_error(1, status=422, path="/inventory-transaction")
    done = push(target, archive, "--json", before=_FEW_CALLS)
    told = {each["list"]: each for each in json.loads(done.stdout)["lists"]}["inventory"]
    assert (told["unchanged"] >= 2, told["refused"]) == (True, 1)
    assert told["unchanged"] + told["updated"] == 5
    path, (line,) = errors_of(done)
    assert (line["list"], line["body"]["action"]) == ("inventory", "Reset")
    assert pushed(target, archive, "--errors", str(path))["inventory"]["updated"] == 1
    assert pushed(target, archive)["inventory"]["unchanged"] == 6
    with target.client() as client:
        counts = {each["sku"]: each["availableForSaleCount"] for each in client.inventories.list()}
    assert counts == {f"W{number}": number for number in range(6)}


_FEW_CALLS = """
import cellarhand.transfer.stock
cellarhand.transfer.stock.SINGLE_CALLS = 2
"""
