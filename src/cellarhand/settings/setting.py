"""A tenant's settings, for integrations and for the public web (reference B33)."""

from typing import Annotated, Any, Literal, TypedDict, cast

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.query import only
from cellarhand.record.resource import Log, Resource
from cellarhand.record.text import decode, encode
from cellarhand.record.types import CountryCode, Default, Instant, Text, Uuid
from cellarhand.record.validate import Record
from cellarhand.record.writing import insert_record
from cellarhand.settings.address_format import AddressFormat, address_format
from cellarhand.settings.setting_write import (
    HIDDEN_LOCATION,
    HIDDEN_LOYALTY,
    SettingWrite,
    TimeFormat,
    WeightUnit,
    follow_loyalty,
    follow_zone,
    keep_units,
    location_of,
    put_location_aside,
    put_loyalty_aside,
)
from cellarhand.store.tables import Column
from cellarhand.store.unit import ReadUnit, WriteUnit

WhenAsked = Literal["Only When Required", "Always", "Never"]


class BaseRoute(TypedDict):
    profile: Annotated[Text, Default("/profile")]
    product: Annotated[Text, Default("/product")]
    reservation: Annotated[Text, Default("/reservation")]
    checkout: Annotated[Text, Default("/checkout")]
    collection: Annotated[Text, Default("/collection")]
    cart: Annotated[Text, Default("/cart")]
    club: Annotated[Text, Default("/club")]


class Setting(TypedDict):
    id: Uuid
    companyName: Text
    businessNumber: Text | None
    logo: Text | None
    primaryEmail: Text
    primaryPhone: Text
    continueShopping: Text
    clubList: Text
    reservationList: Text
    routerType: Literal["Browser", "Hash"]
    url: Text
    timeZone: Text
    timeFormat: TimeFormat
    currency: Text
    defaultWeightUnit: WeightUnit
    defaultCountryCode: CountryCode
    operatingCountryCodes: list[CountryCode]
    operatingStateCodes: list[Text]
    usesOpusOneFedEx: bool
    emailLogo: Text | None
    minimumAge: int
    setupGuideStatus: Text
    baseRoute: BaseRoute


class Location(TypedDict):
    company: Text | None
    address: Text
    address2: Text | None
    city: Text
    stateCode: Text
    zipCode: Text
    countryCode: CountryCode
    phone: Text


class FacebookLogin(TypedDict):
    usesFacebookLogin: bool
    appId: Text | None


class GoogleLogin(TypedDict):
    usesGoogleLogin: bool
    clientId: Text | None


class Compliance(TypedDict):
    askForBillingAddress: WhenAsked
    askForBillingBirthdate: WhenAsked
    askForShippingBirthdate: WhenAsked


class Payment(TypedDict):
    gateway: Text


class ReservationSettings(TypedDict):
    leadTimeInHours: int
    availabilityStartTime: Text
    availabilityEndTime: Text
    availabilityStartGuestCount: int
    availabilityEndGuestCount: int


class ShipCompliant(TypedDict):
    usesShipCompliant: bool
    usesCarrierPickupLocations: bool
    carrierForPickupLocations: Text | None


class WineShipping(TypedDict):
    usesWineShipping: bool
    customerNumber: Text | None
    mode: Text | None


class LoyaltySettings(TypedDict):
    hasLoyalty: bool
    status: Text
    pointsOnCustomerCreate: int
    arePointsEarnedOnShipping: bool
    arePointsEarnedOnTaxes: bool
    redemptionRate: float
    redemptionLimitPercentage: int
    tiers: list[dict[str, Any]]


class Stripe(TypedDict):
    accountId: Text | None


class SettingForWeb(TypedDict):
    url: Text
    timeZone: Text
    timeFormat: TimeFormat
    defaultCountryCode: CountryCode
    defaultAddressFormat: AddressFormat
    currency: Text
    defaultWeightUnit: WeightUnit
    logo: Text | None
    location: Location
    logoLinkUrl: Text
    companyName: Text
    facebookLogin: FacebookLogin
    googleLogin: GoogleLogin
    primaryPhone: Text
    primaryEmail: Text
    continueShopping: Text
    routerType: Literal["Browser", "Hash"]
    baseRoute: BaseRoute
    clubList: Text
    reservationList: Text
    operatingCountryCodes: list[CountryCode]
    operatingStateCodes: list[Text]
    websiteMessages: dict[str, Any]
    minimumAge: int
    compliance: Compliance
    payment: Payment
    reservations: ReservationSettings
    shipCompliant: ShipCompliant
    wineShipping: WineShipping
    loyalty: LoyaltySettings
    hasClubs: bool
    hasReservations: bool
    hasAllocations: bool
    hasShipping: bool
    createdAt: Instant
    apps: list[dict[str, Any]]
    stripe: Stripe
    cached: bool


SETTING = Resource(
    name="setting",
    thing="Setting",
    path="/setting",
    key="settings",
    read=Setting,
    # Changed on the site alone: the API has no call for it.
    write=SettingWrite,
    operations=(),
    right="setting",
    permission="Setting",
    hidden=(Column("created_at", "int"), HIDDEN_LOCATION, HIDDEN_LOYALTY),
    prepare=(keep_units, put_location_aside, put_loyalty_aside),
    follow=(follow_zone, follow_loyalty),
    # Nobody still counts by the time zone that was, when those who follow the new one are gone through.
    spreads=True,
    log=Log(lambda _: "Settings"),
)
_BASE_ROUTE = {
    name: f"/{name}"
    for name in ("profile", "product", "reservation", "checkout", "collection", "cart", "club")
}


