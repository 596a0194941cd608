"""Holding an answer against its operation in the document, and against the shape it was declared with."""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker

from cellarhand.http.lines import NDJSON
from cellarhand.http.openapi import path_of
from cellarhand.http.routes import Endpoint, Routes
from cellarhand.record.shapes import Array, Kind, Object, OpenObject, Shape
from tests.callers import Caller

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_formats = FormatChecker(("uuid", "date"))


@_formats.checks("date-time")
def _is_instant(value: object) -> bool:
    """The output form of A15, which is narrower than the format."""
    return not isinstance(value, str) or _INSTANT.fullmatch(value) is not None


class Spec:
    """The document with what is needed to judge an answer by it."""

    def __init__(self, routes: Routes, document: Mapping[str, Any]) -> None:
        self.routes = routes
        self.document = document

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self.document
            for step in schema["$ref"].split("/")[1:]:
                found = found[step]
            schema = found
        return schema

    def validator(self, schema: Mapping[str, Any]) -> Draft202012Validator:
        whole = {**schema, "components": self.document["components"]}
        return Draft202012Validator(whole, format_checker=_formats)

    def endpoint(self, method: str, path: str) -> Endpoint | None:
        match = self.routes.find(path.partition("?")[0])
        return match.methods.get(method) if match is not None else None

    def check(self, method: str, path: str, answer: httpx.Response) -> str | None:
        """Assert that the answer is one that the document promises; the operation's name."""
        endpoint = self.endpoint(method, path)
        if endpoint is None:
            promised = self.document["components"]["responses"]["MethodNotAllowed"]
            if answer.status_code == 405:
                self._check_body(promised, answer)
            return None
        operation = self.document["paths"][path_of(endpoint)][method.lower()]
        assert str(answer.status_code) in operation["responses"], (method, path, answer.text)
        promised = self.resolved(operation["responses"][str(answer.status_code)])
        for name, header in promised["headers"].items():
            declared = self.resolved(header)
            if declared.get("required"):
                assert name in answer.headers, (method, path, name)
            if name in answer.headers and declared["schema"]["type"] == "string":
                self.validator(declared["schema"]).validate(answer.headers[name])
        self._check_body(promised, answer)
        if answer.status_code == endpoint.status and not endpoint.streams:
            check_order(endpoint, answer)
        return endpoint.name

    def _check_body(self, promised: Mapping[str, Any], answer: httpx.Response) -> None:
        if "content" not in promised:
            assert answer.content == b""
            assert "content-type" not in answer.headers
            return
        if NDJSON in promised["content"]:
            assert answer.headers["content-type"] == NDJSON
            assert all(isinstance(json.loads(line), dict) for line in answer.content.splitlines())
            return
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        schema = promised["content"]["application/json"]["schema"]
        self.validator(schema).validate(answer.json())


def check_order(endpoint: Endpoint, answer: httpx.Response) -> None:
    """Assert that a success has exactly the declared members, in the declared order."""
    resource, action = endpoint.resource, endpoint.action
    if answer.status_code == 204:
        return
    if resource is not None:
        shape, key = resource.read_shape, resource.key if endpoint.operation == "list" else None
    else:
        assert action is not None
        assert action.answers is not None
        shape, key = Shape.of(action.answers), action.key
    body = answer.json()
    if key is None:
        in_order(shape, body, endpoint.name)
        return
    assert next(iter(body)) == key
    for place, row in enumerate(body[key]):
        in_order(shape, row, f"{endpoint.name}[{place}]")


def in_order(shape: Shape, value: Mapping[str, Any], at: str) -> None:
    assert list(value) == [name for name in shape.members if name in value], at
    for name, member in shape.members.items():
        if name in value:
            _inside(member.kind, value[name], f"{at}.{name}")
        else:
            assert not member.required, f"{at}.{name} is missing"


def _inside(kind: Kind, value: Any, at: str) -> None:
    if value is None:
        return
    match kind:
        case Object():
            in_order(kind.shape, value, at)
        case Array():
            for place, element in enumerate(value):
                _inside(kind.item, element, f"{at}[{place}]")
        case OpenObject() if kind.values is not None:
            for name, element in value.items():
                _inside(kind.values, element, f"{at}.{name}")
        case _:
            pass


class CheckedCaller(Caller):
    """A caller that holds each answer against the document, and remembers which operations succeeded."""

    def __init__(
        self, client: httpx.Client, headers: Mapping[str, str], judge: Spec, succeeded: set[str]
    ) -> None:
        super().__init__(client, headers)
        self.judge = judge
        self.succeeded = succeeded

    @staticmethod
    def of(caller: Caller, judge: Spec) -> "CheckedCaller":
        return CheckedCaller(caller._client, caller.headers, judge, set())

    def but(self, **headers: str | None) -> "CheckedCaller":
        changed = super().but(**headers)
        return CheckedCaller(self._client, changed.headers, self.judge, self.succeeded)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        answer = super().request(method, path, json=json, content=content, headers=headers)
        name = self.judge.check(method, path, answer)
        if name is not None and answer.is_success:
            self.succeeded.add(name)
        return answer
