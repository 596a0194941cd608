"""Stock: three counts for each tracked variant and location (reference B20, domain INV).

Available can be sold, reserve is set aside by hand, allocated is sold and not handed over. Counts change by
movements alone, and each movement is written down and never changed.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal, TypedDict

from cellarhand import clock
from cellarhand.catalog.product_shapes import InventoryPolicy
from cellarhand.ids import id_of, new_id
from cellarhand.record import errors
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Extract, Filter, Resource, TextSearch
from cellarhand.record.search import fold
from cellarhand.record.text import decode, encode
from cellarhand.record.types import Instant, Text, Uuid
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record, replace_record
from cellarhand.store.conditions import Among, By, equal
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import ReadUnit, WriteUnit


class Inventory(TypedDict):
    id: Uuid
    inventoryLocationTitle: Text
    inventoryLocationId: Uuid
    productVariantId: Uuid
    productVariantTitle: Text
    sku: Text
    upcCode: Text | None
    hasInventory: bool
    availableForSaleCount: int
    reserveCount: int
    allocatedCount: int
    inventoryPolicy: InventoryPolicy
    productId: Uuid
    productTitle: Text


BY_AVAILABLE = Index(("is_tracked", "available", "id"))
INVENTORY = Resource(
    name="inventory",
    thing="Inventory",
    path="/inventory",
    key="inventories",
    read=Inventory,
    operations=("list", "read"),
    right="inventory",
    permission="Inventory",
    extracts=(
        Extract(Column("product_id", "id"), lambda row: row["productId"]),
        Extract(Column("product_variant_id", "id"), lambda row: row["productVariantId"]),
        Extract(Column("inventory_location_id", "id"), lambda row: row["inventoryLocationId"]),
        Extract(Column("is_tracked", "int"), lambda row: int(row["hasInventory"])),
        Extract(Column("available", "int"), lambda row: row["availableForSaleCount"]),
        Extract(Column("product_title", "text"), lambda row: fold(row["productTitle"])),
        Extract(Column("location_title", "text"), lambda row: fold(row["inventoryLocationTitle"])),
    ),
    hidden=(Column("sort_order", "int"),),
    indexes=(
        Index(("product_variant_id", "inventory_location_id")),
        Index(("product_id",)),
        Index(("inventory_location_id",)),
        BY_AVAILABLE,
        Index(("product_title", "sort_order", "location_title", "id")),
    ),
    filters=(
        Filter("productId", "I", "product_id"),
        Filter("productVariantId", "I", "product_variant_id"),
        Filter("inventoryLocationId", "I", "inventory_location_id"),
    ),
    order=(By("product_title"), By("sort_order"), By("location_title"), By("id")),
    sorts={"availableForSaleCount": BY_AVAILABLE},
    search=TextSearch(
        lambda row: "\n".join(
            [row["productTitle"], row["productVariantTitle"], row["sku"], row["upcCode"] or ""]
        )
    ),
    # Counts of a variant that is no longer tracked are kept and not shown.
    visible=lambda _: equal("is_tracked", 1),
)


class InventoryTransaction(TypedDict):
    inventoryLocationId: Uuid
    sku: Text
    productVariantId: Uuid
    transactionType: Literal["Manual", "Transfer", "Order", "Fulfillment", "Refund"]
    transactionDetails: Text
    notes: Text | None
    availableForSaleCount: int
    reserveCount: int
    allocatedCount: int
    id: Uuid
    transactionDate: Instant
    updatedAt: Instant
    createdAt: Instant
    searchText: Text


INVENTORY_TRANSACTION = Resource(
    name="inventory-transaction",
    thing="Inventory Transaction",
    path="/inventory-transaction",
    key="inventoryTransactions",
    read=InventoryTransaction,
    operations=(),
    right="inventory",
    permission="Inventory",
    extracts=(
        Extract(Column("product_variant_id", "id"), lambda row: row["productVariantId"]),
        Extract(Column("inventory_location_id", "id"), lambda row: row["inventoryLocationId"]),
    ),
    hidden=(
        Column("actor", "text", null=True),
        Column("order_id", "id", null=True),
        Column("fulfillment_id", "id", null=True),
    ),
    indexes=(Index(("product_variant_id", "inventory_location_id")), Index(("fulfillment_id",))),
)


@dataclass(frozen=True, slots=True)
class Movement:
    """Changes of the three counts of one variant at one location, and why."""

    variant_id: str
    location_id: str
    available: int = 0
    reserve: int = 0
    allocated: int = 0
    kind: str = "Manual"
    details: str = ""
    notes: str | None = None
    # What it was done for, so that it can be undone.
    order_id: str | None = None
    fulfillment_id: str | None = None


async def lock_places(unit: WriteUnit, places: Collection[tuple[str, str]]) -> None:
    """Before several movements: keep the rows of these variants and locations from other writers.

    All lock them in one order, or two fulfillments that share wines would wait for each other.
    """
    if len(places) > 1:
        variants, locations = (tuple(sorted(set(ids))) for ids in zip(*places, strict=True))
        where = (Among("product_variant_id", variants), Among("inventory_location_id", locations))
        await unit.lock_rows(INVENTORY.table, ("id",), where)


async def locked_row(unit: WriteUnit, variant_id: str, location_id: str) -> tuple[Record, int] | None:
    """The row of a tracked variant at a location and its place in lists, kept from other writers."""
    where = (
        *equal("product_variant_id", variant_id),
        *equal("inventory_location_id", location_id),
        *equal("is_tracked", 1),
    )
    row = await unit.lock(INVENTORY.table, ("body", "sort_order"), where)
    return (decode(row[0]), row[1]) if row else None


async def move(unit: WriteUnit, movement: Movement, actor: str | None) -> Record | None:
    """Carry one movement out and write it down; None when the variant is not tracked there.

    Available falls below 0 with policy Back Order alone, reserve and allocated never do (INV-6): E6.
    """
    found = await locked_row(unit, movement.variant_id, movement.location_id)
    if found is None:
        return None
    row, sort_order = found
    changed = {
        **row,
        "availableForSaleCount": row["availableForSaleCount"] + movement.available,
        "reserveCount": row["reserveCount"] + movement.reserve,
        "allocatedCount": row["allocatedCount"] + movement.allocated,
    }
    short = movement.available < 0 and changed["availableForSaleCount"] < 0
    if (short and row["inventoryPolicy"] == "Dont Sell") or (
        changed["reserveCount"] < 0 or changed["allocatedCount"] < 0
    ):
        raise errors.forbidden_by_state("Not enough inventory")
    await replace_record(unit, INVENTORY, row, changed, {"sort_order": sort_order})
    return await write_down(unit, movement, row["sku"], actor)


async def write_down(unit: WriteUnit, movement: Movement, sku: str, actor: str | None) -> Record:
    """The transaction that tells of a movement."""
    moment = clock.to_wire(clock.now())
    record: Record = {
        "inventoryLocationId": movement.location_id,
        "sku": sku,
        "productVariantId": movement.variant_id,
        "transactionType": movement.kind,
        "transactionDetails": movement.details,
        "notes": movement.notes,
        "availableForSaleCount": movement.available,
        "reserveCount": movement.reserve,
        "allocatedCount": movement.allocated,
        "id": new_id(),
        "transactionDate": moment,
        "updatedAt": moment,
        "createdAt": moment,
        "searchText": movement.details,
    }
    hidden = {
        "actor": actor,
        "order_id": movement.order_id,
        "fulfillment_id": movement.fulfillment_id,
    }
    await insert_record(unit, INVENTORY_TRANSACTION, record, hidden)
    return record


async def undo_fulfillments(
    unit: WriteUnit, fulfillment_ids: Iterable[str], details: str, actor: str | None
) -> None:
    """Give back exactly what these fulfillments took and a refund has not put back, where it was (INV-2)."""
    names = ("body", "order_id", "fulfillment_id")
    where = (Among("fulfillment_id", tuple(fulfillment_ids)),)
    taken: dict[tuple[str, str, str], Movement] = {}
    for body, order_id, fulfillment_id in await unit.rows(INVENTORY_TRANSACTION.table, names, where):
        record = decode(body)
        place = (record["productVariantId"], record["inventoryLocationId"])
        before = taken.get((fulfillment_id, *place), Movement(*place))
        taken[fulfillment_id, *place] = Movement(
            *place,
            before.available - record["availableForSaleCount"],
            before.reserve - record["reserveCount"],
            before.allocated - record["allocatedCount"],
            "Fulfillment",
            details,
            order_id=order_id,
            fulfillment_id=fulfillment_id,
        )
    await lock_places(unit, {(variant_id, location_id) for _, variant_id, location_id in taken})
    for _, movement in sorted(taken.items(), key=itemgetter(0)):
        if movement.available or movement.reserve or movement.allocated:
            await move(unit, movement, actor)


def new_row(product: Record, variant: Record, location: Record, available: int) -> Record:
    """The row of a variant that begins to be tracked at a location."""
    members = {
        "id": row_id(variant["id"], location["id"]),
        "inventoryLocationTitle": location["title"],
        "inventoryLocationId": location["id"],
        "productVariantId": variant["id"],
        "hasInventory": True,
        "availableForSaleCount": available,
        "reserveCount": 0,
        "allocatedCount": 0,
        "productId": product["id"],
        **described(product, variant),
    }
    return assemble(INVENTORY.read_shape, members, None)


def row_id(variant_id: str, location_id: str) -> str:
    """A row's id follows from what it counts, so that it is the same in every copy of a tenant."""
    return id_of("inventory", variant_id, location_id)


