"""The query string of a list (reference A8 to A11)."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.note import NOTE
from cellarhand.record.errors import HouseError
from cellarhand.record.query import ListQuery, pairs_of, parse
from cellarhand.store.conditions import Among, Compare
from cellarhand.tags.tag import TAG

DAY = 86_400_000
JANUARY = 1_704_067_200_000  # 2024-01-01


def asked(text: str) -> ListQuery:
    return parse(CUSTOMER, pairs_of(text.encode()))


def refused(text: str) -> tuple[str, list[tuple[str, str]]]:
    with pytest.raises(HouseError) as caught:
        asked(text)
    return caught.value.message, [(f.field, f.message) for f in caught.value.faults or ()]


def test_nothing_asked_is_the_first_page_of_fifty() -> None:
    assert asked("") == ListQuery()
    assert asked("&&") == ListQuery()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("limit=0", ("limit", "must be >= 1")),
        ("limit=51", ("limit", "must be <= 50")),
        ("limit=-1", ("limit", "must be >= 1")),
        ("limit=x", ("limit", "must be a integer")),
        ("limit=1.5", ("limit", "must be a integer")),
        ("limit=" + "9" * 400, ("limit", "must be <= 50")),
        ("page=0", ("page", "must be >= 1")),
        ("page=one", ("page", "must be a integer")),
        ("cursor=first", ("cursor", 'must match format "uuid"')),
        ("createdAt=gte:2024-02-30", ("createdAt", 'must match format "date-time"')),
        ("createdAt=gte:2024-01-01T00:00:00", ("createdAt", 'must match format "date-time"')),
        ("createdAt=soon", ("createdAt", 'must match format "date-time"')),
        ("createdAt=btw:2024-01-01", ("createdAt", "must be two values separated by |")),
        ("orderCount=gt:many", ("orderCount", "must be a integer")),
        ("tagId=7", ("tagId", 'must match format "uuid"')),
        ("tagId=in:", ("tagId", "must NOT have fewer than 1 items")),
        ("q=" + "x" * 201, ("q", "must NOT have more than 200 characters")),
        ("lastName=a%00b", ("lastName", "contains invalid string")),
    ],
)
def test_a_value_that_can_not_be_read_is_named(text: str, fault: tuple[str, str]) -> None:
    assert refused(text) == ("One or more elements is missing or invalid", [fault])


def test_all_faulty_values_are_named_at_once() -> None:
    assert [field for field, _ in refused("limit=99&page=0&orderCount=x")[1]] == [
        "limit",
        "page",
        "orderCount",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sort=createdAt", "Invalid query param: sort"),
        ("limit=1&limit=2", "Invalid query param: limit"),
        ("Limit=1", "Invalid query param: Limit"),
        (
            "page=1&cursor=start",
            "Can not use both page and cursor for paging.  Must use one or the other.",
        ),
        ("createdAt=like:2024", "Invalid operator like"),
        ("createdAt=ne:2024-01-01", "Invalid operator ne"),
        ("createdAt=2024-01-01T10:00:00Z", "Invalid operator 2024-01-01T10"),
        ("orderCount=in:1,2", "Invalid operator in"),
        ("tagId=nin:3f0c7d8a-52a4-4a53-9a2b-0d6a3b0c1a11", "Invalid operator nin"),
    ],
)
def test_parameters_and_operators_are_the_documented_ones(text: str, message: str) -> None:
    assert refused(text) == (message, [])


def test_a_bare_date_is_the_whole_utc_day() -> None:
    assert asked("createdAt=2024-01-01").where == (
        Compare("created_at", ">=", JANUARY),
        Compare("created_at", "<", JANUARY + DAY),
    )


@pytest.mark.parametrize(
    "text",
    [
        "updatedAt=btw:2024-01-01|2024-01-02",
        "updatedAt=btw:2024-01-01%7C2024-01-02",
        "updatedAt=btw%3A2024-01-01T00%3A00%3A00.000Z%7C2024-01-02T00:00:00Z",
        "updatedAt=btw:+2024-01-01+|+2024-01-02",
        "updatedAt=btw:2024-01-01T02:00:00%2B02:00|2024-01-02",
    ],
)
def test_raw_and_percent_forms_read_alike(text: str) -> None:
    assert asked(text).where == (
        Compare("updated_at", ">=", JANUARY),
        Compare("updated_at", "<=", JANUARY + DAY),
    )


def test_an_empty_value_is_no_filter_and_not_paging() -> None:
    assert asked("tagId=&q=&page=&cursor=&limit=&createdAt=") == ListQuery()


def test_ids_are_compared_in_lower_case() -> None:
    upper = "3F0C7D8A-52A4-4A53-9A2B-0D6A3B0C1A11"
    found = parse(NOTE, pairs_of(f"customerId=in:{upper},{upper}".encode())).where
    assert found == (Among("customer_id", (upper.lower(), upper.lower())),)


def test_values_of_enumerations_are_case_sensitive() -> None:
    with pytest.raises(HouseError, match="missing or invalid"):
        parse(TAG, pairs_of(b"type=manual"))


def test_a_cursor_is_start_or_any_id() -> None:
    assert asked("cursor=start").cursor == "start"
    assert (
        asked("cursor=00000000-0000-0000-0000-000000000000").cursor == "0" * 8 + "-0000-0000-0000-" + "0" * 12
    )


@given(st.binary(max_size=200))
def test_no_query_string_breaks_the_parser(text: bytes) -> None:
    with contextlib.suppress(HouseError):
        parse(CUSTOMER, pairs_of(text))
