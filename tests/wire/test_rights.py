"""ACC-9 and the permissions of A3: who may do what."""

from typing import Any

import pytest

from cellarhand.accounts.rights import PERMISSIONS, ROLES
from tests.callers import NIL, Caller, House, Site
from tests.catalogue import NOT_FOR_ROUTE, is_answer, is_invalid

# Columns of ACC-9, API side: AO DA PA | AU | PS | ST | PB BA | RS RB. The second of three cells is a change.
COLUMNS = (
    ("Admin Owner", "Data", "Partner"),
    ("Admin User",),
    ("POS Standard",),
    ("Standard",),
    ("POS Basic", "Basic"),
    ("Reservation Standard", "Reservation Basic"),
)
TABLE = {
    "customer": "WWCCCC",
    "customer-address": "WWCCCC",
    "note": "WWCCCC",
    "customer-credit-card": "WWCC--",
    "tag-x-object": "WWCC--",
    "tag": "WWRR--",
    "wine-list": "WWRRRR",
    "meta-data-config": "WRRR--",
    "setting": "W-----",
    "web-hook": "W-----",
    "trash": "RR----",
    "app-sync": "RR----",
    "order": "WWCCRR",
    "refund": "WWCC--",
    "product": "WWRRRR",
    "collection": "WWRRRR",
    "department": "WWRRRR",
    "vendor": "WWRRRR",
    "inventory": "WWRR--",
    "inventory-location": "WRRR--",
    "shipping": "WRRR--",
    "tax": "W-----",
    "club": "WWRR--",
    "club-membership": "WWRR--",
    "coupon": "WWRR--",
    "promotion": "WWRR--",
    "promotion-set": "WWRR--",
    "gift-card": "WWRR--",
    "loyalty-tier": "WWRR--",
    "loyalty-transaction": "WWRR--",
}


def _five(path: str) -> list[tuple[str, str, str]]:
    """The five calls of a plain resource."""
    return [
        ("GET", path, "R"),
        ("GET", f"{path}/{NIL}", "R"),
        ("POST", path, "C"),
        ("PUT", f"{path}/{NIL}", "C"),
        ("DELETE", f"{path}/{NIL}", "W"),
    ]


