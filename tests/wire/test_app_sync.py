"""B35, A16: apps tell how their copies of records are, and records show it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cellarhand import clock
from cellarhand.customers.merge import merge
from cellarhand.customers.restore import restore_customer
from cellarhand.events.app_sync import MOST_ATTEMPTS
from cellarhand.record.actor import Actor
from tests.callers import NIL, Caller, House, Site
from tests.catalogue import (
    BAD_ID,
    FIXED,
    HTML,
    LOST,
    NOT_FOR_ROUTE,
    NOT_ONE_OF,
    REQUIRED,
    UNKNOWN,
    is_answer,
    is_invalid,
    query_param,
)
from tests.verifying import differences
from tests.wire.members import new_member
from tests.wire.samples import ADDRESS
from tests.wire.shop import customer, order, product

pytestmark = pytest.mark.usefixtures("heard")

Record = dict[str, Any]
RESOLVE = {"httpType": "Get", "url": "https://app.example.com/resolve", "label": "Resolve"}


@pytest.fixture
def jane(api: Caller) -> str:
    return customer(api)["id"]


def told(object_id: str, status: str = "Success", kind: str = "Customer", **more: Any) -> Record:
    return {"objectType": kind, "objectId": object_id, "status": status, **more}


def syncs(caller: Caller, object_id: str) -> list[Record]:
    return caller.seen(f"/app-syncs/{object_id}")["appSyncs"]


def test_an_attempt_is_answered_in_wire_order_with_ids_of_its_own(api: Caller, jane: str) -> None:
    sent = told(jane, "Error", issues=["Issue 1", '{"error":"late"}'], actions=[RESOLVE])
    with clock.frozen(clock.now()):
        moment = clock.to_wire(clock.now())
        made = api.made("/app-sync", sent)
    (attempt,), (action,) = made["attempts"], made["actions"]
    assert list(made) == [
        "id",
        "appId",
        "objectType",
        "objectId",
        "status",
        "lastActivityDate",
        "createdAt",
        "updatedAt",
        "actions",
        "attempts",
    ]
    assert {name: made[name] for name in list(made)[1:8]} == {
        "appId": "test-full",
        "objectType": "Customer",
        "objectId": jane,
        "status": "Error",
        "lastActivityDate": moment,
        "createdAt": moment,
        "updatedAt": moment,
    }
    assert list(action) == ["id", "httpType", "url", "label"]
    assert action == {"id": action["id"], **RESOLVE}
    assert list(attempt) == ["id", "status", "activityDate", "issues"]
    assert (attempt["status"], attempt["activityDate"]) == ("Error", moment)
    assert [list(each) for each in attempt["issues"]] == [["id", "appSyncAttemptId", "issue"]] * 2
    assert [each["issue"] for each in attempt["issues"]] == sent["issues"]
    assert {each["appSyncAttemptId"] for each in attempt["issues"]} == {attempt["id"]}
    assert api.seen(f"/app-syncs/{jane}") == {"appSyncs": [made], "total": 1}


def test_the_next_attempt_comes_last_and_decides(api: Caller, jane: str) -> None:
    now = clock.now()
    with clock.frozen(now):
        first = api.made("/app-sync", told(jane, "Error", issues=["late"], actions=[RESOLVE]))
    with clock.frozen(now + 1000):
        second = api.made("/app-sync", told(jane))
    assert (second["id"], second["createdAt"]) == (first["id"], first["createdAt"])
    later = clock.to_wire(now + 1000)
    assert (second["status"], second["lastActivityDate"], second["updatedAt"]) == ("Success", later, later)
    assert second["actions"] == []
    assert second["attempts"][0] == first["attempts"][0]
    assert [(each["status"], each["activityDate"]) for each in second["attempts"][1:]] == [("Success", later)]
    assert second["attempts"][1]["issues"] == []
    assert syncs(api, jane) == [second]
    assert api.seen(f"/customer/{jane}")["appSync"] == {
        "test-full": {"status": "Success", "lastActivityDate": later}
    }


def test_the_last_fifty_attempts_are_kept(api: Caller, jane: str) -> None:
    for number in range(MOST_ATTEMPTS + 2):
        api.made("/app-sync", told(jane, "Error", issues=[str(number)]))
    (sync,) = syncs(api, jane)
    kept = [each["issues"][0]["issue"] for each in sync["attempts"]]
    assert kept == [str(number) for number in range(2, MOST_ATTEMPTS + 2)]


def _places(api: Caller) -> dict[str, tuple[str, str]]:
    """One record of each kind that apps may tell of: its path and its id."""
    member = new_member(api, "jo@example.com", "Jo")
    membership = member.joins()
    bought = api.made("/order", order(customerId=member.customer))
    address = api.made(f"{member.at}/address", ADDRESS)
    return {
        "Customer": (member.at, member.customer),
        "Customer Address": (f"{member.at}/address/{address['id']}", address["id"]),
        "Club Membership": (f"/club-membership/{membership['id']}", membership["id"]),
        "Order": (f"/order/{bought['id']}", bought["id"]),
        "Product": (at := f"/product/{product(api, 'PN', stock=3)['id']}", at.rpartition("/")[2]),
    }


def test_each_kind_of_record_shows_it_and_has_not_changed(site: Site, api: Caller) -> None:
    """An app that follows records by web hooks or dates is not called by its own report."""
    places = _places(api)
    before = {kind: api.seen(at) for kind, (at, _) in places.items()}
    fired, logged = len(site.events()), site.person("Admin Owner").seen("/trash")
    for kind, (_, id) in places.items():
        api.made("/app-sync", told(id, "Error", kind, issues=["late"]))
    for kind, (at, id) in places.items():
        seen, (sync,) = api.seen(at), syncs(api, id)
        shown = {"test-full": {"status": "Error", "lastActivityDate": sync["lastActivityDate"]}}
        assert seen["appSync"] == shown, kind
        assert list(seen) == list(before[kind]), kind
        assert seen["updatedAt"] == before[kind]["updatedAt"], kind
    assert (len(site.events()), site.person("Admin Owner").seen("/trash")) == (fired, logged)
    assert differences(site) == []


def test_copies_of_a_customer_show_it_too(api: Caller) -> None:
    places = _places(api)
    api.made("/app-sync", told(places["Customer"][1]))
    shown = api.seen(places["Customer"][0])["appSync"]
    assert shown is not None
    assert api.seen(places["Order"][0])["customer"]["appSync"] == shown
    assert api.seen(places["Club Membership"][0])["customer"]["appSync"] == shown


def test_it_stays_when_the_record_changes_and_goes_out_with_web_hooks(
    site: Site, api: Caller, jane: str
) -> None:
    api.made("/app-sync", told(jane))
    shown = api.seen(f"/customer/{jane}")["appSync"]
    assert api.changed(f"/customer/{jane}", {"city": "Napa"})["appSync"] == shown
    assert site.events()[-1].payload["appSync"] == shown


def test_a_client_may_repeat_it_and_not_change_it(api: Caller, jane: str) -> None:
    api.made("/app-sync", told(jane))
    shown = api.seen(f"/customer/{jane}")["appSync"]
    assert api.changed(f"/customer/{jane}", {"appSync": shown, "city": "Napa"})["appSync"] == shown
    for other in (None, {}, {"test-full": {**shown["test-full"], "status": "Error"}}):
        is_invalid(api.put(f"/customer/{jane}", {"appSync": other}), ("appSync", FIXED))
    body = {"emails": [{"email": "a@b.co"}], "appSync": shown}
    is_invalid(api.post("/customer", body), ("appSync", UNKNOWN))


def test_each_app_has_its_own_and_accounts_see_all(site: Site, api: Caller, jane: str) -> None:
    other = site.app_with({})
    one = api.made("/app-sync", told(jane, "Error"))
    two = other.made("/app-sync", told(jane))
    assert one["id"] != two["id"]
    assert (syncs(api, jane), syncs(other, jane)) == ([one], [two])
    for role in ("Admin Owner", "Data", "Partner", "Admin User"):
        seen = site.person(role).seen(f"/app-syncs/{jane}")
        assert sorted(each["id"] for each in seen["appSyncs"]) == sorted([one["id"], two["id"]])
        assert seen["total"] == 2
    shown = api.seen(f"/customer/{jane}")["appSync"]
    assert {app: each["status"] for app, each in shown.items()} == {
        one["appId"]: "Error",
        two["appId"]: "Success",
    }


@pytest.mark.parametrize("role", ["Admin Owner", "Data", "Admin User", "Standard", "Basic"])
def test_people_tell_of_no_app(site: Site, jane: str, role: str) -> None:
    is_answer(site.person(role).post("/app-sync", told(jane)), 401, NOT_FOR_ROUTE)


def test_the_object_has_to_be_there_and_of_that_kind(api: Caller, jane: str) -> None:
    made = api.made("/order", order())["id"]
    gone = customer(api, "gone@example.com")["id"]
    api.gone(f"/customer/{gone}")
    for sent in (
        told(NIL),
        told(gone),
        told(jane, kind="Order"),
        told(made),
        told(jane, kind="Reservation"),
    ):
        is_invalid(api.post("/app-sync", sent), ("objectId", LOST))
    assert api.seen(f"/app-syncs/{jane}") == {"appSyncs": [], "total": 0}
    assert api.seen(f"/customer/{jane}")["appSync"] is None


def test_what_is_wrong_is_named(api: Caller, jane: str) -> None:
    needed = ("objectType", "objectId", "status")
    is_invalid(api.post("/app-sync", {}), *((name, REQUIRED) for name in needed))
    is_invalid(api.post("/app-sync", told(jane, "Late")), ("status", NOT_ONE_OF))
    is_invalid(api.post("/app-sync", told(jane, kind="Note")), ("objectType", NOT_ONE_OF))
    is_invalid(api.post("/app-sync", told("x")), ("objectId", BAD_ID))
    is_invalid(api.post("/app-sync", told(jane, appId="another")), ("appId", UNKNOWN))
    is_invalid(api.post("/app-sync", told(jane, issues=["ok", "<b>no</b>"])), ("issues[1]", HTML))
    is_invalid(
        api.post("/app-sync", told(jane, actions=[{**RESOLVE, "url": "javascript:alert(1)"}])),
        ("actions[0].url", "must be https"),
    )
    is_invalid(
        api.post("/app-sync", told(jane, actions=[{**RESOLVE, "httpType": "Post"}])),
        ("actions[0].httpType", NOT_ONE_OF),
    )
    is_invalid(api.get("/app-syncs/x"), ("objectId", BAD_ID))
    is_answer(api.get(f"/app-syncs/{jane}?q=x"), 422, query_param("q"))


def test_attempts_at_once_are_all_kept_in_one_record_for_each_app(site: Site, api: Caller, jane: str) -> None:
    apps = (api, site.app_with({}))
    with ThreadPoolExecutor(10) as pool:
        calls = [
            pool.submit(apps[number % 2].made, "/app-sync", told(jane, issues=[str(number)]))
            for number in range(20)
        ]
        assert len({call.result()["id"] for call in calls}) == 2
    for place, app in enumerate(apps):
        (sync,) = syncs(app, jane)
        issues = {issue["issue"] for each in sync["attempts"] for issue in each["issues"]}
        assert issues == {str(number) for number in range(place, 20, 2)}
    assert len(api.seen(f"/customer/{jane}")["appSync"]) == 2
    assert differences(site) == []


def test_changes_of_the_record_at_the_same_time_are_not_lost(site: Site, api: Caller, jane: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(10):
            pool.submit(api.made, "/app-sync", told(jane))
            pool.submit(api.changed, f"/customer/{jane}", {"city": f"City {number}"})
    seen, (sync,) = api.seen(f"/customer/{jane}"), syncs(api, jane)
    assert seen["city"].startswith("City ")
    assert seen["appSync"]["test-full"]["lastActivityDate"] == sync["lastActivityDate"]
    assert len(sync["attempts"]) == 10
    assert differences(site) == []


def test_it_goes_with_its_record_and_with_what_belongs_to_it(site: Site, api: Caller) -> None:
    places = _places(api)
    for kind, (_, id) in places.items():
        api.made("/app-sync", told(id, kind=kind))
    api.changed(places["Club Membership"][0], {"cancelDate": "2024-01-01", "cancellationReason": "Other"})
    api.gone(places["Customer"][0])
    api.gone(places["Product"][0])
    left = [kind for kind, (_, id) in places.items() if syncs(api, id)]
    assert left == ["Order"]
    assert differences(site) == []


def _owner(site: Site) -> Actor:
    return Actor("account", site.tenant_id, site.slug, role="Admin Owner", face="site")


def test_a_customer_that_comes_back_shows_nothing_that_is_gone(site: Site, api: Caller, jane: str) -> None:
    api.made("/app-sync", told(jane))
    api.gone(f"/customer/{jane}")
    site.server.run(restore_customer(site.server.store, _owner(site), jane))
    assert api.seen(f"/customer/{jane}")["appSync"] is None
    assert syncs(api, jane) == []
    assert differences(site) == []


def test_a_merged_customer_takes_its_own_along(site: Site, api: Caller, jane: str) -> None:
    jo = customer(api, "jo@example.com")["id"]
    for id in (jane, jo):
        api.made("/app-sync", told(id))
    shown = api.seen(f"/customer/{jane}")["appSync"]
    site.server.run(merge(site.server.store, _owner(site), jane, [jo]))
    assert api.seen(f"/customer/{jane}")["appSync"] == shown
    assert (len(syncs(api, jane)), syncs(api, jo)) == (1, [])
    assert differences(site) == []


def test_lists_come_in_pages_and_by_cursor(site: Site, api: Caller, jane: str) -> None:
    for _ in range(3):
        site.app_with({}).made("/app-sync", told(jane))
    owner = site.person("Admin Owner")
    at = f"/app-syncs/{jane}"
    pages = [owner.seen(f"{at}?limit=2&page={number}") for number in (1, 2)]
    assert [len(page["appSyncs"]) for page in pages] == [2, 1]
    assert {page["total"] for page in pages} == {3}
    first = owner.seen(f"{at}?limit=2&cursor=start")
    rest = owner.seen(f"{at}?limit=2&cursor={first['cursor']}")
    walked = [each["id"] for each in (*first["appSyncs"], *rest["appSyncs"])]
    assert (walked, len(walked), "cursor" in rest) == (sorted(walked), 3, False)
    assert owner.seen(f"{at}?createdAt=lt:2000-01-01")["total"] == 0


def test_another_tenant_sees_and_says_nothing_of_it(house: House, api: Caller, jane: str) -> None:
    api.made("/app-sync", told(jane))
    other = house.open().app()
    assert syncs(other, jane) == []
    is_invalid(other.post("/app-sync", told(jane)), ("objectId", LOST))
    assert len(syncs(api, jane)) == 1
