"""The members of a collection, and of a collection inside a product, in wire order (reference B16, B14)."""

from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from cellarhand.catalog.slug import Seo, Slug
from cellarhand.record import formats
from cellarhand.record.types import (
    CREATE_ONLY,
    Default,
    Format,
    HttpsUrl,
    Instant,
    Size,
    Text,
    Title,
    Uuid,
)

Html = Annotated[str, Format("html", formats.html), Size(0, 100_000)]
CollectionType = Literal["Manual", "Dynamic"]
WebStatus = Literal["Available", "Not Available", "Retired"]
AdminStatus = Literal["Available", "Not Available"]
AppliesToCondition = Literal["All conditions", "One or more conditions"]
Subject = Literal["Type", "Department", "Vendor", "Varietal", "Appellation", "Region", "Country", "Vintage"]
MetaData = dict[str, Any]


class CollectionConditionWrite(TypedDict, total=False):
    id: Uuid
    appliesTo: Required[Subject]
    condition: Required[Literal["is equal to"]]
    value: Required[Title]


class CollectionCondition(TypedDict):
    id: Uuid
    appliesTo: Subject
    condition: Literal["is equal to"]
    value: Text


class CollectionWrite(TypedDict, total=False):
    title: Required[Title]
    type: Annotated[CollectionType, CREATE_ONLY, Default("Manual")]
    content: Annotated[Html | None, Default(None)]
    webStatus: Annotated[WebStatus, Default("Not Available")]
    adminStatus: Annotated[AdminStatus, Default("Available")]
    slug: Slug
    featureImage: Annotated[HttpsUrl | None, Default(None)]
    productTemplateId: Annotated[Uuid | None, Default(None)]
    appliesToCondition: Annotated[AppliesToCondition | None, Default(None)]
    conditions: Annotated[list[CollectionConditionWrite], Size(0, 50)]
    onlyShowProductsWithInventory: Annotated[bool, Default(False)]
    metaData: MetaData | None
    seo: Seo
    # Old; accepted and without effect.
    publishDate: Instant | None


class Collection(TypedDict):
    id: Uuid
    title: Text
    content: Html | None
    webStatus: WebStatus
    adminStatus: AdminStatus
    slug: Text
    featureImage: Text | None
    productTemplateId: Uuid | None
    type: CollectionType
    productCount: Annotated[int, Default(0)]
    appliesToCondition: AppliesToCondition | None
    onlyShowProductsWithInventory: bool
    metaData: Annotated[MetaData | None, Default(None)]
    createdAt: Instant
    updatedAt: Instant
    seo: Seo
    conditions: NotRequired[list[CollectionCondition]]


class CollectionRef(TypedDict):
    """A collection as it stands inside a product: without its image, and without counting."""

    id: Uuid
    title: Text
    content: Html | None
    webStatus: WebStatus
    adminStatus: AdminStatus
    slug: Text
    productTemplateId: Uuid | None
    type: CollectionType
    productCount: int | None
    appliesToCondition: AppliesToCondition | None
    onlyShowProductsWithInventory: bool
    metaData: MetaData | None
    createdAt: Instant
    updatedAt: Instant
    seo: Seo
