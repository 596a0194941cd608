"""What an import of an order may say (reference B10.4); card members are flat, unlike in the answer."""

from typing import Annotated, Any, Required, TypedDict

from cellarhand.catalog.product_shapes import ProductType, Sku, TaxType
from cellarhand.customers.credit_card import CardText, Mask
from cellarhand.customers.shapes import (
    AppDataWrite,
    FlagWrite,
    Honorific,
    ManualTags,
    MetaDataWrite,
    SendsMail,
)
from cellarhand.orders.fulfillment_shapes import FulfillmentCopyWrite
from cellarhand.orders.words import (
    BRAND_SPELLINGS,
    CHARGE_SPELLINGS,
    COMPLIANCE_SPELLINGS,
    MOST_NUMBER,
    MOST_UNITS,
    NO_VALUE,
    TENDER_SPELLINGS,
    Channel,
    ChargeStatus,
    ChargeType,
    ComplianceStatus,
    CustomerType,
    DeliveryMethod,
    FulfillmentStatus,
    LongTitle,
    Message,
    Money,
    PaymentStatus,
    Price,
    PurchaseType,
    Rate,
    ShippingStatus,
    TaxSaleType,
    TenderCardBrand,
    TenderType,
    Words,
)
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    IMPORTED,
    NUMERIC_STRING,
    BirthDate,
    CountryCode,
    Default,
    Email,
    Hint,
    HttpsUrl,
    Instant,
    PersonName,
    Phone,
    Range,
    Size,
    StateCode,
    Text,
    Title,
    Uuid,
    ZipCode,
)

OwnId = Annotated[Uuid, DATA_ROLE]
Units = Annotated[int, Range(-MOST_UNITS, MOST_UNITS)]
FreeNumber = Annotated[int, Range(1, MOST_NUMBER), NUMERIC_STRING]
_ZERO, _NO, _NONE = Default(0), Default(False), Default([])


class OrderAddressWrite(TypedDict, total=False):
    id: OwnId
    customerAddressId: Annotated[Uuid | None, NO_VALUE]
    birthDate: Annotated[BirthDate | None, NO_VALUE]
    honorific: Annotated[Honorific | None, NO_VALUE]
    firstName: Annotated[PersonName | None, NO_VALUE]
    lastName: Annotated[PersonName | None, NO_VALUE]
    company: Annotated[Text | None, NO_VALUE]
    phone: Annotated[Phone | None, NO_VALUE]
    address: Required[Title]
    address2: Annotated[Text | None, NO_VALUE]
    city: Required[Title]
    stateCode: Annotated[StateCode | None, NO_VALUE]
    zipCode: Annotated[ZipCode | None, NO_VALUE]
    countryCode: Required[CountryCode]


class OrderLocationWrite(TypedDict, total=False):
    id: OwnId
    inventoryLocationId: Annotated[Uuid | None, NO_VALUE, Hint("its address is filled in unless sent")]
    customerAddressId: Annotated[Uuid | None, NO_VALUE]
    birthDate: Annotated[BirthDate | None, NO_VALUE]
    honorific: Annotated[Honorific | None, NO_VALUE]
    firstName: Annotated[PersonName | None, NO_VALUE]
    lastName: Annotated[PersonName | None, NO_VALUE]
    company: Annotated[Text | None, NO_VALUE]
    phone: Annotated[Phone | None, NO_VALUE]
    address: Annotated[Text | None, NO_VALUE]
    address2: Annotated[Text | None, NO_VALUE]
    city: Annotated[Text | None, NO_VALUE]
    stateCode: Annotated[StateCode | None, NO_VALUE]
    zipCode: Annotated[ZipCode | None, NO_VALUE]
    countryCode: Annotated[CountryCode | None, NO_VALUE]


class OrderShippingWrite(TypedDict, total=False):
    id: OwnId
    vendor: Annotated[Text | None, NO_VALUE]
    title: Required[Title]
    code: Annotated[Text | None, NO_VALUE]
    carrier: Annotated[Text | None, NO_VALUE]
    service: Annotated[Text | None, NO_VALUE]
    shippingServiceId: Annotated[Uuid | None, NO_VALUE]
    price: Required[Money]
    originalPrice: Annotated[Money, Hint("the price unless sent")]
    isPriceOverride: Annotated[bool, _NO]
    tax: Annotated[Money, _ZERO]


