"""What was put on a gift card and taken off it: written down and never changed (reference B28, GFT-3)."""

from cellarhand import clock
from cellarhand.gift_cards.gift_card import GIFT_CARD, is_expired
from cellarhand.gift_cards.shapes import GiftCardTransaction, GiftCardTransactionWrite, TransactionType
from cellarhand.ids import new_id
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.activity import Change, Happening, title_of, write_down
from cellarhand.record.actor import Actor
from cellarhand.record.errors import Fault, Faults
from cellarhand.record.query import only
from cellarhand.record.resource import Draft, Extract, Resource
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import insert_record, replace_record
from cellarhand.settings.time_zone import zone_of
from cellarhand.store.conditions import By, Compare, equal
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import ReadUnit, WriteUnit

GIFT_CARD_TRANSACTION = Resource(
    name="gift-card-transaction",
    thing="Gift Card Transaction",
    path="/gift-card-transaction",
    key="giftCardTransactions",
    read=GiftCardTransaction,
    operations=(),
    right="gift-card",
    permission="Gift Card",
    extracts=(
        Extract(Column("gift_card_id", "id"), lambda row: row["giftCardId"]),
        Extract(Column("amount", "int"), lambda row: row["amount"]),
    ),
    indexes=(Index(("gift_card_id", "amount")),),
)


async def move_balance(
    unit: WriteUnit,
    actor: Actor,
    card_id: str,
    amount: int,
    *,
    details: str,
    notes: str | None = None,
    kind: TransactionType = "Manual",
) -> Record:
    """Put an amount (cents) on a card, or take it off, and write it down.

    E5 without such a card; E6 when it is Cancelled or expired, or would have less than nothing.
    """
    row = await unit.lock(GIFT_CARD.table, ("body",), equal("id", card_id))
    if row is None:
        raise errors.invalid(Fault("giftCardId", errors.DOES_NOT_EXIST))
    card, now = decode(row[0]), clock.now()
    if card["status"] != "Active" or is_expired(card, now, await zone_of(unit)):
        raise errors.forbidden_by_state("Gift card is not active")
    balance: int = card["currentBalance"] + amount
    if balance < 0:
        raise errors.forbidden_by_state("Not enough balance on gift card")
    moment = clock.to_wire(now)
    changed = {**card, "currentBalance": balance, "updatedAt": moment}
    await replace_record(unit, GIFT_CARD, card, changed)
    told: list[Change] = [(("currentBalance",), card["currentBalance"], balance)]
    if notes:
        told.append((("notes",), None, notes))
    happening = Happening(GIFT_CARD.name, card_id, title_of(GIFT_CARD, card), "Balance changed", told)
    await write_down(unit, actor, happening)
    return await _insert(unit, card_id, amount, moment, kind, details, notes)


async def _insert(
    unit: WriteUnit,
    card_id: str,
    amount: int,
    moment: str,
    kind: TransactionType,
    details: str,
    notes: str | None,
) -> Record:
    record: Record = {
        "giftCardId": card_id,
        "amount": amount,
        "notes": notes,
        "transactionType": kind,
        "transactionDetails": details,
        "id": new_id(),
        "transactionDate": moment,
        "updatedAt": moment,
        "createdAt": moment,
    }
    await insert_record(unit, GIFT_CARD_TRANSACTION, record)
    return record


async def write_opening(unit: WriteUnit, card: Record) -> None:
    """What happened to a card before it came here, as one transaction; nothing when nothing did."""
    difference = card["currentBalance"] - card["initialAmount"]
    if difference:
        moment = clock.to_wire(clock.now())
        await _insert(unit, card["id"], difference, moment, "Manual", "Balance brought along", None)


async def refuse_redeemed(draft: Draft) -> None:
    """Who paid with a card can be asked about it: it stays, and can be cancelled (GFT-4)."""
    where = (*equal("gift_card_id", draft.id), Compare("amount", "<", 0))
    if await draft.unit.row(GIFT_CARD_TRANSACTION.table, ("id",), where) is not None:
        raise errors.forbidden_by_state("Can not delete a gift card with redemptions")


async def transactions_of(unit: ReadUnit, card_id: str, most: int) -> list[Record]:
    """The newest transactions of a card."""
    order = (By("created_at", descending=True), By("id", descending=True))
    where = equal("gift_card_id", card_id)
    rows = await unit.rows(GIFT_CARD_TRANSACTION.table, ("body",), where, order, most)
    return [decode(row[0]) for row in rows]


def entered_by(actor: Actor) -> str:
    """What a transaction that was made by hand says of it (reference B28, B29)."""
    return f"Manually entered transaction by {actor.name or actor.label or 'the system'}"


async def add_transaction(call: Call) -> bytes:
    only(call.query, ())
    shape = Shape.of(GiftCardTransactionWrite)
    faults = Faults(shape.members)
    sent = check_body(shape, call.body, Turn(faults))
    if sent.get("amount") == 0:
        faults.add("amount", errors.NOT_ALLOWED)
    faults.raise_any()

    async def job(unit: WriteUnit) -> bytes:
        card_id, amount = sent["giftCardId"], sent["amount"]
        details = entered_by(call.actor)
        return encode(
            await move_balance(unit, call.actor, card_id, amount, details=details, notes=sent["notes"])
        )

    return await call.store.write(call.actor.tenant_id, job)


ADD_GIFT_CARD_TRANSACTION = Action(
    "create-gift-card-transaction",
    "POST",
    "/gift-card-transaction",
    add_transaction,
    "Put an amount on a gift card, or take it off",
    operation="create",
    right="gift-card",
    permission="Gift Card",
    status=201,
    takes=GiftCardTransactionWrite,
    answers=GiftCardTransaction,
)
