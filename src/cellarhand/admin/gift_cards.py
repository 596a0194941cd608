"""Gift cards: their list, where codes are masked, and one of each with all that was moved on it (GFT-2)."""

from typing import Any

from starlette.responses import Response

from cellarhand import clock
from cellarhand.admin import records
from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filled import NO_AMOUNT
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import said
from cellarhand.admin.show import NOTHING, Locale, cents_of, day_begins, moment, money, named
from cellarhand.admin.visit import Screen, Visit
from cellarhand.gift_cards.gift_card import GIFT_CARD, is_expired, masked
from cellarhand.gift_cards.transaction import ADD_GIFT_CARD_TRANSACTION, transactions_of
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record
from cellarhand.settings.time_zone import date_of, zone_of

PATH = "/gift-cards"
_MOST_SHOWN = 200


def _hidden(code: object, locale: Locale) -> str:  # noqa: ARG001 - as every way to show a value
    return masked(code) if isinstance(code, str) else NOTHING


LIST = ListScreen(
    GIFT_CARD,
    "Gift cards",
    PATH,
    opens=True,
    adds="Add gift card",
    columns=(
        Column("number", "Number", "giftCardNumber", named),
        Column("title", "Title", "title"),
        Column("code", "Code", "code", _hidden),
        Column("status", "Status", "status"),
        Column("balance", "Balance", "currentBalance", money),
        Column("initial", "Began with", "initialAmount", money),
        Column("type", "Type", "type", usual=False),
        Column("lastName", "Last name", "customer.lastName"),
        Column("recipient", "Recipient", "recipientEmail", usual=False),
        Column("expires", "Expires", "expiryDate", moment, usual=False),
        Column("created", "Created", "createdAt", moment),
    ),
)
EDIT = EditScreen(
    GIFT_CARD,
    "gift card",
    PATH,
    (
        "title",
        "type",
        "code",
        "initialAmount",
        "status",
        "recipientEmail",
        "fromName",
        "giftMessage",
        "notes",
    ),
    back=f"{PATH}/{{id}}",
    sayings={
        "code": Saying(
            "Code", "As it stands on a Physical card; of a Virtual one made when it is left empty"
        ),
        "initialAmount": Saying("Amount", "What it begins with; nothing is charged for it"),
        "recipientEmail": Saying("Recipient's e-mail"),
        "fromName": Saying("From"),
    },
)


async def _more(visit: Visit, card: Record) -> dict[str, Any]:
    unit = visit.store.reading(visit.actor.tenant_id)
    zone, expiry = await zone_of(unit), clock.from_wire(card["expiryDate"] or "")
    return {
        "transactions": await transactions_of(unit, card["id"], _MOST_SHOWN),
        "expired": is_expired(card, clock.now(), zone),
        "expires_on": "" if expiry is None else date_of(expiry, zone),
        "may_change": visit.may_with(GIFT_CARD, "update"),
        "amount": visit.sent("amount"),
        "reason": visit.sent("notes"),
    }


SHOW = RecordScreen(
    GIFT_CARD,
    "gift card",
    PATH,
    "title",
    (
        Column("number", "Number", "giftCardNumber", named),
        Column("code", "Code", "code"),
        Column("type", "Type", "type"),
        Column("initial", "Began with", "initialAmount", money),
        Column("recipient", "Recipient's e-mail", "recipientEmail"),
        Column("from", "From", "fromName"),
        Column("message", "Gift message", "giftMessage"),
        Column("notes", "Notes", "notes"),
        Column("order", "Bought with order", "purchasedOnOrderNumber", named),
        *LIST.columns[-1:],
        Column("updated", "Updated", "updatedAt", moment),
    ),
    template="gift_card.html",
    more=_more,
    warning="Only a card that nobody has paid with can be deleted; any other can be cancelled.",
)


async def adjust(visit: Visit) -> Response:
    """Put an amount on the card, or take it off."""
    amount = cents_of(visit.sent("amount"))
    if amount is None:
        return await SHOW.page(visit, f"The amount {NO_AMOUNT} or -12.50.", 422)
    body = {"giftCardId": visit.params["id"], "amount": amount, "notes": visit.sent("notes") or None}
    try:
        await records.act(visit, ADD_GIFT_CARD_TRANSACTION, {}, body)
    except HouseError as error:
        return await SHOW.page(visit, said(error), error.status)
    return visit.go(f"{PATH}/{visit.params['id']}", "balance")


async def expire(visit: Visit) -> Response:
    """The last day that the card is good on; none when it is left empty."""
    day = visit.sent("expiryDate")
    begins = day_begins(day, visit.locale) if day else None
    if day and begins is None:
        return await SHOW.page(visit, "The last day must be a day, such as 2026-07-03.", 422)
    body = {"expiryDate": None if begins is None else clock.to_wire(begins)}
    try:
        await writing.update_record(GIFT_CARD, visit.store, visit.actor, visit.params, body)
    except HouseError as error:
        return await SHOW.page(visit, said(error), error.status)
    return visit.go(f"{PATH}/{visit.params['id']}", "saved")


SCREENS = (
    *EDIT.screens(),
    *LIST.screens(),
    *SHOW.screens(),
    Screen("POST", f"{PATH}/{{id}}/balance", adjust, GIFT_CARD.right, "create"),
    Screen("POST", f"{PATH}/{{id}}/expiry", expire, GIFT_CARD.right, "update"),
)
