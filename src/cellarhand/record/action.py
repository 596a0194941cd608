"""Calls that are none of the five operations: their route, who may make them, and what answers them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cellarhand.record.actor import Actor
from cellarhand.record.query import Pairs
from cellarhand.record.reading import Params
from cellarhand.record.resource import Resource
from cellarhand.store.engine import Store


@dataclass(frozen=True, slots=True)
class Call:
    """One request, past all that the edge checks; `body` is the decoded JSON, None where there is none."""

    store: Store
    actor: Actor
    params: Params
    query: Pairs
    body: Any = None


@dataclass(frozen=True)
class Action:
    """A route of its own. `operation` tells its right: list and read R, create and update C, delete W.

    A `public` action needs no credentials, only a tenant. `answers` and `takes` are the shapes of its answer
    and body; `key` is set when the answer is a list of `answers`, `counted` when that has a `total`. `query`
    are the parameters it takes and `needs` those of them that must be there; a list of the records of `lists`
    takes that resource's own. `also` are further pairs of right and permission that the call takes besides
    its own. One that `streams` gets its body's lines as they come and answers lines as they are ready; its
    path ends with a word of `words`. `data_role` calls are those of people with that role.
    """

    name: str
    method: str
    path: str
    handler: Callable[[Call], Awaitable[bytes | AsyncIterator[bytes]]]
    summary: str
    operation: str = "read"
    right: str = ""
    permission: str | None = None
    also: tuple[tuple[str, str | None], ...] = ()
    status: int = 200
    public: bool = False
    accounts_only: bool = False
    data_role: bool = False
    streams: bool = False
    takes: type | None = None
    answers: type | None = None
    key: str | None = None
    counted: bool = False
    query: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    lists: Resource | None = None
    paged: bool = False
    # What stands before the list where the query asks for it: its member, and its shape.
    before: tuple[str, type] | None = None
    # What it is about, where the first word of its path does not tell.
    about: str = ""
    # An older name of other calls: whoever writes for this server has no use for it.
    alias: bool = False
    # What it says where the step can't be carried out (E7), if there is such a case.
    refusal: str = ""
    # What may not be there where the body or the query, not the path, names it (E15).
    missing: str = ""
    # What it says where a payment is refused (E14), if there is such a case.
    declines: str = ""
    # The words that `:objectType` in the path (of one that streams, `:resource`) may be, with their names in
    # records; another word is an unknown route.
    words: Mapping[str, str] = field(default_factory=dict[str, str])
