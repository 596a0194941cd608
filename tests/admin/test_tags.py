"""Tags on the site: listed for each kind of record, made, renamed and deleted, with how many carry them."""

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.callers import Caller


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def test_a_tag_is_made_renamed_and_deleted(winery: Winery, owner: Visitor, api: Caller) -> None:
    shown = owner.see(winery.slug, "/tags/customer/new").send("", title="Friend", type="Manual")
    tag_id = shown.path.rpartition("/")[2]
    ann = api.made("/customer", {"emails": [{"email": "ann@a.example"}], "tags": [{"id": tag_id}]})
    assert "Friend Manual 1" in owner.see(winery.slug, "/tags").text, "the list begins with customers'"
    assert "Friend" not in owner.see(winery.slug, "/tags/order").text
    detail = owner.see(winery.slug, f"/tags/customer/{tag_id}")
    assert "1 found" in detail.follow("/customers?tagId=").text
    edit = owner.see(winery.slug, f"/tags/customer/{tag_id}/edit")
    assert "Saved." in edit.send("", title="Old friend").text
    assert api.seen(f"/customer/{ann['id']}")["tags"][0]["title"] == "Old friend"
    assert "Deleted." in detail.send("/delete").text
    assert api.seen(f"/customer/{ann['id']}")["tags"] == []


def test_a_dynamic_tag_is_shown_with_its_rule(winery: Winery, owner: Visitor, api: Caller) -> None:
    new = owner.see(winery.slug, "/tags/order/new")
    assert "Order Total" in new.form().choices["conditions.0.appliesTo"]
    assert "Lifetime Value" not in new.form().choices["conditions.0.appliesTo"]
    rule = {
        "conditions__0__appliesTo": "Order Total",
        "conditions__0__condition": "is greater than",
        "conditions__0__value": "many",
    }
    wrong = new.send("", title="Big", type="Dynamic", appliesToCondition="All conditions", **rule)
    assert 'id="conditions.0.value-says" class="wrong">must be a integer' in wrong.answer.text
    shown = wrong.send("", conditions__0__value="50000")
    assert "Order Total is greater than 50000" in shown.text
    assert "Records that were there before are looked at now" in shown.text
    saved = owner.see(winery.slug, f"/tags/order/{shown.path.rpartition('/')[2]}/edit").send("")
    assert "Nothing was changed." in saved.text


def test_a_tag_that_secures_a_product_is_not_deleted(winery: Winery, owner: Visitor, api: Caller) -> None:
    tag = api.made("/tag/customer", {"title": "Inner circle", "type": "Manual"})
    security = {"availableTo": "Tag", "availableToObjectIds": [tag["id"]]}
    variant = {"title": "A", "sku": "A", "price": 1}
    made = api.made(
        "/product", {"type": "Wine", "title": "Rare", "variants": [variant], "security": security}
    )
    refused = owner.see(winery.slug, f"/tags/customer/{tag['id']}").send("/delete")
    assert refused.status == 422
    assert "Can not delete a tag that is in use" in refused.text
    answer = api.delete(f"/tag/customer/{tag['id']}")
    assert (answer.status_code, answer.json()["message"]) == (422, "Can not delete a tag that is in use")
    api.changed(f"/product/{made['id']}", {"security": {"availableTo": "Public"}})
    api.gone(f"/tag/customer/{tag['id']}")


def test_a_tag_belongs_to_its_kind_of_record(winery: Winery, owner: Visitor, api: Caller) -> None:
    tag = api.made("/tag/customer", {"title": "Friend", "type": "Manual"})
    assert owner.see(winery.slug, f"/tags/order/{tag['id']}").status == 404
    assert owner.see(winery.slug, "/tags/nonsense").status == 404
    export = owner.see(winery.slug, "/tags/customer.csv")
    assert "Friend,Manual,0" in export.answer.text
