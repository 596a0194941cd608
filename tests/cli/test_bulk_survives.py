"""An import whose server is killed half-way: what was answered is there, and sending again makes it whole."""

import base64
import http.client
import json
import signal
import uuid
from pathlib import Path

import httpx

from tests.cli.conftest import Starter, fill
from tests.cli.programs import Program
from tests.servers import migrated, sqlite_url

DATA = ("data@spectrawinery.example", "cellarhand-demo")
LINES = [
    {"id": str(uuid.UUID(int=number + 1)), "emails": [{"email": f"import{number}@example.com"}]}
    for number in range(400)
]
TEXT = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)


def _import(server: Program) -> httpx.Response:
    headers = {"tenant": "spectrawinery", "content-type": "application/x-ndjson"}
    return server.client.post("/v1/bulk/customer", content=TEXT, headers=headers, auth=DATA)


def test_an_import_killed_half_way_is_sent_again(start: Starter, tmp_path: Path) -> None:
    (tmp_path / "database").mkdir()
    url = migrated(sqlite_url(tmp_path / "database"))
    fill(url, 3)
    server = start("serve", "--database", url)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", "/v1/bulk/customer?chunk=40")
    connection.putheader("authorization", "Basic " + base64.b64encode(":".join(DATA).encode()).decode())
    connection.putheader("tenant", "spectrawinery")
    connection.putheader("content-type", "application/x-ndjson")
    connection.putheader("content-length", str(len(TEXT)))
    connection.endheaders(TEXT[: len(TEXT) // 2])
    answer = connection.getresponse()
    answered = [json.loads(answer.readline()) for _ in range(120)]
    server.end(signal.SIGKILL)
    connection.close()

    again = start("serve", "--database", url)
    *results, last = [json.loads(line) for line in _import(again).content.splitlines()]
    kept = [each["id"] for each in results if each["result"] == "unchanged"]
    assert {each["id"] for each in answered} <= set(kept)
    assert [each["id"] for each in results] == [line["id"] for line in LINES]
    assert last["summary"]["created"] == len(LINES) - len(kept)
    *results, last = [json.loads(line) for line in _import(again).content.splitlines()]
    assert last["summary"]["unchanged"] == len(LINES)
