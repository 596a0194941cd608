"""What a customer shows of its orders (reference B3, domain CUS-8, CUS-9, CUS-12)."""

from typing import Any

import pytest

from cellarhand import clock
from tests.callers import Caller, Site
from tests.wire.orders import line, order, put

pytestmark = pytest.mark.usefixtures("heard")

MARCH = 1_772_000_000_000
"""In February 2026, in Los Angeles."""
Record = dict[str, Any]


@pytest.fixture
def jane(api: Caller) -> str:
    return api.made("/customer", {"emails": [{"email": "jane@example.com"}]})["id"]


def information(api: Caller, customer: str) -> Record:
    return api.seen(f"/customer/{customer}")["orderInformation"]


def test_a_customer_without_orders_has_none_of_it(api: Caller, jane: str) -> None:
    found = information(api, jane)
    assert (found["orderCount"], found["lifetimeValue"], found["grossProfit"]) == (0, 0, 0)
    assert (found["lastOrderId"], found["lastOrderDate"], found["yearlyValue"]) == (None, None, {})
    assert found["acquisitionChannel"] is None


def test_sums_run_over_paid_orders_and_refunds_count_negative(site: Site, api: Caller, jane: str) -> None:
    first = put(site, order(jane, MARCH, channel="Web"))
    returned = [line(quantity=-1, purchaseType="Refund")]
    put(site, order(jane, MARCH + 5, returned, purchaseType="Refund"))
    put(site, order(jane, None, paymentStatus="Cancelled"))
    found = information(api, jane)
    assert found["orderCount"] == 1
    assert found["lifetimeValue"] == 5000 - 2500
    assert found["grossProfit"] == 3000 - 1500
    assert found["lastOrderId"] == first["id"]
    assert found["lastOrderDate"] == clock.to_wire(MARCH)
    assert found["acquisitionChannel"] == "Web"


def test_years_are_those_of_the_tenant(site: Site, api: Caller, jane: str) -> None:
    new_year = clock.from_wire("2026-01-01T08:00:00.000Z")
    assert new_year is not None
    put(site, order(jane, new_year - 1))
    put(site, order(jane, new_year))
    put(site, order(jane, new_year + clock.DAY_MS))
    assert information(api, jane)["yearlyValue"] == {"2025": 5000, "2026": 10000}


def test_an_acquisition_channel_that_was_sent_stays(site: Site, api: Caller) -> None:
    body = {"emails": [{"email": "jo@example.com"}], "orderInformation": {"acquisitionChannel": "Fair"}}
    jo = api.made("/customer", body)["id"]
    put(site, order(jo, MARCH, channel="Web"))
    assert information(api, jo)["acquisitionChannel"] == "Fair"


def test_the_first_channel_stays_when_an_earlier_order_is_brought(site: Site, api: Caller, jane: str) -> None:
    put(site, order(jane, MARCH, channel="Club"))
    put(site, order(jane, MARCH - clock.DAY_MS, channel="Web"))
    assert information(api, jane)["acquisitionChannel"] == "Club"


def test_products_are_the_last_fifty_lines_newest_first(site: Site, api: Caller, jane: str) -> None:
    for number in range(12):
        lines = [line(sku=f"{number}-{place}") for place in range(5)]
        put(site, order(jane, MARCH + number * 1000, lines))
    skus = [each["product"]["sku"] for each in api.seen(f"/customer/{jane}")["products"]]
    assert skus == [f"{number}-{place}" for number in range(11, 1, -1) for place in range(5)]


def test_a_purchase_shows_what_was_bought_and_collateral_is_left_out(
    site: Site, api: Caller, jane: str
) -> None:
    lines = [line(type="Collateral", sku="LEAFLET"), line(type="General Merchandise", sku="CORKSCREW")]
    put(site, order(jane, MARCH, lines))
    assert api.seen(f"/customer/{jane}")["products"] == [
        {
            "product": {
                "sku": "CORKSCREW",
                "image": None,
                "price": 2500,
                "title": "Estate Syrah",
                "quantity": 2,
                "productId": None,
            },
            "purchaseDate": clock.to_wire(MARCH),
        }
    ]


