"""Refunds (reference B12, B10.8, domain REF)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.callers import NIL, Caller, Site
from tests.catalogue import LOST, REQUIRED, UNIQUE, UNKNOWN, is_answer, is_invalid, is_lost, refused
from tests.verifying import differences
from tests.wire.shop import (
    PLACE,
    Record,
    available,
    customer,
    handover,
    line,
    location,
    order,
    product,
)

NOT_ALLOWED = "not allowed"


def sale(api: Caller, *lines: Record, **more: Any) -> Record:
    return api.made("/order", order(*lines, **more))


def example(api: Caller, **more: Any) -> Record:
    """Six at 27.00 (30.00 less 10 %), shipping 15.00, tax of 8 % on all: 191.16."""
    sold = line(price=2700, originalPrice=3000, costOfGood=1000, quantity=6, tax=1296)
    return sale(
        api,
        sold,
        shipTotal=1500,
        taxTotal=1416,
        shipping=[{"title": "Ground", "price": 1500, "tax": 120}],
        taxes=[{"title": "State", "price": 1416, "wine": 8, "freight": 8, "stateCode": "CA"}],
        tenders=[{"tenderType": "Cash", "amountTendered": 19116}],
        **more,
    )


def back(sold: Record, quantity: int = 1, place: int = 0, **more: Any) -> Record:
    return {"id": sold["items"][place]["id"], "quantity": quantity, **more}


def cash(amount: int) -> list[Record]:
    return [{"tenderType": "Cash", "amountTendered": amount}]


def refund(api: Caller, sold: Record, *items: Record, of: int = 1250, **more: Any) -> httpx.Response:
    """Ask for a refund of items in cash; `of` is what they come to."""
    body = {"orderId": sold["id"], "items": list(items), "tenders": cash(of) if of else [], **more}
    return api.post("/refund", body)


def refunded(api: Caller, sold: Record, *items: Record, of: int = 1250, **more: Any) -> Record:
    answer = refund(api, sold, *items, of=of, **more)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made == api.seen(f"/refund/{made['id']}") == api.seen(f"/order/{made['id']}")
    return made


# What a refund comes to


def test_two_of_six_bottles_go_back_and_then_the_rest_with_shipping(api: Caller, site: Site) -> None:
    buyer = customer(api)["id"]
    sold = example(api, customerId=buyer)
    first = refunded(api, sold, back(sold, 2), of=5832)
    assert (first["subTotal"], first["taxTotal"], first["total"]) == (-5400, -432, -5832)
    seen = api.seen(f"/customer/{buyer}")["orderInformation"]
    assert (seen["lifetimeValue"], seen["grossProfit"], seen["orderCount"]) == (13284, 6800, 1)
    rest = refunded(api, sold, back(sold, 4), of=13284, shipAmount=1500)
    assert (rest["subTotal"], rest["shipTotal"], rest["taxTotal"]) == (-10800, -1500, -984)
    assert rest["total"] == rest["totalAfterTip"] == -13284
    assert [each["price"] for each in first["taxes"] + rest["taxes"]] == [-432, -984]
    seen = api.seen(f"/customer/{buyer}")
    assert seen["orderInformation"]["lifetimeValue"] == 0
    assert seen["orderInformation"]["lastOrderId"] == sold["id"]
    assert [each["product"]["quantity"] for each in seen["products"]] == [-4, -2, 6]
    assert differences(site) == []


def test_a_refund_is_an_order_linked_with_the_one_before(api: Caller) -> None:
    home = {**PLACE, "stateCode": "CA"}
    sold = example(api, channel="POS", shipTo=home, billTo=home, salesAssociate={"name": "Ann"})
    paid = sold["tenders"][0]["id"]
    tender = {"tenderType": "Cash", "amountTendered": 2916, "originalOrderTenderId": paid}
    made = refunded(api, sold, back(sold), tenders=[tender])
    assert made["orderNumber"] == sold["orderNumber"] + 1
    said = {
        "purchaseType": "Refund",
        "previousOrderId": sold["id"],
        "previousOrderNumber": sold["orderNumber"],
        "linkedOrders": [],
        "paymentStatus": "Paid",
        "complianceStatus": "No Compliance Required",
        "fulfillmentStatus": "No Fulfillment Required",
        "orderFulfilledDate": None,
        "channel": "POS",
        "orderDeliveryMethod": "Ship",
        "orderSource": "Internal",
        "customerType": "Guest",
        "fulfillments": [],
        "coupons": [],
        "tags": [],
        "salesAssociate": {"accountId": None, "name": "Ann"},
    }
    assert {name: made[name] for name in said} == said
    assert list(made) == list(sold)
    assert made["shipTo"] == {**sold["shipTo"], "id": made["shipTo"]["id"]}
    assert made["orderSubmittedDate"] == made["orderPaidDate"] == made["createdAt"]
    assert made["items"] == [
        {
            **sold["items"][0],
            "id": made["items"][0]["id"],
            "purchaseType": "Refund",
            "originalPrice": 2700,
            "quantity": -1,
            "tax": -216,
        }
    ]
    assert made["tenders"] == [
        {
            **sold["tenders"][0],
            "id": made["tenders"][0]["id"],
            "originalOrderTenderId": paid,
            "chargeType": "Refund",
            "amountTendered": -2916,
            "paymentDate": made["orderPaidDate"],
            "createdAt": made["createdAt"],
            "updatedAt": made["createdAt"],
        }
    ]
    entry = {"orderId": made["id"], "orderNumber": made["orderNumber"], "purchaseType": "Refund"}
    now = api.seen(f"/order/{sold['id']}")
    assert now == {**sold, "linkedOrders": [entry], "updatedAt": now["updatedAt"]}


def test_shipping_or_a_tip_can_go_back_alone(api: Caller) -> None:
    more = {"tipTotal": 500, "totalAfterTip": 3750, "shipTotal": 1000}
    sold = sale(
        api, line(price=2000), taxTotal=250, shipping=[{"title": "Air", "price": 1000, "tax": 50}], **more
    )
    made = refunded(api, sold, of=210, shipAmount=200)
    assert (made["shipTotal"], made["taxTotal"], made["total"], made["items"]) == (-200, -10, -210, [])
    assert [(each["title"], each["price"], each["tax"]) for each in made["shipping"]] == [("Air", -200, -10)]
    made = refunded(api, sold, of=500, tipAmount=500)
    assert (made["total"], made["tipTotal"], made["totalAfterTip"]) == (0, -500, -500)
    assert [(each["amountTendered"], each["tip"]) for each in made["tenders"]] == [(0, -500)]
    is_invalid(
        refund(api, sold, of=1, shipAmount=801, tipAmount=1),
        ("shipAmount", "must be <= 800"),
        ("tipAmount", "must be <= 0"),
    )


def test_shipping_of_an_order_that_names_none_goes_back_with_its_part_of_the_tax(api: Caller) -> None:
    sold = sale(api, line(price=1500), shipTotal=500, taxTotal=200)
    made = refunded(api, sold, of=550, shipAmount=500)
    assert [(each["title"], each["price"], each["tax"]) for each in made["shipping"]] == [
        ("Shipping", -500, -50)
    ]
    refunded(api, sold, back(sold), of=1650)


def test_an_amount_of_ones_own_is_shared_by_net_tax_and_deposit(api: Caller) -> None:
    sold = sale(
        api, line(price=1000, quantity=3, tax=240, bottleDeposit=10), taxTotal=240, bottleDepositTotal=30
    )
    made = refunded(api, sold, back(sold, 3, amount=1000), of=1000)
    assert (made["subTotal"], made["taxTotal"], made["bottleDepositTotal"]) == (-918, -73, -9)
    assert sum(each["price"] * each["quantity"] for each in made["items"]) == -918
    assert sum(each["bottleDeposit"] * each["quantity"] for each in made["items"]) == -9
    assert sum(each["quantity"] for each in made["items"]) == -3
    assert made["total"] == -1000
    is_invalid(refund(api, sold, back(sold), of=1), ("items[0].quantity", "must be <= 0"))


def test_goods_can_come_back_for_no_money(api: Caller) -> None:
    sold = sale(api)
    made = refunded(api, sold, back(sold, amount=0), of=0)
    assert (made["total"], made["tenders"], made["items"][0]["quantity"]) == (0, [], -1)
    is_invalid(refund(api, sold, back(sold)), ("items[0].quantity", "must be <= 0"))


def test_an_order_of_another_system_is_refunded_by_what_it_says_of_itself(api: Caller) -> None:
    """Its lines tell of no tax, and a discount is known of the whole order alone."""
    sold = sale(api, line(price=4000, quantity=2), line(price=2000), subTotal=9000, taxTotal=720)
    made = refunded(api, sold, back(sold), of=3888)
    assert (made["subTotal"], made["taxTotal"]) == (-3600, -288)
    refunded(api, sold, back(sold), back(sold, place=1), of=3888 + 1944)
    assert api.seen(f"/order/{sold['id']}")["total"] + api.seen("/refund")["refunds"][0]["total"] == 3888


def test_an_imported_refund_has_taken_what_its_lines_fit(api: Caller) -> None:
    sold = sale(api, line(quantity=3))
    sale(api, line(quantity=-2), purchaseType="Refund", previousOrderId=sold["id"])
    is_invalid(refund(api, sold, back(sold, 2)), ("items[0].quantity", "must be <= 1"))
    refunded(api, sold, back(sold))


def test_what_an_imported_refund_took_of_no_line_is_gone_too(api: Caller) -> None:
    sold = sale(api, line(quantity=2))
    sale(
        api, line(sku="GOODWILL", price=2000, quantity=-1), purchaseType="Refund", previousOrderId=sold["id"]
    )
    is_answer(refund(api, sold, back(sold)), 422, refused("Can not refund more than is left of the order"))
    refunded(api, sold, back(sold, amount=500), of=500)


# What is refused


def test_what_is_missing_or_unknown_is_named(api: Caller) -> None:
    is_invalid(api.post("/refund", {}), ("orderId", REQUIRED), ("items", REQUIRED), ("tenders", REQUIRED))
    sold = sale(api, line(quantity=2))
    body = {"orderId": NIL, "items": [back(sold)], "tenders": cash(1250)}
    is_invalid(api.post("/refund", body), ("orderId", LOST))
    is_invalid(api.post("/refund", {**body, "id": NIL}), ("id", UNKNOWN))
    is_invalid(refund(api, sold, back(sold, 0)), ("items[0].quantity", "must be >= 1"))
    is_invalid(refund(api, sold, back(sold), back(sold)), ("items[1].id", UNIQUE))
    is_invalid(refund(api, sold, {"id": NIL, "quantity": 1}), ("items[0].id", LOST))
    is_invalid(refund(api, sold, back(sold, 3)), ("items[0].quantity", "must be <= 2"))
    is_invalid(refund(api, sold, back(sold, amount=2501)), ("items[0].amount", "must be <= 2500"))
    is_invalid(refund(api, sold, back(sold), shipAmount=-1), ("shipAmount", "must be >= 0"))
    other = {"tenderType": "Cash", "amountTendered": 1250, "originalOrderTenderId": NIL}
    is_invalid(refund(api, sold, back(sold), tenders=[other]), ("tenders[0].originalOrderTenderId", LOST))
    is_lost(api.get(f"/refund/{sold['id']}"), "Refund")
    is_lost(api.get(f"/refund/{NIL}"), "Refund")
    assert api.put(f"/refund/{sold['id']}", {}).status_code == 405
    assert api.seen("/refund") == {"refunds": [], "total": 0}


@pytest.mark.parametrize("of", [1249, 1251])
def test_tenders_come_to_the_refund_to_the_cent(api: Caller, of: int) -> None:
    sold = sale(api)
    is_invalid(refund(api, sold, back(sold), of=of), ("tenders", "must add up to 1250"))
    split = [
        {"tenderType": "Cash", "amountTendered": 250},
        {"tenderType": "External", "amountTendered": 1000},
    ]
    made = refunded(api, sold, back(sold), tenders=split)
    assert [each["amountTendered"] for each in made["tenders"]] == [-250, -1000]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Credit Card", "Can not refund to Credit Card: no payment gateway is set up"),
        ("Debit", "Can not refund to Debit: no payment gateway is set up"),
        ("Gift Card", "Can not refund to Gift Card"),
        ("Loyalty", "Can not refund to Loyalty Points"),
        ("COD", "Can not refund to COD"),
    ],
)
def test_money_that_nobody_can_give_back_is_not_said_to_be(api: Caller, kind: str, said: str) -> None:
    sold = sale(api)
    tenders = [{"tenderType": kind, "amountTendered": 1250}]
    body = f'{{"statusCode":402,"type":"processingError","message":"{said}"}}'.encode()
    is_answer(refund(api, sold, back(sold), tenders=tenders), 402, body)
    assert api.seen("/refund")["total"] == 0
    assert api.seen(f"/order/{sold['id']}") == sold
    assert refunded(api, sold, back(sold))["orderNumber"] == sold["orderNumber"] + 1


@pytest.mark.parametrize("status", ["Authorized", "Cancelled"])
def test_what_was_not_paid_can_not_be_refunded(api: Caller, status: str) -> None:
    sold = sale(api, paymentStatus=status, orderPaidDate=None)
    told = refused(f"Can not refund an order that is marked {status}")
    is_answer(refund(api, sold, back(sold)), 422, told)


def test_a_refund_can_not_be_refunded(api: Caller) -> None:
    sold = sale(api)
    made = refunded(api, sold, back(sold))
    is_invalid(refund(api, made, back(made)), ("orderId", NOT_ALLOWED))


def test_the_same_refund_twice_finds_nothing_left(api: Caller) -> None:
    sold = sale(api)
    refunded(api, sold, back(sold))
    is_invalid(refund(api, sold, back(sold)), ("items[0].quantity", "must be <= 0"))


def test_of_many_refunds_at_once_no_more_goes_back_than_was_sold(api: Caller, site: Site) -> None:
    buyer = customer(api)["id"]
    wine = product(api, "CAB", stock=0)
    sold = sale(api, line(quantity=3), customerId=buyer, fulfillmentStatus="Fulfilled")
    item = back(sold, isReturnToInventory=True)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: refund(api, sold, item).status_code, range(8)))
    assert sorted(codes) == [201] * 3 + [422] * 5
    assert available(api, wine) == 3
    assert len(api.seen(f"/order/{sold['id']}")["linkedOrders"]) == 3
    assert api.seen(f"/customer/{buyer}")["orderInformation"]["lifetimeValue"] == 0
    assert differences(site) == []


# Goods


def test_what_was_handed_over_comes_back_to_where_it_left_only_if_said_so(api: Caller, site: Site) -> None:
    wine, home = product(api, "CAB", stock=10), location(api)
    sold = sale(api, line(quantity=4))
    done = api.post(f"/order/{sold['id']}/fulfillment/all", handover(inventoryLocationId=home)).json()
    assert available(api, wine) == 6
    refunded(api, sold, back(sold))
    assert available(api, wine) == 6
    refunded(api, sold, back(sold, 2, isReturnToInventory=True), of=2500)
    assert available(api, wine) == 8
    now = api.seen(f"/order/{sold['id']}")
    assert (now["fulfillmentStatus"], now["items"]) == ("Fulfilled", done["items"])
    assert differences(site) == []


def test_bundles_come_back_as_their_components(api: Caller) -> None:
    wine, glass = product(api, "CAB", stock=0), product(api, "GLASS", stock=0)
    parts = [line(sku="CAB", quantity=2), line(sku="GLASS", quantity=1)]
    box = line(sku="BOX", type="Bundle", quantity=2, bundleItems=parts)
    sold = sale(api, box, fulfillmentStatus="Fulfilled")
    made = refunded(api, sold, back(sold, 2, isReturnToInventory=True), of=2500)
    assert (available(api, wine), available(api, glass)) == (4, 2)
    assert [each["quantity"] for each in made["items"][0]["bundleItems"]] == [2, 1]
    ids = {each["id"] for each in made["items"][0]["bundleItems"]}
    assert not ids & {each["id"] for each in sold["items"][0]["bundleItems"]}


def test_what_was_not_handed_over_and_comes_back_need_not_be_any_more(api: Caller) -> None:
    wine = product(api, "CAB", stock=10)
    sold = sale(api, line(quantity=3), line(sku="OTHER"))
    refunded(api, sold, back(sold), of=1250)
    refunded(api, sold, back(sold, 1, isReturnToInventory=True))
    now = api.seen(f"/order/{sold['id']}")
    assert (now["fulfillmentStatus"], now["items"][0]["quantityFulfilled"]) == ("Not Fulfilled", 1)
    assert [(each["type"], each["packageCount"]) for each in now["fulfillments"]] == [
        ("No Fulfillment Required", 0)
    ]
    # It never left, and so nothing moves.
    assert available(api, wine) == 10
    done = api.post(f"/order/{sold['id']}/fulfillment/all", handover()).json()
    assert [each["quantityFulfilled"] for each in done["fulfillments"][1]["items"]] == [2, 1]
    assert done["fulfillmentStatus"] == "Fulfilled"


def test_an_order_that_came_back_whole_before_it_left_needs_no_handing_over(api: Caller) -> None:
    buyer = customer(api)["id"]
    sold = sale(
        api, line(quantity=2), customerId=buyer, orderDeliveryMethod="Pickup", pickupBy={"city": "Napa"}
    )
    assert len(api.seen(f"/customer/{buyer}")["notifications"]) == 1
    refunded(api, sold, back(sold, 2, isReturnToInventory=True), of=2500)
    now = api.seen(f"/order/{sold['id']}")
    assert (now["fulfillmentStatus"], now["complianceStatus"]) == (
        "No Fulfillment Required",
        "No Compliance Required",
    )
    assert api.seen(f"/customer/{buyer}")["notifications"] == []
    answer = api.post(f"/order/{sold['id']}/fulfillment/all", handover())
    is_answer(answer, 422, refused("Can not fulfill an order that is marked No Fulfillment Required"))


def test_compliance_is_void_once_all_went_back(api: Caller) -> None:
    sold = sale(api, line(quantity=2), complianceStatus="Compliant")
    refunded(api, sold, back(sold))
    assert api.seen(f"/order/{sold['id']}")["complianceStatus"] == "Compliant"
    refunded(api, sold, back(sold))
    assert api.seen(f"/order/{sold['id']}")["complianceStatus"] == "Void"


# Who hears of it


@pytest.mark.usefixtures("heard")
def test_web_hooks_tell_of_each_record_once(site: Site, api: Caller) -> None:
    buyer = customer(api)["id"]
    sold = sale(api, line(quantity=2), customerId=buyer)
    before = len(site.events())
    made = refunded(api, sold, back(sold, isReturnToInventory=True))
    told = site.events()[before:]
    assert sorted((each.object, each.action, each.object_id) for each in told) == sorted(
        [("Order", "Create", made["id"]), ("Order", "Update", sold["id"]), ("Customer", "Update", buyer)]
    )
    of_sale = next(each.payload for each in told if each.object_id == sold["id"])
    assert of_sale["linkedOrders"][0]["orderId"] == made["id"]
    assert of_sale["fulfillments"][0]["items"] == [{"id": sold["items"][0]["id"], "quantityFulfilled": 1}]


def test_notes_of_a_refund_are_a_note_on_it(api: Caller, owner: Caller) -> None:
    buyer = customer(api)["id"]
    sold = sale(api, customerId=buyer)
    made = refunded(owner, sold, back(sold), notes="Corked")
    [note] = api.seen(f"/note?orderId={made['id']}")["notes"]
    assert (note["content"], note["customerId"]) == ("Corked", buyer)
    assert note["accountName"]
    is_invalid(
        refund(api, sold, back(sold), notes="4111 1111 1111 1111"), ("notes", "contains invalid string")
    )


def test_the_refund_of_a_deleted_customer_is_a_guests(api: Caller) -> None:
    buyer = customer(api)["id"]
    sold = sale(api, customerId=buyer)
    api.gone(f"/customer/{buyer}")
    made = refunded(api, sold, back(sold))
    assert (made["customerId"], made["customer"], made["customerType"]) == (None, None, "Guest")


def test_people_with_the_data_role_bring_no_ids_here(site: Site, api: Caller) -> None:
    sold = sale(api)
    answer = refund(site.person("Data"), sold, back(sold), id=NIL)
    is_invalid(answer, ("id", UNKNOWN))


# Lists


def test_refunds_are_listed_alone_and_stay_orders(api: Caller) -> None:
    buyer, other = (customer(api, f"{name}@example.com")["id"] for name in "ab")
    sold = [sale(api, line(quantity=2), customerId=id) for id in (buyer, other)]
    ids = [refunded(api, each, back(each))["id"] for each in (*sold, sold[0])]
    made = [api.seen(f"/refund/{id}") for id in ids]
    made.sort(key=lambda each: each["id"])
    made.sort(key=lambda each: each["createdAt"], reverse=True)
    assert api.seen("/refund") == {"refunds": made, "total": 3}
    assert api.seen("/order")["total"] == 5

    def found(query: str) -> set[str]:
        return {each["id"] for each in api.seen(f"/refund?{query}")["refunds"]}

    assert found(f"customerId={buyer}") == {ids[0], ids[2]}
    assert found(f"previousOrderId={sold[1]['id']}") == {ids[1]}
    assert found(f"previousOrderId=in:{sold[0]['id']},{sold[1]['id']},{NIL}") == set(ids)
    assert found(f"previousOrderId={sold[0]['id']}&customerId={other}") == set()
    assert found(f"previousOrderId={ids[0]}") == set()
    assert found(f"orderPaidDate=gte:{made[2]['orderPaidDate']}") == set(ids)
    assert found("orderPaidDate=lt:2024-01-01") == set()
    page = api.seen("/refund?limit=2&page=2")
    assert (page["refunds"], page["total"]) == (made[2:], 3)
    first = api.seen("/refund?cursor=start&limit=2")
    rest = api.seen(f"/refund?cursor={first['cursor']}&limit=2")
    assert [each["id"] for each in first["refunds"] + rest["refunds"]] == sorted(ids)
    assert "cursor" not in rest
    for name in ("q", "channel"):
        is_answer(api.get(f"/refund?{name}=x"), 422, refused(f"Invalid query param: {name}"))


def test_exchanges_of_an_order_are_no_refunds_of_it(api: Caller) -> None:
    sold = sale(api)
    sale(api, line(quantity=-1), purchaseType="Exchange", previousOrderId=sold["id"])
    assert api.seen(f"/refund?previousOrderId={sold['id']}") == {"refunds": [], "total": 0}
