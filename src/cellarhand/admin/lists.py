"""List screens, made from the declaration of a resource: its filters, search, order and paging are the API's.

A `ListScreen` adds only what a declaration does not know: which members make columns and how they are shown.
"""

import csv
import io
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response, StreamingResponse

from cellarhand.admin.filters import Choice, Field, fields_of, pairs_of
from cellarhand.admin.records import filled_path, params_of
from cellarhand.admin.show import NOTHING, Locale, plain, value_of
from cellarhand.admin.visit import Screen, Visit
from cellarhand.record import query, reading
from cellarhand.record.errors import HouseError
from cellarhand.record.query import MOST_LIMIT
from cellarhand.record.reading import Params
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NUMBER = re.compile(r"[+-]?[\d.,]+", re.ASCII)
# What makes a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the member's name or its path such as `emails.0.email`, and how it is shown."""

    name: str
    title: str
    member: str
    show: Callable[[object, Locale], str] = plain
    # Shown until a person chooses otherwise.
    usual: bool = True


@dataclass(frozen=True)
class ListScreen:
    """A list of a resource at `path`; the first column leads to the record where `opens` is set."""

    resource: Resource
    title: str
    path: str
    columns: tuple[Column, ...]
    opens: bool = False
    # Filters by cents that people give in amounts, and filters by id with the choices for them.
    money: frozenset[str] = frozenset()
    choices: dict[str, Callable[[Visit], Awaitable[list[Choice]]]] = field(
        default_factory=dict[str, Callable[[Visit], Awaitable[list[Choice]]]]
    )
    # Words of the API's path that are fixed here, such as `objectType`.
    params: Params = field(default_factory=dict[str, str])
    # Who may add records of this kind finds the form at `path`/new.
    adds: str = ""
    # Lists beside this one, by their words in the path: a kind of record for each, say.
    tabs: tuple[tuple[str, str], ...] = ()
    intro: str = ""
    # Members that a record has only on this list, such as how many others belong to it.
    complete: Callable[[Visit, list[Record]], Awaitable[list[Record]]] | None = None
    # What people who look at the list should be told before anything else.
    warnings: Callable[[Visit], Awaitable[list[str]]] | None = None

    def screens(self) -> tuple[Screen, Screen]:
        """The list itself, and its export, which is a right of its own (ACC-9: W)."""
        right = self.resource.right
        return (
            Screen("GET", self.path, self._show, right, "list"),
            Screen("GET", f"{self.path}.csv", self._export, right, "export"),
        )

    async def _show(self, visit: Visit) -> Response:
        """A page of the list; for htmx only what changes with the filters."""
        sent = visit.request.query_params
        fields = await self._fields(visit)
        total, records, fault = 0, list[Record](), ""
        number = _page_number(sent.get("page", ""))
        try:
            pairs = [*pairs_of(fields, sent, visit.locale), ("page", str(number))]
            records, total = await self._read(visit, pairs)
        except HouseError as error:
            if error.status != 422:
                raise
            fault = _told(error, fields)
        template = "list_results.html" if visit.is_fragment else "list.html"
        return visit.page(
            template,
            screen=self,
            at_path=filled_path(self.path, visit.params),
            fields=fields,
            columns=self._chosen(sent.getlist("column")),
            records=records,
            total=total,
            number=number,
            pages=max(1, -(-total // MOST_LIMIT)),
            fault=fault,
            warnings=await self.warnings(visit) if self.warnings is not None else [],
            at=partial(_query, visit),
            may_export=visit.may_with(self.resource, "export"),
            may_add=bool(self.adds) and visit.may_with(self.resource, "create"),
        )

    async def _fields(self, visit: Visit) -> list[Field]:
        found = {name: await choices(visit) for name, choices in self.choices.items()}
        return fields_of(self.resource, found, self.money)

    async def _read(self, visit: Visit, pairs: list[tuple[str, str]]) -> tuple[list[Record], int]:
        unit = visit.store.reading(visit.actor.tenant_id)
        wanted = query.parse(self.resource, pairs)
        page = _decode(
            await reading.list_records(self.resource, unit, visit.actor, self._params(visit), wanted)
        )
        return await self._completed(visit, page[self.resource.key]), page["total"]

    async def _completed(self, visit: Visit, found: list[Record]) -> list[Record]:
        return found if self.complete is None else await self.complete(visit, found)

    def _params(self, visit: Visit) -> Params:
        return {**self.params, **params_of(self.resource, visit.params)}

    def _chosen(self, names: list[str]) -> list[Column]:
        """The columns that a person asked for, in the list's order."""
        chosen = [column for column in self.columns if column.name in names]
        return chosen or [column for column in self.columns if column.usual]

    async def _export(self, visit: Visit) -> Response:
        """All records that the filters let through, as CSV, read page by page while it is sent."""
        sent = visit.request.query_params
        fields = await self._fields(visit)
        pairs = pairs_of(fields, sent, visit.locale)
        query.parse(self.resource, pairs)
        columns = self._chosen(sent.getlist("column"))
        name = filled_path(self.path, visit.params).rpartition("/")[2]
        headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
        return StreamingResponse(
            self._lines(visit, pairs, columns), media_type="text/csv; charset=utf-8", headers=headers
        )

    async def _lines(
        self, visit: Visit, pairs: list[tuple[str, str]], columns: list[Column]
    ) -> AsyncGenerator[str]:
        yield _csv([column.title for column in columns])
        cursor: str | None = "start"
        unit, locale = visit.store.reading(visit.actor.tenant_id), visit.locale
        while cursor is not None:
            wanted = query.parse(self.resource, [*pairs, ("cursor", cursor)])
            page = _decode(
                await reading.list_records(self.resource, unit, visit.actor, self._params(visit), wanted)
            )
            for record in await self._completed(visit, page[self.resource.key]):
                yield _csv(
                    [_cell(column.show(value_of(record, column.member), locale)) for column in columns]
                )
            cursor = page.get("cursor")


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _query(visit: Visit, **changed: object) -> str:
    """The query string of this list with some of it changed, its notice left out."""
    kept = [
        (name, value)
        for name, value in visit.request.query_params.multi_items()
        if value and name != "notice" and name not in changed
    ]
    return "?" + urlencode([*kept, *((name, str(value)) for name, value in changed.items() if value)])


def _told(error: HouseError, fields: list[Field]) -> str:
    titles = {each.name: each.title for each in fields}
    faults = [f"{titles.get(fault.field, fault.field)}: {fault.message}" for fault in error.faults or ()]
    return "; ".join(faults) or error.message


def _csv(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(text: str) -> str:
    """A cell that no spreadsheet runs: a name may be `=HYPERLINK(...)`."""
    if text == NOTHING:
        return ""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
