"""B27: sets of coupons and promotions, and what both sides show of each other."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import (
    BAD_ID,
    FIXED,
    LOST,
    NOT_JSON,
    REQUIRED,
    UNKNOWN,
    WRONG_TYPE,
    is_answer,
    is_invalid,
    is_lost,
)
from tests.verifying import differences
from tests.wire.discounts import KINDS, THINGS, discount, made, set_of, sets

pytestmark = pytest.mark.usefixtures("heard")

LINK = "/promotion-set-x-promotion"
each_kind = pytest.mark.parametrize("kind", KINDS)


def _ref(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in (("id", "code", "title") if kind == "coupon" else ("id", "title"))}


def _titles(api: Caller, kind: str, id: str) -> list[str]:
    return [each["title"] for each in api.seen(f"/{kind}/{id}")["promotionSets"]]


def test_a_new_set_is_empty(api: Caller) -> None:
    found = api.made("/promotion-set", {"title": " Club bundle "})
    expected = {
        "id": found["id"],
        "title": "Club bundle",
        "createdAt": found["createdAt"],
        "updatedAt": found["updatedAt"],
        "coupons": [],
        "promotions": [],
    }
    assert (found, list(found)) == (expected, list(expected))
    assert api.seen("/promotion-set?q=bundle") == {"promotionSets": [found], "total": 1}
    is_invalid(api.post("/promotion-set", {}), ("title", REQUIRED))
    is_invalid(api.post("/promotion-set", {"title": "X", "coupons": []}), ("coupons", UNKNOWN))


@each_kind
def test_both_sides_show_each_other(site: Site, api: Caller, kind: str) -> None:
    one, two = set_of(api, "One"), set_of(api, "Two")
    found = made(api, kind, "A", promotionSets=sets(two, one, two))
    assert found["promotionSets"] == [{"id": two, "title": "Two"}, {"id": one, "title": "One"}]
    other = made(api, kind, "B", title="Other", promotionSets=sets(one))
    shown = api.seen(f"/promotion-set/{one}")
    empty = "promotions" if kind == "coupon" else "coupons"
    assert (shown[f"{kind}s"], shown[empty]) == ([_ref(kind, found), _ref(kind, other)], [])
    (first, second) = api.seen("/promotion-set")["promotionSets"]
    assert [len(each[f"{kind}s"]) for each in (first, second)] == [1, 2]
    is_invalid(
        api.post(f"/{kind}", discount(kind, "C", promotionSets=sets(one, NIL))), ("promotionSets[1].id", LOST)
    )
    assert differences(site) == []


@each_kind
def test_promotion_sets_in_a_body_replace_the_set(api: Caller, kind: str) -> None:
    one, two = set_of(api, "One"), set_of(api, "Two")
    found = made(api, kind, promotionSets=sets(one))
    at = f"/{kind}/{found['id']}"
    assert [each["id"] for each in api.changed(at, {"promotionSets": sets(two, one)})["promotionSets"]] == [
        two,
        one,
    ]
    same = api.changed(at, {"promotionSets": sets(one, two)})
    assert [each["id"] for each in same["promotionSets"]] == [two, one]
    assert api.changed(at, {"promotionSets": same["promotionSets"]}) == same
    api.changed(at, {"promotionSets": sets(two)})
    assert api.seen(f"/promotion-set/{one}")[f"{kind}s"] == []
    assert len(api.seen(f"/promotion-set/{two}")[f"{kind}s"]) == 1
    assert api.changed(at, {"promotionSets": []})["promotionSets"] == []
    assert api.seen(f"/promotion-set/{two}")[f"{kind}s"] == []


@each_kind
def test_a_set_repeats_what_it_shows_and_takes_no_members(api: Caller, kind: str) -> None:
    one = set_of(api)
    found = made(api, kind, promotionSets=sets(one))
    at, member = f"/promotion-set/{one}", f"{kind}s"
    shown = api.seen(at)
    rest = {name: value for name, value in shown.items() if name not in ("id", "createdAt", "updatedAt")}
    assert api.changed(at, rest) == shown
    is_invalid(api.put(at, {member: []}), (member, FIXED))
    api.changed(f"/{kind}/{found['id']}", {"title": "Other"})
    is_invalid(api.put(at, {member: shown[member]}), (member, FIXED))
    assert api.seen(at)[member][0]["title"] == "Other"


@each_kind
def test_a_renamed_set_shows_in_its_members_which_stay_as_they_were(
    site: Site, api: Caller, kind: str
) -> None:
    one, two = set_of(api, "One"), set_of(api, 'Two "II"')
    both, alone = (
        made(api, kind, "A", promotionSets=sets(one, two)),
        made(api, kind, "B", promotionSets=sets(two)),
    )
    with clock.frozen(clock.now() + 60_000):
        api.changed(f"/promotion-set/{one}", {"title": 'Very & \\ "new" ü'})
    after = api.seen(f"/{kind}/{both['id']}")
    assert [each["title"] for each in after["promotionSets"]] == ['Very & \\ "new" ü', 'Two "II"']
    assert after | {"promotionSets": 0} == both | {"promotionSets": 0}
    assert api.seen(f"/{kind}/{alone['id']}") == alone
    assert (THINGS[kind], "Update") not in site.fired()
    assert differences(site) == []


@each_kind
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_deleted_set_is_taken_off_its_members(site: Site, api: Caller, kind: str, place: int) -> None:
    ids = [set_of(api, f"S{number}") for number in range(3)]
    found, alone = (
        made(api, kind, "A", promotionSets=sets(*ids)),
        made(api, kind, "B", promotionSets=sets(ids[place])),
    )
    api.gone(f"/promotion-set/{ids[place]}")
    left = [id for id in ids if id != ids[place]]
    shown = api.seen(f"/{kind}/{found['id']}")
    assert [each["id"] for each in shown["promotionSets"]] == left
    assert shown["updatedAt"] == found["updatedAt"]
    assert api.seen(f"/{kind}/{alone['id']}")["promotionSets"] == []
    is_lost(api.get(f"/promotion-set/{ids[place]}"), "Promotion Set")
    (row,) = api.seen("/trash?objectType=Promotion Set")["trashes"]
    assert (row["objectId"], row["title"]) == (ids[place], f"S{place}")
    is_invalid(
        api.put(f"/{kind}/{found['id']}", {"promotionSets": sets(ids[place])}), ("promotionSets[0].id", LOST)
    )
    assert differences(site) == []


@each_kind
def test_who_is_deleted_leaves_the_sets(site: Site, api: Caller, kind: str) -> None:
    one = set_of(api)
    found = made(api, kind, promotionSets=sets(one))
    before = api.seen(f"/promotion-set/{one}")
    api.gone(f"/{kind}/{found['id']}")
    assert api.seen(f"/promotion-set/{one}") == before | {f"{kind}s": []}
    assert differences(site) == []


class TestLinks:
    @each_kind
    def test_one_is_put_in_and_taken_out(self, site: Site, api: Caller, kind: str) -> None:
        one, found = set_of(api, "One"), made(api, kind)
        at, body = f"/{kind}/{found['id']}", {"promotionId": found["id"].upper(), "promotionSetId": one}
        with clock.frozen(clock.now() + 60_000):
            link = api.made(LINK, body)
            moment = clock.to_wire(clock.now())
        expected = {
            "promotionId": found["id"],
            "promotionSetId": one,
            "id": link["id"],
            "updatedAt": moment,
            "createdAt": moment,
        }
        assert (link, list(link)) == (expected, list(expected))
        shown = api.seen(at)
        assert (shown["promotionSets"], shown["updatedAt"]) == ([{"id": one, "title": "One"}], moment)
        assert api.seen(f"/promotion-set/{one}")[f"{kind}s"] == [_ref(kind, found)]
        assert api.made(LINK, body) == link
        assert site.fired().count((THINGS[kind], "Update")) == 1
        answer = api.delete(LINK, json=body)
        assert (answer.status_code, answer.content) == (204, b"")
        assert api.seen(at)["promotionSets"] == []
        assert api.seen(f"/promotion-set/{one}")[f"{kind}s"] == []
        is_lost(api.delete(LINK, json=body), "Promotion Set X Promotion")
        assert differences(site) == []

    def test_what_is_not_there_does_not_exist(self, site: Site, api: Caller) -> None:
        one, found = set_of(api), made(api, "coupon")["id"]
        lost = {"promotionId": NIL, "promotionSetId": NIL}
        is_invalid(api.post(LINK, lost), ("promotionId", LOST), ("promotionSetId", LOST))
        # A set is no promotion, nor the other way round.
        swapped = {"promotionId": one, "promotionSetId": found}
        is_invalid(api.post(LINK, swapped), ("promotionId", LOST), ("promotionSetId", LOST))
        foreign = set_of(site.house.open().app())
        is_invalid(
            api.post(LINK, {"promotionId": found, "promotionSetId": foreign}), ("promotionSetId", LOST)
        )
        for body in (lost, swapped, {"promotionId": found, "promotionSetId": one}):
            is_lost(api.delete(LINK, json=body), "Promotion Set X Promotion")

    @pytest.mark.parametrize("method", ["POST", "DELETE"])
    def test_the_body_names_both(self, api: Caller, method: str) -> None:
        is_invalid(api.request(method, LINK), ("promotionId", REQUIRED), ("promotionSetId", REQUIRED))
        is_invalid(
            api.request(method, LINK, json={"promotionId": "x", "promotionSetId": NIL, "couponId": NIL}),
            ("couponId", UNKNOWN),
            ("promotionId", BAD_ID),
        )
        is_answer(api.request(method, LINK, content="{"), 400, NOT_JSON)
        typed = {"content-type": "text/plain"}
        is_answer(api.request(method, LINK, content="{}", headers=typed), 415, WRONG_TYPE)

    def test_no_other_deletion_looks_at_a_body(self, api: Caller) -> None:
        one = set_of(api)
        assert api.delete(f"/promotion-set/{one}", content="{").status_code == 204

    def test_of_many_at_once_one_makes_the_link(self, site: Site, api: Caller) -> None:
        one, found = set_of(api), made(api, "promotion")["id"]
        body = {"promotionId": found, "promotionSetId": one}
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: api.made(LINK, body), range(16)))
        assert len({json.dumps(each) for each in answers}) == 1
        assert _titles(api, "promotion", found) == ["Bundle"]
        assert differences(site) == []


def test_members_made_while_the_set_is_renamed_show_its_last_title(site: Site, api: Caller) -> None:
    one = set_of(api)

    def make(number: int) -> str:
        return made(api, "coupon", f"C{number}", promotionSets=sets(one))["id"]

    with ThreadPoolExecutor(8) as pool:
        renaming = [
            pool.submit(lambda n: api.changed(f"/promotion-set/{one}", {"title": f"T{n}"}), number)
            for number in range(10)
        ]
        ids = list(pool.map(make, range(30)))
        for each in renaming:
            each.result()
    title = api.seen(f"/promotion-set/{one}")["title"]
    assert {tuple(_titles(api, "coupon", id)) for id in ids} == {(title,)}
    assert differences(site) == []
