"""The methods of a resource, once for both clients: what a client's `run` returns is a value or an awaitable.

Their types stand in `_resources.pyi`, made from the declarations.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote

from cellarhand.client.conditions import Value, wire_name
from cellarhand.client.exchange import Answer, Plan, Request, read_nothing, read_object, request_of
from cellarhand.client.walk import Listing, Walk, read_listing, read_page

_PARAMETER = re.compile(r":(\w+)")


@dataclass(frozen=True, slots=True)
class Described:
    """A resource as the client needs it. `beside` is the path that lists the records of all parents."""

    name: str
    path: str
    key: str
    operations: tuple[str, ...] = ("list",)
    beside: str = ""
    words: tuple[str, ...] = ()
    dated: bool = False
    # What its rows of the trash are called; empty when its deletions leave none.
    trash: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """A call that is none of the five operations; `key` when its answer is a list."""

    name: str
    method: str
    path: str
    key: str = ""
    takes: bool = False
    answers: bool = False


class Runner(Protocol):
    """What an endpoint needs of its client."""

    def run(self, plan: Plan[Any]) -> Any: ...
    def walk(self, walk: Walk, read: Callable[[Answer], Listing]) -> Any: ...
    def call(self, request: Request, read: Callable[[Answer], Any], /) -> Plan[Any]: ...


class Endpoint:
    """One resource of the API. Called with the ids or words of its path, it is that part of the resource."""

    def __init__(self, client: Runner, described: Described) -> None:
        self._client = client
        self._described = described

    def __repr__(self) -> str:
        return f"<{self._described.name} at {self._described.path}>"

    def __call__(self, *places: str) -> "Endpoint":
        return Endpoint(self._client, replace(self._described, path=filled(self._described.path, places)))

    def get(self, id: str) -> Any:
        return self._ask("GET", self._one(id), read_object)

    def create(self, body: object, **flags: Value | None) -> Any:
        return self._ask("POST", self._described.path, read_object, flags, body)

    def update(self, id: str, body: object, **flags: Value | None) -> Any:
        return self._ask("PUT", self._one(id), read_object, flags, body)

    def delete(self, id: str) -> Any:
        return self._ask("DELETE", self._one(id), read_nothing)

    def list(self, **query: Value | None) -> Any:
        read = partial(read_listing, key=self._described.key)
        return self._client.walk(Walk(self._listed, _wired(query)), read)

    def page(self, number: int = 1, **query: Value | None) -> Any:
        read = partial(read_page, key=self._described.key, number=number)
        return self._ask("GET", self._listed, read, {**query, "page": number})

    @property
    def _listed(self) -> str:
        path, beside = self._described.path, self._described.beside
        return beside if beside and _PARAMETER.search(path) else path

    def _one(self, id: str) -> str:
        if not id:
            raise ValueError("an empty id would mean the list")
        return f"{self._described.path}/{quote(id, safe='')}"

    def _ask(
        self,
        method: str,
        path: str,
        read: Callable[[Answer], Any],
        query: Mapping[str, Value | None] | None = None,
        body: object = None,
    ) -> Any:
        missing = _PARAMETER.search(path)
        if missing is not None:
            raise TypeError(f"{self._described.name} needs {missing[1]}: client.{self._described.name}(...)")
        return self._client.run(self._client.call(request_of(method, path, _wired(query or {}), body), read))


class Actions:
    """The calls that are none of the five operations, by name."""

    def __init__(self, client: Runner, called: tuple[Called, ...]) -> None:
        for each in called:
            setattr(self, each.name, partial(_act, client, each))


def _act(client: Runner, called: Called, *arguments: Any, **query: Value | None) -> Any:
    """The ids and words of its path first, then the body where it takes one."""
    *places, body = arguments if called.takes else (*arguments, None)
    read: Callable[[Answer], Any] = read_object if called.answers else read_nothing
    if called.key:
        read = partial(_read_rows, key=called.key)
    path = filled(called.path, tuple(places))
    return client.run(client.call(request_of(called.method, path, _wired(query), body), read))


def _read_rows(answer: Answer, key: str) -> Any:
    return read_listing(answer, key).rows


def filled(path: str, places: tuple[str, ...]) -> str:
    """The path with its parameters replaced, in order."""
    names = _PARAMETER.findall(path)
    if len(names) != len(places) or not all(places):
        raise TypeError(f"{path} needs {', '.join(names) or 'nothing'}")
    found = iter(places)
    return _PARAMETER.sub(lambda _: quote(next(found), safe=""), path)


def _wired(query: Mapping[str, Value | None]) -> dict[str, Value | None]:
    return {wire_name(name): value for name, value in query.items()}
