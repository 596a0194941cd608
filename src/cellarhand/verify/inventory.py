"""Stock: a row for each tracked variant and location, with the sums of its movements (INV-7)."""

from collections.abc import Iterable, Sequence

from cellarhand.catalog.inventory import INVENTORY, INVENTORY_TRANSACTION, described, follow_variant, rows_of
from cellarhand.catalog.inventory_location import locations
from cellarhand.catalog.product import PRODUCT
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Where, equal
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Stored, WholeCheck
from cellarhand.verify.walk import pages

COUNTS = ("availableForSaleCount", "reserveCount", "allocatedCount")
_PLACE = ("productVariantId", "inventoryLocationId")
_NO_COUNTS = (0, 0, 0)


Sums = dict[tuple[str, ...], tuple[int, ...]]


async def _sums(unit: ReadUnit, where: Where = ()) -> Sums:
    """What the movements come to, by variant and location; as many entries as there are rows of stock."""
    sums: Sums = {}
    async for page in pages(unit, INVENTORY_TRANSACTION.table, ("body",), where):
        for stored in page:
            movement = decode(stored[0])
            place = tuple(movement[name] for name in _PLACE)
            pairs = zip(sums.get(place, _NO_COUNTS), COUNTS, strict=True)
            sums[place] = tuple(so_far + movement[name] for so_far, name in pairs)
    return sums


def _other_counts(row: Record, sums: Sums) -> dict[str, int]:
    found = sums.get(tuple(row[name] for name in _PLACE), _NO_COUNTS)
    return {name: count for name, count in zip(COUNTS, found, strict=True) if row[name] != count}


async def _with_other_counts(unit: ReadUnit) -> Iterable[str]:
    sums = await _sums(unit)
    found: list[str] = []
    async for page in pages(unit, INVENTORY.table, ("body",)):
        found += [row["id"] for row in (decode(each[0]) for each in page) if _other_counts(row, sums)]
    return found


async def _judge_counts(judging: Judging, id: str) -> list[Difference]:
    row = await judging.locked(INVENTORY, id)
    if row is None:
        return []
    of_row = (
        *equal("product_variant_id", row["productVariantId"]),
        *equal("inventory_location_id", row["inventoryLocationId"]),
    )
    found = _other_counts(row, await _sums(judging.unit, of_row))
    if found:
        await judging.rewrite(INVENTORY, {**row, **found})
    return [
        judging.found("inventory-counts", INVENTORY.name, id, name, row[name], count)
        for name, count in found.items()
    ]


async def _with_other_rows(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    places = await locations(unit)
    tracked = [each for each in page if any(v["hasInventory"] for v in each.record["variants"])]
    variants = [variant["id"] for each in page for variant in each.record["variants"]]
    rows = _by_variant(await rows_of(unit, variants))
    there = [each for each in page if any(v["id"] in rows for v in each.record["variants"])]
    suspected = {each.id: each.record for each in [*tracked, *there]}
    return [id for id, product in suspected.items() if _other_rows(product, rows, places)]


Rows = dict[str, list[tuple[Record, int]]]


def _by_variant(rows: Iterable[tuple[Record, int]]) -> Rows:
    found: Rows = {}
    for row, place in rows:
        found.setdefault(row["productVariantId"], []).append((row, place))
    return found


def _other_rows(product: Record, rows: Rows, places: Sequence[Record]) -> list[tuple[str, object, object]]:
    """What is wrong with the rows of a product's variants: the member, as it is, as it has to be."""
    found: list[tuple[str, object, object]] = []
    for variant in product["variants"]:
        there = {row["inventoryLocationId"]: (row, place) for row, place in rows.get(variant["id"], [])}
        for location in places:
            if location["id"] not in there:
                if variant["hasInventory"]:
                    found.append((f"{variant['sku']} at {location['title']}", None, "a row"))
                continue
            row, place = there[location["id"]]
            wanted = {**described(product, variant), "hasInventory": variant["hasInventory"]}
            found += [(name, row[name], value) for name, value in wanted.items() if row[name] != value]
            if place != variant["sortOrder"]:
                found.append(("sort_order", place, variant["sortOrder"]))
    return found


async def _judge_rows(judging: Judging, id: str) -> list[Difference]:
    product = await judging.locked(PRODUCT, id)
    if product is None:
        return []
    places = await locations(judging.unit)
    rows = _by_variant(await rows_of(judging.unit, [variant["id"] for variant in product["variants"]]))
    found = _other_rows(product, rows, places)
    if found and judging.repair:
        for variant in product["variants"]:
            await follow_variant(judging.unit, product, variant, rows.get(variant["id"], []), places)
    return [judging.found("inventory-rows", PRODUCT.name, id, *each) for each in found]


INVENTORY_CHECKS: tuple[Check, ...] = (
    RecordCheck(
        "inventory-rows",
        "a tracked variant has its counts at every location, under its names",
        PRODUCT,
        _with_other_rows,
        _judge_rows,
    ),
    WholeCheck(
        "inventory-counts",
        "counts are the sums of their movements",
        _with_other_counts,
        _judge_counts,
    ),
)
