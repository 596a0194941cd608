"""An edit form that is sent as it was shown changes nothing, whatever the record holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.admin.customers import EDIT, EDIT_ADDRESS
from cellarhand.admin.forms import body_of, faults_of, inputs_of, values_of
from cellarhand.record.errors import Fault

TEXT = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)
CUSTOMER = inputs_of(EDIT.resource, EDIT.members)
ADDRESS = inputs_of(EDIT_ADDRESS.resource, EDIT_ADDRESS.members)


def _elements(part: str) -> st.SearchStrategy[Any]:
    return st.lists(st.fixed_dictionaries({"id": st.uuids().map(str), part: TEXT}), max_size=4)


@given(
    st.fixed_dictionaries(
        {
            "firstName": TEXT | st.none(),
            "birthDate": st.dates().map(str) | st.none(),
            "emails": _elements("email"),
            "phones": _elements("phone"),
        }
    )
)
def test_a_record_comes_back_as_it_went(record: dict[str, Any]) -> None:
    body = body_of(CUSTOMER, values_of(CUSTOMER, record), creating=False)
    assert {name: body[name] for name in record} == record


@given(st.booleans(), TEXT)
def test_a_tick_is_a_bool(default: bool, city: str) -> None:
    record = {"isDefault": default, "city": city}
    body = body_of(ADDRESS, values_of(ADDRESS, record), creating=False)
    assert (body["isDefault"], body["city"]) == (default, city)


@given(st.lists(TEXT | st.just(""), min_size=1, max_size=6))
def test_a_fault_of_an_element_stands_at_its_input(typed: list[str]) -> None:
    """Empty inputs are left out of the body, so that its places are not those of the form."""
    values = {f"emails.{place}.email": text for place, text in enumerate(typed)}
    sent = body_of(CUSTOMER, values, creating=True)["emails"]
    for place, element in enumerate(sent):
        found = faults_of(CUSTOMER, values, [Fault(f"emails[{place}].email", "wrong")])
        (name,) = found
        assert values[name] == element["email"]


def test_a_fault_without_an_input_is_told_on_top() -> None:
    found = faults_of(CUSTOMER, {}, [Fault("tags", "x"), Fault("firstName", "y"), Fault("flags[0].id", "z")])
    assert found == {"": "tags: x; flags[0].id: z", "firstName": "y"}