class OrderCouponWrite(TypedDict, total=False):
    id: OwnId
    couponId: Annotated[Uuid | None, NO_VALUE]
    code: Annotated[Text | None, NO_VALUE]
    title: Required[Title]
    inUse: Annotated[bool, Default(True)]
    quantityUsed: Annotated[Units, Default(1)]
    productValue: Annotated[Money, _ZERO]
    shippingValue: Annotated[Money, _ZERO]
    totalValue: Required[Money]


class OrderPromotionWrite(TypedDict, total=False):
    id: OwnId
    promotionId: Annotated[Uuid | None, NO_VALUE]
    title: Required[Title]
    inUse: Annotated[bool, Default(True)]
    productValue: Annotated[Money, _ZERO]
    shippingValue: Annotated[Money, _ZERO]
    totalValue: Required[Money]
    usageLimitType: Text
    quantityUsed: Units


class TenderWrite(TypedDict, total=False):
    id: OwnId
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    refundId: Annotated[Uuid | None, NO_VALUE, Hint("old; accepted and without effect")]
    previousTenderId: Annotated[Uuid | None, NO_VALUE, Hint("returned as `originalOrderTenderId`")]
    tenderType: Required[Annotated[TenderType, TENDER_SPELLINGS]]
    chargeType: Annotated[ChargeType, CHARGE_SPELLINGS, Default("Sale")]
    chargeStatus: Annotated[ChargeStatus, Default("Success")]
    amountTendered: Required[Money]
    tip: Annotated[Money, _ZERO]
    errorCode: Annotated[Words, Default("")]
    paymentDate: Annotated[Instant | None, Hint("the order's `orderPaidDate` unless sent")]
    otherPaymentMethod: Annotated[Words | None, NO_VALUE]
    creditCardBrand: Annotated[TenderCardBrand | None, BRAND_SPELLINGS, NO_VALUE]
    maskedCardNumber: Annotated[Mask | None, NO_VALUE]
    creditCardExpiryMo: Annotated[Annotated[int, Range(1, 12)] | None, NO_VALUE]
    creditCardExpiryYr: Annotated[Annotated[int, Range(1000, 9999)] | None, NO_VALUE]
    creditCardHolderName: Annotated[CardText | None, NO_VALUE]


class OrderTaxWrite(TypedDict, total=False):
    id: OwnId
    vendor: Annotated[Text, Default("Local")]
    title: Required[Title]
    countryCode: Annotated[CountryCode | None, NO_VALUE]
    stateCode: Annotated[StateCode | None, NO_VALUE]
    freight: Annotated[Rate, _ZERO]
    food: Annotated[Rate, _ZERO]
    generalMerchandise: Annotated[Rate, _ZERO]
    cannabis: Annotated[Rate, _ZERO]
    wine: Annotated[Rate, _ZERO]
    price: Required[Money]
    originalPrice: Annotated[Money, Hint("the price unless sent")]
    isPriceOverride: Annotated[bool, _NO]
    isIncludedInPrice: Annotated[bool, _NO]
    isFlatRate: Annotated[bool, _NO]
    isNonTaxable: Annotated[bool, _NO]
    sortOrder: Annotated[int, Range(0, MOST_UNITS), Hint("its place unless sent")]


class OrderBundleItemWrite(TypedDict, total=False):
    id: OwnId
    productTitle: Required[LongTitle]
    type: Annotated[ProductType, Default("General Merchandise")]
    inventoryLocationId: Annotated[Uuid | None, NO_VALUE]
    productId: Annotated[Uuid | None, NO_VALUE]
    productVariantTitle: Annotated[Text, Default("")]
    productVariantId: Annotated[Uuid | None, NO_VALUE]
    image: Annotated[HttpsUrl | None, NO_VALUE]
    sku: Required[Sku]
    costOfGood: Annotated[Price | None, NO_VALUE]
    price: Annotated[Price, _ZERO]
    originalPrice: Annotated[Price, Hint("the price unless sent")]
    comparePrice: Annotated[Price | None, NO_VALUE]
    bottleDeposit: Annotated[Price, _ZERO]
    quantity: Required[Annotated[int, Range(1, 1000), Hint("in one bundle")]]
    isPriceOverride: Annotated[bool, _NO]
    tax: Annotated[Money, _ZERO]
    taxType: Annotated[TaxType, Hint("Wine for wine, else General Merchandise")]
    weight: Annotated[float, Range(0, 1_000_000), _ZERO]
    hasShipping: Annotated[bool, Default(True)]
    hasInventory: Annotated[bool, _NO]
    vendor: Annotated[Text | None, NO_VALUE]
    volumeInML: Annotated[Annotated[int, Range(0)] | None, NO_VALUE]
    alcoholPercentage: Annotated[Annotated[float, Range(0, 100)] | None, NO_VALUE]
    departmentCode: Annotated[Text | None, NO_VALUE]
    allocationId: Annotated[Uuid | None, NO_VALUE]
    departmentId: Annotated[Uuid | None, NO_VALUE]
    collectionIds: Annotated[Annotated[Text, Size(0, 20_000)] | None, NO_VALUE]
    itemData: Annotated[Any | None, NO_VALUE]
    modifiers: Annotated[Any | None, NO_VALUE]
    notes: Annotated[Message | None, NO_VALUE]
    productSlug: Annotated[Text | None, IMPORTED]


