"""Records as text: encoding, decoding, and the bytes of a page. Pure."""

from typing import Any, cast

import msgspec

from cellarhand.record import errors

DEEPEST_BODY = 100

encode = msgspec.json.Encoder().encode
"""Compact JSON of plain data, members in their order."""
decode = msgspec.json.Decoder(dict[str, Any]).decode


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


def page(key: str, bodies: list[bytes], tail: bytes) -> bytes:
    """`{"customers":[...` and `tail`. All in one join: every further copy of a page costs as much again."""
    head = b'{"%b":[' % key.encode()
    if not bodies:
        return head + tail
    parts = [b","] * (2 * len(bodies) + 1)
    parts[0], parts[1::2], parts[-1] = head, bodies, tail
    return b"".join(parts)
