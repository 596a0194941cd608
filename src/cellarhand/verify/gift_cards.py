"""Gift cards: what is left on them, and the customers that they show."""

from collections.abc import Iterable, Sequence

from cellarhand.customers.customer import CUSTOMER
from cellarhand.gift_cards.gift_card import GIFT_CARD
from cellarhand.gift_cards.transaction import GIFT_CARD_TRANSACTION
from cellarhand.orders.customer_copy import mark_of
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, Stored


async def _wanted(unit: ReadUnit, cards: Sequence[Record]) -> dict[str, Record]:
    """What has to stand in these cards, by their ids."""
    ids = tuple(card["id"] for card in cards)
    sums = {card["id"]: card["initialAmount"] for card in cards}
    names = ("gift_card_id", "amount")
    for card_id, amount in await unit.rows(GIFT_CARD_TRANSACTION.table, names, (Among("gift_card_id", ids),)):
        sums[card_id] += amount
    customers = tuple(sorted({card["customerId"] for card in cards} - {None}))
    rows = await unit.rows(CUSTOMER.table, ("id",), (Among("id", customers),)) if customers else ()
    there = {None, *(row[0] for row in rows)}
    return {
        card["id"]: {
            "currentBalance": sums[card["id"]],
            # Of one who is gone the last copy stays.
            "customer": mark_of(card["customerId"]) if card["customerId"] in there else card["customer"],
        }
        for card in cards
    }


def _differ(card: Record, wanted: Record) -> list[str]:
    return [name for name, value in wanted.items() if card[name] != value]


async def _suspects(unit: ReadUnit, page: Sequence[Stored]) -> Iterable[str]:
    wanted = await _wanted(unit, [stored.record for stored in page])
    return [stored.id for stored in page if _differ(stored.record, wanted[stored.id])]


async def _judge(judging: Judging, id: str) -> list[Difference]:
    card = await judging.locked(GIFT_CARD, id)
    if card is None:
        return []
    wanted = (await _wanted(judging.unit, [card]))[id]
    names = _differ(card, wanted)
    if names:
        await judging.rewrite(GIFT_CARD, {**card, **wanted})
    return [judging.found("gift-cards", GIFT_CARD.name, id, name, card[name], wanted[name]) for name in names]


GIFT_CARD_CHECKS: tuple[Check, ...] = (
    RecordCheck(
        "gift-cards",
        "a gift card has what its transactions left of it, and shows its customer",
        GIFT_CARD,
        _suspects,
        _judge,
    ),
)
