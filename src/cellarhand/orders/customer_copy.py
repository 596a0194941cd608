"""The customer inside an order or a gift card (reference B3, embedded copies; docs/decisions/0009).

The text holds a mark with the customer's id, which reading replaces by the customer as it is at that moment.
What belongs to a deleted customer holds the last copy in the place of the mark.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

from cellarhand.customers.customer import CUSTOMER
from cellarhand.record.parts import apart
from cellarhand.record.text import encode
from cellarhand.store.unit import ReadUnit

# A mark begins and ends so; in between is an id. A quote inside a text is written otherwise.
_BEGINS, _ENDS = b'"\\u0001customer:', b'"'
_ID = 36
_NOT_SHOWN = ("lastActivityDate", "tags", "groups", "products")


def mark_of(customer_id: str | None) -> str | None:
    """What stands for the customer in the stored text."""
    return None if customer_id is None else f"\x01customer:{customer_id}"


async def show_customers(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of orders with their customers.

    A text may also be that of many orders: marks alone are looked for.
    """
    return await _show(unit, bodies, copy_of)


async def show_whole_customers(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The same for records that show all of a customer."""
    return await _show(unit, bodies, bytes)


async def _show(unit: ReadUnit, bodies: list[bytes], copy: Callable[[bytes], bytes]) -> list[bytes]:
    """The texts with copies for their marks; one look-up for all, each customer made ready once."""
    parted = [body.split(_BEGINS) for body in bodies]
    ids = {part[:_ID].decode() for parts in parted for part in parts[1:]}
    if not ids:
        return bodies
    stored = await unit.texts(CUSTOMER.table, sorted(ids))
    texts = list(stored.values())
    if CUSTOMER.present is not None:
        texts = await CUSTOMER.present(unit, texts)
    copies = {id.encode(): copy(text) for id, text in zip(stored, texts, strict=True)}
    return [_filled(parts, copies) for parts in parted]


def _filled(parts: list[bytes], copies: Mapping[bytes, bytes]) -> bytes:
    """The text that was parted at its marks, with a copy in the place of each."""
    filled: list[bytes | memoryview] = [parts[0]]
    for part in parts[1:]:
        filled.append(copies.get(part[:_ID], b"null"))
        filled.append(memoryview(part)[_ID + len(_ENDS) :])
    return b"".join(filled)


def copy_of(customer: bytes) -> bytes:
    """A customer as orders show it, from the text that GET returns. Pure."""
    parts = apart(customer)
    parts.setdefault("products", msgspec.Raw(b"[]"))
    return encode({shown: parts[name] for shown, name in _shown(tuple(parts))})


@lru_cache(64)
def _shown(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The members of a copy, each with the member of the customer that it is."""
    found: list[tuple[str, str]] = []
    for name in names:
        if name not in _NOT_SHOWN:
            found.append((name, name))
        if name == "appSync":
            found.append(("productJSON", "products"))
    return tuple(found)
