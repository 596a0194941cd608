"""Bodies that a server accepts, for the documentation: the members that are needed, with plausible values."""

from collections.abc import Callable
from typing import Any

from cellarhand.record import formats
from cellarhand.record.shapes import Array, Boolean, Integer, Kind, Number, Object, Shape, String
from cellarhand.record.validate import Record

_VALUES: dict[str, Any] = {
    "honorific": "Ms",
    "firstName": "Jane",
    "lastName": "Example",
    "email": "jane@example.com",
    "phone": "+6435550100",
    "address": "1 Vineyard Road",
    "city": "Blenheim",
    "countryCode": "NZ",
    "maskedCardNumber": "************1111",
    "tokenOnFile": "token-of-the-gateway",
    "expiryMo": 12,
    "expiryYr": 2030,
    "content": "Prefers magnums.",
    "title": "Harvest",
    "code": "harvest",
    "dataType": "String",
    "object": "Customer",
    "initialAmount": 5000,
    "amount": 100,
    "url": "https://example.com/hook",
    "username": "hook",
    "toWeight": 12,
    # An order of two bottles, and a refund of its shipping.
    "orderNumber": 30000,
    "price": 2000,
    "quantity": 2,
    "subTotal": 4000,
    "shipTotal": 500,
    "taxTotal": 0,
    "total": 4500,
    "shipAmount": 500,
    "tenderType": "Cash",
    "amountTendered": 500,
}
_TEXT = (formats.person_name, formats.text, formats.trimmed, formats.free_text, formats.card_text)


def example(shape: Shape, id_of: Callable[[str], str]) -> Record:
    """The members that are needed, and those that the declaration wants shown."""
    return {
        name: _value(name, member.kind, id_of)
        for name, member in shape.members.items()
        if member.required or (member.hint is not None and member.hint.shown)
    }


def small_change(shape: Shape) -> Record:
    """The first text that may be changed."""
    for name, member in shape.members.items():
        kind = member.kind
        text = isinstance(kind, String) and kind.format is not None and kind.format.check in _TEXT
        if text and not member.data_role and not member.create_only:
            return {name: _value(name, kind, str)}
    return {}


def _value(name: str, kind: Kind, id_of: Callable[[str], str]) -> Any:
    if isinstance(kind, String) and kind.format is not None and kind.format.check is formats.uuid:
        return id_of(name)
    if isinstance(kind, String) and kind.format is not None and kind.format.check is formats.date_time:
        return "2026-01-31T10:00:00.000Z"
    if name in _VALUES and not isinstance(kind, Object | Array):
        return _VALUES[name]
    match kind:
        case String():
            return kind.choices[0] if kind.choices is not None else name
        case Integer() | Number():
            return kind.range.least or 0
        case Boolean():
            return True
        case Array():
            return [_value("", kind.item, id_of)]
        case Object():
            return example(kind.shape, id_of)
        case _:
            return {}
