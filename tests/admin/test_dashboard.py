"""REP-1: what the first page counts is what the lists behind it show, for who may see them."""

import re
from typing import Any

import pytest

from cellarhand.accounts.rights import ROLES
from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.wire.members import new_member
from tests.wire.shop import line, order, product

AT = "/?period=12&until=2024-06-30"


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def _sold(api: Any, at: str, price: int = 1000, **more: Any) -> Any:
    """A counted order that was paid then."""
    sent = order(line(price=price), orderSubmittedDate=at, orderPaidDate=at, **more)
    return api.made("/order", sent)


def _figure(page: Page, title: str) -> str:
    """What stands below a title among the figures."""
    found = re.search(rf"{title}</dt>\s*<dd><a href=\"[^\"]*\">([^<]*)<", page.answer.text)
    assert found is not None, f"no figure {title}"
    return found[1]


def test_sales_are_counted_orders_by_the_day_of_payment_in_the_tenants_zone(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    # Midnight of Los Angeles is 07:00 UTC in July: the first is of June, the second of July.
    _sold(api, "2023-07-01T06:59:59.999Z", 1000)
    _sold(api, "2023-07-01T07:00:00.000Z", 2000)
    _sold(api, "2024-06-30T20:00:00.000Z", 4000, channel="POS", orderDeliveryMethod="Carry Out")
    _sold(api, "2024-07-01T07:00:00.000Z", 8000)
    api.made("/order", order(line(price=500), orderPaidDate=None, paymentStatus="Authorized"))
    page = owner.see(winery.slug, AT)
    assert "1 Jul 2023 to 30 Jun 2024" in page.text
    assert _figure(page, "Sales") == "$60.00"
    assert _figure(page, "Orders") == "2"
    assert _figure(page, "Average order") == "$30.00"
    behind = page.follow("/orders?", "orderPaidDate.from=2023-07-01", "orderPaidDate.to=2024-06-30")
    assert "2 found" in behind.text
    by_channel = page.follow("/orders?", "channel=POS")
    assert "1 found" in by_channel.text
    assert "<svg" in page.answer.text
    assert "POS: $40" in page.answer.text


def test_refunds_count_on_their_own_day_and_not_in_the_average(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    first = _sold(api, "2024-05-10T18:00:00.000Z", 3000)
    refund = [line(price=3000, quantity=-1)]
    paid = "2024-06-10T18:00:00.000Z"
    api.made(
        "/order",
        order(
            *refund,
            purchaseType="Refund",
            previousOrderId=first["id"],
            orderSubmittedDate=paid,
            orderPaidDate=paid,
        ),
    )
    page = owner.see(winery.slug, AT)
    assert _figure(page, "Sales") == "$0.00"
    assert _figure(page, "Orders") == "2"
    assert "1 of them refunds" in page.text
    assert _figure(page, "Average order") == "$30.00"
    june = owner.see(winery.slug, "/?period=30&until=2024-06-30")
    assert _figure(june, "Sales") == "-$30.00"


def test_the_period_before_is_what_it_is_held_against(winery: Winery, owner: Visitor, api: Any) -> None:
    _sold(api, "2024-05-20T18:00:00.000Z", 2000)
    _sold(api, "2024-06-20T18:00:00.000Z", 3000)
    page = owner.see(winery.slug, "/?period=30&until=2024-06-30")
    assert "+50 % against the 30 days before" in page.text
    assert _figure(page.follow("until=2024-05-31"), "Sales") == "$20.00"


def test_a_history_that_ends_long_ago_is_shown_at_its_end(winery: Winery, owner: Visitor, api: Any) -> None:
    assert "Nothing was sold in this period" in owner.see(winery.slug, "/").text
    _sold(api, "2024-06-20T18:00:00.000Z")
    page = owner.see(winery.slug, "/")
    assert "22 May 2024 to 20 Jun 2024" in page.text
    assert "Nothing was sold" in page.follow("until=2024-05-21").text


@pytest.mark.parametrize(
    "asked", ["period=nonsense", "until=nonsense", "until=0001-01-01", "until=9999-01-01"]
)
def test_an_address_that_means_nothing_shows_the_usual_page(
    winery: Winery, owner: Visitor, asked: str
) -> None:
    assert owner.see(winery.slug, f"/?{asked}").status == 200


def test_members_orders_that_wait_and_stock_lead_to_their_records(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    member = new_member(api, f"member@{winery.slug}.example", "Bo")
    hold = {"startDate": "2024-01-01T00:00:00.000Z", "endDate": None, "holdReason": "Other"}
    held = member.joins(onHolds=[hold])
    waits = api.made("/order", order())
    low, high = product(api, "LOW", stock=3), product(api, "HIGH", stock=13)
    page = owner.see(winery.slug, "/")
    assert _figure(page, "On hold now") == "1"
    assert held["id"] in page.follow("/memberships?status=On").answer.text
    assert (_figure(page, "Today"), _figure(page, "Older")) == ("0", "1")
    waiting = owner.see(winery.slug, [each for each in page.links if "fulfillmentStatus" in each][-1])
    assert waits["id"] in waiting.answer.text
    assert "Not Fulfilled or Partially Fulfilled" in waiting.text
    assert f"/products/{low['id']}" in page.links
    assert "<td>HIGH</td>" not in page.answer.text
    assert "<td>HIGH</td>" in owner.see(winery.slug, "/?low=13").answer.text
    listed = page.follow("/inventory?sort=availableForSaleCount")
    order_of = [
        each for each in listed.links if each in (f"/products/{low['id']}", f"/products/{high['id']}")
    ]
    assert order_of == [f"/products/{low['id']}", f"/products/{high['id']}"]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_the_figures_of_what_it_may_read(winery: Winery, role: str, api: Any) -> None:
    """ACC-9: reports are nothing for the basic roles, and for the standard ones those of the tills."""
    _sold(api, "2024-06-20T18:00:00.000Z", 1000)
    _sold(api, "2024-06-20T19:00:00.000Z", 200, channel="POS", orderDeliveryMethod="Carry Out")
    page = winery.staff(role).see(winery.slug, AT)
    assert page.status == 200
    basic = role in ("POS Basic", "Basic", "Reservation Standard", "Reservation Basic")
    assert ("Sales by channel" in page.text) is not basic
    if not basic:
        tills = role in ("POS Standard", "Standard")
        assert _figure(page, "Sales") == ("$2.00" if tills else "$12.00")
        assert ("1 found" if tills else "2 found") in page.follow("/orders?", "orderPaidDate.from").text
    assert ("Club members" in page.text) is not basic
    assert ("Low stock" in page.text) is not basic
