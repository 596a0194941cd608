"""Scenarios over the demo's large winery: 79,318 customers with 250,000 orders."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import load, stock
from benchmarks.bench import Bench, in_turns, latencies, say
from benchmarks.load import Client
from benchmarks.results import Result, at_least, at_most
from cellarhand.accounts import apps, tenants
from cellarhand.customers.customer import CUSTOMER
from cellarhand.demo import wineries
from cellarhand.orders.order import ORDER
from cellarhand.record.resource import Resource
from cellarhand.resources import TABLES
from cellarhand.store import migrate
from cellarhand.store.conditions import BY_ID
from cellarhand.store.engine import open_store

PAGE = "/v1/order?limit=50&cursor="
MONTH = "/v1/order?limit=50&orderPaidDate=btw:2025-06-01T00:00:00.000Z|2025-06-30T23:59:59.999Z"
_SEED = 7
_PICKED = 10_000
_TIMES = 200


def _size(bench: Bench) -> wineries.Size:
    """The large winery; with fewer customers where the others have fewer too."""
    large = wineries.SIZES["large"]
    return large if bench.deep >= 1_000_000 else wineries.SIZES["medium"]


async def fill(url: str, size: wineries.Size) -> None:
    """The demo's wineries in an empty database, and an app that may call."""
    await migrate.upgrade(url)
    store = open_store(url, filling=True)
    await store.open()
    try:
        await wineries.prepare(store, size, _SEED, lambda _: None)
        await apps.create_app(store, stock.APP, "Benchmarks", {"*": "Full"}, secret=stock.SECRET)
        await apps.install_app(store, stock.APP, wineries.SLUG)
    finally:
        await store.close()


def _digest(size: wineries.Size) -> str:
    schema = [(table.name, table.columns, table.key, table.indexes) for table in TABLES]
    told = repr((_SEED, size, migrate.HEAD, schema))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def winery(bench: Bench, engine: str) -> str:
    """The URL of the cached winery on that engine, made when it is missing."""
    size = _size(bench)
    name = f"winery_{_digest(size)}"
    if engine == "postgres":
        return bench.cluster.url(bench.cluster.filled(f"settled_{name}", lambda url: fill(url, size), say))
    path = bench.cache / f"{name}.db"
    if not path.exists():
        say(f"filling {path.name} (kept for the next run)")
        part = path.with_suffix(".part")
        for leftover in (part, Path(f"{part}-wal"), Path(f"{part}-shm")):
            leftover.unlink(missing_ok=True)
        asyncio.run(fill(f"sqlite:///{part}", size))
        part.rename(path)
    return f"sqlite:///{path}"


def _ids(bench: Bench, url: str, resource: Resource) -> Path:
    """A file with random ids of the winery's records."""

    async def read() -> list[str]:
        store = open_store(url)
        await store.open()
        tenant = await tenants.known_tenant(store.reading(None), wineries.SLUG)
        rows = await store.reading(tenant.tenant_id).rows(resource.table, ("id",), order=BY_ID, wide=True)
        await store.close()
        return [row[0] for row in rows]

    found = asyncio.run(read())
    path = bench.scratch / f"{resource.name}-ids"
    path.write_text("\n".join(random.Random(1).sample(found, min(_PICKED, len(found)))) + "\n")
    return path


def list_orders(bench: Bench, engine: str) -> Sequence[Result]:
    """A page of orders with their customers, against the same bytes lying ready in the same server."""
    url = winery(bench, engine)
    lines = _ids(bench, url, ORDER)
    ours = load.script(bench.scratch, "pick", "orders", lines=lines, path=PAGE)
    static = load.script(bench.scratch, "pick", "static", lines=lines, path="/0?")
    with bench.cellarhand(url) as served:
        client = Client.connect(served.port, wineries.SLUG)
        body = client.get(PAGE + lines.read_text().partition("\n")[0])
        client.close()
        with bench.ceiling(body) as bare:
            pair = in_turns(
                bench.rounds,
                lambda: load.wrk(served, ours, wineries.SLUG, bench.seconds),
                lambda: load.wrk(bare, static, wineries.SLUG, bench.seconds),
            )
    details = f"{pair.ours:,.0f}/s of {pair.other:,.0f}/s static ({len(body):,} bytes)"
    goal = at_least(0.09, 0.15)
    return [Result("orders", engine, "list 50 orders / static bytes", pair.ratio, goal, details=details)]


