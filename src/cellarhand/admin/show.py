"""How values are shown to people: money in the tenant's currency, times in its zone. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from cellarhand import clock

_SIGNS: Mapping[str, str] = {
    "USD": "$",
    "CAD": "$",
    "AUD": "$",
    "NZD": "$",
    "GBP": "£",
    "EUR": "€",
    "ZAR": "R",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Locale:
    """How one tenant reads: an ISO 4217 currency, an IANA zone, and whether its clock has 12 hours."""

    currency: str
    zone: str
    twelve_hours: bool = False

    @staticmethod
    def of(setting: Mapping[str, Any]) -> "Locale":
        return Locale(setting["currency"], setting["timeZone"], setting["timeFormat"] == "12 Hour")


def money(cents: object, locale: Locale) -> str:
    """`$1,234.50` of 123450; minus stands in front."""
    if not isinstance(cents, int):
        return NOTHING
    whole, part = divmod(abs(cents), 100)
    sign = _SIGNS.get(locale.currency, f"{locale.currency} ")
    return f"{'-' if cents < 0 else ''}{sign}{whole:,}.{part:02}"


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def moment(text: object, locale: Locale, *, seconds: bool = False) -> str:
    """`3 Jul 2024, 12:05 am` of an instant as the API has it; with seconds where many fall into a minute."""
    instant = clock.from_wire(text) if isinstance(text, str) else text
    if not isinstance(instant, int):
        return NOTHING
    utc = _EPOCH + timedelta(milliseconds=instant)
    try:
        local = utc.astimezone(_zone(locale.zone))
    except OverflowError:
        # The first and the last day there is, which programs write for none at all.
        local = utc
    hour, half = (
        (local.hour % 12 or 12, " am" if local.hour < 12 else " pm") if locale.twelve_hours else (0, "")
    )
    minute = f"{local:%M:%S}" if seconds else f"{local:%M}"
    time = f"{hour}:{minute}{half}" if half else f"{local:%H}:{minute}"
    return f"{local.day} {local:%b %Y}, {time}"


def day(text: object, locale: Locale) -> str:  # noqa: ARG001 - a date alone is the same in every zone
    """`3 Jul 2024` of `2024-07-03`."""
    instant = clock.date_from_wire(text[:10]) if isinstance(text, str) else None
    if instant is None:
        return NOTHING
    date = _EPOCH + timedelta(milliseconds=instant)
    return f"{date.day} {date:%b %Y}"


def plain(value: object, locale: Locale) -> str:  # noqa: ARG001 - one form for all that a column can show
    """Text, numbers and yes or no as they are."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:,}" if isinstance(value, int) else str(value)


def named(value: object, locale: Locale) -> str:  # noqa: ARG001 - as for `plain`
    """A number that is a name, such as an order's or a year: without separators."""
    return NOTHING if value is None else str(value)


def day_begins(date: str, locale: Locale, *, after: int = 0) -> int | None:
    """The instant when a day of the tenant begins, or that `after` days later; None where there is none.

    A midnight that summer time skips is the first instant after it (TIM-2).
    """
    midnight = clock.date_from_wire(date)
    if midnight is None:
        return None
    try:
        naive = (_EPOCH + timedelta(milliseconds=midnight, days=after)).replace(tzinfo=_zone(locale.zone))
        begins = naive.astimezone(UTC)
    except OverflowError:
        return None
    return round((begins - _EPOCH) / timedelta(milliseconds=1))


def cents_of(text: str) -> int | None:
    """Cents of an amount as people write it, `1,234.5` or `$12`; None when it is none."""
    written = text.strip().lstrip("$€£R").replace(",", "").strip()
    whole, _, part = written.partition(".")
    digits = whole.removeprefix("-")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 12:
        return None
    if part and (not part.isdecimal() or not part.isascii() or len(part) > 2):
        return None
    cents = int(digits) * 100 + int(part.ljust(2, "0") or "0")
    return -cents if whole.startswith("-") else cents


def whole_number(text: str) -> int | str:
    """A number that was typed; anything else as it is, for the API to say what is wrong with it."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else text


def decimal_number(text: str) -> float | str:
    """The same of a number that may have decimals; without them it is a whole one."""
    whole = whole_number(text)
    if isinstance(whole, int) or len(text) > 25 or not text.isascii():
        return whole
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def value_of(record: object, path: str) -> object:
    """The member at a path such as `emails.0.email`; None when it is not there."""
    for step in path.split("."):
        if isinstance(record, dict):
            record = cast(dict[str, object], record).get(step)
        elif isinstance(record, list):
            elements = cast(list[object], record)
            if step == "*":
                return ", ".join(str(element) for element in elements)
            record = elements[int(step)] if int(step) < len(elements) else None
        else:
            return None
    return record
