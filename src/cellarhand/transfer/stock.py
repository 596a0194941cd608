"""Counts of stock: reset where the target's differ from the archive's (reference B20, B21)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from cellarhand.client import Client, Invalid
from cellarhand.transfer.archive import Archive

if TYPE_CHECKING:
    from cellarhand.transfer.push import Outcome

_COUNTS = ("availableForSaleCount", "reserveCount")


def push_stock(client: Client, archive: Archive, ids: Mapping[str, str], outcome: "Outcome") -> None:
    """Make the counts of the target those of the archive. Safe to repeat: what is right is left alone.

    Allocated counts can't be set: they follow from orders that wait to be handed over.
    """
    there = {_place(row): row for row in client.inventories.list()}
    for _, text in archive.records("inventory"):
        row: dict[str, Any] = msgspec.json.decode(text)
        variant, location = _place(row)
        place = ids.get(variant, variant), ids.get(location, location)
        shown: Any = there.get(place)
        if shown is None:
            outcome.refused += 1
            outcome.note = "some variants are not tracked in the target"
            continue
        if row["allocatedCount"] != shown["allocatedCount"]:
            outcome.left.add("allocatedCount")
        if all(row[name] == shown[name] for name in _COUNTS):
            outcome.unchanged += 1
            continue
        body: Any = {"action": "Reset", "sku": row["sku"], "inventoryLocationId": place[1]}
        body |= {name: row[name] for name in _COUNTS}
        try:
            client.actions.create_inventory_transaction(body)
        except Invalid as refused:
            outcome.refused += 1
            outcome.note = str(refused)
        else:
            outcome.updated += 1


def _place(row: Any) -> tuple[str, str]:
    return row["productVariantId"], row["inventoryLocationId"]
