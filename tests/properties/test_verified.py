"""After any sequence of calls everything derived is what recomputing gives: `db verify` finds nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.customers.merge import merge
from cellarhand.ids import new_id
from cellarhand.record.actor import Actor
from cellarhand.tags.back_population import populate_tenant
from cellarhand.tags.rules import SUBJECTS
from tests.callers import Caller, House, Site
from tests.verifying import differences
from tests.wire.dynamic import rule
from tests.wire.members import ADDRESS, CARD
from tests.wire.orders import line, order, put

SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Record = dict[str, Any]
PAID = 1_772_000_000_000


@dataclass
class Winery:
    """What there is, so that steps can pick from it; they pick by number, from what there is then."""

    site: Site
    api: Caller
    data: Caller
    there: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    orders: list[Record] = field(default_factory=list[Record])

    def pick(self, kind: str, number: int) -> str | None:
        known = self.there.get(kind, [])
        return known[number % len(known)] if known else None

    def post(self, kind: str, path: str, body: Record) -> None:
        """Create; what the rules refuse changes nothing."""
        answer = self.api.post(path, body)
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201 and "id" in answer.json():
            self.there.setdefault(kind, []).append(answer.json()["id"])

    def change(self, path: str, body: Record) -> None:
        assert self.api.put(path, body).status_code in (200, 404, 422)

    def drop(self, kind: str, path: str, id: str) -> None:
        answer = self.api.delete(f"{path}/{id}")
        assert answer.status_code in (204, 404, 422), answer.text
        if answer.status_code == 204:
            self.there[kind].remove(id)

    def any(self, kind: str, number: int) -> str:
        """One of them, or an id that nothing has."""
        return self.pick(kind, number) or new_id()


Step = Callable[[Winery], None]
numbers = st.integers(0, 5)
words = st.sampled_from(["Ann", "Éva", "Bo Lee", "O'Neil", "Smith", "van der Berg"])
amounts = st.integers(-3, 20)


def customer(number: int, word: str) -> Step:
    def step(winery: Winery) -> None:
        emails = [{"email": f"{number}@example.com"}]
        tags = [{"id": tag}] if (tag := winery.pick("tag", number)) else []
        winery.post("customer", "/customer", {"emails": emails, "lastName": word, "tags": tags})

    return step


def rename(number: int, word: str) -> Step:
    def step(winery: Winery) -> None:
        winery.change(f"/customer/{winery.any('customer', number)}", {"lastName": word})
        winery.change(f"/tag/customer/{winery.any('tag', number)}", {"title": word})
        winery.change(f"/club/{winery.any('club', number)}", {"title": word})
        winery.change(f"/department/{winery.any('department', number)}", {"title": word, "code": word})
        winery.change(f"/collection/{winery.any('collection', number)}", {"title": word})
        winery.change(f"/product/{winery.any('product', number)}", {"title": word})

    return step


def tag(number: int, word: str) -> Step:
    def step(winery: Winery) -> None:
        if number == 0 and (known := winery.pick("tag", number)):
            winery.drop("tag", "/tag/customer", known)
        winery.post("tag", "/tag/customer", {"title": word, "type": "Manual"})

    return step


def follow(number: int, condition: tuple[str, str, str], around: bool) -> Step:
    """A dynamic tag for customers or orders, new or changed; now and then it comes round."""

    def step(winery: Winery) -> None:
        of = "order" if condition[0] in SUBJECTS["Order"] else "customer"
        body = rule(condition)
        if number % 2 and (known := winery.pick(f"dynamic {of}", number)):
            winery.change(f"/tag/{of}/{known}", {"conditions": body["conditions"]})
        else:
            winery.post(f"dynamic {of}", f"/tag/{of}", body)
        if around:
            site = winery.site
            site.server.run(populate_tenant(site.server.store, site.tenant_id, "https://api.example"))

    return step


def attach(number: int, other: int) -> Step:
    def step(winery: Winery) -> None:
        body = {"objectId": winery.any("customer", number), "tagId": winery.any("tag", other)}
        winery.api.post("/tag-x-object/customer", body)
        if other == 0:
            winery.change(f"/customer/{winery.any('customer', number)}", {"tags": []})

    return step


def address(number: int, word: str) -> Step:
    def step(winery: Winery) -> None:
        at = f"/customer/{winery.any('customer', number)}"
        body = {**ADDRESS, "company": word, "isDefault": number % 2 == 0}
        for path, sent in ((f"{at}/address", body), (f"{at}/credit-card", CARD)):
            answer = winery.api.post(path, sent)
            if answer.status_code == 201:
                winery.there.setdefault(path, []).append(answer.json()["id"])
        if number == 0 and (known := winery.pick(f"{at}/address", number)):
            winery.drop(f"{at}/address", f"{at}/address", known)

    return step


def leave(number: int) -> Step:
    def step(winery: Winery) -> None:
        if known := winery.pick("customer", number):
            winery.drop("customer", "/customer", known)

    return step


def join(number: int, other: int, held: bool) -> Step:
    def step(winery: Winery) -> None:
        winery.post("club", "/club", {"title": f"Club {number}", "type": "Traditional"})
        hold = {"startDate": clock.to_wire(PAID), "endDate": None, "holdReason": "Other"}
        id = winery.any("customer", number)
        if winery.pick(f"/customer/{id}/address", other) is None:
            address(number, "Acme")(winery)
        body = {
            "customerId": id,
            "clubId": winery.any("club", other),
            "orderDeliveryMethod": "Ship",
            "shipToCustomerAddressId": winery.pick(f"/customer/{id}/address", other),
            "onHolds": [hold] if held else [],
        }
        winery.post("membership", "/club-membership", body)
        if other == 0:
            ended = {"cancelDate": clock.to_wire(clock.now()), "cancellationReason": "Other"}
            winery.change(f"/club-membership/{winery.any('membership', number)}", ended)
            winery.drop("club", "/club", winery.any("club", number)) if winery.pick("club", 0) else None

    return step


def product(number: int, word: str) -> Step:
    def step(winery: Winery) -> None:
        winery.post("department", "/department", {"title": word, "code": f"D{number}"})
        winery.post("collection", "/collection", {"title": word, "type": "Manual", "webStatus": "Available"})
        rule = {"appliesTo": "Varietal", "condition": "is equal to", "value": word}
        ruled = {"title": f"All {word}", "type": "Dynamic", "webStatus": "Available"}
        some = {"appliesToCondition": "All conditions", "conditions": [rule]}
        winery.post("collection", "/collection", ruled | some)
        chosen = winery.pick("collection", number)
        body = {
            "title": word,
            "type": "Wine",
            "webStatus": "Available",
            "adminStatus": "Available",
            "departmentId": winery.pick("department", number),
            "collections": [{"id": chosen}] if chosen else [],
            "wine": {"varietal": word},
            "variants": [{"title": "Bottle", "sku": f"SKU-{number}", "price": 1000}],
        }
        winery.post("product", "/product", body)
        winery.change(f"/product/{winery.any('product', number)}", {"wine": {"varietal": word[::-1]}})

    return step


def forget(number: int) -> Step:
    def step(winery: Winery) -> None:
        for kind in ("department", "collection"):
            if known := winery.pick(kind, number):
                winery.drop(kind, f"/{kind}", known)

    return step


def stock(number: int, amount: int) -> Step:
    def step(winery: Winery) -> None:
        location = winery.api.seen("/inventory-location")["inventoryLocations"][0]["id"]
        first = [{"inventoryLocationId": location, "availableForSale": 5}]
        winery.api.post("/inventory", {"sku": f"SKU-{number}", "initialInventory": first})
        moved = {"action": "Adjust", "sku": f"SKU-{number}", "inventoryLocationId": location}
        winery.api.post("/inventory-transaction", {**moved, "availableForSaleCount": amount})
        if amount == 7:
            place = {"title": f"Shed {amount}", "address": "1 Way", "city": "Blenheim", "countryCode": "NZ"}
            winery.post("location", "/inventory-location", {**place, "isAPickupLocation": True})

    return step


def buy(number: int, days: int, lines: int, members: Record) -> Step:
    def step(winery: Winery) -> None:
        wine = winery.pick("product", number)
        items = [line(productId=wine, quantity=1 + place) for place in range(lines)]
        made = order(winery.pick("customer", number), PAID + days * clock.DAY_MS, items, **members)
        winery.orders.append(put(winery.site, made))

    return step


def redo(number: int, members: Record) -> Step:
    def step(winery: Winery) -> None:
        if winery.orders:
            place = number % len(winery.orders)
            winery.orders[place] = put(winery.site, {**winery.orders[place], **members})

    return step


def import_of(winery: Winery, number: int, other: int, days: int, members: Record) -> Record:
    """An order of another system, perhaps a refund of the one before."""
    price, quantity = 500 + 100 * other, -1 if members.get("purchaseType") == "Refund" else 1 + number
    item = {"productTitle": "Wine", "type": "Wine", "sku": f"SKU-{other}", "price": price}
    moment = clock.to_wire(PAID + days * clock.DAY_MS)
    body = {
        "orderSubmittedDate": moment,
        "orderPaidDate": moment,
        "channel": "Inbound",
        "orderDeliveryMethod": "Ship",
        "customerId": winery.pick("customer", other),
        **dict.fromkeys(("subTotal", "total"), price * quantity),
        **dict.fromkeys(("shipTotal", "taxTotal"), 0),
        "items": [{**item, "quantity": quantity}],
        **members,
    }
    return body | ({"previousOrderId": winery.any("order", number)} if "purchaseType" in members else {})


def imported(number: int, other: int, days: int, members: Record) -> Step:
    """One that is sent for the first time or again."""

    def step(winery: Winery) -> None:
        body = import_of(winery, number, other, days, members)
        if number % 2:
            winery.post("order", "/order", body)
            return
        numbered = {"orderNumber": 50 + number, "externalOrderNumber": f"old {number}"}
        answer = winery.api.put("/order/upsert", body | numbered)
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 200 and answer.json()["id"] not in winery.there.get("order", []):
            winery.there.setdefault("order", []).append(answer.json()["id"])

    return step


def imported_together(number: int, days: list[int], members: Record) -> Step:
    """Many in one call, several of each customer."""

    def step(winery: Winery) -> None:
        bodies = [import_of(winery, number, place % 2, day, members) for place, day in enumerate(days)]
        content = b"".join(json.dumps(body).encode() + b"\n" for body in bodies)
        headers = {"content-type": "application/x-ndjson"}
        answer = winery.data.post("/bulk/order?chunk=4", content=content, headers=headers)
        results = [json.loads(each) for each in answer.content.splitlines()[:-1]]
        made = [each["id"] for each in results if each["result"] == "created"]
        winery.there.setdefault("order", []).extend(made)

    return step


def hand_over(number: int, whole: bool) -> Step:
    def step(winery: Winery) -> None:
        at = f"/order/{winery.any('order', number)}/fulfillment"
        body = {"type": "Shipped", "fulfillmentDate": clock.to_wire(PAID), "packageCount": 1}
        part = {"items": [{"sku": f"SKU-{number}", "quantityFulfilled": 1}]}
        answer = winery.api.post(f"{at}/all", body) if whole else winery.api.post(at, body | part)
        assert answer.status_code in (200, 404, 422), answer.text
        if answer.status_code == 200 and number == 0:
            winery.api.delete(f"{at}/{answer.json()['fulfillments'][-1]['id']}")

    return step


def unite(number: int, other: int) -> Step:
    """Merge one customer, or two, into another; what the rules refuse changes nothing."""

    def step(winery: Winery) -> None:
        site, known = winery.site, winery.there.get("customer", [])
        master, others = winery.pick("customer", number), {winery.pick("customer", other)}
        others |= {winery.pick("customer", 0)} if number % 2 else set()
        duplicates = sorted({each for each in others if each is not None and each != master})
        if master is None or not duplicates:
            return
        actor = Actor("system", site.tenant_id, site.slug)
        site.server.run(merge(site.server.store, actor, master, duplicates))
        for each in duplicates:
            known.remove(each)
            for path in ("address", "credit-card"):
                moved = winery.there.pop(f"/customer/{each}/{path}", [])
                winery.there.setdefault(f"/customer/{master}/{path}", []).extend(moved)

    return step


def _worth(winery: Winery) -> tuple[int, int, int]:
    """What all customers are worth together, how often they bought, and how many addresses they have."""
    seen = winery.api.seen("/customer?limit=50")["customers"]
    told = [each["orderInformation"] for each in seen]
    addresses = winery.api.seen("/customer-address")["total"]
    return sum(each["lifetimeValue"] for each in told), sum(each["orderCount"] for each in told), addresses


def withdraw(number: int) -> Step:
    def step(winery: Winery) -> None:
        if known := winery.pick("product", number):
            winery.drop("product", "/product", known)

    return step


kinds = st.sampled_from(
    [
        {},
        {"purchaseType": "Refund"},
        {"paymentStatus": "Authorized", "orderPaidDate": None},
        {"orderDeliveryMethod": "Pickup", "fulfillmentStatus": "Not Fulfilled"},
        {"channel": "Web"},
    ]
)
conditions = st.sampled_from(
    [
        ("Order Count", "is greater than", "0"),
        ("Lifetime Value", "is less than", "1500"),
        ("Sku Purchased", "is equal to", "sku-1"),
        ("Order Total", "is greater than", "1000"),
        ("Channel", "is equal to", "web"),
    ]
)
steps = st.one_of(
    st.builds(customer, numbers, words),
    st.builds(rename, numbers, words),
    st.builds(tag, numbers, words),
    st.builds(follow, numbers, conditions, st.booleans()),
    st.builds(attach, numbers, numbers),
    st.builds(address, numbers, words),
    st.builds(leave, numbers),
    st.builds(join, numbers, numbers, st.booleans()),
    st.builds(product, numbers, words),
    st.builds(forget, numbers),
    st.builds(stock, numbers, amounts),
    st.builds(buy, numbers, st.integers(0, 900), st.sampled_from([1, 1, 12, 30]), kinds),
    st.builds(redo, numbers, kinds),
    st.builds(imported, numbers, numbers, st.integers(0, 900), kinds),
    st.builds(imported, numbers, numbers, st.integers(0, 900), kinds),
    st.builds(imported_together, numbers, st.lists(st.integers(0, 900), min_size=1, max_size=6), kinds),
    st.builds(hand_over, numbers, st.booleans()),
    st.builds(withdraw, numbers),
    st.builds(unite, numbers, numbers),
)


@SOME
@given(st.lists(steps, min_size=5, max_size=25))
def test_nothing_differs_after_any_sequence_of_calls(house: House, course: list[Step]) -> None:
    site = house.open()
    winery = Winery(site, site.app(), site.person("Data"))
    for number in range(3):
        customer(number, "Ann")(winery)
        product(number, "Bo Lee")(winery)
    for step in course:
        step(winery)
    assert differences(site) == []
    worth = _worth(winery)
    for number in range(3):
        unite(number, number + 1)(winery)
    assert differences(site) == []
    assert _worth(winery) == worth
