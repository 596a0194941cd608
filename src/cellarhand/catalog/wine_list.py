"""Varietals and appellations: reference data, the same for every tenant (reference B19).

The facts lie in `varietals.tsv` and `appellations.tsv` with ids of the project's own that never change.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypedDict, get_args

from cellarhand.record import query
from cellarhand.record.action import Action, Call
from cellarhand.record.query import ListQuery
from cellarhand.record.resource import Filter, Resource, TextSearch
from cellarhand.record.search import fold
from cellarhand.record.text import encode
from cellarhand.record.types import CountryCode, Instant, Text, Uuid
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, Compare, Contains

WineType = Literal["Red", "White", "Rose", "Dessert", "Champagne", "Ice", "Sparkling"]
COUNTRIES = ("AU", "CA", "CL", "FR", "IT", "NZ", "US", "ZA")
# When this edition of the lists was made.
_EDITION = "2026-01-01T00:00:00.000Z"


class WineVarietal(TypedDict):
    id: Uuid
    type: WineType
    varietal: Text
    createdAt: Instant
    updatedAt: Instant


class WineAppellation(TypedDict):
    id: Uuid
    countryCode: CountryCode
    region: Text
    appellation: Text
    createdAt: Instant
    updatedAt: Instant


WINE_VARIETAL = Resource(
    name="wine-varietal",
    thing="Wine Varietal",
    path="/wine-varietal",
    key="wineVarietals",
    read=WineVarietal,
    operations=("list",),
    right="wine-list",
    permission="Product",
    filters=(Filter("type", "E", "type", choices=get_args(WineType)),),
    search=TextSearch(lambda row: row["varietal"]),
)
WINE_APPELLATION = Resource(
    name="wine-appellation",
    thing="Wine Appellation",
    path="/wine-appellation",
    key="wineAppellations",
    read=WineAppellation,
    operations=("list",),
    right="wine-list",
    permission="Product",
    filters=(
        Filter("countryCode", "E", "countryCode", choices=COUNTRIES),
        Filter("region", "S", "region", stored=fold),
    ),
    search=TextSearch(lambda row: f"{row['region']}\n{row['appellation']}"),
)


@cache
def _rows(name: str) -> list[Record]:
    lines = files("cellarhand.catalog").joinpath(name).read_text("utf-8").splitlines()
    members = lines[0].split("\t")
    dates = {"createdAt": _EDITION, "updatedAt": _EDITION}
    return [dict(zip(members, line.split("\t"), strict=True)) | dates for line in lines[1:]]


@cache
def _whole(name: str, key: str) -> bytes:
    """The answer that nearly every caller wants: all of the list."""
    return encode({key: _rows(name), "total": len(_rows(name))})


def _matches(resource: Resource, row: Record, wanted: ListQuery) -> bool:
    for condition in wanted.where:
        match condition:
            case Contains(_, text) if isinstance(resource.search, TextSearch):
                if text not in fold(resource.search.text(row)):
                    return False
            case Compare("created_at" | "updated_at", op, value):
                if not _OPERATORS[op](_EDITION_MS, value):
                    return False
            case Compare(column, _, value):
                own = row[column]
                if value not in (own, fold(own)):
                    return False
            case Among(column, values):
                if row[column] not in values:
                    return False
            case _:
                raise LookupError(f"{condition} can not be asked of {resource.name}")
    return True


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
_EDITION_MS = 1_767_225_600_000


def answer(resource: Resource, name: str, wanted: ListQuery) -> bytes:
    """The whole list, unless paging or a filter is asked for."""
    if not wanted.paged and not wanted.where:
        return _whole(name, resource.key)
    rows = [row for row in _rows(name) if _matches(resource, row, wanted)]
    if not wanted.paged:
        return encode({resource.key: rows, "total": len(rows)})
    if wanted.cursor is None:
        first = (wanted.page - 1) * wanted.limit
        return encode({resource.key: rows[first : first + wanted.limit], "total": len(rows)})
    start = "" if wanted.cursor == "start" else wanted.cursor
    rows = sorted((row for row in rows if row["id"] >= start), key=lambda row: row["id"])
    page: Record = {resource.key: rows[: wanted.limit]}
    if len(rows) > wanted.limit:
        page["cursor"] = rows[wanted.limit]["id"]
    return encode(page)


def _action(resource: Resource, name: str) -> Action:
    async def handler(call: Call) -> bytes:
        return answer(resource, name, query.parse(resource, call.query))

    return Action(
        f"list-{resource.name}",
        "GET",
        resource.path,
        handler,
        f"List all {resource.thing.lower()}s; in pages when paging is asked for",
        operation="list",
        right=resource.right,
        permission=resource.permission,
        answers=resource.read,
        key=resource.key,
        lists=resource,
        paged=True,
    )


WINE_LISTS = {WINE_VARIETAL: "varietals.tsv", WINE_APPELLATION: "appellations.tsv"}
WINE_LIST_ACTIONS = tuple(_action(resource, name) for resource, name in WINE_LISTS.items())


def texts_by_id(resource: Resource) -> list[tuple[str, bytes]]:
    """Every row of a wine list with its id, in the order of ids."""
    return sorted((row["id"], encode(row)) for row in _rows(WINE_LISTS[resource]))
