"""How a shop front lays an address form out, by country (reference B33)."""

from typing import Any, NotRequired, TypedDict

from cellarhand.record import formats
from cellarhand.record.types import Text
from cellarhand.record.validate import Record


class AddressFormat(TypedDict):
    label: Text
    code: Text
    address: dict[str, Any]
    address2: dict[str, Any]
    zipCode: dict[str, Any]
    city: dict[str, Any]
    stateCode: dict[str, Any]
    formFormat: list[list[Text]]
    viewFormat: list[list[Text]]
    compliance: NotRequired[dict[str, Any]]


_ZIP: dict[str, Record] = {
    "US": {
        "normalize": {"regex": "[^0-9]", "regexFlags": "g", "value": ""},
        "format": {"minLength": 9, "regex": "^(\\d{5})(\\d{4})$", "regexFlags": "", "value": "$1-$2"},
        "validate": {"regex": "^\\d{5}(-\\d{4})?$", "errorMessage": "Enter a zip code such as 94558"},
    },
    "CA": {
        "normalize": {"regex": "[^A-Za-z0-9]", "regexFlags": "g", "value": ""},
        "format": {"minLength": 6, "regex": "^(.{3})(.{3})$", "regexFlags": "", "value": "$1 $2"},
        "validate": {
            "regex": "^[A-Za-z]\\d[A-Za-z] ?\\d[A-Za-z]\\d$",
            "errorMessage": "Enter a postal code such as V1A 1A1",
        },
    },
}
_LABELS = {"US": ("Zip Code", "State"), "CA": ("Postal Code", "Province"), "AU": ("Postcode", "State")}


def address_format(country: str) -> Record:
    """The form of one country; those without rules of their own have plain fields."""
    zip_label, state_label = _LABELS.get(country, ("Postal Code", "State / Region"))
    states = formats.states().get(country, {})
    zip_code: Record = {"label": zip_label, "autoComplete": "postal-code"}
    if country in _ZIP:
        zip_code |= {"isZipLookup": False, "helpLabel": "", **_ZIP[country]}
    return {
        "label": formats.countries().get(country, country),
        "code": country,
        "address": {"label": "Address", "autoComplete": "address-line1"},
        "address2": {
            "label": "Apartment, suite, unit",
            "isRequired": False,
            "description": "",
            "autoComplete": "address-line2",
        },
        "zipCode": zip_code,
        "city": {"label": "City", "autoComplete": "address-level2"},
        "stateCode": {
            "label": state_label,
            "autoComplete": "address-level1",
            "options": [{"value": code, "option": name} for code, name in states.items()],
            "states": states,
        },
        "formFormat": [["address"], ["address2"], ["city", "stateCode", "zipCode"]],
        "viewFormat": [["address"], ["address2"], ["city", "space", "stateCode", "space", "zipCode"]],
        "compliance": {},
    }
