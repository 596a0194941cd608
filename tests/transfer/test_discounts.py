"""Coupons, promotions and their sets on the way into another tenant, with all that they name."""

import json
from pathlib import Path
from typing import Any

import pytest

from cellarhand.testing.server import TestServer, TestTenant
from cellarhand.transfer.sending import lines_of
from tests.transfer.pulling import pulled
from tests.transfer.pushing import differences, errors_of, push, pushed, records
from tests.wire.discounts import discount, sets
from tests.wire.shop import line, order

Record = dict[str, Any]


@pytest.fixture
def target(server: TestServer) -> TestTenant:
    return server.tenant(empty=True)


def _named(client: Any) -> dict[str, str]:
    """One of each kind that a discount may name, by the kind."""
    variant = {"title": "750ml", "sku": "CAB", "price": 1250}
    product = {"type": "Wine", "title": "Cabernet", "webStatus": "Available", "adminStatus": "Available"}
    return {
        "Product": client.products.create({**product, "variants": [variant]})["id"],
        "Collection": client.collections.create({"title": "Reds", "webStatus": "Available"})["id"],
        "Department": client.departments.create({"title": "Wine", "code": "W"})["id"],
        "Club": client.clubs.create({"title": "Club", "webStatus": "Available"})["id"],
        "Customer": client.customers.create({"emails": [{"email": "ann@example.com"}]})["id"],
        "Tag": client.tags("customer").create({"title": "VIP", "type": "Manual"})["id"],
    }


def _fill(client: Any) -> Record:
    """A coupon or promotion for each of them, in sets and alone; the last coupon was used in an order."""
    ids = _named(client)
    one, two = (client.promotion_sets.create({"title": title})["id"] for title in ("One", "Two"))
    client.promotion_sets.create({"title": "Empty"})
    for kind in ("Product", "Collection", "Department"):
        body = discount(
            "promotion",
            appliesTo=kind,
            appliesToObjectIds=[ids[kind]],
            excludes=kind,
            excludeObjectIds=[ids[kind]],
            cartContainsType=kind,
            cartContainsObjectIds=[ids[kind]],
            promotionSets=sets(two, one),
        )
        client.promotions.create(body)
    for kind in ("Club", "Customer", "Tag"):
        body = discount("coupon", kind, availableTo=kind, availableToObjectIds=[ids[kind]])
        found = client.coupons.create({**body, "promotionSets": sets(one)})
    used: Any = {"couponId": found["id"], "code": found["code"], "title": "Welcome", "totalValue": 0}
    sent: Any = order(line(), coupons=[used])
    client.orders.create(sent)
    return found


def test_pulling_what_was_pushed_gives_the_same_discounts(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    source, archive, again = server.tenant(), tmp_path / "a.archive", tmp_path / "b.archive"
    with source.client() as client:
        _fill(client)
        client.promotion_sets.update(next(iter(client.promotion_sets.list()))["id"], {"title": "Renamed"})
    pulled(source, archive, role="Data")
    assert sum(each["refused"] for each in pushed(target, archive, "--dry-run").values()) == 0
    told = pushed(target, archive)
    assert [told[name]["created"] for name in ("coupon", "promotion", "promotion-set")] == [3, 3, 3]
    assert [each["notCarried"] for each in told.values() if each["notCarried"]] == []
    pulled(target, again, role="Data")
    assert differences(archive, again) == []
    assert [len(each["coupons"]) for each in records(again, "promotion-set")].count(3) == 1
    told = pushed(target, archive)
    assert sum(each["created"] + each["updated"] for each in told.values()) == 0


def test_a_target_that_chooses_the_ids_has_them_in_all_that_names_them(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    source, archive = server.tenant(), tmp_path / "a.archive"
    with source.client() as client:
        _fill(client)
    pulled(source, archive, role="Data")
    assert sum(each["refused"] for each in pushed(target, archive, "--one-by-one").values()) == 0
    with target.client() as client:
        coupons = {each["code"]: each for each in client.coupons.list()}
        tag = next(iter(client.tags("customer").list()))["id"]
        assert coupons["Tag"]["availableToObjectIds"] == [tag]
        shown = {each["title"]: each for each in client.promotion_sets.list()}
        assert len(shown["One"]["coupons"]) == len(shown["One"]["promotions"]) == 3
        (sold,) = client.orders.list()
        assert sold["coupons"][0]["couponId"] == coupons["Tag"]["id"]
    told = pushed(target, archive, "--one-by-one")
    assert sum(each["created"] for each in told.values()) == 0


def test_an_import_brings_how_often_one_was_used(server: TestServer, tmp_path: Path) -> None:
    source, target, archive = server.tenant(), server.tenant(empty=True), tmp_path / "a.archive"
    with source.client("Data") as client:
        used = json.dumps({**discount("coupon"), "usageCount": 97}).encode()
        (made,) = lines_of(client, "/bulk/coupon", {}, [used])
        assert made["result"] == "created"
    pulled(source, archive, role="Data")
    pushed(target, archive)
    with target.client() as client:
        (found,) = client.coupons.list()
        assert found["usageCount"] == 97


def test_discounts_come_without_the_ids_of_what_is_gone_and_not_without_any(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    source, archive = server.tenant(), tmp_path / "a.archive"
    with source.client() as client:
        ids = [client.departments.create({"title": each, "code": each})["id"] for each in "ABC"]
        of_all: Any = discount("promotion", appliesTo="Department", appliesToObjectIds=ids)
        some = client.promotions.create(of_all)
        of_one: Any = {**of_all, "appliesToObjectIds": ids[:1]}
        lost = client.promotions.create(of_one)
        client.departments.delete(ids[0])
    pulled(source, archive, role="Data")
    for more in (("--dry-run",), ()):
        done = push(target, archive, "--json", *more)
        assert done.returncode == 1
        (refused,) = errors_of(done)[1]
        assert refused["id"] == lost["id"]
        assert refused["errors"][0]["message"].startswith("does not exist")
    with target.client() as client:
        (found,) = client.promotions.list()
        assert (found["id"], found["appliesToObjectIds"]) == (some["id"], ids[1:])
