"""A16: meta data of customers and addresses."""

from typing import Any

import pytest

from tests.callers import Caller, Site
from tests.catalogue import HTML, NOT_ONE_OF, REQUIRED, UNKNOWN, is_invalid

JANE = {"emails": [{"email": "jane@example.com"}]}


def _defined(api: Caller, code: str, data_type: str, options: list[str] | None = None) -> dict[str, Any]:
    body = {"title": code, "code": code, "dataType": data_type, "options": options or []}
    return api.made("/meta-data-config/customer", body)


def _customer(api: Caller) -> str:
    return f"/customer/{api.made('/customer', JANE)['id']}"


def test_it_is_null_until_a_value_was_set(api: Caller) -> None:
    at = _customer(api)
    assert api.seen(at)["metaData"] is None
    assert api.changed(at, {"metaData": {}})["metaData"] is None
    assert api.changed(at, {"metaData": None})["metaData"] is None


def test_a_put_merges_per_key_null_is_stored_and_null_for_all_removes(api: Caller) -> None:
    for code in ("a", "b", "c"):
        _defined(api, code, "String")
    at = _customer(api)
    assert api.changed(at, {"metaData": {"b": "1"}})["metaData"] == {"b": "1"}
    assert api.changed(at, {"metaData": {"a": "2"}})["metaData"] == {"b": "1", "a": "2"}
    assert api.changed(at, {"metaData": {"b": None}})["metaData"] == {"b": None, "a": "2"}
    before = api.seen(at)
    for same in ({}, {"a": "2"}, {"b": None}, before["metaData"]):
        assert api.changed(at, {"metaData": same}) == before
    assert api.changed(at, {"metaData": None})["metaData"] is None


@pytest.mark.parametrize(
    ("data_type", "fine", "refused"),
    [
        (
            "String",
            ["", "text", "a < b"],
            [(1, "must be a string,null"), (True, "must be a string,null"), ("<b>", HTML)],
        ),
        ("TextArea", ["one\ntwo"], [([], "must be a string,null"), ("</p>", HTML)]),
        ("HTML", ["<b>bold</b>", "plain"], [(1, "must be a string,null"), ({}, "must be a string,null")]),
        (
            "Date Picker",
            ["2024-01-31", "2024-01-31T10:00:00.000Z", "2024-01-31T10:00:00+02:00"],
            [
                ("yesterday", 'must match format "date-time"'),
                ("2024-02-30", 'must match format "date-time"'),
                (5, "must be a string,null"),
            ],
        ),
        (
            "Integer",
            [1, -5, "12", 3.0],
            [
                (1.5, "must be a integer"),
                ("x", "must be a integer"),
                ("1.5", "must be a integer"),
                (True, "must be a integer"),
                ([], "must be a integer"),
            ],
        ),
        (
            "Number",
            [1, 1.5, "1.5", "-2"],
            [
                ("x", "must be a number"),
                ("", "must be a number"),
                (False, "must be a number"),
                ("NaN", "must be a number"),
                ("Infinity", "must be a number"),
                ({}, "must be a number"),
            ],
        ),
        (
            "Yes / No",
            [True, False, "true", "false", "Yes", "No"],
            [("yes", NOT_ONE_OF), (1, NOT_ONE_OF), (0, NOT_ONE_OF), ([], NOT_ONE_OF)],
        ),
        ("True / False", [True, "No"], [("TRUE", NOT_ONE_OF), ("", NOT_ONE_OF)]),
    ],
)
def test_values_are_checked_by_data_type_and_returned_exactly_as_sent(
    api: Caller, data_type: str, fine: list[Any], refused: list[tuple[Any, str]]
) -> None:
    _defined(api, "key", data_type)
    at = _customer(api)
    for value in fine:
        shown = api.changed(at, {"metaData": {"key": value}})["metaData"]["key"]
        assert (shown, type(shown)) == (value, type(value))
    before = api.seen(at)
    for value, message in refused:
        is_invalid(api.put(at, {"metaData": {"key": value}}), ("metaData.key", message))
    assert api.seen(at) == before


