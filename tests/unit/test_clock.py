"""Instants on the wire (reference A15)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2024-07-03T07:00:00.000Z", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03T07:00:00Z", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03T09:00:00+02:00", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03T02:30:00.5-0430", "2024-07-03T07:00:00.500Z"),
        ("2024-07-03T07:00:00.123999Z", "2024-07-03T07:00:00.123Z"),
        ("2024-07-03T07:00Z", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03", "2024-07-03T00:00:00.000Z"),
        ("1900-01-01", "1900-01-01T00:00:00.000Z"),
        ("2100-12-31T23:59:59.999Z", "2100-12-31T23:59:59.999Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_an_instant_is_echoed_in_utc_with_milliseconds(sent: str, stored: str) -> None:
    instant = clock.from_wire(sent)
    assert instant is not None
    assert clock.to_wire(instant) == stored


@pytest.mark.parametrize(
    "sent",
    [
        "2024-07-03T07:00:00",  # no zone
        "2024-13-01",
        "2023-02-29",
        "2024-07-03T24:00:00Z",
        "2024-07-03T07:60:00Z",
        "2024-07-03T07:00:00+24:00",
        "2024-07-03 07:00:00Z",
        "٢٠٢٤-٠٧-٠٣",
        "24-07-03",
        "yesterday",
        "",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_what_is_no_instant_is_refused(sent: str) -> None:
    assert clock.from_wire(sent) is None


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31, 23, 59, 59)))
def test_every_instant_survives_the_wire(moment: datetime) -> None:
    millis = int((moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000
    assert clock.from_wire(clock.to_wire(millis)) == millis


@given(st.lists(st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999), min_size=2))
def test_the_order_of_texts_is_the_order_of_instants(instants: list[int]) -> None:
    assert sorted(map(clock.to_wire, instants)) == list(map(clock.to_wire, sorted(instants)))


def test_the_clock_stands_still_while_frozen() -> None:
    with clock.frozen(1_000):
        assert clock.now() == 1_000
    assert clock.now() > 1_000
