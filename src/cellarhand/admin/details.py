"""Pages of single records, made from a declaration, and deleting a record with the API's refusals."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from cellarhand.admin import activity, records
from cellarhand.admin.lists import Column
from cellarhand.admin.marks import Again, said
from cellarhand.admin.show import value_of
from cellarhand.admin.visit import Screen, Visit
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record

More = Callable[[Visit, Record], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Deletion:
    """Deleting the records at `path`; what refuses it is said on the record's own page."""

    resource: Resource
    path: str
    page: Again

    def screens(self) -> tuple[Screen, ...]:
        return (Screen("POST", f"{self.path}/{{id}}/delete", self._delete, self.resource.right, "delete"),)

    async def _delete(self, visit: Visit) -> Response:
        params = records.params_of(self.resource, visit.params)
        try:
            await writing.delete_record(self.resource, visit.store, visit.actor, params)
        except HouseError as error:
            if error.status != 422:
                raise
            return await self.page(visit, said(error), error.status)
        return visit.go(records.filled_path(self.path, visit.params), "deleted")


async def _nothing_more(_visit: Visit, _record: Record) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class RecordScreen:
    """The page of one record at `path`/{id}: its facts, and what may be done with it.

    `template` extends `record.html`; `more` are values for it.
    """

    resource: Resource
    title: str
    path: str
    name: str
    facts: tuple[Column, ...]
    edits: bool = True
    deletes: bool = True
    template: str = "record.html"
    more: More = _nothing_more
    # What deleting it means for others.
    warning: str = ""

    def screens(self) -> tuple[Screen, ...]:
        shown = Screen("GET", f"{self.path}/{{id}}", self._show, self.resource.right, "read")
        return (shown, *(Deletion(self.resource, self.path, self.page).screens() if self.deletes else ()))

    async def _show(self, visit: Visit) -> Response:
        return await self.page(visit)

    async def page(self, visit: Visit, fault: str = "", status: int = 200) -> Response:
        """The page, with what went wrong on it."""
        params = records.params_of(self.resource, visit.params)
        record = await records.read(visit, self.resource, params)
        return visit.page(
            self.template,
            status,
            screen=self,
            record=record,
            name=value_of(record, self.name) or "(no name)",
            at=f"{records.filled_path(self.path, visit.params)}/{record['id']}",
            above=records.filled_path(self.path, visit.params),
            may_edit=self.edits and visit.may_with(self.resource, "update"),
            may_delete=self.deletes and visit.may_with(self.resource, "delete"),
            fault=fault,
            **await activity.card(visit, record["id"]),
            **await self.more(visit, record),
        )
