"""uvicorn's HTTP protocol, but an answer's head leaves together with its body.

By itself it writes the two one after the other: two system calls, two packets, and a client that is woken
twice. For a single record that is a tenth of all the work.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "
_INTERIM = b"HTTP/1.1 1"
_MOST_COPIED = 16_384

# Longer than clients and proxies keep a connection that rests (up to a minute): they close it, and never send
# into one that is just being closed.
SECONDS_AT_REST = 75


class OnePacket(HttpToolsProtocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, _Holding(cast(asyncio.Transport, transport))))

    def on_response_complete(self) -> None:
        # Answers to HEAD have no body that would take the head along.
        cast(_Holding, self.transport).flush()
        super().on_response_complete()


class _Holding:
    """A transport that holds the head of an answer back until what follows it is written."""

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        head = self._head
        if head:
            self._head = b""
            if len(data) > _MOST_COPIED:
                self._transport.writelines((head, data))
            else:
                self._transport.write(head + data)
        elif data.startswith(_HEAD) and not data.startswith(_INTERIM):
            self._head = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Write what is held back; a closed transport drops it, as it would have dropped the rest."""
        head, self._head = self._head, b""
        if head:
            self._transport.write(head)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
