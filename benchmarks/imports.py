"""Bulk imports over HTTP, against a server that only reads and parses the same lines."""

from __future__ import annotations

import asyncio
import http.client
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from statistics import median

import msgspec

from benchmarks import stock
from benchmarks.bench import Bench, in_turns, say
from benchmarks.load import Rate, Served, authorization
from benchmarks.orders import winery
from benchmarks.results import Goal, Result, at_least
from benchmarks.rows_alone import rows_of, stored_alone
from cellarhand import clock
from cellarhand.accounts import people
from cellarhand.demo import wineries
from cellarhand.demo.dice import Dice
from cellarhand.demo.people import People, Staff
from cellarhand.ids import new_id
from cellarhand.orders.order import ORDER
from cellarhand.record.bulk import CHUNK
from cellarhand.record.shapes import Array, Object, Shape
from cellarhand.record.validate import Record
from cellarhand.store.engine import open_store

_EMAIL, _PASSWORD = "data@cellar.example", "a password of twelve"
_LINES, _FEW = 20_000, 5_000
_MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """One kind of records: where they go, the bodies that are sent, each new, and the goal."""

    resource: str
    table: str
    tenant: str
    database: Callable[[Bench], Path]
    bodies: Callable[[Path], Iterator[Record]]
    goal: Goal


def _customers(_: Path) -> Iterator[Record]:
    """The demo's people: names, places, e-mails, phones, with ids and dates of their own."""
    for household in People(Dice(11), {}, (Staff("", ""),), meta_data=False).draw(_MOST):
        # Ids in no order, as those of another system are.
        yield {**household.customer, "id": new_id()}


def _orders(path: Path) -> Iterator[Record]:
    """The winery's own orders once more, in no order, under ids and numbers that are new."""
    connection = sqlite3.connect(path)
    number = 1_000_000_000
    try:
        tenants = "SELECT tenant_id FROM tenant WHERE slug = ?"
        found = connection.execute(
            f"SELECT body FROM orders WHERE tenant_id = ({tenants}) ORDER BY substr(id, 25)", (wineries.SLUG,)
        )
        for (body,) in found:
            number += 1
            order = _as_import(msgspec.json.decode(body))
            yield {**order, **_later(order), "id": new_id(), "orderNumber": number}
    finally:
        connection.close()


def _later(order: Record) -> Record:
    """When it was submitted and paid, a second later: no customer pays two orders at one instant."""
    dates = {name: order[name] for name in ("orderSubmittedDate", "orderPaidDate")}
    return {name: at and clock.to_wire((clock.from_wire(at) or 0) + 1000) for name, at in dates.items()}


def _as_import(order: Record) -> Record:
    """The body that brings a stored order in; a tender's card stands in members of its own there."""
    tenders: list[Record] = []
    for tender in order["tenders"]:
        card = tender.get("creditCard") or {}
        tenders.append({**tender, **{_CARD[name]: value for name, value in card.items() if name in _CARD}})
    sent = _sendable(ORDER.write_shape, {**order, "tenders": tenders})
    # Apps alone have data of their own.
    del sent["appData"]
    return sent


_CARD = {
    "cardBrand": "creditCardBrand",
    "maskedCardNumber": "maskedCardNumber",
    "expiryMo": "creditCardExpiryMo",
    "expiryYr": "creditCardExpiryYr",
    "cardHolderName": "creditCardHolderName",
}


def _sendable(shape: Shape, record: Record) -> Record:
    """Of a stored record what may be sent."""
    found: Record = {}
    for name in record.keys() & shape.members.keys():
        kind, value = shape.members[name].kind, record[name]
        if isinstance(kind, Object) and value is not None:
            value = _sendable(kind.shape, value)
        elif isinstance(kind, Array) and isinstance(kind.item, Object) and value is not None:
            value = [_sendable(kind.item.shape, each) for each in value]
        found[name] = value
    return found


