"""B7, B8, TAG: tags, and putting them on records."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cellarhand import clock
from tests.callers import NIL, Caller, Site
from tests.catalogue import LOST, NOT_ONE_OF, REQUIRED, is_answer, is_invalid, is_lost, refused
from tests.wire.samples import DYNAMIC
from tests.wire.shop import order

pytestmark = pytest.mark.usefixtures("heard")

VIP = {"title": "VIP", "type": "Manual"}
NO_DYNAMIC = refused("Can not add or remove a dynamic tag")


def _customer(api: Caller, *tags: str, name: str = "a") -> str:
    body = {"emails": [{"email": f"{name}@example.com"}], "tags": [{"id": tag} for tag in tags]}
    return api.made("/customer", body)["id"]


@pytest.mark.parametrize(
    ("word", "object_type"),
    [
        ("customer", "Customer"),
        ("club-membership", "ClubMembership"),
        ("order", "Order"),
        ("reservation", "Reservation"),
    ],
)
def test_each_object_type_is_a_list_of_its_own(api: Caller, word: str, object_type: str) -> None:
    made = api.made(f"/tag/{word}", VIP)
    assert made == {
        "id": made["id"],
        "title": "VIP",
        "objectType": object_type,
        "type": "Manual",
        "appliesToCondition": None,
        "createdAt": made["createdAt"],
        "updatedAt": made["updatedAt"],
        "conditions": [],
    }
    for other in {"customer", "club-membership", "order", "reservation"} - {word}:
        assert api.seen(f"/tag/{other}") == {"tags": [], "total": 0}
        is_lost(api.get(f"/tag/{other}/{made['id']}"), "Tag")
        is_lost(api.put(f"/tag/{other}/{made['id']}", {"title": "x"}), "Tag")
        is_lost(api.delete(f"/tag/{other}/{made['id']}"), "Tag")
    api.gone(f"/tag/{word}/{made['id']}")


@pytest.mark.parametrize(
    ("sent", "stored"), [("manual", "Manual"), ("MANUAL", "Manual"), ("dynamic", "Dynamic")]
)
def test_a_type_is_accepted_in_any_case_and_stored_as_documented(api: Caller, sent: str, stored: str) -> None:
    body = {**DYNAMIC, "type": sent} if stored == "Dynamic" else {**VIP, "type": sent}
    assert api.made("/tag/customer", body)["type"] == stored


def test_a_dynamic_tag_needs_its_conditions_and_shows_its_progress(api: Caller) -> None:
    is_invalid(
        api.post("/tag/customer", {"title": "T", "type": "Dynamic"}),
        ("appliesToCondition", REQUIRED),
        ("conditions", REQUIRED),
    )
    is_invalid(api.post("/tag/customer", {**DYNAMIC, "conditions": []}), ("conditions", REQUIRED))
    made = api.made("/tag/customer", DYNAMIC)
    assert [list(each) for each in made["conditions"]] == [["id", "appliesTo", "condition", "value"]] * 2
    assert list(made["backPopulate"]) == ["currentPage", "totalPages", "cursor", "status", "processDate"]
    assert made["backPopulate"]["status"] in ("Completed", "Processing")
    is_invalid(api.put(f"/tag/customer/{made['id']}", {"conditions": []}), ("conditions", REQUIRED))


def test_a_manual_tag_has_no_conditions(api: Caller) -> None:
    body = {**DYNAMIC, "type": "Manual"}
    is_invalid(
        api.post("/tag/customer", body), ("appliesToCondition", "not allowed"), ("conditions", "not allowed")
    )
    made = api.made("/tag/customer", {**VIP, "appliesToCondition": None, "conditions": []})
    is_invalid(
        api.put(f"/tag/customer/{made['id']}", {"conditions": DYNAMIC["conditions"]}),
        ("conditions", "not allowed"),
    )


PAIRS = {
    "customer": {
        "is equal to": {
            "State": "CA",
            "Country": "US",
            "Email Marketing Status": "Subscribed",
            "Birth Month": "12",
            "Sku Purchased": "EX-1",
        },
        "is greater than": {
            "Lifetime Value": "10000",
            "Birthdate": "1990-01-01",
            "Order Count": "3",
            "Last Order Date": "2024-01-01",
            "Rank": "50",
        },
    },
    "order": {
        "is equal to": {
            "Channel": "Web",
            "POS Profile": "Bar",
            "Sku": "EX-1",
            "Ship To State": "CA",
            "Ship To Country": "US",
            "Has Gift Message": "true",
        },
        "is greater than": {"Order Total": "5000"},
    },
}


@pytest.mark.parametrize("kind", PAIRS)
def test_each_subject_takes_its_own_comparisons_and_no_other(api: Caller, kind: str) -> None:
    def tag(subject: str, comparison: str, value: str) -> dict[str, Any]:
        condition = {"appliesTo": subject, "condition": comparison, "value": value}
        fine = {"appliesTo": next(iter(PAIRS[kind]["is equal to"])), "condition": "is equal to", "value": "x"}
        return {**DYNAMIC, "conditions": [fine, condition]}

    for own, subjects in PAIRS[kind].items():
        comparisons = ["is equal to"] if own == "is equal to" else ["is greater than", "is less than"]
        for subject, value in subjects.items():
            for comparison in comparisons:
                api.made(f"/tag/{kind}", tag(subject, comparison, value))
            for comparison in {"is equal to", "is greater than", "is less than"} - set(comparisons):
                is_invalid(
                    api.post(f"/tag/{kind}", tag(subject, comparison, value)),
                    ("conditions[1].condition", NOT_ONE_OF),
                )
    is_invalid(
        api.post(f"/tag/{kind}", tag("Shoe Size", "is equal to", "9")),
        ("conditions[1].condition", NOT_ONE_OF),
    )


@pytest.mark.parametrize(
    ("subject", "comparison", "value"),
    [
        ("Birth Month", "is equal to", "13"),
        ("Birth Month", "is equal to", "January"),
        ("Lifetime Value", "is less than", "12.50"),
        ("Order Count", "is greater than", "many"),
        ("Birthdate", "is less than", "1990"),
        ("Last Order Date", "is less than", "2024-02-30"),
    ],
)
def test_the_value_of_a_condition_has_the_form_of_its_subject(
    api: Caller, subject: str, comparison: str, value: str
) -> None:
    condition = {"appliesTo": subject, "condition": comparison, "value": value}
    answer = api.post("/tag/customer", {**DYNAMIC, "conditions": [condition]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "conditions[0].value")


@pytest.mark.parametrize("kind", ["club-membership", "reservation"])
def test_memberships_and_reservations_know_manual_tags_alone(api: Caller, kind: str) -> None:
    is_invalid(api.post(f"/tag/{kind}", DYNAMIC), ("type", NOT_ONE_OF))


def test_a_renamed_tag_is_renamed_in_all_that_carry_it_and_they_stay_as_they_were(
    site: Site, api: Caller
) -> None:
    one, two = (
        api.made("/tag/customer", VIP)["id"],
        api.made("/tag/customer", {**VIP, "title": 'Two "II"'})["id"],
    )
    carrying, other = _customer(api, one, two), _customer(api, two, name="b")
    before, untouched = api.seen(f"/customer/{carrying}"), api.seen(f"/customer/{other}")
    with clock.frozen(clock.now() + 60_000):
        renamed = api.changed(f"/tag/customer/{one}", {"title": 'Very & \\ "important" ü'})
    after = api.seen(f"/customer/{carrying}")
    assert after["tags"][0] == after["groups"][0]
    assert after["tags"][0] == {name: renamed[name] for name in after["tags"][0]}
    assert after | {"tags": 0, "groups": 0} == before | {"tags": 0, "groups": 0}
    assert after["tags"][1] == before["tags"][1]
    assert api.seen(f"/customer/{other}") == untouched
    assert ("Customer", "Update") not in site.fired()
    assert ("Tag", "Update") in site.fired()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_deleted_tag_is_taken_off_all_that_carry_it(api: Caller, place: int) -> None:
    tags = [api.made("/tag/customer", {**VIP, "title": f"T{number}"})["id"] for number in range(3)]
    carrying, alone = _customer(api, *tags), _customer(api, tags[place], name="b")
    api.gone(f"/tag/customer/{tags[place]}")
    left = [tag for tag in tags if tag != tags[place]]
    for member in ("tags", "groups"):
        assert [tag["id"] for tag in api.seen(f"/customer/{carrying}")[member]] == left
        assert api.seen(f"/customer/{alone}")[member] == []
    assert api.seen(f"/customer?tagId={tags[place]}")["total"] == 0
    assert api.seen(f"/customer?tagId=in:{','.join(tags)}")["total"] == 1
    api.changed(f"/customer/{carrying}", {"city": "Napa"})


def test_a_tag_that_decides_who_may_buy_a_product_is_not_deleted(api: Caller) -> None:
    tag, other = (api.made("/tag/customer", {**VIP, "title": title})["id"] for title in ("VIP", "Other"))
    security = {"availableTo": "Tag", "availableToObjectIds": [tag]}
    wine = {"type": "Wine", "title": "Pinot", "variants": [{"title": "750", "sku": "PN", "price": 5000}]}
    product = api.made("/product", {**wine, "security": security, "appData": {"tag": other}})["id"]
    is_answer(api.delete(f"/tag/customer/{tag}"), 422, refused("Can not delete a tag that is in use"))
    assert api.seen(f"/tag/customer/{tag}")["title"] == "VIP"
    api.gone(f"/tag/customer/{other}")
    api.changed(f"/product/{product}", {"security": {"availableTo": "Public"}})
    api.gone(f"/tag/customer/{tag}")


@pytest.mark.parametrize("kind", ["customer", "order"])
def test_what_an_app_keeps_of_a_tag_stays_as_the_app_wrote_it(api: Caller, kind: str) -> None:
    tag, other = (api.made(f"/tag/{kind}", {**VIP, "title": title})["id"] for title in ("VIP", "Other"))
    body = order() if kind == "order" else {"emails": [{"email": "a@example.com"}]}
    made = api.made(f"/{kind}", {**body, "tags": [{"id": tag}, {"id": other}]})
    at = f"/{kind}/{made['id']}"
    kept = {"first": made["tags"][0], "all": made["tags"], "alone": [made["tags"][0]]}
    (by_app,) = api.changed(at, {"appData": kept})["appData"].values()
    assert by_app == kept
    api.changed(f"/tag/{kind}/{tag}", {"title": "Very important"})
    renamed = api.seen(at)
    assert [each["title"] for each in renamed["tags"]] == ["Very important", "Other"]
    assert list(renamed["appData"].values()) == [kept]
    again = {"first": renamed["tags"][0], "all": renamed["tags"]}
    api.changed(at, {"appData": again})
    api.gone(f"/tag/{kind}/{tag}")
    left = api.seen(at)
    assert [each["id"] for each in left["tags"]] == [other]
    assert list(left["appData"].values()) == [again]
    assert api.seen(f"/{kind}?tagId={other}")[f"{kind}s"] == [left]
    assert api.changed(at, {"tags": []})["tags"] == []


def test_whoever_gets_a_tag_while_it_is_renamed_shows_the_new_title(api: Caller) -> None:
    tag = api.made("/tag/customer", VIP)["id"]

    def tagged(number: int) -> str:
        return _customer(api, tag, name=f"n{number}")

    def renamed(number: int) -> None:
        api.changed(f"/tag/customer/{tag}", {"title": f"VIP {number}"})

    with ThreadPoolExecutor(12) as pool:
        renaming = [pool.submit(renamed, number) for number in range(20)]
        made = list(pool.map(tagged, range(60)))
        for each in renaming:
            each.result()
    title = api.seen(f"/tag/customer/{tag}")["title"]
    assert {api.seen(f"/customer/{id}")["tags"][0]["title"] for id in made} == {title}


class TestTagXObject:
    def test_it_puts_a_tag_on_and_takes_it_off(self, site: Site, api: Caller) -> None:
        tag, customer = api.made("/tag/customer", VIP)["id"], _customer(api)
        with clock.frozen(clock.now() + 60_000):
            made = api.made("/tag-x-object/customer", {"objectId": customer.upper(), "tagId": tag})
            moment = clock.to_wire(clock.now())
        assert list(made) == ["objectId", "tagId", "id", "tagType", "updatedAt", "createdAt"]
        assert made | {"id": ""} == {
            "objectId": customer,
            "tagId": tag,
            "id": "",
            "tagType": "Manual",
            "updatedAt": moment,
            "createdAt": moment,
        }
        seen = api.seen(f"/customer/{customer}")
        assert ([each["id"] for each in seen["tags"]], seen["updatedAt"]) == ([tag], moment)
        assert api.seen(f"/customer?tagId={tag}")["total"] == 1
        assert ("Customer", "Update") in site.fired()
        api.gone(f"/tag-x-object/customer/{tag}/{customer}")
        assert api.seen(f"/customer/{customer}")["tags"] == []
        is_lost(api.delete(f"/tag-x-object/customer/{tag}/{customer}"), "Tag X Object")

    def test_a_second_post_answers_the_same_row_and_the_tag_is_listed_once(self, api: Caller) -> None:
        tag, customer = api.made("/tag/customer", VIP)["id"], _customer(api)
        body = {"objectId": customer, "tagId": tag}
        first, second = api.made("/tag-x-object/customer", body), api.made("/tag-x-object/customer", body)
        assert first == second
        assert len(api.seen(f"/customer/{customer}")["tags"]) == 1
        api.gone(f"/tag-x-object/customer/{tag}/{customer}")

    def test_the_tag_comes_first_in_the_path(self, api: Caller) -> None:
        tag = api.made("/tag/customer", VIP)["id"]
        customer = _customer(api, tag)
        is_lost(api.delete(f"/tag-x-object/customer/{customer}/{tag}"), "Tag X Object")
        api.gone(f"/tag-x-object/customer/{tag.upper()}/{customer.upper()}")

    def test_unknown_ids_do_not_exist(self, api: Caller) -> None:
        tag, other = api.made("/tag/customer", VIP)["id"], api.made("/tag/order", VIP)["id"]
        customer = _customer(api)
        at = "/tag-x-object/customer"
        is_invalid(api.post(at, {"objectId": NIL, "tagId": NIL}), ("objectId", LOST), ("tagId", LOST))
        is_invalid(api.post(at, {"objectId": customer, "tagId": other}), ("tagId", LOST))
        is_invalid(api.post(at, {"objectId": NIL, "tagId": tag}), ("objectId", LOST))
        is_invalid(api.post(at, {}), ("objectId", REQUIRED), ("tagId", REQUIRED))
        is_lost(api.delete(f"{at}/{tag}/{NIL}"), "Tag X Object")
        is_lost(api.delete(f"{at}/{NIL}/{customer}"), "Tag X Object")

    def test_a_dynamic_tag_is_put_on_by_nobody(self, api: Caller) -> None:
        tag, customer = api.made("/tag/customer", DYNAMIC)["id"], _customer(api)
        body = {"objectId": customer, "tagId": tag}
        is_answer(api.post("/tag-x-object/customer", body), 422, NO_DYNAMIC)

    def test_other_objects_have_routes_and_their_ids_are_looked_up(self, api: Caller) -> None:
        for kind in ("order", "club-membership", "reservation"):
            tag = api.made(f"/tag/{kind}", VIP)["id"]
            body = {"objectId": NIL, "tagId": tag}
            is_invalid(api.post(f"/tag-x-object/{kind}", body), ("objectId", LOST))
            is_lost(api.delete(f"/tag-x-object/{kind}/{tag}/{NIL}"), "Tag X Object")
