"""One call from first try to last, without I/O: a generator says what to send and how long to wait.

`Client` and `AsyncClient` drive the same generators; that is why there is one set of rules for both.
"""

import logging
import random
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias, TypeVar, cast

import msgspec

from cellarhand import clock
from cellarhand.client.conditions import Condition, Value, query_text
from cellarhand.client.errors import ApiError, ClientError, ConnectionBroken, Unreadable, error_of
from cellarhand.client.limiter import Limiter, Slot

T = TypeVar("T")
_LOG = logging.getLogger("cellarhand.client")
_LOG.addHandler(logging.NullHandler())
_SAFE = ("GET", "HEAD", "PUT", "DELETE")
DEEP_PAGE = 100
# A program that seeded `random`, alike in many processes, has not seeded this, and finds its own as it was.
_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `repeatable` tells whether it may be sent again when nobody knows if it took effect."""

    method: str
    path: str
    query: Mapping[str, Value | None]
    content: bytes | None
    repeatable: bool
    content_type: str = "application/json"

    @property
    def target(self) -> str:
        query = query_text(self.query)
        return f"{self.path}?{query}" if query else self.path

    def slot(self) -> Slot:
        """What it counts as: lists by cursor are free, pages beyond the 100th are rare (reference A18)."""
        listed = self.method in ("GET", "HEAD")
        page = _plain(self.query.get("page"))
        deep = listed and page.isdecimal() and int(page) > DEEP_PAGE
        return Slot(counted=not (listed and _plain(self.query.get("cursor"))), deep=deep)

    def __str__(self) -> str:
        # A query may hold names and addresses of people: only its parameters' names are told.
        names = ",".join(name for name, value in self.query.items() if value is not None)
        return f"{self.method} {self.path or '/'}{f'?{names}' if names else ''}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case) and body as they came."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The decoded body."""
        try:
            return msgspec.json.decode(self.content)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise Unreadable(f"the answer is no JSON: {fault}") from None


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


Step: TypeAlias = Request | Pause
Outcome: TypeAlias = Answer | ConnectionBroken | None
Plan: TypeAlias = Generator[Step, Outcome, T]


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how patiently a call is repeated; seconds.

    A Retry-After longer than `longest` is not waited for: the error is raised, and tells it.
    """

    most: int = 5
    first: float = 0.5
    first_when_limited: float = 5.0
    longest: float = 120.0

    def wait(self, tries: int, *, limited: bool) -> float:
        """Doubling, with jitter, so that many clients do not come back at once."""
        base = self.first_when_limited if limited else self.first
        return min(base * 2**tries, self.longest) * _chance.uniform(0.5, 1.0)


def request_of(
    method: str,
    path: str,
    query: Mapping[str, Value | None] | None = None,
    json: object = None,
    *,
    content: bytes | None = None,
    content_type: str = "application/json",
    repeatable: bool | None = None,
) -> Request:
    """A request; `json` is encoded, `content` travels as it is."""
    method = method.upper()
    if json is not None:
        content = msgspec.json.encode(json)
    safe = method in _SAFE if repeatable is None else repeatable
    return Request(method, path, dict(query or {}), content, safe, content_type)


def exchange(request: Request, retries: Retries, limiter: Limiter, read: Callable[[Answer], T]) -> Plan[T]:
    """What `read` makes of the answer of success. Raises `ApiError`, `ConnectionBroken` or `Unreadable`."""
    reached = False
    tries = 0
    while True:
        outcome = yield from _once(request, limiter)
        if isinstance(outcome, Answer) and outcome.status == 404 and request.method == "DELETE" and reached:
            # An earlier try took effect, and only its answer was lost.
            outcome = Answer(204, outcome.headers, b"")
        if isinstance(outcome, Answer) and 200 <= outcome.status < 300:
            try:
                return read(outcome)
            except Unreadable as fault:
                failure: ClientError = fault
        elif isinstance(outcome, Answer):
            failure = _failure(request, outcome)
        else:
            failure = outcome
        wait = _wait(request, failure, tries, retries)
        if isinstance(failure, ApiError) and failure.status == 429:
            pause = failure.retry_after if wait is None else wait
            limiter.pause(time.monotonic() + (pause or 0), everything=not request.slot().counted)
        if wait is None:
            raise failure
        reached = reached or _may_have_acted(failure)
        tries += 1
        _LOG.warning("%s: %s; try %d follows in %.1f s", request, _short(failure), tries + 1, wait)
        yield Pause(wait)


def _once(request: Request, limiter: Limiter) -> Plan[Answer | ConnectionBroken]:
    """Send it when the limits allow."""
    slot = request.slot()
    while wait := limiter.take(slot, time.monotonic()):
        yield Pause(wait)
    began = time.monotonic()
    try:
        outcome = yield request
    finally:
        limiter.give_back(slot, time.monotonic())
    if outcome is None:
        raise LookupError("a driver answers each request")
    if isinstance(outcome, Answer):
        limiter.learn(outcome.headers, time.monotonic())
        known = outcome.headers.get("x-request-id", "-")
        spent = (time.monotonic() - began) * 1000
        _LOG.debug("%s: %d in %.0f ms, request %s", request, outcome.status, spent, known)
    return outcome


def _wait(request: Request, failure: ClientError, tries: int, retries: Retries) -> float | None:
    """Seconds until the next try; None when there is none."""
    limited = isinstance(failure, ApiError) and failure.status == 429
    if isinstance(failure, ApiError):
        again = limited or (request.repeatable and (failure.status == 408 or failure.status >= 500))
    elif isinstance(failure, ConnectionBroken):
        again = request.repeatable or not failure.sent
    else:
        again = request.repeatable
    if not again or tries + 1 >= retries.most:
        return None
    asked = failure.retry_after if isinstance(failure, ApiError) else None
    if asked is not None:
        # A little later than asked for, and not all at the same moment.
        return asked + _chance.uniform(0, 0.25) if asked <= retries.longest else None
    return retries.wait(tries, limited=limited)


def _may_have_acted(failure: ClientError) -> bool:
    """Whether the server may have done what it was asked, for all that is known."""
    if isinstance(failure, ConnectionBroken):
        return failure.sent
    return not (isinstance(failure, ApiError) and failure.status == 429)


def _failure(request: Request, answer: Answer) -> ApiError:
    wait = _retry_after(answer.headers.get("retry-after", ""))
    return error_of(str(request), answer.status, answer.headers, answer.content, wait)


def _retry_after(text: str) -> float | None:
    """Seconds, from whole seconds or a date."""
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - clock.now() / 1000)


def _short(failure: ClientError) -> str:
    return f"{failure.status} {failure.type}" if isinstance(failure, ApiError) else str(failure)


def _plain(value: Value | None) -> str:
    return "" if value is None or isinstance(value, Condition) else str(value).strip()


def read_object(answer: Answer) -> dict[str, Any]:
    """The body of an answer that is one record."""
    found = answer.json()
    if not isinstance(found, dict):
        raise Unreadable("the answer is no object")
    return cast(dict[str, Any], found)


def read_nothing(_: Answer) -> None:
    """Some answers to DELETE carry the object, and nobody needs it."""
