"""What goes with a deleted customer: addresses, cards and notes (reference B3, domain CUS-14)."""

from cellarhand.customers.address import ADDRESS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.note import NOTE
from cellarhand.events.trash import into_trash
from cellarhand.record.errors import Faults
from cellarhand.record.operations import decode, delete_rows, emit
from cellarhand.record.resource import Draft
from cellarhand.store.conditions import BY_ID, equal
from cellarhand.store.tables import SEARCH_TERM


async def delete_belongings(draft: Draft) -> None:
    """Each leaves with a trash row and an event of its own, before the customer's."""
    unit = draft.unit
    for resource in (ADDRESS, CREDIT_CARD, NOTE):
        where = equal("customer_id", draft.id)
        for row in await unit.rows(resource.table, ("body",), where, BY_ID):
            stored = decode(row[0])
            await delete_rows(unit, resource, stored["id"])
            of_one = Draft(resource, unit, draft.actor, draft.now, {}, Faults(), stored)
            await into_trash(of_one)
            await emit(unit, resource, "Delete", stored, draft.actor)
    await unit.delete(SEARCH_TERM, (*equal("kind", draft.resource.name), *equal("object_id", draft.id)))
    await into_trash(draft)