async def create_setting(
    unit: WriteUnit,
    *,
    company_name: str,
    email: str,
    phone: str,
    time_zone: str,
    currency: str,
    country: str,
    url: str,
) -> None:
    """The base settings of a new tenant (TEN-4)."""
    record: Record = {
        "id": new_id(),
        "companyName": company_name,
        "businessNumber": None,
        "logo": None,
        "primaryEmail": email,
        "primaryPhone": phone,
        "continueShopping": "/collection/wines",
        "clubList": "/clubs",
        "reservationList": "/reservations",
        "routerType": "Browser",
        "url": url,
        "timeZone": time_zone,
        "timeFormat": "12 Hour" if country in ("US", "CA", "AU") else "24 Hour",
        "currency": currency,
        "defaultWeightUnit": "Lbs" if country == "US" else "Kg",
        "defaultCountryCode": country,
        "operatingCountryCodes": [country],
        "operatingStateCodes": [],
        "usesOpusOneFedEx": False,
        "emailLogo": None,
        "minimumAge": 21 if country == "US" else 18,
        "setupGuideStatus": "Completed",
        "baseRoute": _BASE_ROUTE,
    }
    await insert_record(unit, SETTING, record, {"created_at": clock.now()})


async def setting_of(unit: ReadUnit) -> tuple[Record, int]:
    """The tenant's one settings record, and when it was made."""
    text, created_at = await setting_text(unit)
    return decode(text), created_at


async def setting_text(unit: ReadUnit) -> tuple[bytes, int]:
    """The same as stored."""
    rows = await unit.seldom_changed(SETTING.table, ("body", "created_at"), ())
    if not rows:
        raise errors.unauthorized()
    return rows[0][0], rows[0][1]


async def read_setting(call: Call) -> bytes:
    only(call.query, ())
    setting, _ = await setting_of(call.store.reading(call.actor.tenant_id))
    return encode({"settings": [setting]})


async def read_setting_for_web(call: Call) -> bytes:
    # Clubs, loyalty and zones know settings, and so their modules import this one.
    from cellarhand.clubs.uses import has_clubs_for_web
    from cellarhand.loyalty.uses import loyalty_for_web
    from cellarhand.settings.shipping import has_shipping

    only(call.query, ("version",))
    unit = call.store.reading(call.actor.tenant_id)
    setting, created_at = await setting_of(unit)
    told = for_web(setting, created_at, await location_kept(unit))
    has = {"hasClubs": await has_clubs_for_web(unit), "hasShipping": await has_shipping(unit)}
    return encode(told | has | {"loyalty": told["loyalty"] | await loyalty_for_web(unit)})


async def location_kept(unit: ReadUnit) -> str | None:
    """The company's address as it is kept."""
    row = await unit.row(SETTING.table, ("location",), ())
    return row[0] if row else None


def for_web(setting: Record, created_at: int, location: str | None = None) -> Record:
    """What a shop front may know; integrations that are not configured are off. No secret of any kind."""
    kept = cast(dict[str, Any], {name: setting.get(name) for name in SettingForWeb.__annotations__})
    return kept | {
        "defaultAddressFormat": address_format(setting["defaultCountryCode"]),
        "location": location_of(setting, location),
        "logoLinkUrl": setting["url"],
        "facebookLogin": {"usesFacebookLogin": False, "appId": None},
        "googleLogin": {"usesGoogleLogin": False, "clientId": None},
        "websiteMessages": {},
        "compliance": {
            "askForBillingAddress": "Only When Required",
            "askForBillingBirthdate": "Only When Required",
            "askForShippingBirthdate": "Only When Required",
        },
        "payment": {"gateway": "No Gateway"},
        "reservations": {
            "leadTimeInHours": 0,
            "availabilityStartTime": "10:00:00",
            "availabilityEndTime": "17:00:00",
            "availabilityStartGuestCount": 1,
            "availabilityEndGuestCount": 8,
        },
        "shipCompliant": {
            "usesShipCompliant": False,
            "usesCarrierPickupLocations": False,
            "carrierForPickupLocations": None,
        },
        "wineShipping": {"usesWineShipping": False, "customerNumber": None, "mode": None},
        "loyalty": {
            "hasLoyalty": False,
            "status": "Disabled",
            "pointsOnCustomerCreate": 0,
            "arePointsEarnedOnShipping": False,
            "arePointsEarnedOnTaxes": False,
            "redemptionRate": 0.01,
            "redemptionLimitPercentage": 100,
            "tiers": [],
        },
        "hasClubs": False,
        "hasReservations": False,
        "hasAllocations": False,
        "hasShipping": False,
        "createdAt": clock.to_wire(created_at),
        "apps": [],
        "stripe": {"accountId": None},
        "cached": False,
    }


SETTING_ACTIONS = (
    Action(
        "read-setting",
        "GET",
        "/setting",
        read_setting,
        "The tenant's settings, as a list of exactly one",
        right="setting",
        permission="Setting",
        answers=Setting,
        key="settings",
    ),
    Action(
        "read-setting-for-web",
        "GET",
        "/setting/for-web",
        read_setting_for_web,
        "What a shop front may know of the tenant",
        public=True,
        answers=SettingForWeb,
        query=("version",),
    ),
)
