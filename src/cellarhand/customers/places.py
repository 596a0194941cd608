"""Rules of places and phones that customers and addresses share (reference A15). Pure."""

from collections.abc import Mapping
from typing import Any, cast

from cellarhand.record import errors, formats
from cellarhand.record.errors import Faults
from cellarhand.record.formats import Refused
from cellarhand.record.resource import Draft

NEEDS_STATE = ("US", "CA", "AU")
_ZIP_PATTERNS = {"US": r"^\d{5}(-\d{4})?$", "CA": r"^[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d$"}
_PLACE = ("stateCode", "zipCode", "countryCode")


def check_place(draft: Draft) -> None:
    """State and postal code fit the country; only what this write sends is judged."""
    sent = draft.sent
    if draft.creating:
        judge_place(sent, "", draft.faults)
    elif any(member in sent for member in _PLACE):
        judge_place({member: draft.after(member) for member in _PLACE}, "", draft.faults)


def judge_place(place: Mapping[str, Any], prefix: str, faults: Faults) -> None:
    """Add the faults of state and postal code; `prefix` leads to the place, as in `shipTo.`."""
    state, zip_code, country = place.get("stateCode"), place.get("zipCode"), place.get("countryCode")
    if state and not formats.state_fits(state, country) and not faults.on(f"{prefix}stateCode"):
        faults.add(f"{prefix}stateCode", errors.NOT_ONE_OF)
    if zip_code and not formats.zip_fits(zip_code, country) and not faults.on(f"{prefix}zipCode"):
        faults.add(f"{prefix}zipCode", f'must match pattern "{_ZIP_PATTERNS[country or ""]}"')


def check_needed_state(draft: Draft) -> None:
    """An address in the US, Canada or Australia needs state and postal code (reference B4)."""
    if draft.after("countryCode") in NEEDS_STATE:
        for member in ("stateCode", "zipCode"):
            changes = member in draft.sent or "countryCode" in draft.sent
            if changes and not draft.after(member):
                draft.faults.require(member)


def check_phones(draft: Draft) -> None:
    """National numbers are read with the record's country, which they make necessary."""
    phones = cast(list[dict[str, Any]], draft.sent.get("phones") or [])
    for place, element in enumerate(phones):
        phone: str | None = element.get("phone")
        if phone is not None and not phone.startswith("+"):
            element["phone"] = international(draft, phone, f"phones[{place}].phone")


def international(draft: Draft, phone: str | None, field: str) -> str | None:
    """The E.164 form of a phone that passed the shape's check; a fault at `field` when there is none."""
    if phone is None or phone.startswith("+"):
        return phone
    country = cast(str | None, draft.after("countryCode"))
    if country is None:
        draft.faults.require("countryCode")
        return phone
    try:
        return formats.national_phone(phone, country)
    except Refused as refused:
        draft.faults.add(field, str(refused))
        return phone
