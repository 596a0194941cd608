"""The documentation as a page: the OpenAPI document for people, with nothing fetched from elsewhere.

The page is made once, of templates beside this module. Jinja is imported only when somebody asks for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, cast

import msgspec

from cellarhand import __version__
from cellarhand.http import openapi, parameters
from cellarhand.http.lines import NDJSON
from cellarhand.http.routes import Endpoint, Routes
from cellarhand.http.schemas import Schema
from cellarhand.record.validate import Record

ASSETS = {"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"}
"""The files that the page needs besides itself, and what they are."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page's Content-Security-Policy: its own style and script and nothing else."""

_LONG = 24
_TICKS = re.compile(r"`([^`]+)`")
_CAPITAL = re.compile("(?<=[a-z])(?=[A-Z])")
DEMO_TENANT = "spectrawinery"
DEMO_APP = "demo-app:demo-app-secret"
DEMO_OWNER = "owner@spectrawinery.example:cellarhand-demo"
DEMO_DATA = "data@spectrawinery.example:cellarhand-demo"
"""The credentials of the examples are those of `cellarhand demo`, which are no secret."""
_ORIGIN = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Row:
    """One member or parameter: where it stands and what it may be."""

    name: str
    type: str
    required: bool
    default: str
    rule: str
    depth: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    status: str
    says: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    notes: tuple[str, ...]
    parameters: tuple[Row, ...]
    body: tuple[Row, ...]
    partial: bool
    status: str
    answer: str
    # The form of the answer, and whether it comes as pages or as a list.
    form: str
    paged: bool
    failures: tuple[Failure, ...]
    curl: str
    words: str


@dataclass(frozen=True, slots=True)
class Form:
    """The members of an answer, in wire order."""

    name: str
    rows: tuple[Row, ...]


@dataclass(slots=True)
class Section:
    """All about one resource."""

    name: str
    operations: list[Operation] = field(default_factory=list[Operation])
    forms: list[Form] = field(default_factory=list[Form])

    @property
    def anchor(self) -> str:
        return f"resource-{self.name.lower().replace(' ', '-')}"


