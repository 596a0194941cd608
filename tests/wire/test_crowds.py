"""A crowd that writes the same few records at once: nobody is turned away, nothing is lost or done twice."""

import asyncio
import concurrent.futures
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx

from cellarhand.ids import new_id
from tests.callers import Caller, Site
from tests.verifying import differences
from tests.wire import shop
from tests.wire.test_bulk import TYPE

Record = dict[str, Any]
WRITERS, ROUNDS, STOCK = 16, 12, 100_000


class _Winery:
    """Three customers, four tracked wines at two locations, two tags; and what the writers did to them."""

    def __init__(self, site: Site, api: Caller) -> None:
        self.api, self.importer = api, site.person("Data")
        self.customers = [shop.customer(api, f"c{number}@example.com")["id"] for number in range(3)]
        second = {"title": "Second", "address": "1 Road", "city": "Oslo", "countryCode": "NO"}
        self.locations = [shop.location(api), api.made("/inventory-location", second)["id"]]
        self.wines = [shop.product(api, f"W{number}", stock=STOCK) for number in range(4)]
        self.tags = {
            kind: [
                api.made(f"/tag/{kind}", {"title": f"{kind} {n}", "type": "Manual"})["id"] for n in range(2)
            ]
            for kind in ("customer", "order")
        }
        self.answers = Counter[tuple[str, int]]()
        self.made = set[str]()
        self.taken = Counter[str]()

    def did(self, what: str, answer: httpx.Response) -> Record | None:
        self.answers[what, answer.status_code] += 1
        return answer.json() if answer.status_code in (200, 201) else None

    def order(self, turn: random.Random, **more: Any) -> Record:
        wines = turn.sample(range(4), 3)
        return shop.order(
            *(shop.line(sku=f"W{n}", quantity=turn.randint(1, 3)) for n in wines),
            customerId=turn.choice(self.customers),
            tags=[{"id": turn.choice(self.tags["order"])}],
            **more,
        )

    def sell(self, turn: random.Random) -> None:
        """An order with a number of the sequence, handed over and half the times taken back."""
        order = self.did("order", self.api.post("/order", self.order(turn)))
        if order is None:
            return
        self.made.add(order["id"])
        at = f"/order/{order['id']}"
        body = shop.handover(inventoryLocationId=self.locations[0])
        done = self.did("fulfill", self.api.post(f"{at}/fulfillment/all", body))
        if done is not None and turn.random() < 0.5:
            fulfillment = done["fulfillments"][0]["id"]
            self.did("take back", self.api.delete(f"{at}/fulfillment/{fulfillment}"))
        else:
            self.taken.update({line["sku"]: line["quantity"] for line in order["items"]})

    def give_back(self, turn: random.Random) -> None:
        """An order that was handed over comes back in part, to the stock that it came from."""
        order = self.did("order", self.api.post("/order", self.order(turn)))
        if order is None:
            return
        self.made.add(order["id"])
        body = shop.handover(inventoryLocationId=self.locations[0])
        self.did("fulfill", self.api.post(f"/order/{order['id']}/fulfillment/all", body))
        self.taken.update({line["sku"]: line["quantity"] for line in order["items"]})
        for item in turn.sample(order["items"], 2):
            tenders = [{"tenderType": "Cash", "amountTendered": item["price"]}]
            items = [{"id": item["id"], "quantity": 1, "isReturnToInventory": True}]
            sent = {"orderId": order["id"], "items": items, "tenders": tenders}
            refund = self.did("refund", self.api.post("/refund", sent))
            if refund is not None:
                self.made.add(refund["id"])
                self.taken[item["sku"]] -= 1

    def upsert(self, turn: random.Random) -> None:
        """The order of one of three old numbers, each time for any customer; sometimes it is handed over."""
        number = turn.randint(1, 3)
        old = {"externalOrderNumber": f"old-{number}", "orderNumber": 500_000 + number}
        order = self.did("upsert", self.api.put("/order/upsert", self.order(turn, **old)))
        if order is not None:
            self.made.add(order["id"])

    def import_lines(self, turn: random.Random) -> None:
        lines = [self.order(turn, id=new_id()) for _ in range(5)]
        content = b"\n".join(json.dumps(each).encode() for each in lines)
        answer = self.importer.post("/bulk/order", content=content, headers=TYPE)
        self.answers["bulk", answer.status_code] += 1
        told = [json.loads(each) for each in answer.text.splitlines()]
        self.answers.update(("line", each["status"]) for each in told[:-1])
        self.made.update(each["id"] for each in told[:-1] if each["status"] == 201)

    def tag(self, turn: random.Random) -> None:
        customer, tag = turn.choice(self.customers), turn.choice(self.tags["customer"])
        body = {"tags": [{"id": tag}], "firstName": f"J{turn.randint(1, 9)}"}
        self.did("customer", self.api.put(f"/customer/{customer}", body))
        self.did("attach", self.api.post("/tag-x-object/customer", {"objectId": customer, "tagId": tag}))

    def rename(self, turn: random.Random) -> None:
        kind = turn.choice(("customer", "order"))
        tag = turn.choice(self.tags[kind])
        self.did("rename", self.api.put(f"/tag/{kind}/{tag}", {"title": f"Tag {turn.randint(1, 99)}"}))

    def transfer(self, turn: random.Random) -> None:
        here, there = turn.sample(self.locations, 2)
        body = {
            "action": "Transfer",
            "sku": f"W{turn.randint(0, 3)}",
            "inventoryLocationId": here,
            "toInventoryLocationId": there,
            "availableForSaleCount": 0 if here != self.locations[0] else 1,
        }
        self.did("transfer", self.api.post("/inventory-transaction", body))

    def reprice(self, turn: random.Random) -> None:
        wine = turn.choice(self.wines)
        self.did("product", self.api.put(f"/product/{wine['id']}", {"subTitle": str(turn.random())}))


