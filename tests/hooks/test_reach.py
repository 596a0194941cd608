"""A19: where hooks may go, and what can go wrong on the way. Nothing here leaves this machine."""

import asyncio
import socket
import threading
from typing import Any

import pytest

from cellarhand.events.letter import Letter, Outcome
from cellarhand.http.post import HttpPost
from cellarhand.http.reach import kind_of, may_reach
from tests.callers import Caller
from tests.catalogue import is_invalid
from tests.receivers import CERTIFICATE, Receiver, Reply, receiving
from tests.servers import free_port

REFUSED = "Web hooks may not go to "


async def _post(url: str, reach: str = "loopback", seconds: float = 10) -> Outcome:
    return await HttpPost(reach, seconds)(Letter(url, {"content-type": "application/json"}, b"{}"))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.216.34", "public"),
        ("2606:2800:220:1:248:1893:25c8:1946", "public"),
        ("127.0.0.1", "loopback"),
        ("127.255.0.9", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "private"),
        ("fd12:3456::1", "private"),
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::a00:1", "private"),
        ("2002:a00:1::", "private"),
        ("169.254.169.254", "never"),
        ("::ffff:169.254.169.254", "never"),
        ("64:ff9b::a9fe:a9fe", "never"),
        ("fd00:ec2::254", "never"),
        ("100.100.100.200", "never"),
        ("fe80::1", "never"),
        ("0.0.0.0", "never"),
        ("0.1.2.3", "never"),
        ("::", "never"),
        ("224.0.0.1", "never"),
        ("ff02::1", "never"),
        ("240.0.0.1", "never"),
        ("255.255.255.255", "never"),
        ("192.0.2.1", "never"),
        ("2001:db8::1", "never"),
        ("::7f00:1", "never"),
    ],
)
def test_what_an_address_leads_to(address: str, kind: str) -> None:
    assert kind_of(address) == kind
    for reach, kinds in (
        ("public", {"public"}),
        ("loopback", {"public", "loopback"}),
        ("private", {"public", "loopback", "private"}),
    ):
        assert may_reach(reach, "https", address) == (kind in kinds)
        assert may_reach(reach, "http", address) == (kind in kinds - {"public"})


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
async def test_this_machine_is_out_of_reach_by_whatever_name(receiver: Receiver, host: str) -> None:
    for scheme in ("https", "http"):
        outcome = await _post(f"{scheme}://{host}:{receiver.port}/", "public")
        assert outcome.message.startswith(REFUSED)
    assert receiver.received == []


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "[fd00:ec2::254]", "0.0.0.0"])
async def test_networks_within_are_out_of_reach_of_a_server_that_may_only_call_itself(host: str) -> None:
    assert (await _post(f"http://{host}/", "loopback")).message.startswith(REFUSED)


async def test_metadata_are_out_of_everybodys_reach() -> None:
    assert (await _post("http://169.254.169.254/latest/meta-data", "private")).message.startswith(REFUSED)


class _Names:
    """A name server that tests write: what each look-up of a name answers, one after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def look_up(self, host: str, *_: Any, **__: Any) -> list[Any]:
        self.asked += 1
        found = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in found]


async def test_the_address_that_was_checked_is_the_one_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may answer differently each time: it is asked once."""
    names = _Names(["127.0.0.1"], ["169.254.169.254"])
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names.look_up, raising=False)
    outcome = await _post(f"http://moves.example:{receiver.port}/here?a=b")
    assert outcome.delivered
    assert names.asked == 1
    [received] = receiver.received
    assert (received.path, received.headers["host"]) == ("/here?a=b", f"moves.example:{receiver.port}")


async def test_of_several_addresses_only_those_within_reach_are_tried(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _Names(["169.254.169.254", "10.0.0.1", "127.0.0.1"], ["169.254.169.254", "10.0.0.1"])
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names.look_up, raising=False)
    assert (await _post(f"http://many.example:{receiver.port}/")).delivered
    assert (await _post(f"http://many.example:{receiver.port}/")).message.startswith(REFUSED)