class OrderItemWrite(TypedDict, total=False):
    id: OwnId
    purchaseType: Annotated[PurchaseType, Hint("that of the order unless sent")]
    productTitle: Required[LongTitle]
    type: Required[ProductType]
    inventoryLocationId: Annotated[Uuid | None, NO_VALUE]
    productId: Annotated[Uuid | None, Hint("looked up by `sku` unless sent")]
    productVariantTitle: Annotated[Text, Default("")]
    productVariantId: Annotated[Uuid | None, NO_VALUE]
    image: Annotated[HttpsUrl | None, NO_VALUE]
    sku: Required[Sku]
    costOfGood: Annotated[Price | None, NO_VALUE]
    price: Required[Annotated[Price, Hint("of one, after discounts")]]
    originalPrice: Annotated[Price, Hint("the price unless sent")]
    comparePrice: Annotated[Price | None, NO_VALUE]
    bottleDeposit: Annotated[Price, _ZERO]
    quantity: Required[Annotated[Units, Hint("negative for what comes back")]]
    quantityFulfilled: Annotated[Units, Hint("0, or all of it when the order is Fulfilled")]
    isPriceOverride: Annotated[bool, _NO]
    tax: Annotated[Money, _ZERO]
    taxType: Annotated[TaxType, Hint("Wine for wine, else General Merchandise")]
    weight: Annotated[float, Range(0, 1_000_000), _ZERO]
    hasShipping: Annotated[bool, Default(True)]
    vendor: Annotated[Text | None, NO_VALUE]
    volumeInML: Annotated[Annotated[int, Range(0)] | None, NO_VALUE]
    alcoholPercentage: Annotated[Annotated[float, Range(0, 100)] | None, NO_VALUE]
    departmentCode: Annotated[Text | None, NO_VALUE]
    departmentId: Annotated[Uuid | None, NO_VALUE]
    allocationId: Annotated[Uuid | None, NO_VALUE]
    collectionIds: Annotated[Annotated[Text, Size(0, 20_000)] | None, NO_VALUE, Hint("joined by commas")]
    bundleItems: Annotated[Annotated[list[OrderBundleItemWrite], Size(0, 100)] | None, NO_VALUE]
    itemData: Annotated[Any | None, NO_VALUE]
    modifiers: Annotated[Any | None, NO_VALUE]
    notes: Annotated[Message | None, NO_VALUE]
    productSlug: Annotated[Text | None, IMPORTED]


class ShippingOptionsWrite(TypedDict, total=False):
    shippingServiceId: Annotated[Uuid | None, NO_VALUE]
    requestedShipDate: Annotated[Instant | None, NO_VALUE]


class ConnectionWrite(TypedDict, total=False):
    customerIpAddress: Annotated[Text | None, NO_VALUE]
    userAgent: Annotated[Annotated[Text, Size(0, 1000)] | None, NO_VALUE]


class SalesAssociateWrite(TypedDict, total=False):
    accountId: Annotated[Uuid | None, NO_VALUE]
    name: Required[Text]


class _Identity(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]


class _FreeNumbers(TypedDict, total=False):
    orderNumber: Annotated[FreeNumber | None, Hint("a free one; the next one unless sent")]
    externalOrderNumber: Annotated[Text | None, NO_VALUE]


class _NeededNumbers(TypedDict, total=False):
    orderNumber: Required[Annotated[FreeNumber, Hint("a free one, or the order's own")]]
    externalOrderNumber: Required[
        Annotated[Annotated[Text, Size(1, 255)], Hint("with the vendor it tells which order is meant")]
    ]


