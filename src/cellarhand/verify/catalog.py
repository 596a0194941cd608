"""Products and collections: what they show of each other, and what variants are found by."""

from collections.abc import Iterable, Sequence
from typing import Any

from cellarhand.catalog.collection import COLLECTION, collection_ref, matches
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.inventory import mark_of
from cellarhand.catalog.product import PRODUCT, PRODUCT_X_COLLECTION, VARIANT, variant_row
from cellarhand.catalog.vendor import VENDOR
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, equal
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import (
    Check,
    Difference,
    Judging,
    RecordCheck,
    Row,
    RowsCheck,
    Stored,
    WholeCheck,
)


async def _copies(unit: ReadUnit, products: Sequence[Record]) -> dict[str, Record]:
    """What has to stand in these products of others, by the product's id."""
    classes: dict[str, Record] = {}
    for member, resource in (("departmentId", DEPARTMENT), ("vendorId", VENDOR)):
        ids = tuple(sorted({each[member] for each in products} - {None}))
        rows = await unit.rows(resource.table, ("id", "body"), (Among("id", ids),)) if ids else ()
        classes |= {row[0]: decode(row[1]) for row in rows}
    rows = await unit.rows(COLLECTION.table, ("body",))
    collections = {each["id"]: each for each in (decode(row[0]) for row in rows)}
    dynamic = [each for each in collections.values() if each["type"] == "Dynamic"]
    found: dict[str, Record] = {}
    for product in products:
        department, vendor = classes.get(product["departmentId"]), classes.get(product["vendorId"])
        there = {**product, "department": department, "vendor": vendor}
        held = [collections[each["id"]] for each in product["collections"] if each["id"] in collections]
        manual = [each for each in held if each["type"] == "Manual"]
        ruled = [each for each in held if each["type"] == "Dynamic" and matches(each, there)]
        ruled += [each for each in dynamic if each not in ruled and matches(each, there)]
        found[product["id"]] = {
            "department": department,
            "vendor": vendor,
            "collections": [collection_ref(each) for each in [*manual, *ruled]],
            "variants": [{**each, "inventory": mark_of(each)} for each in product["variants"]],
        }
    return found


def _other_copies(product: Record, wanted: Record) -> dict[str, tuple[Any, Any]]:
    pairs = {name: (product[name], value) for name, value in wanted.items()}
    return {name: pair for name, pair in pairs.items() if _ordered(name, pair[0]) != _ordered(name, pair[1])}


def _ordered(name: str, value: Any) -> Any:
    """Dynamic collections stand in the order in which they were joined, which nothing says."""
    return sorted(value, key=lambda each: each["id"]) if name == "collections" else value


async def _with_other_copies(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    wanted = await _copies(unit, [stored.record for stored in page])
    return [stored.id for stored in page if _other_copies(stored.record, wanted[stored.id])]


async def _judge_copies(judging: Judging, id: str) -> list[Difference]:
    product = await judging.locked(PRODUCT, id)
    if product is None:
        return []
    found = _other_copies(product, (await _copies(judging.unit, [product]))[id])
    if found:
        await judging.rewrite(PRODUCT, {**product, **{name: pair[1] for name, pair in found.items()}})
    return [
        judging.found("product-copies", PRODUCT.name, id, name, stored, computed)
        for name, (stored, computed) in found.items()
    ]


def _variants(product: Record) -> Iterable[Row]:
    return [(v["id"], *variant_row(product["id"], v).values()) for v in product["variants"]]


def _collection_links(product: Record) -> Iterable[Row]:
    return [(each["id"], product["id"]) for each in product["collections"]]


async def _counted(unit: ReadUnit, collection_id: str) -> int:
    return await unit.count(PRODUCT_X_COLLECTION, equal("collection_id", collection_id))


async def _with_other_count(unit: ReadUnit) -> Iterable[str]:
    collections = [decode(row[0]) for row in await unit.rows(COLLECTION.table, ("body",))]
    return [each["id"] for each in collections if each["productCount"] != await _counted(unit, each["id"])]


async def _judge_count(judging: Judging, id: str) -> list[Difference]:
    collection = await judging.locked(COLLECTION, id)
    if collection is None:
        return []
    stored, count = collection["productCount"], await _counted(judging.unit, id)
    if stored == count:
        return []
    await judging.rewrite(COLLECTION, {**collection, "productCount": count})
    return [judging.found("collection-counts", COLLECTION.name, id, "productCount", stored, count)]


CATALOG_CHECKS: tuple[Check, ...] = (
    RecordCheck(
        "product-copies",
        "a product shows its department, vendor, collections and live counts as they are",
        PRODUCT,
        _with_other_copies,
        _judge_copies,
    ),
    RowsCheck(
        "variants",
        "a variant is found by its id and its SKU",
        VARIANT,
        ("id", "product_id", "sku", "sku_key", "is_tracked"),
        "product_id",
        {PRODUCT: _variants},
    ),
    RowsCheck(
        "collection-links",
        "products are found by the collections that they show",
        PRODUCT_X_COLLECTION,
        ("collection_id", "product_id"),
        "product_id",
        {PRODUCT: _collection_links},
    ),
    WholeCheck(
        "collection-counts",
        "a collection's productCount is the number of its products",
        _with_other_count,
        _judge_count,
    ),
)
