"""`POST /order`: finished orders of other systems (reference B10.4, domain ORD-12)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.callers import NIL, Caller, Site
from tests.catalogue import HTML, LOST, NOT_ONE_OF, REQUIRED, UNIQUE, UNKNOWN, is_invalid
from tests.wire.shop import PAID, PLACE, SUBMITTED, Record, customer, line, location, order, product

pytestmark = pytest.mark.usefixtures("heard")

NOT_THE_SUM = "must equal the sum of its parts"
NOT_ALLOWED = "not allowed"
MOST = 2_147_483_647
OLD = "2015-03-01T10:00:00.000Z"


def shares(made: Record, *members: str) -> tuple[Any, ...]:
    return tuple(made[member] for member in members)


# Money


def test_the_total_is_the_sum_of_five_parts(api: Caller) -> None:
    parts = {"shipTotal": 2000, "taxTotal": 163, "dutyTotal": 7, "bottleDepositTotal": 10, "tipTotal": 500}
    made = api.made("/order", order(**parts))
    assert shares(made, "total", "totalAfterTip") == (3430, 3930)
    is_invalid(api.post("/order", order(**parts, total=3431)), ("total", NOT_THE_SUM))
    wrong = order(**parts, totalAfterTip=3430)
    is_invalid(api.post("/order", wrong), ("totalAfterTip", NOT_THE_SUM))
    assert api.seen("/order")["total"] == 1


def test_amounts_are_whole_cents_within_bounds(api: Caller) -> None:
    is_invalid(api.post("/order", order(taxTotal=0.5, total=1250)), ("taxTotal", "must be a integer"))
    much = {"subTotal": 10**11, "total": 10**11}
    limit = "must be <= 99999999999"
    is_invalid(api.post("/order", order(**much)), ("subTotal", limit), ("total", limit))


def test_discounts_that_took_effect_are_summed(api: Caller) -> None:
    coupons = [{"title": "A", "totalValue": 1000}, {"title": "B", "totalValue": 5, "inUse": False}]
    promotions = [{"title": "C", "totalValue": 200}]
    assert api.made("/order", order(coupons=coupons, promotions=promotions))["discountTotal"] == 1200
    assert "discountTotal" not in api.made("/order", order(coupons=coupons[1:]))


# Defaults


def test_the_smallest_import_is_filled_up(api: Caller) -> None:
    made = api.made("/order", order())
    assert shares(made, "paymentStatus", "purchaseType", "complianceStatus", "fraudCheckStatus") == (
        "Paid",
        "Regular",
        "No Compliance Required",
        "Not Checked",
    )
    assert shares(made, "fulfillmentStatus", "orderFulfilledDate", "fulfillments") == (
        "Not Fulfilled",
        None,
        [],
    )
    assert shares(made, "taxSaleType", "orderSource", "shippingStatus") == (
        "Offsite",
        "Internal",
        "Not Tracked",
    )
    assert made["items"][0] == {
        **made["items"][0],
        "purchaseType": "Regular",
        "originalPrice": 1250,
        "taxType": "Wine",
        "hasShipping": True,
        "weight": 0,
        "productVariantTitle": "",
        "costOfGood": None,
    }
    assert made["selectedShippingOptions"] == {"shippingServiceId": None, "requestedShipDate": None}
    assert made["fraud"] == {"isFraudulent": False, "comment": None}
    assert "externalOrderNumber" not in made


def test_an_empty_body_names_what_is_missing(api: Caller) -> None:
    is_invalid(
        api.post("/order", {}),
        *((name, REQUIRED) for name in ("orderSubmittedDate", "orderPaidDate", "channel")),
        ("orderDeliveryMethod", REQUIRED),
        *((name, REQUIRED) for name in ("subTotal", "shipTotal", "taxTotal", "total", "items")),
    )
    item = dict.fromkeys(("productTitle", "type", "sku", "price", "quantity"), REQUIRED)
    sent = order(items=[{}], subTotal=0)
    is_invalid(api.post("/order", sent), *((f"items[0].{name}", said) for name, said in item.items()))
    is_invalid(api.post("/order", order(items=[])), ("items", "must NOT have fewer than 1 items"))


def test_older_words_are_stored_as_todays(api: Caller) -> None:
    tenders = [
        {"tenderType": "Loyalty", "amountTendered": 1},
        {"tenderType": "Credit Card", "amountTendered": 1, "chargeType": "Capture"},
    ]
    tenders[1]["creditCardBrand"] = "UnionPay"
    made = api.made("/order", order(complianceStatus="No Compliance", tenders=tenders))
    assert made["complianceStatus"] == "No Compliance Required"
    assert made["tenders"][0]["tenderType"] == "Loyalty Points"
    assert shares(made["tenders"][1], "chargeType") == ("Sale",)
    assert made["tenders"][1]["creditCard"]["cardBrand"] == "Union Pay"
    is_invalid(api.post("/order", order(channel="Shop")), ("channel", NOT_ONE_OF))


def test_it_was_paid_at_some_time_or_is_not_paid(api: Caller) -> None:
    is_invalid(api.post("/order", order(orderPaidDate=None)), ("orderPaidDate", "must be a string"))
    made = api.made("/order", order(orderPaidDate=None, paymentStatus="Authorized"))
    assert made["orderPaidDate"] is None


# Tenders


@pytest.mark.parametrize(
    ("kind", "block"),
    [("Credit Card", "creditCard"), ("Gift Card", "giftCard"), ("Loyalty Points", "loyalty"), ("Cash", None)],
)
def test_a_tender_has_only_the_block_that_fits(api: Caller, kind: str, block: str | None) -> None:
    made = api.made("/order", order(tenders=[{"tenderType": kind, "amountTendered": 1250}]))
    (tender,) = made["tenders"]
    assert [name for name in ("creditCard", "giftCard", "loyalty") if name in tender] == (
        [block] if block else []
    )
    assert shares(tender, "chargeType", "chargeStatus", "tip", "errorCode", "paymentDate") == (
        "Sale",
        "Success",
        0,
        "",
        PAID,
    )


def test_card_members_come_flat_and_are_returned_nested(api: Caller) -> None:
    flat = {
        "tenderType": "Credit Card",
        "amountTendered": 1250,
        "refundId": None,
        "previousTenderId": NIL,
        "creditCardBrand": "MasterCard",
        "maskedCardNumber": "************5454",
        "creditCardExpiryMo": 2,
        "creditCardExpiryYr": 2020,
        "creditCardHolderName": "Jane Example",
    }
    (tender,) = api.made("/order", order(tenders=[flat]))["tenders"]
    assert not {"creditCardBrand", "maskedCardNumber", "refundId", "previousTenderId"} & tender.keys()
    assert tender["originalOrderTenderId"] == NIL
    card = tender["creditCard"]
    assert shares(card, "cardBrand", "maskedCardNumber", "expiryMo", "expiryYr", "cardHolderName") == (
        "MasterCard",
        "************5454",
        2,
        2020,
        "Jane Example",
    )
    cash = order(tenders=[{**flat, "tenderType": "Cash"}])
    is_invalid(
        api.post("/order", cash),
        *((f"tenders[0].{name}", NOT_ALLOWED) for name in list(flat)[4:]),
    )
    nested = order(tenders=[{"tenderType": "Cash", "amountTendered": 1, "creditCard": {}}])
    is_invalid(api.post("/order", nested), ("tenders[0].creditCard", UNKNOWN))


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("maskedCardNumber", 'must match pattern "^\\*+[0-9]{4}$"'),
        ("creditCardHolderName", HTML),
        ("otherPaymentMethod", HTML),
        ("errorCode", HTML),
    ],
)
def test_no_card_number_comes_in_where_a_card_is_told(api: Caller, member: str, said: str) -> None:
    tender = {"tenderType": "Credit Card", "amountTendered": 1, member: "4111 1111 1111 1111"}
    is_invalid(api.post("/order", order(tenders=[tender])), (f"tenders[0].{member}", said))


@pytest.mark.parametrize("member", ["giftMessage", "shippingInstructions"])
def test_nor_where_people_write_freely(api: Caller, member: str) -> None:
    is_invalid(api.post("/order", order(**{member: "4111111111111111"})), (member, HTML))
    is_invalid(api.post("/order", order(line(notes="4111-1111-1111-1111"))), ("items[0].notes", HTML))


# What it refers to


def test_the_customer_is_found_by_id_or_by_e_mail(api: Caller) -> None:
    jane = customer(api)["id"]
    assert api.made("/order", order(customerId=jane))["customerId"] == jane
    assert api.made("/order", order(email="JANE@example.com"))["customerId"] == jane
    guest = api.made("/order", order(email="nobody@example.com"))
    assert shares(guest, "customerId", "customer") == (None, None)
    assert api.seen("/customer")["total"] == 1
    is_invalid(api.post("/order", order(customerId=NIL)), ("customerId", LOST))


def test_the_customer_is_told_by_what_was_there_when_it_was_submitted(api: Caller) -> None:
    """ORD-5."""
    jane = customer(api)["id"]

    def kind(submitted: str, **more: Any) -> str:
        sent = order(customerId=jane, orderSubmittedDate=submitted, orderPaidDate=submitted, **more)
        return api.made("/order", sent)["customerType"]

    assert kind("2020-01-01") == "New Customer"
    assert kind("2021-01-01", paymentStatus="Cancelled") == "Returning Customer"
    assert kind("2019-01-01") == "New Customer"
    club = api.made("/club", {"title": "Club"})["id"]
    join = {"customerId": jane, "clubId": club, "orderDeliveryMethod": "Pickup", "signupDate": "2022-01-01"}
    join |= {"pickupInventoryLocationId": location(api), "cancelDate": "2023-01-01T00:00:00.000Z"}
    api.made("/club-membership", {**join, "cancellationReason": "Other"})
    assert [kind(f"202{year}-06-01") for year in (1, 2, 3)] == [
        "Returning Customer",
        "Club Member",
        "Returning Customer",
    ]
    # What came later doesn't count: before the first order, at the very moment of it, and after it.
    assert [kind(submitted) for submitted in ("2018-12-31", "2018-12-31", "2019-01-01", "2020-12-31")] == [
        "New Customer",
        "New Customer",
        "Returning Customer",
        "Returning Customer",
    ]
    assert [kind(f"202{year}-01-01") for year in (2, 3)] == ["Club Member", "Returning Customer"]


def test_a_refund_alone_makes_nobody_a_returning_customer(api: Caller) -> None:
    """ORD-5."""
    jane, guest = customer(api)["id"], api.made("/order", order())
    refund = order(customerId=jane, purchaseType="Refund", previousOrderId=guest["id"], total=0)
    refund |= {"orderSubmittedDate": "2020-01-01", "orderPaidDate": "2020-01-01"}
    kinds = [api.made("/order", {**refund, "subTotal": 0, "items": [line(quantity=-1)]})["customerType"]]
    later = {"orderSubmittedDate": "2021-01-01", "orderPaidDate": "2021-01-01"}
    kinds += [api.made("/order", order(customerId=jane, **later))["customerType"] for _ in range(2)]
    assert kinds == ["New Customer"] * 3


def test_products_are_found_by_sku_and_need_not_be_there(api: Caller) -> None:
    wine = product(api, "CAB-1")
    made = api.made("/order", order(line(sku="cab-1"), line(sku="NEVER-SEEN")))
    ids = (wine["id"], wine["variants"][0]["id"])
    assert [shares(item, "productId", "productVariantId") for item in made["items"]] == [ids, (None, None)]


def test_what_is_named_by_id_must_be_there(api: Caller) -> None:
    wine, other = product(api, "CAB-1"), product(api, "CAB-2")
    mixed = line(productId=wine["id"], productVariantId=other["variants"][0]["id"])
    is_invalid(api.post("/order", order(mixed)), ("items[0].productVariantId", LOST))
    for member in ("productId", "productVariantId", "inventoryLocationId", "departmentId"):
        sent = order(line(), line(**{member: NIL}))
        is_invalid(api.post("/order", sent), (f"items[1].{member}", LOST))
    bundle = line(type="Bundle", bundleItems=[{**line(), "inventoryLocationId": NIL}])
    is_invalid(api.post("/order", order(bundle)), ("items[0].bundleItems[0].inventoryLocationId", LOST))
    sent = order(shipTo={**PLACE, "customerAddressId": NIL}, pickupBy={"inventoryLocationId": NIL})
    is_invalid(
        api.post("/order", sent),
        ("shipTo.customerAddressId", LOST),
        ("pickupBy.inventoryLocationId", LOST),
    )
    # Nothing is known here of carts, services and profiles of tills.
    api.made(
        "/order",
        order(
            cartId=NIL, posProfileId=NIL, shipping=[{"title": "Ground", "price": 0, "shippingServiceId": NIL}]
        ),
    )


def test_a_pickup_says_where(api: Caller) -> None:
    pickup = {"orderDeliveryMethod": "Pickup"}
    is_invalid(api.post("/order", order(**pickup)), ("pickupBy", REQUIRED))
    nowhere = order(**pickup, pickupBy={"firstName": "Jane"})
    is_invalid(api.post("/order", nowhere), ("pickupBy.inventoryLocationId", REQUIRED))
    made = api.made("/order", order(**pickup, pickupBy={"inventoryLocationId": location(api)}))
    place = api.seen(f"/inventory-location/{location(api)}")
    members = ("address", "city", "countryCode", "phone")
    assert shares(made["pickupBy"], *members) == shares(place, *members)
    assert shares(made["pickupBy"], "firstName", "lastName") == (None, None)
    assert api.made("/order", order(**pickup, pickupBy={"city": "Napa"}))["pickupBy"]["address"] is None


def test_addresses_are_judged_like_customers(api: Caller) -> None:
    is_invalid(
        api.post("/order", order(billTo={**PLACE, "stateCode": "XX", "zipCode": "1"})),
        ("billTo.stateCode", NOT_ONE_OF),
        ("billTo.zipCode", 'must match pattern "^\\d{5}(-\\d{4})?$"'),
    )
    made = api.made("/order", order(billTo={**PLACE, "phone": "(707) 555-0100"}))
    assert made["billTo"]["phone"] == "+17075550100"
    is_invalid(
        api.post("/order", order(shipTo={"firstName": "Jane"})),
        *((f"shipTo.{name}", REQUIRED) for name in ("address", "city", "countryCode")),
    )


# Refunds


def test_a_refund_is_an_order_that_names_the_one_before(api: Caller, site: Site) -> None:
    first = api.made("/order", order(line(quantity=3)))
    back = line(quantity=-2)
    tenders = [{"tenderType": "Cash", "chargeType": "Refund", "amountTendered": -2500}]
    sent = order(back, purchaseType="Refund", previousOrderId=first["id"], tenders=tenders)
    refund = api.made("/order", sent)
    assert shares(refund, "total", "previousOrderId", "previousOrderNumber") == (-2500, first["id"], 1001)
    assert shares(refund, "fulfillmentStatus", "orderNumber") == ("No Fulfillment Required", 1002)
    assert refund["items"][0]["purchaseType"] == "Refund"
    now = api.seen(f"/order/{first['id']}")
    link = {"orderId": refund["id"], "orderNumber": 1002, "purchaseType": "Refund"}
    assert now == {**first, "linkedOrders": [link], "updatedAt": now["updatedAt"]}
    assert now["updatedAt"] > first["updatedAt"]
    told = [(event.action, event.object_id) for event in site.events()]
    assert told == [("Create", first["id"]), ("Update", first["id"]), ("Create", refund["id"])]
    api.made("/order", {**sent, "purchaseType": "Exchange"})
    kinds = [each["purchaseType"] for each in api.seen(f"/order/{first['id']}")["linkedOrders"]]
    assert kinds == ["Refund", "Exchange"]


def test_only_what_comes_back_is_negative(api: Caller) -> None:
    is_invalid(
        api.post("/order", order(line(quantity=-1))),
        ("subTotal", "must be >= 0"),
        ("total", "must be >= 0"),
        ("items[0].quantity", "must be >= 0"),
    )
    for kind in ("Refund", "Exchange"):
        is_invalid(api.post("/order", order(purchaseType=kind)), ("previousOrderId", REQUIRED))
        lost = order(purchaseType=kind, previousOrderId=NIL)
        is_invalid(api.post("/order", lost), ("previousOrderId", LOST))
    first = api.made("/order", order())["id"]
    is_invalid(api.post("/order", order(previousOrderId=first)), ("previousOrderId", NOT_ALLOWED))


# Numbers


def test_numbers_follow_each_other_and_skip_used_ones(api: Caller) -> None:
    made = [api.made("/order", order())["orderNumber"] for _ in range(2)]
    assert made == [1001, 1002]
    assert api.made("/order", order(orderNumber="1003"))["orderNumber"] == 1003
    assert api.made("/order", order(orderNumber=1005))["orderNumber"] == 1005
    assert [api.made("/order", order())["orderNumber"] for _ in range(2)] == [1004, 1006]
    is_invalid(api.post("/order", order(orderNumber=1003)), ("orderNumber", UNIQUE))


def test_a_long_run_of_used_numbers_is_skipped_too(api: Caller) -> None:
    for number in (1001, 1002, 1003):
        api.made("/order", order(orderNumber=number))
    assert api.made("/order", order())["orderNumber"] == 1004


@pytest.mark.parametrize("number", [0, -1, MOST + 1, "0", str(MOST + 1)])
def test_numbers_have_their_bounds(api: Caller, number: Any) -> None:
    said = "must be >= 1" if str(number) in ("0", "-1") else f"must be <= {MOST}"
    is_invalid(api.post("/order", order(orderNumber=number)), ("orderNumber", said))
    is_invalid(
        api.put("/order-number", {"orderNumber": number}),
        ("orderNumber", said if isinstance(number, int) else "must be a integer"),
    )


def test_the_greatest_number_is_the_last(api: Caller) -> None:
    assert api.changed("/order-number", {"orderNumber": MOST}) == {"orderNumber": MOST}
    assert api.made("/order", order())["orderNumber"] == MOST
    answer = api.post("/order", order())
    assert (answer.status_code, answer.json()["message"]) == (422, "There is no free order number left")
    api.changed("/order-number", {"orderNumber": 1})
    assert api.made("/order", order())["orderNumber"] == 1
    is_invalid(api.put("/order-number", {}), ("orderNumber", REQUIRED))


def test_two_imports_of_one_number_at_once_are_one(api: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post("/order", order(orderNumber=77)), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 7
    for answer in answers:
        if answer.status_code == 422:
            is_invalid(answer, ("orderNumber", UNIQUE))
    assert api.seen("/order")["total"] == 1


def test_many_at_once_get_numbers_of_their_own(api: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: api.made("/order", order())["orderNumber"], range(24)))
    assert sorted(made) == list(range(1001, 1025))


# Extremes


def test_500_lines_are_the_most(api: Caller) -> None:
    made = api.made("/order", order(*[line(sku=f"S{place}") for place in range(500)]))
    assert [item["sku"] for item in made["items"]] == [f"S{place}" for place in range(500)]
    assert api.seen(f"/order/{made['id']}") == made
    is_invalid(api.post("/order", order(*[line()] * 501)), ("items", "must NOT have more than 500 items"))


def test_other_centuries_and_scripts(api: Caller) -> None:
    for year in (1900, 2100):
        when = f"{year}-06-30T23:59:59.999Z"
        name = {**PLACE, "firstName": "三郎", "lastName": "Ștefănescu"}
        sent = order(orderSubmittedDate=when, orderPaidDate=when, orderFulfilledDate=when, billTo=name)
        made = api.made("/order", sent)
        assert shares(made, "orderSubmittedDate", "orderPaidDate", "orderFulfilledDate") == (when,) * 3
        assert api.seen(f"/order?orderPaidDate={year}-06-30")["orders"] == [made]
    assert len(api.seen("/order?q=三")["orders"]) == 2


# The Data role


def test_the_data_role_keeps_ids_and_dates_of_the_order_and_its_parts(site: Site, api: Caller) -> None:
    data = site.person("Data")
    id = "12345678-1234-4123-8123-123456789012"
    own = {"id": id, "createdAt": OLD, "updatedAt": "2016-01-01T00:00:00.000Z"}
    children = {
        "items": [line(id=id)],
        "shipTo": {**PLACE, "id": id},
        "shipping": [{"id": id, "title": "Ground", "price": 0}],
        "taxes": [{"id": id, "title": "GST", "price": 0}],
        "coupons": [{"id": id, "title": "C", "totalValue": 1}],
        "promotions": [{"id": id, "title": "P", "totalValue": 1}],
        "tenders": [{**own, "tenderType": "Cash", "amountTendered": 1250}],
    }
    made = data.made("/order", order(**children, **own))
    assert shares(made, *own) == tuple(own.values())
    assert shares(made["tenders"][0], *own) == tuple(own.values())
    for name in children:
        child = made[name] if name == "shipTo" else made[name][0]
        assert child["id"] == id, name
    answer = data.post("/order", order(**own))
    assert answer.json()["message"] == "Database unique constraint error"
    for name in children:
        refused = api.post("/order", order(**{name: children[name]}))
        path = f"{name}.id" if name == "shipTo" else f"{name}[0].id"
        assert {"field": path, "message": UNKNOWN} in refused.json()["errors"], name
    changed = data.changed(f"/order/{id}", {"createdAt": SUBMITTED})
    assert changed["createdAt"] == SUBMITTED
    is_invalid(data.put(f"/order/{id}", {"id": NIL}), ("id", "can not be changed"))


# Upsert


def upserted(api: Caller, *items: Record, **more: Any) -> Record:
    return api.changed(
        "/order/upsert", order(*items, **{"orderNumber": 5, "externalOrderNumber": "A-5", **more})
    )


def child_ids(made: Record) -> set[str]:
    names = ("items", "tenders", "shipping", "taxes", "fulfillments")
    return {child["id"] for name in names for child in made[name]} | {made["billTo"]["id"]}


def test_an_upsert_makes_an_order_and_then_replaces_it(api: Caller, site: Site) -> None:
    more = {
        "billTo": PLACE,
        "tenders": [{"tenderType": "Cash", "amountTendered": 1250}],
        "shipping": [{"title": "Ground", "price": 0}],
        "taxes": [{"title": "GST", "price": 0}],
    }
    first = upserted(api, line(quantityFulfilled=1), **more)
    again = upserted(api, line(quantityFulfilled=1), line(), **more)
    assert shares(again, "id", "createdAt", "orderNumber") == shares(first, "id", "createdAt", "orderNumber")
    assert not child_ids(first) & child_ids(again)
    assert shares(again, "total", "fulfillmentStatus") == (2500, "Partially Fulfilled")
    assert api.seen("/order") == {"orders": [again], "total": 1}
    assert site.fired() == [("Order", "Create"), ("Order", "Update")]
    assert upserted(api, orderNumber=6, billTo=PLACE)["orderNumber"] == 6
    assert api.made("/order", order(orderNumber=5))["orderNumber"] == 5
    is_invalid(
        api.put("/order/upsert", order(orderNumber=5, externalOrderNumber="A-5")), ("orderNumber", UNIQUE)
    )


def test_an_upsert_says_which_order_is_meant(api: Caller) -> None:
    is_invalid(
        api.put("/order/upsert", order()), ("orderNumber", REQUIRED), ("externalOrderNumber", REQUIRED)
    )
    one = upserted(api)
    other = upserted(api, orderNumber=6, externalOrderVendor="Shop")
    assert one["id"] != other["id"]
    assert upserted(api)["id"] == one["id"]
    imported = api.made("/order", order(orderNumber=9, externalOrderNumber="B"))
    assert upserted(api, orderNumber=9, externalOrderNumber="B")["id"] == imported["id"]


def test_an_upsert_keeps_remarks_that_it_does_not_carry(api: Caller) -> None:
    api.made("/meta-data-config/order", {"title": "T", "code": "table", "dataType": "String"})
    tag = api.made("/tag/order", {"title": "Gift", "type": "Manual"})["id"]
    first = upserted(api, coupons=[{"title": "C", "totalValue": 1}])
    kept = {
        "metaData": {"table": "1"},
        "appData": {"k": 1},
        "tags": [{"id": tag}],
        "flags": [{"content": "Ring"}],
    }
    before = api.changed(f"/order/{first['id']}", kept)
    note = api.made("/note", {"content": "x", "orderId": first["id"]})
    after = upserted(api)
    assert shares(after, *kept) == shares(before, *kept)
    assert api.seen(f"/note?orderId={first['id']}")["notes"] == [note]
    assert "discountTotal" not in after
    assert upserted(api, tags=[])["tags"] == []


def test_an_upsert_tells_the_orders_around_it(api: Caller) -> None:
    one, two = (api.made("/order", order())["id"] for _ in range(2))
    back = {"purchaseType": "Refund", "externalOrderNumber": "R", "orderNumber": 50}
    refund = upserted(api, line(quantity=-1), **back, previousOrderId=one)
    upserted(api, line(quantity=-1), **back, previousOrderId=two)
    assert api.seen(f"/order/{one}")["linkedOrders"] == []
    link = {"orderId": refund["id"], "orderNumber": 50, "purchaseType": "Refund"}
    assert api.seen(f"/order/{two}")["linkedOrders"] == [link]
    upserted(api, line(quantity=-1), **{**back, "orderNumber": 51}, previousOrderId=two)
    assert api.seen(f"/order/{two}")["linkedOrders"] == [{**link, "orderNumber": 51}]
    first = upserted(api)
    refund = api.made("/order", order(purchaseType="Refund", previousOrderId=first["id"]))
    upserted(api, orderNumber=60)
    assert api.seen(f"/order/{refund['id']}")["previousOrderNumber"] == 60
    itself = order(
        orderNumber=60, externalOrderNumber="A-5", purchaseType="Refund", previousOrderId=first["id"]
    )
    is_invalid(api.put("/order/upsert", itself), ("previousOrderId", NOT_ALLOWED))


def test_upserts_of_one_old_number_at_once_make_one_order(api: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = {made["id"] for made in pool.map(lambda _: upserted(api), range(8))}
    assert len(ids) == 1
    assert api.seen("/order")["total"] == 1
