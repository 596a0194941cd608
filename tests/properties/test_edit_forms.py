"""An edit form that is sent as it was shown changes nothing, whatever the record holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.admin.customers import EDIT, EDIT_ADDRESS
from cellarhand.admin.filled import body_of, changed_meanwhile, faults_of
from cellarhand.admin.forms import Input, inputs_of, values_of
from cellarhand.admin.product_form import EDIT as EDIT_PRODUCT
from cellarhand.record.errors import Fault

TEXT = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)
OWN = {"metaData"}
"""What a tenant's own definitions make inputs of."""
CUSTOMER = inputs_of(EDIT.resource, [name for name in EDIT.members if name not in OWN])
ADDRESS = inputs_of(EDIT_ADDRESS.resource, [name for name in EDIT_ADDRESS.members if name not in OWN])
PRODUCT = inputs_of(
    EDIT_PRODUCT.resource,
    [name for name in EDIT_PRODUCT.members if name not in OWN],
    EDIT_PRODUCT.sayings,
    {"collections": [("a", "A")], "departmentId": [("b", "B")]},
    creating=False,
)


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


CENTS = st.integers(0, 10**9)
VARIANT = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "title": TEXT,
        "sku": TEXT,
        "upcCode": TEXT | st.none(),
        "volumeInML": st.integers(0, 9000) | st.none(),
        "costOfGood": CENTS | st.none(),
        "price": CENTS,
        "comparePrice": CENTS | st.none(),
        "bottleDeposit": CENTS,
        "hasInventory": st.booleans(),
        "hasShipping": st.booleans(),
        "taxType": st.sampled_from(("Wine", "Food")),
        "weight": st.floats(0, 1000).map(lambda weight: round(weight, 3)),
    }
)
STATES = st.none() | st.lists(TEXT.filter(lambda text: len(text.splitlines()) == 1), min_size=1, max_size=3)


@given(st.lists(VARIANT, min_size=1, max_size=4), st.integers(0, 9999) | st.none(), STATES)
def test_variants_and_groups_come_back_as_they_went(
    variants: list[dict[str, Any]], vintage: int | None, states: list[str] | None
) -> None:
    wine = {"type": "Red", "varietal": None, "countryCode": "FR", "region": None, "vintage": vintage}
    regions = {"isOverride": True, "operatingStateCodes": states, "operatingCountryCodes": None}
    record = {
        "title": "Wine",
        "variants": variants,
        "wine": {**wine, "appellation": None},
        "overrideOperatingRegions": regions,
        "collections": [{"id": "a", "title": "A"}],
    }
    values = values_of(PRODUCT, record)
    body = body_of(PRODUCT, values, creating=False)
    for sent, kept in zip(body["variants"], variants, strict=True):
        assert {name: sent[name] for name in kept} == kept
    assert body["wine"] == record["wine"]
    assert body["overrideOperatingRegions"] == regions
    assert body["collections"] == [{"id": "a"}]
    assert changed_meanwhile(PRODUCT, values, values) == {}


def test_only_what_was_changed_of_meta_data_is_sent() -> None:
    """The API merges it: what another wrote meanwhile, or what no input can show, stays."""
    parts = (Input("a", "A", "text", nullable=True), Input("b", "B", "many", choices=(("x", "X"),)))
    inputs = [Input("metaData", "Meta data", "group", parts=parts, merged=True)]
    values = values_of(inputs, {"metaData": {"a": "old", "b": "x", "c": "kept"}})
    assert body_of(inputs, values, creating=False) == {}
    assert body_of(inputs, {**values, "metaData.a": ""}, creating=False) == {"metaData": {"a": None}}
    emptied = {name: value for name, value in values.items() if name != "metaData.b.x"}
    assert body_of(inputs, emptied, creating=False) == {"metaData": {"b": []}}
