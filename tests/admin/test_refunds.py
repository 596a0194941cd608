"""Giving something of an order back on the site: what it comes to is seen first."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Visitor
from tests.wire.shop import available, line, order, product


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def test_what_a_refund_comes_to_is_told_before_it_is_made(winery: Winery, owner: Visitor, api: Any) -> None:
    wine = product(api, "CAB", stock=0)
    more = {"taxTotal": 300, "shipTotal": 1000, "tipTotal": 500, "fulfillmentStatus": "Fulfilled"}
    made = api.made("/order", order(line(quantity=3, tax=300), **more))
    item = made["items"][0]["id"]
    page = owner.see(winery.slug, f"/orders/{made['id']}").follow("/refund")
    assert "up to 3 at $12.50" in page.text
    typed = {f"quantity-{item}": "2", f"stock-{item}": "on", "shipAmount": "4.00", "notes": "Corked"}
    page = page.send("/refund", **typed)
    assert "This comes to $31.00" in page.text
    assert api.seen("/refund")["total"] == 0
    # What was told is no longer what was typed.
    page = page.send("/refund", **{f"quantity-{item}": "1"})
    assert "This comes to $17.50" in page.text
    page = page.send("/refund", tenderType="External")
    assert "The refund is made." in page.text
    [refund] = api.seen("/refund")["refunds"]
    assert (refund["totalAfterTip"], refund["tenders"][0]["tenderType"]) == (-1750, "External")
    assert available(api, wine) == 1
    assert "Corked" in page.follow(refund["id"]).text


def test_what_is_too_much_or_no_number_is_said_and_what_was_typed_stays(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    made = api.made("/order", order())
    name = f"quantity-{made['items'][0]['id']}"
    at = f"/orders/{made['id']}/refund"
    page = owner.see(winery.slug, at).send("/refund", **{name: "2"})
    assert (page.status, "must be <= 1" in page.text) == (422, True)
    assert dict(page.form("/refund").fields)[name] == "2"
    page = page.send("/refund", **{name: "x"})
    assert "must be a integer" in page.text
    page = page.send("/refund", **{name: ""})
    assert "required" in page.text
    page.send("/refund", **{name: "1"}).send("/refund")
    assert api.seen("/refund")["total"] == 1
    assert "Nothing of this order can be refunded" in owner.see(winery.slug, at).text


def test_refunds_and_unpaid_orders_offer_none(winery: Winery, owner: Visitor, api: Any) -> None:
    made = api.made("/order", order(paymentStatus="Authorized", orderPaidDate=None))
    page = owner.see(winery.slug, f"/orders/{made['id']}")
    assert not [link for link in page.links if link.endswith("/refund")]
    assert "Nothing of this order" in owner.see(winery.slug, f"/orders/{made['id']}/refund").text
