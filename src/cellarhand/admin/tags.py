"""Tags of each kind of record: put on by hand, or by a rule that is kept and shown (reference B7, TAG-1)."""

from typing import Any

from starlette.responses import Response

from cellarhand.admin import records
from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import moment
from cellarhand.admin.visit import Screen, Visit
from cellarhand.record.validate import Record
from cellarhand.tags.holders import HOLDERS, holder_counts
from cellarhand.tags.shapes import OBJECT_TYPES
from cellarhand.tags.tag import TAG, subjects_of

PATH = "/tags"
_EACH = f"{PATH}/{{objectType}}"
_TITLES = {
    "customer": "Customers",
    "order": "Orders",
    "club-membership": "Memberships",
    "reservation": "Reservations",
}
_LISTS = {"Customer": ("/customers", "customer"), "Order": ("/orders", "order")}
"""Where the holders of a tag can be listed, with the right that it takes."""


async def _with_holders(visit: Visit, tags: list[Record]) -> list[Record]:
    counts = await holder_counts(visit.store.reading(visit.actor.tenant_id), [tag["id"] for tag in tags])
    return [{**tag, "holders": counts[tag["id"]]} for tag in tags]


async def _subjects(visit: Visit) -> list[Choice]:
    object_type = records.params_of(TAG, visit.params)["objectType"]
    return [(subject, subject) for subject in subjects_of(object_type)]


LIST = ListScreen(
    TAG,
    "Tags",
    _EACH,
    opens=True,
    adds="Add tag",
    tabs=tuple((f"{PATH}/{word}", title) for word, title in _TITLES.items()),
    complete=_with_holders,
    columns=(
        Column("title", "Title", "title"),
        Column("type", "Type", "type"),
        Column("holders", "On how many", "holders"),
        Column("created", "Created", "createdAt", moment),
        Column("updated", "Updated", "updatedAt", moment, usual=False),
    ),
)
EDIT = EditScreen(
    TAG,
    "tag",
    _EACH,
    ("title", "type", "appliesToCondition", "conditions"),
    back=f"{_EACH}/{{id}}",
    intro="Manual tags are put on by people and programs, dynamic ones by themselves where their rule holds.",
    sayings={
        "type": Saying("Type", "Stays as it is."),
        "appliesToCondition": Saying("Put on when these hold", "For a dynamic tag"),
        "conditions": Saying("Conditions", "For a dynamic tag"),
        "conditions.appliesTo": Saying("Subject"),
        "conditions.condition": Saying("Compared"),
        "conditions.value": Saying("Value", "Amounts in cents, days as 2026-01-31, birth months 1 to 12"),
    },
    choices={"conditions.appliesTo": _subjects},
)


async def _held(visit: Visit, tag: Record) -> dict[str, Any]:
    counts = await holder_counts(visit.store.reading(visit.actor.tenant_id), [tag["id"]])
    path, right = _LISTS.get(tag["objectType"], ("", ""))
    leads = path if path and visit.may(right, "list") else ""
    return {"count": counts[tag["id"]], "leads": leads, "has_holders": tag["objectType"] in HOLDERS}


SHOW = RecordScreen(
    TAG,
    "tag",
    _EACH,
    "title",
    (
        Column("type", "Type", "type"),
        Column("created", "Created", "createdAt", moment),
        Column("updated", "Updated", "updatedAt", moment),
    ),
    template="tag.html",
    more=_held,
    warning="It comes off all that carry it. A tag that decides who may see a product can not be deleted.",
)


async def show_first(visit: Visit) -> Response:
    return visit.go(f"{PATH}/{next(iter(OBJECT_TYPES))}")


SCREENS = (
    Screen("GET", PATH, show_first, "tag", "list"),
    *EDIT.screens(),
    *LIST.screens(),
    *SHOW.screens(),
)
