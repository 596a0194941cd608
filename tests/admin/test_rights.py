"""ACC-9, ACC-10: what a role may not do is neither shown nor accepted."""

import re
import secrets
from typing import Any

import pytest

from cellarhand.accounts.rights import ROLES
from cellarhand.admin.screens import TENANT_SCREENS
from cellarhand.admin.visit import Screen
from tests.admin.conftest import Winery
from tests.callers import NIL

# Site side of ACC-9 for what the site has: which roles may read, create and change, and do everything.
ALL = frozenset(ROLES)
OWNERS = frozenset(("Admin Owner", "Data", "Partner"))
WHOLE = OWNERS | {"Admin User"}
TABLE: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "customer": (ALL, ALL, WHOLE),
    "customer-address": (ALL, ALL, WHOLE),
    "note": (ALL, ALL, WHOLE),
    "tag-x-object": (no := ALL - {"Reservation Standard", "Reservation Basic"}, no, WHOLE),
    "customer-credit-card": (no, no, WHOLE),
    "order": (ALL, ALL - {"POS Basic", "Basic", "Reservation Standard", "Reservation Basic"}, WHOLE),
    "refund": (shop := WHOLE | {"POS Standard", "Standard"}, shop, WHOLE),
    "product": (ALL, WHOLE, WHOLE),
    "inventory": (shop, WHOLE, WHOLE),
    "club": (shop, WHOLE, WHOLE),
    "club-membership": (shop, shop, WHOLE),
    "gift-card": (shop, shop, WHOLE),
    "loyalty-tier": (shop, WHOLE, WHOLE),
    "loyalty-transaction": (shop, shop, WHOLE),
    "trash": (WHOLE, frozenset(), frozenset()),
    "activity": (WHOLE, nobody := frozenset[str](), nobody),
    "account": (one := frozenset(("Admin Owner",)), one, one),
    "app": (one, one, one),
    "tag": (shop, WHOLE, WHOLE),
    "coupon": (shop, WHOLE, WHOLE),
    "promotion": (shop, WHOLE, WHOLE),
    "promotion-set": (shop, WHOLE, WHOLE),
    "collection": (ALL, WHOLE, WHOLE),
    "department": (ALL, WHOLE, WHOLE),
    "vendor": (ALL, WHOLE, WHOLE),
    "inventory-location": (shop, OWNERS, OWNERS),
    "shipping": (shop, OWNERS, OWNERS),
    "tax": (OWNERS, OWNERS, OWNERS),
    "meta-data-config": (shop, OWNERS, OWNERS),
    "setting": (OWNERS, OWNERS, OWNERS),
    "web-hook": (OWNERS, OWNERS, OWNERS),
}
NEEDS = {
    **dict.fromkeys(("list", "read"), 0),
    **dict.fromkeys(("create", "update"), 1),
    **dict.fromkeys(("delete", "merge", "bulk", "export", "restore"), 2),
}


def _allowed(screen: Screen, role: str) -> bool:
    return not screen.right or role in TABLE[screen.right][NEEDS[screen.operation]]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_its_pages_and_finds_nothing_else(winery: Winery, role: str) -> None:
    visitor = winery.staff(role)
    token = dict(visitor.see(None, "/profile").form("/name").fields)["form_token"]
    winery.staff()
    for screen in TENANT_SCREENS:
        path = re.sub(r"\{\w+\}", NIL, screen.path.replace("{objectType}", "customer"))
        url = visitor.at(winery.slug, path)
        if screen.method == "GET":
            page = visitor.open(url)
        else:
            page = visitor.post(url, [("form_token", token)])
        refused = "There is no such page here" in page.text
        if NIL in path and _allowed(screen, role):
            # Nothing has this id: a page that looks it up finds nothing either.
            continue
        assert refused is not _allowed(screen, role), (role, screen.method, screen.path)


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_and_the_buttons_are_those_of_the_role(winery: Winery, role: str) -> None:
    api = winery.site.app()
    ann: Any = api.made("/customer", {"emails": [{"email": f"{secrets.token_hex(6)}@a.example"}]})
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    api.made("/tag-x-object/customer", {"tagId": tag["id"], "objectId": ann["id"]})
    visitor = winery.staff(role)
    page = visitor.see(winery.slug, "/customers")
    assert ("/settings/accounts" in page.links) is (role == "Admin Owner")
    assert ("/developer/outbox" in page.links) is (role == "Admin Owner")
    assert any(".csv" in link for link in page.links) is (role in WHOLE)
    detail = visitor.see(winery.slug, f"/customers/{ann['id']}")
    targets = [form.action for form in detail.forms]
    assert any(each.endswith("/remove") for each in targets) is (role in TABLE["tag-x-object"][1])
    assert ("Cards" in detail.text) is (role in TABLE["tag-x-object"][1])
    if role in TABLE["tag-x-object"][1]:
        detail.send("/remove")
        assert api.seen(f"/customer/{ann['id']}")["tags"] == []


def test_owners_alone_manage_accounts_through_neither_door(winery: Winery) -> None:
    """The API has no calls for accounts; whoever asks for the site's pages there finds nothing."""
    assert winery.site.person("Admin Owner").get("/settings/accounts").status_code == 404


@pytest.mark.parametrize(("state", "status"), [("Suspended", 200), ("Closed", 404)])
def test_a_suspended_winery_is_read_and_a_closed_one_gone(winery: Winery, state: str, status: int) -> None:
    from cellarhand.accounts.tables import TENANT
    from cellarhand.store.conditions import equal

    owner = winery.staff()
    page = owner.see(winery.slug, "/customers/new")

    async def job(unit: Any) -> None:
        await unit.update(TENANT, equal("slug", winery.slug), {"state": state})

    winery.site.server.write(None, job)
    assert owner.see(winery.slug, "/customers").status == status
    refused = page.send("", emails__0__email="a@b.example")
    assert refused.status == (403 if status == 200 else 404)


def test_every_screen_of_a_tenant_names_its_right() -> None:
    """Except the first page and the search, which show of each kind what the person may list."""
    assert [screen.path for screen in TENANT_SCREENS if not screen.right] == ["/", "/search"]


def test_many_records_are_changed_at_once_by_whom_ACC_9_gives_that() -> None:
    """W holds bulk; attaching one tag or handing one order over takes less."""
    found = {(screen.right, screen.operation) for screen in TENANT_SCREENS if screen.path.endswith("/start")}
    assert found == {("tag-x-object", "bulk"), ("order", "bulk")}
