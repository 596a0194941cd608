"""Starting to track a variant, and moving stock by hand (reference B20, B21)."""

from typing import Annotated, Any, Literal, Required, TypedDict, cast

from cellarhand import clock
from cellarhand.catalog.inventory import (
    INVENTORY,
    Inventory,
    InventoryTransaction,
    Movement,
    lock_places,
    locked_row,
    move,
    rows_of,
)
from cellarhand.catalog.inventory_location import LOCATION, locations
from cellarhand.catalog.product import PRODUCT, VARIANT, sku_key
from cellarhand.catalog.product_shapes import InventoryPolicy, Sku
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.activity import Change, Happening, write_down
from cellarhand.record.errors import Fault, Faults
from cellarhand.record.query import only
from cellarhand.record.resource import Draft
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode, encode
from cellarhand.record.types import Default, FreeText, Hint, Range, Size, Uuid
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import change
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit

MOST_UNITS = 1_000_000_000
"""Of one call: counts stay exact numbers, for clients that read them as floating point too."""
Units = Annotated[int, Range(-MOST_UNITS, MOST_UNITS)]


class InitialInventory(TypedDict):
    inventoryLocationId: Uuid
    availableForSale: Units


class InventoryWrite(TypedDict, total=False):
    sku: Required[Sku]
    initialInventory: Annotated[list[InitialInventory], Size(0, 100), Default([])]
    inventoryPolicy: InventoryPolicy


class TransactionWrite(TypedDict, total=False):
    action: Required[Literal["Reset", "Adjust", "Transfer"]]
    sku: Required[Sku]
    inventoryLocationId: Required[Uuid]
    toInventoryLocationId: Uuid
    notes: Annotated[FreeText | None, Default(None)]
    availableForSaleCount: Annotated[Units, Hint("one of the two counts is needed", shown=True)]
    reserveCount: Units


async def _variant(unit: WriteUnit, sku: str) -> Any:
    names = ("id", "product_id", "is_tracked")
    row = await unit.row(VARIANT, names, equal("sku_key", sku_key(sku)))
    if row is None:
        raise errors.invalid(Fault("sku", errors.DOES_NOT_EXIST))
    return row


def _checked(shape: type, body: object) -> Record:
    faults = Faults(Shape.of(shape).members)
    clean = check_body(Shape.of(shape), body, Turn(faults))
    faults.raise_any()
    return clean


async def start_tracking(call: Call) -> bytes:
    """Track a variant from now on; answers the new rows as a list."""
    only(call.query, ())
    sent = _checked(InventoryWrite, call.body)

    async def job(unit: WriteUnit) -> bytes:
        variant_id, product_id, is_tracked = await _variant(unit, sent["sku"])
        row = await unit.lock(PRODUCT.table, ("body",), equal("id", product_id))
        if is_tracked or row is None:
            raise errors.forbidden_by_state("Inventory is already tracked for this sku")
        initial = await _initial_counts(unit, sent["initialInventory"])
        await _switch_on(call, unit, decode(row[0]), variant_id, sent.get("inventoryPolicy"))
        for found, _ in await rows_of(unit, (variant_id,)):
            wanted = initial.get(found["inventoryLocationId"], 0)
            movement = Movement(
                variant_id,
                found["inventoryLocationId"],
                wanted - found["availableForSaleCount"],
                details=f"Manual Reset of {found['sku']}",
            )
            await move(unit, movement, call.actor.email)
        rows = [found for found, _ in await rows_of(unit, (variant_id,))]
        rows.sort(key=lambda found: (found["inventoryLocationTitle"], found["id"]))
        return encode({INVENTORY.key: rows, "total": len(rows)})

    return await call.store.write(call.actor.tenant_id, job, alone=PRODUCT.spreads)


async def _initial_counts(unit: WriteUnit, initial: list[dict[str, Any]]) -> dict[str, int]:
    known = {location["id"] for location in await locations(unit)}
    faults = [
        Fault(f"initialInventory[{place}].inventoryLocationId", errors.DOES_NOT_EXIST)
        for place, each in enumerate(initial)
        if each["inventoryLocationId"] not in known
    ]
    if faults:
        raise errors.invalid(*faults)
    return {each["inventoryLocationId"]: each["availableForSale"] for each in initial}


async def _switch_on(
    call: Call, unit: WriteUnit, product: Record, variant_id: str, policy: str | None
) -> None:
    """Tracking is a member of the variant: switching it on is a change of the product."""
    variants = [dict(each) for each in cast(list[dict[str, Any]], product["variants"])]
    for variant in variants:
        if variant["id"] == variant_id:
            variant["hasInventory"] = True
            variant["inventoryPolicy"] = policy or variant["inventoryPolicy"]
    sent = {"variants": variants}
    await change(Draft(PRODUCT, unit, call.actor, clock.now(), sent, Faults(), product))