def _of_customers(bench: Bench) -> Path:
    return stock.sqlite_database(bench.cache, bench.list_sizes, say)


def _of_orders(bench: Bench) -> Path:
    return Path(winery(bench, "sqlite").removeprefix("sqlite:///"))


IMPORTS = (
    Imported("customer", "customer", stock.LIST_TENANT, _of_customers, _customers, at_least(0.02, 0.03)),
    # 4,000 a second where 10,000 customers a second are asked for, of lines that are five times as long.
    Imported("order", "orders", wineries.SLUG, _of_orders, _orders, at_least(0.03, 0.05)),
)


def bulk_import(bench: Bench, engine: str) -> Sequence[Result]:
    """Each kind into a tenant that has records already, with every rule, on disk when it is answered."""
    return list(chain.from_iterable(_measured(bench, engine, each) for each in IMPORTS))


async def _let_in(url: str, tenant: str) -> None:
    """Somebody of role Data, who may import."""
    store = open_store(url)
    await store.open()
    names = {"first_name": "Dana", "last_name": "Data"}
    await people.create_account(store, tenant, _EMAIL, "Data", password=_PASSWORD, **names)
    await store.close()


def _measured(bench: Bench, engine: str, each: Imported) -> Sequence[Result]:
    cached = each.database(bench)
    copied = stock.scratch_copy(cached, bench.scratch)
    url = f"sqlite:///{copied}"
    asyncio.run(_let_in(url, each.tenant))
    bodies = each.bodies(cached)
    count = _LINES if bench.seconds > 1 else _FEW
    ids: list[str] = []

    def drawn() -> bytes:
        some = list(islice(bodies, count))
        ids[:] = [body["id"] for body in some]
        return b"".join([msgspec.json.encode(body) + b"\n" for body in some])

    def imported() -> Rate:
        """And once more its rows alone, in the same minute."""
        rate = _sent(served, path, each.tenant, drawn(), count)
        rows = rows_of(copied, each.table, ids)
        alone.append(stored_alone(other, rows, ids, CHUNK))
        return rate

    path, alone = f"/v1/bulk/{each.resource}", list[Rate]()
    apart = bench.scratch / "alone"
    apart.mkdir(exist_ok=True)
    other = stock.scratch_copy(cached, apart)
    with bench.cellarhand(url) as served, bench.ceiling() as bare:
        _sent(served, path, each.tenant, b"")
        pair = in_turns(
            bench.rounds,
            imported,
            lambda: _sent(bare, "/lines", each.tenant, drawn(), count),
        )
    copied.unlink()
    other.unlink()
    rate, cpu = median(each.rate for each in alone), median(each.cpu for each in alone)
    details = (
        f"{pair.ours:,.0f}/s of {pair.other:,.0f}/s; CPU {pair.our_cpu:.0f} us of {pair.other_cpu:.1f} us"
    )
    title = f"bulk import of {each.resource}s"
    told = f"{pair.ours:,.0f}/s of {rate:,.0f}/s; CPU {pair.our_cpu:.0f} us of {cpu:.0f} us"
    return (
        Result("bulk", engine, f"{title} / parse-only", pair.ratio, each.goal, details=details),
        Result("bulk", engine, f"{title} / SQLite alone, same rows", pair.ours / rate, None, details=told),
    )


def _sent(served: Served, path: str, tenant: str, body: bytes, count: int = 1) -> Rate:
    """One call with all lines; each of them has to be taken."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=300)
    headers = {
        "Authorization": authorization(_EMAIL, _PASSWORD),
        "tenant": tenant,
        "Content-Type": "application/x-ndjson",
    }
    before, began = served.cpu_seconds(), time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse().read()
    seconds, spent = time.perf_counter() - began, served.cpu_seconds() - before
    connection.close()
    if body and answer.count(b'"created"') != count + 1:
        raise RuntimeError(f"{path} did not take all lines: {answer[-300:]!r}")
    return Rate(count / seconds, spent / count * 1e6)
