"""A5.4: every kind of fault in a body, its words, its path and its place among the others."""

from typing import Any

import pytest

from tests.callers import NIL, Caller
from tests.catalogue import BAD_ID, BAD_NAME, FIXED, HTML, LOST, NOT_ONE_OF, REQUIRED, UNKNOWN, is_invalid

EMAILS = {"emails": [{"email": "jane@example.com"}]}
HOOK = {"object": "Customer", "action": "Create", "url": "https://a.example/hook"}
CARD = {
    "cardBrand": "Visa",
    "maskedCardNumber": "************1111",
    "tokenOnFile": "tok",
    "expiryMo": 4,
    "expiryYr": 2030,
}
CONFIG = {"title": "T", "code": "c", "dataType": "String"}
STRING, STRING_OR_NULL = "must be a string", "must be a string,null"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"firstName": 1}, ("firstName", STRING_OR_NULL)),
        ({"firstName": True}, ("firstName", STRING_OR_NULL)),
        ({"firstName": []}, ("firstName", STRING_OR_NULL)),
        ({"password": None}, ("password", STRING)),
        ({"emails": None}, ("emails", "must be a array")),
        ({"emails": {}}, ("emails", "must be a array")),
        ({"emails": "jane@example.com"}, ("emails", "must be a array")),
        ({"emails": []}, ("emails", "must NOT have fewer than 1 items")),
        (
            {"emails": [{"email": f"a{n}@b.co"} for n in range(21)]},
            ("emails", "must NOT have more than 20 items"),
        ),
        ({"emails": ["jane@example.com"]}, ("emails[0]", "must be a object")),
        ({"emails": [{"email": "a@b.co"}, None]}, ("emails[1]", "must be a object")),
        ({"emails": [{}]}, ("emails[0].email", REQUIRED)),
        ({"emails": [{"email": None}]}, ("emails[0].email", STRING)),
        ({"emails": [{"email": "nobody"}]}, ("emails[0].email", 'must match format "email"')),
        ({"emails": [{"email": "a@b.co", "kind": "x"}]}, ("emails[0].kind", UNKNOWN)),
        ({"emails": [{"email": "a@b.co", "status": "Ok"}]}, ("emails[0].status", UNKNOWN)),
        ({"emails": [{"email": "a@b.co", "id": "x"}]}, ("emails[0].id", BAD_ID)),
        ({"emails": [{"email": "a@b.co", "id": NIL}]}, ("emails[0].id", LOST)),
        ({"phones": [{"phone": 1}]}, ("phones[0].phone", STRING)),
        ({"phones": [{"phone": "+12"}]}, ("phones[0].phone", 'must match format "phone"')),
        ({"tags": [{}]}, ("tags[0].id", REQUIRED)),
        ({"tags": [{"id": "x"}]}, ("tags[0].id", BAD_ID)),
        ({"tags": [{"id": NIL}]}, ("tags[0].id", LOST)),
        ({"flags": [{"content": ""}]}, ("flags[0].content", "must NOT have fewer than 1 characters")),
        ({"orderInformation": None}, ("orderInformation", "must be a object")),
        ({"orderInformation": {"orderCount": 1}}, ("orderInformation.orderCount", UNKNOWN)),
        (
            {"orderInformation": {"acquisitionChannel": 1}},
            ("orderInformation.acquisitionChannel", STRING_OR_NULL),
        ),
        ({"metaData": []}, ("metaData", "must be a object,null")),
        ({"appData": "x"}, ("appData", "must be a object,null")),
        ({"isSendTransactionEmail": "true"}, ("isSendTransactionEmail", "must be a boolean")),
        ({"isSendTransactionEmail": 1}, ("isSendTransactionEmail", "must be a boolean")),
        ({"isSendTransactionEmail": None}, ("isSendTransactionEmail", "must be a boolean")),
        ({"emailMarketingStatus": "subscribed"}, ("emailMarketingStatus", NOT_ONE_OF)),
        ({"emailMarketingStatus": 1}, ("emailMarketingStatus", STRING_OR_NULL)),
        ({"honorific": "M" * 21}, ("honorific", "must NOT have more than 20 characters")),
        ({"firstName": "J" * 101}, ("firstName", "must NOT have more than 100 characters")),
        ({"city": "C" * 256}, ("city", "must NOT have more than 255 characters")),
        ({"stateCode": "S" * 51}, ("stateCode", "must NOT have more than 50 characters")),
        ({"zipCode": "1" * 21}, ("zipCode", "must NOT have more than 20 characters")),
        ({"password": "1234567"}, ("password", "must NOT have fewer than 8 characters")),
        ({"password": "1" * 73}, ("password", "must NOT have more than 72 characters")),
        ({"birthDate": "1980-02-30"}, ("birthDate", 'must match format "date"')),
        ({"birthDate": "1980-01-01T00:00:00.000Z"}, ("birthDate", 'must match format "date"')),
        ({"countryCode": "XX"}, ("countryCode", NOT_ONE_OF)),
        ({"countryCode": "us"}, ("countryCode", NOT_ONE_OF)),
        ({"firstName": "<b>Jane</b>"}, ("firstName", HTML)),
        ({"city": "a </script > b"}, ("city", HTML)),
        ({"lastName": "D@e"}, ("lastName", BAD_NAME)),
        ({"email": "jane@example.com"}, ("email", UNKNOWN)),
        ({"phone": "+15555550100"}, ("phone", UNKNOWN)),
        ({"address": "1 Street"}, ("address", UNKNOWN)),
        ({"avatar": None}, ("avatar", UNKNOWN)),
        ({"hasAccount": False}, ("hasAccount", UNKNOWN)),
        ({"groups": []}, ("groups", UNKNOWN)),
        ({"clubs": []}, ("clubs", UNKNOWN)),
        ({"facebookId": None}, ("facebookId", UNKNOWN)),
        ({"acceptsMarketing": True}, ("acceptsMarketing", UNKNOWN)),
        ({"id": NIL}, ("id", UNKNOWN)),
        ({"createdAt": "2020-01-01T00:00:00.000Z"}, ("createdAt", UNKNOWN)),
        ({"updatedAt": "2020-01-01T00:00:00.000Z"}, ("updatedAt", UNKNOWN)),
        ({"": 1}, ("", UNKNOWN)),
        ({"__proto__": {}}, ("__proto__", UNKNOWN)),
        ({"a.b[0]": 1}, ("a.b[0]", UNKNOWN)),
    ],
)
def test_a_faulty_member_of_a_customer(api: Caller, body: dict[str, Any], fault: tuple[str, str]) -> None:
    is_invalid(api.post("/customer", EMAILS | body), fault)
    assert api.seen("/customer")["total"] == 0


