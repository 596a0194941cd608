"""Putting records together (reference A13)."""

from typing import Annotated, Any, NotRequired, TypedDict

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.record.assemble import assemble
from cellarhand.record.shapes import Shape
from cellarhand.record.types import Default, Text, Uuid


class Line(TypedDict):
    id: Uuid
    name: Text
    state: Annotated[Text, Default("Ok")]


class Totals(TypedDict):
    count: Annotated[int, Default(0)]
    names: Annotated[list[Text], Default([])]


class Sample(TypedDict):
    id: Uuid
    title: Text | None
    note: NotRequired[Text]
    lines: list[Line]
    totals: Totals
    tail: Annotated[int, Default(1)]


SHAPE = Shape.of(Sample)
ID = "3f0c7d8a-52a4-4a53-9a2b-0d6a3b0c1a11"


def test_members_stand_in_wire_order_whatever_the_order_of_the_body() -> None:
    record = assemble(SHAPE, {"tail": 5, "lines": [], "title": "x", "id": ID}, None)
    assert list(record) == ["id", "title", "lines", "totals", "tail"]
    assert record["totals"] == {"count": 0, "names": []}


def test_a_conditional_member_takes_its_place_when_it_comes() -> None:
    stored = assemble(SHAPE, {"id": ID, "title": "x", "lines": []}, None)
    assert list(assemble(SHAPE, {"note": "n"}, stored)) == ["id", "title", "note", "lines", "totals", "tail"]


def test_an_element_with_its_id_keeps_what_is_computed_and_one_without_is_new() -> None:
    stored = {"id": ID, "title": None, "lines": [{"id": ID, "name": "a", "state": "Bounced", "x": 1}]}
    lines = assemble(SHAPE, {"lines": [{"name": "b"}, {"id": ID, "name": "c"}]}, stored)["lines"]
    assert lines[1] == {"id": ID, "name": "c", "state": "Bounced", "x": 1}
    assert lines[0]["state"] == "Ok"
    assert lines[0]["id"] != ID


def test_defaults_are_not_shared_between_records() -> None:
    one, two = (assemble(SHAPE, {"title": None, "lines": []}, None) for _ in range(2))
    one["totals"]["names"].append("x")
    assert two["totals"]["names"] == []


unknown = st.dictionaries(
    st.from_regex(r"zz[a-z]{1,5}", fullmatch=True), st.integers() | st.none(), max_size=4
)


@given(unknown, st.text(max_size=5))
def test_members_that_nobody_knows_are_kept(extra: dict[str, Any], title: str) -> None:
    stored = {**assemble(SHAPE, {"id": ID, "title": "old", "lines": []}, None), **extra}
    record = assemble(SHAPE, {"title": title}, stored)
    assert {name: record[name] for name in extra} == extra
    assert record["title"] == title


@given(unknown)
def test_an_empty_update_changes_nothing(extra: dict[str, Any]) -> None:
    stored = {**assemble(SHAPE, {"id": ID, "title": "old", "lines": []}, None), **extra}
    assert assemble(SHAPE, {}, stored) == stored
