"""The OpenAPI document of the API, made from the declarations alone.

What is in it is what the server does: paths from the routes, members from the shapes, filters from the
resources, errors from the catalogue. Nothing is written twice, so nothing can differ.
"""

import re
from collections.abc import Callable

import msgspec

from cellarhand import __version__
from cellarhand.http import parameters
from cellarhand.http.examples import example, small_change
from cellarhand.http.failures import ERROR, FAILURES, Document, described, errors_of, header_refs
from cellarhand.http.lines import ANSWERED, NDJSON, SENT
from cellarhand.http.routes import Endpoint, Routes
from cellarhand.http.schemas import Schema, Schemas
from cellarhand.record.shapes import Shape
from cellarhand.record.validate import Record

_ABOUT = """\
Cellarhand is a self-hosted commerce server for wineries. It speaks the Commerce7 v1 REST API.

Every call names its tenant in the header `tenant`. Apps authenticate with their id and secret, people with
e-mail address and password (both HTTP Basic), staff tokens come bare in `Authorization`.

Lists come in pages (`page`, `limit`) with the `total`, or by `cursor`, ordered by id. Query parameters that
an operation does not know are refused, and so are members of a body. PUT is partial: members that are not
sent keep their values. A sub-object or array that is sent replaces the stored one.

Another method than those listed here answers 405, an unknown path 404; HEAD and OPTIONS are answered too.\
"""
_SECURITY = {
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "App id and secret, or e-mail address and password of an account.",
    },
    "staffToken": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "A staff token as it is, without the word Bearer.",
    },
}
_HEADERS: dict[str, Schema] = {
    "X-Request-Id": {
        "description": "The id of this request in the server's log; a caller may bring its own.",
        "required": True,
        "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_.\-]{1,64}$"},
    },
    "RateLimit-Policy": {
        "description": "The limit that the request was counted against: requests and seconds.",
        "schema": {"type": "string", "pattern": '^"(tenant|address)";q=[0-9]+;w=[0-9]+$'},
        "example": '"tenant";q=100;w=60',
    },
    "RateLimit": {
        "description": "Requests left, and seconds until one is free.",
        "schema": {"type": "string", "pattern": '^"(tenant|address)";r=[0-9]+;t=[0-9]+$'},
        "example": '"tenant";r=99;t=0',
    },
    "Retry-After": {
        "description": "Whole seconds until another try is worth it.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "Missing for requests with a token or from a browser's page.",
        "schema": {"type": "string", "const": 'Basic realm="v1"'},
    },
    "Allow": {"description": "The methods of the path.", "required": True, "schema": {"type": "string"}},
}
_COUNTED = ("X-Request-Id", "RateLimit-Policy", "RateLimit")
_VERBS = {
    "create": "Create {}",
    "read": "Read {}",
    "update": "Change {}; members that are not sent stay",
    "delete": "Delete {}",
}
_NO_ID = "00000000-0000-4000-8000-000000000000"
_CAPITAL = re.compile("[A-Z]")


def document(routes: Routes) -> bytes:
    """The document as it is sent."""
    return msgspec.json.encode(describe(routes))


def describe(routes: Routes) -> Document:
    """The document as plain data."""
    schemas = Schemas()
    paths: dict[str, Document] = {}
    for endpoint in routes.endpoints:
        paths.setdefault(path_of(endpoint), {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    named = dict(sorted(schemas.named.items()))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cellarhand",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/v1"}],
        "security": [{name: []} for name in _SECURITY],
        "tags": [{"name": name} for name in dict.fromkeys(map(tag_of, routes.endpoints))],
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR, **parameters.FILTERS, **named},
            "parameters": parameters.SHARED,
            "headers": _HEADERS,
            "responses": {name: described(failure) for name, failure in FAILURES.items()},
            "securitySchemes": _SECURITY,
        },
    }


def path_of(endpoint: Endpoint) -> str:
    """The path of an endpoint as OpenAPI writes it."""
    segments = endpoint.template.split("/")[1:]
    return "/" + "/".join(f"{{{s[1:]}}}" if s.startswith(":") else s for s in segments)


def tag_of(endpoint: Endpoint) -> str:
    """What the operation is about: a resource's name, or the first word of its path."""
    if endpoint.resource is not None:
        return endpoint.resource.thing
    if endpoint.action is not None and endpoint.action.about:
        return endpoint.action.about
    return endpoint.template.partition("/")[2].partition("/")[0].replace("-", " ").title() or "Root"


