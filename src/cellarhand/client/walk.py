"""Walking through a list: by cursor, or by pages where an endpoint has none (reference A7 to A9). Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

from cellarhand.client.conditions import Value
from cellarhand.client.errors import ApiError, Unreadable
from cellarhand.client.exchange import Answer, Plan, Request, read_object, request_of

R = TypeVar("R")
T = TypeVar("T")
MOST_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a list: its records, its number from 1, and the `total` of all matches."""

    records: list[R]
    number: int
    total: int

    def __iter__(self) -> Iterator[R]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


class Listing(NamedTuple):
    """What an answer of a list holds: rows, the id of each where it has one, and the members beside them."""

    rows: list[Any]
    ids: list[str | None]
    cursor: object
    total: object


def read_listing(answer: Answer, key: str) -> Listing:
    """The records under `key` of a list's answer."""
    body = read_object(answer)
    found = body.get(key)
    if not isinstance(found, list):
        raise Unreadable(f"the answer has no list '{key}'")
    rows = cast(list[dict[str, Any]], found)
    return Listing(rows, [each.get("id") for each in rows], body.get("cursor"), body.get("total"))


def read_page(answer: Answer, key: str, number: int) -> Page[Any]:
    """A page with its total; where an endpoint tells none, what is there counts."""
    listing = read_listing(answer, key)
    total = listing.total
    return Page(listing.rows, number, total if isinstance(total, int) else len(listing.rows))


def has_no_cursor(failure: ApiError) -> bool:
    """Whether an endpoint refused the parameter `cursor` itself."""
    named = any(each.field == "cursor" for each in failure.errors)
    return failure.status == 422 and (named or failure.message == "Invalid query param: cursor")


class Call(Protocol):
    """One request with all its tries, as the client at hand makes them."""

    def __call__(self, request: Request, read: Callable[[Answer], T], /) -> Plan[T]: ...


class Walk:
    """Where a walk through one list stands. Begins by cursor; a refusal or a `total` shows there is none.

    By pages a list can shift while it is walked: what comes twice is dropped, but what a deletion moves to an
    earlier page is missed.
    """

    def __init__(self, path: str, query: Mapping[str, Value | None], cursor: str = "start") -> None:
        self._path = path
        self._query = {"limit": MOST_LIMIT, **query}
        self._cursors = {cursor}
        self.cursor: str | None = cursor
        self.page = 1
        self._seen: set[str] = set()

    @property
    def ended(self) -> bool:
        return self.cursor is None and self.page == 0

    def request(self) -> Request:
        """The request for what comes next."""
        place = {"page": self.page} if self.cursor is None else {"cursor": self.cursor}
        return request_of("GET", self._path, {**self._query, **place})

    def refused(self, failure: ApiError) -> bool:
        """Go on by pages when the endpoint has no cursor; False when the failure is another one."""
        if self.cursor == "start" and has_no_cursor(failure):
            self.cursor = None
            return True
        return False

    def took(self, listing: Listing) -> list[Any]:
        """An answer came: which of its rows are new, and where the walk goes on."""
        rows, _, cursor, total = listing
        if self.cursor == "start" and cursor is None and isinstance(total, int):
            # It took no notice of the cursor: this was the first page.
            self.cursor = None
        if self.cursor is None:
            fresh = [row for row, id in zip(rows, listing.ids, strict=True) if self._is_new(id)]
            limit = cast(int, self._query["limit"])
            whole = self.page * limit >= total if isinstance(total, int) else len(rows) < limit
            self.page = 0 if whole or not fresh else self.page + 1
            return fresh
        if cursor is None:
            self.cursor, self.page = None, 0
        elif not isinstance(cursor, str) or cursor in self._cursors:
            raise Unreadable(f"{self._path}: the walk does not move on: its cursor came twice or is none")
        else:
            self._cursors.add(cursor)
            self.cursor = cursor
        return rows

    def _is_new(self, id: str | None) -> bool:
        met = id in self._seen
        if id is not None:
            self._seen.add(id)
        return not met


def next_rows(call: Call, walk: Walk, read: Callable[[Answer], Listing]) -> Plan[list[Any]]:
    """The new rows of the next answer; an endpoint without a cursor is asked again for its first page."""
    while True:
        try:
            listing = yield from call(walk.request(), read)
        except ApiError as failure:
            if not walk.refused(failure):
                raise
        else:
            return walk.took(listing)
