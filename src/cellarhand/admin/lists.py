"""List screens, made from the declaration of a resource: its filters, search, order and paging are the API's.

A `ListScreen` adds only what a declaration does not know: which members make columns and how they are shown.
"""

import csv
import io
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response, StreamingResponse

from cellarhand.admin.filters import Choice, Field, fields_of, pairs_of
from cellarhand.admin.records import filled_path, params_of
from cellarhand.admin.show import NOTHING, Locale, money, plain, value_of
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
    # Stands at the right, in digits of one width; amounts always do.
    number: bool = False

    @property
    def is_number(self) -> bool:
        return self.number or self.show is money


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something that can be done with chosen rows, below `path`/bulk/`word`, and the right that it takes."""

    word: str
    title: str
    right: str
    operation: str


class Sort(NamedTuple):
    """The member that a list is sorted by, and which way."""

    member: str
    descending: bool

    def other_way(self, member: str) -> str:
        """What the head of a column asks for: its own order, or the other way when that is had."""
        return f"-{member}" if member == self.member and not self.descending else member


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
    # Where the first column leads, with members of the record in braces; to the record below `path` without.
    leads: str = ""
    # Words of the API's path that are fixed here, such as `objectType`.
    params: Params = field(default_factory=dict[str, str])
    # What can be done with many of its records at once.
    bulk: tuple[BulkAction, ...] = ()
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
        total, more, records, fault = 0, False, list[Record](), ""
        sort = self.sort(sent)
        number = _page_number(sent.get("page", ""))
        try:
            pairs = [*pairs_of(fields, sent, visit.locale), ("page", str(number))]
            records, total, more = await self._read(visit, pairs, sort)
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
            more=more,
            number=number,
            pages=max(1, -(-total // MOST_LIMIT)),
            fault=fault,
            warnings=await self.warnings(visit) if self.warnings is not None else [],
            sort=sort,
            at=partial(_query, visit),
            without=partial(_without, visit),
            bulk=[each for each in self.bulk if visit.may(each.right, each.operation)],
            may_export=visit.may_with(self.resource, "export"),
            may_add=bool(self.adds) and visit.may_with(self.resource, "create"),
        )

    async def _fields(self, visit: Visit) -> list[Field]:
        found = {name: await choices(visit) for name, choices in self.choices.items()}
        return fields_of(self.resource, found, self.money)

    def lead(self, record: Record, at_path: str) -> str:
        """Where a row of the list at that path leads."""
        return self.leads.format(**record) if self.leads else f"{at_path}/{record['id']}"

    async def pairs(self, visit: Visit, sent: Mapping[str, str]) -> list[tuple[str, str]]:
        """What a filled form asks of the API; E5 when it can't be read."""
        return pairs_of(await self._fields(visit), sent, visit.locale)

    def sort(self, sent: Mapping[str, str]) -> Sort | None:
        """The column that a person sorts by, when there is an index for it; None for the list's own order."""
        word = sent.get("sort", "")
        member = word.removeprefix("-")
        return Sort(member, word.startswith("-")) if member in self.resource.sorts else None

    def wanted(self, pairs: list[tuple[str, str]], sort: Sort | None) -> query.ListQuery:
        """The list that a filled form asks for, in the order of a column."""
        order = sort and self.resource.sorted_by(sort.member, descending=sort.descending)
        return query.parse(self.resource, pairs)._replace(order=order)

    async def _read(
        self, visit: Visit, pairs: list[tuple[str, str]], sort: Sort | None
    ) -> tuple[list[Record], int, bool]:
        """A page, how many records the list has, and whether there are more than people are shown."""
        unit = visit.store.reading(visit.actor.tenant_id)
        wanted = self.wanted(pairs, sort)._replace(brief=True)
        page = _decode(
            await reading.list_records(self.resource, unit, visit.actor, self._params(visit), wanted)
        )
        return await self._completed(visit, page[self.resource.key]), page["total"], "more" in page

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
        wanted = self.wanted(await self.pairs(visit, sent), self.sort(sent))
        # Once the file has begun, nothing can be said any more.
        await reading.refuse_switched_off(self.resource, visit.store.reading(visit.actor.tenant_id))
        return self.csv(visit, wanted, sent.getlist("column"))

    def csv(self, visit: Visit, wanted: query.ListQuery, names: list[str]) -> Response:
        """Records as a file, with the columns of these names."""
        columns = self._chosen(names)
        name = filled_path(self.path, visit.params).rpartition("/")[2]
        headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
        return StreamingResponse(
            self._lines(visit, wanted, columns), media_type="text/csv; charset=utf-8", headers=headers
        )

    async def _lines(
        self, visit: Visit, wanted: query.ListQuery, columns: list[Column]
    ) -> AsyncGenerator[str]:
        yield _csv([column.title for column in columns])
        unit, locale = visit.store.reading(visit.actor.tenant_id), visit.locale
        params = self._params(visit)
        ids = await reading.ids_in_order(self.resource, unit, visit.actor, params, wanted)
        for begin in range(0, len(ids), MOST_LIMIT):
            some = await reading.read_some(self.resource, unit, ids[begin : begin + MOST_LIMIT])
            for record in await self._completed(visit, some):
                yield _csv(
                    [csv_cell(column.show(value_of(record, column.member), locale)) for column in columns]
                )


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


def _without(visit: Visit, names: tuple[str, ...]) -> str:
    """The query string of this list without some of its inputs, from its first page."""
    return _query(visit, page=None, **dict.fromkeys(names))


def _told(error: HouseError, fields: list[Field]) -> str:
    titles = {each.name: each.title for each in fields}
    faults = [f"{titles.get(fault.field, fault.field)}: {fault.message}" for fault in error.faults or ()]
    return "; ".join(faults) or error.message


def _csv(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet runs: a name may be `=HYPERLINK(...)`."""
    if text == NOTHING:
        return ""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
