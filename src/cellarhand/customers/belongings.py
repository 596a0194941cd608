"""What goes with a deleted customer: memberships, addresses, cards, notes (reference B3, domain CUS-14)."""

from cellarhand.clubs.uses import delete_memberships
from cellarhand.customers.address import ADDRESS, drop_company
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.note import NOTE
from cellarhand.customers.ranking import forget_rank
from cellarhand.events.trash import into_trash
from cellarhand.gift_cards.uses import keep_on_cards
from cellarhand.orders.uses import keep_last_copy
from cellarhand.record.activity import tell
from cellarhand.record.emitting import emit
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode
from cellarhand.record.writing import delete_rows
from cellarhand.settings.meta_data import keep_hidden
from cellarhand.store.conditions import BY_ID, equal


async def delete_belongings(draft: Draft) -> None:
    """Each leaves with a trash row and an event of its own, before the customer's."""
    unit = draft.unit
    await keep_last_copy(draft)
    await keep_on_cards(draft)
    await delete_memberships(draft)
    await forget_rank(unit, draft.id)
    for resource in (ADDRESS, CREDIT_CARD, NOTE):
        where = equal("customer_id", draft.id)
        for row in await unit.rows(resource.table, ("body",), where, BY_ID):
            stored = decode(row[0])
            of_one = Draft(resource, unit, draft.actor, draft.now, {}, Faults(), stored)
            if resource is ADDRESS:
                await keep_hidden(of_one)
                await drop_company(unit, stored)
            await delete_rows(unit, resource, stored)
            await into_trash(of_one)
            await tell(of_one, "Deleted")
            await emit(unit, resource, "Delete", stored, draft.actor)
    await into_trash(draft)
