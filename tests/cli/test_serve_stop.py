"""`cellarhand serve` ends: what runs is finished, and the exit code is that of success."""

import base64
import json
import signal
import socket
import time

import pytest

from tests.cli.conftest import Starter
from tests.cli.programs import Program

DEMO_APP = base64.b64encode(b"demo-app:demo-app-secret").decode()


def _half_a_request(server: Program, body: bytes) -> socket.socket:
    """A create that has begun: its head and some of its body."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    head = (
        "POST /v1/customer HTTP/1.1\r\nHost: localhost\r\ntenant: spectrawinery\r\n"
        f"authorization: Basic {DEMO_APP}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body[:7])
    time.sleep(0.5)
    return connection


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_running_request_is_finished(start: Starter, filled: str, sent: signal.Signals) -> None:
    server = start("serve", "--database", filled)
    body = json.dumps({"emails": [{"email": f"finished-{sent}@example.com"}]}).encode()
    with _half_a_request(server, body) as connection:
        server.process.send_signal(sent)
        time.sleep(0.5)
        connection.sendall(body[7:])
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert server.process.wait(10) == 0
    assert len(server.logged()) == 1
    assert '"status":201' in server.stdout


def test_nobody_new_is_let_in_meanwhile(start: Starter, filled: str) -> None:
    server = start("serve", "--database", filled)
    with _half_a_request(server, b'{"emails":[]}'):
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5)


def test_a_second_ctrl_c_ends_at_once_and_quietly(start: Starter, filled: str) -> None:
    server = start("serve", "--database", filled)
    with _half_a_request(server, b'{"emails":[]}'):
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert server.process.poll() is None
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(5) == 130
    assert "Traceback" not in server.stderr


def test_an_idle_connection_holds_nothing_up(start: Starter, filled: str) -> None:
    server = start("serve", "--database", filled)
    server.client.get("/healthz")
    began = time.monotonic()
    assert server.end() == 0
    assert time.monotonic() - began < 5
