"""Orders imported many at a time: what follows from them follows as from single creates, once a chunk."""

import json
import uuid
from collections.abc import Iterable

import pytest

from tests.callers import NIL, Caller, Site
from tests.wire.shop import Record, customer, line, order, product

pytestmark = pytest.mark.usefixtures("heard")

TYPE = {"content-type": "application/x-ndjson"}


@pytest.fixture
def data(site: Site) -> Caller:
    return site.person("Data")


def bulk(caller: Caller, lines: Iterable[Record], options: str = "") -> list[Record]:
    content = b"".join(json.dumps(each).encode() + b"\n" for each in lines)
    answer = caller.post(f"/bulk/order{options}", content=content, headers=TYPE)
    assert answer.status_code == 200
    return [json.loads(each) for each in answer.content.splitlines()[:-1]]


def history(customer_id: str, first_number: int) -> list[Record]:
    """A year's orders, a refund of the first, one that is refused, and one without a number."""
    ids = [str(uuid.uuid4()) for _ in range(4)]
    days = [f"2023-0{month}-15T12:00:00.000Z" for month in (3, 1, 2)]
    bought = [
        order(id=id, customerId=customer_id, orderNumber=first_number + place, orderSubmittedDate=day)
        | {"orderPaidDate": day}
        for place, (id, day) in enumerate(zip(ids, days, strict=False))
    ]
    back = order(id=ids[3], customerId=customer_id, orderNumber=first_number + 3)
    back |= {"purchaseType": "Refund", "previousOrderId": ids[0]}
    wrong = order(customerId=customer_id, items=[line(productId=NIL)])
    return [*bought, back, wrong, order(customerId=customer_id)]


def plain(record: Record) -> Record:
    """What two customers with the same history share."""
    information = {**record["orderInformation"], "lastOrderId": None}
    products = [{**each, "product": {**each["product"]}} for each in record["products"]]
    return {"orderInformation": information, "products": products}


def test_a_customer_shows_the_same_as_after_single_creates(data: Caller) -> None:
    one, other = customer(data)["id"], customer(data, "joe@example.com")["id"]
    for body in history(one, 5000):
        data.post("/order", body)
    results = bulk(data, history(other, 6000))
    assert [each["result"] for each in results] == [*["created"] * 4, "refused", "created"]
    assert plain(data.seen(f"/customer/{one}")) == plain(data.seen(f"/customer/{other}"))
    types = [
        {
            each["orderNumber"] % 1000: each["customerType"]
            for each in found["orders"]
            if each["orderNumber"] > 4000
        }
        for found in (data.seen(f"/order?customerId={id}") for id in (one, other))
    ]
    assert types[0] == types[1]


def test_its_events_tell_of_each_order_and_once_of_the_customer(site: Site, data: Caller) -> None:
    buyer = customer(data)["id"]
    before = len(site.events())
    lines = history(buyer, 7000)
    bulk(data, lines)
    events = site.events()[before:]
    first, last = lines[0]["id"], lines[3]["id"]
    # What happens to one record is told in its order; the customer comes once all its orders are there.
    assert [each.action for each in events if each.object_id == first] == ["Create", "Update"]
    assert [each.action for each in events if each.object_id == buyer] == ["Update"]
    shown = data.seen(f"/customer/{buyer}")["orderInformation"]
    assert all(
        each.payload["customer"]["orderInformation"] == shown for each in events if each.object == "Order"
    )
    assert {each.object_id for each in events if each.action == "Create"} >= {first, last}


def test_in_chunks_of_one_each_order_stands_alone(site: Site, data: Caller) -> None:
    buyer = customer(data)["id"]
    before = len(site.events())
    bulk(data, history(buyer, 8000), "?chunk=1")
    updates = [each for each in site.events()[before:] if each.object == "Customer"]
    assert len(updates) == 5


def test_a_chunk_that_is_undone_leaves_customer_and_events_as_they_were(site: Site, data: Caller) -> None:
    buyer = customer(data)["id"]
    before, shown = len(site.events()), data.seen(f"/customer/{buyer}")
    results = bulk(data, history(buyer, 9000), "?atomic=chunk")
    assert {each["result"] for each in results} == {"refused"}
    assert (len(site.events()), data.seen(f"/customer/{buyer}")) == (before, shown)


