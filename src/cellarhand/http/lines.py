"""Bodies and answers that travel as lines (NDJSON): bounded memory, however long they are."""

import asyncio
import tempfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from cellarhand.record import errors

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

NDJSON = "application/x-ndjson"
SENT = (
    "One JSON object a line: a body of the resource's create, with the members of its path (`customerId`, "
    "`objectType`) among its own."
)
ANSWERED = (
    "One JSON object for each line sent, in order, once it is stored: `line` (its number, from 1), `result` "
    "(`created`, `updated`, `unchanged` or `refused`), `status` (that of a single call), `id` or `error`. "
    "Last an object with `summary`: how many lines there were of each result and, when not all could be "
    "taken, `stoppedAt` (the first line that was not) and `error`."
)
"""What lines hold, for the documents."""
# What one step of unpacking may yield, and one message of an answer.
_STEP = 256 * 1024
# An answer beyond this waits on the disk for a caller who does not read yet.
_IN_MEMORY = 1024 * 1024


class Disconnected(Exception):
    """The caller went away before the end of the body."""


def refuse_other_types(headers: dict[bytes, bytes]) -> None:
    """E20 unless the body is NDJSON, as it is or packed with gzip."""
    kind, _, _ = headers.get(b"content-type", NDJSON.encode()).decode("latin-1").lower().partition(";")
    packing = headers.get(b"content-encoding", b"identity").strip().lower()
    if kind.strip() != NDJSON or packing not in (b"", b"identity", b"gzip"):
        raise errors.wrong_content_type(NDJSON)


async def lines_of(receive: Receive, headers: dict[bytes, bytes], most: int) -> AsyncIterator[bytes | None]:
    """The lines of a body as they come; None for one of more than `most` bytes, which is let pass by.

    Raises E18 when packed bytes can't be unpacked, Disconnected when the body does not come to its end.
    """
    parts = _parts(receive)
    if headers.get(b"content-encoding", b"").strip().lower() == b"gzip":
        parts = _unpacked(parts)
    rest, too_long = b"", False
    async for part in parts:
        first, *more = part.split(b"\n")
        rest += first
        for line in more:
            yield None if too_long or len(rest) > most else rest
            rest, too_long = line, False
        if len(rest) > most:
            rest, too_long = b"", True
    if rest or too_long:
        yield None if too_long else rest


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _unpacked(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What packed parts hold, in steps: a small body that unpacks to a huge one is never in memory whole."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        async for part in parts:
            while part:
                if unpacking.eof:
                    # Files of gzip may follow each other.
                    unpacking = zlib.decompressobj(wbits=31)
                yield unpacking.decompress(part, _STEP)
                part = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
            while not unpacking.eof and (held := unpacking.decompress(b"", _STEP)):
                yield held
    except zlib.error:
        raise errors.not_json() from None
    if not unpacking.eof:
        raise errors.not_json()


class Answer:
    """An answer that goes out while it is made, to callers who read at once or only when all is sent.

    Whoever makes it never waits for whoever reads it: many clients read nothing before they have sent all,
    and would wait for us as we for them. What they do not read yet lies in a file.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by `end`
        self._written = self._sent = 0
        self._ended = False
        self._more = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._pass_on())

    def add(self, part: bytes) -> None:
        self._kept.seek(self._written)
        self._written += self._kept.write(part)
        self._more.set()

    async def end(self) -> None:
        """Send what is left."""
        self._ended = True
        self._more.set()
        try:
            await self._task
        finally:
            self._task.cancel()
            self._kept.close()

    async def _pass_on(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while self._sent < self._written:
                self._kept.seek(self._sent)
                part = self._kept.read(_STEP)
                self._sent += len(part)
                await self._send({"type": "http.response.body", "body": part, "more_body": True})
            if self._ended:
                await self._send({"type": "http.response.body", "body": b""})
                return
