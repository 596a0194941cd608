"""What of a tenant's settings the admin site changes (domain SET-1, SET-2). The API has no call for it."""

import re
from typing import Annotated, Literal, TypedDict
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cellarhand.record import errors, formats
from cellarhand.record.formats import Refused
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode, encode
from cellarhand.record.types import (
    CountryCode,
    Default,
    Email,
    Format,
    HttpsUrl,
    Phone,
    Range,
    StateCode,
    Text,
    Title,
    WebUrl,
    ZipCode,
)
from cellarhand.record.validate import Record
from cellarhand.store.conditions import equal
from cellarhand.store.tables import Column

TimeFormat = Literal["12 Hour", "24 Hour"]
WeightUnit = Literal["Lbs", "Kg"]
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
FIXED_WITH_ORDERS = ("currency", "defaultWeightUnit")
HIDDEN_LOCATION = Column("location", "text", null=True)
"""Where the company is, as JSON: shop fronts are told, `GET /setting` does not have it."""
HIDDEN_LOYALTY = Column("loyalty", "text", null=True)
"""Whether there is loyalty, as JSON: the same."""
SWITCHED = {True: "Loyalty switched on", False: "Loyalty switched off"}
"""What the log calls it."""


def is_zone(name: str) -> bool:
    """Whether this names a time zone: an IANA name with a place, or UTC."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return "/" in name or name == "UTC"


def zones() -> list[str]:
    """The time zones that people choose from."""
    return sorted(name for name in available_timezones() if is_zone(name) and not name.startswith("Etc/"))


def is_currency(code: str) -> bool:
    return _CURRENCY.fullmatch(code) is not None


def _zone(value: str) -> str:
    if not is_zone(value):
        raise Refused("must be an IANA time zone, such as America/Los_Angeles")
    return value


def _currency(value: str) -> str:
    code = formats.trimmed(value).upper()
    if not is_currency(code):
        raise Refused("must be an ISO 4217 code, such as USD")
    return code


class LocationWrite(TypedDict, total=False):
    address: Annotated[Text, Default("")]
    address2: Annotated[Text | None, Default(None)]
    city: Annotated[Text, Default("")]
    stateCode: Annotated[StateCode, Default("")]
    zipCode: Annotated[ZipCode, Default("")]


class LoyaltyWrite(TypedDict, total=False):
    hasLoyalty: Annotated[bool, Default(False)]
    pointsOnCustomerCreate: Annotated[int, Range(0, 1_000_000), Default(0)]


class SettingWrite(TypedDict, total=False):
    companyName: Title
    businessNumber: Text | None
    primaryEmail: Email
    primaryPhone: Phone
    url: WebUrl
    logo: HttpsUrl | None
    emailLogo: HttpsUrl | None
    location: LocationWrite
    timeZone: Annotated[str, Format("zone", _zone)]
    timeFormat: TimeFormat
    currency: Annotated[str, Format("currency", _currency)]
    defaultCountryCode: CountryCode
    defaultWeightUnit: WeightUnit
    minimumAge: Annotated[int, Range(0, 99)]
    loyalty: LoyaltyWrite


async def keep_units(draft: Draft) -> None:
    """Amounts and weights of orders have no unit of their own: it stays once there is one (SET-2)."""
    changed = [m for m in FIXED_WITH_ORDERS if draft.sent.get(m, draft.before[m]) != draft.before[m]]
    if changed and await has_orders(draft):
        for member in changed:
            draft.faults.add(member, errors.CAN_NOT_CHANGE)


async def has_orders(draft: Draft) -> bool:
    # Orders know settings, and so their module imports this one.
    from cellarhand.orders.order import ORDER

    return await draft.unit.row(ORDER.table, ("id",), ()) is not None


async def put_location_aside(draft: Draft) -> None:
    """The address stands beside the record."""
    if "location" in draft.sent:
        sent: Record = draft.sent.pop("location")
        blank = dict.fromkeys(LocationWrite.__annotations__, "")
        place = encode({**blank, "address2": None, **sent}).decode()
        row = await draft.unit.row(draft.resource.table, ("location",), equal("id", draft.id))
        if row is not None and row[0] != place and (row[0] or any(sent.values())):
            draft.hidden["location"], draft.touched = place, True


async def put_loyalty_aside(draft: Draft) -> None:
    """So does whether there is loyalty."""
    if "loyalty" not in draft.sent:
        return
    sent: Record = draft.sent.pop("loyalty")
    row = await draft.unit.row(draft.resource.table, ("loyalty",), equal("id", draft.id))
    before: Record = decode(row[0]) if row and row[0] else dict.fromkeys(LoyaltyWrite.__annotations__, 0)
    if sent != before:
        draft.hidden["loyalty"], draft.touched = encode(sent).decode(), True
        if sent["hasLoyalty"] != before["hasLoyalty"]:
            draft.deed = SWITCHED[sent["hasLoyalty"]]


async def follow_loyalty(draft: Draft) -> None:
    """All customers show points and tier from now on, or none does."""
    if draft.deed in SWITCHED.values():
        # Customers know settings, and so what shows loyalty in them is above this module.
        from cellarhand.loyalty.standing import switch_in_customers

        await switch_in_customers(draft.unit, on=draft.deed == SWITCHED[True])


async def follow_zone(draft: Draft) -> None:
    """Customers show years and expiries of the tenant's own days: all are brought in step (GEN-6, CUS-9)."""
    # Customers know settings, and so their module imports this one.
    from cellarhand.customers.bulk import begin_following_zone

    zone = draft.record["timeZone"]
    if not draft.creating and zone != draft.before["timeZone"]:
        await begin_following_zone(draft.unit, draft.actor, zone)


def location_of(setting: Record, kept: str | None) -> Record:
    """Where the company is, as shop fronts are told."""
    place: Record = decode(kept) if kept else {}
    return {
        "company": setting["companyName"],
        "address": place.get("address", ""),
        "address2": place.get("address2"),
        "city": place.get("city", ""),
        "stateCode": place.get("stateCode", ""),
        "zipCode": place.get("zipCode", ""),
        "countryCode": setting["defaultCountryCode"],
        "phone": setting["primaryPhone"],
    }
