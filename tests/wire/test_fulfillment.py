"""Handing orders over, and taking that back (reference B11, domain ORD-8, ORD-9, INV-2)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.callers import NIL, Caller
from tests.catalogue import LOST, NOT_ONE_OF, REQUIRED, is_answer, is_invalid, refused
from tests.wire.shop import PAID, Record, available, handover, line, location, order, product

NOT_ALLOWED = "not allowed"
WHEN = "2024-02-01T10:00:00.000Z"
NOT_FOUND = b'{"statusCode":422,"type":"processingError","message":"Fulfillment not found"}'
STANDING = ("fulfillmentStatus", "orderFulfilledDate", "shippingStatus")


def fulfill(api: Caller, made: Record, *items: Record, **more: Any) -> httpx.Response:
    return api.post(f"/order/{made['id']}/fulfillment", handover(items=list(items), **more))


def fulfilled(api: Caller, made: Record, *items: Record, **more: Any) -> Record:
    answer = fulfill(api, made, *items, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json() == api.seen(f"/order/{made['id']}")
    return answer.json()


def all_of(api: Caller, made: Record, **more: Any) -> httpx.Response:
    return api.post(f"/order/{made['id']}/fulfillment/all", handover(**more))


def taken_back(api: Caller, made: Record, place: int = 0) -> Record:
    answer = api.delete(f"/order/{made['id']}/fulfillment/{made['fulfillments'][place]['id']}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == api.seen(f"/order/{made['id']}")
    return answer.json()


def standing(made: Record) -> tuple[Any, ...]:
    return tuple(made[member] for member in STANDING)


def counted(made: Record) -> list[int]:
    return [item["quantityFulfilled"] for item in made["items"]]


def some(sku: str, quantity: int) -> Record:
    return {"sku": sku, "quantityFulfilled": quantity}


def marked(status: str) -> bytes:
    return refused(f"Can not fulfill an order that is marked {status}")


# Step by step


def test_an_order_is_handed_over_part_by_part_and_back(api: Caller) -> None:
    made = api.made("/order", order(line(sku="A", quantity=2), line(sku="B")))
    part = fulfilled(api, made, some("A", 1))
    assert (standing(part), counted(part)) == (("Partially Fulfilled", None, "Not Tracked"), [1, 0])
    assert part["updatedAt"] > made["updatedAt"]
    parcel = {"trackingNumbers": ["1Z0"], "carrier": "UPS"}
    later = "2024-02-03T10:00:00.000Z"
    rest = [some("A", 1), {"id": made["items"][1]["id"], "quantityFulfilled": 1}]
    whole = fulfilled(api, made, *rest, shipped=parcel, fulfillmentDate=later)
    assert (standing(whole), counted(whole)) == (("Fulfilled", later, "Pending"), [2, 1])
    assert whole["fulfillments"][1] == {
        "id": whole["fulfillments"][1]["id"],
        "inventoryLocationId": None,
        "type": "Shipped",
        "fulfillmentDate": later,
        "packageCount": 1,
        "items": [{"id": item["id"], "quantityFulfilled": 1} for item in made["items"]],
        "shipped": parcel,
    }
    is_answer(all_of(api, made), 422, marked("Fulfilled"))
    back = taken_back(api, whole, 1)
    assert (standing(back), counted(back)) == (("Partially Fulfilled", None, "Not Tracked"), [1, 0])
    none = taken_back(api, back)
    assert (standing(none), counted(none)) == (("Not Fulfilled", None, "Not Tracked"), [0, 0])
    assert none == {**made, "updatedAt": none["updatedAt"]}


def test_all_that_is_left_goes_at_once(api: Caller) -> None:
    made = api.made("/order", order(line(sku="A", quantity=3), line(sku="B")))
    fulfilled(api, made, some("A", 1))
    whole = all_of(api, made).json()
    assert (standing(whole), counted(whole)) == (("Fulfilled", WHEN, "Not Tracked"), [3, 1])
    assert [each["quantityFulfilled"] for each in whole["fulfillments"][1]["items"]] == [2, 1]


def test_no_more_than_is_left_can_be_handed_over(api: Caller) -> None:
    made = api.made("/order", order(line(sku="A", quantity=2), line(sku="A"), line(sku="B")))
    at = "items[0].quantityFulfilled"
    is_invalid(fulfill(api, made, some("A", 4)), (at, "must be <= 3"))
    is_invalid(fulfill(api, made, some("A", 0)), (at, "must be >= 1"))
    is_invalid(fulfill(api, made, some("A", 2), some("A", 2)), ("items[1].quantityFulfilled", "must be <= 1"))
    one = {"id": made["items"][1]["id"], "quantityFulfilled": 2}
    is_invalid(fulfill(api, made, one), (at, "must be <= 1"))
    is_invalid(fulfill(api, made, some("Z", 1)), ("items[0].sku", LOST))
    is_invalid(fulfill(api, made, {"id": NIL, "quantityFulfilled": 1}), ("items[0].id", LOST))
    is_invalid(fulfill(api, made, {"quantityFulfilled": 1}), ("items[0].id", REQUIRED))
    assert api.seen(f"/order/{made['id']}") == made
    # One SKU on two lines: one after the other.
    assert counted(fulfilled(api, made, some("A", 3))) == [2, 1, 0]


def test_what_is_missing_is_named(api: Caller) -> None:
    at = f"/order/{api.made('/order', order())['id']}/fulfillment"
    missing = [(name, REQUIRED) for name in ("type", "fulfillmentDate", "packageCount")]
    is_invalid(api.post(f"{at}/all", {}), *missing)
    is_invalid(api.post(at, {}), *missing)
    is_invalid(api.post(at, handover()), ("items", REQUIRED))
    is_invalid(api.post(at, handover(items=[])), ("items", REQUIRED))
    is_invalid(api.post(f"{at}/all", handover(type="Sent")), ("type", NOT_ONE_OF))
    sent = handover(items=[some("CAB", 1)])
    is_invalid(api.post(f"{at}/all", sent), ("items", "invalid additional property"))
    is_invalid(api.post(f"{at}/all", handover(pickedUp={"pickedUpBy": "J"})), ("pickedUp", NOT_ALLOWED))
    picked = handover(type="Picked Up", shipped={"trackingNumbers": []})
    is_invalid(api.post(f"{at}/all", picked), ("shipped", NOT_ALLOWED))
    is_invalid(api.post(f"{at}/all", handover(packageCount=-1)), ("packageCount", "must be >= 0"))
    is_invalid(api.post(f"{at}/all", handover(inventoryLocationId=NIL)), ("inventoryLocationId", LOST))


def test_what_is_not_there_is_told(api: Caller) -> None:
    at = f"/order/{api.made('/order', order())['id']}/fulfillment"
    is_answer(api.delete(f"{at}/{NIL}"), 422, NOT_FOUND)
    for method, path in (("POST", ""), ("POST", "/all"), ("DELETE", f"/{NIL}")):
        body = handover(**({"items": [some("CAB", 1)]} if not path else {})) if method == "POST" else None
        answer = api.request(method, f"/order/{NIL}/fulfillment{path}", json=body)
        assert (answer.status_code, answer.json()["message"]) == (404, "Order does not exist")
    answer = api.delete(f"{at}/x")
    assert answer.json()["errors"] == [{"field": "fulfillmentId", "message": 'must match format "uuid"'}]


def test_nothing_needed_ends_it_too(api: Caller) -> None:
    made = api.made("/order", order())
    sent = handover(type="No Fulfillment Required", sendTransactionEmail=False)
    is_invalid(
        api.post(f"/order/{made['id']}/fulfillment", {**sent, "items": [some("CAB", 1)]}),
        ("items", NOT_ALLOWED),
    )
    done = api.post(f"/order/{made['id']}/fulfillment", sent).json()
    assert (standing(done), counted(done)) == (("No Fulfillment Required", WHEN, "Not Tracked"), [0])
    is_answer(all_of(api, made), 422, marked("No Fulfillment Required"))
    assert standing(taken_back(api, done)) == ("Not Fulfilled", None, "Not Tracked")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"paymentStatus": "Cancelled"}, "Cancelled"),
        ({"fulfillmentStatus": "Fulfilled"}, "Fulfilled"),
        ({"complianceStatus": "Quarantined"}, "Quarantined"),
    ],
)
def test_some_orders_can_not_be_shipped(api: Caller, more: Record, status: str) -> None:
    made = api.made("/order", order(**more))
    is_answer(all_of(api, made), 422, marked(status))
    if status == "Quarantined":
        assert all_of(api, made, type="Picked Up").status_code == 200


# What an import brings with it


@pytest.mark.parametrize(
    ("delivery", "kind", "block"),
    [
        ("Ship", "Shipped", {}),
        ("Pickup", "Picked Up", {}),
        ("Carry Out", "Picked Up", {"pickedUp": {"pickedUpBy": "Carry Out"}}),
    ],
)
def test_imported_quantities_stand_in_one_fulfillment(
    api: Caller, delivery: str, kind: str, block: Record
) -> None:
    more = {"orderDeliveryMethod": delivery, "pickupBy": {"city": "Napa"}}
    made = api.made("/order", order(line(quantity=2, quantityFulfilled=1), line(), **more))
    assert standing(made) == ("Partially Fulfilled", None, "Not Tracked")
    assert made["fulfillments"] == [
        {
            "id": made["fulfillments"][0]["id"],
            "inventoryLocationId": None,
            "type": kind,
            "fulfillmentDate": PAID,
            "packageCount": 1,
            "items": [{"id": made["items"][0]["id"], "quantityFulfilled": 1}],
            **block,
        }
    ]
    assert counted(taken_back(api, made)) == [0, 0]


@pytest.mark.parametrize(
    ("lines", "more", "expected"),
    [
        ([line(quantity=2, quantityFulfilled=2)], {}, ("Fulfilled", PAID, [2])),
        ([line(quantity=2), line()], {"fulfillmentStatus": "Fulfilled"}, ("Fulfilled", PAID, [2, 1])),
        (
            [line(quantityFulfilled=1)],
            {"orderFulfilledDate": WHEN},
            ("Fulfilled", WHEN, [1]),
        ),
        ([line()], {"orderDeliveryMethod": "Carry Out"}, ("Fulfilled", PAID, [1])),
        (
            [line()],
            {"orderDeliveryMethod": "Carry Out", "fulfillmentStatus": "Not Fulfilled"},
            ("Not Fulfilled", None, [0]),
        ),
        ([line(type="Event Ticket")], {}, ("No Fulfillment Required", None, [0])),
        ([line(type="Gift Card", hasShipping=False)], {}, ("No Fulfillment Required", None, [0])),
        ([line(type="Gift Card")], {}, ("Not Fulfilled", None, [0])),
        ([line(hasShipping=False), line(quantityFulfilled=1)], {}, ("Fulfilled", PAID, [0, 1])),
    ],
)
def test_the_status_of_an_import_follows_from_its_lines(
    api: Caller, lines: list[Record], more: Record, expected: tuple[Any, ...]
) -> None:
    made = api.made("/order", order(*lines, **more))
    assert (made["fulfillmentStatus"], made["orderFulfilledDate"], counted(made)) == expected


def test_an_import_hands_over_no_more_than_it_sold(api: Caller) -> None:
    is_invalid(
        api.post("/order", order(line(quantity=2, quantityFulfilled=3))),
        ("items[0].quantityFulfilled", "must be <= 2"),
    )


# Stock


def test_stock_moves_only_where_a_fulfillment_says_and_comes_back(api: Caller) -> None:
    wine = product(api, "CAB", stock=10)
    home = location(api)
    made = api.made("/order", order(line(quantity=4)))
    assert available(api, wine) == 10
    fulfilled(api, made, some("CAB", 1))
    assert available(api, wine) == 10
    done = fulfilled(api, made, some("CAB", 3), inventoryLocationId=home)
    assert available(api, wine) == 7
    assert done["fulfillments"][1]["inventoryLocationId"] == home
    back = taken_back(api, done, 1)
    assert available(api, wine) == 10
    taken_back(api, back)
    assert available(api, wine) == 10


def test_bundles_take_their_components(api: Caller) -> None:
    wine, glass = product(api, "CAB", stock=10), product(api, "GLASS", stock=10)
    parts = [line(sku="CAB", quantity=2), line(sku="GLASS", quantity=1)]
    lines = [line(sku="BOX", type="Bundle", quantity=2, bundleItems=parts), line(sku="CAB")]
    made = api.made("/order", order(*lines))
    done = all_of(api, made, inventoryLocationId=location(api)).json()
    assert (available(api, wine), available(api, glass)) == (5, 8)
    taken_back(api, done)
    assert (available(api, wine), available(api, glass)) == (10, 10)


def test_what_is_not_there_can_not_leave(api: Caller) -> None:
    wine, other = product(api, "CAB", stock=1), product(api, "PINOT", stock=5)
    made = api.made("/order", order(line(sku="PINOT", quantity=2), line(quantity=2)))
    home = location(api)
    is_answer(all_of(api, made, inventoryLocationId=home), 422, refused("Not enough inventory"))
    assert (available(api, wine), available(api, other)) == (1, 5)
    assert api.seen(f"/order/{made['id']}") == made
    product(api, "BACK", stock=0, policy="Back Order")
    late = api.made("/order", order(line(sku="BACK")))
    assert all_of(api, late, inventoryLocationId=home).status_code == 200


def test_the_last_bottle_leaves_once(api: Caller) -> None:
    wine = product(api, "CAB", stock=1)
    home = location(api)
    made = [api.made("/order", order()) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda o: all_of(api, o, inventoryLocationId=home).status_code, made))
    assert sorted(codes) == [200] + [422] * 5
    assert available(api, wine) == 0


def test_the_last_unit_of_a_line_is_handed_over_once(api: Caller) -> None:
    made = api.made("/order", order(line(), line(sku="B")))
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda _: fulfill(api, made, some("CAB", 1)).status_code, range(6)))
    assert sorted(codes) == [200] + [422] * 5
    assert counted(api.seen(f"/order/{made['id']}")) == [1, 0]


def test_an_upsert_gives_back_what_the_fulfillments_that_go_had_taken(api: Caller) -> None:
    wine = product(api, "CAB", stock=5)
    sent = order(orderNumber=5, externalOrderNumber="A")
    made = api.changed("/order/upsert", sent)
    all_of(api, made, inventoryLocationId=location(api))
    assert available(api, wine) == 4
    api.changed("/order/upsert", sent)
    assert available(api, wine) == 5