# Calls of each object: method, path, and what it needs. None of them finds anything.
CALLS = {
    "customer": [
        ("GET", "/customer", "R"),
        ("GET", f"/customer/{NIL}", "R"),
        ("POST", "/customer", "C"),
        ("PUT", f"/customer/{NIL}", "C"),
        ("DELETE", f"/customer/{NIL}", "W"),
        ("POST", "/customer-address", "C"),
    ],
    "customer-address": [
        ("GET", "/customer-address", "R"),
        ("GET", f"/customer/{NIL}/address", "R"),
        ("GET", f"/customer/{NIL}/address/{NIL}", "R"),
        ("POST", f"/customer/{NIL}/address", "C"),
        ("PUT", f"/customer/{NIL}/address/{NIL}", "C"),
        ("DELETE", f"/customer/{NIL}/address/{NIL}", "W"),
    ],
    "customer-credit-card": [
        ("GET", f"/customer/{NIL}/credit-card", "R"),
        ("GET", f"/customer/{NIL}/credit-card/{NIL}", "R"),
        ("POST", f"/customer/{NIL}/credit-card", "C"),
        ("PUT", f"/customer/{NIL}/credit-card/{NIL}", "C"),
        ("DELETE", f"/customer/{NIL}/credit-card/{NIL}", "W"),
    ],
    "note": [
        ("GET", "/note", "R"),
        ("GET", f"/note/{NIL}", "R"),
        ("POST", "/note", "C"),
        ("PUT", f"/note/{NIL}", "C"),
        ("DELETE", f"/note/{NIL}", "W"),
    ],
    "tag": [
        ("GET", "/tag/customer", "R"),
        ("GET", f"/tag/order/{NIL}", "R"),
        ("POST", "/tag/reservation", "C"),
        ("PUT", f"/tag/club-membership/{NIL}", "C"),
        ("DELETE", f"/tag/customer/{NIL}", "W"),
        *_five("/group"),
    ],
    "tag-x-object": [
        ("POST", "/tag-x-object/customer", "C"),
        ("DELETE", f"/tag-x-object/customer/{NIL}/{NIL}", "C"),
    ],
    "wine-list": [("GET", "/wine-varietal?limit=1", "R"), ("GET", "/wine-appellation?limit=1", "R")],
    "meta-data-config": [
        ("GET", "/meta-data-config/customer", "R"),
        ("GET", f"/meta-data-config/order/{NIL}", "R"),
        ("GET", "/meta-data-config/order/is-unique-code?code=x", "R"),
        ("POST", "/meta-data-config/product", "C"),
        ("PUT", f"/meta-data-config/customer/{NIL}", "C"),
        ("DELETE", f"/meta-data-config/customer/{NIL}", "W"),
    ],
    "setting": [("GET", "/setting", "R")],
    "web-hook": [
        ("GET", "/web-hook", "R"),
        ("GET", f"/web-hook/{NIL}", "R"),
        ("POST", "/web-hook", "C"),
        ("PUT", f"/web-hook/{NIL}", "C"),
        ("DELETE", f"/web-hook/{NIL}", "W"),
        ("GET", "/web-hook-log", "R"),
    ],
    "trash": [("GET", "/trash", "R")],
    "app-sync": [("GET", f"/app-syncs/{NIL}", "R"), ("POST", "/app-sync", "C")],
    "order": [
        ("GET", "/order", "R"),
        ("GET", f"/order/{NIL}", "R"),
        ("POST", "/order", "C"),
        ("PUT", f"/order/{NIL}", "C"),
        ("PUT", "/order/upsert", "C"),
        ("PUT", "/order-number", "C"),
        ("POST", f"/order/{NIL}/fulfillment", "C"),
        ("POST", f"/order/{NIL}/fulfillment/all", "C"),
        ("DELETE", f"/order/{NIL}/fulfillment/{NIL}", "W"),
    ],
    "refund": [("GET", "/refund", "R"), ("GET", f"/refund/{NIL}", "R"), ("POST", "/refund", "C")],
    "product": _five("/product"),
    "collection": _five("/collection"),
    "department": _five("/department"),
    "vendor": _five("/vendor"),
    "inventory": [
        ("GET", "/inventory", "R"),
        ("GET", f"/inventory/{NIL}", "R"),
        ("POST", "/inventory", "C"),
        ("POST", "/inventory-transaction", "C"),
    ],
    "inventory-location": [
        ("GET", "/inventory-location", "R"),
        ("GET", f"/inventory-location/{NIL}", "R"),
        ("POST", "/inventory-location", "C"),
    ],
    "shipping": _five("/shipping"),
    "tax": _five("/tax"),
    "club": _five("/club"),
    "club-membership": _five("/club-membership"),
    "coupon": _five("/coupon"),
    "promotion": _five("/promotion"),
    "promotion-set": [
        *_five("/promotion-set"),
        ("POST", "/promotion-set-x-promotion", "C"),
        ("DELETE", "/promotion-set-x-promotion", "C"),
    ],
    "gift-card": [*_five("/gift-card"), ("POST", "/gift-card-transaction", "C")],
    "loyalty-tier": _five("/loyalty-tier"),
    "loyalty-transaction": [("GET", "/loyalty-transaction", "R"), ("POST", "/loyalty-transaction", "C")],
}
# The permission that an app needs for the calls of each object.
GRANTS = {
    "customer": "Customer",
    "customer-address": "Customer Address",
    "customer-credit-card": "Customer Credit Card",
    "note": "Note",
    "tag": "Tag",
    "tag-x-object": "Tag",
    "wine-list": "Product",
    "meta-data-config": "MetaData Config",
    "setting": "Setting",
    "web-hook": "WebHook",
    "order": "Order",
    "refund": "Refund",
    "product": "Product",
    "collection": "Collection",
    "department": "Department",
    "vendor": "Vendor",
    "inventory": "Inventory",
    "inventory-location": "Inventory",
    "shipping": "Shipping",
    "tax": "Setting",
    "club": "Club",
    "club-membership": "Club Membership",
    "coupon": "Coupon",
    "promotion": "Promotion",
    "promotion-set": "Promotion Set",
    "gift-card": "Gift Card",
    "loyalty-tier": "Customer",
    "loyalty-transaction": "Customer",
}
ELSEWHERE = ("root", "read-account-user", "bulk-import")
"""Every role's, or of one role alone; with tests of their own."""


def test_no_call_is_left_out(house: House) -> None:
    tried = {_called(house, method, path) for calls in CALLS.values() for method, path, _ in calls}
    there = {each.name for each in house.server.app.routes.endpoints if not each.public}
    assert there - tried == set(ELSEWHERE)


def _called(house: House, method: str, path: str) -> str:
    found = house.server.app.routes.find(path.partition("?")[0])
    assert found is not None, path
    return found.methods[method].name


