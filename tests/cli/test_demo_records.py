"""The demo's rows are exactly those that the API makes: each record is sent again, to a tenant of its own."""

import asyncio
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from cellarhand import clock, ids
from cellarhand.accounts.people import create_account
from cellarhand.accounts.tenants import Tenant, create_tenant
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.course import SPAN
from cellarhand.config import Settings
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.note import NOTE
from cellarhand.demo import words
from cellarhand.demo.calendar import Calendar
from cellarhand.demo.dice import Dice
from cellarhand.demo.filling import buying
from cellarhand.demo.members import Members
from cellarhand.demo.people import FOUNDED, LAST_DAY, LAST_MOMENT, Household, People, Staff, millis
from cellarhand.demo.rows import Known, write_households
from cellarhand.demo.sales import Sales
from cellarhand.demo.shop import Shop, open_shop
from cellarhand.http.app import Server
from cellarhand.orders.links import ORDER_PRODUCT
from cellarhand.orders.order import ORDER
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Resource
from cellarhand.store import migrate
from cellarhand.store.engine import Store
from cellarhand.store.tables import COUNTER, SEARCH_TERM, UNIQUE_KEY, Table
from cellarhand.tags.attached import TAG_X_OBJECT
from tests.servers import sqlite_url

SEEN, ORDERS = 60, 190
EMAIL, PASSWORD = "dana@winery.example", "a password of twelve"
HEADERS = {"tenant": "winery"}


class Replay:
    """A fresh tenant, and a client with role Data whose clock is set by the test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "cellarhand.db"
        # The tenant that everything was sent to, and the one that the demo wrote to.
        self.sent = self.written = 0
        self.server = Server(Settings(sqlite_url(folder), rate_limit=0, access_log="off", metrics="off"))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.server),
            base_url="http://test",
            auth=(EMAIL, PASSWORD),
            headers=HEADERS,
        )

    @property
    def store(self) -> Store:
        return self.server.store

    async def send(self, method: str, path: str, body: Any, at: str) -> Any:
        moment = clock.from_wire(at)
        assert moment is not None
        with clock.frozen(moment):
            answer = await self.client.request(method, f"/v1{path}", json=body)
        assert answer.status_code in (200, 201), (path, body, answer.text)
        return answer.json()

    def both(self, table: Table, *but: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The rows of a table as the API made them and as the demo did, without the columns of `but`."""
        names = ", ".join(column.name for column in table.columns if column.name not in but)
        with sqlite3.connect(self.path) as connection:
            sent, written = (
                connection.execute(f"SELECT {names} FROM {table.name} WHERE tenant_id = ?", (id,)).fetchall()
                for id in (self.sent, self.written)
            )
        connection.close()
        return sorted(sent), sorted(written)


async def _make(folder: Path) -> Replay:
    """Draw customers, send them all through the API, and have the demo write them into another tenant."""
    replay = Replay(folder)
    await migrate.upgrade(sqlite_url(folder))
    await replay.store.open()
    try:
        with clock.frozen(millis(FOUNDED)):
            tenant, shop = await _found(replay.store, "winery")
            other, _ = await _found(replay.store, "demo")
            staff_id = await create_account(
                replay.store,
                "winery",
                EMAIL,
                "Data",
                password=PASSWORD,
                first_name="Dana",
                last_name="Merritt",
            )
        founded = clock.to_wire(millis(FOUNDED))
        tags: dict[str, Any] = {}
        titles = [("customer", title) for title, _ in words.TAGS] + [("order", t) for t in words.ORDER_TAGS]
        for object_type, title in titles:
            body = {"title": title, "type": "Manual"}
            tag = await replay.send("POST", f"/tag/{object_type}", body, founded)
            tag.pop("conditions")
            tags[tag["id"]] = tag
        paths = {"Customer": "customer", "CustomerAddress": "customer-address"}
        for object_type, code, title, data_type, options in words.META_DATA:
            config = {"title": title, "code": code, "dataType": data_type, "options": list(options)}
            await replay.send("POST", f"/meta-data-config/{paths[object_type]}", config, founded)
        by_title = {tag["title"]: id for id, tag in tags.items() if tag["objectType"] == "Customer"}
        dice, staff = Dice(3), (Staff(staff_id, "Dana Merritt"),)
        of_orders = [tag for tag in tags.values() if tag["objectType"] == "Order"]
        sales = Sales(dice, shop, Calendar(dice, ORDERS), of_orders)
        drawn = People(dice, by_title, staff).draw(SEEN)
        households = list(buying(drawn, Members(dice, shop), sales, staff))
        known = Known.of(tags, shop, "America/Los_Angeles")
        await replay.store.write(other.tenant_id, lambda unit: write_households(unit, households, known))
        for household in households:
            await _send(replay, household)
        replay.sent, replay.written = tenant.tenant_id, other.tenant_id
        return replay
    finally:
        await replay.store.close()