def described(product: Record, variant: Record) -> Record:
    """What a row says of its variant."""
    return {
        "productVariantTitle": variant["title"],
        "sku": variant["sku"],
        "upcCode": variant["upcCode"],
        "inventoryPolicy": variant["inventoryPolicy"],
        "productTitle": product["title"],
    }


async def rows_of(unit: ReadUnit, variant_ids: Iterable[str]) -> list[tuple[Record, int]]:
    """All rows of these variants, tracked or not, with their place in lists."""
    where = (Among("product_variant_id", tuple(variant_ids)),)
    rows = await unit.rows(INVENTORY.table, ("body", "sort_order"), where)
    return [(decode(row[0]), row[1]) for row in rows]


async def follow_variant(
    unit: WriteUnit, product: Record, variant: Record, rows: list[tuple[Record, int]], locations: list[Record]
) -> None:
    """Bring a variant's rows in step with its product: tracked or not, titles, policy (reference B14)."""
    at = {row["inventoryLocationId"]: (row, place) for row, place in rows}
    for location in locations:
        if location["id"] in at:
            row, place = at[location["id"]]
            told = {**described(product, variant), "hasInventory": variant["hasInventory"]}
            if {**row, **told} != row or place != variant["sortOrder"]:
                row = await _as_it_is(unit, row)
                hidden = {"sort_order": variant["sortOrder"]}
                await replace_record(unit, INVENTORY, row, {**row, **told}, hidden)
        elif variant["hasInventory"]:
            row = new_row(product, variant, location, 0)
            await insert_record(unit, INVENTORY, row, {"sort_order": variant["sortOrder"]})


