"""The members of a product, in wire order (reference B14, A21)."""

from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from cellarhand.catalog.collection_shapes import CollectionRef
from cellarhand.catalog.department import Department
from cellarhand.catalog.slug import Seo, Slug
from cellarhand.catalog.vendor import Vendor
from cellarhand.record import formats
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    Cents,
    CountryCode,
    Default,
    Format,
    HttpsUrl,
    Instant,
    Range,
    Size,
    Text,
    Title,
    Uuid,
)

MetaData = dict[str, Any]
ProductType = Literal[
    "General Merchandise",
    "Tasting",
    "Wine",
    "Cannabis",
    "Bundle",
    "Reservation",
    "Event Ticket",
    "Gift Card",
    "Collateral",
    "Rebate",
]
TaxType = Literal["Wine", "General Merchandise", "Food", "Not Taxable", "Cannabis", "Prepared Food", "Books"]
WebStatus = Literal["Available", "Not Available", "Retired"]
AdminStatus = Literal["Available", "Not Available", "Hidden"]
InventoryPolicy = Literal["Back Order", "Dont Sell"]
WineType = Literal["Red", "White", "Rose", "Dessert", "Champagne", "Ice", "Sparkling"]
Html = Annotated[str, Format("html", formats.html), Size(0, 100_000)]
ProductTitle = Annotated[str, Format("title", formats.trimmed), Size(1, 500)]
Sku = Annotated[str, Format("title", formats.trimmed), Size(1, 100)]
Price = Annotated[int, Range(0)]


class WineWrite(TypedDict, total=False):
    type: Annotated[WineType | None, Default(None)]
    varietal: Annotated[Text | None, Default(None)]
    countryCode: Annotated[CountryCode | None, Default(None)]
    region: Annotated[Text | None, Default(None)]
    appellation: Annotated[Text | None, Default(None)]
    vintage: Annotated[Annotated[int, Range(0, 9999)] | None, Default(None)]


class ImageWrite(TypedDict, total=False):
    id: Uuid
    src: Required[HttpsUrl]
    sortOrder: int


class BundleItemWrite(TypedDict, total=False):
    id: Uuid
    productId: Required[Uuid]
    productVariantId: Required[Uuid]
    quantity: Required[Annotated[int, Range(1)]]


class CollectionId(TypedDict):
    id: Uuid


class SecurityWrite(TypedDict, total=False):
    availableTo: Required[Literal["Public", "Club", "Allocation", "Group", "Tag", "Loyalty Tier"]]
    displayOption: Literal["Display Product / Show Login", "Dont Display Product"]
    availableToObjectIds: Annotated[list[Uuid], Size(1, 500)]


class OperatingRegionsWrite(TypedDict, total=False):
    isOverride: Annotated[bool, Default(False)]
    operatingStateCodes: Annotated[list[Text] | None, Default(None)]
    operatingCountryCodes: Annotated[list[CountryCode] | None, Default(None)]


class VariantWrite(TypedDict, total=False):
    id: Uuid
    title: Required[Title]
    sku: Required[Sku]
    upcCode: Annotated[Text | None, Default(None)]
    volumeInML: Annotated[Annotated[int, Range(0)] | None, Default(None)]
    costOfGood: Annotated[Price | None, Default(None)]
    price: Required[Price]
    comparePrice: Annotated[Price | None, Default(None)]
    bottleDeposit: Annotated[Price, Default(0)]
    maxQuantityPerCart: Annotated[Annotated[int, Range(0)] | None, Default(None)]
    sortOrder: int
    hasInventory: Annotated[bool, Default(False)]
    inventoryPolicy: Annotated[InventoryPolicy, Default("Back Order")]
    hasShipping: Annotated[bool, Default(True)]
    taxType: TaxType
    weight: Annotated[float, Range(0, 1_000_000), Default(0)]


class ProductWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    type: Required[Annotated[ProductType, CREATE_ONLY]]
    title: Required[ProductTitle]
    subTitle: Annotated[Text | None, Default(None)]
    image: HttpsUrl | None
    images: Annotated[list[ImageWrite], Size(0, 100)]
    departmentId: Annotated[Uuid | None, Default(None)]
    vendorId: Annotated[Uuid | None, Default(None)]
    productTemplateId: Annotated[Uuid | None, Default(None)]
    teaser: Annotated[Html | None, Default(None)]
    content: Annotated[Html | None, Default(None)]
    webStatus: Annotated[WebStatus, Default("Not Available")]
    adminStatus: Annotated[AdminStatus, Default("Available")]
    slug: Slug
    metaData: MetaData | None
    appData: MetaData | None
    collections: Annotated[list[CollectionId], Size(0, 500)]
    bundleItems: Annotated[list[BundleItemWrite], Size(0, 100), Default([])]
    variants: Required[Annotated[list[VariantWrite], Size(1, 100)]]
    seo: Seo
    wine: WineWrite
    security: Annotated[SecurityWrite, Default({"availableTo": "Public"})]
    overrideOperatingRegions: OperatingRegionsWrite


class OriginalImage(TypedDict):
    src: Text
    width: int
    height: int


class ImageSet(TypedDict):
    id: Uuid
    src: Text
    original: Annotated[OriginalImage | None, Default(None)]
    formats: Annotated[dict[str, Any] | None, Default(None)]
    sortOrder: int


class BundleItem(TypedDict):
    id: Uuid
    productId: Uuid
    productVariantId: Uuid
    quantity: int
    productTitle: Text | None
    productVariantTitle: Text | None
    sku: Text | None
    image: Text | None
    price: Cents | None


class VariantInventory(TypedDict):
    inventoryLocationId: Uuid
    productVariantId: Uuid
    availableForSaleCount: int
    reserveCount: int
    allocatedCount: int


class Variant(TypedDict):
    id: Uuid
    title: Text
    sku: Text
    upcCode: Text | None
    volumeInML: int | None
    costOfGood: Cents | None
    price: Cents
    comparePrice: Cents | None
    bottleDeposit: Cents
    maxQuantityPerCart: int | None
    sortOrder: int
    hasInventory: bool
    inventoryPolicy: InventoryPolicy
    hasShipping: bool
    taxType: TaxType
    weight: float
    inventory: Annotated[list[VariantInventory] | None, Default(None)]


class WineProperties(TypedDict):
    type: Annotated[Text | None, Default(None)]
    varietal: Annotated[Text | None, Default(None)]
    countryCode: Annotated[Text | None, Default(None)]
    region: Annotated[Text | None, Default(None)]
    appellation: Annotated[Text | None, Default(None)]
    vintage: Annotated[int | None, Default(None)]


class Security(TypedDict):
    availableTo: Literal["Public", "Club", "Allocation", "Group", "Tag", "Loyalty Tier"]
    displayOption: NotRequired[Text]
    availableToObjectIds: NotRequired[list[Uuid]]


class OperatingRegions(TypedDict):
    isOverride: Annotated[bool, Default(False)]
    operatingStateCodes: Annotated[list[Text] | None, Default(None)]
    operatingCountryCodes: Annotated[list[CountryCode] | None, Default(None)]


class Product(TypedDict):
    id: Uuid
    title: Text
    subTitle: Text | None
    image: Annotated[Text | None, Default(None)]
    type: ProductType
    departmentId: Uuid | None
    vendorId: Uuid | None
    teaser: Html | None
    content: Html | None
    webStatus: WebStatus
    adminStatus: AdminStatus
    slug: Text
    metaData: Annotated[MetaData | None, Default(None)]
    appData: Annotated[MetaData | None, Default(None)]
    appSync: Annotated[MetaData | None, Default(None)]
    productTemplateId: Uuid | None
    createdAt: Instant
    updatedAt: Instant
    images: Annotated[list[ImageSet], Default([])]
    bundleItems: list[BundleItem]
    department: Annotated[Department | None, Default(None)]
    vendor: Annotated[Vendor | None, Default(None)]
    variants: list[Variant]
    collections: Annotated[list[CollectionRef], Default([])]
    seo: Seo
    wine: NotRequired[WineProperties]
    security: Security
    overrideOperatingRegions: OperatingRegions
