"""The error catalogue: every error that leaves the house is one of these (reference A5).

A raised `HouseError` carries the whole answer. Faults of a request body are gathered in a `Faults`
first, so that one answer names them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

MISSING_OR_INVALID = "One or more elements is missing or invalid"
REQUIRED = "required"
UNKNOWN_MEMBER = "invalid additional property"
UNIQUE = "must be unique"
DOES_NOT_EXIST = "does not exist"
CAN_NOT_CHANGE = "can not be changed"
NOT_ALLOWED = "not allowed"
INVALID_STRING = "contains invalid string"
NOT_ONE_OF = "must be equal to one of the allowed values"
NOT_ABOVE_ZERO = "must be > 0"
TOO_FINE = "must be multiple of 0.0001"


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure of one member; `field` is a path such as `emails[0].email`."""

    field: str
    message: str


class HouseError(Exception):
    """An answer out of the catalogue. `faults` None means that the body has no `errors` member."""

    def __init__(
        self,
        status: int,
        type: str,
        message: str,
        faults: Iterable[Fault] | None = None,
        *,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.message = message
        self.faults = None if faults is None else tuple(faults)
        self.headers = headers

    def body(self) -> bytes:
        """The compact JSON of the answer, members in the order of A5."""
        answer: dict[str, Any] = {"statusCode": self.status, "type": self.type, "message": self.message}
        if self.faults is not None:
            answer["errors"] = [{"field": f.field, "message": f.message} for f in self.faults]
        return msgspec.json.encode(answer)


def unauthenticated() -> HouseError:
    """E1: no credentials, or wrong ones."""
    return HouseError(401, "unauthorized", "Unauthenticated User", ())


def unauthorized() -> HouseError:
    """E2: no access to the tenant, whether or not there is one; a bad token."""
    return HouseError(401, "unauthorized", "Unauthorized user", ())


def unauthorized_for_route() -> HouseError:
    """E3: the role or the app's grants do not cover method and path."""
    return HouseError(401, "unauthorized", "Unauthorized User For Route", ())


def invalid(*faults: Fault) -> HouseError:
    """E4, E5: something in the request is missing or invalid, each fault named."""
    return HouseError(422, "validationError", MISSING_OR_INVALID, faults)


def forbidden_by_state(message: str) -> HouseError:
    """E6: a rule about the state of things."""
    return HouseError(422, "validationError", message)


def could_not_process(message: str) -> HouseError:
    """E7: the step could not be carried out."""
    return HouseError(422, "processingError", message)


def invalid_query_param(name: str) -> HouseError:
    """E8: an unknown or repeated query parameter."""
    return HouseError(422, "validationError", f"Invalid query param: {name}")


def page_and_cursor() -> HouseError:
    """E9."""
    return HouseError(
        422,
        "validationError",
        "Can not use both page and cursor for paging.  Must use one or the other.",
    )


def invalid_operator(operator: str) -> HouseError:
    """E10: an operator that is unknown, or not allowed for that parameter."""
    return HouseError(422, "validationError", f"Invalid operator {operator}")


def query_field_required(name: str) -> HouseError:
    """E11."""
    return HouseError(422, "validationError", f"Query field:{name} is required")


def id_exists() -> HouseError:
    """E12: the Data role pushed an id that the tenant has or had."""
    return HouseError(422, "validationError", "Database unique constraint error", (Fault("id", UNIQUE),))


def payment_refused(message: str) -> HouseError:
    """E14: a payment, or its refund, could not be carried out."""
    return HouseError(402, "processingError", message)


def not_found(thing: str) -> HouseError:
    """E15; `thing` is the resource's name in Title Case with blanks."""
    return HouseError(404, "notFound", f"{thing} does not exist")


def unknown_route() -> HouseError:
    """E16."""
    return HouseError(404, "notFound", "404 - doc not found or method not found", ())


def method_not_allowed(methods: Iterable[str]) -> HouseError:
    """E17."""
    allow = ", ".join(sorted(methods)).encode()
    return HouseError(
        405, "notFound", "404 - doc not found or method not found", (), headers=((b"allow", allow),)
    )


def not_json() -> HouseError:
    """E18."""
    return HouseError(400, "badRequest", "Request body is not valid JSON", ())


def too_large() -> HouseError:
    """E19."""
    return HouseError(413, "payloadTooLarge", "Request body is too large", ())


def wrong_content_type(expected: str = "application/json") -> HouseError:
    """E20."""
    return HouseError(415, "unsupportedMediaType", f"Content-Type must be {expected}", ())


def changed_since() -> HouseError:
    """The record is no longer as the caller saw it. Only the site asks for this: the API's PUT never does."""
    return HouseError(409, "conflict", "The record was changed by somebody else")


def too_many_requests(retry_after: int, headers: tuple[tuple[bytes, bytes], ...] = ()) -> HouseError:
    """E21; `retry_after` in whole seconds, at least 1."""
    retry = (b"retry-after", str(max(1, retry_after)).encode())
    return HouseError(429, "tooManyRequests", "Too many requests", (), headers=(retry, *headers))


def unexpected() -> HouseError:
    """E22: says nothing about what went wrong; the log does."""
    return HouseError(500, "unknown", "something went wrong", ())


def unavailable(retry_after: int = 5) -> HouseError:
    """E23: the database cannot be reached or cannot write, or the server is shutting down."""
    retry = (b"retry-after", str(retry_after).encode())
    return HouseError(503, "unavailable", "Service is temporarily unavailable", (), headers=(retry,))


class Faults:
    """The faults of one request body, in the order of A5.4.

    Missing members come first in the order of the schema, then unknown members in the order of the
    body, then failures of known members in the order of the schema.
    """

    def __init__(self, members: Iterable[str] = ()) -> None:
        self._found: list[Fault] = []
        self._members = members
        self._order: dict[str, int] = {}

    def add(self, field: str, message: str) -> None:
        self._found.append(Fault(field, message))

    def require(self, field: str) -> None:
        """Say that `field` is missing, unless something is said about it already."""
        if not self.on(field):
            self.add(field, REQUIRED)

    def on(self, field: str) -> bool:
        """Whether anything was said about `field` or something inside it."""
        return any(f.field == field or f.field.startswith((f"{field}.", f"{field}[")) for f in self._found)

    def __bool__(self) -> bool:
        return bool(self._found)

    def in_order(self) -> tuple[Fault, ...]:
        self._order = {name: place for place, name in enumerate(self._members)}
        return tuple(sorted(self._found, key=self._rank))

    def _rank(self, fault: Fault) -> tuple[int, int]:
        root = fault.field.partition(".")[0].partition("[")[0]
        place = self._order.get(root, len(self._order))
        if fault.field == root and fault.message == REQUIRED:
            return 0, place
        if fault.field == root and root not in self._order:
            return 1, 0
        if fault.field == root and fault.message == UNKNOWN_MEMBER:
            return 1, 0
        return 2, place

    def raise_any(self) -> None:
        """Answer E5 with everything found so far."""
        if self._found:
            raise invalid(*self.in_order())
