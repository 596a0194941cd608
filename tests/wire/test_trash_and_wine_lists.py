"""B36, B19: the list of deletions, and the wine lists."""

from typing import Any

import pytest

from cellarhand import clock
from cellarhand.customers.restore import restore_customer
from cellarhand.record.actor import Actor
from tests.callers import Caller, House, Site
from tests.catalogue import NOT_ONE_OF, is_invalid
from tests.wire.members import new_member
from tests.wire.samples import Made, all_of

pytestmark = pytest.mark.usefixtures("heard")

TYPES = {
    "customer": "Customer",
    "address": "Customer Address",
    "card": "Customer Credit Card",
    "note": "Note",
    "manual tag": "Tag",
    "dynamic tag": "Tag",
    "definition": "Meta Data Config",
    "web hook": "Web Hook",
}
TITLES = {
    "manual tag": "VIP",
    "dynamic tag": "Locals",
    "definition": "Spouse name",
    "web hook": "Customer Update",
}


def _deleted(api: Caller, caller: Caller) -> list[Made]:
    """Every kind of record, deleted one by one, the newest last; the customer goes last of all."""
    made, start = list(all_of(api)), clock.now()
    for number, each in enumerate(made):
        with clock.frozen(start + (number + 1) * 1000):
            caller.gone(each.at)
    return made


def test_every_deletion_is_listed_newest_first(site: Site, api: Caller, owner: Caller) -> None:
    made = _deleted(api, owner)
    seen = owner.seen("/trash")
    assert [(row["objectType"], row["objectId"]) for row in seen["trashes"]] == [
        (TYPES[each.name], each.record["id"]) for each in reversed(made)
    ]
    for row, each in zip(seen["trashes"], reversed(made), strict=True):
        assert list(row) == ["id", "objectType", "objectId", "title", "deletedBy", "createdAt", "updatedAt"]
        assert (row["title"], row["deletedBy"]) == (TITLES.get(each.name), "admin.owner@people.example")
        assert row["createdAt"] == row["updatedAt"]
    assert seen["total"] == len(made)


def test_nothing_of_an_erased_person_stands_in_it(site: Site, api: Caller) -> None:
    _deleted(api, api)
    text = api.get("/trash").text.lower()
    for private in ("jane", "example.com", "napa", "tok_example", "1111", "called back"):
        assert private not in text.replace("hooks.example.com", "")


def test_an_app_is_named_by_its_id(api: Caller) -> None:
    made = api.made("/customer", {"emails": [{"email": "a@b.co"}]})
    api.gone(f"/customer/{made['id']}")
    assert api.seen("/trash")["trashes"][0]["deletedBy"] == "test-full"


def test_it_is_filtered_by_type_object_and_moment(api: Caller) -> None:
    made = _deleted(api, api)
    for each in made:
        rows = api.seen(f"/trash?objectId={each.record['id']}")["trashes"]
        assert [row["objectType"] for row in rows] == [TYPES[each.name]]
    assert api.seen("/trash?objectType=Tag")["total"] == 2
    assert api.seen("/trash?objectType=in:Tag,Customer Address")["total"] == 3
    assert api.seen("/trash?createdAt=gt:2000-01-01")["total"] == len(made)
    assert api.seen("/trash?createdAt=lt:2000-01-01")["total"] == 0
    is_invalid(api.get("/trash?objectType=tag"), ("objectType", NOT_ONE_OF))
    walked, cursor = list[str](), "start"
    while cursor:
        page = api.seen(f"/trash?limit=3&cursor={cursor}")
        walked += [row["id"] for row in page["trashes"]]
        cursor = page.get("cursor")
    assert walked == sorted(walked)
    assert len(walked) == len(made)


def test_an_app_sees_the_types_that_it_may_read(site: Site, api: Caller) -> None:
    _deleted(api, api)
    for permissions, types in (
        ({}, set[str]()),
        ({"Tag": "Read"}, {"Tag"}),
        ({"Customer": "Full", "Note": "Read"}, {"Customer", "Note"}),
        ({"MetaData Config": "Read", "WebHook": "Read"}, {"Meta Data Config", "Web Hook"}),
        (
            {"Customer Address": "Read", "Customer Credit Card": "Read"},
            {"Customer Address", "Customer Credit Card"},
        ),
    ):
        caller = site.app_with(permissions)
        for path in ("/trash", "/trash?cursor=start"):
            assert {row["objectType"] for row in caller.seen(path)["trashes"]} == types


