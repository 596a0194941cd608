"""Bad days on demand: answers that a tenant's server gives instead of, or around, the real ones."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
ABORT = "cellarhand.abort"
"""The key of a scope under which the server's protocol leaves the means to drop the connection."""

_TOO_MANY = b'{"statusCode":429,"type":"tooManyRequests","message":"Too many requests","errors":[]}'
_FAILED = b'{"statusCode":%d,"type":"unknown","message":"something went wrong","errors":[]}'


@dataclass(slots=True)
class _Fault:
    kind: str
    left: int | None
    method: str | None
    path: str
    status: int = 500
    seconds: float = 0.0
    retry_after: int | None = None

    def meets(self, method: str, path: str) -> bool:
        return self.method in (None, method) and path.startswith(self.path)


class Faults:
    """The faults of one tenant; each is met by requests of that `method` below that `path`, `times` often.

    `times` None means until `clear()`. Of several that a request meets, the one set first is taken.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Fault] = []
        self.met = 0

    def rate_limited(
        self,
        times: int | None = 1,
        *,
        retry_after: int | None = 1,
        method: str | None = None,
        path: str = "",
    ) -> None:
        """429; `retry_after` in seconds, None leaves the header out, as the platform may."""
        self._add(_Fault("status", times, method, path, 429, retry_after=retry_after))

    def server_error(
        self, times: int | None = 1, *, status: int = 500, method: str | None = None, path: str = ""
    ) -> None:
        """An error of the 5xx kind, before anything was done."""
        self._add(_Fault("status", times, method, path, status))

    def slow(
        self, seconds: float, times: int | None = 1, *, method: str | None = None, path: str = ""
    ) -> None:
        """The right answer, so much later."""
        self._add(_Fault("slow", times, method, path, seconds=seconds))

    def broken(self, times: int | None = 1, *, method: str | None = None, path: str = "") -> None:
        """The connection breaks before anything was done."""
        self._add(_Fault("broken", times, method, path))

    def answer_lost(self, times: int | None = 1, *, method: str | None = None, path: str = "") -> None:
        """The request takes effect, and the connection breaks before its answer."""
        self._add(_Fault("lost", times, method, path))

    def truncated(self, times: int | None = 1, *, method: str | None = None, path: str = "") -> None:
        """Half of the right answer, as if it were all."""
        self._add(_Fault("truncated", times, method, path))

    def clear(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()

    def _add(self, fault: _Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def _take(self, method: str, path: str) -> _Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.meets(method, path):
                    self.met += 1
                    if fault.left is not None:
                        fault.left -= 1
                        if fault.left <= 0:
                            self._faults.remove(fault)
                    return fault
        return None


class FaultyApp:
    """An ASGI application around another one; it looks up the faults of the tenant that a request names."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.of: dict[bytes, Faults] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = None
        if scope["type"] == "http":
            tenant = next((value for name, value in scope["headers"] if name == b"tenant"), b"")
            faults = self.of.get(tenant.strip())
            path: str = scope["path"]
            fault = faults and faults._take(scope["method"], path.removeprefix("/v1"))  # pyright: ignore[reportPrivateUsage]
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind == "status":
            await _refuse(fault, send)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == "broken":
            await _abort(scope, receive)
        else:
            await self._spoilt(fault, scope, receive, send)

    async def _spoilt(self, fault: _Fault, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[MutableMapping[str, Any]] = []

        async def keep(message: MutableMapping[str, Any]) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        if fault.kind == "lost":
            await _abort(scope, receive)
            return
        body = b"".join(each.get("body", b"") for each in messages[1:])
        start = messages[0]
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        await _send(send, start["status"], headers, body[: len(body) // 2])


async def _abort(scope: Scope, receive: Receive) -> None:
    """Drop the connection, and be gone only when it is."""
    scope[ABORT]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(fault: _Fault, send: Send) -> None:
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    if fault.retry_after is not None:
        headers.append((b"retry-after", str(fault.retry_after).encode()))
    await _send(send, fault.status, headers, _TOO_MANY if fault.status == 429 else _FAILED % fault.status)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
