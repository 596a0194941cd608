"""The least that a Python server can do: `python -m benchmarks.ceiling PORT FOLDER`.

It runs in the same uvicorn with the same settings as ours, so that what stands between them is ours alone.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_JSON = (b"content-type", b"application/json; charset=utf-8")


class Ceiling:
    """Answers the bytes of the file that the path names; to a POST what was sent, to lines a line each."""

    def __init__(self, answers: Path) -> None:
        self._answers = {f"/{path.name}": path.read_bytes() for path in answers.iterdir()}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _lifespan(receive, send)
            return
        if scope["path"] == "/lines":
            await _parse_only(receive, send)
            return
        if scope["method"] == "POST":
            status, body = 201, await _read(receive)
        else:
            status, body = 200, self._answers[scope["path"]]
        await answer(send, status, body)


async def answer(send: Send, status: int, body: bytes) -> None:
    headers = [_JSON, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _parse_only(receive: Receive, send: Send) -> None:
    """Take lines as they come, parse each and answer each."""
    await send({"type": "http.response.start", "status": 200, "headers": [_JSON]})
    answers: list[bytes] = []
    rest, more, number = b"", True, 0
    while more:
        message = await receive()
        more = message.get("more_body", False)
        *lines, rest = (rest + message.get("body", b"")).split(b"\n")
        for line in lines:
            number += 1
            told = {"line": number, "result": "created", "id": _decode(line)["id"]}
            answers.append(msgspec.json.encode(told) + b"\n")
    answers.append(b'{"summary":{"created":0}}\n')
    await send({"type": "http.response.body", "body": b"".join(answers)})


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body


def serve(app: Any, port: int) -> None:
    """The application in uvicorn as it comes, until it is ended."""
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        server_header=False,
    )


def main() -> None:
    port, folder = sys.argv[1:]
    serve(Ceiling(Path(folder)), int(port))


if __name__ == "__main__":
    main()
