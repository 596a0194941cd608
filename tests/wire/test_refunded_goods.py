"""Goods of a refund lie where they came from, and are given back once (domain REF-6, INV-2, INV-4)."""

from cellarhand.ids import new_id
from tests.callers import Caller, Site
from tests.catalogue import is_answer, refused
from tests.verifying import differences
from tests.wire.shop import Record, available, handover, line, location, order, product
from tests.wire.test_bulk_orders import bulk
from tests.wire.test_refunds import back, refunded, sale

BARN = {"title": "Barn", "address": "1 Vine Road", "city": "Napa", "stateCode": "CA", "zipCode": "94558"}
KEPT = "Can not delete a fulfillment of items that were refunded"


def counts(api: Caller, wine: Record) -> dict[str, int]:
    rows = api.seen(f"/inventory?productId={wine['id']}")["inventories"]
    return {row["inventoryLocationId"]: row["availableForSaleCount"] for row in rows}


def fulfilled(api: Caller, sold: Record, quantity: int, at: str) -> Record:
    items = [{"id": sold["items"][0]["id"], "quantityFulfilled": quantity}]
    answer = api.post(f"/order/{sold['id']}/fulfillment", handover(items=items, inventoryLocationId=at))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_they_go_back_to_where_they_were_taken_from_what_left_last_first(api: Caller, site: Site) -> None:
    wine, home = product(api, "CAB", stock=10), location(api)
    barn = api.made("/inventory-location", {**BARN, "countryCode": "US"})["id"]
    api.made(
        "/inventory-transaction",
        {"action": "Adjust", "sku": "CAB", "inventoryLocationId": barn, "availableForSaleCount": 5},
    )
    sold = sale(api, line(quantity=3))
    fulfilled(api, sold, 2, home)
    fulfilled(api, sold, 1, barn)
    assert counts(api, wine) == {home: 8, barn: 4}
    refunded(api, sold, back(sold, 2, isReturnToInventory=True), of=2500)
    assert counts(api, wine) == {home: 9, barn: 5}
    refunded(api, sold, back(sold, isReturnToInventory=True))
    assert counts(api, wine) == {home: 10, barn: 5}
    assert differences(site) == []


def test_a_fulfillment_of_refunded_items_stays(api: Caller) -> None:
    wine, home = product(api, "CAB", stock=10), location(api)
    sold = sale(api, line(quantity=2), line(sku="OTHER"))
    gone = fulfilled(api, sold, 2, home)["fulfillments"][0]["id"]
    refunded(api, sold, back(sold, isReturnToInventory=True))
    is_answer(api.delete(f"/order/{sold['id']}/fulfillment/{gone}"), 422, refused(KEPT))
    assert available(api, wine) == 9
    # Items that nobody paid back can still be taken back.
    other = [{"id": sold["items"][1]["id"], "quantityFulfilled": 1}]
    done = api.post(f"/order/{sold['id']}/fulfillment", handover(items=other)).json()
    last = done["fulfillments"][-1]["id"]
    assert api.delete(f"/order/{sold['id']}/fulfillment/{last}").status_code == 200


def test_what_need_not_be_handed_over_any_more_stays_so(api: Caller) -> None:
    product(api, "CAB", stock=10)
    sold = sale(api, line(quantity=2))
    refunded(api, sold, back(sold, 2, isReturnToInventory=True), of=2500)
    [waiver] = api.seen(f"/order/{sold['id']}")["fulfillments"]
    is_answer(api.delete(f"/order/{sold['id']}/fulfillment/{waiver['id']}"), 422, refused(KEPT))


def test_an_upsert_gives_nothing_back_that_a_refund_has_put_back(api: Caller, site: Site) -> None:
    wine, home = product(api, "CAB", stock=10), location(api)
    sent = order(line(quantity=2), orderNumber=5, externalOrderNumber="A")
    sold = api.changed("/order/upsert", sent)
    fulfilled(api, sold, 2, home)
    refunded(api, sold, back(sold, isReturnToInventory=True))
    assert available(api, wine) == 9
    api.changed("/order/upsert", sent)
    assert available(api, wine) == 10
    assert differences(site) == []


def test_an_import_tells_of_no_more_handed_over_than_was_sold(site: Site) -> None:
    item = new_id()

    def told(*quantities: int) -> Record:
        """An order of two as another server showed it, in so many parts."""
        part = {"type": "Picked Up", "fulfillmentDate": "2024-05-01T00:00:00.000Z", "packageCount": 1}
        parts = [{**part, "items": [{"id": item, "quantityFulfilled": each}]} for each in quantities]
        return {**order({**line(quantity=2), "id": item}), "fulfillments": parts}

    found = bulk(site.person("Data"), [told(5), told(-3), told(1, 2), told(1, 1)])
    assert [
        [(each["field"], each["message"]) for each in line.get("error", {"errors": []})["errors"]]
        for line in found
    ] == [
        [("fulfillments[0].items[0].quantityFulfilled", "must be <= 2")],
        [("fulfillments[0].items[0].quantityFulfilled", "must be >= 0")],
        [("fulfillments[1].items[0].quantityFulfilled", "must be <= 2")],
        [],
    ]
