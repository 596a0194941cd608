"""A body for each resource that can be made, with every member that a client may send."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.callers import Caller

JANE: dict[str, Any] = {"emails": [{"email": "jane@example.com"}]}
CUSTOMER: dict[str, Any] = {
    "honorific": "Ms",
    "firstName": "Jane",
    "lastName": "Example",
    "birthDate": "1980-01-01",
    "city": "Napa",
    "stateCode": "CA",
    "zipCode": "94558",
    "countryCode": "US",
    "emailMarketingStatus": "Subscribed",
    "password": "not to be seen",
    "emails": [{"email": "Jane@Example.com"}, {"email": "jane@winery.example"}],
    "phones": [{"phone": "+17075550100"}, {"phone": "(707) 555-0101"}],
    "flags": [{"content": "Offer a free tasting"}],
    "orderInformation": {"acquisitionChannel": "Inbound"},
    "isSendTransactionEmail": False,
}
ADDRESS: dict[str, Any] = {
    "birthDate": "1980-01-01",
    "honorific": "Ms",
    "firstName": "Jane",
    "lastName": "Example",
    "company": "Example Company",
    "phone": "+15555550102",
    "address": "120 Example Street",
    "address2": "Unit 1",
    "city": "Sampleton",
    "stateCode": "BC",
    "zipCode": "V1A1A1",
    "countryCode": "CA",
    "isDefault": True,
    "isSendTransactionEmail": False,
}
CARD: dict[str, Any] = {
    "cardBrand": "Visa",
    "gateway": "Stripe",
    "maskedCardNumber": "************1111",
    "tokenOnFile": "tok_example",
    "expiryMo": 4,
    "expiryYr": 2031,
    "cardHolderName": "Jane Example",
    "isDefault": True,
}
NOTE: dict[str, Any] = {"type": "Note", "noteDate": "2024-05-01T12:00:00.000Z", "content": "Called back"}
MANUAL: dict[str, Any] = {"title": "VIP", "type": "Manual"}
DYNAMIC: dict[str, Any] = {
    "title": "Locals",
    "type": "Dynamic",
    "appliesToCondition": "One or more conditions",
    "conditions": [
        {"appliesTo": "State", "condition": "is equal to", "value": "CA"},
        {"appliesTo": "Lifetime Value", "condition": "is greater than", "value": "10000"},
    ],
}
CONFIG: dict[str, Any] = {
    "title": "Spouse name",
    "code": "spouse-name",
    "dataType": "Select",
    "isRequired": True,
    "options": ["Ann", "Bob"],
    "sortOrder": 3,
}
HOOK: dict[str, Any] = {
    "object": "Customer",
    "action": "Update",
    "url": "https://hooks.example.com/customers",
    "username": "user",
    "password": "not to be seen",
    "notes": "for the mailing list",
    "notificationEmail": "ops@example.com",
    "signingSecret": "not to be seen",
}


@dataclass(frozen=True)
class Made:
    """A record, the path of its list, and what was sent to make it."""

    name: str
    path: str
    sent: dict[str, Any]
    record: dict[str, Any]

    @property
    def at(self) -> str:
        return f"{self.path}/{self.record['id']}"


NAMES = ("customer", "address", "card", "note", "manual tag", "dynamic tag", "definition", "web hook")


def all_of(api: Caller) -> Iterator[Made]:
    """One full record of every resource; the customer carries a tag, meta data and app data."""
    tag = api.made("/tag/customer", MANUAL)
    yield Made("manual tag", "/tag/customer", MANUAL, tag)
    yield Made("dynamic tag", "/tag/customer", DYNAMIC, api.made("/tag/customer", DYNAMIC))
    config = api.made("/meta-data-config/customer", CONFIG)
    yield Made("definition", "/meta-data-config/customer", CONFIG, config)
    api.made("/meta-data-config/customer-address", CONFIG)
    extra = {"metaData": {"spouse-name": "Ann"}, "appData": {"key": ["value", 1, None]}}
    jane = {**CUSTOMER, **extra, "tags": [{"id": tag["id"]}]}
    customer = api.made("/customer", jane)
    below = f"/customer/{customer['id']}"
    sent = {**ADDRESS, **extra}
    yield Made("address", f"{below}/address", sent, api.made(f"{below}/address", sent))
    yield Made("card", f"{below}/credit-card", CARD, api.made(f"{below}/credit-card", CARD))
    sent = {**NOTE, "customerId": customer["id"]}
    yield Made("note", "/note", sent, api.made("/note", sent))
    yield Made("web hook", "/web-hook", HOOK, api.made("/web-hook", HOOK))
    yield Made("customer", "/customer", jane, api.seen(below))


def one_of(api: Caller, name: str) -> Made:
    return next(made for made in list(all_of(api)) if made.name == name)