async def add_transaction(call: Call) -> bytes:
    """Reset, Adjust or Transfer; the counts of the answer are the changes (reference B21)."""
    only(call.query, ())
    sent = _checked(TransactionWrite, call.body)
    _check_members(sent)

    async def job(unit: WriteUnit) -> bytes:
        variant_id, _, is_tracked = await _variant(unit, sent["sku"])
        places = [name for name in ("inventoryLocationId", "toInventoryLocationId") if name in sent]
        lost = [n for n in places if await unit.row(LOCATION.table, ("id",), equal("id", sent[n])) is None]
        if lost:
            raise errors.invalid(*(Fault(name, errors.DOES_NOT_EXIST) for name in lost))
        await lock_places(unit, [(variant_id, sent[name]) for name in places])
        found = await locked_row(unit, variant_id, sent["inventoryLocationId"])
        if not is_tracked or found is None:
            raise errors.forbidden_by_state("Inventory is not tracked for this sku")
        movements = _movements(sent, found[0])
        told: list[Change] = []
        written: list[Record | None] = []
        for movement in movements:
            place = await locked_row(unit, variant_id, movement.location_id)
            told += _told(movement, place[0] if place else found[0])
            written.append(await move(unit, movement, call.actor.email))
        await _tell(unit, call, sent, found[0], told)
        return encode(written[0])

    return await call.store.write(call.actor.tenant_id, job)


def _told(movement: Movement, row: Record) -> list[Change]:
    """What a movement makes of the counts of a place. Pure."""
    place = [row["inventoryLocationTitle"]]
    counts = (("availableForSaleCount", movement.available), ("reserveCount", movement.reserve))
    return [((place, name), row[name], row[name] + by) for name, by in counts if by]


async def _tell(unit: WriteUnit, call: Call, sent: Record, row: Record, told: list[Change]) -> None:
    """Stock is told of on the page of its product."""
    deed = {"Reset": "Stock reset", "Adjust": "Stock adjusted", "Transfer": "Stock moved"}[sent["action"]]
    if sent["notes"]:
        told = [*told, (("notes",), None, sent["notes"])]
    title = f"{row['productTitle']} ({row['sku']})"
    await write_down(unit, call.actor, Happening(PRODUCT.name, row["productId"], title, deed, told))


def _check_members(sent: Record) -> None:
    faults = Faults(Shape.of(TransactionWrite).members)
    if "availableForSaleCount" not in sent and "reserveCount" not in sent:
        faults.require("availableForSaleCount")
    if sent["action"] == "Transfer":
        if "toInventoryLocationId" not in sent:
            faults.require("toInventoryLocationId")
        for name in ("availableForSaleCount", "reserveCount"):
            if sent.get(name, 0) < 0:
                faults.add(name, "must be >= 0")
    elif "toInventoryLocationId" in sent:
        faults.add("toInventoryLocationId", errors.NOT_ALLOWED)
    faults.raise_any()


def _movements(sent: Record, row: Record) -> list[Movement]:
    """The movements that a transaction means, given the row as it is. Pure."""
    details = f"Manual {sent['action']} of {row['sku']}"
    available, reserve = sent.get("availableForSaleCount"), sent.get("reserveCount")
    variant_id, location_id, notes = row["productVariantId"], row["inventoryLocationId"], sent["notes"]
    if sent["action"] == "Reset":
        available = 0 if available is None else available - row["availableForSaleCount"]
        reserve = 0 if reserve is None else reserve - row["reserveCount"]
    available, reserve = available or 0, reserve or 0
    if sent["action"] != "Transfer":
        return [Movement(variant_id, location_id, available, reserve, details=details, notes=notes)]
    if available > row["availableForSaleCount"] or reserve > row["reserveCount"]:
        raise errors.forbidden_by_state("Not enough inventory")
    details = f"Transfer of {row['sku']}"
    return [
        Movement(variant_id, location_id, -available, -reserve, 0, "Transfer", details, notes),
        Movement(
            variant_id, sent["toInventoryLocationId"], available, reserve, 0, "Transfer", details, notes
        ),
    ]


INVENTORY_ACTIONS = (
    Action(
        "create-inventory",
        "POST",
        "/inventory",
        start_tracking,
        "Start tracking a variant; answers the new rows",
        operation="create",
        right="inventory",
        permission="Inventory",
        status=201,
        takes=InventoryWrite,
        answers=Inventory,
        key="inventories",
        counted=True,
    ),
    Action(
        "create-inventory-transaction",
        "POST",
        "/inventory-transaction",
        add_transaction,
        "Reset, adjust or transfer counts",
        operation="create",
        right="inventory",
        permission="Inventory",
        status=201,
        takes=TransactionWrite,
        answers=InventoryTransaction,
    ),
)
