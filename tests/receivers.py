"""Receivers of web hooks: real HTTP servers that remember what came, and answer as they are told."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECONDS = 20
CERTIFICATE = Path(__file__).parent / "localhost.pem"
"""Names localhost alone, and is signed by nobody but itself."""


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    text: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def payload(self) -> Any:
        return self.body["payload"]


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    # Waited for before anything is answered.
    when: threading.Event | None = None
    # Bytes instead of HTTP; empty closes the connection without a word.
    raw: bytes | None = None


Behaviour = Callable[[Received], Reply]


class Receiver:
    """Use `receiving` to have one. `answer` decides what comes back; 200 when it is left alone."""

    def __init__(self, scheme: str, port: int) -> None:
        self.url = f"{scheme}://localhost:{port}"
        self.port = port
        self.received: list[Received] = []
        self.answer: Behaviour = lambda _: Reply()
        self.replied = 0
        self._news = threading.Condition()

    def take(self, received: Received) -> Reply:
        with self._news:
            self.received.append(received)
            reply = self.answer(received)
            self._news.notify_all()
        if reply.when is not None:
            reply.when.wait(SECONDS)
        return reply

    def wait_for(self, count: int) -> list[Received]:
        """All that came, once there are `count`."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.received) >= count, SECONDS)
        assert came, f"{len(self.received)} of {count} came"
        return list(self.received)

    def at(self, path: str) -> list[Received]:
        with self._news:
            return [each for each in self.received if each.path == path]

    def wait_at(self, path: str, count: int) -> list[Received]:
        """What came to one path, once there are `count`."""
        with self._news:
            came = self._news.wait_for(lambda: sum(e.path == path for e in self.received) >= count, SECONDS)
        assert came, f"{len(self.at(path))} of {count} came"
        return self.at(path)


@contextmanager
def receiving(*, tls: bool = False) -> Iterator[Receiver]:
    """A receiver that listens on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = receiver.take(Received(self.path, headers, text))
            self.close_connection = True
            try:
                if reply.raw is not None:
                    self.wfile.write(reply.raw)
                    return
                self.send_response(reply.status)
                for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                # The sender has had enough.
                pass

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        # The usual 5 are fewer than may call at once on a busy machine.
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """A handshake that the sender broke off."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver = Receiver("https" if tls else "http", server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
