"""The members of a customer, in wire order (reference B3)."""

from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from cellarhand.accounts.passwords import LEAST_CUSTOMER_PASSWORD, MOST_CUSTOMER_PASSWORD
from cellarhand.record import formats
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    IMPORTED,
    BirthDate,
    Cents,
    CountryCode,
    Date,
    Default,
    Email,
    Format,
    Hint,
    Instant,
    PersonName,
    Phone,
    Range,
    Size,
    StateCode,
    Text,
    Uuid,
    ZipCode,
)
from cellarhand.tags.shapes import TagId, TagRef

Honorific = Annotated[str, Format("text", formats.trimmed), Size(0, 20)]
MarketingStatus = Literal["Subscribed", "Unsubscribed"]
MetaData = dict[str, Any]
MetaDataWrite = Annotated[MetaData, Hint("keyed by the codes of meta data configs; merged per key")]
AppDataWrite = Annotated[MetaData, Hint("of apps only: kept and returned under the app's id, up to 16 KiB")]
SendsMail = Annotated[bool, Hint("`false` sends the customer no e-mail; never stored")]
Password = Annotated[
    str,
    Format("password", formats.secret),
    Size(LEAST_CUSTOMER_PASSWORD, MOST_CUSTOMER_PASSWORD),
    Hint("gives the customer access to the shop; never returned"),
]


class EmailWrite(TypedDict, total=False):
    id: Uuid
    email: Required[Email]


class PhoneWrite(TypedDict, total=False):
    id: Uuid
    phone: Required[Phone]


Emails = Annotated[
    list[EmailWrite],
    Size(1, 20),
    Hint("the first is the primary one; an address can belong to one customer only, compared without case"),
]
ManualTags = Annotated[list[TagId], Size(0, 500), Hint("replaces the manual tags; dynamic ones stay")]


class FlagWrite(TypedDict, total=False):
    id: Uuid
    content: Required[Annotated[str, Format("text", formats.free_text), Size(1, 255)]]


RankTrend = Literal["Up", "Down"]


class OrderInformationWrite(TypedDict, total=False):
    rank: Annotated[Annotated[int, Range(0, 100)] | None, IMPORTED, Hint("until the next night")]
    rankTrend: Annotated[RankTrend | None, IMPORTED]
    acquisitionChannel: Annotated[Text | None, Default(None)]


class CustomerWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    honorific: Annotated[Honorific | None, Default(None)]
    firstName: Annotated[PersonName | None, Default(None)]
    lastName: Annotated[PersonName | None, Default(None)]
    birthDate: Annotated[BirthDate | None, Default(None)]
    city: Annotated[Text | None, Default(None)]
    stateCode: Annotated[StateCode | None, Default(None)]
    zipCode: Annotated[ZipCode | None, Default(None)]
    countryCode: Annotated[CountryCode | None, Default(None), Hint("needed for a phone without `+`")]
    emailMarketingStatus: Annotated[MarketingStatus | None, Default(None)]
    password: Password
    emails: Required[Emails]
    phones: Annotated[list[PhoneWrite], Size(0, 20), Default([])]
    tags: ManualTags
    flags: Annotated[list[FlagWrite], Size(0, 50), Default([])]
    orderInformation: Annotated[OrderInformationWrite, CREATE_ONLY]
    metaData: MetaDataWrite | None
    appData: AppDataWrite | None
    isSendTransactionEmail: SendsMail


class Flag(TypedDict):
    id: Uuid
    content: Text


class Notification(TypedDict):
    id: Uuid
    data: MetaData | None
    type: Literal[
        "Order To Be Picked Up",
        "Active Club Membership Missing Address",
        "Active Club Membership Missing Credit Card",
        "Active Club Membership With Expired Card",
        "Card Declined On Last Club Process",
    ]
    content: Text
    objectId: Uuid


class OrderInformation(TypedDict):
    currentWebCartId: Annotated[Uuid | None, Default(None)]
    lastOrderId: Annotated[Uuid | None, Default(None)]
    lastOrderDate: Annotated[Instant | None, Default(None)]
    orderCount: Annotated[int, Default(0)]
    lifetimeValue: Annotated[Cents, Default(0)]
    lifetimeValueSeedAmount: Annotated[Cents, Default(0)]
    yearlyValue: Annotated[dict[str, Cents], Default({})]
    rank: Annotated[int | None, Default(0)]
    rankTrend: Annotated[RankTrend | None, Default(None)]
    grossProfit: Annotated[Cents, Default(0)]
    acquisitionChannel: Annotated[Text | None, Default(None)]
    currentClubTitle: Annotated[Text | None, Default(None)]
    daysInCurrentClub: Annotated[int | None, Default(None)]
    daysInClub: Annotated[int, Default(0)]
    isActiveClubMember: Annotated[bool, Default(False)]


class CustomerEmail(TypedDict):
    id: Uuid
    email: Email
    status: Annotated[Literal["Ok", "Bounced"], Default("Ok")]


class CustomerPhone(TypedDict):
    id: Uuid
    phone: Phone


class CustomerClub(TypedDict):
    clubId: Uuid
    clubTitle: Text
    frequency: NotRequired[int]
    cancelDate: Instant | None
    signupDate: Instant
    clubMembershipId: Uuid


class PurchasedProduct(TypedDict):
    sku: Text
    image: Text | None
    price: Cents
    title: Text
    quantity: int
    productId: Uuid | None
    wineProperties: NotRequired[MetaData]


class Purchase(TypedDict):
    product: PurchasedProduct
    purchaseDate: Instant


class Loyalty(TypedDict):
    # Null while there is no tier.
    tier: Text | None
    loyaltyTierId: Uuid | None
    points: int


class LoginActivity(TypedDict):
    lastLoginAt: Annotated[Instant | None, Default(None)]
    loginIP: Annotated[Text | None, Default(None)]
    lastLogoutAt: Annotated[Instant | None, Default(None)]


class Customer(TypedDict):
    id: Uuid
    avatar: Annotated[Text | None, Default(None)]
    honorific: Honorific | None
    firstName: PersonName | None
    lastName: PersonName | None
    birthDate: Date | None
    city: Text | None
    stateCode: StateCode | None
    zipCode: ZipCode | None
    countryCode: CountryCode | None
    emailMarketingStatus: MarketingStatus | None
    lastActivityDate: Instant | None
    metaData: Annotated[MetaData | None, Default(None)]
    appData: Annotated[MetaData | None, Default(None)]
    appSync: Annotated[MetaData | None, Default(None)]
    flags: list[Flag]
    notifications: Annotated[list[Notification], Default([])]
    createdAt: Instant
    updatedAt: Instant
    orderInformation: OrderInformation
    loyalty: Annotated[Loyalty | None, Default(None)]
    emails: list[CustomerEmail]
    phones: list[CustomerPhone]
    tags: Annotated[list[TagRef], Default([])]
    groups: Annotated[list[TagRef], Default([])]
    clubs: Annotated[list[CustomerClub], Default([])]
    products: Annotated[list[Purchase], Default([])]
    hasAccount: Annotated[bool, Default(False)]
    loginActivity: LoginActivity
