"""What the server answers is what the document promises: codes, members, their order, and no others."""

from typing import Any

import pytest

from cellarhand.http.routes import Routes
from tests.callers import NIL, Site
from tests.openapi.conformance import CheckedCaller, Spec
from tests.openapi.conftest import PLACE


def test_successes_are_as_promised(checked: CheckedCaller, shop: dict[str, Any], site: Site) -> None:
    ids = {name: record["id"] for name, record in shop.items()}
    at = f"/customer/{ids['customer']}"
    of_one = {
        at: {"lastName": "Doe", "password": "a long password", "emails": shop["customer"]["emails"]},
        f"{at}/address/{ids['address']}": {"company": "Acme"},
        f"{at}/credit-card/{ids['card']}": {"cardHolderName": "Jane Doe"},
        f"/note/{ids['note']}": {"content": "Prefers halves."},
        f"/tag/customer/{ids['tag']}": {"title": "VIPs"},
        f"/tag/customer/{ids['dynamic']}": {"title": "Friends"},
        f"/meta-data-config/customer/{ids['config']}": {"title": "Partner"},
        f"/web-hook/{ids['hook']}": {"notificationEmail": "ops@example.com"},
        f"/gift-card/{ids['gift card']}": {"fromName": "Jane"},
    }
    order = f"/order/{ids['order']}"
    assert checked.changed(order, {"metaData": {"table-number": "13"}}) == checked.seen(order)
    checked.seen("/order?cursor=start&limit=1")
    fulfilled = checked.post(
        f"{order}/fulfillment",
        {
            "type": "Shipped",
            "fulfillmentDate": "2026-02-01",
            "packageCount": 1,
            "items": [{"sku": "sku", "quantityFulfilled": 1}],
            "shipped": {"trackingNumbers": ["1Z"], "carrier": "UPS"},
        },
    ).json()
    assert fulfilled == checked.seen(order)
    checked.delete(f"{order}/fulfillment/{fulfilled['fulfillments'][0]['id']}")
    both = {"firstName": "A", "lastName": "B", "emails": [{"email": "a@b.example"}], **PLACE}
    checked.made("/customer-address?isSendTransactionEmail=false", both)
    for path, change in of_one.items():
        assert checked.changed(path, change) == checked.seen(path)
        assert checked.changed(path, {}) == checked.seen(path)
    assert checked.seen(at)["hasAccount"]
    lists = {path.rpartition("/")[0] for path in of_one} | {"/customer-address", "/trash"}
    for path in (*lists, "/wine-varietal", "/wine-appellation"):
        checked.seen(path)
        checked.seen(f"{path}?limit=1&page=1")
        checked.seen(f"{path}?limit=1&cursor=start")
        checked.seen(f"{path}?createdAt=gte:2026-01-01&q=zz")
    for path in ("", "/setting", "/meta-data-config/customer/is-unique-code?code=x"):
        checked.seen(path)
    checked.but(authorization=None).seen("/setting/for-web?version=V2")
    link = {"objectId": ids["customer"], "tagId": ids["tag"]}
    checked.made("/tag-x-object/customer", link)
    checked.gone(f"/tag-x-object/customer/{ids['tag']}/{ids['customer']}")
    for path in reversed(of_one):
        checked.gone(path)
        assert checked.get(path).status_code == 404
    checked.seen("/trash")
    checked.seen("/web-hook-log?isSuccess=false&cursor=start")
    CheckedCaller.of(site.person("Admin Owner"), checked.judge).seen("/account/user")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/customer?limit=51", 422),
        ("GET", "/customer?page=1&cursor=start", 422),
        ("GET", "/customer?sort=x", 422),
        ("GET", "/customer?orderCount=like:3", 422),
        ("GET", f"/customer/{NIL}", 404),
        ("GET", "/customer/x", 422),
        ("DELETE", f"/customer/{NIL}/address/{NIL}", 404),
        ("GET", f"/customer/{NIL}/address", 404),
        ("POST", "/customer", 422),
        ("PUT", f"/customer/{NIL}", 404),
        ("PATCH", "/customer", 405),
        ("POST", "/setting", 405),
        ("GET", "/account/user", 401),
        ("DELETE", f"/tag-x-object/customer/{NIL}/{NIL}", 404),
        ("GET", "/meta-data-config/customer/is-unique-code", 422),
    ],
)
def test_errors_are_as_promised(checked: CheckedCaller, method: str, path: str, status: int) -> None:
    assert checked.request(method, path).status_code == status


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        ("{", {"content-type": "application/json"}, 400),
        ("a=b", {"content-type": "application/x-www-form-urlencoded"}, 415),
        ("x" * (2 * 1024 * 1024 + 1), {"content-type": "application/json"}, 413),
        ("[]", {"content-type": "application/json"}, 422),
    ],
)
def test_refused_bodies_are_as_promised(
    checked: CheckedCaller, content: str, headers: dict[str, str], status: int
) -> None:
    assert checked.post("/customer", content=content, headers=headers).status_code == status


def test_missing_headers_are_answered_as_promised(checked: CheckedCaller) -> None:
    assert checked.but(authorization=None).get("/customer").status_code == 401
    assert checked.but(tenant=None).get("/customer").status_code == 422
    assert checked.but(tenant="nobody-s", authorization=None).get("/setting/for-web").status_code == 401


def test_what_was_read_can_be_written_back(
    checked: CheckedCaller, shop: dict[str, Any], spec: Spec, routes: Routes
) -> None:
    """The schema of a change allows the members of the answer, and so does the server (A13)."""
    at = f"/customer/{shop['customer']['id']}"
    paths = {
        at: "CustomerUpdate",
        f"{at}/address/{shop['address']['id']}": "AddressUpdate",
        f"{at}/credit-card/{shop['card']['id']}": "CreditCardUpdate",
        f"/note/{shop['note']['id']}": "NoteUpdate",
        f"/tag/customer/{shop['dynamic']['id']}": "TagUpdate",
        f"/meta-data-config/customer/{shop['config']['id']}": "MetaDataConfigUpdate",
        f"/web-hook/{shop['hook']['id']}": "WebHookUpdate",
        f"/order/{shop['order']['id']}": "OrderUpdate",
    }
    for path, name in paths.items():
        before = checked.seen(path)
        body = {key: before[key] for key in before if key not in ("id", "createdAt", "updatedAt")}
        spec.validator({"$ref": f"#/components/schemas/{name}"}).validate(body)
        assert checked.changed(path, body) == before