def test_upper_case_country_is_the_only_one_and_null_is_none(api: Caller) -> None:
    made = api.made("/customer", EMAILS | {"countryCode": None, "stateCode": None})
    assert (made["countryCode"], made["stateCode"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"expiryMo": "4"}, ("expiryMo", "must be a integer")),
        ({"expiryMo": 4.5}, ("expiryMo", "must be a integer")),
        ({"expiryMo": True}, ("expiryMo", "must be a integer")),
        ({"expiryMo": None}, ("expiryMo", "must be a integer")),
        ({"expiryMo": 0}, ("expiryMo", "must be >= 1")),
        ({"expiryMo": 13}, ("expiryMo", "must be <= 12")),
        ({"isDefault": 1}, ("isDefault", "must be a boolean")),
        ({"cardBrand": "visa"}, ("cardBrand", NOT_ONE_OF)),
        ({"cardBrand": None}, ("cardBrand", STRING)),
        ({"tokenOnFile": ""}, ("tokenOnFile", "must NOT have fewer than 1 characters")),
        ({"tokenOnFile": "t" * 256}, ("tokenOnFile", "must NOT have more than 255 characters")),
        ({"maskedCardNumber": "1111"}, ("maskedCardNumber", r'must match pattern "^\*+[0-9]{4}$"')),
        ({"cardNumber": "4111111111111111"}, ("cardNumber", UNKNOWN)),
        ({"token": "tok"}, ("token", UNKNOWN)),
    ],
)
def test_a_faulty_member_of_a_card(api: Caller, body: dict[str, Any], fault: tuple[str, str]) -> None:
    customer = api.made("/customer", EMAILS)
    is_invalid(api.post(f"/customer/{customer['id']}/credit-card", CARD | body), fault)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"url": "http://a.example/hook"}, ("url", "must be https")),
        ({"url": "ftp://a.example"}, ("url", "must be https")),
        ({"url": "https://"}, ("url", 'must match format "uri"')),
        ({"url": "https://a b.example"}, ("url", 'must match format "uri"')),
        ({"url": "https://a.example/" + "x" * 2048}, ("url", "must NOT have more than 2048 characters")),
        ({"object": "customer"}, ("object", NOT_ONE_OF)),
        ({"object": "Inventory"}, ("object", NOT_ONE_OF)),
        ({"action": "Created"}, ("action", NOT_ONE_OF)),
        ({"notificationEmail": "nobody"}, ("notificationEmail", 'must match format "email"')),
    ],
)
def test_a_faulty_member_of_a_web_hook(api: Caller, body: dict[str, Any], fault: tuple[str, str]) -> None:
    is_invalid(api.post("/web-hook", HOOK | body), fault)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"code": "a b"}, ("code", 'must match pattern "^[A-Za-z0-9_-]+$"')),
        ({"code": "ä"}, ("code", 'must match pattern "^[A-Za-z0-9_-]+$"')),
        ({"dataType": "Text"}, ("dataType", NOT_ONE_OF)),
        ({"isRequired": "no"}, ("isRequired", "must be a boolean")),
        ({"dataType": "Select", "options": ["a", 1]}, ("options[1]", STRING)),
        ({"sortOrder": 1.5}, ("sortOrder", "must be a integer")),
        ({"objectType": "Customer"}, ("objectType", UNKNOWN)),
    ],
)
def test_a_faulty_member_of_a_definition(api: Caller, body: dict[str, Any], fault: tuple[str, str]) -> None:
    is_invalid(api.post("/meta-data-config/customer", CONFIG | body), fault)


