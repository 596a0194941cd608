"""The error catalogue as bytes (reference A5.2): what a test expects an answer to be, to the letter."""

import json

import httpx

LEAD = '{"statusCode":422,"type":"validationError","message":'
UNAUTHENTICATED = b'{"statusCode":401,"type":"unauthorized","message":"Unauthenticated User","errors":[]}'
UNAUTHORIZED = b'{"statusCode":401,"type":"unauthorized","message":"Unauthorized user","errors":[]}'
NOT_FOR_ROUTE = (
    b'{"statusCode":401,"type":"unauthorized","message":"Unauthorized User For Route","errors":[]}'
)
NO_TENANT = (
    b'{"statusCode":422,"type":"validationError","message":"One or more elements is missing or invalid",'
    b'"errors":[{"field":"tenant","message":"required"}]}'
)
PAGE_AND_CURSOR = (
    b'{"statusCode":422,"type":"validationError",'
    b'"message":"Can not use both page and cursor for paging.  Must use one or the other."}'
)
UNKNOWN_ROUTE = (
    b'{"statusCode":404,"type":"notFound","message":"404 - doc not found or method not found","errors":[]}'
)
WRONG_METHOD = (
    b'{"statusCode":405,"type":"notFound","message":"404 - doc not found or method not found","errors":[]}'
)
NOT_JSON = b'{"statusCode":400,"type":"badRequest","message":"Request body is not valid JSON","errors":[]}'
TOO_LARGE = b'{"statusCode":413,"type":"payloadTooLarge","message":"Request body is too large","errors":[]}'
WRONG_TYPE = (
    b'{"statusCode":415,"type":"unsupportedMediaType",'
    b'"message":"Content-Type must be application/json","errors":[]}'
)
TOO_MANY = b'{"statusCode":429,"type":"tooManyRequests","message":"Too many requests","errors":[]}'
UNAVAILABLE = (
    b'{"statusCode":503,"type":"unavailable","message":"Service is temporarily unavailable","errors":[]}'
)
ID_EXISTS = (
    b'{"statusCode":422,"type":"validationError","message":"Database unique constraint error",'
    b'"errors":[{"field":"id","message":"must be unique"}]}'
)

REQUIRED = "required"
UNKNOWN = "invalid additional property"
UNIQUE = "must be unique"
LOST = "does not exist"
FIXED = "can not be changed"
NOT_ONE_OF = "must be equal to one of the allowed values"
BAD_ID = 'must match format "uuid"'
HTML = "contains invalid string"
BAD_NAME = "contains invalid characters for a name"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def invalid(*faults: tuple[str, str]) -> bytes:
    """E5 with these faults, in this order."""
    listed = ",".join(f'{{"field":{_text(field)},"message":{_text(said)}}}' for field, said in faults)
    return f'{LEAD}"One or more elements is missing or invalid","errors":[{listed}]}}'.encode()


def refused(message: str) -> bytes:
    """E6, E8, E10, E11: a validation error without a list."""
    return f"{LEAD}{_text(message)}}}".encode()


def query_param(name: str) -> bytes:
    return refused(f"Invalid query param: {name}")


def operator(name: str) -> bytes:
    return refused(f"Invalid operator {name}")


def lost(thing: str) -> bytes:
    """E15."""
    return f'{{"statusCode":404,"type":"notFound","message":"{thing} does not exist"}}'.encode()


def is_answer(answer: httpx.Response, status: int, body: bytes) -> None:
    """The answer has that status and exactly these bytes, declared as the house declares JSON."""
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["content-length"] == str(len(body))


def is_invalid(answer: httpx.Response, *faults: tuple[str, str]) -> None:
    is_answer(answer, 422, invalid(*faults))


def is_lost(answer: httpx.Response, thing: str) -> None:
    is_answer(answer, 404, lost(thing))
