"""Bulk imports over HTTP, against a server that only reads and parses the same lines."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from benchmarks import stock
from benchmarks.bench import Bench, in_turns, say
from benchmarks.load import Rate, Served, authorization
from benchmarks.results import Goal, Result, at_least
from cellarhand.accounts import people
from cellarhand.demo.dice import Dice
from cellarhand.demo.people import People, Staff
from cellarhand.ids import new_id
from cellarhand.store.engine import open_store

_EMAIL, _PASSWORD = "data@cellar.example", "a password of twelve"
_LINES, _FEW = 20_000, 5_000
_MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """One kind of records: the bodies that are sent, each new, and how fast they have to be."""

    resource: str
    bodies: Callable[[], Iterator[dict[str, Any]]]
    goal: Goal


def _customers() -> Iterator[dict[str, Any]]:
    """The demo's people: names, places, e-mails, phones, with ids and dates of their own."""
    for household in People(Dice(11), {}, (Staff("", ""),), meta_data=False).draw(_MOST):
        # Ids in no order, as those of another system are.
        yield {**household.customer, "id": new_id()}


IMPORTS = (Imported("customer", _customers, at_least(0.02, 0.03)),)


def bulk_import(bench: Bench, engine: str) -> Sequence[Result]:
    """Each kind into a tenant that has records already, with every rule, on disk when it is answered."""
    cached = stock.sqlite_database(bench.cache, bench.list_sizes, say)
    copied = stock.scratch_copy(cached, bench.scratch)
    asyncio.run(_let_in(f"sqlite:///{copied}"))
    found = [_measured(bench, engine, f"sqlite:///{copied}", each) for each in IMPORTS]
    copied.unlink()
    return found


async def _let_in(url: str) -> None:
    """Somebody of role Data, who may import."""
    store = open_store(url)
    await store.open()
    names = {"first_name": "Dana", "last_name": "Data"}
    await people.create_account(store, stock.LIST_TENANT, _EMAIL, "Data", password=_PASSWORD, **names)
    await store.close()


def _measured(bench: Bench, engine: str, url: str, each: Imported) -> Result:
    bodies = each.bodies()
    count = _LINES if bench.seconds > 1 else _FEW

    def drawn() -> bytes:
        return b"".join([msgspec.json.encode(body) + b"\n" for body in islice(bodies, count)])

    path = f"/v1/bulk/{each.resource}"
    with bench.cellarhand(url) as served, bench.ceiling() as bare:
        _sent(served, path, b"")
        pair = in_turns(
            bench.rounds,
            lambda: _sent(served, path, drawn(), count),
            lambda: _sent(bare, "/lines", drawn(), count),
        )
    details = (
        f"{pair.ours:,.0f}/s of {pair.other:,.0f}/s; CPU {pair.our_cpu:.0f} us of {pair.other_cpu:.1f} us"
    )
    title = f"bulk import of {each.resource}s / parse-only"
    return Result("bulk", engine, title, pair.ratio, each.goal, details=details)


def _sent(served: Served, path: str, body: bytes, count: int = 1) -> Rate:
    """One call with all lines; each of them has to be taken."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=300)
    headers = {
        "Authorization": authorization(_EMAIL, _PASSWORD),
        "tenant": stock.LIST_TENANT,
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