class _Import(TypedDict, total=False):
    externalOrderVendor: Annotated[Text | None, NO_VALUE]
    orderSubmittedDate: Required[Instant]
    orderPaidDate: Required[Annotated[Instant | None, Hint("null only where it is not Paid")]]
    orderFulfilledDate: Annotated[Instant | None, Hint("`orderPaidDate` when Fulfilled, unless sent")]
    purchaseType: Annotated[PurchaseType, Default("Regular")]
    previousOrderId: Annotated[Uuid | None, NO_VALUE, Hint("needed for Refund and Exchange")]
    paymentStatus: Annotated[PaymentStatus, Default("Paid")]
    complianceStatus: Annotated[ComplianceStatus, COMPLIANCE_SPELLINGS, Default("No Compliance Required")]
    fulfillmentStatus: Annotated[FulfillmentStatus, Hint("by the items unless sent")]
    cartId: Annotated[Uuid | None, NO_VALUE]
    channel: Required[Channel]
    posProfileId: Annotated[Uuid | None, NO_VALUE]
    customerId: Annotated[Uuid | None, NO_VALUE]
    email: Annotated[Email | None, NO_VALUE, Hint("finds the customer where `customerId` is not sent")]
    orderDeliveryMethod: Required[DeliveryMethod]
    shippingInstructions: Annotated[Message | None, NO_VALUE]
    taxSaleType: Annotated[TaxSaleType, Hint("Onsite for Carry Out, else Offsite")]
    subTotal: Required[Money]
    shipTotal: Required[Money]
    taxTotal: Required[Money]
    dutyTotal: Annotated[Money, _ZERO]
    bottleDepositTotal: Annotated[Money, _ZERO]
    tipTotal: Annotated[Money, _ZERO]
    total: Required[Annotated[Money, Hint("the sum of the five totals before `tipTotal`")]]
    totalAfterTip: Annotated[Money, Hint("`total` and `tipTotal`")]
    giftMessage: Annotated[Message | None, NO_VALUE]
    metaData: MetaDataWrite | None
    appData: AppDataWrite | None
    flags: Annotated[list[FlagWrite], Size(0, 50)]
    isNonTaxable: Annotated[bool, _NO]
    isNoDuty: Annotated[bool, _NO]
    shipping: Annotated[list[OrderShippingWrite], Size(0, 100), _NONE]
    coupons: Annotated[list[OrderCouponWrite], Size(0, 100), _NONE]
    shipTo: Annotated[OrderAddressWrite | None, NO_VALUE]
    billTo: Annotated[OrderAddressWrite | None, NO_VALUE]
    pickupBy: Annotated[OrderLocationWrite | None, NO_VALUE, Hint("needed for Pickup")]
    carryOut: Annotated[OrderLocationWrite | None, NO_VALUE]
    promotions: Annotated[list[OrderPromotionWrite], Size(0, 100), _NONE]
    tenders: Annotated[list[TenderWrite], Size(0, 100), _NONE]
    taxes: Annotated[list[OrderTaxWrite], Size(0, 100), _NONE]
    items: Required[Annotated[list[OrderItemWrite], Size(1, 500)]]
    selectedShippingOptions: Annotated[ShippingOptionsWrite | None, NO_VALUE]
    connectionInformation: Annotated[ConnectionWrite | None, NO_VALUE]
    salesAssociate: Annotated[SalesAssociateWrite | None, NO_VALUE]
    tags: ManualTags
    isSendTransactionEmail: SendsMail
    customerType: Annotated[CustomerType, IMPORTED, Hint("by orders and memberships unless sent")]
    shippingStatus: Annotated[ShippingStatus, IMPORTED, Hint("`Not Tracked` unless sent")]
    fulfillments: Annotated[
        list[FulfillmentCopyWrite],
        Size(0, 100),
        IMPORTED,
        Hint("made from the quantities unless sent; they move no stock"),
    ]


class OrderWrite(_Identity, _FreeNumbers, _Import, total=False):
    """A finished order, as `POST /order` takes it."""


class OrderUpsertWrite(_Identity, _NeededNumbers, _Import, total=False):
    """The same for `PUT /order/upsert`, which must say which order is meant."""


class OrderNumber(TypedDict):
    orderNumber: Annotated[int, Range(1, MOST_NUMBER)]
