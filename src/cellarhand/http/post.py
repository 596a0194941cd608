"""Posting web hooks: one connection an attempt, to an address that was checked (reference A19).

The name is resolved here, each address is checked, and the connection goes to that very address, so that a
name that answers differently the next moment changes nothing. Redirects are not followed, certificates are
verified against the name, and no more of an answer is read than is kept.
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from string import punctuation
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from cellarhand.events.letter import Letter, Outcome
from cellarhand.http.reach import may_reach

if TYPE_CHECKING:
    import httpcore

SECONDS_AN_ATTEMPT = 10.0
SECONDS_TO_CONNECT = 4.0
MOST_ADDRESSES = 4
MOST_KEPT = 16 * 1024
"""Bytes of a receiver's answer that the log keeps (reference B34)."""


class _Undeliverable(Exception):
    """Nothing can be sent there; the text says why, and goes into the log."""


@dataclass(frozen=True, slots=True)
class _Target:
    """A URL's parts, read once: what is checked is what is connected to."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.scheme == "https" else 80)
        return host if usual else f"{host}:{self.port}"


class HttpPost:
    """Sends letters. `reach` says how near they may go: public, loopback or private."""

    def __init__(self, reach: str, seconds: float = SECONDS_AN_ATTEMPT) -> None:
        self._reach = reach
        self._seconds = seconds
        self._tls: ssl.SSLContext | None = None
        self._resolving: dict[str, asyncio.Task[Any]] = {}

    async def __call__(self, letter: Letter) -> Outcome:
        ends = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(ends):
                target = _target_of(letter.url)
                addresses = await self._addresses(target)
                connection, response = await self._ask(letter, target, addresses)
        except TimeoutError:
            return Outcome(trouble=f"No answer within {self._seconds:g} seconds")
        except _Undeliverable as error:
            return Outcome(trouble=str(error))
        try:
            if 200 <= response.status < 300:
                return Outcome(response.status)
            return await _with_answer(response, ends)
        finally:
            await connection.aclose()

    async def _addresses(self, target: _Target) -> list[str]:
        """The addresses of the name that may be reached, in the system's order."""
        try:
            # Slow names are looked up once at a time, so that one hook does not take every look-up's thread.
            looking = self._resolving.get(target.host)
            if looking is None:
                found = asyncio.get_running_loop().getaddrinfo(target.host, None, type=socket.SOCK_STREAM)
                looking = self._resolving[target.host] = asyncio.ensure_future(found)
                looking.add_done_callback(lambda done: self._resolved(target.host, done))
            infos = await asyncio.shield(looking)
        except (OSError, UnicodeError) as error:
            raise _Undeliverable(f"The name {target.host} can not be resolved") from error
        addresses = list(dict.fromkeys(str(info[4][0]) for info in infos))
        allowed = [each for each in addresses if may_reach(self._reach, target.scheme, each)]
        if not allowed:
            raise _Undeliverable(f"Web hooks may not go to {target.scheme}://{target.authority}")
        return allowed[:MOST_ADDRESSES]

    def _resolved(self, host: str, done: "asyncio.Task[Any]") -> None:
        self._resolving.pop(host, None)
        if not done.cancelled():
            done.exception()

    async def _ask(
        self, letter: Letter, target: _Target, addresses: list[str]
    ) -> "tuple[httpcore.AsyncHTTPConnection, httpcore.Response]":
        """Send to the first address that takes the connection, and read the answer's head."""
        # Most servers send no hook for hours: what it takes is loaded by the first that does.
        import httpcore

        if self._tls is None and target.scheme == "https":
            self._tls = await asyncio.to_thread(httpcore.default_ssl_context)
        failure: Exception | None = None
        for address in addresses:
            place = httpcore.URL(scheme=target.scheme, host=address, port=target.port, target=target.target)
            connection = httpcore.AsyncHTTPConnection(place.origin, self._tls)
            extensions = {"timeout": {"connect": SECONDS_TO_CONNECT}, "sni_hostname": target.host}
            headers = [("host", target.authority), *letter.headers.items()]
            headers += [("content-length", str(len(letter.body))), ("connection", "close")]
            request = httpcore.Request(
                "POST", place, headers=headers, content=letter.body, extensions=extensions
            )
            try:
                return connection, await connection.handle_async_request(request)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
                raise _Undeliverable("The connection was closed, or its answer was no HTTP") from error
        if isinstance(getattr(failure, "__cause__", None), ssl.SSLError):
            raise _Undeliverable("The receiver's certificate can not be trusted") from failure
        raise _Undeliverable("No connection could be made") from failure


async def _with_answer(response: "httpcore.Response", ends: float) -> Outcome:
    """The outcome of a refusal, with as much of its body as comes in time and is kept."""
    import httpcore

    kept = bytearray()
    try:
        async with asyncio.timeout_at(ends):
            async for chunk in response.aiter_stream():
                kept += chunk
                if len(kept) > MOST_KEPT:
                    break
    except (TimeoutError, httpcore.NetworkError, httpcore.ProtocolError):
        pass
    return Outcome(response.status, bytes(kept[:MOST_KEPT]), len(kept) > MOST_KEPT)


def _target_of(url: str) -> _Target:
    """The parts of a URL. Raises _Undeliverable when it has none that can be used."""
    try:
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or (443 if scheme == "https" else 80)
    except ValueError as error:
        raise _Undeliverable("The URL can not be read") from error
    if scheme not in ("https", "http") or not host:
        raise _Undeliverable("The URL can not be read")
    query = f"?{parts.query}" if parts.query else ""
    # What was registered with characters beyond ASCII travels in their percent form.
    return _Target(scheme, host, port, quote((parts.path or "/") + query, safe=punctuation))
