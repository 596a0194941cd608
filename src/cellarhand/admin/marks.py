"""Tags and notes on the page of a record: the same for every kind of record that carries them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from cellarhand.admin import records
from cellarhand.admin.filters import Choice
from cellarhand.admin.visit import Screen, Visit
from cellarhand.customers.note import NOTE
from cellarhand.events.bulk_job import said
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record
from cellarhand.tags.tag import TAG
from cellarhand.tags.tag_x_object import TAG_X_OBJECT_ACTIONS

_ATTACH, _DETACH = TAG_X_OBJECT_ACTIONS
Again = Callable[[Visit, str, int], Awaitable[Response]]
"""A page shown again with what went wrong, and the status of that."""


@dataclass(frozen=True)
class Marks:
    """Tags of an object type, and notes where `note_member` says how a note names the record."""

    object_type: str
    path: str
    page: Again
    note_member: str = ""

    def screens(self) -> tuple[Screen, ...]:
        at = f"{self.path}/{{id}}"
        tagging = (
            Screen("POST", f"{at}/tags", self._put_on, "tag-x-object", "create"),
            Screen("POST", f"{at}/tags/{{tagId}}/remove", self._take_off, "tag-x-object", "update"),
        )
        noting = Screen("POST", f"{at}/notes", self._add_note, "note", "create")
        return (*tagging, noting) if self.note_member else tagging

    async def shown(self, visit: Visit, record: Record) -> dict[str, Any]:
        """What `marks.html` shows: the tags that can be put on, the notes and one that was not added."""
        on = {tag["id"] for tag in record["tags"]}
        about = {self.note_member: record["id"]}
        return {
            "tags": [choice for choice in await tag_choices(visit, self.object_type) if choice[0] not in on],
            "may_tag": visit.may("tag-x-object", "create"),
            "notes": await records.first_page(visit, NOTE, {}, about) if self.note_member else [],
            "note": visit.sent("content"),
        }

    async def _put_on(self, visit: Visit) -> Response:
        body = {"tagId": visit.sent("tagId"), "objectId": visit.params["id"]}
        try:
            await records.act(visit, _ATTACH, {"objectType": self.object_type}, body)
        except HouseError as error:
            return await self.page(visit, said(error), error.status)
        return visit.go(f"{self.path}/{visit.params['id']}", "tagged")

    async def _take_off(self, visit: Visit) -> Response:
        ids = {"tagId": visit.params["tagId"], "objectId": visit.params["id"]}
        try:
            await records.act(visit, _DETACH, {"objectType": self.object_type, **ids})
        except HouseError as error:
            return await self.page(visit, said(error), error.status)
        return visit.go(f"{self.path}/{visit.params['id']}", "untagged")

    async def _add_note(self, visit: Visit) -> Response:
        body = {self.note_member: visit.params["id"], "content": visit.sent("content")}
        try:
            await writing.create_record(NOTE, visit.store, visit.actor, {}, body)
        except HouseError as error:
            return await self.page(visit, said(error), error.status)
        return visit.go(f"{self.path}/{visit.params['id']}", "noted")


async def tag_choices(visit: Visit, object_type: str, *, manual: bool = False) -> list[Choice]:
    """The tags of an object type, by title; with `manual` those that people put on."""
    kind = {"type": "Manual"} if manual else {}
    tags = await records.first_page(visit, TAG, {"objectType": object_type}, kind)
    return [(tag["id"], tag["title"]) for tag in sorted(tags, key=lambda tag: tag["title"].casefold())]
