"""B26, DSC-1: coupons and promotions, their members and what these have to do with each other."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cellarhand import clock
from tests.callers import Caller, Site
from tests.catalogue import FIXED, LOST, NOT_ONE_OF, REQUIRED, UNIQUE, UNKNOWN, is_invalid, is_lost
from tests.wire import shop
from tests.wire.discounts import KINDS, OLD, THINGS, Record, discount, made, thing

pytestmark = pytest.mark.usefixtures("heard")

NOT_ALLOWED = "not allowed"
each_kind = pytest.mark.parametrize("kind", KINDS)
NOW = clock.from_wire("2026-03-01T10:20:30.456Z") or 0


@each_kind
def test_the_smallest_one_has_every_member_in_order(api: Caller, kind: str) -> None:
    with clock.frozen(NOW):
        found = made(api, kind)
    code = {"code": "WELCOME20"} if kind == "coupon" else {}
    expected = {
        "id": found["id"],
        **code,
        "title": "Welcome",
        "actionMessage": None,
        "type": "Product",
        "usageLimitType": "Unlimited",
        "usageLimit": None,
        "appliesTo": "Store",
        "appliesToObjectIds": None,
        "excludes": None,
        "excludeObjectIds": None,
        "discountType": "Percentage Off",
        "dollarOffDiscountApplies": "Once Per Order",
        "discount": 2000,
        "status": "Enabled",
        "cartRequirementType": "None",
        "cartRequirement": None,
        "cartRequirementMaximum": None,
        "cartRequirementCountType": "All Items",
        "cartContainsType": "Anything",
        "cartContainsObjectIds": None,
        "availableTo": "Everyone",
        "availableToObjectIds": None,
        "channels": ["All"],
        "clubFrequencies": [],
        "promotionSets": [],
        "usageCount": 0,
        "startDate": "2026-03-01T10:20:00.000Z",
        "endDate": None,
        "productDiscountType": "Percentage Off",
        "productDiscount": 2000,
        "shippingDiscountType": "No Discount",
        "shippingDiscount": None,
        "minimumCartAmount": None,
        "createdAt": "2026-03-01T10:20:30.456Z",
        "updatedAt": "2026-03-01T10:20:30.456Z",
    }
    assert (found, list(found)) == (expected, list(expected))
    assert api.seen(f"/{kind}/{found['id']}") == found
    assert api.seen(f"/{kind}") == {f"{kind}s": [found], "total": 1}


def test_what_is_missing_comes_first_and_old_members_after_it_in_the_order_of_the_body(api: Caller) -> None:
    old = {
        "title": "$10.00 Off",
        "actionMessage": "Ten dollars off orders of fifty dollars and more",
        "usageLimitType": "Unlimited",
        "appliesTo": "Store",
        "productDiscountType": "Dollar Off",
        "productDiscount": 1000,
        "shippingDiscountType": "No Discount",
        "status": "Enabled",
        "minimumCartAmount": 5000,
        "availableTo": "Everyone",
        "code": "10off",
        "startDate": "2018-05-22T07:00:00.000Z",
        "endDate": "2018-06-01T06:59:00.000Z",
    }
    faults = (
        ("type", REQUIRED),
        ("discountType", REQUIRED),
        ("discount", REQUIRED),
        ("productDiscountType", UNKNOWN),
        ("productDiscount", UNKNOWN),
        ("shippingDiscountType", UNKNOWN),
        ("minimumCartAmount", UNKNOWN),
    )
    is_invalid(api.post("/coupon", old), *faults)
    without = {name: value for name, value in old.items() if name != "code"}
    is_invalid(api.post("/promotion", without), *faults)
    is_invalid(
        api.post("/coupon", {"shippingDiscount": 1}),
        *((name, REQUIRED) for name in ("code", "title", "type", "discountType", "discount")),
        ("shippingDiscount", UNKNOWN),
    )
    is_invalid(api.post("/promotion", {**discount("promotion"), "code": "X"}), ("code", UNKNOWN))


@each_kind
@pytest.mark.parametrize("on", ["Product", "Shipping"])
def test_old_members_say_the_same_to_old_readers(api: Caller, kind: str, on: str) -> None:
    found = made(
        api,
        kind,
        type=on,
        discountType="Dollar Off",
        discount=1500,
        cartRequirementType="Minimum Purchase Amount",
        cartRequirement=5000,
    )
    own, other = ("Dollar Off", 1500), ("No Discount", None)
    expected = [*own, *other] if on == "Product" else [*other, *own]
    assert [found[name] for name in OLD] == [*expected, 5000]
    changed = api.changed(
        f"/{kind}/{found['id']}", {"cartRequirementType": "Minimum Quantity", "discount": 1}
    )
    assert changed["minimumCartAmount"] is None
    assert 1 in [changed[name] for name in OLD]


@each_kind
def test_what_is_read_may_be_sent_back_but_for_its_identity(api: Caller, kind: str) -> None:
    club = api.made("/club", {"title": "Club"})["id"]
    one = api.made("/promotion-set", {"title": "Set"})["id"]
    found = made(
        api,
        kind,
        availableTo="Club",
        availableToObjectIds=[club],
        promotionSets=[{"id": one}],
        endDate="2099-01-01",
    )
    at, rest = f"/{kind}/{found['id']}", dict(found)
    identity = {name: rest.pop(name) for name in ("id", "createdAt", "updatedAt")}
    assert api.changed(at, rest) == found
    assert api.changed(at, {}) == found
    for name, value in identity.items():
        is_invalid(api.put(at, {name: value}), (name, UNKNOWN))
    is_invalid(
        api.put(at, {"productDiscount": 1999, "minimumCartAmount": 0}),
        ("productDiscount", FIXED),
        ("minimumCartAmount", FIXED),
    )
    is_invalid(api.put(at, {"usageCount": 1}), ("usageCount", FIXED))
    is_invalid(api.post(f"/{kind}", {**discount(kind, "OTHER"), "usageCount": 0}), ("usageCount", UNKNOWN))
    # Old members are held against what is stored, not against what the same body makes of it.
    is_invalid(api.put(at, {"discount": 1000, "productDiscount": 1000}), ("productDiscount", FIXED))
    assert api.seen(at) == found


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ("TWO WORDS", 'must match pattern "^\\S+$"'),
        ("TAB\tBED", 'must match pattern "^\\S+$"'),
        ("   ", "must NOT have fewer than 1 characters"),
        ("X" * 101, "must NOT have more than 100 characters"),
        (5, "must be a string"),
        (None, "must be a string"),
    ],
)
def test_a_code_has_no_blanks(api: Caller, sent: Any, message: str) -> None:
    is_invalid(api.post("/coupon", discount("coupon", sent)), ("code", message))


def test_a_code_is_unique_without_case(api: Caller) -> None:
    first = made(api, "coupon", " Welcome20 ")
    assert first["code"] == "Welcome20"
    is_invalid(api.post("/coupon", discount("coupon", "WELCOME20")), ("code", UNIQUE))
    other = made(api, "coupon", "OTHER")
    at = f"/coupon/{other['id']}"
    is_invalid(api.put(at, {"code": "welcome20"}), ("code", UNIQUE))
    assert api.changed(at, {"code": "other"})["code"] == "other"
    api.gone(f"/coupon/{first['id']}")
    assert api.changed(at, {"code": "WELCOME20"})["code"] == "WELCOME20"


def test_of_many_who_take_one_code_at_once_one_gets_it(api: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: api.post("/coupon", discount("coupon", f"Code{'X' * (n % 2)}")), range(12))
        )
    assert sorted(each.status_code for each in answers) == [201] * 2 + [422] * 10
    assert api.seen("/coupon")["total"] == 2


@each_kind
@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2026-05-01T07:00:59.999Z", "2026-05-01T07:00:00.000Z"),
        ("2026-05-01T09:00:30+02:00", "2026-05-01T07:00:00.000Z"),
        ("2026-05-01", "2026-05-01T00:00:00.000Z"),
        ("2026-06-01T06:59:59.999Z", "2026-06-01T06:59:00.000Z"),
    ],
)
def test_dates_are_cut_to_the_minute(api: Caller, kind: str, sent: str, stored: str) -> None:
    found = made(api, kind, startDate="2020-01-01", endDate=sent)
    assert found["endDate"] == stored
    at = f"/{kind}/{found['id']}"
    assert api.changed(at, {"startDate": sent, "endDate": None})["startDate"] == stored
    assert api.changed(at, {"startDate": sent})["updatedAt"] == api.seen(at)["updatedAt"]


@each_kind
def test_it_ends_after_it_began(api: Caller, kind: str) -> None:
    def ends(start: str, end: str) -> Any:
        return api.post(f"/{kind}", discount(kind, startDate=start, endDate=end))

    is_invalid(ends("2026-05-02", "2026-05-01"), ("endDate", NOT_ALLOWED))
    # Both lie in one minute.
    is_invalid(ends("2026-05-01T10:00:00Z", "2026-05-01T10:00:59Z"), ("endDate", NOT_ALLOWED))
    is_invalid(api.post(f"/{kind}", discount(kind, endDate="2020-01-01")), ("endDate", NOT_ALLOWED))
    is_invalid(ends("soon", "2026-05-01"), ("startDate", 'must match format "date-time"'))
    at = f"/{kind}/{ends('2026-05-01', '2026-05-02').json()['id']}"
    is_invalid(api.put(at, {"endDate": "2026-04-30"}), ("endDate", NOT_ALLOWED))
    is_invalid(api.put(at, {"startDate": "2026-05-03"}), ("startDate", NOT_ALLOWED))
    assert api.changed(at, {"startDate": "2026-05-03", "endDate": None})["endDate"] is None


@each_kind
def test_nothing_is_more_than_all_off(api: Caller, kind: str) -> None:
    at = f"/{kind}"
    is_invalid(api.post(at, discount(kind, discount=10001)), ("discount", "must be <= 10000"))
    is_invalid(api.post(at, discount(kind, discount=-1)), ("discount", "must be >= 0"))
    is_invalid(api.post(at, discount(kind, discount=12.5)), ("discount", "must be a integer"))
    dollars = made(api, kind, discountType="Dollar Off", discount=10001)
    at = f"{at}/{dollars['id']}"
    is_invalid(api.put(at, {"discountType": "Percentage Off"}), ("discount", "must be <= 10000"))
    changed = api.changed(at, {"discountType": "Percentage Off", "discount": 10000})
    assert (changed["discount"], changed["productDiscountType"]) == (10000, "Percentage Off")


@each_kind
def test_words_are_of_their_lists(api: Caller, kind: str) -> None:
    members = (
        "type",
        "discountType",
        "dollarOffDiscountApplies",
        "appliesTo",
        "excludes",
        "cartRequirementType",
        "cartRequirementCountType",
        "cartContainsType",
        "usageLimitType",
        "availableTo",
        "status",
    )
    sent = discount(kind, **dict.fromkeys(members, "product"))
    is_invalid(api.post(f"/{kind}", sent), *((name, NOT_ONE_OF) for name in members))


@each_kind
def test_channels_are_all_or_some(api: Caller, kind: str) -> None:
    at = f"/{kind}"
    is_invalid(api.post(at, discount(kind, channels=["Web", "All"])), ("channels[1]", NOT_ALLOWED))
    is_invalid(api.post(at, discount(kind, channels=["Web", "Shop"])), ("channels[1]", NOT_ONE_OF))
    is_invalid(api.post(at, discount(kind, channels=[])), ("channels", "must NOT have fewer than 1 items"))
    assert made(api, kind, channels=["POS", "Web", "POS"])["channels"] == ["POS", "Web"]


NEEDS = [
    ("appliesTo", "Product", "Store", "appliesToObjectIds"),
    ("appliesTo", "Collection", "None", "appliesToObjectIds"),
    ("appliesTo", "Department", "Store", "appliesToObjectIds"),
    ("excludes", "Product", None, "excludeObjectIds"),
    ("cartContainsType", "Department", "Anything", "cartContainsObjectIds"),
    ("cartContainsType", "Collection", None, "cartContainsObjectIds"),
    ("availableTo", "Club", "Everyone", "availableToObjectIds"),
    ("availableTo", "Customer", "Everyone", "availableToObjectIds"),
    ("availableTo", "Tag", "Everyone", "availableToObjectIds"),
    ("usageLimitType", "Per Store", "Unlimited", "usageLimit"),
    ("usageLimitType", "Per Customer", "Unlimited", "usageLimit"),
    ("cartRequirementType", "Minimum Quantity", "None", "cartRequirement"),
    ("cartRequirementType", "Minimum Purchase Amount", "None", "cartRequirement"),
]


@each_kind
@pytest.mark.parametrize(("word", "needing", "open_", "member"), NEEDS)
def test_some_words_need_another_member_and_others_take_none(
    api: Caller, kind: str, word: str, needing: str, open_: str | None, member: str
) -> None:
    path = f"/{kind}"
    value: Any = 3 if member in ("usageLimit", "cartRequirement") else [thing(api, needing)]
    is_invalid(api.post(path, discount(kind, **{word: needing})), (member, REQUIRED))
    is_invalid(api.post(path, discount(kind, **{word: needing, member: None})), (member, REQUIRED))
    is_invalid(api.post(path, discount(kind, **{word: open_, member: value})), (member, NOT_ALLOWED))
    found = made(api, kind, **{word: needing, member: value})
    at = f"{path}/{found['id']}"
    assert (found[word], found[member]) == (needing, value)
    is_invalid(api.put(at, {member: None}), (member, REQUIRED))
    is_invalid(api.put(at, {word: open_, member: value}), (member, NOT_ALLOWED))
    # What belonged to the word before goes with it.
    changed = api.changed(at, {word: open_})
    assert (changed[word], changed[member]) == (open_, None)
    is_invalid(api.put(at, {word: needing}), (member, REQUIRED))
    assert api.changed(at, {word: needing, member: value})[member] == value


@each_kind
def test_empty_lists_of_ids_are_null_and_each_id_stands_once(api: Caller, kind: str) -> None:
    lists = ("appliesToObjectIds", "excludeObjectIds", "cartContainsObjectIds", "availableToObjectIds")
    empty: Record = {name: list[str]() for name in lists}
    found = api.made(f"/{kind}", {**discount(kind), **empty})
    assert [found[name] for name in lists] == [None] * 4
    is_invalid(
        api.post(f"/{kind}", discount(kind, appliesTo="Product", appliesToObjectIds=[])),
        ("appliesToObjectIds", REQUIRED),
    )
    one, two = thing(api, "Product"), thing(api, "Product")
    sent = [two.upper(), one, two]
    at = f"/{kind}/{found['id']}"
    assert api.changed(at, {"appliesTo": "Product", "appliesToObjectIds": sent})["appliesToObjectIds"] == [
        two,
        one,
    ]


@each_kind
def test_ids_of_one_kind_are_none_of_another(api: Caller, kind: str) -> None:
    found = made(api, kind, appliesTo="Product", appliesToObjectIds=[thing(api, "Product")])
    at = f"/{kind}/{found['id']}"
    is_invalid(api.put(at, {"appliesTo": "Collection"}), ("appliesToObjectIds", REQUIRED))
    sent = {"appliesTo": "Collection", "appliesToObjectIds": found["appliesToObjectIds"]}
    is_invalid(api.put(at, sent), ("appliesToObjectIds[0]", LOST))
    # A number keeps its meaning as a number.
    limited = api.changed(at, {"usageLimitType": "Per Store", "usageLimit": 5})
    assert api.changed(at, {"usageLimitType": "Per Customer"})["usageLimit"] == limited["usageLimit"] == 5


@each_kind
def test_numbers_beside_words_have_their_limits(api: Caller, kind: str) -> None:
    sent = discount(
        kind,
        usageLimitType="Per Store",
        usageLimit=0,
        cartRequirementType="Minimum Quantity",
        cartRequirement=-1,
        cartRequirementMaximum=-2,
        clubFrequencies=[1, 0],
    )
    is_invalid(
        api.post(f"/{kind}", sent),
        ("cartRequirement", "must be >= 0"),
        ("cartRequirementMaximum", "must be >= 0"),
        ("usageLimit", "must be >= 1"),
        ("clubFrequencies[1]", "must be >= 1"),
    )
    is_invalid(
        api.post(f"/{kind}", discount(kind, cartRequirementMaximum=5)),
        ("cartRequirementMaximum", NOT_ALLOWED),
    )
    found = made(
        api, kind, cartRequirementType="Minimum Quantity", cartRequirement=3, cartRequirementMaximum=12
    )
    changed = api.changed(f"/{kind}/{found['id']}", {"cartRequirementType": "None"})
    assert (changed["cartRequirement"], changed["cartRequirementMaximum"]) == (None, None)


@each_kind
def test_it_is_found_by_its_status_title_and_code(api: Caller, kind: str) -> None:
    club = made(api, kind, "CLUB10", title="Été du club")
    off = made(api, kind, "OFF", title="Winter", status="Disabled")

    def found(query: str) -> list[str]:
        return [each["id"] for each in api.seen(f"/{kind}?{query}")[f"{kind}s"]]

    assert found("status=Disabled") == [off["id"]]
    assert set(found("status=in:Enabled,Disabled")) == {club["id"], off["id"]}
    assert found("q=ete") == [club["id"]]
    assert found("q=club1") == ([club["id"]] if kind == "coupon" else [])
    assert found("q=summer") == []
    is_invalid(api.get(f"/{kind}?status=Gone"), ("status", NOT_ONE_OF))


@each_kind
def test_a_deleted_one_leaves_a_row_of_trash_and_is_told_to_web_hooks(
    site: Site, api: Caller, kind: str
) -> None:
    found = made(api, kind)
    at = f"/{kind}/{found['id']}"
    changed = api.changed(at, {"status": "Disabled"})
    api.changed(at, {"status": "Disabled"})
    api.gone(at)
    is_lost(api.get(at), THINGS[kind])
    is_lost(api.delete(at), THINGS[kind])
    (row,) = api.seen(f"/trash?objectType={THINGS[kind]}")["trashes"]
    assert (row["objectId"], row["title"]) == (found["id"], "Welcome")
    told = [(each.object, each.action, each.payload) for each in site.events()]
    assert told == [
        (THINGS[kind], "Create", found),
        (THINGS[kind], "Update", changed),
        (THINGS[kind], "Delete", changed),
    ]


@each_kind
def test_imported_orders_are_no_usage_and_keep_their_entries(site: Site, api: Caller, kind: str) -> None:
    """B10.4: an import tells what was used elsewhere, and that does not count here."""
    found = made(api, kind)
    entry = {f"{kind}Id": found["id"], "title": "Welcome", "totalValue": 250}
    order = api.made("/order", shop.order(**{f"{kind}s": [entry]}))
    assert api.seen(f"/{kind}/{found['id']}") == found
    api.gone(f"/{kind}/{found['id']}")
    assert api.seen(f"/order/{order['id']}")[f"{kind}s"] == order[f"{kind}s"]
    assert order[f"{kind}s"][0][f"{kind}Id"] == found["id"]
