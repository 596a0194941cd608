"""Settings, Company: who the winery is, and how it counts (SET-1, SET-2)."""

from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Saying
from cellarhand.admin.visit import Visit
from cellarhand.record.validate import Record
from cellarhand.settings.loyalty import loyalty_of
from cellarhand.settings.setting import SETTING, location_kept, setting_of
from cellarhand.settings.setting_write import location_of, zones

PATH = "/settings/company"
_CURRENCIES = ("USD", "CAD", "AUD", "NZD", "GBP", "EUR", "CHF", "ZAR", "ARS", "CLP")
_STAYS = "Fixed once there is an order: amounts and weights of orders keep no unit of their own."


async def _company(visit: Visit) -> Record:
    unit = visit.store.reading(visit.actor.tenant_id)
    setting, _ = await setting_of(unit)
    loyalty = await loyalty_of(unit)
    switch = {"hasLoyalty": loyalty.is_on, "pointsOnCustomerCreate": loyalty.points_on_create}
    return {**setting, "location": location_of(setting, await location_kept(unit)), "loyalty": switch}


async def _zones(_visit: Visit) -> list[Choice]:
    return [(name, name.replace("_", " ")) for name in zones()]


async def _currencies(_visit: Visit) -> list[Choice]:
    return [(code, code) for code in _CURRENCIES]


EDIT = EditScreen(
    SETTING,
    "company",
    PATH,
    (
        "companyName",
        "businessNumber",
        "primaryEmail",
        "primaryPhone",
        "url",
        "location",
        "timeZone",
        "timeFormat",
        "currency",
        "defaultCountryCode",
        "defaultWeightUnit",
        "minimumAge",
        "loyalty",
        "logo",
        "emailLogo",
    ),
    back=PATH,
    intro="What customers and staff are told of the winery, and the units that everything is counted in.",
    sayings={
        "companyName": Saying("Name"),
        "primaryEmail": Saying("E-mail", "Where customers write to"),
        "primaryPhone": Saying("Phone", "With the country's code, such as +1 707 555 0100"),
        "url": Saying("Web site"),
        "location": Saying("Address"),
        "location.stateCode": Saying("State or province"),
        "location.zipCode": Saying("Postal code"),
        "location.address": Saying("Street"),
        "location.address2": Saying("Street, second line"),
        "timeZone": Saying(
            "Time zone",
            "Decides when a day begins, in reports and for holds and birthdays. After a change a bulk job"
            " brings all customers in step.",
        ),
        "timeFormat": Saying("Clock"),
        "currency": Saying("Currency", _STAYS),
        "defaultCountryCode": Saying("Country"),
        "defaultWeightUnit": Saying("Unit of weight", _STAYS),
        "minimumAge": Saying("Minimum age", "Of who may buy, in years"),
        "loyalty": Saying(
            "Loyalty", "Tiers and points of customers; switched off, what there is of them waits"
        ),
        "loyalty.hasLoyalty": Saying("Customers gather points"),
        "loyalty.pointsOnCustomerCreate": Saying("Points of a new customer", "Given once"),
        "logo": Saying("Logo", "Address of a picture, with https"),
        "emailLogo": Saying("Logo in mails", "Address of a picture, with https"),
        "businessNumber": Saying("Business number"),
    },
    choices={"timeZone": _zones, "currency": _currencies},
    creates=False,
    single=_company,
)
SCREENS = EDIT.screens()
