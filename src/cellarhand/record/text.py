"""Records as text: encoding, decoding, and the bytes of a page. Pure."""

from typing import Any, cast

import msgspec

from cellarhand.record import errors

DEEPEST_BODY = 100

encode = msgspec.json.Encoder().encode
"""Compact JSON of plain data, members in their order."""
decode = msgspec.json.Decoder(dict[str, Any]).decode
MARK = "\x01"
"""Begins each string of a stored text that reading replaces (docs/decisions/0009); no checked text has it."""
_MARKED = encode(MARK)[1:-1]
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


def body_of(raw: bytes) -> object:
    """What was sent, decoded: E18 when it is no JSON, or nested beyond all sense."""
    try:
        body: object = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise errors.not_json() from None
    if raw.count(b"{") + raw.count(b"[") > DEEPEST_BODY and _deeper_than(DEEPEST_BODY, body):
        raise errors.not_json()
    return body


def _deeper_than(most: int, body: object) -> bool:
    """Whether objects and arrays stand in each other more than `most` deep."""
    level = [body]
    for _ in range(most):
        below: list[object] = []
        for each in level:
            if isinstance(each, dict):
                below += cast(dict[str, object], each).values()
            elif isinstance(each, list):
                below += cast(list[object], each)
        level = below
    return any(isinstance(each, dict | list) for each in level)


def marked(text: bytes) -> bool:
    """Whether a text, or many joined, holds a mark. Most hold no backslash, and that shows sooner."""
    return b"\\" in text and _MARKED in text


def split(joined: bytes) -> list[bytes]:
    """The texts of records that were joined by commas."""
    return [bytes(text) for text in _elements(b"[%b]" % joined)]


def page(key: str, joined: bytes, tail: bytes) -> bytes:
    """`{"customers":[...` and `tail`. Copied once: every further copy of a page costs as much again."""
    return b"".join((b'{"%b":[' % key.encode(), joined, tail))
