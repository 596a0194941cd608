"""Orders as people read them, handing over, tags, notes and prints: what they see is what the API has."""

from typing import Any

import pytest

from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.wire.shop import PLACE, available, customer, handover, line, location, order, product

AMPERSAND = "Rosé &lt;b&gt; & Söhne"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


def _rows(page: Page) -> list[str]:
    return [link.rpartition("/")[2] for link in page.links if "/orders/" in link]


def test_the_list_is_searched_and_filtered_as_the_api_is(winery: Winery, owner: Visitor, api: Any) -> None:
    jane = customer(api)
    web = api.made("/order", order(customerId=jane["id"]))
    pos = api.made("/order", order(channel="POS", orderDeliveryMethod="Carry Out"))
    page = owner.see(winery.slug, "/orders")
    assert _rows(page) == [each["id"] for each in api.seen("/order")["orders"]]
    assert "Jane" in page.text
    assert "22 Jan 2024, 1:58 pm" in page.text
    assert _rows(owner.see(winery.slug, "/orders?channel=POS")) == [pos["id"]]
    assert _rows(owner.see(winery.slug, f"/orders?q={web['orderNumber']}")) == [web["id"]]
    assert _rows(owner.see(winery.slug, "/orders?fulfillmentStatus=Fulfilled")) == [pos["id"]]


@pytest.mark.parametrize(
    ("never", "zone"),
    [
        ("0001-01-01T00:00:00.000Z", "America/Los_Angeles"),
        ("9999-12-31T23:59:59.999Z", "Europe/Paris"),
    ],
)
def test_an_order_with_the_first_or_the_last_date_there_is_keeps_no_page_away(
    winery: Winery, owner: Visitor, api: Any, never: str, zone: str
) -> None:
    """Programs write these for none at all, and such an order stands in the lists of all."""
    dates = {"orderSubmittedDate": never, "orderPaidDate": never}
    owner.see(winery.slug, "/settings/company").send("", timeZone=zone)
    made = api.made("/order", order(customerId=customer(api)["id"], **dates))
    pages = ("/", "/orders", "/orders.csv", f"/orders/{made['id']}", f"/customers/{made['customerId']}")
    assert [owner.see(winery.slug, page).status for page in pages] == [200] * len(pages)
    for days in ("from=0001-01-01", "to=9999-12-31"):
        assert owner.see(winery.slug, f"/orders?orderSubmittedDate.{days}").status == 200
        assert owner.see(winery.slug, f"/activity?{days}").status == 200


def test_an_order_shows_how_its_amounts_add_up(winery: Winery, owner: Visitor, api: Any) -> None:
    jane = customer(api)
    parts = {"shipTotal": 2000, "taxTotal": 163, "dutyTotal": 7, "bottleDepositTotal": 10, "tipTotal": 500}
    made = api.made("/order", order(line(quantity=2), customerId=jane["id"], billTo=PLACE, **parts))
    page = owner.see(winery.slug, f"/orders/{made['id']}")
    for text in (
        "Subtotal $25.00",
        "Shipping $20.00",
        "Tax $1.63",
        "Duty $0.07",
        "Bottle deposit $0.10",
        "Total $46.80",
        "Tip $5.00",
        "Total after tip $51.80",
        "190 Example Street",
    ):
        assert text in page.text
    assert "Jane" in page.follow(f"/customers/{jane['id']}").text


