"""Orders as they are read, listed and changed (reference B10)."""

from typing import Any

import pytest

from cellarhand.orders.links import ORDER_PRODUCT
from tests.callers import NIL, Caller, Site
from tests.catalogue import FIXED, LOST, NOT_ONE_OF, UNKNOWN, WRONG_METHOD, is_answer, is_invalid
from tests.verifying import differences
from tests.wire.shop import PLACE, Record, customer, handover, line, order, product

pytestmark = pytest.mark.usefixtures("heard")

ORDER = """
    id orderSubmittedDate orderPaidDate orderFulfilledDate orderNumber orderSource customerType purchaseType
    previousOrderId previousOrderNumber linkedOrders paymentStatus complianceStatus fraudCheckStatus
    fulfillmentStatus shippingStatus cartId channel posProfileId customerId orderDeliveryMethod
    shippingInstructions taxSaleType subTotal shipTotal taxTotal dutyTotal bottleDepositTotal tipTotal total
    totalAfterTip giftMessage metaData appData appSync flags isNonTaxable isNoDuty loyaltyPointsEarned
    createdAt updatedAt additionalData customer club reservation shipping coupons shipTo billTo pickupBy
    carrierPickupLocation carryOut promotions tenders fulfillments taxes duties posProfile items
    selectedShippingOptions connectionInformation fraud salesAssociate tags"""
CHILDREN = {
    "shipping": """id vendor title code carrier service shippingServiceId price originalPrice isPriceOverride
        processorResponse tax""",
    "coupons": "id couponId code title inUse quantityUsed productValue shippingValue totalValue",
    "promotions": """id promotionId title inUse productValue shippingValue totalValue usageLimitType
        quantityUsed""",
    "shipTo": """id customerAddressId birthDate honorific firstName lastName company phone address address2
        city stateCode zipCode countryCode""",
    "pickupBy": """id inventoryLocationId customerAddressId birthDate honorific firstName lastName company
        phone address address2 city stateCode zipCode countryCode""",
    "tenders": """id originalOrderTenderId tenderType chargeType chargeStatus amountTendered tip errorCode
        paymentDate otherPaymentMethod createdAt updatedAt creditCard""",
    "taxes": """id vendor title countryCode stateCode freight food generalMerchandise cannabis wine price
        originalPrice isPriceOverride isIncludedInPrice isFlatRate isNonTaxable sortOrder""",
    "items": """id purchaseType productTitle productSlug type inventoryLocationId productId
        productVariantTitle productVariantId image sku costOfGood price originalPrice comparePrice
        bottleDeposit quantity quantityFulfilled quantitySentToPrep isPriceOverride tax taxType weight
        hasShipping vendor volumeInML alcoholPercentage departmentCode allocationId departmentId
        collectionIds bundleItems itemData modifiers notes""",
    "fulfillments": "id inventoryLocationId type fulfillmentDate packageCount items",
}
CARD = """gateway cardBrand maskedCardNumber bin expiryMo expiryYr cardHolderName oneTimeToken tokenOnFile
    processorResponse authorizationId customerCreditCardId"""
COPY = """
    id avatar honorific firstName lastName birthDate city stateCode zipCode countryCode emailMarketingStatus
    metaData appData appSync productJSON flags notifications createdAt updatedAt orderInformation loyalty
    emails phones clubs hasAccount loginActivity"""
FULL: Record = {
    "shipping": [{"title": "Ground", "price": 1500}],
    "shipTotal": 1500,
    "coupons": [{"title": "Ten off", "totalValue": 1000}],
    "promotions": [{"title": "Case", "totalValue": 250, "usageLimitType": "Customer", "quantityUsed": 1}],
    "shipTo": PLACE,
    "billTo": PLACE,
    "pickupBy": {"address": "1 Cellar Lane"},
    "tenders": [{"tenderType": "Credit Card", "amountTendered": 2750, "maskedCardNumber": "****1111"}],
    "taxes": [{"title": "GST", "price": 0, "cannabis": 2.5, "wine": 7.75}],
}


