"""The members of tags and of what refers to them, in wire order (reference B7, B8, A21)."""

from typing import Annotated, Literal, NotRequired, Required, TypedDict

from cellarhand.record.types import (
    CREATE_ONLY,
    Default,
    Hint,
    Instant,
    Size,
    Spellings,
    Text,
    Title,
    Uuid,
)

TagObjectType = Literal["Customer", "ClubMembership", "Order", "Reservation"]
TagType = Literal["Manual", "Dynamic"]
AppliesToCondition = Literal["All conditions", "One or more conditions"]
Comparison = Literal["is equal to", "is greater than", "is less than"]
OBJECT_TYPES = {
    "customer": "Customer",
    "club-membership": "ClubMembership",
    "order": "Order",
    "reservation": "Reservation",
}
_FOR_DYNAMIC = Hint("needed for a dynamic tag, not allowed for a manual one")
_ANY_CASE = Spellings({"manual": "Manual", "dynamic": "Dynamic"}, ignore_case=True)


class TagId(TypedDict):
    """An element of `tags` in a body: the tag's id, and whatever a client read beside it."""

    id: Uuid


class TagRef(TypedDict):
    """A tag as it stands inside a record that carries it (reference A21)."""

    id: Uuid
    title: Text
    objectType: TagObjectType
    type: TagType
    appliesToCondition: Text | None
    createdAt: Instant
    updatedAt: Instant


class ConditionWrite(TypedDict, total=False):
    id: Uuid
    appliesTo: Required[Text]
    condition: Required[Annotated[Comparison, Hint("one that the subject knows")]]
    value: Required[
        Annotated[Text, Size(1, 255), Hint("amounts in cents, dates as 2026-01-31, birth months 1 to 12")]
    ]


class Condition(TypedDict):
    id: Uuid
    appliesTo: Text
    condition: Comparison
    value: Text


class BackPopulate(TypedDict):
    currentPage: int
    totalPages: int
    cursor: Uuid | None
    status: Literal["Completed", "Processing"]
    processDate: Instant | None


class TagWrite(TypedDict, total=False):
    title: Required[Title]
    type: Required[Annotated[TagType, _ANY_CASE, CREATE_ONLY]]
    appliesToCondition: Annotated[AppliesToCondition | None, Default(None), _FOR_DYNAMIC]
    conditions: Annotated[list[ConditionWrite], Size(0, 50), Default([]), _FOR_DYNAMIC]


class Tag(TypedDict):
    id: Uuid
    title: Text
    objectType: TagObjectType
    type: TagType
    appliesToCondition: AppliesToCondition | None
    createdAt: Instant
    updatedAt: Instant
    conditions: list[Condition]
    backPopulate: NotRequired[BackPopulate]


class GroupWrite(TypedDict, total=False):
    title: Required[Title]
    type: Annotated[Literal["Manual"], _ANY_CASE, Default("Manual")]


class GroupChange(TypedDict, total=False):
    title: Title
    type: Annotated[TagType, _ANY_CASE, CREATE_ONLY]


class Group(TypedDict):
    """A customer tag under its older name (reference B9)."""

    id: Uuid
    title: Text
    type: TagType
    createdAt: Instant
    updatedAt: Instant


class TagXObjectWrite(TypedDict):
    objectId: Uuid
    tagId: Uuid


class TagXObject(TypedDict):
    objectId: Uuid
    tagId: Uuid
    id: Uuid
    tagType: Literal["Manual"]
    updatedAt: Instant
    createdAt: Instant
