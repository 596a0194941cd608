"""How two records differ: every difference has a path and a kind, and equal values have none."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand.record.text import encode
from cellarhand.resources import RESOURCES
from cellarhand.transfer.compare import differences
from cellarhand.transfer.money import NO_NUMBER, Sums, adder_of

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
RECORDS = st.dictionaries(st.text(min_size=1, max_size=4), VALUES, max_size=5)


def found(a: Any, b: Any) -> list[tuple[str, str]]:
    return [(each.place, each.kind) for each in differences(a, b)]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"x": 1}, {"x": 1}, []),
        ({"x": 1}, {"x": 2}, [("x", "value")]),
        ({"x": 1}, {"x": "1"}, [("x", "type")]),
        ({"x": 1}, {"x": True}, [("x", "type")]),
        ({"x": 0}, {"x": False}, [("x", "type")]),
        ({"x": None}, {}, [("x", "only in A")]),
        ({}, {"x": None}, [("x", "only in B")]),
        ({"x": None}, {"x": {}}, [("x", "type")]),
        ({"x": 1}, {"x": 1.0}, [("x", "text")]),
        ({"x": 1}, {"x": 1.5}, [("x", "value")]),
        ({"x": 0.0}, {"x": -0.0}, [("x", "text")]),
        ({"x": {"y": {"z": "a"}}}, {"x": {"y": {"z": "b"}}}, [("x.y.z", "value")]),
        ({"x": 1, "y": 2}, {"y": 2, "x": 1}, [("(record)", "text")]),
        ({"x": [1, 2]}, {"x": [2, 1]}, [("x", "order")]),
        ({"x": [1, 2]}, {"x": [1, 2, 3]}, [("x[2]", "only in B")]),
        ({"x": [1, 2]}, {"x": [1]}, [("x[1]", "only in A")]),
        ({"x": [{"a": 1}]}, {"x": [{"a": 2}]}, [("x[0].a", "value")]),
        ({"x": [1]}, {"x": [True]}, [("x[0]", "type")]),
        ({"x": [{"a": 1, "b": 2}]}, {"x": [{"b": 2, "a": 1}]}, [("x[0]", "text")]),
        ({"x": [{"id": "p"}, {"id": "q"}]}, {"x": [{"id": "q"}, {"id": "p"}]}, [("x", "order")]),
        ({"x": [{"id": "q", "n": 1}]}, {"x": [{"id": "p"}, {"id": "q", "n": 2}]},
         [("x[q].n", "value"), ("x[p]", "only in B")]),
        ({"x": [{"id": "p"}, {"id": "p"}]}, {"x": [{"id": "p"}]}, [("x[1]", "only in A")]),
    ],
)  # fmt: skip
def test_every_kind_of_difference(a: Any, b: Any, expected: list[tuple[str, str]]) -> None:
    assert found(a, b) == expected


@given(RECORDS)
def test_what_is_equal_does_not_differ(record: dict[str, Any]) -> None:
    assert found(record, copy.deepcopy(record)) == []


@given(RECORDS, RECORDS)
def test_what_differs_is_told_from_either_side(a: dict[str, Any], b: dict[str, Any]) -> None:
    """Nothing is the same but what is written in the same words."""
    assert (found(a, b) == []) is (_spelled(a) == _spelled(b))
    mirrored = {"only in A": "only in B", "only in B": "only in A"}
    assert sorted((place, mirrored.get(kind, kind)) for place, kind in found(a, b)) == sorted(found(b, a))


def _spelled(record: dict[str, Any]) -> str:
    """Its JSON; a number that is whole in either spelling keeps its own."""
    return json.dumps(record)


def _sums(name: str, *records: Any) -> Sums:
    resource = next(each for each in RESOURCES if each.name == name)
    add = adder_of(resource)
    assert add is not None
    sums: Sums = {}
    for record in records:
        add(encode(record), sums)
    return sums


def test_amounts_are_summed_by_path() -> None:
    one = {"id": "a", "orderInformation": {"lifetimeValue": 1950, "yearlyValue": {"2024": 5, "2025": 7}}}
    two = {"id": "b", "orderInformation": {"lifetimeValue": -50, "orderCount": 3}, "tags": []}
    assert _sums("customer", one, two, {"id": "c", "orderInformation": None}) == {
        "orderInformation.lifetimeValue": 1900,
        "orderInformation.yearlyValue.*": 12,
    }
    product = {"variants": [{"price": 100}, {"price": 250, "costOfGood": None}, {"comparePrice": 9}]}
    assert _sums("product", product, {"variants": []}) == {
        "variants[].price": 350,
        "variants[].comparePrice": 9,
    }


def test_what_is_no_amount_is_counted_and_not_lost() -> None:
    odd = {"orderInformation": {"lifetimeValue": "1950"}}
    even = {"orderInformation": {"lifetimeValue": 19.5, "grossProfit": 4}}
    assert _sums("customer", odd, even, {"orderInformation": 5}, {"orderInformation": [1]}) == {
        f"{NO_NUMBER}orderInformation.lifetimeValue": 2,
        "orderInformation.grossProfit": 4,
    }
    assert _sums("product", {"variants": {"price": 5}}, {"variants": [{"price": 5}, None]}) == {
        "variants[].price": 5
    }


def test_a_resource_without_money_has_nothing_to_add() -> None:
    assert adder_of(next(each for each in RESOURCES if each.name == "note")) is None