async def test_a_name_that_is_slow_to_resolve_is_looked_up_once_at_a_time(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, names = asyncio.Event(), _Names(["127.0.0.1"])

    async def slowly(host: str, *more: Any, **named: Any) -> list[Any]:
        found = await names.look_up(host)
        await go_on.wait()
        return found

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", slowly, raising=False)
    post = HttpPost("loopback", 0.3)
    letter = Letter(f"http://slow.example:{receiver.port}/", {}, b"{}")
    outcomes = await asyncio.gather(*(post(letter) for _ in range(5)))
    assert {outcome.message for outcome in outcomes} == {"No answer within 0.3 seconds"}
    go_on.set()
    assert (await post(letter)).delivered
    assert names.asked == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    to = {"location": f"{receiver.url}/elsewhere"}
    receiver.answer = lambda got: Reply(200 if got.path == "/elsewhere" else status, headers=to)
    outcome = await _post(f"{receiver.url}/")
    assert (outcome.delivered, outcome.status) == (False, status)
    assert [each.path for each in receiver.received] == ["/"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_is_success(receiver: Receiver, status: int) -> None:
    receiver.answer = lambda _: Reply(status)
    assert (await _post(receiver.url)).delivered


async def test_a_success_counts_whatever_becomes_of_its_body(receiver: Receiver) -> None:
    receiver.answer = lambda _: Reply(raw=b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nhalf")
    assert (await _post(receiver.url)).delivered


@pytest.mark.parametrize(
    "raw", [b"", b"no HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 60_000]
)
async def test_a_connection_that_breaks_or_speaks_something_else_is_a_failure(
    receiver: Receiver, raw: bytes
) -> None:
    receiver.answer = lambda _: Reply(raw=raw)
    outcome = await _post(receiver.url)
    assert not outcome.delivered
    assert outcome.status is None
    assert outcome.message == "The connection was closed, or its answer was no HTTP"


async def test_silence_is_a_failure_when_its_time_is_over(receiver: Receiver) -> None:
    go_on = threading.Event()
    receiver.answer = lambda _: Reply(when=go_on)
    outcome = await _post(receiver.url, seconds=0.3)
    go_on.set()
    assert (outcome.status, outcome.message) == (None, "No answer within 0.3 seconds")


async def test_nobody_there_and_no_such_name() -> None:
    assert (await _post(f"http://127.0.0.1:{free_port()}/")).message == "No connection could be made"
    for host in ("no-such-name.invalid", f"{'long' * 20}.example", "a..b"):
        assert (await _post(f"http://{host}/")).status is None


async def test_of_a_long_answer_16_kib_are_kept(receiver: Receiver) -> None:
    receiver.answer = lambda _: Reply(400, b"x" * 5_000_000)
    outcome = await _post(receiver.url)
    assert (outcome.status, outcome.cut, outcome.answer) == (400, True, b"x" * 16384)


async def test_a_certificate_must_be_trusted_and_name_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(tls=True) as receiver:
        refused = await _post(receiver.url)
        assert refused.message == "The receiver's certificate can not be trusted"
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert (await _post(receiver.url)).delivered
        other_name = receiver.url.replace("localhost", "127.0.0.1")
        assert (await _post(other_name)).message == "The receiver's certificate can not be trusted"
        assert len(receiver.received) == 1


async def test_characters_beyond_ascii_travel_in_percent_form(receiver: Receiver) -> None:
    assert (await _post(f"{receiver.url}/grün?weiß=%C3%A9#part")).delivered
    assert receiver.received[0].path == "/gr%C3%BCn?wei%C3%9F=%C3%A9"


def test_plain_http_is_registered_where_hooks_may_stay_within(api: Caller) -> None:
    body = {"object": "Customer", "action": "Create"}
    made = api.made("/web-hook", {**body, "url": "http://127.0.0.1:9/a"})
    assert (
        api.changed(f"/web-hook/{made['id']}", {"url": "http://localhost/b"})["url"] == "http://localhost/b"
    )
    for url, message in (("ftp://127.0.0.1/", "must be https"), ("http://", 'must match format "uri"')):
        is_invalid(api.post("/web-hook", {**body, "url": url}), ("url", message))
