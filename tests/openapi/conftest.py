"""The document under test, and ways to hold an answer against it."""

from typing import Any

import pytest

from cellarhand.http.examples import example
from cellarhand.http.openapi import describe
from cellarhand.http.routes import Routes
from cellarhand.orders.order import ORDER
from cellarhand.resources import ACTIONS, RESOURCES
from tests.callers import Site
from tests.openapi.conformance import CheckedCaller, Spec

PLACE = {"address": "1 Vine St", "city": "Napa", "stateCode": "CA", "zipCode": "94558", "countryCode": "US"}
CARD = {
    "cardBrand": "Union Pay",
    "maskedCardNumber": "************1111",
    "tokenOnFile": "token",
    "expiryMo": 1,
    "expiryYr": 2021,
}
DYNAMIC = {
    "title": "Regulars",
    "type": "dynamic",
    "appliesToCondition": "All conditions",
    "conditions": [{"appliesTo": "Order Count", "condition": "is greater than", "value": "3"}],
}
HOOK = {"object": "Customer", "action": "Create", "url": "https://hooks.example/of-the-shop"}


@pytest.fixture(scope="session")
def routes() -> Routes:
    return Routes(RESOURCES, ACTIONS)


@pytest.fixture(scope="session")
def document(routes: Routes) -> dict[str, Any]:
    return describe(routes)


@pytest.fixture(scope="session")
def spec(routes: Routes, document: dict[str, Any]) -> Spec:
    return Spec(routes, document)


@pytest.fixture
def checked(site: Site, spec: Spec) -> CheckedCaller:
    """An app with every permission, each of whose answers is held against the document."""
    return CheckedCaller.of(site.app(), spec)


@pytest.fixture
def shop(checked: CheckedCaller) -> dict[str, Any]:
    """A tenant with one record of every kind."""
    config = {"title": "Spouse", "code": "spouse", "dataType": "String"}
    tag = checked.made("/tag/customer", {"title": "VIP", "type": "manual"})
    found = {
        "tag": tag,
        "dynamic": checked.made("/tag/customer", DYNAMIC),
        "config": checked.made("/meta-data-config/customer", config),
        "hook": checked.made("/web-hook", {**HOOK, "username": "u", "password": "p", "notes": "n"}),
    }
    customer = {
        "firstName": "Jane",
        "emails": [{"email": "jane@example.com"}, {"email": "j@example.com"}],
        "phones": [{"phone": "707-555-0100"}],
        "countryCode": "US",
        "zipCode": "94558",
        "birthDate": "1980-05-17",
        "flags": [{"content": "Allergic to sulphites."}],
        "tags": [{"id": tag["id"]}],
        "metaData": {"spouse": "Bo"},
        "appData": {"k": [1, {"v": None}]},
        "orderInformation": {"acquisitionChannel": "Inbound"},
    }
    found["customer"] = checked.made("/customer", customer)
    at = f"/customer/{found['customer']['id']}"
    found["address"] = checked.made(f"{at}/address", {"firstName": "J", "lastName": "D", **PLACE})
    found["card"] = checked.made(f"{at}/credit-card", CARD)
    order = {
        **example(ORDER.write_shape, str),
        "customerId": found["customer"]["id"],
        "externalOrderNumber": "A-1",
        "tenders": [{"tenderType": "Credit Card", "amountTendered": 4320, "creditCardBrand": "Visa"}],
        "taxes": [{"title": "GST", "price": 320}],
        "shipping": [{"title": "Ground", "price": 0}],
        "coupons": [{"title": "Ten off", "totalValue": 1000}],
        "shipTo": {"firstName": "J", **PLACE},
        "metaData": {"table-number": "12"},
    }
    checked.made("/meta-data-config/order", {**config, "code": "table-number"})
    found["order"] = checked.made("/order", order)
    note = {"content": "Prefers magnums.", "customerId": found["customer"]["id"]}
    found["note"] = checked.made("/note", note)
    card = {"title": "Gift", "type": "Virtual", "initialAmount": 5000, "customerId": found["customer"]["id"]}
    found["gift card"] = checked.made("/gift-card", card)
    return found
