"""Tags: words put on customers, orders, memberships and reservations (reference B7, domain TAG)."""

from typing import Any, cast

from cellarhand import clock
from cellarhand.events.trash import into_trash
from cellarhand.record import errors
from cellarhand.record.emitting import emit
from cellarhand.record.resource import Draft, Extract, Filter, Resource, Scope, TextSearch
from cellarhand.record.text import encode
from cellarhand.record.validate import Record
from cellarhand.store.tables import Column, Index
from cellarhand.tags.rules import DATES, NUMBERS, SUBJECTS, VALUES, Rule, reads_as_number
from cellarhand.tags.shapes import OBJECT_TYPES, Group, Tag, TagRef, TagWrite


def tag_ref(tag: Record) -> TagRef:
    """The tag as records carry it."""
    members = {name: tag[name] for name in TagRef.__annotations__}
    return cast(TagRef, members)


def group_of(tag: Record) -> Record:
    """The tag as a group, its older name (reference B9)."""
    return {name: tag[name] for name in Group.__annotations__}


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
    subjects = SUBJECTS.get(object_type)
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
    if subject in NUMBERS and not reads_as_number(value):
        draft.faults.add(field, "must be a integer")
    elif subject in DATES and clock.date_from_wire(value) is None:
        draft.faults.add(field, 'must match format "date"')
    elif subject in VALUES and value.strip().casefold() not in VALUES[subject]:
        draft.faults.add(field, errors.NOT_ONE_OF)


def not_begun() -> Record:
    """The `backPopulate` of a tag that no record was looked at for yet."""
    return {
        "currentPage": 0,
        "totalPages": 0,
        "cursor": None,
        "status": "Processing",
        "processDate": None,
    }


def _asks_anew(draft: Draft) -> bool:
    """Whether records have to be looked at again: the tag is new, or asks for something else."""
    before, after = draft.stored, draft.record
    if after["type"] != "Dynamic":
        return False
    return before is None or Rule.of(before).asks != Rule.of(after).asks


async def _set_back_populate(draft: Draft) -> None:
    """A dynamic tag shows how far the evaluation of existing records is (TAG-3)."""
    if _asks_anew(draft):
        draft.record["backPopulate"] = not_begun()


async def _begin_back_population(draft: Draft) -> None:
    if _asks_anew(draft):
        # Records carry tags, and so the module that goes through them imports this one.
        from cellarhand.tags.back_population import begin

        await begin(draft.unit, draft.id)


async def _end_back_population(draft: Draft) -> None:
    from cellarhand.tags.back_population import forget

    await forget(draft.unit, draft.id)


async def _rename_in_holders(draft: Draft) -> None:
    if draft.stored is not None and tag_ref(draft.stored) != tag_ref(draft.record):
        # Holders carry tags, and so their modules import this one.
        from cellarhand.tags.holders import rename_in_holders

        await rename_in_holders(draft.unit, tag_ref(draft.stored), tag_ref(draft.record))


async def _tell_as_group(draft: Draft) -> None:
    """Who listens to groups hears of customer tags, in the older shape (reference A19)."""
    await _tell_group(draft, "Create" if draft.creating else "Update", draft.record)


async def _tell_gone_as_group(draft: Draft) -> None:
    await _tell_group(draft, "Delete", draft.before)


async def _tell_group(draft: Draft, action: str, tag: Record) -> None:
    if tag["objectType"] == "Customer":
        text = encode(group_of(tag))
        await emit(draft.unit, TAG, action, tag, draft.actor, name="Group", text=text)


def subjects_of(object_type: str) -> list[str]:
    """What the conditions of a dynamic tag may be about; nothing where there are only manual ones."""
    return list(SUBJECTS.get(object_type, ()))


async def _refuse_in_use(draft: Draft) -> None:
    from cellarhand.catalog.classes import refuse_tag_of_security

    await refuse_tag_of_security(draft)
    from cellarhand.discounts.uses import refuse_tag_of_discount

    await refuse_tag_of_discount(draft)


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
    spreads=True,
    follow=(_rename_in_holders, _begin_back_population, _tell_as_group),
    refuse_delete=(_refuse_in_use,),
    follow_delete=(_end_back_population, _take_off_holders, into_trash, _tell_gone_as_group),
)
