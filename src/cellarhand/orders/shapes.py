"""The members of an order, in wire order (reference B10.2, B10.3, A21)."""

from typing import Annotated, Literal, NotRequired, TypedDict

from cellarhand.customers.shapes import (
    AppDataWrite,
    CustomerClub,
    CustomerEmail,
    CustomerPhone,
    Flag,
    FlagWrite,
    LoginActivity,
    Loyalty,
    ManualTags,
    MarketingStatus,
    MetaData,
    MetaDataWrite,
    Notification,
    OrderInformation,
    Purchase,
    SendsMail,
)
from cellarhand.orders.fulfillment_shapes import Fulfillment
from cellarhand.orders.item_shapes import OrderItem
from cellarhand.orders.words import (
    NO_VALUE,
    Channel,
    ChargeStatus,
    ChargeType,
    ComplianceStatus,
    CustomerType,
    DeliveryMethod,
    FraudCheckStatus,
    FulfillmentStatus,
    PaymentStatus,
    PurchaseType,
    ShippingStatus,
    TaxSaleType,
    TenderCardBrand,
    TenderType,
)
from cellarhand.record.types import DATA_ROLE, Cents, CountryCode, Date, Default, Instant, Size, Text, Uuid
from cellarhand.tags.shapes import TagRef


class LinkedOrder(TypedDict):
    orderId: Uuid
    orderNumber: int
    purchaseType: PurchaseType


class OrderCustomer(TypedDict):
    """A customer as orders show it (reference B3)."""

    id: Uuid
    avatar: Text | None
    honorific: Text | None
    firstName: Text | None
    lastName: Text | None
    birthDate: Date | None
    city: Text | None
    stateCode: Text | None
    zipCode: Text | None
    countryCode: CountryCode | None
    emailMarketingStatus: MarketingStatus | None
    metaData: MetaData | None
    appData: MetaData | None
    appSync: MetaData | None
    productJSON: list[Purchase]
    flags: list[Flag]
    notifications: list[Notification]
    createdAt: Instant
    updatedAt: Instant
    orderInformation: OrderInformation
    loyalty: Loyalty | None
    emails: list[CustomerEmail]
    phones: list[CustomerPhone]
    clubs: list[CustomerClub]
    hasAccount: bool
    loginActivity: LoginActivity


class OrderClub(TypedDict):
    id: Uuid
    clubId: Uuid
    clubTitle: Text
    clubPackageId: Uuid | None
    clubPackageTitle: Text | None
    shipmentBuildStatus: Text | None


class OrderShipping(TypedDict):
    id: Uuid
    vendor: Text | None
    title: Text
    code: Text | None
    carrier: Text | None
    service: Text | None
    shippingServiceId: Uuid | None
    price: Cents
    originalPrice: Cents
    isPriceOverride: bool
    processorResponse: Annotated[Text | None, NO_VALUE]
    tax: Cents


class OrderCoupon(TypedDict):
    id: Uuid
    couponId: Uuid | None
    code: Text | None
    title: Text
    inUse: bool
    quantityUsed: int
    productValue: Cents
    shippingValue: Cents
    totalValue: Cents


class OrderPromotion(TypedDict):
    id: Uuid
    promotionId: Uuid | None
    title: Text
    inUse: bool
    productValue: Cents
    shippingValue: Cents
    totalValue: Cents
    usageLimitType: NotRequired[Text]
    quantityUsed: NotRequired[int]


class OrderAddress(TypedDict):
    id: Uuid
    customerAddressId: Uuid | None
    birthDate: Date | None
    honorific: Text | None
    firstName: Text | None
    lastName: Text | None
    company: Text | None
    phone: Text | None
    address: Text
    address2: Text | None
    city: Text
    stateCode: Text | None
    zipCode: Text | None
    countryCode: CountryCode


class OrderLocation(TypedDict):
    id: Uuid
    inventoryLocationId: Uuid | None
    customerAddressId: Uuid | None
    birthDate: Date | None
    honorific: Text | None
    firstName: Text | None
    lastName: Text | None
    company: Text | None
    phone: Text | None
    address: Text | None
    address2: Text | None
    city: Text | None
    stateCode: Text | None
    zipCode: Text | None
    countryCode: CountryCode | None


class TenderCard(TypedDict):
    gateway: Annotated[Text, Default("No Gateway")]
    cardBrand: TenderCardBrand
    maskedCardNumber: Text | None
    bin: Annotated[Text | None, NO_VALUE]
    expiryMo: int | None
    expiryYr: int | None
    cardHolderName: Text | None
    oneTimeToken: Annotated[Text | None, NO_VALUE]
    tokenOnFile: Annotated[Text | None, NO_VALUE]
    processorResponse: Annotated[Text | None, NO_VALUE]
    authorizationId: Annotated[Text | None, NO_VALUE]
    customerCreditCardId: Annotated[Uuid | None, NO_VALUE]


class TenderGiftCard(TypedDict):
    id: Annotated[Uuid | None, NO_VALUE]
    maskedCode: Annotated[Text | None, NO_VALUE]
    transactionId: Annotated[Uuid | None, NO_VALUE]