def test_choices_are_among_the_options(api: Caller) -> None:
    for code, data_type in (("r", "Radio"), ("s", "Select"), ("c", "Checkbox")):
        _defined(api, code, data_type, ["Red", "White"])
    at = _customer(api)
    sent = {"r": "Red", "s": "White", "c": ["Red", "White"]}
    assert api.changed(at, {"metaData": sent})["metaData"] == sent
    assert api.changed(at, {"metaData": {"c": "Red"}})["metaData"]["c"] == "Red"
    for code, value in (
        ("r", "red"),
        ("r", ["Red"]),
        ("s", ""),
        ("c", ["Red", "Blue"]),
        ("c", "Blue"),
        ("c", [["Red"]]),
        ("s", 1),
    ):
        is_invalid(api.put(at, {"metaData": {code: value}}), (f"metaData.{code}", NOT_ONE_OF))


def test_an_unknown_code_is_an_unknown_member(api: Caller) -> None:
    _defined(api, "known", "String")
    at = _customer(api)
    for value in ("x", None):
        is_invalid(
            api.put(at, {"metaData": {"known": "x", "other": value, "Known": value}}),
            ("metaData.other", UNKNOWN),
            ("metaData.Known", UNKNOWN),
        )
    body = {"emails": [{"email": "b@example.com"}], "metaData": {"other": 1}}
    is_invalid(api.post("/customer", body), ("metaData.other", UNKNOWN))


def test_definitions_of_another_kind_of_record_or_tenant_are_unknown(site: Site, api: Caller) -> None:
    api.made("/meta-data-config/order", {"title": "T", "code": "key", "dataType": "String"})
    other = site.house.open().app()
    _defined(other, "key", "String")
    is_invalid(api.put(_customer(api), {"metaData": {"key": "x"}}), ("metaData.key", UNKNOWN))


def test_what_is_required_of_people_is_not_required_here(api: Caller) -> None:
    """`isRequired` binds user interfaces (MET-1)."""
    body = {"title": "T", "code": "key", "dataType": "String", "isRequired": True}
    api.made("/meta-data-config/customer", body)
    assert api.made("/customer", JANE)["metaData"] is None


def test_addresses_have_definitions_of_their_own(api: Caller) -> None:
    api.made("/meta-data-config/customer-address", {"title": "T", "code": "gate", "dataType": "String"})
    place = {"firstName": "J", "lastName": "D", "address": "1 St", "city": "Oslo", "countryCode": "NO"}
    at = _customer(api) + "/address"
    made = api.made(at, {**place, "metaData": {"gate": "1234"}})
    assert made["metaData"] == {"gate": "1234"}
    changed = api.changed(f"{at}/{made['id']}", {"metaData": {"gate": None}})
    assert changed["metaData"] == {"gate": None}


def test_values_of_a_deleted_definition_are_hidden_and_come_back_with_the_code(api: Caller) -> None:
    """B32."""
    config = _defined(api, "spouse", "String")
    _defined(api, "child", "String")
    at = _customer(api)
    api.changed(at, {"metaData": {"spouse": "Bo", "child": "Cy"}})
    before = api.seen(at)
    api.gone(f"/meta-data-config/customer/{config['id']}")
    assert api.seen(at) == before | {"metaData": {"child": "Cy"}}
    is_invalid(api.put(at, {"metaData": {"spouse": "Al"}}), ("metaData.spouse", UNKNOWN))
    _defined(api, "spouse", "String")
    shown = api.seen(at)
    assert shown["metaData"] == {"child": "Cy", "spouse": "Bo"}
    assert shown | {"metaData": None} == before | {"metaData": None}


def test_hiding_the_only_value_leaves_null(api: Caller) -> None:
    config = _defined(api, "spouse", "String")
    at = _customer(api)
    api.changed(at, {"metaData": {"spouse": "Bo"}})
    api.gone(f"/meta-data-config/customer/{config['id']}")
    assert api.seen(at)["metaData"] is None