class TestWineLists:
    @pytest.fixture(scope="class")
    def reader(self, house: House) -> Caller:
        return house.open().app()

    @pytest.mark.parametrize(
        ("path", "key", "count", "members"),
        [
            ("/wine-varietal", "wineVarietals", 79, "id type varietal createdAt updatedAt"),
            (
                "/wine-appellation",
                "wineAppellations",
                1235,
                "id countryCode region appellation createdAt updatedAt",
            ),
        ],
    )
    def test_the_whole_list_comes_at_once_unless_paging_is_asked_for(
        self, reader: Caller, path: str, key: str, count: int, members: str
    ) -> None:
        seen = reader.seen(path)
        assert (list(seen), len(seen[key]), seen["total"]) == ([key, "total"], count, count)
        assert all(list(row) == members.split() for row in seen[key])
        assert len({row["id"] for row in seen[key]}) == count
        assert reader.seen(f"{path}?limit=50&page=2") == {key: seen[key][50:100], "total": count}
        assert reader.seen(f"{path}?page=1")[key] == seen[key][:50]
        assert reader.seen(f"{path}?page=999") == {key: [], "total": count}
        walked, cursor = list[dict[str, Any]](), "start"
        while cursor:
            page = reader.seen(f"{path}?cursor={cursor}")
            walked += page[key]
            cursor = page.get("cursor")
        assert walked == sorted(seen[key], key=lambda row: row["id"])

    def test_they_are_ordered_as_documented(self, reader: Caller) -> None:
        varietals = reader.seen("/wine-varietal")["wineVarietals"]
        assert varietals == sorted(varietals, key=lambda row: (row["type"], row["varietal"]))
        rows = reader.seen("/wine-appellation")["wineAppellations"]
        assert rows == sorted(rows, key=lambda row: (row["countryCode"], row["region"], row["appellation"]))

    def test_they_are_filtered_and_searched(self, reader: Caller) -> None:
        reds = reader.seen("/wine-varietal?type=Red")
        assert {row["type"] for row in reds["wineVarietals"]} == {"Red"}
        assert reds["total"] == len(reds["wineVarietals"]) > 5
        both = reader.seen("/wine-varietal?type=in:Red,White")
        assert {row["type"] for row in both["wineVarietals"]} == {"Red", "White"}
        found = reader.seen("/wine-varietal?q=PINOT&type=Red")["wineVarietals"]
        assert found
        assert all("pinot" in row["varietal"].lower() for row in found)
        rows = reader.seen("/wine-appellation?countryCode=US&region=california")["wineAppellations"]
        assert {(row["countryCode"], row["region"]) for row in rows} == {("US", "California")}
        is_invalid(reader.get("/wine-varietal?type=Blue"), ("type", NOT_ONE_OF))
        assert reader.seen("/wine-varietal?createdAt=lt:2000-01-01")["total"] == 0

    def test_they_are_the_same_for_every_tenant_and_nobody_changes_them(
        self, house: House, reader: Caller
    ) -> None:
        other = house.open().app()
        for path in ("/wine-varietal", "/wine-appellation"):
            assert other.get(path).content == reader.get(path).content
            assert other.post(path, {}).status_code == 405
        is_invalid(other.get("/wine-varietal?limit=0"), ("limit", "must be >= 1"))


def test_a_restored_customer_is_told_as_a_new_one_to_those_who_keep_copies(site: Site, api: Caller) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    api.gone(member.at)
    count = len(site.events())
    actor = Actor("account", site.tenant_id, site.slug, name="Ann", email="ann@a.example", face="site")
    site.server.run(restore_customer(site.server.store, actor, member.customer))
    events = site.events()[count:]
    assert [(each.object, each.action, each.actor) for each in events] == [
        ("Customer", "Create", "ann@a.example"),
        ("Customer Address", "Create", "ann@a.example"),
        ("Customer Credit Card", "Create", "ann@a.example"),
    ]
    assert events[0].payload == member.seen()
    assert api.seen("/trash")["trashes"] == []
