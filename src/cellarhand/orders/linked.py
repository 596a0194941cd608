"""Orders that refund, exchange or convert another one, and how that one shows them (reference B10.8)."""

from collections.abc import Sequence

from cellarhand.record.actor import Actor
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import change
from cellarhand.store.conditions import Among, equal
from cellarhand.store.unit import WriteUnit

_SHOWN = ("previousOrderId", "orderNumber", "purchaseType")


async def keep_linked_orders(draft: Draft) -> None:
    """Show this order in the one before it, and its number in those that came of it."""
    before, after = draft.stored, draft.record
    if before is None and after["previousOrderId"] is None:
        return
    if before is not None and all(before[member] == after[member] for member in _SHOWN):
        return
    # Of many that are imported at their end: a change between them would send out what waits.
    await draft.unit.together(_show_in_others, draft.actor, (draft,))


async def _show_in_others(_unit: WriteUnit, _actor: Actor, drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        await _show_in(draft)


async def _show_in(draft: Draft) -> None:
    before, after = draft.stored, draft.record
    for id in sorted({(before or after)["previousOrderId"], after["previousOrderId"]} - {None}):
        stored = await _locked(draft, id)
        if stored is not None:
            linked = _linked(stored["linkedOrders"], after, here=id == after["previousOrderId"])
            await _change(draft, stored, {"linkedOrders": linked})
    if before is not None and before["orderNumber"] != after["orderNumber"]:
        await _tell_number(draft)


def _linked(linked: list[Record], order: Record, *, here: bool) -> list[Record]:
    """The entries with this order's own as it is now, in its place. Pure."""
    entry = {
        "orderId": order["id"],
        "orderNumber": order["orderNumber"],
        "purchaseType": order["purchaseType"],
    }
    if not here:
        return [each for each in linked if each["orderId"] != order["id"]]
    if any(each["orderId"] == order["id"] for each in linked):
        return [entry if each["orderId"] == order["id"] else each for each in linked]
    return [*linked, entry]


async def _tell_number(draft: Draft) -> None:
    ids = tuple(sorted(each["orderId"] for each in draft.record["linkedOrders"]))
    if not ids:
        return
    for row in await draft.unit.rows(draft.resource.table, ("body",), (Among("id", ids),)):
        await _change(draft, decode(row[0]), {"previousOrderNumber": draft.record["orderNumber"]})


async def _locked(draft: Draft, id: str) -> Record | None:
    row = await draft.unit.lock(draft.resource.table, ("body",), equal("id", id))
    return decode(row[0]) if row else None


async def _change(draft: Draft, stored: Record, sent: Record) -> None:
    """A change of another order by this one: nothing else follows from it."""
    if draft.actor.keeps_dates:
        sent = {**sent, "updatedAt": stored["updatedAt"]}
    other = Draft(draft.resource, draft.unit, draft.actor, draft.now, sent, Faults(), stored)
    other.with_parent = True
    await change(other)
