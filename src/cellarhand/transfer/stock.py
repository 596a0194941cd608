"""Counts of stock: reset where the target's differ from the archive's (reference B20, B21)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from cellarhand.client import Client, Invalid
from cellarhand.transfer.archive import Archive
from cellarhand.transfer.ledger import digest_of
from cellarhand.transfer.sending import SINGLE_CALLS, Fault, Prepared, Sent, at_once, fault_of_error

STOCK = "inventory"
_COUNTS = ("availableForSaleCount", "reserveCount")
_UNTRACKED = Fault(422, "this variant is not tracked in the target at this location")


def stock_pushed(
    client: Client, archive: Archive, ids: Mapping[str, str], left: set[str]
) -> Iterator[Sequence[Sent]]:
    """Make the counts of the target those of the archive; what became of each row, some at a time.

    A call for each row that differs, so it takes as long as the limits of the target demand. Safe to repeat
    and to break off: what is right is left alone. Allocated counts can't be set: they follow from orders that
    wait to be handed over.
    """
    there = {_place(row): row for row in client.inventories.list()}
    rows = (_judged(msgspec.json.decode(text), there, ids, left) for _, text in archive.records(STOCK))
    while some := list(islice(rows, SINGLE_CALLS)):
        sent = iter(resets(client, [each for each in some if isinstance(each, Prepared)]))
        yield [each if isinstance(each, Sent) else next(sent) for each in some]


def resets(client: Client, some: Sequence[Prepared]) -> list[Sent]:
    """What became of these calls, in their order."""
    return at_once(client, partial(_reset, client), some) if some else []


def _reset(client: Client, each: Prepared) -> Sent:
    try:
        # It says what the counts are, so that it may be sent again when nobody knows whether it took effect.
        client.request("POST", "/inventory-transaction", json=each.body, repeatable=True)
    except Invalid as refused:
        return Sent(each, "refused", each.id, fault_of_error(refused))
    return Sent(each, "updated", each.id)


def _judged(
    row: Any, there: Mapping[tuple[str, str], Any], ids: Mapping[str, str], left: set[str]
) -> Prepared | Sent:
    """What is to be sent for a row, or what became of it without a call."""
    variant, location = (ids.get(id, id) for id in _place(row))
    prepared = reset_of(row, location)
    shown: Any = there.get((variant, location))
    if shown is None:
        return Sent(prepared, "refused", row["id"], _UNTRACKED)
    if row["allocatedCount"] != shown["allocatedCount"]:
        left.add("allocatedCount")
    if all(row[name] == shown[name] for name in _COUNTS):
        return Sent(prepared, "unchanged", row["id"])
    return prepared


def reset_of(row: Any, location: str) -> Prepared:
    """The call that gives a location of the target the counts of a row."""
    body = {"action": "Reset", "sku": row["sku"], "inventoryLocationId": location}
    content = msgspec.json.encode(body | {name: row[name] for name in _COUNTS})
    return Prepared(row["id"], digest_of(content), content)


def _place(row: Any) -> tuple[str, str]:
    return row["productVariantId"], row["inventoryLocationId"]
