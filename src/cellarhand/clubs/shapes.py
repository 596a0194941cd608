"""The members of clubs and memberships, in wire order (reference B23, B24)."""

from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from cellarhand.catalog.product_shapes import Html, Price
from cellarhand.catalog.slug import Seo, Slug
from cellarhand.clubs.course import Status
from cellarhand.customers.shapes import AppDataWrite, ManualTags, MetaData, MetaDataWrite, SendsMail
from cellarhand.record import formats
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    NUMERIC_STRING,
    Default,
    Format,
    Hint,
    HttpsUrl,
    Instant,
    Range,
    Size,
    Text,
    Title,
    Uuid,
)
from cellarhand.tags.shapes import TagRef

ClubType = Literal["Traditional", "Subscription"]
Availability = Literal["Available", "Not Available"]
DeliveryMethod = Literal["Ship", "Pickup"]
CancellationReason = Literal[
    "Too much wine",
    "Financial reasons",
    "Health reasons",
    "Pregnant",
    "Moving",
    "Switching to another club",
    "Other",
]
HoldReason = Literal["Too much wine", "Financial reasons", "Health reasons", "Away from home", "Other"]
Message = Annotated[str, Format("text", formats.free_text), Size(0, 5000)]
NO_VALUE = Default(None)


class AddOn(TypedDict):
    productVariantId: Uuid
    price: Price


class ClubWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    title: Required[Title]
    type: Annotated[ClubType, CREATE_ONLY, Default("Traditional")]
    image: Annotated[HttpsUrl | None, NO_VALUE]
    content: Annotated[Html | None, NO_VALUE]
    emailInstructions: Annotated[Html | None, NO_VALUE]
    webStatus: Annotated[Availability, Default("Not Available")]
    adminStatus: Annotated[Availability, Default("Available")]
    slug: Annotated[Slug, Hint("made from the title unless sent")]
    allowCustomersToCancel: Annotated[bool, Default(False)]
    addOns: Annotated[list[AddOn], Size(0, 100), Default([])]
    seo: Seo
    publishDate: Annotated[Instant | None, Hint("old; accepted and without effect")]


class Club(TypedDict):
    id: Uuid
    title: Text
    type: ClubType
    image: HttpsUrl | None
    content: Html | None
    emailInstructions: Html | None
    webStatus: Availability
    adminStatus: Availability
    slug: Text
    allowCustomersToCancel: bool
    createdAt: Instant
    updatedAt: Instant
    addOns: list[AddOn]
    seo: Seo


class MembershipClub(TypedDict):
    """A club as its memberships show it."""

    id: Uuid
    title: Text
    type: ClubType
    image: HttpsUrl | None
    content: Html | None
    emailInstructions: Html | None
    webStatus: Availability
    adminStatus: Availability
    slug: Text
    allowCustomersToCancel: bool
    createdAt: Instant
    updatedAt: Instant
    seo: Seo


class AssociateWrite(TypedDict, total=False):
    accountId: Annotated[Uuid | None, NO_VALUE]
    name: Required[Text]


class Associate(TypedDict):
    accountId: Annotated[Uuid | None, NO_VALUE]
    name: Text


class SubscriptionWrite(TypedDict, total=False):
    frequency: Required[Annotated[int, Range(1, 12), NUMERIC_STRING, Hint("months")]]
    nextProcessDate: Annotated[Instant, Hint("at first two days after sign-up, when that day begins")]


class Subscription(TypedDict):
    frequency: int
    nextProcessDate: Instant


class HoldWrite(TypedDict, total=False):
    id: Uuid
    startDate: Required[Instant]
    endDate: Annotated[Instant | None, NO_VALUE, Hint("without one the hold lasts")]
    holdReason: Required[HoldReason]
    holdComments: Annotated[Message | None, NO_VALUE]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]


class Hold(TypedDict):
    id: Uuid
    startDate: Instant
    endDate: Instant | None
    holdReason: HoldReason
    holdComments: Text | None
    createdAt: Instant
    updatedAt: Instant


class ClubMembershipWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    customerId: Required[Annotated[Uuid, CREATE_ONLY]]
    clubId: Required[Annotated[Uuid, CREATE_ONLY]]
    billToCustomerAddressId: Annotated[Uuid | None, Hint("the customer's default address unless sent")]
    orderDeliveryMethod: Required[DeliveryMethod]
    shipToCustomerAddressId: Annotated[Uuid | None, NO_VALUE, Hint("needed for Ship", shown=True)]
    pickupInventoryLocationId: Annotated[
        Uuid | None, NO_VALUE, Hint("needed for Pickup; a location that serves pickup")
    ]
    customerCreditCardId: Annotated[Uuid | None, NO_VALUE]
    signupDate: Annotated[Instant, Hint("now unless sent; at most 5 minutes ahead")]
    cancelDate: Annotated[Instant | None, NO_VALUE, Hint("null lifts the cancellation")]
    cancellationReason: Annotated[CancellationReason | None, NO_VALUE, Hint("needed with `cancelDate`")]
    cancellationComments: Annotated[Message | None, NO_VALUE]
    autoRenewalConsentDate: Annotated[Instant | None, NO_VALUE]
    acquisitionChannel: Annotated[Text | None, Default("Inbound")]
    giftMessage: Annotated[Message | None, NO_VALUE]
    shippingInstructions: Annotated[Message | None, NO_VALUE]
    salesAssociate: Annotated[AssociateWrite | None, NO_VALUE]
    subscription: Annotated[
        SubscriptionWrite, Hint("needed for a Subscription club, not allowed for a Traditional one")
    ]
    onHolds: Annotated[
        list[HoldWrite],
        Size(0, 100),
        Default([]),
        Hint("Traditional clubs only; no two at the same time"),
    ]
    tags: ManualTags
    metaData: MetaDataWrite | None
    appData: AppDataWrite | None
    isSendEmailConfirmation: SendsMail
    isSendTransactionEmail: SendsMail


class ClubMembership(TypedDict):
    status: Status
    id: Uuid
    customerId: Uuid
    clubId: Uuid
    billToCustomerAddressId: Uuid | None
    orderDeliveryMethod: DeliveryMethod
    shipToCustomerAddressId: Uuid | None
    pickupInventoryLocationId: Uuid | None
    customerCreditCardId: Uuid | None
    signupDate: Instant
    cancelDate: Instant | None
    cancellationReason: CancellationReason | None
    cancellationComments: Text | None
    autoRenewalConsentDate: Instant | None
    lastProcessedDate: Annotated[Instant | None, NO_VALUE]
    currentNumberOfShipments: Annotated[int, Default(0)]
    acquisitionChannel: Text | None
    clubType: ClubType
    giftMessage: Text | None
    shippingInstructions: Text | None
    salesAssociate: Associate | None
    metaData: Annotated[MetaData | None, NO_VALUE]
    appData: Annotated[MetaData | None, NO_VALUE]
    appSync: Annotated[MetaData | None, NO_VALUE]
    createdAt: Instant
    updatedAt: Instant
    customer: Annotated[dict[str, Any], Hint("as the customer itself, without `products`")]
    club: MembershipClub
    onHolds: list[Hold]
    tags: Annotated[list[TagRef], Default([])]
    subscription: NotRequired[Subscription]
