"""The document is OpenAPI 3.1, complete, and says nothing that is not so."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypedDict

import pytest
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from cellarhand.http import openapi
from cellarhand.http.openapi import describe, path_of
from cellarhand.http.routes import Routes
from cellarhand.http.schemas import Form, Schemas, form_of
from cellarhand.record.action import Action, Call
from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Kind, Object, OpenObject, Shape, String
from cellarhand.record.types import Text
from tests.openapi.conformance import Spec

Document = dict[str, Any]


def test_it_is_openapi_3_1(document: Document) -> None:
    assert [str(fault) for fault in OPENAPI_31_VALIDATOR.iter_errors(document)] == []


def test_each_schema_is_a_json_schema(document: Document) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_it_is_sent_as_the_same_json(routes: Routes, document: Document) -> None:
    assert json.loads(openapi.document(routes)) == json.loads(json.dumps(document))


def test_each_endpoint_is_in_it_and_nothing_else(routes: Routes, document: Document) -> None:
    declared = {
        (path, method, operation["operationId"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert declared == {
        (path_of(endpoint), endpoint.method.lower(), endpoint.name) for endpoint in routes.endpoints
    }


def test_each_operation_has_a_name_of_its_own(routes: Routes) -> None:
    names = [endpoint.name for endpoint in routes.endpoints]
    assert len(names) == len(set(names))


def test_each_reference_leads_somewhere(spec: Spec) -> None:
    for part in _parts(spec.document):
        if "$ref" in part:
            spec.resolved(part)


def test_each_path_parameter_is_declared(document: Document) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            found = [each["name"] for each in operation["parameters"] if each.get("in") == "path"]
            assert found == re.findall(r"\{(\w+)\}", path)


def test_words_of_a_path_are_an_enumeration(document: Document) -> None:
    (word, *_) = document["paths"]["/tag/{objectType}"]["get"]["parameters"]
    assert word["schema"]["enum"] == ["customer", "club-membership", "order", "reservation"]


def test_public_operations_need_no_credentials(routes: Routes, document: Document) -> None:
    for endpoint in routes.endpoints:
        operation = document["paths"][path_of(endpoint)][endpoint.method.lower()]
        assert ("security" in operation) == endpoint.public
        if endpoint.public:
            assert operation["security"] == []


def test_examples_fit_their_schemas(spec: Spec) -> None:
    count = 0
    for part in _parts(spec.document):
        if "schema" in part and "example" in part:
            spec.validator(part["schema"]).validate(part["example"])
            count += 1
        for example in part.get("examples", {}).values() if "schema" in part else ():
            spec.validator(part["schema"]).validate(example["value"])
            count += 1
    assert count > 40


def test_bodies_are_closed_and_answers_open(document: Document) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["CustomerWrite"]["additionalProperties"] is False
    assert schemas["EmailWrite"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["Customer"]


def test_a_change_needs_nothing_and_may_repeat_what_was_read(document: Document) -> None:
    change = document["components"]["schemas"]["CustomerUpdate"]
    assert "required" not in change
    assert not any("default" in member for member in change["properties"].values())
    assert change["properties"]["hasAccount"]["readOnly"] is True
    assert document["components"]["schemas"]["EmailUpdate"]["properties"]["status"]["readOnly"] is True
    assert document["components"]["schemas"]["EmailUpdate"]["required"] == ["email"]
    # What was never in a body is not in this one either.
    assert "createdAt" not in document["components"]["schemas"]["TagUpdate"]["properties"]


def test_conditional_members_are_not_required(document: Document) -> None:
    assert "backPopulate" not in document["components"]["schemas"]["Tag"]["required"]
    assert "conditions" in document["components"]["schemas"]["Tag"]["required"]


def test_nullable_members_are_so_by_type(document: Document) -> None:
    members = document["components"]["schemas"]["Customer"]["properties"]
    assert members["firstName"] == {"type": ["string", "null"]}
    assert members["emailMarketingStatus"]["enum"] == ["Subscribed", "Unsubscribed", None]
    assert members["loyalty"]["anyOf"][1] == {"type": "null"}


@pytest.mark.parametrize(
    ("name", "fits", "fits_not"),
    [
        (
            "createdAt",
            ["", "2026-01-31", "gte:2026-01-31T10:00:00.000Z", "btw:2026-01-01|2026-02-01"],
            ["now"],
        ),
        ("orderCount", ["3", "gt:-1", "btw:1|2"], ["1.5", "in:1,2", "btw:1"]),
        ("tagId", ["00000000-0000-0000-0000-000000000000"], ["x", "in:", "gt:1"]),
    ],
)
def test_filters_say_what_they_take(spec: Spec, name: str, fits: list[str], fits_not: list[str]) -> None:
    parameters = spec.document["paths"]["/customer"]["get"]["parameters"]
    (schema,) = (each["schema"] for each in parameters if each.get("name") == name)
    validator = spec.validator(schema)
    assert [value for value in fits if not validator.is_valid(value)] == []
    assert [value for value in fits_not if validator.is_valid(value)] == []


def test_each_format_is_described(routes: Routes) -> None:
    for endpoint in routes.endpoints:
        if endpoint.resource is not None:
            shapes = [endpoint.resource.read_shape]
            shapes += [endpoint.resource.write_shape] if endpoint.resource.write is not None else []
        elif endpoint.action is not None:
            shapes = [Shape.of(each) for each in (endpoint.action.answers, endpoint.action.takes) if each]
        else:
            shapes = []
        for shape in shapes:
            for kind in _kinds(shape):
                if isinstance(kind, String) and kind.format is not None:
                    assert form_of(kind.format) != Form(), kind.format.name


def test_two_shapes_of_one_name_are_refused() -> None:
    def declare(kind: Any) -> Shape:
        return Shape.of(TypedDict("Cask", {"volume": kind}))  # type: ignore[misc]

    schemas = Schemas()
    schemas.answer(declare(int))
    with pytest.raises(LookupError, match="Cask"):
        schemas.answer(declare(str))


def test_a_list_of_an_action_takes_the_parameters_of_its_resource() -> None:
    class Cask(TypedDict):
        name: Text

    async def answer(_: Call) -> bytes:
        return b"{}"

    resource = Resource("cask", "Cask", "/cask", "casks", Cask)
    action = Action(
        "list-cask", "GET", "/cask", answer, "List", answers=Cask, key="casks", lists=resource, paged=True
    )
    found = describe(Routes((), (action,)))["paths"]["/cask"]["get"]["parameters"]
    assert [each.get("name") or each["$ref"].rpartition("/")[2] for each in found] == [
        "Tenant",
        "Page",
        "Limit",
        "Cursor",
    ]


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _parts(each)


def _kinds(shape: Shape) -> Iterator[Kind]:
    for member in shape.members.values():
        yield from _of_kind(member.kind)


def _of_kind(kind: Kind) -> Iterator[Kind]:
    yield kind
    match kind:
        case Object():
            yield from _kinds(kind.shape)
        case Array():
            yield from _of_kind(kind.item)
        case OpenObject() if kind.values is not None:
            yield from _of_kind(kind.values)
        case _:
            pass