def test_sixteen_who_write_the_same_few_records_all_get_through(site: Site, api: Caller) -> None:
    winery, deadlocks = _Winery(site, api), _deadlocks(site)
    ways: list[Callable[[random.Random], None]] = [
        *(winery.sell, winery.sell, winery.give_back, winery.upsert, winery.import_lines),
        *(winery.tag, winery.rename, winery.transfer, winery.reprice),
    ]

    def write(number: int) -> None:
        turn = random.Random(number)
        for _ in range(ROUNDS):
            turn.choice(ways)(turn)

    with concurrent.futures.ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(write, range(WRITERS)))
    assert {status for _, status in winery.answers} <= {200, 201}, winery.answers
    there = _walk(api)
    assert {order["id"] for order in there} == winery.made
    assert api.seen("/order?limit=1")["total"] == len(winery.made)
    assert len({order["orderNumber"] for order in there}) == len(there)
    of_customer = Counter(order["customerId"] for order in there if order["purchaseType"] != "Refund")
    for id in winery.customers:
        assert api.seen(f"/customer/{id}")["orderInformation"]["orderCount"] == of_customer[id]
    for wine in winery.wines:
        sku = wine["variants"][0]["sku"]
        assert shop.available(api, wine) == STOCK - winery.taken[sku]
    assert differences(site) == []
    assert _deadlocks(site) == deadlocks


def _deadlocks(site: Site) -> int:
    """How often PostgreSQL had to end a unit that waited for another one that waited for it."""
    url = site.server.store.url
    if url.startswith("sqlite"):
        return 0

    async def ask() -> int:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            )
        finally:
            await connection.close()

    return asyncio.run(ask())


def _walk(api: Caller) -> list[Record]:
    found, cursor = list[Record](), "start"
    while cursor:
        page = api.seen(f"/order?cursor={cursor}")
        found += page["orders"]
        cursor = page.get("cursor")
    return found