def test_an_integer_written_as_a_float_is_an_integer(api: Caller) -> None:
    """JSON knows one kind of number."""
    customer = api.made("/customer", EMAILS)
    answer = api.request(
        "POST",
        f"/customer/{customer['id']}/credit-card",
        content=b'{"cardBrand":"Visa","maskedCardNumber":"*1111","tokenOnFile":"t","expiryMo":4.0,"expiryYr":2.03e3}',
    )
    assert answer.status_code == 201, answer.text
    assert b'"expiryMo":4,"expiryYr":2030,' in answer.content


def test_all_faults_come_at_once_missing_ones_first_then_unknown_ones_then_the_rest(api: Caller) -> None:
    """Missing in schema order, unknown in body order, faulty in schema order, descending into each."""
    body = {
        "zebra": 1,
        "stateCode": 5,
        "city": "<i>",
        "apple": 2,
        "phone": "+12",
        "birthDate": "yesterday",
        "isDefault": "no",
    }
    customer = api.made("/customer", EMAILS)
    is_invalid(
        api.post(f"/customer/{customer['id']}/address", body),
        ("firstName", REQUIRED),
        ("lastName", REQUIRED),
        ("address", REQUIRED),
        ("countryCode", REQUIRED),
        ("zebra", UNKNOWN),
        ("apple", UNKNOWN),
        ("birthDate", 'must match format "date"'),
        ("phone", 'must match format "phone"'),
        ("city", HTML),
        ("stateCode", STRING_OR_NULL),
        ("isDefault", "must be a boolean"),
    )


