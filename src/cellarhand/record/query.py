"""Reading the query string of a list (reference A8 to A11). Pure: text in, a `ListQuery` or an error out."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote_plus

from cellarhand import clock
from cellarhand.ids import parse_id
from cellarhand.record import errors
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Filter, Resource, TextSearch
from cellarhand.record.search import by_text, by_words
from cellarhand.store.conditions import Among, Compare, Comparison, Linked, Order, Where

MOST_LIMIT = 50
MOST_VALUES = 100
MOST_SEARCH = 200
PAGING = frozenset(("page", "limit", "cursor"))
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_DIGITS = re.compile(r"-?\d+", re.ASCII)
_RANGE: dict[str, Comparison] = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_BAD_DATE = 'must match format "date-time"'
_BAD_ID = 'must match format "uuid"'

Pairs = Sequence[tuple[str, str]]


class ListQuery(NamedTuple):
    """Which records of a list, and which page of them.

    `cursor` None means page mode; `start` or an id means cursor mode. `paged` is false when no paging
    parameter was sent at all.
    """

    where: Where = ()
    page: int = 1
    limit: int = MOST_LIMIT
    cursor: str | None = None
    paged: bool = False
    searched: bool = False
    # Another order than the resource's own; the API knows none.
    order: Order | None = None
    # For people: of a search that finds very much the first hits do (record/broad.py).
    brief: bool = False


def pairs_of(query_string: bytes) -> list[tuple[str, str]]:
    """Names and values, decoded once: raw `:`, `|`, `,` and `/` are as good as their percent forms."""
    if not query_string:
        return []
    found: list[tuple[str, str]] = []
    for part in query_string.decode("latin-1").split("&"):
        if part:
            name, _, value = part.partition("=")
            found.append((_decoded(name), _decoded(value)))
    return found


def _decoded(text: str) -> str:
    if "%" in text or "+" in text or not text.isascii():
        return unquote_plus(text.encode("latin-1").decode("utf-8", "replace"), errors="replace")
    return text


def refuse_repeated(pairs: Pairs) -> None:
    if len(pairs) < 2:
        return
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise errors.invalid_query_param(name)
        seen.add(name)


def only(pairs: Pairs, allowed: Sequence[str]) -> dict[str, str]:
    """The parameters of a call that is no list."""
    refuse_repeated(pairs)
    for name, _ in pairs:
        if name not in allowed:
            raise errors.invalid_query_param(name)
    return dict(pairs)


def parse(resource: Resource, pairs: Pairs) -> ListQuery:
    """The list that `pairs` ask for; every faulty value is named in one error."""
    if not pairs:
        return ListQuery()
    refuse_repeated(pairs)
    filters, searches = resource.all_filters, resource.search_parameters
    sought = ""
    page, limit, cursor = 1, MOST_LIMIT, None
    where: Where = ()
    faults = Faults()
    given = {name: value.strip() for name, value in pairs}
    for name in given:
        if name not in filters and name not in PAGING and name not in searches:
            raise errors.invalid_query_param(name)
    if given.get("page") and given.get("cursor"):
        raise errors.page_and_cursor()
    searched: str | None = None
    for name, value in given.items():
        if not value:
            continue
        if "\0" in value:
            faults.add(name, errors.INVALID_STRING)
        elif name == "limit":
            limit = _integer(value, name, 1, MOST_LIMIT, faults)
        elif name == "page":
            page = _integer(value, name, 1, None, faults)
        elif name == "cursor":
            cursor = value if value == "start" else parse_id(value)
            if cursor is None:
                faults.add(name, _BAD_ID)
        elif name in filters:
            where += condition(filters[name], value, faults)
        elif searched is not None:
            raise errors.invalid_query_param(name)
        else:
            searched, sought = name, value
            if len(value) > MOST_SEARCH:
                faults.add(name, f"must NOT have more than {MOST_SEARCH} characters")
    faults.raise_any()
    if sought:
        where += _found_by(resource, sought)
    paged = bool(given.get("cursor") or given.get("page") or given.get("limit"))
    return ListQuery(where, page, limit, cursor, paged, bool(sought))


def _found_by(resource: Resource, sought: str) -> Where:
    if isinstance(resource.search, TextSearch):
        return by_text(sought, by_word=resource.search.by_word)
    if resource.search is not None and resource.search.find is not None:
        return resource.search.find(sought)
    return by_words(resource.name, sought)


def _integer(value: str, name: str, least: int, most: int | None, faults: Faults) -> int:
    if not _DIGITS.fullmatch(value) or len(value) > 4000:
        faults.add(name, "must be a integer")
        return least
    number = int(value) if len(value) < 16 else (10**15 if value[0] != "-" else -1)
    if number < least:
        faults.add(name, f"must be >= {least}")
    elif most is not None and number > most:
        faults.add(name, f"must be <= {most}")
    else:
        return number
    return least


def condition(wanted: Filter, value: str, faults: Faults) -> Where:
    """The condition that one filter's value asks for."""
    match wanted.kind:
        case "D" | "N":
            return _by_range(wanted, value, faults)
        case "I" | "E":
            return _by_choice(wanted, value, faults)
        case "B":
            return _holding(wanted, (int(value == "true"),))
        case "S":
            return _holding(wanted, (wanted.stored(value) if wanted.stored else value,))