def test_an_order_shows_how_it_was_paid_without_a_card_number(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    tender = {"tenderType": "Credit Card", "chargeType": "Sale", "amountTendered": 1250}
    card = {"creditCardBrand": "Visa", "maskedCardNumber": "************1111"}
    made = api.made("/order", order(tenders=[{**tender, **card}]))
    assert made["tenders"][0]["creditCard"]["maskedCardNumber"] == "************1111"
    page = owner.see(winery.slug, f"/orders/{made['id']}")
    assert "Sale, Visa: $12.50" in page.text
    assert "1111" not in page.text
    # An id may have these digits too.
    assert "*1111" not in page.answer.text


def test_an_order_leads_to_those_it_is_linked_with(winery: Winery, owner: Visitor, api: Any) -> None:
    sale = api.made("/order", order())
    back = order(line(quantity=-1), purchaseType="Refund", previousOrderId=sale["id"])
    refund = api.made("/order", back)
    page = owner.see(winery.slug, f"/orders/{sale['id']}").follow(refund["id"])
    assert "-$12.50" in page.text
    assert page.follow(sale["id"]).path.endswith(sale["id"])


def test_all_is_handed_over_and_taken_back(winery: Winery, owner: Visitor, api: Any) -> None:
    wine = product(api, "CAB", stock=5)
    variant = wine["variants"][0]["id"]
    sold = line(quantity=2, productId=wine["id"], productVariantId=variant)
    made = api.made("/order", order(sold))
    page = owner.see(winery.slug, f"/orders/{made['id']}")
    values = {"trackingNumbers": "1Z1, 1Z2", "carrier": "UPS", "inventoryLocationId": location(api)}
    done = page.send("/fulfill", **values)
    assert "All that was left is handed over." in done.text
    kept = api.seen(f"/order/{made['id']}")
    assert kept["fulfillmentStatus"] == "Fulfilled"
    assert kept["fulfillments"][0]["shipped"] == {"trackingNumbers": ["1Z1", "1Z2"], "carrier": "UPS"}
    assert available(api, wine) == 3
    assert not [form for form in done.forms if form.action.endswith("/fulfill")]
    assert "taken back" in done.send("/remove").text
    assert api.seen(f"/order/{made['id']}")["fulfillmentStatus"] == "Not Fulfilled"
    assert available(api, wine) == 5


def test_what_can_not_be_handed_over_is_told_and_keeps_what_was_typed(
    winery: Winery, owner: Visitor, api: Any
) -> None:
    made = api.made("/order", order())
    page = owner.see(winery.slug, f"/orders/{made['id']}")
    wrong = page.send("/fulfill", packageCount="many", carrier="UPS")
    assert wrong.status == 422
    assert "packageCount: must be a integer" in wrong.text
    assert dict(wrong.form("/fulfill").fields)["carrier"] == "UPS"
    api.post(f"/order/{made['id']}/fulfillment/all", handover())
    late = page.send("/fulfill")
    assert late.status == 422
    assert "Can not fulfill an order that is marked Fulfilled" in late.text


def test_only_who_may_delete_takes_a_fulfillment_back(winery: Winery, api: Any) -> None:
    made = api.made("/order", order())
    api.post(f"/order/{made['id']}/fulfillment/all", handover())
    for role, may in (("Admin User", True), ("Standard", False), ("Basic", False)):
        page = winery.staff(role).see(winery.slug, f"/orders/{made['id']}")
        assert any(form.action.endswith("/remove") for form in page.forms) is may, role


def test_tags_and_notes_of_an_order(winery: Winery, owner: Visitor, api: Any) -> None:
    made = api.made("/order", order())
    tag = api.made("/tag/order", {"title": "Gift", "type": "Manual"})
    at = f"/order/{made['id']}"
    page = owner.see(winery.slug, f"/orders/{made['id']}").send("/tags", tagId=tag["id"])
    assert [each["title"] for each in api.seen(at)["tags"]] == ["Gift"]
    page = page.send("/remove")
    assert api.seen(at)["tags"] == []
    page = page.send("/notes", content="Call first")
    assert "Call first" in page.text
    assert api.seen(f"/note?orderId={made['id']}")["notes"][0]["content"] == "Call first"
    assert page.send("/notes", content="").status == 422


def test_slip_and_receipt_are_for_paper(winery: Winery, owner: Visitor, api: Any) -> None:
    made = api.made("/order", order(line(quantity=2), shipTo=PLACE, billTo=PLACE))
    page = owner.see(winery.slug, f"/orders/{made['id']}")
    slip, receipt = page.follow("/packing-slip"), page.follow("/receipt")
    assert "$" not in slip.text
    assert "CAB 2 2" in slip.text
    assert "Total $25.00" in receipt.text


def test_a_customer_shows_its_orders(winery: Winery, owner: Visitor, api: Any) -> None:
    jane = customer(api)
    mine = api.made("/order", order(customerId=jane["id"]))
    api.made("/order", order())
    assert _rows(owner.see(winery.slug, f"/customers/{jane['id']}")) == [mine["id"]]


def test_nothing_that_is_typed_becomes_part_of_the_page(winery: Winery, owner: Visitor, api: Any) -> None:
    made = api.made("/order", order(line(productTitle=AMPERSAND, sku='"&amp;"')))
    page = owner.see(winery.slug, f"/orders/{made['id']}")
    assert AMPERSAND in page.text, "shown as it was written, not as an entity"
    for answer in (
        page.send("/fulfill", packageCount=HOSTILE, carrier=HOSTILE, trackingNumbers=HOSTILE),
        page.send("/notes", content=HOSTILE),
        owner.see(winery.slug, "/orders", params={"q": HOSTILE, "channel": HOSTILE}),
    ):
        assert "<script>alert" not in answer.answer.text
        assert answer.status < 500
