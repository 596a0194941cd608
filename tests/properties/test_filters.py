"""Filters answer what a naive filter in Python over all records answers (reference A10, A11)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.record.search import fold
from tests.callers import Caller, House

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ["Ana", "Anna", "Ánna", "ann", "Bo", "O'Neil", "Mary Ann", "ZOË"]
FIRST_DAY = 1_700_000_000_000 // clock.DAY_MS * clock.DAY_MS
Record = dict[str, Any]


@pytest.fixture(scope="module")
def crowd(house: House) -> tuple[Caller, list[Record]]:
    """Forty customers of the Data role's, spread over ten days, some with tags."""
    site = house.open()
    api = site.person("Data")
    tags = [site.app().made("/tag/customer", {"title": f"t{n}", "type": "Manual"})["id"] for n in range(2)]
    for number in range(40):
        moment = clock.to_wire(FIRST_DAY + number * clock.DAY_MS // 4)
        api.made(
            "/customer",
            {
                "firstName": NAMES[number % len(NAMES)],
                "lastName": NAMES[number * 3 % len(NAMES)],
                "emails": [{"email": f"{'XyZ'[number % 3]}{number}@Example.com"}],
                "createdAt": moment,
                "updatedAt": clock.to_wire(FIRST_DAY + number * 7 % 40 * clock.DAY_MS // 4),
                "tags": [{"id": tag} for n, tag in enumerate(tags) if number % (n + 2) == 0],
            },
        )
    return api, everybody(api, "")


def everybody(api: Caller, filters: str) -> list[Record]:
    rows, cursor = list[Record](), "start"
    while True:
        answer = api.seen(f"/customer?limit=7&cursor={cursor}{filters}")
        rows += answer["customers"]
        if "cursor" not in answer:
            return rows
        cursor = answer["cursor"]


def expect(crowd: tuple[Caller, list[Record]], query: str, holds: Callable[[Record], bool]) -> None:
    """Cursor mode and page mode both answer what `holds` selects; `total` counts it."""
    api, people = crowd
    wanted = {row["id"] for row in people if holds(row)}
    assert {row["id"] for row in everybody(api, f"&{query}")} == wanted
    page = api.seen(f"/customer?limit=50&{query}")
    assert {row["id"] for row in page["customers"]} == wanted
    assert page["total"] == len(wanted)


def at(row: Record, member: str) -> int:
    instant = clock.from_wire(row[member])
    assert instant is not None
    return instant


moments = st.integers(-2, 50).map(lambda quarter: FIRST_DAY + quarter * clock.DAY_MS // 4)
members = st.sampled_from(["createdAt", "updatedAt"])
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


@MANY
@given(members, st.sampled_from(sorted(COMPARISONS)), moments)
def test_comparisons_of_dates(
    crowd: tuple[Caller, list[Record]], member: str, operator: str, moment: int
) -> None:
    holds = COMPARISONS[operator]
    expect(crowd, f"{member}={operator}:{clock.to_wire(moment)}", lambda row: holds(at(row, member), moment))


@MANY
@given(members, moments, moments)
def test_between_holds_both_ends_and_nothing_when_they_are_reversed(
    crowd: tuple[Caller, list[Record]], member: str, low: int, high: int
) -> None:
    query = f"{member}=btw:{clock.to_wire(low)}|{clock.to_wire(high)}"
    expect(crowd, query, lambda row: low <= at(row, member) <= high)


@MANY
@given(members, st.integers(-1, 12))
def test_a_bare_date_is_that_day(crowd: tuple[Caller, list[Record]], member: str, day: int) -> None:
    start = FIRST_DAY + day * clock.DAY_MS
    query = f"{member}={clock.to_wire(start)[:10]}"
    expect(crowd, query, lambda row: start <= at(row, member) < start + clock.DAY_MS)


@MANY
@given(st.sampled_from([*NAMES, "nobody"]), st.sampled_from([str.lower, str.upper, str]))
def test_last_names_are_equal_without_case(
    crowd: tuple[Caller, list[Record]], name: str, spell: Callable[[str], str]
) -> None:
    expect(crowd, f"lastName={spell(name)}", lambda row: fold(row["lastName"]) == fold(name))


@MANY
@given(moments, st.sampled_from(NAMES))
def test_several_filters_hold_together(crowd: tuple[Caller, list[Record]], moment: int, name: str) -> None:
    query = f"createdAt=gte:{clock.to_wire(moment)}&lastName={name}"
    expect(crowd, query, lambda row: at(row, "createdAt") >= moment and fold(row["lastName"]) == fold(name))


def test_tags_filter_by_their_holders(crowd: tuple[Caller, list[Record]]) -> None:
    tags = {tag["id"] for row in crowd[1] for tag in row["tags"]}
    assert len(tags) == 2
    for tag in tags:
        for name in ("tagId", "groupId"):
            expect(crowd, f"{name}={tag}", lambda row, tag=tag: any(t["id"] == tag for t in row["tags"]))
    expect(crowd, f"tagId=in:{','.join(sorted(tags))}", lambda row: bool(row["tags"]))


def words_of(row: Record) -> set[str]:
    entries = [fold(row["firstName"]), fold(row["lastName"]), *(fold(e["email"]) for e in row["emails"])]
    return {word for entry in entries for word in (entry, *entry.split(" "))}


@MANY
@given(st.sampled_from(["a", "an", "ann", "anna", "ÁNN", "o'n", "zoe", "mary", "x1", "y", "q", "ann@"]))
def test_search_finds_whoever_has_a_word_that_begins_so(
    crowd: tuple[Caller, list[Record]], text: str
) -> None:
    expect(crowd, f"q={text}", lambda row: any(word.startswith(fold(text)) for word in words_of(row)))


@MANY
@given(st.lists(st.sampled_from(["ann", "bo", "o'n", "zoe", "mary", "an"]), min_size=2, max_size=4))
def test_every_word_of_a_search_counts(crowd: tuple[Caller, list[Record]], words: list[str]) -> None:
    expect(
        crowd,
        f"q={'+'.join(words)}",
        lambda row: all(any(own.startswith(word) for own in words_of(row)) for word in words),
    )