def month_of_orders(bench: Bench, engine: str) -> Sequence[Result]:
    """The first page of a month, with the number of all its orders and without."""
    url = winery(bench, engine)
    with bench.cellarhand(url) as served:
        client = Client.connect(served.port, wineries.SLUG)
        total = json.loads(client.get(MONTH))["total"]
        pair = latencies(client, MONTH, client, f"{MONTH}&cursor=start", _TIMES)
        client.close()
    details = f"{pair.ours * 1e6:,.0f} us / {pair.other * 1e6:,.0f} us; {total:,} orders"
    title = "orders of a month, with total / without"
    return [Result("month", engine, title, pair.ratio, at_most(3, 1.5), details=details)]


def create_order(bench: Bench, engine: str) -> Sequence[Result]:
    """Orders of ten lines, each with its customer's derived parts, on disk before it is answered."""
    copied = stock.scratch_copy(Path(winery(bench, "sqlite").removeprefix("sqlite:///")), bench.scratch)
    url = f"sqlite:///{copied}"
    lines = _ids(bench, url, CUSTOMER)
    ours = load.script(
        bench.scratch, "create_order", "order", lines=lines, path="/v1/order", body=json.dumps(_BODY)
    )
    echo = load.script(
        bench.scratch, "create_order", "echo", lines=lines, path="/echo", body=json.dumps(_BODY)
    )
    with bench.cellarhand(url) as served, bench.ceiling() as bare:
        client = Client.connect(served.port, wineries.SLUG)
        client.get("/v1/order?limit=1")
        client.close()
        pair = in_turns(
            bench.rounds,
            lambda: load.wrk(served, ours, wineries.SLUG, bench.seconds),
            lambda: load.wrk(bare, echo, wineries.SLUG, bench.seconds),
        )
    copied.unlink()
    spent = f"CPU {pair.our_cpu:.0f} us of {pair.other_cpu:.0f} us"
    details = f"{pair.ours:,.0f}/s of {pair.other:,.0f}/s echo; {spent}"
    title = "create order of 10 lines, 16 connections / echo"
    # 1,000 a second on a machine that answers 35,000 with bytes that lie ready.
    return [Result("order", engine, title, pair.ratio, at_least(0.03, 0.05), details=details)]


def order_writers(bench: Bench, engine: str) -> Sequence[Result]:
    """Sixteen that write orders at the same time, against one alone."""
    cluster = bench.cluster
    filled = winery(bench, engine).partition("@/")[2].partition("?")[0]
    url = cluster.url(cluster.scratch_copy(filled))
    lines = _ids(bench, url, CUSTOMER)
    script = load.script(
        bench.scratch, "create_order", "order", lines=lines, path="/v1/order", body=json.dumps(_BODY)
    )
    with bench.cellarhand(url) as served:
        client = Client.connect(served.port, wineries.SLUG)
        client.get("/v1/order?limit=1")
        client.close()
        pair = in_turns(
            bench.rounds,
            lambda: load.wrk(served, script, wineries.SLUG, bench.seconds),
            lambda: load.wrk(served, script, wineries.SLUG, bench.seconds, connections=1),
        )
    spent = f"CPU {pair.our_cpu:.0f} and {pair.other_cpu:.0f} us"
    details = f"{pair.ours:,.0f}/s by 16, {pair.other:,.0f}/s by 1; {spent}"
    title = "create order, 16 writers / 1"
    return [Result("writers", engine, title, pair.ratio, at_least(4, 6), details=details)]


def _line(number: int) -> dict[str, Any]:
    return {
        "productTitle": f"Hillside Red {2010 + number}",
        "productVariantTitle": "750 ml",
        "type": "Wine",
        "sku": f"HR-{2010 + number}",
        "price": 4200,
        "costOfGood": 1300,
        "quantity": 1,
        "quantityFulfilled": 1,
        "tax": 325,
        "weight": 3,
        "volumeInML": 750,
    }


_BODY = {
    "customerId": "CUSTOMER",
    "orderSubmittedDate": "PAID",
    "orderPaidDate": "PAID",
    "channel": "Web",
    "orderDeliveryMethod": "Ship",
    "subTotal": 42000,
    "shipTotal": 2500,
    "taxTotal": 3250,
    "total": 47750,
    "shipping": [{"title": "Ground", "price": 2500}],
    "taxes": [{"title": "Sales Tax", "price": 3250}],
    "tenders": [{"tenderType": "Credit Card", "amountTendered": 47750, "creditCardBrand": "Visa"}],
    "items": [_line(number) for number in range(10)],
}
