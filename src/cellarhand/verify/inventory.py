"""Stock: a row for each tracked variant and location, and counts that are the sums of their movements (INV-7)."""

from collections.abc import Iterable, Sequence

from cellarhand.catalog.inventory import INVENTORY, INVENTORY_TRANSACTION, described, follow_variant, rows_of
from cellarhand.catalog.inventory_location import locations
from cellarhand.catalog.product import PRODUCT
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Stored

COUNTS = ("availableForSaleCount", "reserveCount", "allocatedCount")
_PLACE = ("productVariantId", "inventoryLocationId")
_NO_COUNTS = (0, 0, 0)


async def _sums(unit: ReadUnit, rows: Sequence[Record]) -> dict[tuple[str, ...], tuple[int, ...]]:
    """What the movements of these variants come to, by variant and location."""
    variants = tuple(sorted({row["productVariantId"] for row in rows}))
    sums: dict[tuple[str, ...], tuple[int, ...]] = {}
    where = (Among("product_variant_id", variants),)
    for row in await unit.rows(INVENTORY_TRANSACTION.table, ("body",), where):
        movement = decode(row[0])
        place = tuple(movement[name] for name in _PLACE)
        pairs = zip(sums.get(place, _NO_COUNTS), COUNTS, strict=True)
        sums[place] = tuple(so_far + movement[name] for so_far, name in pairs)
    return sums


def _other_counts(row: Record, sums: dict[tuple[str, ...], tuple[int, ...]]) -> dict[str, int]:
    found = sums.get(tuple(row[name] for name in _PLACE), _NO_COUNTS)
    return {name: count for name, count in zip(COUNTS, found, strict=True) if row[name] != count}


async def _with_other_counts(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    found: list[str] = []
    # A few at a time: a variant may have moved a hundred thousand times.
    for start in range(0, len(page), 10):
        part = page[start : start + 10]
        sums = await _sums(unit, [stored.record for stored in part])
        found += [stored.id for stored in part if _other_counts(stored.record, sums)]
    return found


async def _judge_counts(judging: Judging, id: str) -> list[Difference]:
    row = await judging.locked(INVENTORY, id)
    if row is None:
        return []
    found = _other_counts(row, await _sums(judging.unit, [row]))
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
    RecordCheck(
        "inventory-counts",
        "counts are the sums of their movements",
        INVENTORY,
        _with_other_counts,
        _judge_counts,
    ),
)
