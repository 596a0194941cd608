"""Customers as the API would have stored them, thousands at a time, all from one seed.

Ids rise from chunk to chunk, so that a clustered table can be filled from its first page to its last.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from multiprocessing import get_context
from typing import Any

from cellarhand import clock, ids
from cellarhand.customers.customer import CUSTOMER
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import WordSearch
from cellarhand.record.search import terms
from cellarhand.record.text import encode

GENERATOR = 1
"""Raise it when other rows come out: cached databases are made anew."""
CHUNK = 5_000
_FIRST_MOMENT = 1_451_606_400_000
_FIRST = (
    "Ada Amelia Ana André Beatriz Carlos Chloë Clara Daniel David Elena Emma Felix Grace Hannah Hugo "
    "Ingrid Isaac Jack Jane José Julia Karl Laura Léa Liam Lucía Marco Maria Martin Mia Nina Noah "
    "Olive Oscar Pablo Paul Rosa Ruth Sam Sofia Tara Thomas Uma Vera Victor Walter Yara Zoe"
)
_LAST = (
    "Adams Baker Bianchi Brown Campbell Carter Clark Costa Davis Diaz Evans Fischer Flores García "
    "Green Hall Harris Hill Hughes Jackson Johnson Jones Kelly King Lee Lewis López Martin Miller "
    "Mitchell Moore Morgan Müller Murphy Nelson Nguyen Novak O'Brien Parker Perez Phillips Reed "
    "Rivera Roberts Rossi Sanchez Scott Silva Smith Stewart Taylor Thomas Thompson Turner Walker Ward "
    "White Williams Wilson Wood Wright Young"
)
_FIRST_NAMES, _LAST_NAMES = _FIRST.split(" "), _LAST.split(" ")
_TOWNS = (
    ("Napa", "CA", "94558"),
    ("Sonoma", "CA", "95476"),
    ("Walla Walla", "WA", "99362"),
    ("Dundee", "OR", "97115"),
    ("Geneva", "NY", "14456"),
    ("Austin", "TX", "78701"),
    ("Denver", "CO", "80202"),
    ("Chicago", "IL", "60601"),
)
_WINES = (
    "Estate Cabernet Sauvignon",
    "Hillside Pinot Noir",
    "Old Vine Zinfandel",
    "Barrel Select Chardonnay",
)

Row = tuple[Any, ...]


@dataclass(slots=True)
class Rows:
    """Rows for the tables that a customer stands in, values in the order of the names beside them."""

    names: tuple[str, ...] = ()
    customers: list[Row] = field(default_factory=list[Row])
    uniques: list[Row] = field(default_factory=list[Row])
    terms: list[Row] = field(default_factory=list[Row])


def customers(count: int, seed: int, processes: int) -> Iterator[Rows]:
    """`count` customers in chunks, ids rising, made in `processes` beside this one."""
    chunks = -(-count // CHUNK)
    sizes = [CHUNK] * (chunks - 1) + [count - CHUNK * (chunks - 1)]
    work = list(zip(range(chunks), repeat(chunks), sizes, repeat(seed), strict=False))
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_chunk, work)


def _chunk(work: tuple[int, int, int, int]) -> Rows:
    place, of, count, seed = work
    chance = random.Random(seed * 1_000_003 + place)
    made = Rows()
    lowest, above = (place << 128) // of, ((place + 1) << 128) // of
    for number, low in enumerate(sorted(chance.randrange(lowest, above) for _ in range(count))):
        _add(made, chance, str(uuid.UUID(int=low, version=4)), place * CHUNK + number)
    return made


def _add(made: Rows, chance: random.Random, id: str, number: int) -> None:
    search = CUSTOMER.search
    if not isinstance(search, WordSearch):
        raise TypeError("customers are found by words")
    with ids.seeded(chance.getrandbits(64)):
        record = assemble(CUSTOMER.read_shape, _sent(chance, id, number), None)
    columns = CUSTOMER.columns_of(record)
    made.names = (*columns, "body")
    made.customers.append((*columns.values(), encode(record).decode()))
    for unique in CUSTOMER.unique:
        made.uniques += [(unique.kind, value, id) for value, _ in unique.values(record)]
    made.terms += [(CUSTOMER.name, term, id, 0) for term in terms(search.entries(record))]


def _sent(chance: random.Random, id: str, number: int) -> dict[str, Any]:
    """A customer of some years: a name, an address to write to, orders, perhaps a club."""
    first, last = chance.choice(_FIRST_NAMES), chance.choice(_LAST_NAMES)
    town, state, zip_code = chance.choice(_TOWNS)
    joined = _FIRST_MOMENT + chance.randrange(9 * 365 * clock.DAY_MS)
    seen = joined + chance.randrange(300 * clock.DAY_MS)
    orders = chance.choice((0, 0, 1, 1, 2, 3, 5, 8, 13))
    return {
        "id": id,
        "firstName": first,
        "lastName": last,
        "birthDate": f"{chance.randrange(1940, 2003)}-{chance.randrange(1, 13):02d}-15",
        "city": town,
        "stateCode": state,
        "zipCode": zip_code,
        "countryCode": "US",
        "emailMarketingStatus": chance.choice(("Subscribed", "Unsubscribed", None)),
        "lastActivityDate": clock.to_wire(seen),
        "flags": [],
        "createdAt": clock.to_wire(joined),
        "updatedAt": clock.to_wire(seen),
        "orderInformation": _orders(chance, orders, seen),
        "emails": [{"email": f"customer.{number}@cellar.example"}],
        "phones": [{"phone": f"+1707555{chance.randrange(10_000):04d}"}],
        "clubs": _clubs(chance, joined) if orders > 1 else [],
        "products": [_purchase(chance, seen) for _ in range(min(orders, 2))],
    }


def _orders(chance: random.Random, orders: int, seen: int) -> dict[str, Any]:
    if not orders:
        return {}
    value = orders * chance.randrange(4_000, 40_000)
    return {
        "lastOrderId": ids.new_id(),
        "lastOrderDate": clock.to_wire(seen),
        "orderCount": orders,
        "lifetimeValue": value,
        "yearlyValue": {"2023": value // 2, "2024": value - value // 2},
        "acquisitionChannel": chance.choice(("Web", "POS", "Club")),
    }


def _clubs(chance: random.Random, joined: int) -> list[dict[str, Any]]:
    return [
        {
            "clubId": ids.new_id(),
            "clubTitle": chance.choice(("Red Club", "Mixed Club", "Collectors")),
            "cancelDate": None,
            "signupDate": clock.to_wire(joined),
            "clubMembershipId": ids.new_id(),
        }
    ]


def _purchase(chance: random.Random, seen: int) -> dict[str, Any]:
    wine = chance.choice(_WINES)
    product = {
        "sku": f"WINE-{chance.randrange(1000):03d}",
        "image": None,
        "price": chance.randrange(2_000, 12_000),
        "title": wine,
        "quantity": chance.randrange(1, 12),
        "productId": ids.new_id(),
    }
    return {"product": product, "purchaseDate": clock.to_wire(seen)}
