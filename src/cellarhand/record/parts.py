"""A record's text taken apart at its top level alone: for replacing a few members of many texts.

The members stay text, so that what is not looked at is neither built nor written anew.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from cellarhand.record.validate import Record

Parts = dict[str, msgspec.Raw]

apart = msgspec.json.Decoder(Parts).decode
"""The members of a record, in order, each as its text; `operations.encode` puts them together."""


def part(value: object) -> msgspec.Raw:
    """A member made of a value."""
    return msgspec.Raw(msgspec.json.encode(value))


def value_of(text: msgspec.Raw) -> Any:
    """The value of a member."""
    return msgspec.json.decode(text)


def opened(text: bytes, names: Sequence[str]) -> Record:
    """A record of which the members `names` are values, as far as it has them, and all others still text."""
    record: Record = apart(text)
    for name in names:
        if name in record:
            record[name] = value_of(record[name])
    return record
