"""The members of loyalty tiers and transactions, in wire order (reference B29)."""

from typing import Annotated, Literal, NotRequired, Required, TypedDict

from cellarhand.clubs.shapes import MembershipClub
from cellarhand.customers.shapes import Customer
from cellarhand.orders.words import MOST_CENTS, MOST_NUMBER
from cellarhand.record.types import (
    CENTS,
    CREATE_ONLY,
    IMPORTED,
    Cents,
    Default,
    FreeText,
    Hint,
    Instant,
    Range,
    Size,
    Text,
    Title,
    Uuid,
)

QualificationType = Literal["Lifetime Value", "Yearly Value", "Club"]
LoyaltyTransactionType = Literal["Manual", "Order", "Redemption"]
MOST_POINTS = 1_000_000_000
"""Of one transaction: sums stay exact numbers, for clients that read them as floating point too."""
Points = Annotated[int, Range(-MOST_POINTS, MOST_POINTS)]
Worth = Annotated[int, Range(0, MOST_CENTS), CENTS]


class ClubId(TypedDict):
    """An element of `clubsToQualify` in a body: the club's id, and whatever a client read beside it."""

    id: Uuid


class LoyaltyTierWrite(TypedDict, total=False):
    title: Required[Title]
    qualificationType: Required[QualificationType]
    lifetimeValueToQualify: Annotated[Worth, Hint("needed for Lifetime Value, else not allowed", shown=True)]
    yearlyValueToQualify: Annotated[
        Worth, Hint("of this or the last calendar year; needed for Yearly Value, else not allowed")
    ]
    clubsToQualify: Annotated[
        list[ClubId], Size(1, 100), Hint("a current membership in any; needed for Club, else not allowed")
    ]
    earnRate: Annotated[float, Range(0, MOST_POINTS), Default(0), Hint("points per 1.00 of currency")]
    sortOrder: Annotated[int, Range(0, MOST_NUMBER), Hint("after all others unless sent")]


class LoyaltyTier(TypedDict):
    id: Uuid
    title: Text
    isBaseTier: Annotated[bool, Default(False)]
    qualificationType: QualificationType
    lifetimeValueToQualify: NotRequired[Cents]
    yearlyValueToQualify: NotRequired[Cents]
    earnRate: float
    sortOrder: int
    createdAt: Instant
    updatedAt: Instant
    clubsToQualify: NotRequired[list[MembershipClub]]


class LoyaltyTransactionWrite(TypedDict, total=False):
    customerId: Required[Annotated[Uuid, CREATE_ONLY]]
    amount: Required[Annotated[Points, CREATE_ONLY, Hint("points, not 0; below 0 they are taken off")]]
    notes: Annotated[FreeText | None, CREATE_ONLY, Default(None)]
    transactionDate: Annotated[Instant, IMPORTED, CREATE_ONLY, Hint("now unless sent")]
    transactionType: Annotated[LoyaltyTransactionType, IMPORTED, CREATE_ONLY]
    orderId: Annotated[Uuid | None, IMPORTED, CREATE_ONLY]
    orderNumber: Annotated[int | None, IMPORTED, CREATE_ONLY]
    transactionDetails: Annotated[Text, IMPORTED, CREATE_ONLY]
    amountRedeemed: Annotated[Cents | None, IMPORTED, CREATE_ONLY]


class LoyaltyTransaction(TypedDict):
    id: Uuid
    customerId: Uuid
    transactionDate: Instant
    transactionType: Annotated[LoyaltyTransactionType, Default("Manual")]
    orderId: Uuid | None
    orderNumber: int | None
    transactionDetails: Text
    notes: Text | None
    amount: int
    amountRedeemed: Cents | None
    createdAt: Instant
    updatedAt: Instant
    customer: Customer
