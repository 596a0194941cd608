"""Filters of a list: folded, what is active is told beside the results. And searches that find very much."""

import json
from typing import Any

import pytest

from cellarhand.record import broad
from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.wire.shop import order

LINES = {"content-type": "application/x-ndjson"}


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def _orders(page: Page) -> list[str]:
    return [link.rpartition("/")[2] for link in page.links if "/orders/" in link]


def test_active_filters_are_counted_named_and_taken_off_one_by_one(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    web = api.made("/order", order())
    pos = api.made("/order", order(channel="POS", orderDeliveryMethod="Carry Out"))
    page = owner.see(winery.slug, "/orders?channel=POS&orderPaidDate.from=2020-01-01&sort=orderNumber")
    assert "Filters (2 active)" in page.text
    assert "<details open" not in page.answer.text, "on a phone the results stand below what is folded"
    assert "Order paid date: from 2020-01-01" in page.text
    assert "Channel: POS" in page.text
    assert _orders(page) == [pos["id"]]
    wider = page.follow("/orders?orderPaidDate.from=2020-01-01&sort=orderNumber")
    assert "Filters (1 active)" in wider.text
    assert _orders(wider) == [web["id"], pos["id"]]
    assert "active)" not in owner.see(winery.slug, "/orders").text


def test_a_range_is_told_by_the_ends_that_it_has(winery: Winery, owner: Visitor) -> None:
    page = owner.see(winery.slug, "/customers?orderCount.to=3&lifetimeValue.from=10&lifetimeValue.to=20.50")
    assert "Filters (2 active)" in page.text
    assert "Order count: to 3" in page.text
    assert "Lifetime value: from 10 to 20.50" in page.text


def test_results_that_come_alone_bring_the_count_of_filters(winery: Winery, owner: Visitor) -> None:
    part = owner.see(winery.slug, "/orders?channel=POS", headers={"HX-Request": "true"})
    assert 'id="active" hx-swap-oob="true">(1 active)<' in part.answer.text
    assert "<form" not in part.answer.text.partition('id="chosen"')[0]


def test_a_search_that_finds_very_much_shows_its_first_hits_and_says_so(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    many, data = 5_001, winery.site.person("Data")
    lines = [json.dumps({"firstName": "Manya", "emails": [{"email": f"{n}@a.example"}]}) for n in range(many)]
    answer = data.post("/bulk/customer", content="\n".join(lines), headers=LINES)
    assert answer.status_code == 200
    newest = api.made("/customer", {"firstName": "Manya", "emails": [{"email": "newest@a.example"}]})
    exact = owner.see(winery.slug, "/customers?q=newest")
    assert "1 found" in exact.text
    page = owner.see(winery.slug, "/customers?q=many")
    assert "Many are found, and these are the first" in page.text
    first = next(each for each in page.links if "/customers/" in each and not each.endswith("/new"))
    assert first.endswith(newest["id"])
    assert " of " not in page.text.partition("Page 1")[2]
    last = owner.see(winery.slug, f"/customers?q=many&page={broad.MOST_LISTED // 50}")
    assert last.answer.text.count('aria-label="Choose row') == 50
    assert not [link for link in last.links if f"page={broad.MOST_LISTED // 50 + 1}" in link]
    assert api.seen("/customer?q=many&page=1")["total"] == many + 1, "the API tells all"
