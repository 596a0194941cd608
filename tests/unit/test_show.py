"""How the site shows money and times, and reads what people type."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.admin.show import (
    Locale,
    cents_of,
    day,
    day_begins,
    decimal_number,
    moment,
    money,
    plain,
    value_of,
)

LA = Locale("USD", "America/Los_Angeles", twelve_hours=True)
PARIS = Locale("EUR", "Europe/Paris")


@pytest.mark.parametrize(
    ("cents", "locale", "expected"),
    [
        (123450, LA, "$1,234.50"),
        (-5, LA, "-$0.05"),
        (0, PARIS, "€0.00"),
        (100_000_000, Locale("CHF", "UTC"), "CHF 1,000,000.00"),
        (None, LA, "–"),
    ],
)
def test_money_is_shown_in_the_tenants_currency(cents: int | None, locale: Locale, expected: str) -> None:
    assert money(cents, locale) == expected


@given(st.integers(-(10**11), 10**11))
def test_money_is_read_as_it_was_shown(cents: int) -> None:
    assert cents_of(money(cents, LA).replace("$", "")) == cents
    assert Decimal(money(cents, LA).replace("$", "").replace(",", "")) * 100 == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *(("12", 1200), ("$12.5", 1250), ("-3.07", -307), (" 1,000.00 ", 100000)),
        *((text, None) for text in ("1.234", "a", "", ".", "1e3", "٣", "9" * 13, "1.-5")),
    ],
)
def test_an_amount_is_cents_or_nothing(text: str, cents: int | None) -> None:
    assert cents_of(text) == cents


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**8), 10**8))
def test_a_number_is_read_as_it_was_shown(number: float) -> None:
    assert decimal_number(str(number)) == number


@pytest.mark.parametrize("text", ["nan", "-inf", "1e999", "1,5", "٣", "", "9" * 30])
def test_what_is_no_number_stays_what_was_typed(text: str) -> None:
    assert decimal_number(text) == text


@pytest.mark.parametrize(
    ("instant", "locale", "expected"),
    [
        ("2024-07-03T07:05:00.000Z", LA, "3 Jul 2024, 12:05 am"),
        ("2024-07-03T06:59:59.999Z", LA, "2 Jul 2024, 11:59 pm"),
        ("2024-01-03T20:00:00.000Z", LA, "3 Jan 2024, 12:00 pm"),
        ("2024-07-03T22:05:00.000Z", PARIS, "4 Jul 2024, 00:05"),
        (0, Locale("USD", "UTC"), "1 Jan 1970, 00:00"),
        # What programs write for no date at all lies in no year elsewhere.
        ("0001-01-01T00:00:00.000Z", LA, "1 Jan 1, 12:00 am"),
        ("9999-12-31T23:59:59.999Z", PARIS, "31 Dec 9999, 23:59"),
        (None, LA, "–"),
        ("nonsense", LA, "–"),
    ],
)
def test_times_are_shown_in_the_tenants_zone(instant: object, locale: Locale, expected: str) -> None:
    assert moment(instant, locale) == expected


def test_a_date_is_the_same_everywhere() -> None:
    assert day("1980-07-03", LA) == day("1980-07-03", PARIS) == "3 Jul 1980"
    assert day(None, LA) == "–"


@pytest.mark.parametrize(
    ("date", "locale", "after", "expected"),
    [
        ("2024-07-03", LA, 0, "2024-07-03T07:00:00.000Z"),
        ("2024-07-03", LA, 1, "2024-07-04T07:00:00.000Z"),
        ("2024-11-03", LA, 1, "2024-11-04T08:00:00.000Z"),
        # Summer time begins at midnight there: the day begins at one o'clock.
        ("2024-09-08", Locale("CLP", "America/Santiago"), 0, "2024-09-08T04:00:00.000Z"),
    ],
)
def test_a_day_begins_when_it_does_in_the_tenants_zone(
    date: str, locale: Locale, after: int, expected: str
) -> None:
    assert clock.to_wire(day_begins(date, locale, after=after) or 0) == expected


@pytest.mark.parametrize(
    ("date", "locale", "after"), [("9999-12-31", LA, 1), ("0001-01-01", PARIS, 0), ("2024-02-30", LA, 0)]
)
def test_a_day_beyond_all_days_never_begins(date: str, locale: Locale, after: int) -> None:
    assert day_begins(date, locale, after=after) is None


def test_other_values_are_shown_as_they_are() -> None:
    assert [plain(value, LA) for value in (None, "", True, False, 12345, "text")] == [
        "–",
        "–",
        "Yes",
        "No",
        "12,345",
        "text",
    ]


def test_a_member_is_found_by_its_path() -> None:
    record = {"emails": [{"email": "a@b.example"}], "info": {"count": 3}}
    assert value_of(record, "emails.0.email") == "a@b.example"
    assert value_of(record, "info.count") == 3
    assert value_of(record, "emails.7.email") is None
    assert value_of(record, "info.count.more") is None
    assert value_of(record, "nothing") is None
