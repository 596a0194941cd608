"""Gift cards: a code, and what is left of an amount (reference B28, domain GFT)."""

import secrets
import string
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.events.trash import into_trash
from cellarhand.gift_cards.shapes import STATUSES, GiftCard, GiftCardWrite
from cellarhand.orders.customer_copy import mark_of, show_whole_customers
from cellarhand.orders.number import take_number
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Extract, Filter, Resource, Unique, WordSearch
from cellarhand.record.search import fold
from cellarhand.record.validate import Record
from cellarhand.settings.time_zone import midnight
from cellarhand.store.conditions import AnyOf, Compare, Condition, Contains, StartsWith, Where, equal
from cellarhand.store.tables import Column, Index

NUMBER = "gift-card.number"
_ALPHABET = string.ascii_uppercase + string.digits
_MADE_LENGTH = 16
_LONGEST_NUMBER = 10


def new_code() -> str:
    """A code that nobody guesses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_MADE_LENGTH))


def masked(code: str) -> str:
    """A code as lists show it: its last four characters. Pure."""
    return f"{'*' * 8}{code[-4:]}"


def is_expired(card: Record, now: int, zone: ZoneInfo) -> bool:
    """Whether the tenant's day of `expiryDate` is over (GFT-2). Pure."""
    expiry = clock.from_wire(card["expiryDate"]) if card["expiryDate"] else None
    if expiry is None or expiry >= now:
        return False
    # No day is as long as two: so dates at the ends of the calendar need no zone.
    return expiry < now - 2 * clock.DAY_MS or midnight(expiry, zone, 1) <= now


def _check(draft: Draft) -> None:
    """A Physical card carries its code already."""
    if draft.creating and draft.sent.get("type") == "Physical" and "code" not in draft.sent:
        draft.faults.require("code")


async def _find_customer(draft: Draft) -> None:
    customer_id = draft.sent.get("customerId")
    if customer_id is None or (not draft.creating and customer_id == draft.before["customerId"]):
        return
    if await draft.unit.lock(CUSTOMER.table, ("id",), equal("id", customer_id)) is None:
        draft.faults.add("customerId", errors.DOES_NOT_EXIST)


async def _fill_in(draft: Draft) -> None:
    """Number, code and balance of a new card; what is refused until here uses up no number."""
    if not draft.creating or draft.faults:
        return
    sent = draft.sent
    sent.setdefault("currentBalance", sent["initialAmount"])
    if "code" not in sent:
        sent["code"] = new_code()
        draft.derived.add("code")
    if "giftCardNumber" not in sent:
        sent["giftCardNumber"] = await take_number(draft, NUMBER, "giftCardNumber")


async def _show_customer(draft: Draft) -> None:
    record = draft.record
    if draft.creating or record["customerId"] != draft.before["customerId"]:
        record["customer"] = mark_of(record["customerId"])


async def _open_balance(draft: Draft) -> None:
    """A card that comes with another balance than it began with: one transaction tells of what was before."""
    if not draft.creating:
        return
    # Transactions know their card, and so their module imports this one.
    from cellarhand.gift_cards.transaction import write_opening

    await write_opening(draft.unit, draft.record)


async def _refuse_redeemed(draft: Draft) -> None:
    from cellarhand.gift_cards.transaction import refuse_redeemed

    await refuse_redeemed(draft)


def _codes(card: Record) -> Iterable[tuple[str, str]]:
    # One that is refused anyway has neither yet.
    if card["code"] is not None:
        yield card["code"].casefold(), "code"


def _numbers(card: Record) -> Iterable[tuple[str, str]]:
    if card["giftCardNumber"] is not None:
        yield str(card["giftCardNumber"]), "giftCardNumber"


def _find(text: str) -> Where:
    """The code begins so, the number is this, or title or recipient contain the text (reference A11)."""
    sought = fold(text)
    found: list[Condition] = [StartsWith("code_key", sought), Contains("told", sought)]
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        found.append(Compare("number", "=", int(text)))
    return (AnyOf(tuple(found)),)


GIFT_CARD = Resource(
    name="gift-card",
    thing="Gift Card",
    path="/gift-card",
    key="giftCards",
    read=GiftCard,
    write=GiftCardWrite,
    right="gift-card",
    permission="Gift Card",
    extracts=(
        Extract(Column("customer_id", "id", null=True), lambda card: card["customerId"]),
        Extract(Column("status", "text"), lambda card: card["status"]),
        Extract(Column("number", "int"), lambda card: card["giftCardNumber"]),
        Extract(Column("code_key", "text"), lambda card: fold(card["code"])),
        Extract(
            Column("told", "text"), lambda card: fold(f"{card['title']}\n{card['recipientEmail'] or ''}")
        ),
    ),
    indexes=(
        Index(("customer_id", "-created_at", "id")),
        Index(("number",)),
        Index(("code_key",)),
    ),
    filters=(
        Filter("customerId", "I", "customer_id"),
        Filter("status", "E", "status", choices=STATUSES),
    ),
    search=WordSearch(lambda _: (), _find),
    unique=(Unique("gift-card.code", _codes), Unique(NUMBER, _numbers)),
    trash_title=lambda card: card["title"],
    check=_check,
    present=show_whole_customers,
    present_joined=True,
    prepare=(_find_customer, _fill_in),
    settle=(_show_customer,),
    follow=(_open_balance,),
    refuse_delete=(_refuse_redeemed,),
    follow_delete=(into_trash,),
)
