"""What a change of a department, vendor or collection does to the products that show it.

A product shows its classes inside its own stored text, where they are replaced in the unit of work of the
change; the product itself has not changed (docs/decisions/0007).
"""

from collections.abc import Iterable, Sequence

from cellarhand import clock
from cellarhand.catalog.collection import COLLECTION, collection_ref, matches
from cellarhand.catalog.product import PRODUCT, PRODUCT_X_COLLECTION
from cellarhand.record import errors
from cellarhand.record.copies import around, replace_copies
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.record.writing import change
from cellarhand.store.conditions import Contains, Linked, Where, equal
from cellarhand.store.unit import WriteUnit


async def show_department(draft: Draft) -> None:
    await _show(draft, "department", equal("department_id", draft.id))


async def show_vendor(draft: Draft) -> None:
    await _show(draft, "vendor", equal("vendor_id", draft.id))


async def _show(draft: Draft, member: str, where: Where) -> None:
    if draft.stored is None:
        return
    old, new = (f'"{member}":{encode(each).decode()}' for each in (draft.stored, draft.record))

    def change(product: Record) -> None:
        product[member] = draft.record

    await replace_copies(draft.unit, PRODUCT, where, old, ((old, new),), change)


async def forget_department(draft: Draft) -> None:
    """Products of a deleted department have none (reference B17)."""
    await _forget(draft, "departmentId", equal("department_id", draft.id))


async def forget_vendor(draft: Draft) -> None:
    """Products of a deleted vendor have none (reference B18)."""
    await _forget(draft, "vendorId", equal("vendor_id", draft.id))


async def _forget(draft: Draft, member: str, where: Where) -> None:
    for row in await draft.unit.rows(PRODUCT.table, ("body",), where):
        await _change_product(draft, decode(row[0]), {member: None})


async def _change_product(draft: Draft, product: Record, sent: Record) -> None:
    of_product = Draft(PRODUCT, draft.unit, draft.actor, clock.now(), sent, Faults(), product)
    await change(of_product)


async def refuse_tag_of_security(draft: Draft) -> None:
    """A tag that decides who may buy a product can not be deleted (reference B7, TAG-4)."""
    named = (Contains("body", f'"{draft.id}"'),)
    for row in await draft.unit.rows(PRODUCT.table, ("body",), named):
        if draft.id in decode(row[0])["security"].get("availableToObjectIds", ()):
            raise errors.forbidden_by_state("Can not delete a tag that is in use")


async def show_collection(draft: Draft) -> None:
    """Products show the collection as it is; a dynamic one gathers the products that meet its rule now."""
    if draft.stored is not None:
        old, new = (encode(collection_ref(each)).decode() for each in (draft.stored, draft.record))
        await _replace_collection(draft, old, ((old, new),), [collection_ref(draft.record)])
    if draft.record["type"] == "Dynamic":
        await _gather(draft)
        held = await draft.unit.count(PRODUCT_X_COLLECTION, equal("collection_id", draft.id))
        draft.record["productCount"], draft.text = held, b""


async def _gather(draft: Draft) -> None:
    for row in await draft.unit.rows(PRODUCT.table, ("body",)):
        product = decode(row[0])
        held = any(each["id"] == draft.id for each in product["collections"])
        if held != matches(draft.record, product):
            await _change_product(draft, product, {})


def _in_collection(collection_id: str) -> Where:
    linked = equal("collection_id", collection_id)
    return (Linked("id", PRODUCT_X_COLLECTION, "product_id", linked),)


async def forget_collection(draft: Draft) -> None:
    """Take a deleted collection off every product that shows it."""
    text = encode(collection_ref(draft.before)).decode()
    await _replace_collection(draft, text, around(text), [])
    await draft.unit.delete(PRODUCT_X_COLLECTION, equal("collection_id", draft.id))


async def _replace_collection(
    draft: Draft, copy: str, forms: Iterable[tuple[str, str]], by: Sequence[Record]
) -> None:
    def change(product: Record) -> None:
        shown = product["collections"]
        product["collections"] = [each for one in shown for each in (by if one["id"] == draft.id else (one,))]

    await replace_copies(draft.unit, PRODUCT, _in_collection(draft.id), copy, forms, change)


async def recount(unit: WriteUnit, collection_id: str) -> None:
    """Bring a collection's `productCount` in step with its links; no change of the collection itself."""
    row = await unit.lock(COLLECTION.table, ("body",), equal("id", collection_id))
    if row is None:
        return
    collection = decode(row[0])
    count = await unit.count(PRODUCT_X_COLLECTION, equal("collection_id", collection_id))
    if collection["productCount"] != count:
        collection["productCount"] = count
        changed = {"body": encode(collection).decode()}
        await unit.update(COLLECTION.table, equal("id", collection_id), changed)