class TestDefinitions:
    """B32."""

    def test_defaults_and_the_last_place(self, api: Caller) -> None:
        first = api.made(
            "/meta-data-config/club-membership", {"title": "A", "code": "a", "dataType": "String"}
        )
        assert first | {"id": "", "createdAt": "", "updatedAt": ""} == {
            "id": "",
            "title": "A",
            "objectType": "ClubMembership",
            "code": "a",
            "dataType": "String",
            "isRequired": False,
            "options": [],
            "sortOrder": 1,
            "createdAt": "",
            "updatedAt": "",
        }
        second = api.made(
            "/meta-data-config/club-membership",
            {"title": "B", "code": "b", "dataType": "String", "sortOrder": 7},
        )
        third = api.made(
            "/meta-data-config/club-membership", {"title": "C", "code": "c", "dataType": "String"}
        )
        other = api.made("/meta-data-config/order", {"title": "C", "code": "c", "dataType": "String"})
        assert [each["sortOrder"] for each in (second, third, other)] == [7, 8, 1]

    @pytest.mark.parametrize(
        ("word", "object_type"),
        [
            ("allocation", "Allocation"),
            ("club-membership", "ClubMembership"),
            ("collection", "Collection"),
            ("customer", "Customer"),
            ("customer-address", "CustomerAddress"),
            ("order", "Order"),
            ("product", "Product"),
            ("reservation", "Reservation"),
            ("experience", "Experience"),
        ],
    )
    def test_every_object_type_is_a_list_of_its_own(self, api: Caller, word: str, object_type: str) -> None:
        body = {"title": "T", "code": "c", "dataType": "String"}
        made = api.made(f"/meta-data-config/{word}", body)
        assert made["objectType"] == object_type
        elsewhere = "product" if word != "product" else "order"
        assert api.seen(f"/meta-data-config/{elsewhere}") == {"metaDataConfigs": [], "total": 0}
        for method in ("GET", "PUT", "DELETE"):
            answer = api.request(method, f"/meta-data-config/{elsewhere}/{made['id']}")
            assert answer.status_code == 404

    def test_a_code_is_unique_per_object_type_without_case(self, api: Caller) -> None:
        body = {"title": "T", "code": "Spouse", "dataType": "String"}
        api.made("/meta-data-config/customer", body)
        for code in ("Spouse", "spouse", "SPOUSE"):
            is_invalid(
                api.post("/meta-data-config/customer", {**body, "code": code}), ("code", "must be unique")
            )
        api.made("/meta-data-config/order", body)

    def test_is_unique_code_tells_beforehand(self, api: Caller) -> None:
        api.made("/meta-data-config/customer", {"title": "T", "code": "Spouse", "dataType": "String"})
        for kind, code, free in (
            ("customer", "Spouse", "false"),
            ("customer", "SPOUSE", "false"),
            ("customer", "%20spouse%20", "false"),
            ("customer", "child", "true"),
            ("order", "Spouse", "true"),
            ("customer", "%00", "true"),
            ("customer", "not%20a%20code", "true"),
        ):
            answer = api.get(f"/meta-data-config/{kind}/is-unique-code?code={code}")
            assert (answer.status_code, answer.text) == (200, f'{{"isUnique":{free}}}')

    def test_is_unique_code_needs_its_code(self, api: Caller) -> None:
        said = b'{"statusCode":422,"type":"validationError","message":"Query field:code is required"}'
        for query in ("", "?code=", "?code=%20"):
            answer = api.get(f"/meta-data-config/customer/is-unique-code{query}")
            assert (answer.status_code, answer.content) == (422, said)

    def test_options_belong_to_choices_and_only_to_them(self, api: Caller) -> None:
        at = "/meta-data-config/customer"
        for data_type in ("Radio", "Select", "Checkbox"):
            body = {"title": "T", "code": data_type, "dataType": data_type}
            is_invalid(api.post(at, body), ("options", REQUIRED))
            is_invalid(api.post(at, {**body, "options": []}), ("options", REQUIRED))
            made = api.made(at, {**body, "options": ["a", "b"]})
            is_invalid(api.put(f"{at}/{made['id']}", {"options": []}), ("options", REQUIRED))
            assert api.changed(f"{at}/{made['id']}", {"options": ["b", "c"]})["options"] == ["b", "c"]
        body = {"title": "T", "code": "t", "dataType": "String", "options": ["a"]}
        is_invalid(api.post(at, body), ("options", "not allowed"))

    def test_the_type_is_fixed_once_values_exist(self, api: Caller) -> None:
        config = _defined(api, "key", "String")
        at, customer = f"/meta-data-config/customer/{config['id']}", _customer(api)
        assert api.changed(at, {"dataType": "TextArea"})["dataType"] == "TextArea"
        api.changed(customer, {"metaData": {"key": "x"}})
        is_invalid(api.put(at, {"dataType": "String"}), ("dataType", "can not be changed"))
        assert api.changed(at, {"dataType": "TextArea", "title": "New"})["title"] == "New"
        api.changed(customer, {"metaData": None})
        assert api.changed(at, {"dataType": "String"})["dataType"] == "String"