def test_an_order_shows_every_member_in_order(api: Caller) -> None:
    fulfilled = line(quantityFulfilled=1, alcoholPercentage=13.5)
    made = api.made("/order", order(fulfilled, customerId=customer(api)["id"], **FULL))
    assert made == api.seen(f"/order/{made['id']}")
    shown = [name for name in made if name not in ("discountTotal",)]
    assert shown == ORDER.split()
    assert list(made)[list(made).index("totalAfterTip") + 1] == "discountTotal"
    for name, members in CHILDREN.items():
        child = made[name][0] if isinstance(made[name], list) else made[name]
        assert list(child) == members.split(), name
    assert list(made["tenders"][0]["creditCard"]) == CARD.split()
    assert list(made["customer"]) == COPY.split()


def test_its_customer_is_shown_as_it_is_now(api: Caller) -> None:
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    jane = customer(api, tags=[{"id": tag["id"]}])
    at = f"/order/{api.made('/order', order(customerId=jane['id']))['id']}"
    api.changed(f"/customer/{jane['id']}", {"firstName": "Ann"})
    now, copy = api.seen(f"/customer/{jane['id']}"), api.seen(at)["customer"]
    assert copy.pop("productJSON") == now["products"]
    assert copy == {
        name: value
        for name, value in now.items()
        if name not in ("lastActivityDate", "tags", "groups", "products")
    }
    assert api.seen("/order")["orders"][0]["customer"]["firstName"] == "Ann"


def test_the_order_of_a_deleted_customer_keeps_its_id_and_shows_the_last_copy(api: Caller) -> None:
    jane = customer(api, lastName='O\'Neill \\ & "Söhne"'.replace('"', "'").replace("\\", "/"))
    made = api.made("/order", order(customerId=jane["id"]))
    last = api.seen(f"/order/{made['id']}")
    api.gone(f"/customer/{jane['id']}")
    assert api.seen(f"/order/{made['id']}") == last
    assert api.seen(f"/order?customerId={jane['id']}")["orders"] == [last]
    assert api.changed(f"/order/{made['id']}", {"flags": [{"content": "x"}]})["customer"] == last["customer"]


def test_a_guests_order_has_no_customer(api: Caller) -> None:
    made = api.made("/order", order())
    assert (made["customerId"], made["customer"], made["customerType"]) == (None, None, "Guest")


def test_apps_can_not_write_what_stands_for_a_customer(api: Caller, site: Site) -> None:
    """A mark from outside would show a customer to who may not see one, or break the answer."""
    mark = f"\x01customer:{customer(api)['id']}"
    for data in ({"customer": mark}, {mark: 1}, {"a": [{"b": mark}]}):
        is_invalid(api.post("/order", order(appData=data)), ("appData", "contains invalid string"))
        item = line(itemData=data)
        is_invalid(api.post("/order", order(item)), ("items[0].itemData", "contains invalid string"))
    made = api.made("/order", order(appData={"customer": "a\x01customer:x"}))
    assert made["customer"] is None


# Lists


def ids(api: Caller, query: str) -> list[str]:
    return [each["id"] for each in api.seen(f"/order?{query}")["orders"]]


