"""B9, A19: customer tags under their older name."""

from typing import Any

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import (
    BAD_ID,
    FIXED,
    NOT_ONE_OF,
    REQUIRED,
    UNKNOWN,
    is_answer,
    is_invalid,
    is_lost,
    query_param,
    refused,
)
from tests.wire.samples import DYNAMIC
from tests.wire.test_for_web import on_web

pytestmark = pytest.mark.usefixtures("heard")

EMPLOYEE = {"title": "Employee", "type": "Manual"}


@pytest.fixture
def group(api: Caller) -> dict[str, Any]:
    return api.made("/group", EMPLOYEE)


def test_a_group_is_a_customer_tag_of_the_same_id(api: Caller, group: dict[str, Any]) -> None:
    assert group == {
        "id": group["id"],
        "title": "Employee",
        "type": "Manual",
        "createdAt": group["createdAt"],
        "updatedAt": group["updatedAt"],
    }
    assert list(group) == ["id", "title", "type", "createdAt", "updatedAt"]
    tag = api.seen(f"/tag/customer/{group['id']}")
    assert {name: tag[name] for name in group} == group
    assert (tag["objectType"], tag["conditions"]) == ("Customer", [])
    assert api.seen(f"/group/{group['id']}") == group


def test_each_customer_tag_is_a_group_and_no_other_tag_is(api: Caller) -> None:
    manual = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    dynamic = api.made("/tag/customer", DYNAMIC)
    others = [api.made(f"/tag/{word}", EMPLOYEE) for word in ("order", "club-membership", "reservation")]
    assert [each["id"] for each in api.seen("/group")["groups"]] == [dynamic["id"], manual["id"]]
    assert api.seen(f"/group/{dynamic['id']}")["type"] == "Dynamic"
    for other in others:
        for answer in (
            api.get(f"/group/{other['id']}"),
            api.put(f"/group/{other['id']}", {"title": "x"}),
            api.delete(f"/group/{other['id']}"),
        ):
            is_lost(answer, "Group")


def test_the_type_may_be_left_out_and_is_manual(api: Caller) -> None:
    assert api.made("/group", {"title": "A"})["type"] == "Manual"
    assert api.made("/group", {"title": "B", "type": "manual"})["type"] == "Manual"
    is_invalid(api.post("/group", {}), ("title", REQUIRED))
    is_invalid(api.post("/group", {"title": "C", "type": "Dynamic"}), ("type", NOT_ONE_OF))
    is_invalid(api.post("/group", {**EMPLOYEE, "conditions": []}), ("conditions", UNKNOWN))
    is_invalid(api.post("/group", {**EMPLOYEE, "id": NIL}), ("id", UNKNOWN))


