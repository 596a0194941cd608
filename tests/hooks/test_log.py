"""B34: the log of web hooks, one row for each attempt."""

import json
import threading
from typing import Any

import pytest

from cellarhand import clock
from cellarhand.events.housekeeping import LOG_DAYS, tidy
from cellarhand.http.openapi import describe
from cellarhand.http.routes import Routes
from cellarhand.resources import ACTIONS, RESOURCES
from cellarhand.store.tables import OUTBOX
from tests.catalogue import NOT_ONE_OF, is_invalid
from tests.hooks.conftest import Hooked
from tests.openapi.conformance import CheckedCaller, Spec
from tests.receivers import Reply

MINUTE = 60_000
MEMBERS = ["id", "url", "object", "action", "payload", "user", "isSuccess", "error", "createdAt", "updatedAt"]


def test_a_success_has_no_error(hooked: Hooked) -> None:
    hooked.hook()
    owner = hooked.site.person("Admin Owner", "ann@people.example")
    made = owner.made("/customer", {"emails": [{"email": "jane@example.com"}]})
    [row] = hooked.log(1)
    assert list(row) == MEMBERS
    assert row["payload"] == made
    assert (row["url"], row["object"], row["action"]) == (f"{hooked.receiver.url}/", "Customer", "Create")
    assert (row["user"], row["isSuccess"], row["error"]) == ("ann@people.example", True, None)
    assert row["createdAt"] == row["updatedAt"]


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b'{"message": "Missing Authentication Token"}', {"message": "Missing Authentication Token"}),
        (b'[1, null, "a"]', [1, None, "a"]),
        (b"not found", "not found"),
        (b"", None),
        (b"\xff\x00", "\ufffd\x00"),
        (b"[" * 9000 + b"]" * 9000, None),
        (b'"' + b"x" * 20_000 + b'"', '"' + "x" * 16383),
    ],
)
def test_a_failure_tells_status_and_what_the_receiver_said(hooked: Hooked, body: bytes, data: Any) -> None:
    hooked.receiver.answer = lambda _: Reply(403, body)
    hook = hooked.hook()
    hooked.customer()
    [row] = hooked.log(1)
    if body[:2] == b"[[":
        # Cut in the middle, so no JSON any more.
        data = body[:16384].decode()
    assert row["error"] == {"data": data, "status": 403, "message": "Request failed with status code 403"}
    assert row["isSuccess"] is False
    assert [made for made, _ in hooked.waiting(hook["id"])] == [1]