def test_each_filter_finds_what_it_says(api: Caller) -> None:
    jane = customer(api)["id"]
    allocation, profile = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    tag = api.made("/tag/order", {"title": "Gift", "type": "Manual"})["id"]
    one = api.made(
        "/order",
        order(
            line(allocationId=allocation),
            customerId=jane,
            posProfileId=profile,
            tags=[{"id": tag}],
            channel="POS",
            orderDeliveryMethod="Pickup",
            pickupBy={"city": "Napa"},
            paymentStatus="Authorized",
            orderPaidDate=None,
            orderSubmittedDate="2020-05-01",
            complianceStatus="Quarantined",
        ),
    )["id"]
    two = api.made("/order", order(fulfillmentStatus="Fulfilled"))["id"]
    for query in (
        f"id={one}",
        f"customerId={jane}",
        f"orderTagId={tag}",
        f"tagId={tag}",
        f"posProfileId={profile}",
        f"allocationId={allocation}",
        "orderSubmittedDate=2020-05-01",
        "paymentStatus=Authorized",
        "fulfillmentStatus=Not Fulfilled",
        "complianceStatus=in:Quarantined,Void",
        "channel=POS",
        "orderDeliveryMethod=in:Pickup",
    ):
        assert ids(api, query) == [one], query
    for query in ("orderPaidDate=gt:2000-01-01", "orderFulfilledDate=lte:2100-01-01", "channel=Web"):
        assert ids(api, query) == [two], query
    assert ids(api, f"id=in:{one},{two}") == [two, one]
    assert ids(api, "orderPaidDate=btw:2024-01-22|2024-01-23&cursor=start") == [two]
    assert sorted(ids(api, "updatedAt=gte:2024-01-01")) == sorted([one, two])
    is_invalid(api.get("/order?channel=Shop"), ("channel", NOT_ONE_OF))
    assert api.get("/order?queryId=x").json()["message"] == "Invalid query param: queryId"


def test_q_finds_numbers_exactly_and_people_by_words(api: Caller) -> None:
    jane = customer(api, lastName="Doe", emails=[{"email": "jane@doe.example"}])
    guest = {**PLACE, "firstName": "Renée", "lastName": "Müller-Lüdenscheidt"}
    one = api.made("/order", order(customerId=jane["id"], orderNumber=4711))["id"]
    two = api.made("/order", order(billTo=guest, shipTo=PLACE, externalOrderNumber="4711"))["id"]
    three = api.made("/order", order(externalOrderNumber="WEB-4711"))["id"]
    assert sorted(ids(api, "q=4711")) == sorted([one, two])
    assert ids(api, "q=471") == ids(api, "q=99999999999999999999") == []
    assert ids(api, "q=web-4711") == [three]
    assert ids(api, "q=renee mull") == [two]
    assert ids(api, "q=jane doe") == ids(api, "q=jane@doe.example") == [one]
    assert sorted(ids(api, "q=jane")) == sorted([one, two])
    api.changed(f"/customer/{jane['id']}", {"lastName": "Roe"})
    assert ids(api, "q=doe jan roe") == []
    assert ids(api, "q=jan roe") == [one]


def test_newest_come_first_and_cursors_walk_by_id(api: Caller) -> None:
    made = [api.made("/order", order(orderNumber=number))["id"] for number in (1, 2, 3)]
    assert sorted(ids(api, "limit=50")) == sorted(made)
    walked: list[str] = []
    cursor = "start"
    while cursor:
        page = api.seen(f"/order?limit=2&cursor={cursor}")
        walked += [each["id"] for each in page["orders"]]
        cursor = page.get("cursor", "")
    assert walked == sorted(made)


# Changes


def test_a_finished_order_changes_only_where_remarks_are_kept(api: Caller) -> None:
    api.made("/meta-data-config/order", {"title": "Table", "code": "table-number", "dataType": "String"})
    tag = api.made("/tag/order", {"title": "Gift", "type": "Manual"})["id"]
    made = api.made("/order", order())
    at = f"/order/{made['id']}"
    sent = {
        "metaData": {"table-number": "12"},
        "appData": {"externalId": "A-100"},
        "tags": [{"id": tag}],
        "flags": [{"content": "Ring twice"}],
        "isSendTransactionEmail": False,
    }
    changed = api.changed(f"{at}?isSendTransactionEmail=false", sent)
    assert changed["metaData"] == {"table-number": "12"}
    assert list(changed["appData"].values()) == [{"externalId": "A-100"}]
    assert [each["title"] for each in changed["tags"]] == ["Gift"]
    assert [each["content"] for each in changed["flags"]] == ["Ring twice"]
    same = {"metaData", "appData", "tags", "flags", "updatedAt"}
    assert {n: v for n, v in changed.items() if n not in same} == {
        n: v for n, v in made.items() if n not in same
    }
    assert api.changed(at, {}) == api.changed(at, {"metaData": {}}) == changed == api.seen(at)
    # What was read may be written back.
    body = {name: value for name, value in changed.items() if name not in ("id", "createdAt", "updatedAt")}
    assert api.changed(at, body) == changed


