"""Tags: words put on customers, orders, memberships and reservations (reference B7, domain TAG)."""

from typing import Any, cast

from cellarhand import clock
from cellarhand.events.trash import into_trash
from cellarhand.record import errors
from cellarhand.record.resource import Draft, Extract, Filter, Resource, Scope, TextSearch
from cellarhand.record.validate import Record
from cellarhand.store.tables import Column, Index
from cellarhand.tags.shapes import OBJECT_TYPES, Tag, TagRef, TagWrite

_EQUAL, _MORE_OR_LESS = ("is equal to",), ("is greater than", "is less than")
_SUBJECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Order": {
        "Channel": _EQUAL,
        "POS Profile": _EQUAL,
        "Sku": _EQUAL,
        "Ship To State": _EQUAL,
        "Ship To Country": _EQUAL,
        "Has Gift Message": _EQUAL,
        "Order Total": _MORE_OR_LESS,
    },
    "Customer": {
        "State": _EQUAL,
        "Country": _EQUAL,
        "Email Marketing Status": _EQUAL,
        "Birth Month": _EQUAL,
        "Sku Purchased": _EQUAL,
        "Lifetime Value": _MORE_OR_LESS,
        "Birthdate": _MORE_OR_LESS,
        "Order Count": _MORE_OR_LESS,
        "Last Order Date": _MORE_OR_LESS,
        "Rank": _MORE_OR_LESS,
    },
}
_NUMBERS = frozenset(("Order Total", "Lifetime Value", "Order Count", "Rank"))
_DATES = frozenset(("Birthdate", "Last Order Date"))


def tag_ref(tag: Record) -> TagRef:
    """The tag as records carry it."""
    members = {name: tag[name] for name in TagRef.__annotations__}
    return cast(TagRef, members)


def _check(draft: Draft) -> None:
    """Dynamic tags need conditions, manual ones have none (reference B7)."""
    kind = draft.sent.get("type") or (draft.stored or {}).get("type")
    if kind == "Manual":
        for member in ("appliesToCondition", "conditions"):
            if draft.sent.get(member):
                draft.faults.add(member, errors.NOT_ALLOWED)
    elif kind == "Dynamic":
        if draft.after("appliesToCondition") is None:
            draft.faults.require("appliesToCondition")
        if not draft.after("conditions"):
            draft.faults.require("conditions")


async def _check_subjects(draft: Draft) -> None:
    """Each condition's pair of subject and comparison is one that the object type knows (reference B7)."""
    if draft.after("type") != "Dynamic":
        return
    object_type = draft.sent.get("objectType") or (draft.stored or {}).get("objectType", "")
    subjects = _SUBJECTS.get(object_type)
    if subjects is None:
        draft.faults.add("type", errors.NOT_ONE_OF)
        return
    conditions = cast(list[dict[str, Any]], draft.sent.get("conditions") or [])
    for place, condition in enumerate(conditions):
        if condition["condition"] not in subjects.get(condition["appliesTo"], ()):
            draft.faults.add(f"conditions[{place}].condition", errors.NOT_ONE_OF)
        else:
            _check_value(draft, place, condition["appliesTo"], condition["value"])


def _check_value(draft: Draft, place: int, subject: str, value: str) -> None:
    field = f"conditions[{place}].value"
    if subject in _NUMBERS and not value.strip().lstrip("-").isdecimal():
        draft.faults.add(field, "must be a integer")
    elif subject in _DATES and clock.date_from_wire(value) is None:
        draft.faults.add(field, 'must match format "date"')
    elif subject == "Birth Month" and value not in map(str, range(1, 13)):
        draft.faults.add(field, errors.NOT_ONE_OF)


async def _set_back_populate(draft: Draft) -> None:
    """A dynamic tag shows how far the evaluation of existing records is; nothing evaluates them yet."""
    if draft.record["type"] == "Dynamic" and draft.creating:
        draft.record["backPopulate"] = {
            "currentPage": 0,
            "totalPages": 0,
            "cursor": None,
            "status": "Processing",
            "processDate": None,
        }


async def _rename_in_holders(draft: Draft) -> None:
    if draft.stored is not None and tag_ref(draft.stored) != tag_ref(draft.record):
        # Holders carry tags, and so their modules import this one.
        from cellarhand.tags.holders import rename_in_holders

        await rename_in_holders(draft.unit, tag_ref(draft.stored), tag_ref(draft.record))


def subjects_of(object_type: str) -> list[str]:
    """What the conditions of a dynamic tag may be about; nothing where there are only manual ones."""
    return list(_SUBJECTS.get(object_type, ()))


async def _refuse_in_use(draft: Draft) -> None:
    """A tag that decides who may see a product stays (reference B7)."""
    from cellarhand.tags.holders import secures_product

    if await secures_product(draft.unit, draft.id):
        raise errors.forbidden_by_state("Can not delete a tag that is in use")


async def _take_off_holders(draft: Draft) -> None:
    from cellarhand.tags.holders import take_off_holders

    await take_off_holders(draft.unit, tag_ref(draft.before))


TAG = Resource(
    name="tag",
    thing="Tag",
    path="/tag/:objectType",
    key="tags",
    read=Tag,
    write=TagWrite,
    right="tag",
    permission="Tag",
    scope=Scope("objectType", "objectType", "object_type", OBJECT_TYPES),
    extracts=(
        Extract(Column("object_type", "text"), lambda tag: tag["objectType"]),
        Extract(Column("type", "text"), lambda tag: tag["type"]),
    ),
    indexes=(Index(("object_type", "type")),),
    filters=(Filter("type", "E", "type", choices=("Manual", "Dynamic")),),
    search=TextSearch(lambda tag: tag["title"]),
    event="Tag",
    trash_title=lambda tag: tag["title"],
    check=_check,
    prepare=(_check_subjects,),
    settle=(_set_back_populate,),
    follow=(_rename_in_holders,),
    refuse_delete=(_refuse_in_use,),
    follow_delete=(_take_off_holders, into_trash),
)
