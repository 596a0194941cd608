"""What can go wrong in a call: an answer that is an error, no answer, or one that can't be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of a body or query: a path such as `emails[0].email`, and what is wrong there."""

    field: str
    message: str


class ClientError(Exception):
    """Every error of the client is one of these."""


class ConnectionBroken(ClientError):
    """No answer. `sent` tells whether the request may have reached the server and taken effect there."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class Unreadable(ClientError):
    """An answer of success that is not what the interface promises: truncated, no JSON, no list."""


class ApiError(ClientError):
    """An answer that is an error (reference A5).

    `errors` names the fields at fault; `request_id` finds the request in the server's log, where the server
    gives one; `retry_after` is in seconds.
    """

    def __init__(
        self,
        request: str,
        status: int,
        type: str,
        message: str,
        errors: tuple[FieldError, ...] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        faults = "; ".join(f"{each.field}: {each.message}" for each in errors)
        known = f" [request {request_id}]" if request_id else ""
        super().__init__(f"{request}: {status} {message}{f' ({faults})' if faults else ''}{known}")
        self.status = status
        self.type = type
        self.message = message
        self.errors = errors
        self.request_id = request_id
        self.retry_after = retry_after


class Unauthorized(ApiError):
    """401: the credentials are wrong, or do not cover the tenant or the call."""


class NotFound(ApiError):
    """404: there is no such record, or no such path."""


class Invalid(ApiError):
    """400, 413, 415 or 422: the request is refused as it is."""


class RateLimited(ApiError):
    """429, after all tries."""


class ServerFailed(ApiError):
    """5xx, after all tries."""


def error_of(
    request: str, status: int, headers: Mapping[str, str], content: bytes, wait: float | None
) -> ApiError:
    """The exception for an answer; a body that is not the interface's (a proxy's page) is no obstacle."""
    try:
        found: Any = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        found = None
    body = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    listed: Any = body.get("errors")
    faults: list[FieldError] = []
    for each in cast(list[Any], listed) if isinstance(listed, list) else []:
        if isinstance(each, dict):
            fault = cast(dict[str, Any], each)
            faults.append(FieldError(str(fault.get("field", "")), str(fault.get("message", ""))))
    kind = _KINDS.get(status, ServerFailed if status >= 500 else ApiError)
    return kind(
        request,
        status,
        str(body.get("type", "unknown")),
        str(body.get("message", "the answer says nothing")),
        tuple(faults),
        headers.get("x-request-id"),
        wait,
    )


_KINDS: dict[int, type[ApiError]] = {
    400: Invalid,
    401: Unauthorized,
    404: NotFound,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: RateLimited,
}
