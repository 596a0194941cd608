"""The words in which a resource's members are declared.

A resource declares two TypedDicts: what may be written and what is returned. Their annotations are made
of the types below; `shapes` reads them once and everything else (validation, defaults, the OpenAPI
document) follows. Money is `Cents`, percentages of discounts are basis points, instants are UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from cellarhand.record import formats


@dataclass(frozen=True, slots=True)
class Format:
    """The form of a string: its name in messages, and the function that checks it."""

    name: str
    check: Callable[[str], str]
    # What the documentation says of a form that is not one of the kernel's: in words and as a pattern.
    says: str = ""
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """Characters of a string or elements of an array."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Default:
    """What the member is when it is not sent: on create, and in a replaced sub-object (reference A13)."""

    value: Any


@dataclass(frozen=True, slots=True)
class Spellings:
    """Other spellings that are accepted, and what is stored for them; compared without case on wish."""

    stored: dict[str, str]
    ignore_case: bool = False

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True, slots=True)
class Hint:
    """What the documentation says of a member beyond its type; a `shown` one stands in examples."""

    text: str
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    name: str


CREATE_ONLY = Marker("create only")
"""May on PUT only repeat the stored value (reference A1)."""
NUMERIC_STRING = Marker("numeric string")
"""An integer that may also come as a string of digits (reference A5.4)."""
DATA_ROLE = Marker("data role")
"""May be sent by an account with role Data alone (reference A17)."""
IMPORTED = Marker("imported")
"""May be sent in a bulk import alone: what the platform's own calls do not take (docs/bulk-import.md)."""
REFERENCE = Marker("reference")
"""An optional `id` that is another record's, in elements that have none of their own."""
CENTS = Marker("cents")
"""An integer that is money, in minor units of the tenant's currency (reference A1)."""

Uuid = Annotated[str, Format("uuid", formats.uuid)]
Instant = Annotated[str, Format("date-time", formats.date_time)]
Date = Annotated[str, Format("date", formats.date)]
BirthDate = Annotated[str, Format("date", formats.birth_date)]
Email = Annotated[str, Format("email", formats.email), Size(3, 254)]
Phone = Annotated[str, Format("phone", formats.phone)]
PersonName = Annotated[str, Format("name", formats.person_name), Size(0, 100)]
Text = Annotated[str, Format("text", formats.text), Size(0, 255)]
Title = Annotated[str, Format("title", formats.trimmed), Size(1, 255)]
FreeText = Annotated[str, Format("text", formats.free_text), Size(1, 5000)]
HttpsUrl = Annotated[str, Format("uri", formats.https_url), Size(0, 2048)]
WebUrl = Annotated[str, Format("uri", formats.web_url), Size(0, 2048)]
CountryCode = Annotated[str, Format("country", formats.country), Size(2, 2)]
StateCode = Annotated[str, Format("text", formats.trimmed), Size(0, 50)]
ZipCode = Annotated[str, Format("text", formats.trimmed), Size(0, 20)]
Cents = Annotated[int, Range(), CENTS]