async def _as_it_is(unit: WriteUnit, row: Record) -> Record:
    """A row that was read before, kept from other writers: a movement may have come between."""
    found = await unit.lock(INVENTORY.table, ("body",), equal("id", row["id"]))
    return decode(found[0]) if found else row


async def drop_rows(unit: WriteUnit, variant_ids: Iterable[str]) -> None:
    """Variants that go take their rows along. E6 when something is sold and not handed over."""
    for read, _ in await rows_of(unit, variant_ids):
        row = await _as_it_is(unit, read)
        if row["allocatedCount"]:
            raise errors.forbidden_by_state("Can not delete a variant with allocated inventory")
        # The id is not used up: a row comes back with its variant.
        await unit.delete(INVENTORY.table, equal("id", row["id"]))
        await unit.count_up(INVENTORY.name, -1)


# Live counts inside products. A product's text holds a mark for each tracked variant, which reading replaces:
# a movement then changes one small row and no product.

_MARK = re.compile(rb'"\\u0001inventory:([0-9a-f-]{36})"')


def mark_of(variant: Record) -> str | None:
    """What stands for a variant's counts in the stored text of its product."""
    return f"\x01inventory:{variant['id']}" if variant["hasInventory"] else None


async def show_counts(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of products with the counts of this moment in the places of their marks."""
    marked = {found.decode() for body in bodies for found in _MARK.findall(body)}
    if not marked:
        return bodies
    names = ("body", "location_title")
    where = (Among("product_variant_id", tuple(sorted(marked))), *equal("is_tracked", 1))
    shown: dict[bytes, list[dict[str, Any]]] = {}
    for row in await unit.rows(INVENTORY.table, names, where, (By("location_title"), By("id"))):
        counts = decode(row[0])
        shown.setdefault(counts["productVariantId"].encode(), []).append(
            {
                "inventoryLocationId": counts["inventoryLocationId"],
                "productVariantId": counts["productVariantId"],
                "availableForSaleCount": counts["availableForSaleCount"],
                "reserveCount": counts["reserveCount"],
                "allocatedCount": counts["allocatedCount"],
            }
        )
    texts = {variant_id: encode(rows) for variant_id, rows in shown.items()}
    return [_MARK.sub(lambda found: texts.get(found[1], b"[]"), body) for body in bodies]
