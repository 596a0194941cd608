"""A19: what a receiver gets, when, and in which order."""

import asyncio
import base64
import hashlib
import hmac
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.events.courier import FAILURES_BEFORE_REST, REST_MS
from cellarhand.events.deliveries import BEHIND_ANOTHER, DISABLED_AFTER_MS, MOST_ATTEMPTS
from cellarhand.record.actor import Actor
from cellarhand.record.writing import update_stored
from cellarhand.store.unit import WriteUnit
from tests.callers import PASSWORD
from tests.hooks.conftest import Hooked, names
from tests.receivers import SECONDS, Received, Reply

MINUTE = 60_000


def test_each_change_arrives_as_get_shows_it_at_that_moment(hooked: Hooked) -> None:
    hooks = {action: hooked.hook(action=action)["id"] for action in ("Create", "Update", "Delete")}
    made = hooked.customer()
    at = f"/customer/{made['id']}"
    first = hooked.api.get(at).content
    hooked.api.changed(at, {"lastName": "Example"})
    second = hooked.api.get(at).content
    hooked.api.gone(at)
    received = hooked.receiver.wait_for(3)
    by_action = {each.body["action"]: each for each in received}
    for action, shown in (("Create", first), ("Update", second), ("Delete", second)):
        each = by_action[action]
        assert b'"payload":' + shown + b"," in each.text
        assert list(each.body) == ["object", "action", "payload", "user", "tenantId", "webHookId"]
        assert (each.body["object"], each.body["user"]) == ("Customer", None)
        assert (each.body["tenantId"], each.body["webHookId"]) == (hooked.site.slug, hooks[action])
        assert each.headers["content-type"] == "application/json"
        assert "authorization" not in each.headers
        assert "webhook-signature" not in each.headers


def test_the_person_who_caused_it_is_named(hooked: Hooked) -> None:
    hooked.hook()
    owner = hooked.site.person("Admin Owner", "ann@people.example")
    owner.made("/customer", {"emails": [{"email": "jane@example.com"}]})
    [received] = hooked.receiver.wait_for(1)
    assert received.body["user"] == "ann@people.example"


def test_only_what_a_hook_asks_for_and_nothing_from_before_it(hooked: Hooked) -> None:
    with clock.frozen(clock.now() - MINUTE):
        hooked.customer("Before")
    hooked.hook("Customer Address", "Create", "/address")
    hooked.hook("Customer", "Create", "/customer")
    made = hooked.customer("After")
    hooked.api.changed(f"/customer/{made['id']}", {"city": "Napa"})
    hooked.api.made(
        f"/customer/{made['id']}/address",
        {
            "firstName": "J",
            "lastName": "D",
            "address": "1 Vine St",
            "city": "Napa",
            "stateCode": "CA",
            "zipCode": "94558",
            "countryCode": "US",
        },
    )
    hooked.receiver.wait_at("/address", 1)
    assert names(hooked.receiver.wait_at("/customer", 1)) == ["After"]
    assert len(hooked.receiver.received) == 2


def test_a_change_under_way_comes_before_a_hook_that_is_registered_meanwhile(hooked: Hooked) -> None:
    """Whoever registers a hook and then reads everything would otherwise neither hear of it nor see it."""
    site, customer = hooked.site, hooked.customer()
    under_way, order = threading.Event(), list[str]()
    registering: Future[None] = Future()

    def register() -> None:
        hooked.hook("Customer", "Update")
        order.append("registered")
        order.append(hooked.api.seen(f"/customer/{customer['id']}")["city"])

    async def slow(unit: WriteUnit) -> None:
        actor = Actor("system", site.tenant_id, site.slug)
        await update_stored(CUSTOMER, unit, actor, {"id": customer["id"]}, {"city": "Napa"}, {})
        under_way.set()
        for _ in range(50):
            if not registering.done():
                await asyncio.sleep(0.01)

    with ThreadPoolExecutor() as pool:
        changing = pool.submit(site.server.run, site.server.store.write(site.tenant_id, slow))
        assert under_way.wait(SECONDS)
        registering = pool.submit(register)
        registering.result(SECONDS)
        changing.result(SECONDS)
    assert order == ["registered", "Napa"]


