"""The lines of an order, in wire order (reference B10.3)."""

from typing import Annotated, Any, NotRequired, TypedDict

from cellarhand.catalog.product_shapes import ProductType, TaxType
from cellarhand.orders.words import NO_VALUE, PurchaseType
from cellarhand.record.types import Cents, Default, Text, Uuid


class OrderBundleItem(TypedDict):
    id: Uuid
    productTitle: Text
    productSlug: Annotated[Text | None, NO_VALUE]
    type: ProductType
    inventoryLocationId: Uuid | None
    productId: Uuid | None
    productVariantTitle: Text
    productVariantId: Uuid | None
    image: Text | None
    sku: Text
    costOfGood: Cents | None
    price: Cents
    originalPrice: Cents
    comparePrice: Cents | None
    bottleDeposit: Cents
    quantity: int
    quantitySentToPrep: Annotated[int, Default(0)]
    isPriceOverride: bool
    tax: Cents
    taxType: TaxType
    weight: float
    hasShipping: bool
    hasInventory: bool
    vendor: Text | None
    volumeInML: int | None
    alcoholPercentage: NotRequired[float]
    departmentCode: Text | None
    allocationId: Uuid | None
    departmentId: Uuid | None
    collectionIds: Text | None
    itemData: Any | None
    modifiers: Any | None
    notes: Text | None


class OrderItem(TypedDict):
    id: Uuid
    purchaseType: PurchaseType
    productTitle: Text
    productSlug: Annotated[Text | None, NO_VALUE]
    type: ProductType
    inventoryLocationId: Uuid | None
    productId: Uuid | None
    productVariantTitle: Text
    productVariantId: Uuid | None
    image: Text | None
    sku: Text
    costOfGood: Cents | None
    price: Cents
    originalPrice: Cents
    comparePrice: Cents | None
    bottleDeposit: Cents
    quantity: int
    quantityFulfilled: int
    quantitySentToPrep: Annotated[int, Default(0)]
    isPriceOverride: bool
    tax: Cents
    taxType: TaxType
    weight: float
    hasShipping: bool
    vendor: Text | None
    volumeInML: int | None
    alcoholPercentage: NotRequired[float]
    departmentCode: Text | None
    allocationId: Uuid | None
    departmentId: Uuid | None
    collectionIds: Text | None
    bundleItems: list[OrderBundleItem] | None
    itemData: Any | None
    modifiers: Any | None
    notes: Text | None