def test_a_changed_title_shows_at_once_wherever_the_tag_does(api: Caller, group: dict[str, Any]) -> None:
    body = {"emails": [{"email": "a@b.co"}], "tags": [{"id": group["id"]}]}
    customer = api.made("/customer", body)["id"]
    with clock.frozen(clock.now() + 1000):
        changed = api.changed(f"/group/{group['id']}", {"title": "Staff"})
    assert changed == {**group, "title": "Staff", "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] > group["updatedAt"]
    seen = api.seen(f"/customer/{customer}")
    assert [each["title"] for each in seen["groups"]] == ["Staff"]
    assert api.seen(f"/tag/customer/{group['id']}")["title"] == "Staff"


def test_what_was_read_can_be_written_back_and_nothing_else_of_it_changed(api: Caller) -> None:
    dynamic = api.made("/tag/customer", DYNAMIC)
    at = f"/group/{dynamic['id']}"
    assert api.changed(at, {"title": DYNAMIC["title"], "type": "Dynamic"}) == api.seen(at)
    assert api.changed(at, {}) == api.seen(at)
    is_invalid(api.put(at, {"type": "Manual"}), ("type", FIXED))
    is_invalid(api.put(at, {"objectType": "Customer"}), ("objectType", UNKNOWN))
    is_invalid(api.put(at, {"title": ""}), ("title", "must NOT have fewer than 1 characters"))
    after = api.seen(f"/tag/customer/{dynamic['id']}")
    assert after["conditions"] == dynamic["conditions"]


def test_a_group_that_is_gone_is_not_there(api: Caller, group: dict[str, Any]) -> None:
    body = {"emails": [{"email": "a@b.co"}], "tags": [{"id": group["id"]}]}
    customer = api.made("/customer", body)["id"]
    at = f"/group/{group['id']}"
    api.gone(at)
    assert api.seen(f"/customer/{customer}")["groups"] == []
    for answer in (api.get(at), api.put(at, {"title": "x"}), api.delete(at)):
        is_lost(answer, "Group")
    is_lost(api.get(f"/tag/customer/{group['id']}"), "Tag")
    is_invalid(api.put(at, {"title": 5}), ("title", "must be a string"))
    is_invalid(api.get("/group/x"), ("id", BAD_ID))
    (row,) = api.seen("/trash")["trashes"]
    assert (row["objectType"], row["objectId"], row["title"]) == ("Tag", group["id"], "Employee")


def test_one_that_a_product_is_sold_by_can_not_be_deleted(api: Caller, group: dict[str, Any]) -> None:
    security = {"availableTo": "Group", "availableToObjectIds": [group["id"]]}
    api.made("/product", on_web("Pinot", security=security))
    answer = api.delete(f"/group/{group['id']}")
    is_answer(answer, 422, refused("Can not delete a tag that is in use"))


def test_groups_are_listed_by_title_and_in_pages(api: Caller) -> None:
    for title in ("gold", "Éclair", "Friends", "Amber"):
        api.made("/group", {"title": title})
    seen = api.seen("/group")
    assert list(seen) == ["groups", "total"]
    assert [each["title"] for each in seen["groups"]] == ["Amber", "Éclair", "Friends", "gold"]
    assert [each["title"] for each in api.seen("/group?limit=3&page=2")["groups"]] == ["gold"]
    assert [each["title"] for each in api.seen("/group?q=ECL")["groups"]] == ["Éclair"]
    assert api.seen("/group?createdAt=lt:2000-01-01") == {"groups": [], "total": 0}
    first = api.seen("/group?cursor=start&limit=3")
    rest = api.seen(f"/group?cursor={first['cursor']}&limit=3")
    walked = [each["id"] for each in (*first["groups"], *rest["groups"])]
    assert (len(walked), walked, "cursor" in rest) == (4, sorted(walked), False)
    is_answer(api.get("/group?type=Manual"), 422, query_param("type"))


def _group_events(site: Site) -> list[tuple[str, dict[str, Any]]]:
    return [(each.action, each.payload) for each in site.events() if each.object == "Group"]


def test_web_hooks_tell_of_each_change_in_the_older_shape_whichever_name_was_used(
    site: Site, api: Caller, group: dict[str, Any]
) -> None:
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    renamed = api.changed(f"/tag/customer/{group['id']}", {"title": "Staff"})
    api.changed(f"/group/{group['id']}", {"title": "Staff"})
    api.gone(f"/group/{tag['id']}")
    members = ("id", "title", "type", "createdAt", "updatedAt")
    assert _group_events(site) == [
        ("Create", group),
        ("Create", {name: tag[name] for name in members}),
        ("Update", {name: renamed[name] for name in members}),
        ("Delete", {name: tag[name] for name in members}),
    ]
    told = [(each.object, each.action) for each in site.events()]
    assert told.count(("Tag", "Create")) == 2
    assert told.count(("Tag", "Delete")) == 1


def test_tags_of_other_things_are_no_groups_to_web_hooks_either(site: Site, api: Caller) -> None:
    made = api.made("/tag/order", EMPLOYEE)
    api.changed(f"/tag/order/{made['id']}", {"title": "x"})
    api.gone(f"/tag/order/{made['id']}")
    assert _group_events(site) == []
