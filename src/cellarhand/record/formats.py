"""The forms a string may have (reference A15): each function returns the form that is stored, or refuses.

Pure functions of text. A refusal's text is the message of the fault (reference A5.4).
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from cellarhand import clock
from cellarhand.ids import parse_id
from cellarhand.record.errors import INVALID_STRING

CARD_NUMBER = re.compile(r"\d(?<!\d\d)(?:[ -]?\d){12,18}(?!\d)", re.ASCII)
_ISSUERS = re.compile(r"4|5[1-5]|2[2-7]|3[47]|30[0-5]|3[689]|35|6", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TAG_OPENS = re.compile(r"<[/!]?[A-Za-z]", re.ASCII)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 &\-./',()]*", re.ASCII)
_NAME_SIGNS = frozenset(" &-./',()")
EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@.<>\"(),:;\\]+(\.[^\s@.<>\"(),:;\\]+)+")
_MOST_MARKS = 30
"""So many marks on one letter are more than any script has (UAX #15, Stream-Safe Text Format)."""
_SEPARATORS = re.compile(r"[\s().\-/]+")
_E164 = re.compile(r"\+\d{7,15}", re.ASCII)
_HTTPS = re.compile(r"https://[^\s/?#@<>\"\\]+([/?#][^\s<>\"\\]*)?")
_CODE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ZIPS = {
    "US": re.compile(r"\d{5}(-\d{4})?", re.ASCII),
    "CA": re.compile(r"[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d", re.ASCII),
}


class Refused(ValueError):
    """A value that does not have the form; the text is the fault's message."""


def _format(name: str) -> Refused:
    return Refused(f'must match format "{name}"')


def _composed(value: str) -> str:
    """The text in NFC. A long run of marks out of order is refused: sorting it takes quadratic time."""
    if value.isascii() or unicodedata.is_normalized("NFC", value):
        return value
    marks = bytes(map(unicodedata.combining, value)).split(b"\0")
    if max(map(len, marks)) > _MOST_MARKS:
        raise Refused(INVALID_STRING)
    return unicodedata.normalize("NFC", value)


def text(value: str) -> str:
    """Plain text in NFC: no HTML, no control characters but tab and line ends."""
    if value.isascii():
        if value.isprintable() and "<" not in value:
            # What most texts are.
            return value
    else:
        value = _composed(value)
    if _CONTROL.search(value) or looks_like_html(value):
        raise Refused(INVALID_STRING)
    return value


def free_text(value: str) -> str:
    """Plain text that people write at length; a card number in it is refused (CRD-1)."""
    value = text(value)
    if holds_card_number(value):
        raise Refused(INVALID_STRING)
    return value


def trimmed(value: str) -> str:
    """Plain text whose outer blanks are cut: titles, codes (reference A13)."""
    return text(value).strip()


def html(value: str) -> str:
    """Text that may carry HTML, stored as sent; whoever shows it must clean it."""
    if _CONTROL.search(value):
        raise Refused(INVALID_STRING)
    return _composed(value)


def secret(value: str) -> str:
    """Any printable text, kept exactly as sent."""
    if _CONTROL.search(value):
        raise Refused(INVALID_STRING)
    return value


def looks_like_html(value: str) -> bool:
    """Whether `<`, perhaps `/` or `!`, a letter, anything and `>` follow each other somewhere."""
    end = value.rfind(">")
    return end > 0 and _TAG_OPENS.search(value, 0, end) is not None


def holds_card_number(value: str) -> bool:
    """Whether some run of 13 to 19 digits (blanks and dashes aside) is a card number by prefix and Luhn."""
    for found in CARD_NUMBER.finditer(value):
        digits = re.sub(r"[ -]", "", found[0])
        if _ISSUERS.match(digits) and _luhn(digits):
            return True
    return False


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        worth = int(digit) * (2 if place % 2 else 1)
        total += worth - 9 if worth > 9 else worth
    return total % 10 == 0


def person_name(value: str) -> str:
    """Letters of any script with marks, digits, blank and `& - . / ' , ( )`; outer blanks are cut."""
    value = value.strip()
    if _PLAIN_NAME.fullmatch(value):
        return value
    value = _composed(value)
    if all(c in _NAME_SIGNS or c.isalnum() or unicodedata.category(c)[0] == "M" for c in value):
        return value
    if looks_like_html(value):
        raise Refused(INVALID_STRING)
    raise Refused("contains invalid characters for a name")


def email(value: str) -> str:
    """One `@`, a dot in the domain, at most 254 characters; stored as sent without outer blanks."""
    value = value.strip()
    if len(value) > 254 or not EMAIL.fullmatch(value) or _CONTROL.search(value):
        raise _format("email")
    return _composed(value)


def uuid(value: str) -> str:
    parsed = parse_id(value)
    if parsed is None:
        raise _format("uuid")
    return parsed


def date_time(value: str) -> str:
    """Any ISO form of A15, echoed in the output form."""
    value = value.strip()
    instant = clock.from_wire(value)
    if instant is None:
        raise _format("date-time")
    return value if clock.is_output_form(value) else clock.to_wire(instant)


def date(value: str) -> str:
    if clock.date_from_wire(value) is None:
        raise _format("date")
    return value


def birth_date(value: str) -> str:
    """A date, not in the future and not before 1900 (reference A15)."""
    day = clock.date_from_wire(value)
    # A day begins first at UTC+14: what is today there is not in the future.
    if day is None or value < "1900-01-01" or day > clock.now() + 14 * 3_600_000:
        raise _format("date")
    return value


def https_url(value: str) -> str:
    value = value.strip()
    if _CONTROL.search(value):
        raise _format("uri")
    if not value.lower().startswith("https://"):
        raise Refused("must be https")
    if not _HTTPS.fullmatch("https://" + value[8:]):
        raise _format("uri")
    return value


def web_url(value: str) -> str:
    """An https URL, or one of plain http, for where that is allowed."""
    value = value.strip()
    if value.lower().startswith("http://"):
        https_url(f"https://{value[7:]}")
        return value
    return https_url(value)


def phone(value: str) -> str:
    """E.164 of a number that begins with `+`; a national one is left for `national_phone`."""
    value = value.strip()
    if not value.startswith("+"):
        if _CONTROL.search(value) or not any(c.isdigit() for c in value) or len(value) > 40:
            raise _format("phone")
        return value
    cleaned = _SEPARATORS.sub("", value)
    if not _E164.fullmatch(cleaned):
        raise _format("phone")
    return cleaned


def national_phone(value: str, country: str) -> str:
    """E.164 of `value` read as a number of `country` (ISO 3166-1 alpha-2)."""
    # Loading the numbering plans takes memory that most tenants never need.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        raise _format("phone") from None
    if not phonenumbers.is_possible_number(parsed):
        raise _format("phone")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def masked_card_number(value: str) -> str:
    """Asterisks and the last four digits: a full number can not be stored by accident (CRD-1)."""
    if not re.fullmatch(r"\*{1,15}\d{4}", value, re.ASCII):
        raise Refused('must match pattern "^\\*+[0-9]{4}$"')
    return value


def card_text(value: str) -> str:
    """Text of a card's members: whatever reads as a card number is refused (CRD-1)."""
    value = text(value)
    if not value:
        raise Refused("must NOT have fewer than 1 characters")
    if holds_card_number(value):
        raise Refused(INVALID_STRING)
    return value


def code(value: str) -> str:
    """Letters, digits, `-` and `_` (reference B32)."""
    value = value.strip()
    if not _CODE.fullmatch(value):
        raise Refused('must match pattern "^[A-Za-z0-9_-]+$"')
    return value


def country(value: str) -> str:
    """ISO 3166-1 alpha-2, upper case."""
    if value not in countries():
        raise Refused("must be equal to one of the allowed values")
    return value


def state_fits(state: str, country_code: str | None) -> bool:
    """Whether US, CA and AU know the state; every other country's are free (reference A15)."""
    known = states().get(country_code or "")
    return known is None or state in known


def zip_fits(value: str, country_code: str | None) -> bool:
    """Whether a US or CA postal code is well formed; every other country's are free (reference A15)."""
    pattern = _ZIPS.get(country_code or "")
    return pattern is None or pattern.fullmatch(value.strip()) is not None


@cache
def countries() -> dict[str, str]:
    """Country code to English name."""
    return {row[0]: row[1] for row in _rows("countries.tsv")}


@cache
def states() -> dict[str, dict[str, str]]:
    """Country code (US, CA, AU) to its states: code to name."""
    known: dict[str, dict[str, str]] = {}
    for country_code, state, name in _rows("regions.tsv"):
        known.setdefault(country_code, {})[state] = name
    return known


def _rows(name: str) -> list[list[str]]:
    lines = files("cellarhand.record").joinpath(name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]
