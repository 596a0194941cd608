"""The body of a request as JSON: what it may be, and how much of it is read (reference A2)."""

from collections.abc import Callable

from cellarhand.http.lines import Receive
from cellarhand.record import errors
from cellarhand.record.text import body_of


async def read_json(
    receive: Receive,
    headers: dict[bytes, bytes],
    most: int,
    read: Callable[[bytes], object] = body_of,
) -> object:
    """The body as `read` makes it of its bytes; an empty one reads as `{}`.

    E18 when it is no JSON, E20 when it says that it is something else, and 413 beyond `most` bytes.
    """
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) == 0:
        return {}
    announced = bool(length) or b"transfer-encoding" in headers
    if announced and not _reads_as_json(headers):
        # An empty body of whatever type is no fault; only the first bytes tell.
        if not await _has_bytes(receive):
            return {}
        raise errors.wrong_content_type()
    if length.isdigit() and int(length) > most:
        raise errors.too_large()
    raw = await _read(receive, most)
    if not raw:
        return {}
    return read(raw)


def _reads_as_json(headers: dict[bytes, bytes]) -> bool:
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"", b"identity"):
        return False
    sent = headers.get(b"content-type")
    if sent is None or sent == b"application/json":
        return True
    kind, _, rest = sent.decode("latin-1").lower().partition(";")
    if kind.strip() != "application/json":
        return kind.strip() == "" and not rest.strip()
    for parameter in filter(None, (each.strip() for each in rest.split(";"))):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            return False
    return True


async def _read(receive: Receive, most: int) -> bytes:
    """The whole body, refused as soon as it grows beyond `most` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise errors.not_json()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise errors.too_large()
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if len(parts) > 1 else part


async def _has_bytes(receive: Receive) -> bool:
    while True:
        message = await receive()
        if message.get("body"):
            return True
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return False