async def _found(store: Store, slug: str) -> tuple[Tenant, Shop]:
    """A tenant with the demo's shop; both have the same ids."""
    with ids.seeded(1):
        tenant = await create_tenant(store, slug, company_name="A Winery", email=EMAIL)
        actor = Actor("account", tenant.tenant_id, slug, role="Data")
        shop = await store.write(tenant.tenant_id, lambda unit: open_shop(unit, actor, Dice(1), LAST_DAY))
    return tenant, shop


async def _send(replay: Replay, household: Household) -> None:
    customer = {**household.customer, "tags": [{"id": id} for id in household.tag_ids]}
    updated = customer["updatedAt"]
    customer["updatedAt"] = customer["createdAt"]
    await replay.send("POST", "/customer", customer, customer["createdAt"])
    path = f"/customer/{customer['id']}"
    for name, bodies in (("address", household.addresses), ("credit-card", household.cards)):
        for body in sorted(bodies, key=lambda body: body["createdAt"]):
            await replay.send("POST", f"{path}/{name}", body, body["createdAt"])
    for body in household.memberships:
        await replay.send("POST", "/club-membership", body, clock.to_wire(LAST_MOMENT))
    for order in household.orders:
        await replay.send("POST", "/order", _import_of(order), clock.to_wire(LAST_MOMENT))
    for body in household.notes:
        written = {name: value for name, value in body.items() if not name.startswith("account")}
        await replay.send("POST", "/note", written, body["createdAt"])
    # What touched it came in another order than in its life; the last moment is the same.
    await replay.send("PUT", path, {"updatedAt": updated}, updated)


_COMPUTED = (
    "orderSource",
    "customerType",
    "previousOrderNumber",
    "linkedOrders",
    "fraudCheckStatus",
    "shippingStatus",
    "discountTotal",
    "appData",
    "appSync",
    "loyaltyPointsEarned",
    "additionalData",
    "customer",
    "club",
    "reservation",
    "carrierPickupLocation",
    "fulfillments",
    "duties",
    "posProfile",
    "fraud",
)


def _import_of(order: Any) -> Any:
    """The body that brings an order in from elsewhere."""
    body = {name: value for name, value in order.items() if name not in _COMPUTED}
    body["tags"] = [{"id": tag["id"]} for tag in order["tags"]]
    body["tenders"] = [_flat(tender) for tender in order["tenders"]]
    body["items"] = [
        {name: value for name, value in item.items() if name not in ("productSlug", "quantitySentToPrep")}
        for item in order["items"]
    ]
    body["shipping"] = [
        {n: v for n, v in each.items() if n != "processorResponse"} for each in order["shipping"]
    ]
    return body


def _flat(tender: Any) -> Any:
    body = {
        name: value for name, value in tender.items() if name not in ("creditCard", "originalOrderTenderId")
    }
    body["previousTenderId"] = tender["originalOrderTenderId"]
    card = tender.get("creditCard")
    if card:
        body |= {
            "creditCardBrand": card["cardBrand"],
            "maskedCardNumber": card["maskedCardNumber"],
            "creditCardExpiryMo": card["expiryMo"],
            "creditCardExpiryYr": card["expiryYr"],
            "creditCardHolderName": card["cardHolderName"],
        }
    return body


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    return asyncio.run(_make(tmp_path_factory.mktemp("replay")))


