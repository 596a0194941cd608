"""What a refund may say (reference B12)."""

from typing import Annotated, Required, TypedDict

from cellarhand.orders.words import MOST_CENTS, MOST_UNITS, TENDER_SPELLINGS, TenderType
from cellarhand.record.types import REFERENCE, Cents, Default, FreeText, Hint, Range, Size, Uuid

Amount = Annotated[Cents, Range(0, MOST_CENTS)]


class RefundItemWrite(TypedDict, total=False):
    id: Required[Annotated[Uuid, REFERENCE, Hint("of the order's item; each once")]]
    quantity: Required[Annotated[int, Range(1, MOST_UNITS), Hint("at most what is left")]]
    amount: Annotated[
        Amount | None, Default(None), Hint("with tax and deposit; what so many units cost unless sent")
    ]
    isReturnToInventory: Annotated[
        bool, Default(False), Hint("handed over, they are in stock again; else they need not be any more")
    ]


class RefundTenderWrite(TypedDict, total=False):
    tenderType: Required[
        Annotated[TenderType, TENDER_SPELLINGS, Hint("Cash, External or Other: no gateway is set up")]
    ]
    amountTendered: Required[Annotated[Cents, Range(1, MOST_CENTS)]]
    originalOrderTenderId: Annotated[Uuid | None, Default(None), Hint("of the order's tenders")]


class RefundWrite(TypedDict, total=False):
    orderId: Required[Uuid]
    items: Annotated[
        list[RefundItemWrite],
        Size(0, 500),
        Default([]),
        Hint("needed without `shipAmount` and `tipAmount`"),
    ]
    shipAmount: Annotated[
        Amount, Default(0), Hint("before tax, which is added; at most what is left", shown=True)
    ]
    tipAmount: Annotated[Amount, Default(0), Hint("at most what is left")]
    tenders: Required[
        Annotated[list[RefundTenderWrite], Size(0, 100), Hint("together what the refund comes to, with tip")]
    ]
    notes: Annotated[FreeText | None, Default(None), Hint("becomes a note of the refund")]
