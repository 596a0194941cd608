"""Bodies against closed shapes (reference A5.4, A13)."""

from typing import Annotated, Any, Literal, Required, TypedDict

import pytest

from cellarhand.record.errors import Faults, HouseError
from cellarhand.record.shapes import Shape
from cellarhand.record.types import CREATE_ONLY, DATA_ROLE, Default, Instant, Range, Size, Title, Uuid
from cellarhand.record.validate import Turn, check_body

ID = "3f0c7d8a-52a4-4a53-9a2b-0d6a3b0c1a11"
OTHER = "9b1f0f6e-9b8c-4a0f-8f39-6f1f8a5f2b22"


class Part(TypedDict, total=False):
    id: Uuid
    name: Required[Title]
    size: Annotated[int | None, Range(0, 9), Default(None)]


class Sample(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE]
    title: Required[Title]
    kind: Required[Annotated[Literal["A", "B"], CREATE_ONLY]]
    at: Annotated[Instant | None, Default(None)]
    parts: Annotated[list[Part], Size(0, 3), Default([])]
    flag: Annotated[bool, Default(False)]
    rate: float


def check(
    body: Any, stored: dict[str, Any] | None = None, *, data_role: bool = False
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    shape = Shape.of(Sample)
    faults = Faults(shape.members)
    clean = check_body(shape, body, Turn(faults, data_role, stored))
    return clean, [(fault.field, fault.message) for fault in faults.in_order()]


STORED: dict[str, Any] = {
    "id": ID,
    "title": "Old",
    "kind": "A",
    "at": None,
    "parts": [{"id": ID, "name": "p", "size": 1, "seen": 4}],
    "flag": True,
    "count": 3,
    "createdAt": "2024-01-01T00:00:00.000Z",
}


def test_a_create_is_filled_with_defaults() -> None:
    assert check({"title": " Red ", "kind": "A"}) == (
        {"title": "Red", "kind": "A", "at": None, "parts": [], "flag": False},
        [],
    )


def test_all_faults_come_at_once_missing_then_unknown_then_wrong() -> None:
    body = {"zebra": 1, "flag": "yes", "parts": [{"size": 12, "odd": 1}, 7], "apple": 2, "at": "soon"}
    assert check(body)[1] == [
        ("title", "required"),
        ("kind", "required"),
        ("zebra", "invalid additional property"),
        ("apple", "invalid additional property"),
        ("at", 'must match format "date-time"'),
        ("parts[0].name", "required"),
        ("parts[0].odd", "invalid additional property"),
        ("parts[0].size", "must be <= 9"),
        ("parts[1]", "must be a object"),
        ("flag", "must be a boolean"),
    ]


def test_types_are_named_and_never_coerced() -> None:
    body = {"title": 7, "kind": "C", "at": 3, "parts": {}, "flag": 1, "rate": "1"}
    assert check(body)[1] == [
        ("title", "must be a string"),
        ("kind", "must be equal to one of the allowed values"),
        ("at", "must be a string,null"),
        ("parts", "must be a array"),
        ("flag", "must be a boolean"),
        ("rate", "must be a number"),
    ]


def test_a_whole_number_is_an_integer_however_it_is_written() -> None:
    clean, faults = check({"title": "x", "kind": "A", "parts": [{"name": "p", "size": 3.0}]})
    assert not faults
    assert clean["parts"][0]["size"] == 3
    for wrong in (3.5, True, "3"):
        assert check({"title": "x", "kind": "A", "parts": [{"name": "p", "size": wrong}]})[1]


def test_null_is_refused_where_it_means_nothing() -> None:
    assert check({"title": None, "kind": "A"})[1] == [("title", "must be a string")]


def test_sizes_of_strings_and_arrays() -> None:
    part = {"name": "p"}
    assert check({"title": "", "kind": "A"})[1] == [("title", "must NOT have fewer than 1 characters")]
    assert check({"title": "x" * 256, "kind": "A"})[1] == [
        ("title", "must NOT have more than 255 characters")
    ]
    assert check({"title": "x", "kind": "A", "parts": [part] * 4})[1] == [
        ("parts", "must NOT have more than 3 items")
    ]


def test_the_top_is_an_object() -> None:
    for body in ([], 1, "x", None):
        with pytest.raises(HouseError) as caught:
            check(body)
        assert [fault.message for fault in caught.value.faults or ()] == ["must be a object"]


def test_a_put_needs_nothing_and_fills_nothing_at_the_root() -> None:
    assert check({}, STORED) == ({}, [])


def test_a_sub_object_is_filled_on_put_too() -> None:
    clean, faults = check({"parts": [{"name": "new"}]}, STORED)
    assert (clean, faults) == ({"parts": [{"name": "new", "size": None}]}, [])


def test_what_can_not_be_written_may_be_repeated_and_nothing_else() -> None:
    assert check({"count": 3}, STORED) == ({}, [])
    assert check({"count": 4}, STORED)[1] == [("count", "can not be changed")]
    assert check({"parts": [{"id": ID, "name": "p", "seen": 4}]}, STORED)[1] == []
    assert check({"parts": [{"id": ID, "name": "p", "seen": 5}]}, STORED)[1] == [
        ("parts[0].seen", "can not be changed")
    ]


def test_true_is_not_one() -> None:
    assert check({"count": True}, {**STORED, "count": 1})[1] == [("count", "can not be changed")]


def test_identity_at_the_root_is_never_repeated_without_the_data_role() -> None:
    assert check({"id": ID, "createdAt": STORED["createdAt"]}, STORED)[1] == [
        ("id", "invalid additional property"),
        ("createdAt", "invalid additional property"),
    ]


def test_the_data_role_may_push_an_id() -> None:
    body = {"title": "x", "kind": "A", "id": ID.upper()}
    assert check(body, data_role=True)[0]["id"] == ID
    assert check(body)[1] == [("id", "invalid additional property")]


def test_an_immutable_member_may_be_repeated() -> None:
    assert check({"kind": "A"}, STORED) == ({}, [])
    assert check({"kind": "B"}, STORED)[1] == [("kind", "can not be changed")]


def test_ids_of_elements_belong_to_the_record() -> None:
    assert check({"parts": [{"id": OTHER, "name": "p"}]}, STORED)[1] == [("parts[0].id", "does not exist")]
    assert check({"parts": [{"id": OTHER, "name": "p"}]}, STORED, data_role=True)[1] == []
    twice = [{"id": ID, "name": "p"}, {"id": ID, "name": "q"}]
    assert check({"parts": twice}, STORED)[1] == [("parts[1].id", "must be unique")]


def test_a_value_of_any_form_holds_no_text_that_begins_as_marks_do() -> None:
    """A mark asks for what reading puts in (docs/decisions/0009); one from outside must not."""

    class Open(TypedDict, total=False):
        data: dict[str, Any]

    def said(data: Any) -> list[str]:
        faults = Faults()
        check_body(Shape.of(Open), {"data": data}, Turn(faults))
        return [fault.message for fault in faults.in_order()]

    mark = "\x01inventory"
    for data in ({"a": mark}, {mark: 1}, {"a": [{"b": [mark]}]}, {"a": {mark: None}}):
        assert said(data) == ["contains invalid string"]
    for data in ({"a": "x\x01"}, {"a": "\\u0001"}, {"a": [1, None, {"b": True}]}, {}):
        assert said(data) == []
