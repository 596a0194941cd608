"""What orders come to, against the plainest reading of the reference (CUS-8, CUS-9, CUS-12)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.customers.order_information import (
    OrderFacts,
    counted_newest_first,
    last_ordered,
    order_information,
    pickup_notifications,
    purchases,
)
from cellarhand.settings.time_zone import UTC, ZoneInfo, month_begins, year_of

ZONES = st.sampled_from([ZoneInfo(name) for name in ("America/Los_Angeles", "Pacific/Auckland", "UTC")])
# Around the ends of a few years, so that zones matter, and far away.
INSTANTS = st.one_of(
    st.integers(0, 3).flatmap(
        lambda year: st.integers(-14 * 3_600_000, 14 * 3_600_000).map(
            lambda at: (clock.date_from_wire(f"{2023 + year}-01-01") or 0) + at
        )
    ),
    st.sampled_from([clock.date_from_wire(day) or 0 for day in ("1900-01-01", "2100-12-31")]),
)


@st.composite
def facts(draw: st.DrawFn) -> list[OrderFacts]:
    found: list[OrderFacts] = []
    for number in range(draw(st.integers(0, 8))):
        status = draw(st.sampled_from(["Paid", "Paid", "Authorized", "Cancelled"]))
        submitted = draw(INSTANTS)
        paid = draw(INSTANTS) if status == "Paid" else draw(st.none() | INSTANTS)
        found.append(
            OrderFacts(
                id=f"order {number}",
                order_number=number,
                submitted_at=submitted,
                paid_at=paid,
                payment_status=status,
                fulfillment_status=draw(
                    st.sampled_from(["Fulfilled", "Not Fulfilled", "Partially Fulfilled"])
                ),
                purchase_type=draw(st.sampled_from(["Regular", "Refund", "Exchange"])),
                delivery_method=draw(st.sampled_from(["Pickup", "Ship"])),
                channel=draw(st.sampled_from(["Web", "POS"])),
                total=draw(st.integers(-10_000, 10_000)),
                gross_profit=draw(st.integers(-10_000, 10_000)),
            )
        )
    return draw(st.permutations(found))


BEFORE = {"lifetimeValueSeedAmount": 700, "acquisitionChannel": None}


def come_to(orders: list[OrderFacts], zone: ZoneInfo = UTC, **before: str | None) -> dict[str, Any]:
    counted = counted_newest_first(orders)
    return order_information({**BEFORE, **before}, orders, counted, lambda at: year_of(at, zone))


def waiting(orders: list[OrderFacts]) -> list[dict[str, Any]]:
    return pickup_notifications(counted_newest_first(orders))


@given(facts(), ZONES)
def test_sums_are_those_of_paid_orders(orders: list[OrderFacts], zone: ZoneInfo) -> None:
    found = come_to(orders, zone)
    counted = [order for order in orders if order.payment_status == "Paid"]
    assert found["lifetimeValue"] == 700 + sum(order.total for order in counted)
    assert found["grossProfit"] == sum(order.gross_profit for order in counted)
    assert found["orderCount"] == sum(order.purchase_type != "Refund" for order in counted)
    years: dict[str, int] = {}
    for year in range(1899, 2102):
        begins, ends = month_begins(year, 1, zone), month_begins(year + 1, 1, zone)
        within = [order.total for order in counted if begins <= (order.paid_at or 0) < ends]
        if within:
            years[str(year)] = sum(within)
    assert found["yearlyValue"] == years
    assert sum(years.values()) + 700 == found["lifetimeValue"]


@given(facts())
def test_the_last_order_is_the_one_paid_last_that_is_no_refund(orders: list[OrderFacts]) -> None:
    found = come_to(orders)
    bought = [each for each in orders if each.payment_status == "Paid" and each.purchase_type != "Refund"]
    if not bought:
        assert (found["lastOrderId"], found["lastOrderDate"]) == (None, None)
        return
    newest = max(bought, key=lambda order: (order.paid_at or 0, order.order_number))
    assert (found["lastOrderId"], found["lastOrderDate"]) == (newest.id, clock.to_wire(newest.paid_at or 0))


@given(facts(), st.none() | st.just("Fair"))
def test_the_first_channel_is_that_of_the_first_order_and_stays(
    orders: list[OrderFacts], known: str | None
) -> None:
    found = come_to(orders, acquisitionChannel=known)
    if known or not orders:
        assert found["acquisitionChannel"] == known
    else:
        first = sorted(orders, key=lambda order: (order.submitted_at, order.order_number))[0]
        assert found["acquisitionChannel"] == first.channel


@given(facts())
def test_the_order_in_which_orders_are_looked_at_changes_nothing(orders: list[OrderFacts]) -> None:
    other = orders[::-1]
    for rule in (waiting, last_ordered, come_to):
        assert rule(orders) == rule(other)


@given(facts())
def test_notifications_are_of_paid_pickups_that_wait(orders: list[OrderFacts]) -> None:
    found = waiting(orders)
    expected = {
        order.id
        for order in orders
        if order.payment_status == "Paid"
        and order.delivery_method == "Pickup"
        and order.purchase_type != "Refund"
        and order.fulfillment_status != "Fulfilled"
    }
    assert {note["objectId"] for note in found} == expected
    assert len({note["id"] for note in found}) == len(found)
    assert found == waiting(orders), "ids are stable"


def test_the_last_fifty_lines_and_wine_for_wine_only() -> None:
    def sold(kind: str, product_id: str | None) -> dict[str, Any]:
        shared = {"sku": "S", "image": None, "price": 1, "productTitle": "T", "quantity": -1}
        return {**shared, "type": kind, "productId": product_id}

    orders = [{"orderPaidDate": "2026", "items": [sold("Wine", "w"), sold("Tasting", "w")] * 30}]
    found = purchases(orders, {"w": {"vintage": 2020}})
    assert len(found) == 50
    assert found[0]["product"]["wineProperties"] == {"vintage": 2020}
    assert "wineProperties" not in found[1]["product"]
    assert found[0]["product"]["quantity"] == -1