def wine(api: Caller, **members: Any) -> Record:
    body = {
        "title": "Estate Syrah",
        "type": "Wine",
        "webStatus": "Available",
        "adminStatus": "Available",
        "wine": {"type": "Red", "varietal": "Syrah", "vintage": 2019},
        "variants": [{"title": "750 ml", "sku": "SYRAH", "price": 2500}],
        **members,
    }
    return api.made("/product", body)


def shown_wine(api: Caller, customer: str) -> Any:
    return api.seen(f"/customer/{customer}")["products"][0]["product"].get("wineProperties")


def test_a_wine_shows_its_properties_as_they_are_now(site: Site, api: Caller, jane: str) -> None:
    product = wine(api)
    put(site, order(jane, MARCH, [line(productId=product["id"])]))
    assert shown_wine(api, jane) == product["wine"]
    before = api.seen(f"/customer/{jane}")["updatedAt"]
    changed = api.changed(f"/product/{product['id']}", {"wine": {"varietal": "Shiraz", "vintage": 2020}})
    assert shown_wine(api, jane) == changed["wine"]
    assert api.seen(f"/customer/{jane}")["updatedAt"] == before


def test_a_deleted_product_leaves_what_was_bought(site: Site, api: Caller, jane: str) -> None:
    product = wine(api)
    put(site, order(jane, MARCH, [line(productId=product["id"])]))
    api.gone(f"/product/{product['id']}")
    bought = api.seen(f"/customer/{jane}")["products"][0]["product"]
    assert (bought["sku"], bought["productId"]) == ("SYRAH", None)
    assert "wineProperties" not in bought


def test_a_wine_is_shown_as_long_as_one_line_of_two_names_it(site: Site, api: Caller, jane: str) -> None:
    product = wine(api)
    first, second = (line(productId=product["id"]) for _ in "ab")
    bought = order(jane, MARCH, [first, second])
    put(site, bought)
    put(site, {**bought, "items": [second]})
    changed = api.changed(f"/product/{product['id']}", {"wine": {"varietal": "Shiraz"}})
    assert shown_wine(api, jane) == changed["wine"]
    api.gone(f"/product/{product['id']}")
    assert api.seen(f"/customer/{jane}")["products"][0]["product"]["productId"] is None


def test_an_order_to_be_picked_up_is_told_until_it_is_handed_over(site: Site, api: Caller, jane: str) -> None:
    waiting = order(jane, MARCH, orderDeliveryMethod="Pickup", fulfillmentStatus="Not Fulfilled")
    put(site, waiting)
    [note] = api.seen(f"/customer/{jane}")["notifications"]
    assert note["type"] == "Order To Be Picked Up"
    assert note["content"] == f"Order #{waiting['orderNumber']} is awaiting pickup."
    assert (note["objectId"], note["data"]) == (waiting["id"], None)
    put(site, {**waiting, "fulfillmentStatus": "Partially Fulfilled"})
    assert api.seen(f"/customer/{jane}")["notifications"] == [note]
    put(site, {**waiting, "fulfillmentStatus": "Fulfilled"})
    assert api.seen(f"/customer/{jane}")["notifications"] == []


def test_an_order_is_activity_and_a_refund_is_not(site: Site, api: Caller, jane: str) -> None:
    ahead = clock.now() + clock.DAY_MS
    put(site, order(jane, ahead))
    put(site, order(jane, ahead + 1000, purchaseType="Refund"))
    assert api.seen(f"/customer/{jane}")["lastActivityDate"] == clock.to_wire(ahead)


def test_an_order_updates_its_customer_once(site: Site, api: Caller, jane: str) -> None:
    put(site, order(jane, MARCH))
    updates = [each for each in site.events() if (each.object, each.action) == ("Customer", "Update")]
    assert [each.payload["orderInformation"]["orderCount"] for each in updates] == [1]


def test_lists_find_customers_by_what_their_orders_come_to(site: Site, api: Caller, jane: str) -> None:
    api.made("/customer", {"emails": [{"email": "jo@example.com"}]})
    put(site, order(jane, MARCH))
    for query in ("orderCount=gt:0", "lifetimeValue=gte:5000"):
        assert [each["id"] for each in api.seen(f"/customer?{query}")["customers"]] == [jane]
