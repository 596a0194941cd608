"""Developer: web hooks with what became of them, and the last requests of the API."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from cellarhand import clock
from cellarhand.events import deliveries, request_log
from cellarhand.events.letter import Delivery, Hook, Outcome
from cellarhand.events.request_log import REQUEST_LOG, plain_parameters, told_path
from cellarhand.events.web_hook import FAILING_LONG_MS, WEB_HOOK
from cellarhand.ids import new_id
from cellarhand.mail.outbox import MAIL
from cellarhand.resources import RESOURCES
from cellarhand.store.conditions import equal
from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.callers import Caller

HOOKS, REQUESTS = "/developer/web-hooks", "/developer/requests"
URL = "https://crm.example/hook"
SECONDS = 10


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def _registered(winery: Winery, owner: Visitor, **more: str) -> Page:
    form = owner.see(winery.slug, f"{HOOKS}/new")
    return form.send("", object="Customer", action="Create", url=URL, **more)


def _hook(winery: Winery) -> tuple[Any, ...]:
    names = ("id", "password", "signing_secret", "disabled_at")
    site = winery.site
    row = site.server.run(site.server.store.reading(site.tenant_id).row(WEB_HOOK.table, names, ()))
    assert row is not None
    return tuple(row)


def _attempt(winery: Winery, hook_id: str, status: int, answer: bytes, began: int) -> None:
    """Note an attempt as the courier does."""
    hook = Hook(hook_id, URL, "account", None, None, None)
    payload = b'{"id":"%b","firstName":"<script>alert(1)</script>"}' % new_id().encode()
    delivery = Delivery(new_id(), hook, "Customer", "Create", new_id(), 1, None, payload, 0)
    site = winery.site
    work = deliveries.finish(site.server.store, site.tenant_id, delivery, Outcome(status, answer), began)
    site.server.run(work)


def test_a_web_hook_is_registered_changed_and_deleted(winery: Winery, owner: Visitor, api: Caller) -> None:
    shown = _registered(winery, owner, username="me", password="a secret", signingSecret="a key")
    assert "Created." in shown.text
    assert "a secret" not in shown.answer.text
    hook_id, password, key, _ = _hook(winery)
    assert (password, key) == ("a secret", "a key")

    edit = owner.see(winery.slug, f"{HOOKS}/{hook_id}/edit")
    assert "a secret" not in edit.answer.text
    assert "Saved." in edit.send("", notes="For the CRM").text
    assert _hook(winery)[1:3] == ("a secret", "a key"), "secrets that were left empty stay"
    twice = _registered(winery, owner)
    assert "must be unique" in twice.text
    plain = owner.see(winery.slug, f"{HOOKS}/new").send(
        "", object="Tag", action="Create", url="http://a.example"
    )
    assert plain.status == 422, "only https, unless the server is told otherwise"
    unfit = owner.see(winery.slug, f"{HOOKS}/new").send("", object="Tag", action="Send", url=URL)
    assert "must be equal to one of the allowed values" in unfit.text
    assert "Deleted." in owner.see(winery.slug, f"{HOOKS}/{hook_id}").send("/delete").text
    assert owner.see(winery.slug, f"{HOOKS}/{hook_id}").status == 404


def test_the_log_shows_each_attempt_and_sends_one_again(winery: Winery, owner: Visitor, api: Caller) -> None:
    _registered(winery, owner)
    hook_id = _hook(winery)[0]
    _attempt(winery, hook_id, 500, b"<b>we are down</b>", clock.now() - 250)
    page = owner.see(winery.slug, f"{HOOKS}/{hook_id}")
    assert "Request failed with status code 500" in page.text
    assert "<b>we are down</b>" in page.text
    assert "b" not in page.tags, "what was answered is no markup"
    assert "script" in page.tags
    assert "alert(1)</script>" not in page.answer.text
    again = page.send("/resend")
    assert "It is on its way again." in again.text

    site = winery.site
    where = equal("web_hook_id", hook_id)
    from cellarhand.events.web_hook_log import WEB_HOOK_LOG

    unit = site.server.store.reading(site.tenant_id)
    _until(lambda: site.server.run(unit.count(WEB_HOOK_LOG.table, where)) == 2)
    bodies = [row[0] for row in site.server.run(unit.rows(WEB_HOOK_LOG.table, ("body",), where))]
    payloads = {body.partition(b'"payload":')[2].partition(b',"user"')[0] for body in bodies}
    assert len(payloads) == 1, "the same body"


def test_staff_are_warned_after_an_hour_and_enable_what_was_disabled(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    _registered(winery, owner, notificationEmail="dev@crm.example")
    hook_id = _hook(winery)[0]
    began = clock.now()
    _attempt(winery, hook_id, 500, b"", began)
    assert "failed for more than an hour" not in owner.see(winery.slug, HOOKS).text
    with clock.frozen(began + FAILING_LONG_MS + 1000):
        assert "failed for more than an hour" in owner.see(winery.slug, HOOKS).text
        assert "It fails since" in owner.see(winery.slug, f"{HOOKS}/{hook_id}").text
    late = began + deliveries.DISABLED_AFTER_MS + 1000
    with clock.frozen(late):
        _attempt(winery, hook_id, 500, b"", late)
    assert _hook(winery)[3] is not None
    told = winery.site.server.run(
        winery.site.server.store.reading(None).row(
            MAIL,
            ("subject",),
            (*equal("recipient", "dev@crm.example"), *equal("tenant_id", winery.site.tenant_id)),
        )
    )
    assert told is not None
    page = owner.see(winery.slug, f"{HOOKS}/{hook_id}")
    assert not [form for form in page.forms if form.action.endswith("/resend")]
    assert "The web hook is enabled." in page.send("/enable").text
    assert _hook(winery)[3] is None
    assert "disabledAt" not in winery.site.person("Admin Owner").seen(f"/web-hook/{hook_id}")


@pytest.fixture
def logged(winery: Winery) -> Callable[[], list[request_log.Request]]:
    """The requests that are kept of this winery, once those that wait are written."""
    site = winery.site

    def read() -> list[request_log.Request]:
        log = site.server.app._requests
        assert log is not None
        site.server.run(log.write())
        return site.server.run(request_log.newest(site.server.store.reading(site.tenant_id), most=2000))

    return read


def test_the_last_requests_are_shown_without_what_is_personal(
    winery: Winery, owner: Visitor, api: Caller
) -> None:
    api.get("/customer?q=ann%40a.example&limit=5&page=2")
    api.get("/customer/ann@a.example")
    api.get("/order?status=ann@a.example")
    winery.site.person("Admin Owner").post("/customer", {"firstName": "Secret"})
    winery.site.stranger().get("/customer")
    page = owner.see(winery.slug, REQUESTS)
    assert "/v1/customer?q=…&limit=5&page=2" in page.text
    assert "/v1/customer/…" in page.text
    assert "ann@a" not in page.text
    assert "ann%40a" not in page.text
    assert "Secret" not in page.text
    assert page.text.count("/v1/customer") == 3, "who nobody is belongs to no winery"
    refused = owner.see(winery.slug, f"{REQUESTS}?status=422")
    assert "422 POST /v1/customer" in refused.text
    assert "limit=5" not in refused.text
    assert "limit=5" in owner.see(winery.slug, f"{REQUESTS}?status=2&path=limit").text
    assert "No such requests" in owner.see(winery.slug, f"{REQUESTS}?path=%27%22%3Cscript%3E").text
    assert owner.see(winery.slug, f"{REQUESTS}?status=%C2%B2").status == 200


def test_requests_are_kept_up_to_a_number(
    winery: Winery, api: Caller, logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "KEPT", 5)
    monkeypatch.setattr(request_log, "_CUT_EVERY", 1)
    for number in range(8):
        with clock.frozen(clock.now() + number * 10):
            api.get(f"/customer?page={number + 1}")
    kept = logged()
    assert [each.path for each in kept] == [f"/v1/customer?page={number}" for number in (8, 7, 6, 5, 4)]
    assert all(each.caller == "test-full" and each.status == 200 and each.size for each in kept)
    with clock.frozen(clock.now() + 1000):
        api.get("/customer?page=9")
    assert next(each.path[-1] for each in logged()) == "9"
    assert len(logged()) == 5


def test_another_winery_does_not_see_them(winery: Winery, owner: Visitor, api: Caller, logged: Any) -> None:
    api.get("/tag/customer?limit=7")
    other = winery.site.house.open()
    other.app().get("/tag/order?limit=3")
    assert [each.path for each in logged()] == ["/v1/tag/customer?limit=7"]
    assert "limit=3" not in owner.see(winery.slug, REQUESTS).text


def test_a_tenant_that_is_gone_has_no_requests(winery: Winery, api: Caller) -> None:
    from cellarhand.accounts.tenants import delete_tenant
    from cellarhand.resources import TABLES

    site = winery.site
    log = site.server.app._requests
    assert log is not None
    api.get("/customer")
    site.server.run(delete_tenant(site.server.store, site.slug, TABLES))
    site.server.run(log.write())
    assert site.server.run(site.server.store.reading(site.tenant_id).count(REQUEST_LOG, ())) == 0


PLAIN = plain_parameters(RESOURCES)


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        ("/v1/order", b"", "/v1/order"),
        (
            "/v1/order",
            b"orderPaidDate=gte:2024-01-01T00:00:00.000Z",
            "/v1/order?orderPaidDate=gte:2024-01-01T00:00:00.000Z",
        ),
        ("/v1/customer", b"q=Jane", "/v1/customer?q=…"),
        ("/v1/customer", b"tagId=x&tagId=jane%40a.example", "/v1/customer?tagId=x&tagId=…"),
        ("/v1/customer", b"email=x&<script>=1", "/v1/customer?email=…&…=…"),
        ("/v1/jane@a.example/x", b"", "/v1/…/x"),
        ("/v1/order", b"cursor", "/v1/order?cursor="),
        ("/v1/order/a\x00b\ud800\n", b"", "/v1/order/a\ufffdb\ufffd\ufffd"),
    ],
)
def test_what_is_kept_of_an_address(path: str, query: bytes, told: str) -> None:
    assert told_path(path, query, PLAIN) == told


def test_the_documentation_is_a_page_away(winery: Winery, owner: Visitor) -> None:
    page = owner.see(winery.slug, "/developer/docs")
    assert {"/docs", "/v1/openapi.json"} <= set(page.links)
    assert page.follow("/docs").status == 200
