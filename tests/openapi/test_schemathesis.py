"""Data made from the document alone, sent to a running server: what fits is taken, what doesn't is refused.

The same examples every time: nothing here depends on chance.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cellarhand.http.lines import NDJSON
from cellarhand.http.openapi import path_of
from cellarhand.http.routes import Endpoint, Routes
from cellarhand.resources import ACTIONS, RESOURCES
from tests.callers import Site
from tests.openapi.conformance import CheckedCaller
from tests.wire.loyal import switch_loyalty

EXAMPLES = int(os.environ.get("CELLARHAND_TEST_EXAMPLES", "6"))
ENDPOINTS = {endpoint.name: endpoint for endpoint in Routes(RESOURCES, ACTIONS).endpoints}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Faults that data which fits its schema may have: rules between members, and between a record and others.
BEYOND = (
    r".*: (required|does not exist|must be unique|can not be changed|not allowed)",
    r"(.*\.)?(id|createdAt|updatedAt): invalid additional property",
    r"metaData\..*: invalid additional property",
    r"(.*\.)?(appData|itemData|modifiers): contains invalid string",
    r"(.*\.)?(mode|stateCode|action|type|conditions\[\d+\]\.(condition|value)): must be equal to one of .*",
    r"conditions\[\d+\]\.value: must (be a integer|match format \"date\")",
    r"(.*\.)?zipCode: must match pattern .*",
    r"(.*\.)?phone: must match format \"phone\"",
    r"(.*\.)?birthDate: must match format \"date\"",
    r".*: must match format \"date-time\"",
    r"(.*\.)?(firstName|lastName): contains invalid characters for a name",
    r"(freight|food|generalMerchandise|wine): must be multiple of 0.0001",
    r".*\.forEveryXWeight: must be > 0",
    r"(subscription\.frequency|orderNumber): must be (>=|<=) .*",
    r"(\w*[tT]otal(AfterTip)?|items\[\d+\]\.quantity): must (equal the sum of its parts|be >= 0)",
    r"items\[\d+\]\.quantityFulfilled: must be (>=|<=) .*",
    r"orderPaidDate: must be a string",
    r"discount: must be <= 10000",
    r"(slug|seo\.title): must .*",
    r"Can not (use both page and cursor|add or remove a dynamic tag|fulfill an order that is marked).*",
    r"Fulfillment not found",
    r"(Inventory is (already|not) tracked for this sku|Not enough inventory|SKU is not unique)",
    r"(Gift card is not active|Not enough (balance on gift card|loyalty points))",
    r"Can not delete the base tier",
    r"Invalid query param: (q|searchText|isSend\w+)",
)


@schemathesis.serializer(NDJSON)
def lines(_: SerializationContext, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


Cases = Callable[[str, GenerationMode], list[Case]]


@pytest.fixture(scope="session")
def cases(document: dict[str, Any]) -> Cases:
    """The generated calls of an operation: the same on each engine, and made once."""
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig())

    @cache
    def of(name: str, mode: GenerationMode) -> list[Case]:
        endpoint = ENDPOINTS[name]
        found: list[Case] = []
        strategy = schema[path_of(endpoint)][endpoint.method].as_strategy(
            generation_mode=mode, headers={"tenant": "winery", "authorization": "Basic Og=="}
        )

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            phases=(Phase.generate,),
            suppress_health_check=(
                HealthCheck.too_slow,
                HealthCheck.filter_too_much,
                HealthCheck.data_too_large,
            ),
        )
        @given(case=strategy)
        def collect(case: Case) -> None:
            found.append(case)

        # Unsatisfiable: nothing of this call can be wrong that is not fixed here.
        with suppress(Unsatisfiable):
            collect()
        return found

    return of


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", ENDPOINTS)
def test_generated_calls(
    name: str,
    mode: GenerationMode,
    cases: Cases,
    site: Site,
    checked: CheckedCaller,
    shop: dict[str, Any],
) -> None:
    positive = mode is GenerationMode.POSITIVE
    switch_loyalty(site)
    made = cases(name, mode)
    # Whatever stands in a line, it is a fault of that line alone.
    streams = ENDPOINTS[name].streams
    caller = site.person("Data") if streams else checked
    assert made or not positive
    with requests.Session() as session:
        session.trust_env = False
        for case in made:
            if positive:
                case.path_parameters |= _real_ids(ENDPOINTS[name], shop)
                if isinstance(case.body, dict):
                    case.body = _with_real_ids(case.body, shop)
            answer = case.call(f"{site.server.url}/v1", session, caller.headers)
            wrong = not positive and not streams and not _has_blanks(answer.request.path_url)
            case.validate_response(answer, [*CHECKS, negative_data_rejection] if wrong else CHECKS)
            if positive and answer.status_code == 422:
                assert _unexpected(answer.json()) == [], (answer.request.path_url, answer.request.body)


def _has_blanks(url: str) -> bool:
    """Whether some parameter is empty, which is as good as none, or has outer blanks, which are cut."""
    values = [value for _, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    return any(value != value.strip() or not value for value in values)


def _real_ids(endpoint: Endpoint, shop: dict[str, Any]) -> dict[str, str]:
    """Ids of records that are there, for the path."""
    things = {
        "Customer": "customer",
        "Customer Address": "address",
        "Customer Credit Card": "card",
        "Note": "note",
        "Tag": "tag",
        "Meta Data Config": "config",
        "Web Hook": "hook",
        "Order": "order",
        "Gift Card": "gift card",
    }
    found = {"customerId": "customer", "objectId": "customer", "tagId": "tag"}
    if endpoint.resource is not None and endpoint.resource.thing in things:
        found["id"] = things[endpoint.resource.thing]
    elif endpoint.template.startswith("/order/:id"):
        found["id"] = "order"
    ids = {name: str(shop[found[name]]["id"]) for name in endpoint.id_names if name in found}
    return ids | ({"objectType": "customer"} if "/:objectType/" in endpoint.template and ids else {})


def _with_real_ids(body: dict[str, Any], shop: dict[str, Any]) -> dict[str, Any]:
    """The body with references to records that are there."""
    real = {"customerId": "customer", "objectId": "customer", "tagId": "tag", "giftCardId": "gift card"}
    return {
        name: shop[real[name]]["id"] if name in real and isinstance(value, str) else value
        for name, value in body.items()
    }


def _unexpected(error: dict[str, Any]) -> list[str]:
    faults = [f"{fault['field']}: {fault['message']}" for fault in error.get("errors", ())]
    found = faults or [error["message"]]
    return [each for each in found if not any(re.fullmatch(rule, each) for rule in BEYOND)]