def test_every_role_stands_in_one_column() -> None:
    assert sorted(role for column in COLUMNS for role in column) == sorted(ROLES)


@pytest.mark.parametrize(
    ("role", "column"), [(role, place) for place, roles in enumerate(COLUMNS) for role in roles]
)
def test_a_role_may_do_what_the_table_says(site: Site, role: str, column: int) -> None:
    caller = site.person(role)
    for name, calls in CALLS.items():
        cell = TABLE[name][column]
        for method, path, needed in calls:
            allowed = needed in {"-": "", "R": "R", "C": "RC", "W": "RCW"}[cell]
            _is_allowed(caller, method, path, allowed)
    assert caller.get("").status_code == 200
    assert caller.get("/account/user").status_code == 200


def _is_allowed(caller: Caller, method: str, path: str, allowed: bool) -> None:
    answer = caller.request(method, path)
    if allowed:
        assert answer.status_code in (200, 404, 422), (method, path, answer.text)
    else:
        assert (answer.status_code, answer.content) == (401, NOT_FOR_ROUTE), (method, path)


@pytest.mark.parametrize("name", GRANTS)
def test_an_app_needs_the_permission_of_each_call(site: Site, name: str) -> None:
    permission = GRANTS[name]
    without = site.app_with({each: "Full" for each in PERMISSIONS if each != permission})
    extra = {"Customer Address": "Full"} if name == "customer" else {}
    reading, full = site.app_with({permission: "Read", **extra}), site.app_with({permission: "Full", **extra})
    for method, path, needed in CALLS[name]:
        _is_allowed(without, method, path, False)
        _is_allowed(reading, method, path, needed == "R")
        _is_allowed(full, method, path, True)


def test_no_permission_is_needed_for_the_root_and_the_trash_and_none_opens_the_account(site: Site) -> None:
    app = site.app_with({})
    assert app.get("").status_code == 200
    assert app.seen("/trash") == {"trashes": [], "total": 0}
    assert app.seen(f"/app-syncs/{NIL}") == {"appSyncs": [], "total": 0}
    assert app.post("/app-sync", {}).status_code == 422
    assert app.get("/account/user").status_code == 401


def test_a_later_version_of_an_app_gets_new_permissions_only_with_a_new_consent(site: Site) -> None:
    """APP-2: what an app may do is what was granted when it was installed."""
    app = site.app_with({"Note": "Read"})
    assert app.get("/note").status_code == 200
    is_answer(app.get("/customer"), 401, NOT_FOR_ROUTE)


@pytest.fixture
def tagged(owner: Caller) -> tuple[dict[str, Any], str, str]:
    tags = [owner.made("/tag/customer", {"title": t, "type": "Manual"})["id"] for t in ("One", "Two")]
    body = {"emails": [{"email": "a@b.co"}], "tags": [{"id": tags[0]}]}
    return owner.made("/customer", body), tags[0], tags[1]


@pytest.mark.parametrize("role", ["Basic", "POS Basic", "Reservation Standard", "Reservation Basic"])
def test_who_may_not_attach_tags_may_not_do_it_by_the_customer_either(
    site: Site, tagged: tuple[dict[str, Any], str, str], role: str
) -> None:
    customer, first, second = tagged
    caller, at = site.person(role), f"/customer/{customer['id']}"
    for tags in ([], [{"id": second}], [{"id": first}, {"id": second}]):
        is_answer(caller.put(at, {"tags": tags}), 401, NOT_FOR_ROUTE)
    body = {"emails": [{"email": "c@d.co"}], "tags": [{"id": first}]}
    is_answer(caller.post("/customer", body), 401, NOT_FOR_ROUTE)
    assert caller.changed(at, {"tags": customer["tags"], "city": "Napa"})["tags"] == customer["tags"]


def test_a_note_is_changed_by_its_author_and_those_who_run_the_shop(site: Site, owner: Caller) -> None:
    """NOT-1."""
    customer = owner.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    author, other = site.person("Standard"), site.person("POS Standard")
    at = f"/note/{author.made('/note', {'content': 'mine', 'customerId': customer})['id']}"
    is_answer(other.put(at, {"content": "theirs"}), 401, NOT_FOR_ROUTE)
    for caller in (author, owner, site.person("Admin User"), site.app()):
        assert caller.put(at, {"content": "changed"}).status_code == 200
    is_invalid(other.put(at, {"content": 5}), ("content", "must be a string"))
