"""What deletions of customers mean for the gift cards that show them (CUS-14)."""

from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.orders.customer_copy import mark_of
from cellarhand.record.reading import shown
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode, encode
from cellarhand.record.writing import replace_record
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit


async def keep_on_cards(draft: Draft) -> None:
    """The cards of a deleted customer keep `customerId`, and show the customer as it was last."""
    where = equal("customer_id", draft.id)
    if await draft.unit.row(GIFT_CARD.table, ("id",), where) is None:
        return
    copy = (await shown(draft.resource, draft.unit, draft.before)).decode()
    await draft.unit.replace_text(GIFT_CARD.table, "body", encode(mark_of(draft.id)).decode(), copy, where)


async def show_on_cards(unit: WriteUnit, customer_id: str) -> None:
    """The cards of a customer who is there again show it as it is."""
    for row in await unit.lock_rows(GIFT_CARD.table, ("body",), equal("customer_id", customer_id)):
        card = decode(row[0])
        await replace_record(unit, GIFT_CARD, card, {**card, "customer": mark_of(customer_id)})
