"""`cellarhand push --dry-run`: every record that would be refused, no other, before anything is written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.archive import Archive
from tests.transfer.pulling import pulled
from tests.transfer.pushing import demo_tenant, errors_of, push, pushed, records

Change = Callable[[Any], None]


@pytest.fixture
def archive(server: TestServer, tmp_path: Path) -> Path:
    found = tmp_path / "winery.archive"
    pulled(demo_tenant(server), found, "--nested", role="Data")
    return found


@pytest.fixture
def target(server: TestServer) -> TestTenant:
    return server.tenant(empty=True)


def spoil(archive: Path, name: str, change: Change, which: int = 0) -> str:
    """Change one record of an archive; its id."""
    opened = Archive.open(archive)
    rows = [(id, json.loads(text)) for id, text in opened.records(name)]
    change(rows[which][1])
    walk = opened.manifest.resources[name].walks[-1]
    texts = [(id, json.dumps(record, ensure_ascii=False).encode()) for id, record in rows]
    walk.segments = [opened.write(name, texts)]
    opened.save()
    return rows[which][0]


Refused = dict[tuple[str, str], set[tuple[str, str]]]


def refused(target: TestTenant, archive: Path, *more: str) -> Refused:
    """By list and id: the fields and what is said of each."""
    done = push(target, archive, "--json", *more)
    if done.returncode == 0:
        return {}
    return {
        (line["list"], line["id"]): {(each["field"], each["message"]) for each in line["errors"]}
        for line in errors_of(done)[1]
    }


def fields(found: Refused) -> dict[tuple[str, str], set[str]]:
    return {place: {field for field, _ in told} for place, told in found.items()}


def test_it_foretells_what_the_push_then_refuses(archive: Path, target: TestTenant) -> None:
    """Each fault that a record can have by itself, in the archive, or against the target."""
    with target.client("Data") as client:
        emails = [each["emails"][0]["email"] for each in records(archive, "customer")]
        product = records(archive, "product")[0]
        holder = client.customers.create({"emails": [{"email": emails[2].upper()}]})
        variant: Any = {"title": "Bottle", "sku": product["variants"][0]["sku"].lower(), "price": 100}
        body: Any = {"type": "General Merchandise", "title": "Corkscrew", "webStatus": "Available"}
        whole: Any = {**body, "adminStatus": "Available", "variants": [variant]}
        client.products.create(whole)
        gone = client.customers.create(
            {"id": records(archive, "customer")[4]["id"], "emails": [{"email": "x@y.example"}]}
        )
        client.customers.delete(gone["id"])
    customer = records(archive, "customer")[2]["id"]
    unbalanced = spoil(archive, "order", lambda each: each.update(total=each["total"] + 1), 5)
    odd = spoil(archive, "customer", lambda each: each.update(city=7), 3)
    found = refused(target, archive, "--dry-run")
    by_field = fields(found)
    assert by_field["customer", customer] == {"emails[0].email"}
    assert holder["id"] in str(found["customer", customer])
    assert by_field["product", product["id"]] == {"variants[0].sku"}
    assert by_field["customer", odd] == {"city"}
    assert by_field["customer", gone["id"]] == {"id"}
    assert "total" in by_field["order", unbalanced]
    with target.client() as client:
        assert client.customers.page().total == 1
    assert refused(target, archive).keys() == found.keys()


def test_what_needs_a_refused_record_is_refused_too(archive: Path, target: TestTenant) -> None:
    spoilt = spoil(archive, "order", lambda each: each.update(channel="Fax"), 9)
    # It comes before the other in the archive.
    refund = spoil(
        archive, "order", lambda each: each.update(purchaseType="Refund", previousOrderId=spoilt), 2
    )
    customer = spoil(archive, "customer", lambda each: each.update(city=7))
    found = fields(refused(target, archive, "--dry-run"))
    assert "channel" in found["order", spoilt]
    assert found["order", refund] == {"previousOrderId"}
    theirs = {each["id"] for each in records(archive, "order") if each["customerId"] == customer}
    assert {id for name, id in found if name == "order"} == theirs | {spoilt, refund}


def test_what_is_there_already_is_no_fault_unless_it_differs(archive: Path, target: TestTenant) -> None:
    pushed(target, archive)
    for path in archive.parent.glob("*.push/*/*"):
        path.unlink()
    done = push(target, archive, "--dry-run", "--json")
    assert done.returncode == 0, errors_of(done)[1][:3]
    told = {each["list"]: each for each in json.loads(done.stdout)["lists"]}
    assert (told["customer"]["unchanged"], told["customer"]["created"]) == (40, 0)
    with target.client() as client:
        someone = next(iter(client.customers.list()))
        client.customers.update(someone["id"], {"city": "Elsewhere"})
    found = fields(refused(target, archive, "--dry-run"))
    assert found == {("customer", someone["id"]): {"id"}}
    assert refused(target, archive, "--dry-run", "--update") == {}


def test_what_was_mended_can_be_judged_alone(archive: Path, target: TestTenant) -> None:
    spoil(archive, "customer", lambda each: each.update(city=7))
    done = push(target, archive, "--dry-run", "--json")
    path, lines = errors_of(done)
    customers = [line for line in lines if line["list"] == "customer"]
    assert len(customers) == 1
    customers[0]["body"]["city"] = "Napa"
    mended = path.with_name("mended.ndjson")
    mended.write_text(json.dumps(customers[0]) + "\n", "utf-8")
    lists = ("--only", "tag.customer", "--only", "meta-data-config.customer")
    pushed(target, archive, *lists)
    assert refused(target, archive, "--dry-run", "--errors", str(mended)) == {}


def test_what_can_not_be_looked_up_is_named(archive: Path, target: TestTenant) -> None:
    with target.client("Data") as client:
        client.customers.create({"emails": [{"email": "somebody@mail.example"}]})
    target.faults.server_error(None, status=403, path="/trash")
    done = push(target, archive, "--dry-run", "--json")
    assert [each.partition(":")[0] for each in json.loads(done.stdout)["notChecked"]] == [
        "trash",
        "customer.credit-card",
    ]
