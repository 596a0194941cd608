"""Whatever happens to an order: it balances, hands over what it sold, and its stock is accounted for."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand import ids
from tests.callers import Caller, House
from tests.wire.shop import Record, available, handover, line, location, order, product

SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STOCK = 20
_numbers = itertools.count(1)
SKUS = ("RED", "WHITE")


@dataclass(frozen=True)
class Shop:
    api: Caller
    home: str
    wines: dict[str, Record]


@pytest.fixture(scope="module")
def shop(house: House) -> Shop:
    api = house.open().app()
    wines = {sku: product(api, sku, stock=STOCK) for sku in SKUS}
    return Shop(api, location(api), wines)


@dataclass
class Course:
    """One order under one old number, and what each of its fulfillments took."""

    shop: Shop
    number: str
    now: Record | None = None
    taken: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])

    def imports(self, sent: Record) -> None:
        number = self.now["orderNumber"] if self.now else next(_numbers)
        body = {**sent, "externalOrderNumber": self.number, "orderNumber": number}
        self.now = self.shop.api.changed("/order/upsert", body)
        self.taken = {}

    def fulfills(self, wanted: list[tuple[int, int]], *, moves: bool) -> None:
        if self.now is None:
            return
        items = [
            {"id": self.now["items"][place % len(self.now["items"])]["id"], "quantityFulfilled": quantity}
            for place, quantity in wanted
        ]
        more = {"inventoryLocationId": self.shop.home} if moves else {}
        path = "" if items else "/all"
        body = handover(**({"items": items} if items else {}), **more)
        self._answered(self.shop.api.post(f"/order/{self.now['id']}/fulfillment{path}", body), moves=moves)

    def takes_back(self, place: int) -> None:
        if self.now is None or not self.now["fulfillments"]:
            return
        gone = self.now["fulfillments"][place % len(self.now["fulfillments"])]["id"]
        self._answered(self.shop.api.delete(f"/order/{self.now['id']}/fulfillment/{gone}"), moves=False)
        self.taken.pop(gone, None)

    def _answered(self, answer: Any, *, moves: bool) -> None:
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 200:
            self.now = answer.json()
            if moves:
                made = answer.json()["fulfillments"][-1]
                self.taken[made["id"]] = units(answer.json(), made)


def units(made: Record, fulfillment: Record) -> dict[str, int]:
    """Bottles of each SKU in a fulfillment, counted the long way."""
    found: dict[str, int] = dict.fromkeys(SKUS, 0)
    for each in fulfillment["items"]:
        (item,) = (item for item in made["items"] if item["id"] == each["id"])
        for sku in SKUS:
            inside = sum(part["quantity"] for part in item["bundleItems"] or () if part["sku"] == sku)
            per_unit = inside if item["bundleItems"] else int(item["sku"] == sku)
            found[sku] += per_unit * each["quantityFulfilled"]
    return found


Step = Callable[[Course], None]
BOX = {"sku": "BOX", "type": "Bundle", "bundleItems": [line(sku="RED", quantity=2), line(sku="WHITE")]}
kinds = st.sampled_from([{"sku": "RED"}, {"sku": "WHITE"}, BOX, {"sku": "TICKET", "type": "Event Ticket"}])
amounts = st.integers(0, 5000)


@st.composite
def imports(draw: st.DrawFn) -> Step:
    lines: list[Record] = []
    for kind in draw(st.lists(kinds, min_size=1, max_size=4)):
        quantity = draw(st.integers(1, 4))
        given = draw(st.sampled_from([None, 0, quantity // 2, quantity]))
        told = {} if given is None else {"quantityFulfilled": given}
        lines.append(line(price=draw(amounts), quantity=quantity, **kind, **told))
    parts = {name: draw(amounts) for name in ("shipTotal", "taxTotal", "dutyTotal", "tipTotal")}
    delivery = draw(st.sampled_from(["Ship", "Carry Out"]))
    sent = order(*lines, **parts, orderDeliveryMethod=delivery)
    return lambda course: course.imports(sent)


wanted = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=3)
steps = st.one_of(
    imports(),
    st.builds(lambda items, moves: lambda c: c.fulfills(items, moves=moves), wanted, st.booleans()),
    st.builds(lambda items, moves: lambda c: c.fulfills(items, moves=moves), wanted, st.booleans()),
    st.integers(0, 5).map(lambda place: lambda course: course.takes_back(place)),
)


def agrees(course: Course) -> None:
    made = course.now
    if made is None:
        return
    assert made == course.shop.api.seen(f"/order/{made['id']}")
    parts = ("subTotal", "shipTotal", "taxTotal", "dutyTotal", "bottleDepositTotal")
    assert made["total"] == sum(made[part] for part in parts)
    assert made["totalAfterTip"] == made["total"] + made["tipTotal"]
    assert made["subTotal"] == sum(item["price"] * item["quantity"] for item in made["items"])
    for item in made["items"]:
        handed = [
            each["quantityFulfilled"]
            for fulfillment in made["fulfillments"]
            for each in fulfillment["items"]
            if each["id"] == item["id"]
        ]
        assert item["quantityFulfilled"] == sum(handed) <= item["quantity"]
    needed = [item for item in made["items"] if item["type"] != "Event Ticket"]
    whole = all(item["quantityFulfilled"] == item["quantity"] for item in needed)
    some = any(item["quantityFulfilled"] for item in made["items"])
    status = "Fulfilled" if whole else "Partially Fulfilled" if some else "Not Fulfilled"
    assert made["fulfillmentStatus"] == (status if needed else "No Fulfillment Required")
    for sku, wine in course.shop.wines.items():
        gone = sum(taken[sku] for taken in course.taken.values())
        assert available(course.shop.api, wine) == STOCK - gone >= 0


@SOME
@given(st.lists(steps, min_size=2, max_size=8))
def test_an_order_stays_true_to_itself(shop: Shop, happened: list[Step]) -> None:
    course = Course(shop, ids.new_id())
    for step in happened:
        step(course)
        agrees(course)
    while course.now is not None and course.now["fulfillments"]:
        course.takes_back(0)
    for wine in shop.wines.values():
        assert available(shop.api, wine) == STOCK