BROUGHT = {"customerType": "Club Member", "shippingStatus": "Delivered"}


def test_what_only_history_knows_comes_by_import_alone(data: Caller) -> None:
    """The single create stays the platform's own: there these members are computed, and refused."""
    refused = data.post("/order", order(**BROUGHT))
    assert refused.status_code == 422
    assert {each["field"] for each in refused.json()["errors"]} == set(BROUGHT)
    [answer] = bulk(data, [order(**BROUGHT)])
    made = data.seen(f"/order/{answer['id']}")
    assert {name: made[name] for name in BROUGHT} == BROUGHT


def test_an_order_whose_amounts_do_not_add_up_is_told_by_how_much(data: Caller) -> None:
    body = order(customerId=customer(data)["id"], taxTotal=163)
    [total] = bulk(data, [{**body, "total": body["total"] + 100, "totalAfterTip": body["total"] + 99}])
    subtotal, right = body["subTotal"], body["subTotal"] + 163
    of = f"(subTotal {subtotal} + taxTotal 163)"
    assert [each["field"] for each in total["error"]["errors"]] == ["total", "totalAfterTip"]
    told = [each["message"] for each in total["error"]["errors"]]
    said = "must equal the sum of its parts"
    assert told[0] == f"{said}: {right + 100} is 100 cents more than {right} {of}"
    assert told[1].startswith(f"{said}: {right + 99} is 1 cents less than {right + 100} (total ")


def test_history_leaves_the_dates_of_what_it_changes_beside_itself(data: Caller) -> None:
    there = customer(data)
    lines = history(there["id"], 5000)
    results = bulk(data, lines, "?dates=keep")
    assert [each["result"] for each in results] == [*["created"] * 4, "refused", "created"]
    shown = data.seen(f"/customer/{there['id']}")
    assert (shown["orderInformation"]["orderCount"], shown["updatedAt"]) == (4, there["updatedAt"])
    before = data.seen(f"/order/{lines[0]['id']}")
    assert [each["orderId"] for each in before["linkedOrders"]] == [lines[3]["id"]]
    assert before["updatedAt"] == before["createdAt"]
    bulk(data, [order(customerId=there["id"])])
    assert data.seen(f"/customer/{there['id']}")["updatedAt"] > there["updatedAt"]


def test_what_the_server_found_out_says_nothing_against_a_line_that_comes_again(data: Caller) -> None:
    """A line of an order names a SKU; the order shows the product and the variant as well."""
    made = product(data, "CAB")
    sent = order(id=str(uuid.uuid4()), customerId=customer(data)["id"])
    assert [each["result"] for each in bulk(data, [sent, sent])] == ["created", "unchanged"]
    assert data.seen(f"/order/{sent['id']}")["items"][0]["productId"] == made["id"]
    other = {**sent, "items": [line(sku="OTHER")]}
    assert [each["result"] for each in bulk(data, [sent, other])] == ["unchanged", "refused"]


def test_of_many_lines_the_newest_are_shown_with_their_wine_in_whatever_order_they_come(data: Caller) -> None:
    """A customer shows 50 lines; what its newest ones are of may come last."""
    wine = {"type": "Red", "varietal": "Syrah"}
    variants = [{"title": "750ml", "sku": "SYR", "price": 1250}]
    data.made("/product", {"type": "Wine", "title": "Syrah", "wine": wine, "variants": variants})
    buyer = customer(data)["id"]
    days = [f"2023-{month:02}-{day:02}T12:00:00.000Z" for month in (1, 2) for day in range(1, 29)]
    sent = [order(customerId=buyer, orderSubmittedDate=day, orderPaidDate=day) for day in days[:-1]]
    newest = order(line(sku="SYR"), customerId=buyer, orderSubmittedDate=days[-1], orderPaidDate=days[-1])
    bulk(data, [*sent, newest])
    shown = data.seen(f"/customer/{buyer}")["products"]
    assert [each["purchaseDate"] for each in shown] == days[:5:-1]
    assert shown[0]["product"]["wineProperties"]["varietal"] == "Syrah"