def test_the_order_holds_inside_each_element_too(api: Caller) -> None:
    body = {
        "flags": [{"x": 1, "content": 5}],
        "emails": [
            {"b": 1, "a": 2},
            {"email": "nobody", "id": "x", "c": 3},
            {"email": "fine@example.com"},
            {"email": ""},
        ],
        "firstName": 1,
    }
    is_invalid(
        api.post("/customer", body),
        ("firstName", STRING_OR_NULL),
        ("emails[0].email", REQUIRED),
        ("emails[0].b", UNKNOWN),
        ("emails[0].a", UNKNOWN),
        ("emails[1].c", UNKNOWN),
        ("emails[1].id", BAD_ID),
        ("emails[1].email", 'must match format "email"'),
        ("emails[3].email", 'must match format "email"'),
        ("flags[0].x", UNKNOWN),
        ("flags[0].content", STRING),
    )


def test_rules_between_members_take_their_places_among_the_faults(api: Caller) -> None:
    customer = api.made("/customer", EMAILS)
    body = {"firstName": "J", "address": "1 St", "city": "Napa", "countryCode": "US", "zipCode": "9", "x": 1}
    is_invalid(
        api.post(f"/customer/{customer['id']}/address", body),
        ("lastName", REQUIRED),
        ("stateCode", REQUIRED),
        ("x", UNKNOWN),
        ("zipCode", r'must match pattern "^\d{5}(-\d{4})?$"'),
    )


def test_on_put_nothing_is_required(api: Caller) -> None:
    made = api.made("/customer", EMAILS)
    assert api.changed(f"/customer/{made['id']}", {"firstName": "J"})["emails"] == made["emails"]


def test_on_put_a_required_member_can_not_be_cleared(api: Caller) -> None:
    made = api.made("/customer", EMAILS)
    is_invalid(api.put(f"/customer/{made['id']}", {"emails": None}), ("emails", "must be a array"))
    is_invalid(
        api.put(f"/customer/{made['id']}", {"emails": []}), ("emails", "must NOT have fewer than 1 items")
    )
    note = api.made("/note", {"content": "x", "customerId": made["id"]})
    is_invalid(api.put(f"/note/{note['id']}", {"content": None}), ("content", STRING))


def test_faults_of_a_put_come_in_the_same_order(api: Caller) -> None:
    made = api.made("/customer", EMAILS)
    body = {"x": 1, "hasAccount": True, "id": made["id"], "city": 1, "honorific": 2}
    is_invalid(
        api.put(f"/customer/{made['id']}", body),
        ("x", UNKNOWN),
        ("hasAccount", FIXED),
        ("id", UNKNOWN),
        ("honorific", STRING_OR_NULL),
        ("city", STRING_OR_NULL),
    )


def test_a_path_id_that_is_none_is_named_by_its_parameter(api: Caller) -> None:
    for path, *names in (
        ("/customer/x", "id"),
        ("/customer/x/address", "customerId"),
        ("/customer/x/address/y", "customerId", "id"),
        (f"/customer/{NIL}/address/y", "id"),
        ("/customer/x/credit-card/y", "customerId", "id"),
        ("/note/12345", "id"),
        ("/tag/customer/x", "id"),
        ("/meta-data-config/customer/x", "id"),
        (f"/web-hook/{NIL}0", "id"),
        (f"/customer/{NIL.replace('-', '')}", "id"),
        (f"/customer/{{{NIL}}}", "id"),
        ("/customer/%00", "id"),
        ("/customer/%ff", "id"),
    ):
        is_invalid(api.get(path), *((name, BAD_ID) for name in names))
    is_invalid(api.delete("/tag-x-object/customer/x/y"), ("tagId", BAD_ID), ("objectId", BAD_ID))
