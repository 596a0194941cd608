"""The only source of time. Instants are integers: milliseconds since 1970 in UTC.

On the wire an instant is `2024-07-03T07:00:00.000Z` (reference A15). Tests and the demo's generator
may set the clock with `frozen`.
"""

import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# UTC too; without a zone it is put into words sooner.
_PLAIN_EPOCH = datetime(1970, 1, 1)
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)
_OUR_FORM = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z", re.ASCII)
_MILLISECOND = timedelta(milliseconds=1)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)

# A record says the same moment many times over, and whoever follows from it reads them once more.
_MOST_KEPT = 4096

_frozen: list[int] = []
_ticks = [0]


def now() -> int:
    """This moment, in milliseconds since 1970 UTC."""
    return _frozen[-1] if _frozen else time.time_ns() // 1_000_000


def tick() -> int:
    """A number that is greater each time it is asked for: this moment in nanoseconds, or one more.

    Orders what happens within one millisecond; for events of one record, whose writers take turns.
    """
    _ticks[0] = max(time.time_ns(), _ticks[0] + 1)
    return _ticks[0]


@contextmanager
def frozen(at: int) -> Generator[None]:
    """Stop the clock at `at` for the length of the block."""
    _frozen.append(at)
    try:
        yield
    finally:
        _frozen.pop()


@lru_cache(_MOST_KEPT)
def to_wire(instant: int) -> str:
    """`2024-07-03T07:00:00.000Z`: always UTC, always milliseconds."""
    seconds, millis = divmod(instant, 1000)
    return f"{(_PLAIN_EPOCH + timedelta(seconds=seconds)).isoformat()}.{millis:03d}Z"


def is_output_form(text: str) -> bool:
    """Whether a text that is an instant (`from_wire`) is as `to_wire` writes it."""
    return len(text) == 24 and text[10] == "T" and text[19] == "." and text[23] == "Z"


def from_wire(text: str) -> int | None:
    """An instant from ISO 8601 with `Z` or an offset, or from a date (midnight UTC); else None."""
    # Of our own form, in which one moment is read many times; other texts may be of any length.
    return _known(text) if len(text) == 24 else _read(text)


def _read(text: str) -> int | None:
    if _OUR_FORM.fullmatch(text):
        try:
            return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
        except ValueError:
            return None
    matched = _INSTANT.fullmatch(text)
    if matched is None:
        return date_from_wire(text)
    year, month, day, hour, minute, second, fraction, _zulu, sign, off_hours, off_minutes = matched.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    offset = 0
    if sign:
        if int(off_hours) > 23 or int(off_minutes) > 59:
            return None
        offset = (int(off_hours) * 60 + int(off_minutes)) * (60_000 if sign == "+" else -60_000)
    millis = int((fraction or "0").ljust(3, "0")[:3])
    instant = (moment - _EPOCH) // _MILLISECOND + millis - offset
    return instant if _FIRST <= instant <= _LAST else None


_known = lru_cache(_MOST_KEPT)(_read)


def date_from_wire(text: str) -> int | None:
    """Midnight UTC of `YYYY-MM-DD`; None when it is no date."""
    matched = _DATE.fullmatch(text)
    if matched is None:
        return None
    try:
        day = date(int(matched[1]), int(matched[2]), int(matched[3]))
    except ValueError:
        return None
    return (day.toordinal() - _EPOCH.toordinal()) * DAY_MS


_FIRST = (date(1, 1, 1).toordinal() - _EPOCH.toordinal()) * DAY_MS
_LAST = (date(9999, 12, 31).toordinal() - _EPOCH.toordinal() + 1) * DAY_MS - 1