def page(routes: Routes) -> str:
    """The page as HTML."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("cellarhand.http"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(ticks=_ticks, breaks=_breaks)  # pyright: ignore[reportUnknownMemberType]
    document = openapi.describe(routes)
    about = cast(str, document["info"]["description"]).split("\n\n")
    template = environment.get_template("docs.html")
    return template.render(
        sections=sections(routes, document), about=about, version=__version__, origin=_ORIGIN
    )


@cache
def asset(name: str) -> bytes:
    """One of the files that the page needs."""
    return files("cellarhand.http").joinpath("templates", name).read_bytes()


def sections(routes: Routes, document: Record) -> list[Section]:
    """The content of the page, resource by resource."""
    found: dict[str, Section] = {}
    shown: set[str] = set()
    for endpoint in routes.endpoints:
        tag = openapi.tag_of(endpoint)
        section = found.setdefault(tag, Section(tag))
        operation = _operation(endpoint, document)
        section.operations.append(operation)
        if operation.form and operation.form not in shown:
            shown.add(operation.form)
            rows = tuple(_rows({"$ref": f"#/components/schemas/{operation.form}"}, document))
            section.forms.append(Form(operation.form, rows))
    return list(found.values())


def _operation(endpoint: Endpoint, document: Record) -> Operation:
    path = openapi.path_of(endpoint)
    declared: Record = document["paths"][path][endpoint.method.lower()]
    content = cast(Record, declared.get("requestBody", {})).get("content", {}).get("application/json")
    body = tuple(_rows(content["schema"], document)) if content else ()
    status = str(endpoint.status)
    given = tuple(_parameter(_resolved(each, document)) for each in declared["parameters"])
    answer, form = _answer(declared["responses"][status])
    notes = ("Public: needs no credentials.",) if endpoint.public else ()
    if endpoint.streams:
        notes += (declared["requestBody"]["content"][NDJSON]["schema"]["description"],)
    if "description" in declared:
        notes += (declared["description"],)
    words = (endpoint.method, path, declared["summary"], openapi.tag_of(endpoint))
    names = (*(row.name for row in given), *(row.name for row in body))
    return Operation(
        id=endpoint.name,
        method=endpoint.method,
        path=f"/v1{path.rstrip('/')}",
        summary=declared["summary"],
        notes=notes,
        parameters=given,
        body=body,
        partial=endpoint.method == "PUT",
        status=status,
        answer=answer,
        form=form,
        paged=endpoint.paged,
        failures=tuple(_failures(declared["responses"], status, document)),
        curl=_curl(endpoint),
        words=" ".join(dict.fromkeys((*words, *names))).lower(),
    )


def _parameter(declared: Record) -> Row:
    schema = cast(Schema, declared["schema"])
    limits = _limits(schema) if "$ref" not in schema and "pattern" not in schema else ""
    rule = " ".join(filter(None, (declared.get("description", ""), limits and f"{limits.capitalize()}.")))
    kind = str(schema.get("format") or schema.get("type") or "string")
    return Row(declared["name"], kind, declared.get("required", False), "", rule, place=declared["in"])


def _answer(response: Record) -> tuple[str, str]:
    """What a success answers in words, and the name of the form it has."""
    if "content" not in response:
        return "No body.", ""
    if NDJSON in response["content"]:
        return str(response["content"][NDJSON]["schema"]["description"]), ""
    schema = cast(Schema, response["content"]["application/json"]["schema"])
    wrapped = cast(Schema, schema["oneOf"][0] if "oneOf" in schema else schema)
    if "$ref" in wrapped:
        return "", _name_of(wrapped)
    key = next(iter(wrapped["properties"]))
    return key, _name_of(wrapped["properties"][key]["items"])


def _failures(responses: Record, success: str, document: Record) -> Iterator[Failure]:
    for status, response in responses.items():
        if status != success:
            declared = _resolved(response, document)
            examples = cast(Record, declared["content"]["application/json"]["examples"])
            messages = dict.fromkeys(str(each["value"]["message"]) for each in examples.values())
            yield Failure(status, declared["description"], tuple(messages))


def _rows(schema: Schema, document: Record, lead: str = "", depth: int = 0) -> Iterator[Row]:
    """The members of a schema in order, each followed by those inside it."""
    declared = _resolved(schema, document)
    required = cast(list[str], declared.get("required", []))
    for name, member in cast(dict[str, Schema], declared["properties"]).items():
        plain, nullable = _without_null(member)
        inner = _resolved(plain, document)
        many = inner.get("type") == "array"
        element = _resolved(inner["items"], document) if many else inner
        path = f"{lead}{name}"
        default = msgspec.json.encode(member["default"]).decode() if "default" in member else ""
        kind = _type(plain, inner, element, nullable)
        yield Row(path, kind, name in required, default, _rule(member, plain, inner, element), depth)
        if "properties" in element:
            yield from _rows(element, document, f"{path}[]." if many else f"{path}.", depth + 1)


def _without_null(schema: Schema) -> tuple[Schema, bool]:
    if "anyOf" in schema and {"type": "null"} in schema["anyOf"]:
        return schema["anyOf"][0], True
    kind = schema.get("type")
    if isinstance(kind, list):
        kinds = cast(list[str], kind)
        return {**schema, "type": " or ".join(each for each in kinds if each != "null")}, "null" in kinds
    return schema, False


def _type(plain: Schema, inner: Schema, element: Schema, nullable: bool) -> str:
    name = str(inner.get("format") or inner.get("type", "any value"))
    if "anyOf" in inner:
        name = "date-time"
    if _name_of(plain) == "CountryCode":
        name = "country"
    if inner is not element:
        item = element.get("format") or element.get("type", "value")
        name = f"array of {'objects' if item == 'object' else item}"
    return f"{name}, null" if nullable else name


def _rule(member: Schema, plain: Schema, inner: Schema, element: Schema) -> str:
    parts = [str(member.get("description", ""))]
    if _name_of(plain) != "CountryCode":
        parts.append(_limits(inner))
    if inner is not element and "enum" in element and len(element["enum"]) <= _LONG:
        parts.append(_limits(element))
    return "; ".join(filter(None, parts))


def _limits(schema: Schema) -> str:
    """Lengths, ranges and values in words."""
    parts = [
        _between(schema, "minLength", "maxLength", " characters"),
        _between(schema, "minItems", "maxItems", " elements"),
        _between(schema, "minimum", "maximum", ""),
    ]
    choices = [choice for choice in cast(list[Any], schema.get("enum", [])) if choice is not None]
    if choices:
        parts.append(f"one of {', '.join(f'`{choice}`' for choice in choices)}")
    return "; ".join(filter(None, parts))


def _between(schema: Schema, low: str, high: str, unit: str) -> str:
    least, most = schema.get(low), schema.get(high)
    if least is not None and most is not None:
        return f"{least} to {most}{unit}" if least != most else f"{least}{unit}"
    if most is not None:
        return f"up to {most}{unit}"
    return f"at least {least}{unit}" if least is not None else ""


def _resolved(schema: Schema, document: Record) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Any = document
    for step in str(schema["$ref"]).split("/")[1:]:
        found = found[step]
    return cast(Schema, found)


def _name_of(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _curl(endpoint: Endpoint) -> str:
    """The call in a shell; ids stand as variables."""
    path = openapi.path_of(endpoint).rstrip("/")
    for name in parameters.path_names(endpoint):
        words = parameters.words_of(endpoint)
        word = "customer" if "customer" in words else next(iter(words), "")
        path = path.replace(f"{{{name}}}", _variable(name, endpoint) if name in endpoint.open_names else word)
    if endpoint.paged:
        path += "?limit=5"
    elif endpoint.action is not None and endpoint.action.needs:
        path += f"?{endpoint.action.needs[0]}=harvest"
    lines = [f"curl -s '{_ORIGIN}/v1{path}'".replace("'", '"')]
    if endpoint.method != "GET":
        lines[0] = lines[0].replace("curl -s", f"curl -s -X {endpoint.method}")
    if not endpoint.public:
        lines.append(f"-u {_caller(endpoint)}")
    lines.append(f"-H 'tenant: {DEMO_TENANT}'")
    if endpoint.takes_body:
        sent = openapi.example_of(endpoint, lambda name: _variable(name, endpoint))
        body = msgspec.json.encode(sent).decode().replace("'", "'\\''")
        kind = NDJSON if endpoint.streams else "application/json"
        lines += [f"-H 'Content-Type: {kind}'", f"-d '{re.sub(r'[$]([A-Z_]+)', _outside, body)}'"]
    return " \\\n  ".join(lines)


def _caller(endpoint: Endpoint) -> str:
    """Who may make the call, with the password."""
    if endpoint.action is not None and endpoint.action.data_role:
        return DEMO_DATA
    return DEMO_OWNER if endpoint.action is not None and endpoint.action.accounts_only else DEMO_APP


def _outside(found: re.Match[str]) -> str:
    """A variable in a quoted text: the quotes end before it and begin again."""
    return f"'${found[1]}'"


def _variable(name: str, endpoint: Endpoint) -> str:
    """The shell variable that holds an id: `$CUSTOMER_ID` for a customer's, whatever the path calls it."""
    if name == "id":
        return f"${openapi.tag_of(endpoint).upper().replace(' ', '_')}_ID"
    return f"${_CAPITAL.sub('_', name).upper()}"


def _ticks(text: str) -> Any:
    """Text whose `quoted` words are shown as code."""
    from markupsafe import Markup, escape

    return Markup(_TICKS.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _breaks(text: str) -> Any:
    """A path or name that may break after its separators."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([/.\]])(?=\w|\{)", r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped before
