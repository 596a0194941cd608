"""The errors that operations may answer, in the OpenAPI document's words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from cellarhand.http import parameters
from cellarhand.http.lines import NDJSON
from cellarhand.http.routes import Endpoint
from cellarhand.http.schemas import Schema
from cellarhand.record import errors
from cellarhand.record.errors import Fault, HouseError

Document = dict[str, Any]

ERROR: Schema = {
    "type": "object",
    "description": "Every error has this form; `errors` is absent where there is nothing to list.",
    "required": ["statusCode", "type", "message"],
    "additionalProperties": False,
    "properties": {
        "statusCode": {"type": "integer", "description": "The HTTP status"},
        "type": {"type": "string"},
        "message": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "additionalProperties": False,
                "properties": {
                    "field": {"type": "string", "description": "A path such as `emails[0].email`"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
_Examples = dict[str, HouseError]


@dataclass(frozen=True, slots=True)
class Failure:
    """One error answer: the headers it brings besides the request's id, and an example of each body."""

    status: int
    says: str
    examples: Callable[[], _Examples]
    headers: tuple[str, ...] = ()


def _of_any_call() -> _Examples:
    return {
        "tenant": errors.invalid(Fault("tenant", errors.REQUIRED)),
        "queryParameter": errors.invalid_query_param("sort"),
        "id": errors.invalid(Fault("id", 'must match format "uuid"')),
    }


FAILURES = {
    "NotJson": Failure(400, "The body is no JSON.", lambda: {"notJson": errors.not_json()}),
    "Unauthorized": Failure(
        401,
        "The credentials are missing or wrong, give no access to the tenant, or do not cover the call.",
        lambda: {
            "unauthenticated": errors.unauthenticated(),
            "unauthorized": errors.unauthorized(),
            "unauthorizedForRoute": errors.unauthorized_for_route(),
        },
        ("WWW-Authenticate",),
    ),
    "UnknownTenant": Failure(
        401,
        "There is no such tenant.",
        lambda: {"unauthorized": errors.unauthorized()},
        ("WWW-Authenticate",),
    ),
    "MethodNotAllowed": Failure(
        405,
        "The path exists, the method does not.",
        lambda: {"methodNotAllowed": errors.method_not_allowed(())},
        ("Allow",),
    ),
    "TooLarge": Failure(413, "The body is too large.", lambda: {"tooLarge": errors.too_large()}),
    "NotJsonType": Failure(
        415, "The body is of another type.", lambda: {"type": errors.wrong_content_type()}
    ),
    "NotLines": Failure(
        415, "The body is of another type.", lambda: {"type": errors.wrong_content_type(NDJSON)}
    ),
    "Invalid": Failure(422, "Something is missing or invalid.", _of_any_call),
    "InvalidList": Failure(
        422,
        "Something is missing or invalid.",
        lambda: {
            **_of_any_call(),
            "limit": errors.invalid(Fault("limit", "must be <= 50")),
            "operator": errors.invalid_operator("like"),
            "pageAndCursor": errors.page_and_cursor(),
        },
    ),
    "InvalidBody": Failure(
        422,
        "Something is missing or invalid, or the state of things forbids the call.",
        lambda: {
            **_of_any_call(),
            "body": errors.invalid(
                Fault("emails", errors.REQUIRED), Fault("favouriteColour", errors.UNKNOWN_MEMBER)
            ),
            "notUnique": errors.invalid(Fault("emails[0].email", errors.UNIQUE)),
            "usedId": errors.id_exists(),
        },
    ),
    "TooManyRequests": Failure(
        429,
        "A rate limit is reached.",
        lambda: {"tooManyRequests": errors.too_many_requests(1)},
        ("Retry-After", "RateLimit-Policy", "RateLimit"),
    ),
    "Unexpected": Failure(500, "Something went wrong.", lambda: {"unexpected": errors.unexpected()}),
    "Unavailable": Failure(
        503,
        "The database can not be reached, or the server is shutting down.",
        lambda: {"unavailable": errors.unavailable()},
        ("Retry-After",),
    ),
}


def errors_of(endpoint: Endpoint, thing: str) -> Document:
    """Every error that the operation on a `thing` may answer, by status."""
    names = ["UnknownTenant" if endpoint.public else "Unauthorized", "TooManyRequests", "Unexpected"]
    names.append("Unavailable")
    if endpoint.streams:
        names.append("NotLines")
    elif endpoint.takes_body:
        names += ["NotJson", "TooLarge", "NotJsonType"]
    names.append("InvalidList" if endpoint.paged else "InvalidBody" if endpoint.takes_body else "Invalid")
    found: Document = {
        str(FAILURES[name].status): {"$ref": f"#/components/responses/{name}"} for name in names
    }
    missing = endpoint.action.missing if endpoint.action is not None else ""
    if parameters.path_names(endpoint) or missing:
        found["404"] = _not_found(endpoint, missing or thing)
    if endpoint.action is not None and endpoint.action.refusal:
        refused = {"notProcessed": errors.could_not_process(endpoint.action.refusal)}
        says = "Something is missing or invalid, or the step can not be carried out."
        found["422"] = described(Failure(422, says, lambda: {**_of_any_call(), **refused}))
    if endpoint.action is not None and endpoint.action.declines:
        declined = {"paymentRefused": errors.payment_refused(endpoint.action.declines)}
        found["402"] = described(Failure(402, "A payment is refused.", lambda: declined))
    return dict(sorted(found.items()))


def _not_found(endpoint: Endpoint, thing: str) -> Document:
    """What an id or a word of the path may miss."""
    resource, names = endpoint.resource, endpoint.open_names
    of_action = resource is None and (names or (endpoint.action is not None and endpoint.action.missing))
    things = [thing] if of_action or (names and names[-1] == "id") else []
    if resource is not None and resource.parent is not None:
        things.insert(0, resource.parent.resource.thing)
    examples = {each[:1].lower() + each[1:].replace(" ", ""): errors.not_found(each) for each in things}
    if parameters.words_of(endpoint):
        examples["unknownRoute"] = errors.unknown_route()
        things.append("path")
    return described(Failure(404, f"There is no such {' or '.join(things).lower()}.", lambda: examples))


def described(failure: Failure) -> Document:
    """One error answer with its examples."""
    examples = failure.examples()
    types = sorted({error.type for error in examples.values()})
    schema = {
        "$ref": "#/components/schemas/Error",
        "properties": {
            "statusCode": {"const": failure.status},
            "type": {"const": types[0]} if len(types) == 1 else {"enum": types},
        },
    }
    shown = {name: {"value": msgspec.json.decode(error.body())} for name, error in examples.items()}
    return {
        "description": failure.says,
        "headers": header_refs(("X-Request-Id", *failure.headers)),
        "content": {"application/json": {"schema": schema, "examples": shown}},
    }


def header_refs(names: tuple[str, ...]) -> Document:
    """Headers of an answer, by reference."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
