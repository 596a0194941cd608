"""What changes of tags and customers mean for the coupons and promotions that name them."""

from cellarhand import clock
from cellarhand.discounts.promotion import DISCOUNTS
from cellarhand.discounts.rules import ID_LISTS
from cellarhand.record import errors
from cellarhand.record.actor import Actor
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import change
from cellarhand.store.conditions import BY_ID, Contains
from cellarhand.store.unit import ReadUnit, WriteUnit


async def refuse_tag_of_discount(draft: Draft) -> None:
    """A tag that decides who gets a discount can not be deleted (reference B7, TAG-4)."""
    if await _naming(draft.unit, draft.id):
        raise errors.forbidden_by_state("Can not delete a tag that is in use")


async def show_merged_customer(unit: WriteUnit, actor: Actor, from_id: str, to_id: str) -> None:
    """What a merged customer was offered is offered to the one who stays (CUS-13)."""
    for resource, stored in await _naming(unit, from_id):
        named: list[str] = [to_id if id == from_id else id for id in stored["availableToObjectIds"]]
        sent = {"availableToObjectIds": list(dict.fromkeys(named))}
        await change(Draft(resource, unit, actor, clock.now(), sent, Faults(), stored))


async def _naming(unit: ReadUnit, id: str) -> list[tuple[Resource, Record]]:
    """The coupons and promotions that name something by its id. There are few, and they are read for it."""
    found: list[tuple[Resource, Record]] = []
    for resource in DISCOUNTS:
        for row in await unit.rows(resource.table, ("body",), (Contains("body", f'"{id}"'),), BY_ID):
            record = decode(row[0])
            if any(id in (record[member] or ()) for _, member in ID_LISTS):
                found.append((resource, record))
    return found
