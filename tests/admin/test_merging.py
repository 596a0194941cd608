"""Merging customers on the site: search, both sides side by side, confirm (CUS-13)."""

from typing import Any

import pytest

from cellarhand.ids import new_id
from tests.admin.conftest import Seer, Winery
from tests.admin.visitors import Page, Visitor
from tests.callers import NIL, Caller
from tests.wire.members import new_member
from tests.wire.shop import order

Record = dict[str, Any]


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


@pytest.fixture
def ann(api: Caller) -> Record:
    return api.made("/customer", {"firstName": "Ann", "emails": [{"email": "ann@example.com"}]})


def _preview(see: Seer, master: str, *duplicates: str) -> Page:
    return see(f"/customers/{master}/merge/preview?" + "&".join(f"duplicate={id}" for id in duplicates))


def test_a_duplicate_is_found_looked_at_and_merged(api: Caller, see: Seer, ann: Record) -> None:
    bo = new_member(api, "bo@example.com", "Bo")
    made = api.made("/order", order(customerId=bo.customer))
    search = see(f"/customers/{ann['id']}").follow("/merge")
    found = see(f"/customers/{ann['id']}/merge?q=bo@example.com")
    assert "Bo, bo@example.com, 1 orders" in found.text
    assert search.form("/preview").fields == []
    preview = _preview(see, ann["id"], bo.customer)
    for words in ("Stays: Ann Goes: Bo Afterwards", "Orders 0 1 1", "Addresses 0 1 1", "Memberships 0 0 0"):
        assert words in preview.text
    assert "ann@example.com, bo@example.com" in preview.text
    assert api.seen(bo.at)["id"] == bo.customer
    done = preview.send("/preview")
    assert done.path == f"/customers/{ann['id']}"
    assert "The customers are merged." in done.text
    assert str(made["orderNumber"]) in done.text
    assert api.get(bo.at).status_code == 404
    assert "Duplicates merged in" in done.text


def test_the_other_one_can_be_kept_instead(api: Caller, see: Seer, ann: Record) -> None:
    bo = api.made("/customer", {"firstName": "Bo", "emails": [{"email": "bo@example.com"}]})
    other = _preview(see, ann["id"], bo["id"]).follow(f"/customers/{bo['id']}/merge/preview")
    assert "Stays: Bo Goes: Ann" in other.text


def test_nobody_merges_what_was_changed_since_it_was_looked_at(api: Caller, see: Seer, ann: Record) -> None:
    bo = api.made("/customer", {"firstName": "Bo", "emails": [{"email": "bo@example.com"}]})
    preview = _preview(see, ann["id"], bo["id"])
    api.changed(f"/customer/{bo['id']}", {"city": "Wien"})
    again = preview.send("/preview")
    assert (again.status, "Somebody changed" in again.text, "Wien" in again.text) == (409, True, True)
    assert api.seen(f"/customer/{bo['id']}")["city"] == "Wien"
    assert "The customers are merged." in again.send("/preview").text


def test_a_choice_that_makes_no_sense_is_told(api: Caller, see: Seer, ann: Record) -> None:
    assert "Choose at least one customer." in _preview(see, ann["id"]).text
    assert "Choose at least one customer." in _preview(see, ann["id"], "nonsense").text
    assert "can't be merged into itself" in _preview(see, ann["id"], ann["id"]).text
    assert "at most 10" in _preview(see, ann["id"], *(new_id() for _ in range(11))).text
    assert _preview(see, ann["id"], NIL).status == 404
    assert see(f"/customers/{NIL}/merge").status == 404


def test_only_who_may_delete_customers_merges_them(api: Caller, winery: Winery, ann: Record) -> None:
    bo = api.made("/customer", {"emails": [{"email": "bo@example.com"}]})
    clerk = winery.staff("Standard")
    page = clerk.see(winery.slug, f"/customers/{ann['id']}")
    assert not any("/merge" in link for link in page.links)
    token = dict(page.form("/notes").fields)["form_token"]
    url = clerk.at(winery.slug, f"/customers/{ann['id']}/merge/preview")
    refused = clerk.post(url, [("form_token", token), ("duplicate", bo["id"])])
    assert refused.status == 404
    assert api.seen(f"/customer/{bo['id']}")["id"] == bo["id"]


def test_nobody_merges_by_a_form_from_elsewhere(
    owner: Visitor, api: Caller, winery: Winery, ann: Record
) -> None:
    bo = api.made("/customer", {"emails": [{"email": "bo@example.com"}]})
    url = owner.at(winery.slug, f"/customers/{ann['id']}/merge/preview")
    assert owner.post(url, [("form_token", "x"), ("duplicate", bo["id"])]).status == 403
    assert api.seen(f"/customer/{bo['id']}")["id"] == bo["id"]


def test_names_are_shown_as_text(api: Caller, see: Seer, ann: Record) -> None:
    """A flag may hold what a name may not."""
    bo = api.made("/customer", {"emails": [{"email": "bo@example.com"}], "flags": [{"content": "a & b <b"}]})
    for page in (
        _preview(see, ann["id"], bo["id"]),
        see(f"/customers/{ann['id']}/merge?q=%22%3E%3Cimg+src%3Dx%3E"),
    ):
        assert "img" not in page.tags
        assert "b" not in page.tags
