"""Periods that figures are shown for: days of the tenant in parts, and the same period before. Pure."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cellarhand.settings.time_zone import day_of, midnight
from cellarhand.store.conditions import Span

DAY, WEEK = timedelta(1), timedelta(7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Days(NamedTuple):
    """From one day to another, both included."""

    first: date
    last: date


class Period(NamedTuple):
    """Some days, the parts that they are shown in, and the days that they are compared with."""

    days: Days
    parts: tuple[Days, ...]
    before: Days


PERIODS = {"30": "30 days", "90": "90 days", "12": "12 months", "year": "this year"}
"""The periods by the word that an address says, and as people read them."""


def period(word: str, last: date) -> Period:
    """The period of that word that ends with the day `last`, in days, weeks or months."""
    if word == "30":
        days = Days(last - 29 * DAY, last)
        parts = [Days(days.first + place * DAY, days.first + place * DAY) for place in range(30)]
        return Period(days, tuple(parts), Days(days.first - 30 * DAY, days.first - DAY))
    if word == "90":
        days = Days(last - 89 * DAY, last)
        ends = [last - place * WEEK for place in range(12, -1, -1)]
        parts = [Days(max(end - 6 * DAY, days.first), end) for end in ends]
        return Period(days, tuple(parts), Days(days.first - 90 * DAY, days.first - DAY))
    months = last.month if word == "year" else 12
    parts = [_month(last, back) for back in range(months - 1, -1, -1)]
    days = Days(parts[0].first, last)
    return Period(days, tuple(parts), Days(a_year_before(days.first), a_year_before(days.last)))


def _month(last: date, back: int) -> Days:
    """The month so many before that of `last`; the month of `last` itself only up to it."""
    year, month = divmod(last.year * 12 + last.month - 1 - back, 12)
    first = date(year, month + 1, 1)
    if back == 0:
        return Days(first, last)
    return Days(first, (first + timedelta(31)).replace(day=1) - DAY)


def a_year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def span_of(days: Days, zone: ZoneInfo) -> Span:
    """The instants of these days in a zone."""
    return _begin(days.first, zone), _begin(days.last + DAY, zone)


def _begin(day: date, zone: ZoneInfo) -> int:
    # Noon, so that the local day is the one that is meant in every zone.
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return midnight((noon - _EPOCH) // timedelta(milliseconds=1), zone)


def local_day(instant: int, zone: ZoneInfo) -> date:
    """The day of the tenant that an instant lies in."""
    return date.fromordinal(day_of(instant, zone))