def _operation(endpoint: Endpoint, schemas: Schemas) -> Document:
    found: Document = {
        "operationId": endpoint.name,
        "tags": [tag_of(endpoint)],
        "summary": _summary(endpoint),
        "parameters": parameters.of(endpoint),
    }
    if endpoint.permission is not None:
        needed = "Read" if endpoint.method == "GET" else "Full"
        found["description"] = f"Apps need the permission {endpoint.permission}: {needed}."
    if endpoint.action is not None and endpoint.action.data_role:
        found["description"] = "For people of role Data."
    body = _body(endpoint, schemas)
    if endpoint.streams:
        line = msgspec.json.encode(example_of(endpoint, lambda _: _NO_ID)).decode()
        found["requestBody"] = {"content": {NDJSON: {"schema": _text(SENT), "example": f"{line}\n"}}}
        body = None
    if body is not None:
        # A PUT without a body changes nothing.
        required = bool(schemas.named[body["$ref"].rpartition("/")[2]].get("required"))
        content = {"schema": body, "example": example_of(endpoint, lambda _: _NO_ID)}
        found["requestBody"] = {"required": required, "content": {"application/json": content}}
    found["responses"] = {str(endpoint.status): _success(endpoint, schemas)} | errors_of(
        endpoint, tag_of(endpoint)
    )
    if endpoint.public:
        found["security"] = []
    return found


def _text(says: str) -> Schema:
    """Lines are no JSON, and so no schema tells what stands in them."""
    return {"type": "string", "description": says}


def example_of(endpoint: Endpoint, id_of: Callable[[str], str]) -> Record:
    """A body that the operation accepts, with ids as `id_of` gives them for members."""
    if endpoint.action is not None:
        return example(Shape.of(endpoint.action.takes), id_of) if endpoint.action.takes is not None else {}
    if endpoint.resource is None:
        return {}
    if endpoint.operation == "create":
        return example(endpoint.resource.write_shape, id_of)
    return small_change(endpoint.resource.change_shape)


def _summary(endpoint: Endpoint) -> str:
    if endpoint.action is not None:
        return endpoint.action.summary
    thing = tag_of(endpoint).lower()
    if endpoint.operation == "list" and endpoint.resource is not None:
        return f"List {_CAPITAL.sub(lambda found: f' {found[0].lower()}', endpoint.resource.key)}"
    return _VERBS[endpoint.operation].format(f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}")


def _body(endpoint: Endpoint, schemas: Schemas) -> Schema | None:
    resource, action = endpoint.resource, endpoint.action
    if resource is not None and endpoint.operation == "create":
        return schemas.create(resource.write_shape)
    if resource is not None and endpoint.operation == "update":
        return schemas.change(resource.change_shape, resource.read_shape)
    if action is not None and action.takes is not None:
        return schemas.create(Shape.of(action.takes))
    return None


def _success(endpoint: Endpoint, schemas: Schemas) -> Document:
    answer = None if endpoint.streams else _answer(endpoint, schemas)
    found: Document = {
        "description": "Done." if answer is None else "The answer.",
        "headers": header_refs(_COUNTED),
    }
    if answer is not None:
        found["content"] = {"application/json": {"schema": answer}}
    if endpoint.streams:
        found |= {"description": "The answer.", "content": {NDJSON: {"schema": _text(ANSWERED)}}}
    return found


def _answer(endpoint: Endpoint, schemas: Schemas) -> Schema | None:
    resource, action = endpoint.resource, endpoint.action
    if resource is not None:
        one = None if endpoint.operation == "delete" else schemas.answer(resource.read_shape)
        key = resource.key if endpoint.operation == "list" else None
    else:
        declared = action.answers if action is not None else None
        one = schemas.answer(Shape.of(declared)) if declared is not None else None
        key = action.key if action is not None else None
    if one is None or key is None:
        return one
    rows: Schema = {"type": "array", "items": one}
    if endpoint.paged:
        paged = _paged(key, rows)
        if action is not None and action.before is not None:
            name, shape = action.before
            for way in paged["oneOf"]:
                way["properties"][name] = schemas.answer(Shape.of(shape))
        return paged
    if action is not None and action.counted:
        return _closed({key: rows, "total": _TOTAL})
    return _closed({key: {**rows, "minItems": 1, "maxItems": 1}})


_TOTAL: Schema = {"type": "integer", "minimum": 0, "description": "All matches, not those of the page"}


def _paged(key: str, rows: Schema) -> Schema:
    cursor: Schema = {"type": "string", "format": "uuid", "description": "Missing on the last page"}
    by_cursor = _closed({key: rows, "cursor": cursor})
    by_cursor["required"] = [key]
    return {
        "oneOf": [
            {"title": "By page", **_closed({key: rows, "total": _TOTAL})},
            {"title": "By cursor", **by_cursor},
        ]
    }


def _closed(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }
