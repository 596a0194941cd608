"""B34, A19: registrations of web hooks."""

import concurrent.futures

import pytest

from cellarhand.store.conditions import By
from cellarhand.store.tables import OUTBOX
from tests.callers import Caller, Site
from tests.catalogue import NOT_ONE_OF, REQUIRED, UNIQUE, is_invalid, is_lost
from tests.wire.samples import HOOK

SMALL = {"object": "Customer", "action": "Create", "url": "https://hooks.example.com/a"}
OBJECTS = [
    "Allocation",
    "Cart",
    "Club",
    "Club Package",
    "Club Membership",
    "Collection",
    "Customer",
    "Customer Address",
    "Customer Credit Card",
    "Coupon",
    "Group",
    "Product",
    "Promotion",
    "Order",
    "Order Fulfillment",
    "Reservation",
    "Tag",
    "Transaction Email",
]
BULK = ("Customer", "Order", "Club Membership", "Reservation")


def test_the_smallest_hook_shows_no_member_that_is_not_set(api: Caller) -> None:
    made = api.made("/web-hook", SMALL)
    assert list(made) == ["id", "object", "action", "url", "createdAt", "updatedAt"]


def test_object_action_and_url_are_required(api: Caller) -> None:
    is_invalid(api.post("/web-hook", {}), ("object", REQUIRED), ("action", REQUIRED), ("url", REQUIRED))


def test_members_appear_when_set_and_vanish_when_cleared(api: Caller) -> None:
    made = api.made("/web-hook", SMALL)
    at = f"/web-hook/{made['id']}"
    assert api.changed(at, {"username": "u"})["username"] == "u"
    assert list(api.changed(at, {"notes": "n", "notificationEmail": "a@b.co"}))[4:7] == [
        "username",
        "notes",
        "notificationEmail",
    ]
    cleared = api.changed(at, {"username": None, "notes": None, "notificationEmail": None})
    assert list(cleared) == list(made)


def test_secrets_are_written_and_never_shown(site: Site, api: Caller) -> None:
    made = api.made("/web-hook", HOOK)
    answer = api.put(f"/web-hook/{made['id']}", {"password": "other words", "signingSecret": None})
    assert answer.status_code == 200
    for text in (answer.text, api.get("/web-hook").text, api.get("/trash").text):
        assert "other words" not in text
        assert "password" not in text


@pytest.mark.parametrize("name", OBJECTS)
def test_each_object_takes_its_own_actions(api: Caller, name: str) -> None:
    for action in ("Create", "Update", "Delete", "Bulk Update", "Send"):
        body = {"object": name, "action": action, "url": "https://hooks.example.com/x"}
        fits = {"Bulk Update": name in BULK, "Send": name == "Transaction Email"}.get(action, True)
        if fits:
            api.made("/web-hook", body)
        else:
            is_invalid(api.post("/web-hook", body), ("action", NOT_ONE_OF))


def test_a_change_may_not_leave_an_action_that_does_not_fit(api: Caller) -> None:
    made = api.made("/web-hook", {**SMALL, "action": "Bulk Update"})
    is_invalid(api.put(f"/web-hook/{made['id']}", {"object": "Product"}), ("action", NOT_ONE_OF))
    assert api.changed(f"/web-hook/{made['id']}", {"object": "Order"})["object"] == "Order"


def test_one_hook_per_object_action_and_url(api: Caller) -> None:
    api.made("/web-hook", SMALL)
    is_invalid(api.post("/web-hook", SMALL), ("url", UNIQUE))
    for other in ({"action": "Update"}, {"object": "Order"}, {"url": "https://hooks.example.com/A"}):
        made = api.made("/web-hook", {**SMALL, **other})
        is_invalid(api.put(f"/web-hook/{made['id']}", SMALL), ("url", UNIQUE))


def test_one_hook_even_when_many_ask_at_once(api: Caller) -> None:
    api.get("")
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.post("/web-hook", SMALL), range(16)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 15
    assert api.seen("/web-hook")["total"] == 1


def test_an_app_sees_and_changes_only_its_own_and_people_see_all(site: Site, owner: Caller) -> None:
    one, two = site.app("hooks-one", {"*": "Full"}), site.app("hooks-two", {"*": "Full"})
    mine, theirs, ours = (caller.made("/web-hook", SMALL) for caller in (one, two, owner))
    for caller, own in ((one, mine), (two, theirs)):
        assert caller.seen("/web-hook") == {"webHooks": [own], "total": 1}
        assert caller.seen("/web-hook?cursor=start") == {"webHooks": [own]}
    for method, body in (("GET", None), ("PUT", {"notes": "x"}), ("DELETE", None)):
        for hook in (theirs, ours):
            is_lost(one.request(method, f"/web-hook/{hook['id']}", json=body), "Web Hook")
    assert {row["id"] for row in owner.seen("/web-hook")["webHooks"]} == {
        mine["id"],
        theirs["id"],
        ours["id"],
    }
    owner.gone(f"/web-hook/{mine['id']}")


def test_people_share_one_hook_and_apps_have_each_their_own(site: Site, owner: Caller) -> None:
    owner.made("/web-hook", SMALL)
    is_invalid(site.person("Data").post("/web-hook", SMALL), ("url", UNIQUE))
    site.app("hooks-one", {"*": "Full"}).made("/web-hook", SMALL)


def test_hooks_are_filtered_by_object_and_action(api: Caller) -> None:
    for name in ("Customer", "Club Membership"):
        for action in ("Create", "Delete"):
            api.made("/web-hook", {**SMALL, "object": name, "action": action})
    for query, found in (
        ("object=Customer", 2),
        ("action=Delete", 2),
        ("object=Club%20Membership&action=Delete", 1),
        ("object=Club+Membership", 2),
        ("object=in:Customer,Club Membership", 4),
        ("object=Order", 0),
    ):
        assert api.seen(f"/web-hook?{query}")["total"] == found
    is_invalid(api.get("/web-hook?object=Inventory"), ("object", NOT_ONE_OF))
    is_invalid(api.get("/web-hook?action=Created"), ("action", NOT_ONE_OF))


def test_registering_fires_nothing(site: Site, api: Caller) -> None:
    site.listen()
    made = api.made("/web-hook", SMALL)
    api.gone(f"/web-hook/{made['id']}")
    assert site.fired() == []


def _waiting(site: Site) -> list[str]:
    """The actions of the events in the outbox."""

    async def work() -> list[str]:
        rows = await site.server.store.reading(site.tenant_id).rows(OUTBOX, ("action",), order=(By("seq"),))
        return [row[0] for row in rows]

    return site.server.run(work())


def test_events_are_written_where_a_hook_waits_for_them(site: Site, api: Caller) -> None:
    customer = api.made("/customer", {"firstName": "Ann", "emails": [{"email": "ann@example.com"}]})
    assert _waiting(site) == []
    hook = api.made("/web-hook", {"object": "Customer", "action": "Update", "url": SMALL["url"]})
    api.changed(f"/customer/{customer['id']}", {"firstName": "Anna"})
    api.made("/customer", {"firstName": "Bea", "emails": [{"email": "bea@example.com"}]})
    assert _waiting(site) == ["Update"]
    api.gone(f"/web-hook/{hook['id']}")
    api.changed(f"/customer/{customer['id']}", {"firstName": "Ann"})
    assert _waiting(site) == ["Update"]
