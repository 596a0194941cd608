"""The members of fulfillments, in wire order (reference B11)."""

from typing import Annotated, NotRequired, Required, TypedDict

from cellarhand.orders.words import MOST_UNITS, NO_VALUE, FulfillmentType, Words
from cellarhand.record import formats
from cellarhand.record.types import REFERENCE, Default, Format, Hint, Instant, Range, Size, Text, Uuid

Tracking = Annotated[str, Format("text", formats.trimmed), Size(1, 100)]
Carrier = Annotated[str, Format("text", formats.trimmed), Size(1, 50)]
SendsMail = Annotated[bool, Hint("`false` sends the customer no e-mail; never stored")]
PackageCount = Annotated[int, Range(0, MOST_UNITS)]


class FulfilledItemWrite(TypedDict, total=False):
    id: Annotated[Uuid, REFERENCE, Hint("of the order's item; it or `sku` is needed")]
    sku: Annotated[Text, Hint("of the order's items, one after the other", shown=True)]
    quantityFulfilled: Required[Annotated[int, Range(1), Hint("at most what is left")]]


class ShippedWrite(TypedDict, total=False):
    trackingNumbers: Annotated[list[Tracking], Size(0, 100), Default([])]
    carrier: Annotated[Carrier | None, NO_VALUE, Hint("UPS, FedEx, GSO or any other name")]


class PickedUpWrite(TypedDict, total=False):
    pickedUpBy: Annotated[Words | None, NO_VALUE]


class FulfillmentAllWrite(TypedDict, total=False):
    type: Required[FulfillmentType]
    fulfillmentDate: Required[Instant]
    packageCount: Required[PackageCount]
    sendTransactionEmail: SendsMail
    shipped: Annotated[ShippedWrite | None, Hint("only with Shipped")]
    pickedUp: Annotated[PickedUpWrite | None, Hint("only with Picked Up")]
    inventoryLocationId: Annotated[
        Uuid | None, NO_VALUE, Hint("the location that the goods leave; stock moves there alone")
    ]


class FulfillmentWrite(TypedDict, total=False):
    type: Required[FulfillmentType]
    fulfillmentDate: Required[Instant]
    packageCount: Required[PackageCount]
    sendTransactionEmail: SendsMail
    items: Annotated[
        list[FulfilledItemWrite],
        Size(0, 500),
        Hint("needed but for No Fulfillment Required", shown=True),
    ]
    shipped: Annotated[ShippedWrite | None, Hint("only with Shipped")]
    pickedUp: Annotated[PickedUpWrite | None, Hint("only with Picked Up")]
    inventoryLocationId: Annotated[
        Uuid | None, NO_VALUE, Hint("the location that the goods leave; stock moves there alone")
    ]


class FulfilledCopyWrite(TypedDict, total=False):
    id: Required[Annotated[Uuid, REFERENCE, Hint("of one of the order's items")]]
    quantityFulfilled: Required[int]


class FulfillmentCopyWrite(TypedDict, total=False):
    """A fulfillment as another server showed it."""

    id: Uuid
    inventoryLocationId: Annotated[Uuid | None, NO_VALUE]
    type: Required[FulfillmentType]
    fulfillmentDate: Required[Instant]
    packageCount: Required[PackageCount]
    items: Annotated[list[FulfilledCopyWrite], Size(0, 500), Default([])]
    shipped: ShippedWrite
    pickedUp: PickedUpWrite


class FulfilledItem(TypedDict):
    id: Uuid
    quantityFulfilled: int


class Shipped(TypedDict):
    trackingNumbers: list[Text]
    carrier: Text | None


class PickedUp(TypedDict):
    pickedUpBy: Text | None


class Fulfillment(TypedDict):
    id: Uuid
    inventoryLocationId: Uuid | None
    type: FulfillmentType
    fulfillmentDate: Instant
    packageCount: int
    items: list[FulfilledItem]
    shipped: NotRequired[Shipped]
    pickedUp: NotRequired[PickedUp]