def _holding(wanted: Filter, values: tuple[str | int, ...]) -> Where:
    if wanted.where is not None:
        return wanted.where(values)
    if wanted.link is not None:
        link = wanted.link
        return (Linked("id", link.table, link.select, (*link.where, Among(link.column, values))),)
    if len(values) == 1:
        return (Compare(wanted.column, "=", values[0]),)
    return (Among(wanted.column, values),)


def _by_range(wanted: Filter, value: str, faults: Faults) -> Where:
    operator, colon, rest = value.partition(":")
    operator, rest = operator.strip(), rest.strip()
    if not colon:
        return _equal_range(wanted, value, faults)
    if operator == "btw":
        ends = rest.split("|")
        if len(ends) != 2:
            faults.add(wanted.name, "must be two values separated by |")
            return ()
        low, high = (_point(wanted, end.strip(), faults) for end in ends)
        if low is None or high is None:
            return ()
        return (Compare(wanted.column, ">=", low), Compare(wanted.column, "<=", high))
    if operator not in _RANGE:
        raise errors.invalid_operator(operator)
    point = _point(wanted, rest, faults)
    return () if point is None else (Compare(wanted.column, _RANGE[operator], point),)


def _equal_range(wanted: Filter, value: str, faults: Faults) -> Where:
    if wanted.kind == "N":
        number = _point(wanted, value, faults)
        return () if number is None else (Compare(wanted.column, "=", number),)
    day = clock.date_from_wire(value)
    if day is None:
        faults.add(wanted.name, _BAD_DATE)
        return ()
    return (Compare(wanted.column, ">=", day), Compare(wanted.column, "<", day + clock.DAY_MS))


def _point(wanted: Filter, value: str, faults: Faults) -> int | None:
    if wanted.kind == "N":
        if _INTEGER.fullmatch(value):
            return int(value)
        if not faults.on(wanted.name):
            faults.add(wanted.name, "must be a integer")
        return None
    instant = clock.from_wire(value)
    if instant is None and not faults.on(wanted.name):
        faults.add(wanted.name, _BAD_DATE)
    return instant


def _by_choice(wanted: Filter, value: str, faults: Faults) -> Where:
    head, colon, rest = value.partition(":")
    operator = head.strip()
    values = [value]
    if colon and operator.isascii() and operator.isalpha():
        if operator != "in":
            raise errors.invalid_operator(operator)
        values = [each.strip() for each in rest.split(",") if each.strip()]
        if not values:
            faults.add(wanted.name, "must NOT have fewer than 1 items")
            return ()
        if len(values) > MOST_VALUES:
            faults.add(wanted.name, f"must NOT have more than {MOST_VALUES} items")
            return ()
    stored: list[str | int] = []
    for each in values:
        if wanted.kind == "I":
            parsed = parse_id(each)
            message = _BAD_ID
        else:
            parsed = wanted.stored(each) if wanted.stored else each
            parsed = parsed if parsed in wanted.choices else None
            message = errors.NOT_ONE_OF
        if parsed is None:
            faults.add(wanted.name, message)
            return ()
        stored.append(parsed)
    return _holding(wanted, tuple(stored))
