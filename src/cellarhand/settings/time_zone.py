"""The tenant's time zone decides when days and months begin (domain TIM-1)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cellarhand.settings.setting import setting_of
from cellarhand.store.unit import ReadUnit

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


async def zone_of(unit: ReadUnit) -> ZoneInfo:
    """The zone of the unit's tenant."""
    setting, _ = await setting_of(unit)
    return ZoneInfo(setting["timeZone"])


def midnight(instant: int, zone: ZoneInfo, days: int = 0) -> int:
    """When the day begins that is `days` after the local day of `instant`."""
    day = (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone) + timedelta(days=days)
    return _instant(datetime(day.year, day.month, day.day, tzinfo=zone))


def month_begins(year: int, month: int, zone: ZoneInfo) -> int:
    """When a local month begins; a month above 12 is one of the next year."""
    return _instant(datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=zone))


def _instant(local: datetime) -> int:
    return (local.astimezone(UTC) - _EPOCH) // _MILLISECOND