_LIKE = [CUSTOMER, ADDRESS, CREDIT_CARD, NOTE, CLUB_MEMBERSHIP]


@pytest.mark.parametrize("resource", _LIKE, ids=lambda each: each.name)
def test_records_and_their_columns_are_those_of_the_api(made: Replay, resource: Resource) -> None:
    sent, written = made.both(resource.table)
    assert len(sent) >= SEEN // 12
    assert [_comparable(row) for row in written] == [_comparable(row) for row in sent]


def _comparable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A membership's holds have dates of their own: when they were sent."""
    return tuple(
        re.sub(r'("holdComments":null),"createdAt":"[^"]*","updatedAt":"[^"]*"', r"\1", value)
        if isinstance(value, str)
        else value
        for value in row
    )


def test_the_spans_of_memberships_are_those_of_the_api(made: Replay) -> None:
    sent, written = made.both(SPAN)
    assert sent
    assert written == sent


def test_orders_and_their_columns_are_those_of_an_import(made: Replay) -> None:
    sent, written = made.both(ORDER.table, "updated_at")
    assert len(sent) > ORDERS // 2
    assert [_order_of(row) for row in written] == [_order_of(row) for row in sent]


def _order_of(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """What an import can't bring is left out: ids of parts, tracking, links to products' pages."""
    columns = [value for value in row if not (isinstance(value, str) and value.startswith("{"))]
    [body] = [json.loads(value) for value in row if isinstance(value, str) and value.startswith("{")]
    places = {item["id"]: place for place, item in enumerate(body["items"])}
    for fulfillment in body["fulfillments"]:
        del fulfillment["id"]
        fulfillment.pop("shipped", None)
        fulfillment.pop("pickedUp", None)
        for item in fulfillment["items"]:
            item["id"] = places[item["id"]]
    for name in ("items", "tenders", "promotions", "taxes", "shipping"):
        for part in body[name]:
            del part["id"]
            part.pop("productSlug", None)
    for tender in body["tenders"]:
        assert bool(tender.pop("originalOrderTenderId")) == (tender["chargeType"] == "Refund")
    for name in ("shipTo", "billTo", "pickupBy"):
        if body[name]:
            del body[name]["id"]
    del body["shippingStatus"], body["updatedAt"]
    return (*columns, body)


def test_products_are_linked_to_orders(made: Replay) -> None:
    sent, written = made.both(ORDER_PRODUCT)
    assert sent
    assert written == sent


@pytest.mark.parametrize("table", [UNIQUE_KEY, SEARCH_TERM], ids=["unique values", "search terms"])
def test_what_stands_beside_them_is_that_of_the_api(made: Replay, table: Table) -> None:
    sent, written = made.both(table)
    assert written == [row for row in sent if row[0] != "meta-data-config.code"]


def test_tags_are_attached_as_the_api_does(made: Replay) -> None:
    sent, written = made.both(TAG_X_OBJECT, "id", "created_at")
    assert sent
    assert written == sent


def test_the_counters_are_those_of_the_api(made: Replay) -> None:
    sent, written = made.both(COUNTER)
    assert [row for row in sent if row[0] not in ("tag", "meta-data-config")] == written


def test_nobody_real_can_be_reached() -> None:
    """E-mails lie in reserved domains, phones in the range for fiction, and no card has a number."""
    people = People(Dice(5), {}, (Staff("0", "Nobody"),))
    for household in people.draw(400):
        for element in household.customer["emails"]:
            domain = element["email"].rpartition("@")[2]
            assert domain in ("example.com", "example.net", "example.org") or domain.endswith(".example")
        for element in household.customer["phones"]:
            assert element["phone"][5:10] == "55501"
        for card in household.cards:
            assert card["maskedCardNumber"].strip("*").isdecimal()
            assert len(card["maskedCardNumber"].strip("*")) == 4
