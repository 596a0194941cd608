"""Records as text: encoding, decoding, and the bytes of a page. Pure."""

from typing import Any

import msgspec

encode = msgspec.json.Encoder().encode
"""Compact JSON of plain data, members in their order."""
decode = msgspec.json.Decoder(dict[str, Any]).decode


def page(key: str, bodies: list[bytes], tail: bytes) -> bytes:
    """`{"customers":[...` and `tail`. All in one join: every further copy of a page costs as much again."""
    head = b'{"%b":[' % key.encode()
    if not bodies:
        return head + tail
    parts = [b","] * (2 * len(bodies) + 1)
    parts[0], parts[1::2], parts[-1] = head, bodies, tail
    return b"".join(parts)
