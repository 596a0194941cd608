"""The members of gift cards and of their transactions, in wire order (reference B28)."""

from typing import Annotated, Literal, Required, TypedDict

from cellarhand.customers.shapes import Customer
from cellarhand.orders.words import MOST_CENTS, MOST_NUMBER
from cellarhand.record import formats
from cellarhand.record.types import (
    CENTS,
    CREATE_ONLY,
    IMPORTED,
    Cents,
    Default,
    Email,
    Format,
    FreeText,
    Hint,
    Instant,
    Range,
    Size,
    Text,
    Title,
    Uuid,
)

GiftCardType = Literal["Virtual", "Physical"]
GiftCardStatus = Literal["Active", "Cancelled"]
TransactionType = Literal["Manual", "Redemption", "Refund"]
STATUSES = ("Active", "Cancelled")
LEAST_CODE, MOST_CODE = 10, 256
Code = Annotated[str, Format("text", formats.trimmed), Size(LEAST_CODE, MOST_CODE)]
Worth = Annotated[int, Range(0, MOST_CENTS), CENTS]
Number = Annotated[int, Range(1, MOST_NUMBER)]
Message = Annotated[str, Format("text", formats.free_text), Size(0, 5000)]
Name = Annotated[str, Format("text", formats.free_text), Size(0, 255)]
_NONE = Default(None)


class GiftCardWrite(TypedDict, total=False):
    title: Required[Title]
    type: Required[Annotated[GiftCardType, CREATE_ONLY]]
    code: Annotated[
        Code,
        CREATE_ONLY,
        Hint("unique without case; needed for a Physical card, of a Virtual one made unless sent"),
    ]
    status: Annotated[GiftCardStatus, Default("Active")]
    initialAmount: Required[Annotated[Worth, CREATE_ONLY]]
    notes: Annotated[Message | None, _NONE]
    expiryDate: Annotated[Instant | None, _NONE, Hint("good until the end of that day, in tenant time")]
    customerId: Annotated[Uuid | None, _NONE]
    recipientEmail: Annotated[Email | None, _NONE]
    fromName: Annotated[Name | None, _NONE]
    giftMessage: Annotated[Message | None, _NONE]
    giftCardNumber: Annotated[Number, IMPORTED, CREATE_ONLY, Hint("the next one unless sent")]
    currentBalance: Annotated[Worth, IMPORTED, CREATE_ONLY, Hint("what was left of it")]
    productId: Annotated[Uuid | None, IMPORTED, CREATE_ONLY]
    purchasedOnOrderId: Annotated[Uuid | None, IMPORTED, CREATE_ONLY]
    purchasedOnOrderNumber: Annotated[Number | None, IMPORTED, CREATE_ONLY]


class GiftCard(TypedDict):
    id: Uuid
    title: Text
    type: GiftCardType
    status: GiftCardStatus
    giftCardNumber: int
    code: Text
    initialAmount: Cents
    currentBalance: Cents
    expiryDate: Instant | None
    recipientEmail: Text | None
    fromName: Text | None
    giftMessage: Text | None
    notes: Text | None
    productId: Uuid | None
    purchasedOnOrderId: Uuid | None
    purchasedOnOrderNumber: int | None
    customerId: Uuid | None
    createdAt: Instant
    updatedAt: Instant
    customer: Customer | None


class GiftCardTransactionWrite(TypedDict, total=False):
    giftCardId: Required[Uuid]
    amount: Required[
        Annotated[int, Range(-MOST_CENTS, MOST_CENTS), CENTS, Hint("not 0; below 0 it is taken off")]
    ]
    notes: Annotated[FreeText | None, _NONE]


class GiftCardTransaction(TypedDict):
    giftCardId: Uuid
    amount: Cents
    notes: Text | None
    transactionType: TransactionType
    transactionDetails: Text
    id: Uuid
    transactionDate: Instant
    updatedAt: Instant
    createdAt: Instant