class TenderLoyalty(TypedDict):
    points: Annotated[int, Default(0)]
    transactionId: Annotated[Uuid | None, NO_VALUE]


class Tender(TypedDict):
    id: Uuid
    originalOrderTenderId: Uuid | None
    tenderType: TenderType
    chargeType: ChargeType
    chargeStatus: ChargeStatus
    amountTendered: Cents
    tip: Cents
    errorCode: Text
    paymentDate: Instant | None
    otherPaymentMethod: Text | None
    createdAt: Instant
    updatedAt: Instant
    creditCard: NotRequired[TenderCard]
    giftCard: NotRequired[TenderGiftCard]
    loyalty: NotRequired[TenderLoyalty]


class OrderTax(TypedDict):
    id: Uuid
    vendor: Text
    title: Text
    countryCode: CountryCode | None
    stateCode: Text | None
    freight: float
    food: float
    generalMerchandise: float
    cannabis: NotRequired[float]
    wine: float
    price: Cents
    originalPrice: Cents
    isPriceOverride: bool
    isIncludedInPrice: bool
    isFlatRate: bool
    isNonTaxable: bool
    sortOrder: int


class SelectedShippingOptions(TypedDict):
    shippingServiceId: Annotated[Uuid | None, NO_VALUE]
    requestedShipDate: Annotated[Instant | None, NO_VALUE]


class ConnectionInformation(TypedDict):
    customerIpAddress: Annotated[Text | None, NO_VALUE]
    userAgent: Annotated[Text | None, NO_VALUE]


class Fraud(TypedDict):
    isFraudulent: Annotated[bool, Default(False)]
    comment: Annotated[Text | None, NO_VALUE]


class SalesAssociate(TypedDict):
    accountId: Annotated[Uuid | None, NO_VALUE]
    name: Text


class Order(TypedDict):
    id: Uuid
    orderSubmittedDate: Instant
    orderPaidDate: Instant | None
    orderFulfilledDate: Instant | None
    orderNumber: int
    orderSource: Annotated[Literal["Internal"], Default("Internal")]
    externalOrderNumber: NotRequired[Text]
    externalOrderVendor: NotRequired[Text]
    customerType: CustomerType
    purchaseType: PurchaseType
    previousOrderId: Uuid | None
    previousOrderNumber: int | None
    linkedOrders: Annotated[list[LinkedOrder], Default([])]
    paymentStatus: PaymentStatus
    complianceStatus: ComplianceStatus
    fraudCheckStatus: Annotated[FraudCheckStatus, Default("Not Checked")]
    fulfillmentStatus: FulfillmentStatus
    shippingStatus: Annotated[ShippingStatus, Default("Not Tracked")]
    cartId: Uuid | None
    channel: Channel
    posProfileId: Uuid | None
    customerId: Uuid | None
    orderDeliveryMethod: DeliveryMethod
    shippingInstructions: Text | None
    taxSaleType: TaxSaleType
    salesAttributeCode: NotRequired[Text]
    subTotal: Cents
    shipTotal: Cents
    taxTotal: Cents
    dutyTotal: Cents
    bottleDepositTotal: Cents
    tipTotal: Cents
    total: Cents
    totalAfterTip: Cents
    discountTotal: NotRequired[Cents]
    giftMessage: Text | None
    metaData: Annotated[MetaData | None, NO_VALUE]
    appData: Annotated[MetaData | None, NO_VALUE]
    appSync: Annotated[MetaData | None, NO_VALUE]
    flags: Annotated[list[Flag], Default([])]
    isNonTaxable: bool
    isNoDuty: bool
    loyaltyPointsEarned: Annotated[int | None, NO_VALUE]
    guestCount: NotRequired[int]
    createdAt: Instant
    updatedAt: Instant
    additionalData: Annotated[MetaData | None, NO_VALUE]
    customer: Annotated[OrderCustomer | None, NO_VALUE]
    club: Annotated[OrderClub | None, NO_VALUE]
    reservation: Annotated[MetaData | None, NO_VALUE]
    shipping: list[OrderShipping]
    coupons: list[OrderCoupon]
    shipTo: OrderAddress | None
    billTo: OrderAddress | None
    pickupBy: OrderLocation | None
    carrierPickupLocation: Annotated[MetaData | None, NO_VALUE]
    carryOut: OrderLocation | None
    promotions: list[OrderPromotion]
    tenders: list[Tender]
    fulfillments: Annotated[list[Fulfillment], Default([])]
    taxes: list[OrderTax]
    duties: Annotated[list[MetaData], Default([])]
    posProfile: Annotated[MetaData | None, NO_VALUE]
    items: list[OrderItem]
    selectedShippingOptions: SelectedShippingOptions
    connectionInformation: Annotated[ConnectionInformation | None, NO_VALUE]
    fraud: Fraud
    salesAssociate: Annotated[SalesAssociate | None, NO_VALUE]
    tags: Annotated[list[TagRef], Default([])]


class OrderUpdate(TypedDict, total=False):
    """What can change once an order is complete (reference B10.5)."""

    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    metaData: MetaDataWrite | None
    appData: AppDataWrite | None
    tags: ManualTags
    flags: Annotated[list[FlagWrite], Size(0, 50)]
    isSendTransactionEmail: SendsMail
