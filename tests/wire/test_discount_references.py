"""B26: what coupons and promotions name by id, and what becomes of it."""

import pytest

from cellarhand.customers.merge import merge
from cellarhand.record.actor import Actor
from tests.callers import NIL, Caller, Site
from tests.catalogue import LOST, is_answer, is_invalid
from tests.catalogue import refused as refusal
from tests.verifying import differences
from tests.wire.discounts import KINDS, THINGS, discount, made, thing

pytestmark = pytest.mark.usefixtures("heard")

each_kind = pytest.mark.parametrize("kind", KINDS)
PATHS = {
    "Product": "/product",
    "Collection": "/collection",
    "Department": "/department",
    "Club": "/club",
    "Customer": "/customer",
    "Tag": "/tag/customer",
}
NAMED = [
    *(("appliesTo", "appliesToObjectIds", each) for each in ("Product", "Collection", "Department")),
    *(("excludes", "excludeObjectIds", each) for each in ("Product", "Collection", "Department")),
    *(
        ("cartContainsType", "cartContainsObjectIds", each)
        for each in ("Product", "Collection", "Department")
    ),
    *(("availableTo", "availableToObjectIds", each) for each in ("Club", "Customer", "Tag")),
]


@each_kind
@pytest.mark.parametrize(("word", "member", "named"), NAMED)
def test_what_it_names_is_there_and_its_id_stays_when_it_goes(
    site: Site, api: Caller, kind: str, word: str, member: str, named: str
) -> None:
    one, two = thing(api, named), thing(api, named)
    is_invalid(
        api.post(f"/{kind}", discount(kind, **{word: named, member: [one, NIL]})), (f"{member}[1]", LOST)
    )
    foreign = thing(site.house.open().app(), named)
    is_invalid(
        api.post(f"/{kind}", discount(kind, **{word: named, member: [foreign]})), (f"{member}[0]", LOST)
    )
    found = made(api, kind, **{word: named, member: [one, two]})
    at = f"/{kind}/{found['id']}"
    if named == "Tag":
        answer = api.delete(f"/tag/customer/{one}")
        is_answer(answer, 422, refusal("Can not delete a tag that is in use"))
        api.changed(at, {member: [two]})
        api.gone(f"/tag/customer/{one}")
        assert api.seen(at)[member] == [two]
        return
    api.gone(f"{PATHS[named]}/{one}")
    assert api.seen(at) == found
    # It may be repeated, and it can't be brought back once it is taken out.
    assert api.changed(at, {"title": "Other", member: [one, two]})[member] == [one, two]
    assert api.changed(at, {member: [two]})[member] == [two]
    is_invalid(api.put(at, {member: [one, two]}), (f"{member}[0]", LOST))
    assert differences(site) == []


def test_the_tag_of_an_order_is_none_of_a_customer(api: Caller) -> None:
    tag = api.made("/tag/order", {"title": "VIP", "type": "Manual"})["id"]
    body = discount("promotion", availableTo="Tag", availableToObjectIds=[tag])
    is_invalid(api.post("/promotion", body), ("availableToObjectIds[0]", LOST))


@each_kind
def test_what_was_offered_to_a_merged_customer_is_offered_to_the_one_who_stays(
    site: Site, api: Caller, kind: str
) -> None:
    stays, goes, other = (thing(api, "Customer") for _ in range(3))
    found = made(api, kind, "A", availableTo="Customer", availableToObjectIds=[other, goes])
    both = made(api, kind, "B", availableTo="Customer", availableToObjectIds=[goes, stays])
    actor = Actor("system", site.tenant_id, site.slug)
    site.server.run(merge(site.server.store, actor, stays, [goes]))
    assert api.seen(f"/{kind}/{found['id']}")["availableToObjectIds"] == [other, stays]
    assert api.seen(f"/{kind}/{both['id']}")["availableToObjectIds"] == [stays]
    assert site.fired().count((THINGS[kind], "Update")) == 2
