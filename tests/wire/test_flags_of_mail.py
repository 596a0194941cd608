"""A14: the flag that keeps mail to customers from being sent. It is read, and never stored or returned."""

import pytest

from tests.callers import Caller
from tests.catalogue import UNKNOWN, is_answer, is_invalid, query_param

PLACE: dict[str, object] = {
    "firstName": "J",
    "lastName": "D",
    "address": "1 St",
    "city": "Oslo",
    "countryCode": "NO",
}


def _calls(api: Caller) -> list[tuple[str, str, dict[str, object]]]:
    customer = api.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    address = api.made(f"/customer/{customer}/address", PLACE)["id"]
    return [
        ("POST", "/customer", {"emails": [{"email": "one@b.co"}]}),
        ("PUT", f"/customer/{customer}", {"city": "Bergen"}),
        ("POST", f"/customer/{customer}/address", PLACE),
        ("PUT", f"/customer/{customer}/address/{address}", {"city": "Bergen"}),
        ("POST", "/customer-address", {**PLACE, "emails": [{"email": "two@b.co"}]}),
    ]


@pytest.mark.parametrize("value", ["true", "false", "", "1", "anything"])
def test_it_may_be_a_query_parameter_of_any_value(api: Caller, value: str) -> None:
    for method, path, body in _calls(api):
        answer = api.request(method, f"{path}?isSendTransactionEmail={value}", json=body)
        assert answer.is_success, answer.text
        assert "isSendTransactionEmail" not in answer.text


@pytest.mark.parametrize("value", [True, False])
def test_it_may_be_a_member_of_the_body(api: Caller, value: bool) -> None:
    for method, path, body in _calls(api):
        answer = api.request(
            method, f"{path}?isSendTransactionEmail=true", json={**body, "isSendTransactionEmail": value}
        )
        assert answer.is_success, answer.text
        assert "isSendTransactionEmail" not in answer.text


def test_alone_it_changes_nothing(api: Caller) -> None:
    made = api.made("/customer", {"emails": [{"email": "a@b.co"}]})
    assert api.changed(f"/customer/{made['id']}", {"isSendTransactionEmail": False}) == made


def test_other_calls_do_not_know_it(api: Caller) -> None:
    made = api.made("/customer", {"emails": [{"email": "a@b.co"}]})["id"]
    for method, path in (
        ("GET", f"/customer/{made}"),
        ("GET", "/customer"),
        ("DELETE", f"/customer/{made}"),
        ("POST", f"/customer/{made}/credit-card"),
        ("POST", "/note"),
        ("POST", "/tag/customer"),
    ):
        answer = api.request(method, f"{path}?isSendTransactionEmail=false")
        is_answer(answer, 422, query_param("isSendTransactionEmail"))
    body = {"content": "x", "customerId": made, "isSendTransactionEmail": False}
    is_invalid(api.post("/note", body), ("isSendTransactionEmail", UNKNOWN))
    body = {"emails": [{"email": "x@b.co"}], "isSendEmailConfirmation": False}
    is_invalid(api.post("/customer", body), ("isSendEmailConfirmation", UNKNOWN))
