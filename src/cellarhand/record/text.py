"""Records as text: encoding, decoding, and the bytes of a page. Pure."""

from typing import Any

import msgspec

encode = msgspec.json.Encoder().encode
"""Compact JSON of plain data, members in their order."""
decode = msgspec.json.Decoder(dict[str, Any]).decode
MARK = "\x01"
"""Begins each string of a stored text that reading replaces (docs/decisions/0009); no checked text has it."""
_MARKED = encode(MARK)[1:-1]
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


def marked(text: bytes) -> bool:
    """Whether a text, or many joined, holds a mark. Most hold no backslash, and that shows sooner."""
    return b"\\" in text and _MARKED in text


def split(joined: bytes) -> list[bytes]:
    """The texts of records that were joined by commas."""
    return [bytes(text) for text in _elements(b"[%b]" % joined)]


def page(key: str, joined: bytes, tail: bytes) -> bytes:
    """`{"customers":[...` and `tail`. Copied once: every further copy of a page costs as much again."""
    return b"".join((b'{"%b":[' % key.encode(), joined, tail))