def test_a_failure_without_an_answer_says_what_happened(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: Reply(raw=b"")
    hooked.hook()
    hooked.customer()
    [row] = hooked.log(1)
    message = "The connection was closed, or its answer was no HTTP"
    assert row["error"] == {"data": None, "status": None, "message": message}


def test_each_attempt_has_a_row_of_its_own_newest_first(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: Reply(500)
    hook = hooked.hook()
    now = clock.now()
    with clock.frozen(now):
        hooked.customer()
        hooked.until(hook["id"], 1)
    hooked.receiver.answer = lambda _: Reply()
    with clock.frozen(now + MINUTE):
        hooked.until(hook["id"])
        rows = hooked.log(2)
    assert [row["isSuccess"] for row in rows] == [True, False]
    assert [row["createdAt"] for row in rows] == [clock.to_wire(now + MINUTE), clock.to_wire(now)]
    assert rows[0]["payload"] == rows[1]["payload"]


def test_it_is_filtered_by_object_action_success_hook_and_moment(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda got: Reply(500 if got.path == "/bad" else 200)
    bad = hooked.hook(path="/bad")
    good = hooked.hook("Customer Address", "Create", "/good")
    made = hooked.customer()
    hooked.api.made(
        f"/customer/{made['id']}/address",
        {"firstName": "J", "lastName": "D", "address": "1 Vine St", "city": "Blenheim", "countryCode": "NZ"},
    )
    hooked.log(2)
    for query, urls in (
        ("object=Customer", ["/bad"]),
        ("object=Customer Address", ["/good"]),
        ("object=CustomerAddress", ["/good"]),
        ("object=in:Customer,CustomerAddress", ["/bad", "/good"]),
        ("action=Create", ["/bad", "/good"]),
        ("action=BulkUpdate", []),
        ("isSuccess=true", ["/good"]),
        ("isSuccess=false", ["/bad"]),
        (f"webHookId={bad['id']}", ["/bad"]),
        (f"webHookId=in:{bad['id']},{good['id']}", ["/bad", "/good"]),
        ("updatedAt=gt:2000-01-01", ["/bad", "/good"]),
        ("updatedAt=lt:2000-01-01", []),
        ("cursor=start", ["/bad", "/good"]),
    ):
        rows = hooked.api.seen(f"/web-hook-log?{query}")["webHookLogs"]
        assert sorted(row["url"].removeprefix(hooked.receiver.url) for row in rows) == urls
    is_invalid(hooked.api.get("/web-hook-log?object=Inventory"), ("object", NOT_ONE_OF))


def test_an_app_sees_the_log_of_its_own_hooks_and_people_see_all(hooked: Hooked) -> None:
    hooked.hook(path="/one")
    two = hooked.site.app_with({"WebHook": "Full"})
    url = f"{hooked.receiver.url}/two"
    two.made("/web-hook", {"object": "Customer", "action": "Create", "url": url})
    hooked.customer()
    hooked.receiver.wait_for(2)
    assert [row["url"] for row in hooked.log(1)] == [f"{hooked.receiver.url}/one"]
    hooked.wait_until(lambda: two.seen("/web-hook-log")["total"] == 1)
    assert [row["url"] for row in two.seen("/web-hook-log")["webHookLogs"]] == [url]
    assert hooked.site.person("Admin Owner").seen("/web-hook-log")["total"] == 2
    for caller in (hooked.site.app_with({"Customer": "Full"}), hooked.site.person("Admin User")):
        assert caller.get("/web-hook-log").status_code == 401


def test_rows_are_what_the_document_promises(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda got: Reply(500 if got.payload["firstName"] == "Bad" else 200, b"[1]")
    hooked.hook()
    hooked.customer("Good")
    hooked.customer("Bad")
    hooked.log(2)
    routes = Routes(RESOURCES, ACTIONS)
    checked = CheckedCaller.of(hooked.api, Spec(routes, describe(routes)))
    assert len(checked.seen("/web-hook-log")["webHookLogs"]) == 2


def test_it_is_read_only(hooked: Hooked) -> None:
    assert hooked.api.post("/web-hook-log", {}).status_code == 405


def test_no_secret_stands_in_it(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: Reply(401)
    hooked.hook(username="the-user", password="the-password", signingSecret="the-secret")
    hooked.customer()
    text = json.dumps(hooked.log(1))
    for secret in ("the-user", "the-password", "the-secret"):
        assert secret not in text


def test_what_the_server_itself_logs_names_ids_only(hooked: Hooked, caplog: pytest.LogCaptureFixture) -> None:
    hooked.receiver.answer = lambda _: Reply(500, b"what the receiver says")
    hook = hooked.hook(path="/path-with-a-token")
    hooked.customer("Jane")
    hooked.log(1)
    hooked.wait_until(lambda: bool(caplog.messages))
    assert caplog.messages == [f"web hook {hook['id']} of {hooked.site.slug}: attempt 1 failed"]


def test_rows_are_kept_for_30_days(hooked: Hooked) -> None:
    go_on = threading.Event()
    hooked.receiver.answer = lambda got: Reply(when=go_on if got.payload["firstName"] == "Late" else None)
    hook = hooked.hook()
    now = clock.now()
    with clock.frozen(now):
        hooked.customer("Old")
        hooked.log(1)
    with clock.frozen(now + MINUTE):
        hooked.customer("New")
        hooked.log(2)
    hooked.customer("Late")
    # It has to be on its way: an event that nobody took for so long goes too.
    hooked.receiver.wait_for(3)
    with clock.frozen(now + LOG_DAYS * clock.DAY_MS + 1):
        hooked.site.server.run(tidy(hooked.site.server.store, 90))
    left = hooked.api.seen("/web-hook-log")
    assert [row["payload"]["firstName"] for row in left["webHookLogs"]] == ["New"]
    assert left["total"] == 1
    go_on.set()
    hooked.until(hook["id"])


def test_the_outbox_holds_nothing_that_was_handed_on(hooked: Hooked) -> None:
    hooked.hook()
    hooked.customer()
    hooked.log(1)
    unit = hooked.site.server.store.reading(hooked.site.tenant_id)
    assert hooked.site.server.run(unit.count(OUTBOX, ())) == 0
