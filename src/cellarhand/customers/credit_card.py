"""Cards on file: brand, mask, expiry, holder, the gateway's token; never a number (reference B5, CRD-1)."""

from typing import Annotated, Literal, Required, TypedDict

from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.default_one import (
    of_customer,
    pass_default_of_deleted,
    pass_default_on,
    settle_default,
)
from cellarhand.events.trash import into_trash
from cellarhand.record import formats
from cellarhand.record.resource import Draft, Extract, Log, Parent, Resource, TextSearch
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    Default,
    Format,
    Hint,
    Instant,
    Range,
    Size,
    Spellings,
    Text,
    Uuid,
)
from cellarhand.record.validate import Record
from cellarhand.store.tables import Column, Index

CardBrand = Literal[
    "Visa",
    "American Express",
    "MasterCard",
    "Discover",
    "JCB",
    "Diners Club",
    "UnionPay",
    "Maestro",
    "Unknown",
]
Gateway = Literal[
    "No Gateway",
    "Commerce7Payments",
    "Stripe",
    "PayGate",
    "USAePay",
    "CardConnect",
    "Payment Express",
    "Poynt",
]
Mask = Annotated[str, Format("mask", formats.masked_card_number), Size(0, 19)]
CardText = Annotated[str, Format("text", formats.card_text), Size(1, 255)]


class CreditCardWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    cardBrand: Required[Annotated[CardBrand, Spellings({"Union Pay": "UnionPay"})]]
    gateway: Annotated[Gateway, Default("No Gateway")]
    maskedCardNumber: Required[Mask]
    tokenOnFile: Required[Annotated[CardText, Hint("the gateway's token, never a number")]]
    expiryMo: Required[Annotated[int, Range(1, 12)]]
    expiryYr: Required[Annotated[int, Range(1000, 9999)]]
    cardHolderName: Annotated[CardText | None, Default(None)]
    isDefault: Annotated[
        bool, Default(False), Hint("takes the default from the one before; the first has it")
    ]


class CreditCard(TypedDict):
    id: Uuid
    cardBrand: CardBrand
    gateway: Gateway
    maskedCardNumber: Text
    bin: Annotated[Text | None, Default(None)]
    expiryMo: int
    expiryYr: int
    cardHolderName: Text | None
    tokenOnFile: Text
    customerId: Uuid
    isDefault: bool
    lastCCAUUpdatedDate: Annotated[Instant | None, Default(None)]
    createdAt: Instant
    updatedAt: Instant


def _search_text(card: Record) -> str:
    return f"{card['cardHolderName'] or ''}\n{card['maskedCardNumber'][-4:]}"


async def _show_expiry(draft: Draft) -> None:
    # Memberships know their card, and so their module imports this one.
    from cellarhand.clubs.uses import show_expiry

    await show_expiry(draft)


async def _leave_memberships(draft: Draft) -> None:
    from cellarhand.clubs.uses import forget_card

    await forget_card(draft)


CREDIT_CARD = Resource(
    name="customer-credit-card",
    thing="Customer Credit Card",
    path="/customer/:customerId/credit-card",
    key="customerCreditCards",
    read=CreditCard,
    write=CreditCardWrite,
    right="customer-credit-card",
    permission="Customer Credit Card",
    data_role=True,
    event="Customer Credit Card",
    log=Log(lambda card: f"{card['cardBrand']} {card['maskedCardNumber'][-4:]}"),
    parent=Parent("customerId", CUSTOMER, "customer_id"),
    extracts=(
        Extract(Column("customer_id", "id"), lambda card: card["customerId"]),
        Extract(Column("is_default", "int"), lambda card: int(card["isDefault"])),
    ),
    indexes=(Index(("-created_at", "id")),),
    search=TextSearch(_search_text, parameters=("searchText", "q")),
    refers=of_customer("id"),
    settle=(settle_default,),
    follow=(pass_default_on, _show_expiry),
    follow_delete=(_leave_memberships, pass_default_of_deleted, into_trash),
)