@pytest.mark.parametrize("member", ["total", "items", "customerId", "giftMessage", "fulfillmentStatus"])
def test_nothing_else_of_it_changes(api: Caller, member: str) -> None:
    at = f"/order/{api.made('/order', order())['id']}"
    other: dict[str, Any] = {"total": 1, "items": [], "customerId": NIL, "giftMessage": "Hi"}
    is_invalid(api.put(at, {member: other.get(member, "Fulfilled")}), (member, FIXED))
    is_invalid(api.put(at, {"email": "a@b.co"}), ("email", UNKNOWN))


def test_there_is_no_delete_and_no_other_order(api: Caller) -> None:
    at = f"/order/{api.made('/order', order())['id']}"
    is_answer(api.delete(at), 405, WRONG_METHOD)
    for method in ("GET", "PUT"):
        answer = api.request(method, f"/order/{NIL}", json={"flags": []} if method == "PUT" else None)
        assert (answer.status_code, answer.json()["message"]) == (404, "Order does not exist")


def test_tags_are_put_on_orders_one_by_one_too(api: Caller, site: Site) -> None:
    tag = api.made("/tag/order", {"title": "Gift", "type": "Manual"})
    made = api.made("/order", order())
    link = {"objectId": made["id"], "tagId": tag["id"]}
    api.made("/tag-x-object/order", link)
    at = f"/order/{made['id']}"
    assert [each["title"] for each in api.seen(at)["tags"]] == ["Gift"]
    api.changed(f"/tag/order/{tag['id']}", {"title": "Present"})
    assert [each["title"] for each in api.seen(at)["tags"]] == ["Present"]
    api.gone(f"/tag-x-object/order/{tag['id']}/{made['id']}")
    assert (api.seen(at)["tags"], ids(api, f"tagId={tag['id']}")) == ([], [])
    other = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    is_invalid(api.put(at, {"tags": [{"id": other["id"]}]}), ("tags[0].id", LOST))


def test_a_definition_that_goes_hides_the_values_of_orders(api: Caller) -> None:
    config = api.made("/meta-data-config/order", {"title": "T", "code": "table", "dataType": "Integer"})
    is_invalid(api.post("/order", order(metaData={"tables": 1})), ("metaData.tables", UNKNOWN))
    is_invalid(api.post("/order", order(metaData={"table": "x"})), ("metaData.table", "must be a integer"))
    at = f"/order/{api.made('/order', order(metaData={'table': 3}))['id']}"
    api.gone(f"/meta-data-config/order/{config['id']}")
    assert api.seen(at)["metaData"] is None
    api.made("/meta-data-config/order", {"title": "T", "code": "table", "dataType": "Integer"})
    assert api.seen(at)["metaData"] == {"table": 3}


def test_notes_belong_to_orders_that_are_there(api: Caller) -> None:
    made = api.made("/order", order())
    note = api.made("/note", {"content": "Called", "orderId": made["id"]})
    assert api.seen(f"/note?orderId={made['id']}")["notes"] == [note]
    is_invalid(api.post("/note", {"content": "x", "orderId": NIL}), ("orderId", LOST))


def test_lines_of_a_deleted_product_stay_without_its_ids(api: Caller) -> None:
    gone, kept = product(api, "GONE"), product(api, "KEPT")
    bundle = line(sku="BOX", type="Bundle", bundleItems=[line(sku="GONE", quantity=2)])
    lines = [line(sku="gone"), line(sku="KEPT"), bundle]
    data = {"productId": gone["id"]}
    made = api.made("/order", order(*lines, appData=data))
    assert [each["productId"] for each in made["items"]] == [gone["id"], kept["id"], None]
    assert made["items"][2]["bundleItems"][0]["productId"] == gone["id"]
    api.gone(f"/product/{gone['id']}")
    now = api.seen(f"/order/{made['id']}")
    assert [each["productId"] for each in now["items"]] == [None, kept["id"], None]
    assert [each["productVariantId"] for each in now["items"]] == [None, kept["variants"][0]["id"], None]
    assert now["items"][2]["bundleItems"][0]["productId"] is None
    assert now["items"][0]["productTitle"] == "Cabernet"
    assert list(now["appData"].values()) == [data]
    assert now["updatedAt"] == made["updatedAt"]