def test_tenants_hear_of_their_own_alone(hooked: Hooked) -> None:
    other_site = hooked.site.house.open()
    other = Hooked(other_site, other_site.app(), hooked.receiver)
    hooked.hook(path="/one")
    other.hook(path="/two")
    hooked.customer("Mine")
    other.customer("Theirs")
    [theirs] = hooked.receiver.wait_at("/two", 1)
    [mine] = hooked.receiver.wait_at("/one", 1)
    assert (mine.payload["firstName"], mine.body["tenantId"]) == ("Mine", hooked.site.slug)
    assert (theirs.payload["firstName"], theirs.body["tenantId"]) == ("Theirs", other_site.slug)
    for each, name in ((hooked, "Mine"), (other, "Theirs")):
        assert [row["payload"]["firstName"] for row in each.log(1)] == [name]


def test_a_user_name_and_password_travel_as_basic_authentication(hooked: Hooked) -> None:
    hooked.hook(username="hook", password=PASSWORD)
    hooked.customer()
    [received] = hooked.receiver.wait_for(1)
    expected = base64.b64encode(f"hook:{PASSWORD}".encode()).decode()
    assert received.headers["authorization"] == f"Basic {expected}"


@pytest.mark.parametrize("secret", ["plain words", "whsec_" + base64.b64encode(b"some bytes").decode()])
def test_a_signing_secret_signs_id_moment_and_body(hooked: Hooked, secret: str) -> None:
    hooked.hook(signingSecret=secret)
    hooked.customer()
    [received] = hooked.receiver.wait_for(1)
    key = b"some bytes" if secret.startswith("whsec_") else secret.encode()
    signed = ".".join((received.headers["webhook-id"], received.headers["webhook-timestamp"], ""))
    digest = hmac.new(key, signed.encode() + received.text, hashlib.sha256).digest()
    assert received.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_what_is_refused_is_sent_again_after_1_5_15_and_60_minutes_then_hourly(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: Reply(500)
    hook = hooked.hook()
    moment = clock.now()
    with clock.frozen(moment):
        hooked.customer()
        due = hooked.until(hook["id"], 1)
    for attempts, minutes in enumerate((1, 5, 15, 60, 60, 60), start=2):
        assert due == [moment + minutes * MINUTE]
        moment = due[0]
        with clock.frozen(moment):
            due = hooked.until(hook["id"], attempts)
    hooked.receiver.answer = lambda _: Reply(204)
    with clock.frozen(due[0]):
        hooked.until(hook["id"])
    received = hooked.receiver.received
    assert len(received) == 8
    assert len({each.headers["webhook-id"] for each in received}) == 1
    assert len({each.text for each in received}) == 1
    assert len({each.headers["webhook-timestamp"] for each in received}) == 8


def test_events_of_one_object_keep_their_order_and_hold_up_no_other(hooked: Hooked) -> None:
    hook = hooked.hook(action="Update")
    made, other = hooked.customer("Jane"), hooked.customer("John")
    hooked.receiver.answer = lambda got: Reply(500 if got.payload["firstName"] == "Jane" else 200)
    now = clock.now()
    with clock.frozen(now):
        for number in range(4):
            hooked.api.changed(f"/customer/{made['id']}", {"lastName": f"Example {number}"})
        hooked.api.changed(f"/customer/{other['id']}", {"lastName": "Example"})
        hooked.receiver.wait_for(2)
        due = hooked.until(hook["id"], 1, 0, 0, 0)
    assert due == [now + MINUTE, *[BEHIND_ANOTHER] * 3]
    assert sorted(names(hooked.receiver.received)) == ["Jane", "John"]
    hooked.receiver.answer = lambda _: Reply()
    with clock.frozen(now + MINUTE):
        hooked.until(hook["id"])
    janes = [each.payload["lastName"] for each in hooked.receiver.received if names([each]) == ["Jane"]]
    assert janes == ["Example 0", "Example 0", "Example 1", "Example 2", "Example 3"]


def test_a_slow_receiver_holds_up_no_other_hook_and_few_of_its_own_at_a_time(hooked: Hooked) -> None:
    go_on = threading.Event()
    hooked.receiver.answer = lambda got: Reply(when=go_on if got.path == "/slow" else None)
    slow = hooked.hook(path="/slow")
    hooked.hook(path="/quick")
    for number in range(12):
        hooked.customer(f"C{number}")
    assert len(hooked.receiver.wait_at("/quick", 12)) == 12
    assert len(hooked.receiver.wait_at("/slow", 4)) == 4
    go_on.set()
    hooked.until(slow["id"])
    assert sorted(names(hooked.receiver.at("/slow"))) == sorted(f"C{number}" for number in range(12))


def test_a_receiver_that_only_fails_is_asked_once_a_minute(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: Reply(503)
    hook = hooked.hook()
    now = clock.now()
    courier = hooked.site.server.app.courier
    with clock.frozen(now):
        for number in range(FAILURES_BEFORE_REST + 8):
            hooked.customer(f"C{number}")
        hooked.log(FAILURES_BEFORE_REST)
        hooked.wait_until(lambda: not courier._rounds)
    asked = len(hooked.receiver.received)
    # A few were under way when it had failed often enough.
    assert FAILURES_BEFORE_REST <= asked < FAILURES_BEFORE_REST + 4
    with clock.frozen(now + REST_MS):
        hooked.log(asked + 1)
        hooked.wait_until(lambda: not courier._rounds)
    assert len(hooked.receiver.received) == asked + 1
    hooked.receiver.answer = lambda _: Reply()
    with clock.frozen(now + 10 * MINUTE):
        hooked.until(hook["id"])


def test_48_hours_without_success_disable_a_hook_for_good(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda _: Reply(500)
    hook = hooked.hook()
    now = clock.now()
    with clock.frozen(now):
        hooked.customer("First")
        hooked.customer("Second")
        hooked.until(hook["id"], 1, 1)
    ends = now + DISABLED_AFTER_MS
    with clock.frozen(ends):
        hooked.until(hook["id"])
        hooked.customer("Third")
    shown = hooked.api.seen(f"/web-hook/{hook['id']}")
    assert shown["disabledAt"] == shown["updatedAt"] == clock.to_wire(ends)
    assert list(shown) == ["id", "object", "action", "url", "disabledAt", "createdAt", "updatedAt"]
    asked = len(hooked.receiver.received)
    hooked.receiver.answer = lambda _: Reply()
    with clock.frozen(ends + 1):
        again = hooked.hook()
        hooked.customer("Fourth")
        # Still then: what is put into the queue at that moment is not due two days earlier.
        received = hooked.receiver.wait_for(asked + 1)
    assert (received[-1].body["webHookId"], names(received[-1:])) == (again["id"], ["Fourth"])


def test_one_success_begins_the_48_hours_anew(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda got: Reply(500 if got.payload["firstName"] == "Bad" else 200)
    hook = hooked.hook()
    now = clock.now()
    with clock.frozen(now):
        hooked.customer("Bad")
        hooked.until(hook["id"], 1)
    with clock.frozen(now + 30 * MINUTE):
        hooked.customer("Good")
        hooked.until(hook["id"], 2)
        hooked.log(3)
    with clock.frozen(now + DISABLED_AFTER_MS):
        hooked.until(hook["id"], 3)
    assert "disabledAt" not in hooked.api.seen(f"/web-hook/{hook['id']}")


def test_an_event_that_is_refused_for_48_hours_is_given_up_for_the_next_of_its_object(hooked: Hooked) -> None:
    hook = hooked.hook(action="Update")
    made = hooked.customer()
    hooked.receiver.answer = lambda got: Reply(500 if got.payload["lastName"] == "Bad" else 200)
    hooked.api.changed(f"/customer/{made['id']}", {"lastName": "Bad"})
    hooked.until(hook["id"], 1)
    hooked.set_waiting(hook["id"], attempts=MOST_ATTEMPTS - 1)
    hooked.set_failing_since(hook["id"], clock.now())
    hooked.api.changed(f"/customer/{made['id']}", {"lastName": "Good"})
    with clock.frozen(clock.now() + 60 * MINUTE):
        hooked.until(hook["id"])
    assert [each.payload["lastName"] for each in hooked.receiver.wait_for(3)] == ["Bad", "Bad", "Good"]


def test_a_hook_that_moves_is_followed_and_one_that_is_deleted_is_forgotten(hooked: Hooked) -> None:
    hooked.receiver.answer = lambda got: Reply(500 if got.path == "/old" else 200)
    moving, deleted = hooked.hook(path="/old"), hooked.hook(path="/old", action="Update")
    now = clock.now()
    with clock.frozen(now):
        made = hooked.customer()
        hooked.api.changed(f"/customer/{made['id']}", {"lastName": "Example"})
        hooked.until(moving["id"], 1)
        hooked.until(deleted["id"], 1)
    hooked.api.changed(f"/web-hook/{moving['id']}", {"url": f"{hooked.receiver.url}/new"})
    hooked.api.gone(f"/web-hook/{deleted['id']}")
    with clock.frozen(now + MINUTE):
        hooked.until(moving["id"])
        hooked.until(deleted["id"])
    assert len(hooked.receiver.at("/new")) == 1
    assert len(hooked.receiver.at("/old")) == 2


def test_an_uninstalled_app_hears_no_more(hooked: Hooked) -> None:
    from cellarhand.accounts import apps
    from cellarhand.events.web_hook import WEB_HOOK

    hooked.receiver.answer = lambda _: Reply(500)
    app = hooked.site.app_with({"WebHook": "Full"})
    body = {"object": "Customer", "action": "Create", "url": f"{hooked.receiver.url}/app"}
    hook = app.made("/web-hook", body)
    with clock.frozen(clock.now()):
        hooked.customer()
        hooked.until(hook["id"], 1)
    name = base64.b64decode(app.headers["authorization"].removeprefix("Basic ")).decode().partition(":")[0]
    hooked.site.server.run(
        apps.uninstall_app(hooked.site.server.store, name, hooked.site.slug, WEB_HOOK.table)
    )
    hooked.until(hook["id"])
    assert len(hooked.receiver.received) == 1


def test_nothing_that_was_refused_is_sent(hooked: Hooked) -> None:
    hooked.hook()
    hooked.customer("Jane")
    twice = {"firstName": "Twin", "emails": [{"email": "jane@example.com"}]}
    assert hooked.api.post("/customer", twice).status_code == 422
    hooked.customer("John")
    assert sorted(names(hooked.receiver.wait_for(2))) == ["Jane", "John"]


def test_a_flood_arrives_whole_and_in_order(hooked: Hooked) -> None:
    hooked.hook(action="Update")
    made = [hooked.customer(f"C{number}") for number in range(5)]
    for number in range(40):
        hooked.api.changed(f"/customer/{made[number % 5]['id']}", {"lastName": f"{number:02d}"})
    received = hooked.receiver.wait_for(40)

    def of(got: Received) -> tuple[str, str]:
        return got.payload["firstName"], got.payload["lastName"]

    for each in range(5):
        found = [last for first, last in map(of, received) if first == f"C{each}"]
        assert found == [f"{number:02d}" for number in range(each, 40, 5)]


def test_metrics_tell_attempts_and_what_waits(hooked: Hooked) -> None:
    app = hooked.site.server.app

    def value(name: str, **labels: str) -> float:
        return app.registry.get_sample_value(f"cellarhand_{name}", labels) or 0.0

    delivered = value("web_hook_attempts_total", result="delivered")
    failed = value("web_hook_attempts_total", result="failed")
    hooked.receiver.answer = lambda got: Reply(500 if got.payload["firstName"] == "Bad" else 200)
    hook = hooked.hook()
    now = clock.now()
    with clock.frozen(now):
        hooked.customer("Bad")
        hooked.customer("Good")
        hooked.log(2)
        hooked.until(hook["id"], 1)
    assert value("web_hook_attempts_total", result="delivered") == delivered + 1
    assert value("web_hook_attempts_total", result="failed") == failed + 1
    with clock.frozen(now + MINUTE - 1):
        app.courier._count_due = 0.0
        hooked.wait_until(lambda: value("web_hooks_oldest_seconds") >= 59)
    assert value("web_hooks_waiting") >= 1
