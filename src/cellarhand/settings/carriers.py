"""The records that carry meta data, and what a change of a definition does to all of them (reference B32).

A definition that is deleted hides its values: they move out of the record's text into a column beside it, and
come back with a new definition of the same code. The records themselves have not changed: `updatedAt` stays.
"""

from collections.abc import Callable
from typing import Any

from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.product import PRODUCT
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.order import ORDER
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import BY_ID, Compare, Contains, Where, equal
from cellarhand.store.unit import ReadUnit, WriteUnit

CARRIERS: dict[str, Resource] = {
    "Customer": CUSTOMER,
    "CustomerAddress": ADDRESS,
    "Product": PRODUCT,
    "Collection": COLLECTION,
    "ClubMembership": CLUB_MEMBERSHIP,
    "Order": ORDER,
}
_CHUNK = 500
Values = dict[str, Any]
Move = Callable[[Values, Values], bool]


async def has_values(unit: ReadUnit, object_type: str, code: str) -> bool:
    """Whether some record has a value for `code`."""
    carrier = CARRIERS.get(object_type)
    if carrier is None:
        return False
    after = ""
    while True:
        where = (*_mentions("body", code), *((Compare("id", ">", after),) if after else ()))
        rows = await unit.rows(carrier.table, ("id", "body"), where, BY_ID, _CHUNK)
        for row in rows:
            values: Values = decode(row[1]).get("metaData") or {}
            if values.get(code) is not None:
                return True
        if len(rows) < _CHUNK:
            return False
        after = rows[-1][0]


async def hide_values(unit: WriteUnit, object_type: str, code: str) -> None:
    def move(shown: Values, hidden: Values) -> bool:
        if code not in shown:
            return False
        hidden[code] = shown.pop(code)
        return True

    await _move_all(unit, object_type, _mentions("body", code), move)


async def show_values(unit: WriteUnit, object_type: str, code: str) -> None:
    def move(shown: Values, hidden: Values) -> bool:
        if code not in hidden:
            return False
        shown[code] = hidden.pop(code)
        return True

    await _move_all(unit, object_type, _mentions("hidden_meta_data", code), move)


def _mentions(column: str, code: str) -> Where:
    return (Contains(column, f'"{code}":'),)


async def _move_all(unit: WriteUnit, object_type: str, where: Where, move: Move) -> None:
    carrier = CARRIERS.get(object_type)
    if carrier is None:
        return
    after = ""
    names = ("id", "body", "hidden_meta_data")
    while True:
        beyond = (Compare("id", ">", after),) if after else ()
        rows = await unit.rows(carrier.table, names, (*where, *beyond), BY_ID, _CHUNK)
        for id, body, hidden_text in rows:
            record: Record = decode(body)
            shown: Values = dict(record.get("metaData") or {})
            hidden: Values = decode(hidden_text) if hidden_text else {}
            if move(shown, hidden):
                record["metaData"] = shown or None
                changed = {
                    "body": encode(record).decode(),
                    "hidden_meta_data": encode(hidden).decode() if hidden else None,
                }
                await unit.update(carrier.table, equal("id", id), changed)
        if len(rows) < _CHUNK:
            return
        after = rows[-1][0]
