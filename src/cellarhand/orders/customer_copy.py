"""The customer inside an order (reference B3, embedded copies; docs/decisions/0009).

The order's text holds a mark with the customer's id, which reading replaces by the customer as it is at that
moment. The order of a deleted customer holds the last copy in the place of the mark.
"""

import re

import msgspec

from cellarhand.customers.customer import CUSTOMER
from cellarhand.record.parts import Parts, apart
from cellarhand.record.text import encode
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit

_MARK = re.compile(rb'"\\u0001customer:([0-9a-f-]{36})"')
_NOT_SHOWN = ("lastActivityDate", "tags", "groups", "products")


def mark_of(customer_id: str | None) -> str | None:
    """What stands for the customer in the stored text."""
    return None if customer_id is None else f"\x01customer:{customer_id}"


async def show_customers(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of orders with their customers; one look-up for all, each customer made ready once."""
    ids = {found[1].decode() for body in bodies if (found := _MARK.search(body)) is not None}
    if not ids:
        return bodies
    where = (Among("id", tuple(sorted(ids))),)
    rows = await unit.rows(CUSTOMER.table, ("id", "body"), where)
    texts = [row[1] for row in rows]
    if CUSTOMER.present is not None:
        texts = await CUSTOMER.present(unit, texts)
    copies = {row[0].encode(): copy_of(text) for row, text in zip(rows, texts, strict=True)}
    return [_MARK.sub(lambda found: copies.get(found[1], b"null"), body, 1) for body in bodies]


def copy_of(customer: bytes) -> bytes:
    """A customer as orders show it, from the text that GET returns. Pure."""
    parts = apart(customer)
    copy: Parts = {}
    for name, text in parts.items():
        if name not in _NOT_SHOWN:
            copy[name] = text
        if name == "appSync":
            copy["productJSON"] = parts.get("products", msgspec.Raw(b"[]"))
    return encode(copy)
