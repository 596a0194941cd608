"""What the public web may see of the catalogue (reference B15, domain CAT-1 to CAT-3). Pure."""

from collections.abc import Collection
from typing import Any, NotRequired, TypedDict

from cellarhand.catalog.collection_shapes import CollectionRef
from cellarhand.catalog.department import Department
from cellarhand.catalog.product_shapes import (
    AdminStatus,
    BundleItem,
    Html,
    ImageSet,
    InventoryPolicy,
    MetaData,
    OperatingRegions,
    ProductType,
    Security,
    TaxType,
    WebStatus,
    WineProperties,
)
from cellarhand.catalog.slug import Seo
from cellarhand.catalog.vendor import Vendor
from cellarhand.record.types import Cents, Instant, Text, Uuid
from cellarhand.record.validate import Record

HIDDEN_OPTION = "Dont Display Product"


class InventoryForWeb(TypedDict):
    inventoryLocationId: Uuid
    availableForSaleCount: int


class VariantForWeb(TypedDict):
    """A variant without what it costs the winery, and with nothing but what can be sold of it."""

    id: Uuid
    title: Text
    sku: Text
    upcCode: Text | None
    volumeInML: int | None
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
    inventory: list[InventoryForWeb] | None


class ProductForWeb(TypedDict):
    id: Uuid
    title: Text
    subTitle: Text | None
    image: Text | None
    type: ProductType
    departmentId: Uuid | None
    vendorId: Uuid | None
    teaser: Html | None
    content: Html | None
    webStatus: WebStatus
    adminStatus: AdminStatus
    slug: Text
    metaData: MetaData | None
    appData: MetaData | None
    productTemplateId: Uuid | None
    createdAt: Instant
    updatedAt: Instant
    images: list[ImageSet]
    bundleItems: list[BundleItem]
    department: Department | None
    vendor: Vendor | None
    variants: list[VariantForWeb]
    collections: list[CollectionRef]
    seo: Seo
    wine: NotRequired[WineProperties]
    security: Security
    overrideOperatingRegions: OperatingRegions


def is_listed(product: Record) -> bool:
    """Whether lists on the web have the product."""
    return product.get("webStatus") == "Available" and _may_be_shown(product)


def is_readable(product: Record) -> bool:
    """Whether its page is there for who knows the slug: that of a retired product still is (CAT-2)."""
    return product.get("webStatus") != "Not Available" and _may_be_shown(product)


def _may_be_shown(product: Record) -> bool:
    """Collateral is hidden from customers everywhere (CAT-1), and so is what security does not display."""
    if product.get("adminStatus") == "Not Available" or product.get("type") == "Collateral":
        return False
    security: dict[str, Any] = product.get("security") or {}
    return security.get("displayOption") != HIDDEN_OPTION


def for_web(product: Record) -> Record:
    """The product as anybody may see it: declared members alone, whatever else a copied record carries."""
    shown = _only(ProductForWeb, product)
    shown["variants"] = [_variant(each) for each in product["variants"]]
    shown["collections"] = [each for each in product["collections"] if is_open(each)]
    return shown


def is_open(collection: Record) -> bool:
    """Whether a collection's page is there on the web."""
    return collection.get("webStatus") != "Not Available"


def without_parts(product: Record, hidden: Collection[str]) -> Record:
    """A bundle that says nothing of components which are hidden from the web, but that there are some."""
    nothing = dict.fromkeys(("productTitle", "productVariantTitle", "sku", "image", "price"))
    parts = [each | nothing if each["productId"] in hidden else each for each in product["bundleItems"]]
    return {**product, "bundleItems": parts}


def _variant(variant: Record) -> Record:
    shown = _only(VariantForWeb, variant)
    if shown.get("inventory") is not None:
        shown["inventory"] = [_only(InventoryForWeb, each) for each in shown["inventory"]]
    return shown


def _only(shape: type, record: Record) -> Record:
    return {name: record[name] for name in shape.__annotations__ if name in record}
