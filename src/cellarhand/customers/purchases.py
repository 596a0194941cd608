"""What customers bought last (`products`, CUS-12), read from their newest orders.

Of a wine the product's own properties are shown as they are now: they stand in the customer's text, and a
change of the product replaces them there. The customer itself has not changed (docs/decisions/0007).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import msgspec

from cellarhand.catalog.product import PRODUCT
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.order_information import (
    MOST_PURCHASES,
    BoughtLine,
    OrderFacts,
    last_lines,
    purchases,
)
from cellarhand.orders.links import ORDER_PRODUCT
from cellarhand.orders.order import ORDER
from cellarhand.record.resource import Draft
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, Linked, equal
from cellarhand.store.unit import ReadUnit

AT_FIRST = 5
"""Orders of a customer that are read at first; with as few lines as one each, more are read after."""


class _Lines(TypedDict):
    id: str
    orderPaidDate: str | None
    items: list[BoughtLine]


class _Bottle(TypedDict):
    id: str
    wine: NotRequired[dict[str, Any] | None]


# Of long texts only what is looked at is built.
_lines = msgspec.json.Decoder(_Lines).decode
_bottle = msgspec.json.Decoder(_Bottle).decode


async def purchases_of(
    unit: ReadUnit, counted: Mapping[str, Sequence[OrderFacts]], known: Mapping[str, Record]
) -> dict[str, list[Record]]:
    """`products` of each customer, by its counted orders, the newest first.

    `known` holds the `wine` of products for which it need not be looked up, by product.
    """
    newest = {customer: [order.id for order in of] for customer, of in counted.items()}
    texts: dict[str, Record] = {}
    start, size = 0, AT_FIRST
    while True:
        wanted = [
            id
            for ids in newest.values()
            if start < len(ids) and _lacks(ids[:start], texts)
            for id in ids[start : start + size]
        ]
        if not wanted:
            break
        for row in await unit.rows(ORDER.table, ("body",), (Among("id", tuple(wanted)),)):
            order: Any = _lines(row[0])
            texts[order["id"]] = order
        start, size = start + size, size * 2
    found = {customer: [texts[id] for id in ids if id in texts] for customer, ids in newest.items()}
    wines = await wines_of(unit, found, known)
    return {customer: purchases(of, wines) for customer, of in found.items()}


def _lacks(ids: Sequence[str], texts: Mapping[str, Record]) -> bool:
    return len(last_lines(texts[id] for id in ids if id in texts)) < MOST_PURCHASES


def shown_wines(customer: Record) -> dict[str, Record]:
    """The `wine` of the products that a customer shows already, by product."""
    bought = [each["product"] for each in customer["products"]]
    return {each["productId"]: each["wineProperties"] for each in bought if "wineProperties" in each}


def wines_in(orders: Mapping[str, Sequence[Record]]) -> set[str]:
    """The products that are wines, among the lines that are shown of these orders."""
    lines = [item for of in orders.values() for _, item in last_lines(of)]
    return {item["productId"] for item in lines if item["type"] == "Wine"} - {None}


async def wines_of(
    unit: ReadUnit, orders: Mapping[str, Sequence[Record]], known: Mapping[str, Record]
) -> Mapping[str, Record]:
    """The `wine` of the products among the lines, by product."""
    ids = wines_in(orders) - known.keys()
    if not ids:
        return known
    rows = await unit.rows(PRODUCT.table, ("body",), (Among("id", tuple(sorted(ids))),))
    bottles: list[Any] = [_bottle(row[0]) for row in rows]
    return {**known, **{each["id"]: each["wine"] for each in bottles if each.get("wine")}}


async def show_wine(draft: Draft) -> None:
    """Customers show the wine that a product is now."""
    if draft.stored is None or draft.stored.get("wine") == draft.record.get("wine"):
        return
    await _replace(draft, _shown(draft.id, draft.stored.get("wine")), _shown(draft.id, draft.record["wine"]))


async def forget_product(draft: Draft) -> None:
    """What was bought of a deleted product names none any more (reference B10.3)."""
    for wine in (draft.before.get("wine"), None):
        await _replace(draft, _shown(draft.id, wine), _shown(None, None))


async def _replace(draft: Draft, old: str, new: str) -> None:
    of_product = Linked("id", ORDER_PRODUCT, "order_id", equal("product_id", draft.id))
    buyers = (Linked("id", ORDER.table, "customer_id", (of_product,)),)
    await draft.unit.replace_text(CUSTOMER.table, "body", old, new, buyers)


def _shown(product_id: str | None, wine: Record | None) -> str:
    """A product among `products`, up to where only purchases go on like that."""
    shown: Record = {"productId": product_id} | ({"wineProperties": wine} if wine else {})
    return f'{encode(shown).decode()[1:]},"purchaseDate":'
