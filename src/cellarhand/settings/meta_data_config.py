"""Definitions of meta data: which codes a kind of record may carry values for (reference B32, domain MET)."""

from typing import Annotated, Literal, Required, TypedDict

from cellarhand.events.trash import into_trash
from cellarhand.record import errors, formats
from cellarhand.record.action import Action, Call
from cellarhand.record.formats import Refused
from cellarhand.record.query import only
from cellarhand.record.resource import Draft, Extract, Resource, Scope, TextSearch, Unique
from cellarhand.record.text import encode
from cellarhand.record.types import (
    CREATE_ONLY,
    Default,
    Format,
    Hint,
    Instant,
    Range,
    Size,
    Text,
    Title,
    Uuid,
)
from cellarhand.record.validate import Record
from cellarhand.store.conditions import By, equal
from cellarhand.store.tables import UNIQUE_KEY, Column, Index

DataType = Literal[
    "Number",
    "String",
    "Date Picker",
    "Yes / No",
    "True / False",
    "Radio",
    "Checkbox",
    "Select",
    "HTML",
    "Integer",
    "TextArea",
]
ObjectType = Literal[
    "Customer",
    "Order",
    "Product",
    "Collection",
    "Reservation",
    "Allocation",
    "Experience",
    "ClubMembership",
    "CustomerAddress",
]
OBJECT_TYPES = {
    "allocation": "Allocation",
    "club-membership": "ClubMembership",
    "collection": "Collection",
    "customer": "Customer",
    "customer-address": "CustomerAddress",
    "order": "Order",
    "product": "Product",
    "reservation": "Reservation",
    "experience": "Experience",
}
LAST_PLACE = 2**31 - 1
WITH_OPTIONS = ("Radio", "Checkbox", "Select")
Code = Annotated[str, Format("code", formats.code), Size(1, 100)]


class MetaDataConfigWrite(TypedDict, total=False):
    title: Required[Title]
    code: Required[Annotated[Code, CREATE_ONLY, Hint("unique for the object type, compared without case")]]
    dataType: Required[Annotated[DataType, Hint("stays once values exist")]]
    isRequired: Annotated[bool, Default(False)]
    options: Annotated[
        list[Title],
        Size(0, 500),
        Default([]),
        Hint("needed for Radio, Checkbox and Select, else not allowed"),
    ]
    sortOrder: Annotated[int, Range(0, LAST_PLACE), Hint("the last place unless sent")]


class MetaDataConfig(TypedDict):
    id: Uuid
    title: Text
    objectType: ObjectType
    code: Text
    dataType: DataType
    isRequired: bool
    options: list[Text]
    sortOrder: int
    createdAt: Instant
    updatedAt: Instant


def _check(draft: Draft) -> None:
    """Options belong to the types that offer a choice, and only to them."""
    data_type, options = draft.after("dataType"), draft.after("options")
    if data_type in WITH_OPTIONS and not options:
        if "options" in draft.sent or "dataType" in draft.sent or draft.creating:
            draft.faults.require("options")
    elif data_type is not None and data_type not in WITH_OPTIONS and options:
        draft.faults.add("options", errors.NOT_ALLOWED)


async def _place_last(draft: Draft) -> None:
    if draft.creating and "sortOrder" not in draft.sent:
        where = equal("object_type", draft.sent["objectType"])
        order = (By("sort_order", descending=True),)
        rows = await draft.unit.rows(META_DATA_CONFIG.table, ("sort_order",), where, order, 1)
        draft.sent["sortOrder"] = min(rows[0][0] + 1, LAST_PLACE) if rows else 1


async def _keep_type_of_values(draft: Draft) -> None:
    """The type is fixed once values exist (reference B32)."""
    stored = draft.stored
    if stored is None or draft.sent.get("dataType", stored["dataType"]) == stored["dataType"]:
        return
    from cellarhand.settings.carriers import has_values

    if await has_values(draft.unit, stored["objectType"], stored["code"]):
        draft.faults.add("dataType", errors.CAN_NOT_CHANGE)


async def _show_values(draft: Draft) -> None:
    """Values hidden with an earlier definition of the same code come back (reference B32)."""
    if draft.creating:
        from cellarhand.settings.carriers import show_values

        await show_values(draft.unit, draft.record["objectType"], draft.record["code"])


async def _hide_values(draft: Draft) -> None:
    from cellarhand.settings.carriers import hide_values

    await hide_values(draft.unit, draft.before["objectType"], draft.before["code"])


def _unique_code(config: Record) -> list[tuple[str, str]]:
    return [(code_key(config["objectType"], config["code"]), "code")]


def code_key(object_type: str, code: str) -> str:
    """A code as it is compared: per object type and without case."""
    return f"{object_type}/{code.casefold()}"


META_DATA_CONFIG = Resource(
    name="meta-data-config",
    thing="Meta Data Config",
    path="/meta-data-config/:objectType",
    key="metaDataConfigs",
    read=MetaDataConfig,
    write=MetaDataConfigWrite,
    right="meta-data-config",
    permission="MetaData Config",
    scope=Scope("objectType", "objectType", "object_type", OBJECT_TYPES),
    extracts=(
        Extract(Column("object_type", "text"), lambda config: config["objectType"]),
        Extract(Column("sort_order", "int"), lambda config: config["sortOrder"]),
    ),
    indexes=(Index(("object_type", "sort_order")),),
    search=TextSearch(lambda config: f"{config['title']}\n{config['code']}"),
    unique=(Unique("meta-data-config.code", _unique_code),),
    trash_title=lambda config: config["title"],
    check=_check,
    prepare=(_place_last, _keep_type_of_values),
    spreads=True,
    follow=(_show_values,),
    follow_delete=(_hide_values, into_trash),
)


class IsUnique(TypedDict):
    isUnique: bool


async def is_unique_code(call: Call) -> bytes:
    """Whether a code is still free (reference B32)."""
    query = only(call.query, ("code",))
    if not query.get("code", "").strip():
        raise errors.query_field_required("code")
    try:
        code = formats.code(query["code"])
    except Refused:
        # No definition can have such a code.
        return encode({"isUnique": True})
    key = code_key(call.params["objectType"], code)
    where = (*equal("kind", "meta-data-config.code"), *equal("value", key))
    unit = call.store.reading(call.actor.tenant_id)
    return encode({"isUnique": await unit.row(UNIQUE_KEY, ("value",), where) is None})


IS_UNIQUE_CODE = Action(
    "is-unique-code",
    "GET",
    "/meta-data-config/:objectType/is-unique-code",
    is_unique_code,
    "Whether a code is still free",
    right="meta-data-config",
    permission="MetaData Config",
    answers=IsUnique,
    query=("code",),
    needs=("code",),
    words=OBJECT_TYPES,
)
