"""What orders are found by beside their columns: products and allocations of their lines, old numbers."""

from cellarhand.record.resource import Draft
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import equal
from cellarhand.store.tables import UNIQUE_KEY, Column, Index, Table
from cellarhand.store.unit import ReadUnit, WriteUnit

ORDER_PRODUCT = Table(
    "order_product",
    (Column("product_id", "id"), Column("order_id", "id")),
    key=("product_id", "order_id"),
)
"""Which order names which product, in a line or as a bundle's component (docs/decisions/0039)."""

ORDER_ALLOCATION = Table(
    "order_allocation",
    (Column("allocation_id", "id"), Column("order_id", "id")),
    key=("allocation_id", "order_id"),
    indexes=(Index(("order_id",)),),
)

EXTERNAL = "order.external"
"""The kind of unique value that an upsert goes by: the first order that had this number of this vendor."""


async def keep_order_links(draft: Draft) -> None:
    """Bring the rows of both tables in step with the lines."""
    stored, unit = draft.stored, draft.unit
    if stored is not None and stored["items"] == draft.record["items"]:
        return
    before: set[str] = products_of(stored["items"]) if stored is not None else set()
    after = products_of(draft.record["items"])
    for product_id in before - after:
        where = (*equal("product_id", product_id), *equal("order_id", draft.id))
        await unit.delete(ORDER_PRODUCT, where)
    if after - before:
        rows = [(product_id, draft.id) for product_id in sorted(after - before)]
        await unit.insert_many(ORDER_PRODUCT, ("product_id", "order_id"), rows)
    granted_before: set[str] = allocations_of(stored["items"]) if stored is not None else set()
    granted_after = allocations_of(draft.record["items"])
    for allocation_id in granted_before - granted_after:
        where = (*equal("allocation_id", allocation_id), *equal("order_id", draft.id))
        await unit.delete(ORDER_ALLOCATION, where)
    if granted_after - granted_before:
        granted = [(allocation_id, draft.id) for allocation_id in sorted(granted_after - granted_before)]
        await unit.insert_many(ORDER_ALLOCATION, ("allocation_id", "order_id"), granted)


def products_of(items: list[Record]) -> set[str]:
    """The products that these lines and the components of their bundles name."""
    found = {item["productId"] for item in items}
    found |= {each["productId"] for item in items for each in item["bundleItems"] or ()}
    return found - {None}


def allocations_of(items: list[Record]) -> set[str]:
    """The allocations that these lines were taken from."""
    return {item["allocationId"] for item in items if item["allocationId"] is not None}


def external_key(number: str, vendor: str | None) -> str:
    """An old number with its vendor, in one text."""
    return encode([number, vendor]).decode()


async def keep_external_number(draft: Draft) -> None:
    """The first order that brings an old number is the one that upserts of it mean from now on."""
    number = draft.record.get("externalOrderNumber")
    if number is None or not draft.creating:
        return
    key = external_key(number, draft.record.get("externalOrderVendor"))
    if await order_of(draft.unit, key) is None:
        await claim(draft.unit, key, draft.id)


async def claim(unit: WriteUnit, key: str, order_id: str) -> None:
    """Have an old number stand for an order; of two at once the second is run again, and finds the first."""
    await unit.insert(UNIQUE_KEY, {"kind": EXTERNAL, "value": key, "object_id": order_id})


async def order_of(unit: ReadUnit, key: str) -> str | None:
    """The id of the order that an old number stands for."""
    row = await unit.row(UNIQUE_KEY, ("object_id",), (*equal("kind", EXTERNAL), *equal("value", key)))
    return row[0] if row else None
