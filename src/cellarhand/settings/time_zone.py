"""The tenant's time zone decides when days and months begin (domain TIM-1)."""

from datetime import UTC as _UTC
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cellarhand.record.text import decode
from cellarhand.settings.setting import setting_text
from cellarhand.store.unit import ReadUnit

_EPOCH = datetime(1970, 1, 1, tzinfo=_UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = 86_400_000
UTC = ZoneInfo("UTC")


async def zone_of(unit: ReadUnit) -> ZoneInfo:
    """The zone of the unit's tenant."""
    text, _ = await setting_text(unit)
    return _zone(text)


@lru_cache(64)
def _zone(setting: bytes) -> ZoneInfo:
    """The zone that a stored setting names: the same text is asked for it with each order."""
    return ZoneInfo(decode(setting)["timeZone"])


def midnight(instant: int, zone: ZoneInfo, days: int = 0) -> int:
    """When the day begins that is `days` after the local day of `instant`."""
    day = (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone) + timedelta(days=days)
    return _instant(datetime(day.year, day.month, day.day, tzinfo=zone))


def month_begins(year: int, month: int, zone: ZoneInfo) -> int:
    """When a local month begins; a month above 12 is one of the next year."""
    return _instant(datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=zone))


def day_of(instant: int, zone: ZoneInfo, since_hour: int = 0) -> int:
    """The number of the local day of an instant; days that begin at that hour count from it."""
    local = (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone)
    return local.toordinal() - (local.hour < since_hour)


def date_of(instant: int, zone: ZoneInfo) -> str:
    """The local day of an instant, as dates are written."""
    try:
        return date.fromordinal(day_of(instant, zone)).isoformat()
    except OverflowError:
        # In the first and the last hours of the calendar there may be no local time.
        return date.fromordinal(_EPOCH.toordinal() + instant // _DAY).isoformat()


def year_of(instant: int, zone: ZoneInfo) -> int:
    """The calendar year of an instant in the zone."""
    day = date.fromordinal(_EPOCH.toordinal() + instant // _DAY)
    if (day.month, day.day) not in ((1, 1), (12, 31)):
        # No zone is a day away from UTC.
        return day.year
    try:
        return (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone).year
    except OverflowError:
        # In the first and the last hours of the calendar there may be no local time.
        return day.year


def _instant(local: datetime) -> int:
    return (local.astimezone(_UTC) - _EPOCH) // _MILLISECOND
