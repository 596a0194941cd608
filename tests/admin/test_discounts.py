"""Coupons, promotions and promotion sets, made and changed on the site."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller
from tests.wire.discounts import made, set_of, sets
from tests.wire.shop import product

SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _id(page: Any) -> str:
    """The id of the record whose page it is."""
    return page.path.rpartition("/")[2]


SENT = {"title": "Welcome", "type": "Product", "discountType": "Percentage Off", "discount": "15"}


@pytest.mark.parametrize("kind", ["coupon", "promotion"])
def test_one_is_added_changed_and_deleted(winery: Winery, owner: Visitor, api: Caller, kind: str) -> None:
    bundle, code = set_of(api), {"code": "WELCOME"} if kind == "coupon" else {}
    form = owner.see(winery.slug, f"/{kind}s/new")
    shown = form.send("", **code, **SENT, **{f"promotionSets.{bundle}": "true"})
    assert "Created." in shown.text
    at = f"/{kind}/{_id(shown)}"
    found = api.seen(at)
    assert (found["discount"], found["channels"], found["promotionSets"][0]["id"]) == (1500, ["All"], bundle)
    assert "15.00" in shown.text
    assert f"/promotion-sets/{bundle}" in str(shown.links)
    edit = owner.see(winery.slug, f"/{kind}s/{_id(shown)}/edit")
    changed = edit.send("", discount="7.50", usageLimitType="Per Customer", usageLimit="1")
    assert "Saved." in changed.text
    found = api.seen(at)
    assert (found["discount"], found["usageLimit"], found["promotionSets"][0]["id"]) == (750, 1, bundle)
    assert "Welcome" in owner.see(winery.slug, f"/{kind}s").text
    assert "Deleted." in changed.send("/delete").text
    assert api.seen(f"/{kind}")["total"] == 0


def test_what_is_missing_is_said_beside_its_input(winery: Winery, owner: Visitor, api: Caller) -> None:
    made(api, "coupon", "TAKEN")
    form = owner.see(winery.slug, "/coupons/new")
    refused = form.send("", code="taken", **SENT)
    assert refused.status == 422
    assert "must be unique" in refused.text
    refused = form.send("", code="NEW", **SENT, appliesTo="Product")
    assert "required" in refused.text
    wine = product(api, "CAB")
    shown = refused.send("", appliesToObjectIds=wine["id"])
    assert "Wine CAB" in shown.text
    assert f"/products/{wine['id']}" in str(shown.links)
    api.gone(f"/product/{wine['id']}")
    assert wine["id"] in owner.see(winery.slug, f"/coupons/{_id(shown)}").text


def test_a_set_shows_who_is_in_it_and_is_renamed(winery: Winery, owner: Visitor, api: Caller) -> None:
    shown = owner.see(winery.slug, "/promotion-sets/new").send("", title=f"Bundle {SCRIPT[:2]}")
    assert "Nothing yet" in shown.text
    coupon = made(api, "coupon", "FREESHIP", promotionSets=sets(_id(shown)))
    page = owner.see(winery.slug, f"/promotion-sets/{_id(shown)}")
    assert "FREESHIP" in page.text
    assert f"/coupons/{coupon['id']}" in str(page.links)
    owner.see(winery.slug, f"/promotion-sets/{_id(shown)}/edit").send("", title="Harvest")
    assert api.seen(f"/coupon/{coupon['id']}")["promotionSets"][0]["title"] == "Harvest"
    assert "Deleted." in page.send("/delete").text
    assert api.seen(f"/coupon/{coupon['id']}")["promotionSets"] == []