def linked(site: Site) -> list[tuple[Any, ...]]:
    """Which order is found by which product."""
    unit = site.server.store.reading(site.tenant_id)
    return [tuple(row) for row in site.server.run(unit.rows(ORDER_PRODUCT, ("order_id", "product_id")))]


def test_an_order_is_found_by_a_product_as_long_as_a_line_or_component_names_it(
    api: Caller, site: Site
) -> None:
    named, other = product(api, "NAMED")["id"], product(api, "OTHER")["id"]
    old = {"orderNumber": 7, "externalOrderNumber": "A-7"}
    bundle = line(sku="BOX", type="Bundle", bundleItems=[line(sku="NAMED"), line(sku="NAMED")])

    def becomes(*lines: Record) -> list[str]:
        made = api.changed("/order/upsert", order(*lines, **old))
        assert differences(site) == []
        assert {order_id for order_id, _ in linked(site)} <= {made["id"]}
        return sorted(product_id for _, product_id in linked(site))

    assert becomes(line(sku="NAMED"), line(sku="NAMED")) == [named]
    assert becomes(line(sku="NAMED"), line(sku="OTHER"), bundle) == sorted([named, other])
    assert becomes(line(sku="OTHER"), bundle) == sorted([named, other])
    assert becomes(line(sku="OTHER")) == [other]
    assert becomes(line(sku="NAMED"), line(sku="NAMED"), line(sku="OTHER")) == sorted([named, other])
    assert becomes(line(sku="NAMED"), line(sku="OTHER")) == sorted([named, other])
    api.gone(f"/product/{named}")
    [now] = api.seen("/order")["orders"]
    assert [each["productId"] for each in now["items"]] == [None, other]
    assert linked(site) == [(now["id"], other)]


# Events and rights


def test_what_happens_to_orders_is_told(api: Caller, site: Site) -> None:
    made = api.made("/order", order())
    api.changed(f"/order/{made['id']}", {"flags": [{"content": "x"}]})
    answer = api.post(f"/order/{made['id']}/fulfillment/all", handover()).json()
    api.delete(f"/order/{made['id']}/fulfillment/{answer['fulfillments'][0]['id']}")
    events = site.events()
    assert [(each.object, each.action) for each in events] == [
        ("Order", "Create"),
        ("Order", "Update"),
        ("Order", "Update"),
        ("Order Fulfillment", "Create"),
        ("Order", "Update"),
        ("Order Fulfillment", "Delete"),
    ]
    assert events[0].payload == made
    assert events[3].payload == events[2].payload == answer
    assert {each.object_id for each in events} == {made["id"]}


def test_two_tenants_do_not_see_each_others_orders(api: Caller, site: Site) -> None:
    jane = customer(api)
    made = api.made("/order", order(customerId=jane["id"], orderNumber=7, externalOrderNumber="A"))
    other = site.house.open().app()
    assert other.get(f"/order/{made['id']}").status_code == 404
    assert other.post(f"/order/{made['id']}/fulfillment/all", handover()).status_code == 404
    is_invalid(other.post("/order", order(customerId=jane["id"])), ("customerId", LOST))
    is_invalid(
        other.post("/order", order(purchaseType="Refund", previousOrderId=made["id"])),
        ("previousOrderId", LOST),
    )
    same = other.changed("/order/upsert", order(orderNumber=7, externalOrderNumber="A"))
    assert same["id"] != made["id"]
    assert ids(other, "q=7") == [same["id"]]
    assert api.seen(f"/order/{made['id']}") == made
