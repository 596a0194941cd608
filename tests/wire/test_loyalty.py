"""Loyalty tiers, points, and what customers show of both (reference B29, B3, domain LOY)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.customers.restore import restore_customer
from cellarhand.record.actor import Actor
from cellarhand.store.conditions import By
from cellarhand.store.tables import ACTIVITY
from tests.callers import NIL, Caller, Site
from tests.catalogue import (
    FIXED,
    LOST,
    NOT_ONE_OF,
    REQUIRED,
    UNKNOWN,
    is_answer,
    is_invalid,
    is_lost,
    query_param,
    refused,
)
from tests.verifying import differences
from tests.wire.loyal import switch_loyalty
from tests.wire.members import new_member
from tests.wire.shop import line, order
from tests.wire.test_bulk import sent
from tests.wire.test_merge import merged

pytestmark = pytest.mark.usefixtures("heard")

Record = dict[str, Any]
OFF = refused("Loyalty is not enabled")
SHORT = refused("Not enough loyalty points")
TIER: Record = {"title": "Everybody", "qualificationType": "Lifetime Value", "lifetimeValueToQualify": 0}
TRANSACTION_ORDER = """id customerId transactionDate transactionType orderId orderNumber transactionDetails
    notes amount amountRedeemed createdAt updatedAt customer"""


@pytest.fixture
def loyal(site: Site) -> Caller:
    """An app with every permission in a fresh tenant that has loyalty."""
    switch_loyalty(site)
    return site.app()


def tier(api: Caller, **more: Any) -> Record:
    body = {**TIER, **more}
    return api.made("/loyalty-tier", {name: value for name, value in body.items() if value != "absent"})


def customer(api: Caller, name: str = "jane") -> str:
    return api.made("/customer", {"firstName": "Jane", "emails": [{"email": f"{name}@example.com"}]})["id"]


def moved(api: Caller, id: str, amount: int, **more: Any) -> Any:
    return api.post("/loyalty-transaction", {"customerId": id, "amount": amount, **more})


def shown(api: Caller, id: str) -> Any:
    return api.seen(f"/customer/{id}")["loyalty"]


def bought(api: Caller, id: str, cents: int, **more: Any) -> Record:
    return api.made("/order", order(line(price=cents), customerId=id, **more))


def deeds(site: Site) -> list[str]:
    """What the log of activity tells, oldest first."""
    unit = site.server.store.reading(site.tenant_id)
    return [row[0] for row in site.server.run(unit.rows(ACTIVITY, ("deed",), (), (By("at"), By("seq"))))]


# The switch


def test_without_loyalty_every_call_is_refused_and_customers_show_none(api: Caller) -> None:
    jane = customer(api)
    for method, path, body in (
        ("GET", "/loyalty-tier", None),
        ("GET", "/loyalty-tier?cursor=start", None),
        ("GET", f"/loyalty-tier/{NIL}", None),
        ("POST", "/loyalty-tier", TIER),
        ("PUT", f"/loyalty-tier/{NIL}", {"title": "x"}),
        ("DELETE", f"/loyalty-tier/{NIL}", None),
        ("GET", "/loyalty-transaction", None),
        ("POST", "/loyalty-transaction", {"customerId": jane, "amount": 5}),
    ):
        is_answer(api.request(method, path, json=body), 422, OFF)
    assert shown(api, jane) is None
    # What is wrong in itself, or with the query, is told first.
    is_invalid(api.post("/loyalty-tier", {**TIER, "title": 5}), ("title", "must be a string"))
    is_answer(api.get("/loyalty-tier?sort=x"), 422, query_param("sort"))


def test_switched_on_all_customers_show_it_and_switched_off_none(site: Site, api: Caller) -> None:
    api.made("/meta-data-config/customer", {"title": "Data", "code": "data", "dataType": "String"})
    jane = customer(api)
    odd = api.made("/customer", {"emails": [{"email": "odd@example.com"}]})["id"]
    # An app may keep what looks like a member of the customer.
    api.changed(f"/customer/{odd}", {"appData": {"loyalty": None, "emails": [{"id": 1}]}})
    before = api.seen(f"/customer/{odd}")
    switch_loyalty(site)
    blank = {"tier": None, "loyaltyTierId": None, "points": 0}
    assert shown(api, jane) == shown(api, odd) == blank
    assert api.seen(f"/customer/{odd}") == {**before, "loyalty": blank}
    assert [row["loyalty"] for row in api.seen("/customer")["customers"]] == [blank] * 2
    assert moved(api, jane, 40).status_code == 201
    assert differences(site) == []
    switch_loyalty(site, on=False)
    assert api.seen(f"/customer/{odd}") == before
    assert shown(api, jane) is None
    is_answer(api.get("/loyalty-transaction"), 422, OFF)
    assert differences(site) == []
    # Nothing was lost meanwhile.
    switch_loyalty(site)
    assert shown(api, jane)["points"] == 40


def test_a_shop_front_is_told_of_it(site: Site, api: Caller) -> None:
    told = site.stranger().seen("/setting/for-web")["loyalty"]
    assert (told["hasLoyalty"], told["status"], told["tiers"]) == (False, "Disabled", [])
    switch_loyalty(site, points=50)
    gold, base = tier(api, title="Gold", sortOrder=2), tier(api, sortOrder=1)
    told = site.stranger().seen("/setting/for-web")["loyalty"]
    assert (told["hasLoyalty"], told["status"], told["pointsOnCustomerCreate"]) == (True, "Enabled", 50)
    assert told["tiers"] == [api.seen(f"/loyalty-tier/{each['id']}") for each in (base, gold)]
    assert "loyalty" not in api.seen("/setting")["settings"][0]


def test_a_shop_front_is_told_of_no_club_that_is_not_on_the_web(site: Site, api: Caller) -> None:
    switch_loyalty(site)
    clubs = [
        api.made(
            "/club",
            {
                "title": title,
                "type": "Traditional",
                "webStatus": status,
                "emailInstructions": "<p>Bring a box</p>",
            },
        )
        for title, status in (("Open", "Available"), ("Staff", "Not Available"))
    ]
    named = [{"id": club["id"]} for club in clubs]
    tier(api, qualificationType="Club", clubsToQualify=named, lifetimeValueToQualify="absent")
    [told] = site.stranger().seen("/setting/for-web")["loyalty"]["tiers"]
    assert [(club["title"], club["emailInstructions"]) for club in told["clubsToQualify"]] == [("Open", None)]


def test_the_log_tells_of_the_switch(site: Site) -> None:
    for on in (True, True, False):
        switch_loyalty(site, on=on)
    told = [each for each in deeds(site) if each.startswith("Loyalty")]
    assert told == ["Loyalty switched on", "Loyalty switched off"]


# Tiers


def test_a_tier_has_the_one_member_that_it_qualifies_by(loyal: Caller) -> None:
    made = tier(loyal, title="Bronze", lifetimeValueToQualify=10000, earnRate=0.01)
    assert list(made) == [
        *("id", "title", "isBaseTier", "qualificationType", "lifetimeValueToQualify", "earnRate"),
        *("sortOrder", "createdAt", "updatedAt"),
    ]
    assert (made["earnRate"], made["sortOrder"], made["isBaseTier"]) == (0.01, 0, True)
    yearly = tier(
        loyal,
        title="Gold",
        qualificationType="Yearly Value",
        lifetimeValueToQualify="absent",
        yearlyValueToQualify=100000,
    )
    assert (yearly["yearlyValueToQualify"], yearly["earnRate"], yearly["sortOrder"]) == (100000, 0, 1)
    assert "lifetimeValueToQualify" not in yearly
    assert loyal.seen(f"/loyalty-tier/{made['id']}") == made
    assert loyal.seen("/loyalty-tier") == {"loyaltyTiers": [yearly, made], "total": 2}


def test_a_tier_of_clubs_shows_them_as_they_are(site: Site, loyal: Caller) -> None:
    clubs = [loyal.made("/club", {"title": title, "content": "x"}) for title in ("Red", "White")]
    body = {"qualificationType": "Club", "lifetimeValueToQualify": "absent"}
    made = tier(loyal, **body, clubsToQualify=[{"id": club["id"]} for club in clubs])
    assert list(made)[-1] == "clubsToQualify"
    without = [{name: value for name, value in club.items() if name != "addOns"} for club in clubs]
    assert made["clubsToQualify"] == without
    loyal.changed(f"/club/{clubs[0]['id']}", {"title": "Rouge"})
    at = f"/loyalty-tier/{made['id']}"
    assert [each["title"] for each in loyal.seen(at)["clubsToQualify"]] == ["Rouge", "White"]
    now = loyal.seen(at)
    again = {name: value for name, value in now.items() if name not in ("id", "createdAt", "updatedAt")}
    assert loyal.changed(at, again) == now
    loyal.gone(f"/club/{clubs[0]['id']}")
    assert [each["title"] for each in loyal.seen(at)["clubsToQualify"]] == ["White"]
    loyal.changed(at, {"clubsToQualify": [{"id": clubs[1]["id"]}]})
    assert "Clubs changed" in deeds(site)
    is_invalid(
        loyal.put(at, {"clubsToQualify": [{"id": clubs[1]["id"]}, {"id": NIL}]}),
        ("clubsToQualify[1].id", LOST),
    )
    assert differences(site) == []


def test_what_a_tier_may_not_be(loyal: Caller) -> None:
    post = lambda **more: loyal.post("/loyalty-tier", {**TIER, **more})  # noqa: E731
    is_invalid(loyal.post("/loyalty-tier", {}), ("title", REQUIRED), ("qualificationType", REQUIRED))
    is_invalid(post(qualificationType="Luck"), ("qualificationType", NOT_ONE_OF))
    is_invalid(
        loyal.post("/loyalty-tier", {"title": "x", "qualificationType": "Club"}), ("clubsToQualify", REQUIRED)
    )
    is_invalid(post(yearlyValueToQualify=1), ("yearlyValueToQualify", "not allowed"))
    is_invalid(
        post(qualificationType="Yearly Value"),
        ("yearlyValueToQualify", REQUIRED),
        ("lifetimeValueToQualify", "not allowed"),
    )
    is_invalid(post(lifetimeValueToQualify=-1), ("lifetimeValueToQualify", "must be >= 0"))
    is_invalid(post(earnRate=-0.1), ("earnRate", "must be >= 0"))
    is_invalid(post(isBaseTier=True), ("isBaseTier", UNKNOWN))
    assert loyal.seen("/loyalty-tier")["total"] == 0


def test_a_tier_changes_its_type_with_the_member_of_the_new_one(loyal: Caller) -> None:
    made = tier(loyal)
    at = f"/loyalty-tier/{made['id']}"
    is_invalid(loyal.put(at, {"qualificationType": "Yearly Value"}), ("yearlyValueToQualify", REQUIRED))
    changed = loyal.changed(at, {"qualificationType": "Yearly Value", "yearlyValueToQualify": 5})
    assert "lifetimeValueToQualify" not in changed
    assert changed["yearlyValueToQualify"] == 5
    is_invalid(loyal.put(at, {"isBaseTier": False}), ("isBaseTier", FIXED))


def test_the_lowest_tier_is_the_base_and_stays(site: Site, loyal: Caller) -> None:
    first, second = tier(loyal, title="One", sortOrder=5), tier(loyal, title="Two", sortOrder=5)
    bases = lambda: [t["title"] for t in loyal.seen("/loyalty-tier")["loyaltyTiers"] if t["isBaseTier"]]  # noqa: E731
    assert bases() == ["One"]
    stays = refused("Can not delete the base tier")
    is_answer(loyal.delete(f"/loyalty-tier/{first['id']}"), 422, stays)
    assert loyal.changed(f"/loyalty-tier/{second['id']}", {"sortOrder": 1})["isBaseTier"] is True
    assert bases() == ["Two"]
    assert loyal.seen(f"/loyalty-tier/{first['id']}")["updatedAt"] == first["updatedAt"]
    loyal.gone(f"/loyalty-tier/{first['id']}")
    is_lost(loyal.get(f"/loyalty-tier/{first['id']}"), "Loyalty Tier")
    (row,) = site.person("Admin Owner").seen("/trash?objectType=Loyalty Tier")["trashes"]
    assert (row["objectId"], row["title"]) == (first["id"], "One")
    assert differences(site) == []


def test_a_customers_tier_follows_from_what_it_shows(site: Site, loyal: Caller) -> None:
    """LOY-4."""
    base = tier(loyal, title="Base", lifetimeValueToQualify=10**9)
    gold = tier(loyal, title="Gold", lifetimeValueToQualify=5000, earnRate=2)
    member = new_member(loyal, "club@example.com", "Bo")
    clubs = {"qualificationType": "Club", "lifetimeValueToQualify": "absent"}
    club = tier(loyal, title="Members", **clubs, clubsToQualify=[{"id": member.club}], earnRate=3)
    jane = customer(loyal)
    assert shown(loyal, jane) == {"tier": "Base", "loyaltyTierId": base["id"], "points": 0}
    bought(loyal, jane, 5000)
    assert shown(loyal, jane)["loyaltyTierId"] == gold["id"]
    # The highest rate wins.
    joined = member.joins()
    bought(loyal, member.customer, 9000)
    assert shown(loyal, member.customer)["loyaltyTierId"] == club["id"]
    cancel = {"cancelDate": clock.to_wire(clock.now() - 1000), "cancellationReason": "Other"}
    loyal.changed(f"/club-membership/{joined['id']}", cancel)
    assert shown(loyal, member.customer)["loyaltyTierId"] == gold["id"]
    loyal.changed(f"/loyalty-tier/{gold['id']}", {"title": "Golden"})
    (copied,) = loyal.seen(f"/order?customerId={jane}")["orders"]
    assert copied["customer"]["loyalty"]["tier"] == "Golden"
    loyal.gone(f"/loyalty-tier/{gold['id']}")
    assert shown(loyal, jane)["tier"] == "Base"
    assert differences(site) == []


def test_a_yearly_value_counts_this_year_and_the_last(loyal: Caller) -> None:
    tier(loyal, title="Base", lifetimeValueToQualify=10**9)
    by_year = {"qualificationType": "Yearly Value", "lifetimeValueToQualify": "absent"}
    tier(loyal, title="Yearly", **by_year, yearlyValueToQualify=5000, earnRate=1)
    jane = customer(loyal)
    bought(loyal, jane, 5000, orderPaidDate="2024-06-01T12:00:00.000Z")
    for moment, name in (
        ("2024-12-01", "Yearly"),
        # In the winery's zone the year is not over yet.
        ("2026-01-01T05:00:00Z", "Yearly"),
        ("2026-01-01T12:00:00Z", "Base"),
    ):
        with clock.frozen(clock.from_wire(moment) or 0):
            assert shown(loyal, jane)["tier"] == name, moment


# Points


def test_a_transaction_answers_itself_with_its_customer(site: Site, loyal: Caller) -> None:
    jane = customer(loyal)
    answer = moved(site.person("Admin Owner"), jane, 100, notes="Welcome bonus for Gold tier")
    assert answer.status_code == 201
    told = answer.json()
    assert list(told) == TRANSACTION_ORDER.split()
    assert told["transactionType"] == "Manual"
    assert told["transactionDetails"] == "Manually entered transaction by Admin Tester"
    assert (told["amount"], told["notes"], told["amountRedeemed"]) == (
        100,
        "Welcome bonus for Gold tier",
        None,
    )
    assert told["customer"] == loyal.seen(f"/customer/{jane}")
    assert told["customer"]["loyalty"]["points"] == 100
    assert told["customer"]["updatedAt"] >= told["createdAt"] == told["transactionDate"]
    assert loyal.seen("/loyalty-transaction") == {"loyaltyTransactions": [told], "total": 1}


def test_points_are_a_change_of_the_customer_and_nothing_else_is(site: Site, loyal: Caller) -> None:
    jane = customer(loyal)
    before = len(site.events())
    assert moved(loyal, jane, 5).status_code == 201
    (event,) = site.events()[before:]
    assert (event.object, event.action) == ("Customer", "Update")
    assert event.payload["loyalty"]["points"] == 5
    assert event.payload == loyal.seen(f"/customer/{jane}")


def test_points_fall_to_none_and_no_further(loyal: Caller) -> None:
    jane = customer(loyal)
    is_answer(moved(loyal, jane, -1), 422, SHORT)
    assert moved(loyal, jane, 10).status_code == 201
    is_answer(moved(loyal, jane, -11), 422, SHORT)
    assert moved(loyal, jane, -10).status_code == 201
    assert shown(loyal, jane)["points"] == 0


def test_what_a_transaction_may_not_say(loyal: Caller) -> None:
    jane = customer(loyal)
    is_invalid(loyal.post("/loyalty-transaction", {}), ("customerId", REQUIRED), ("amount", REQUIRED))
    is_invalid(moved(loyal, jane, 0), ("amount", "not allowed"))
    is_invalid(moved(loyal, NIL, 1), ("customerId", LOST))
    is_invalid(moved(loyal, jane, 10**9 + 1), ("amount", "must be <= 1000000000"))
    for member in ("transactionDate", "transactionType", "orderId", "customer"):
        is_invalid(moved(loyal, jane, 1, **{member: None}), (member, UNKNOWN))
    assert loyal.get(f"/loyalty-transaction/{NIL}").status_code == 404


def test_many_at_once_never_take_more_than_there_is(site: Site, loyal: Caller) -> None:
    jane = customer(loyal)
    moved(loyal, jane, 100)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: moved(loyal, jane, -30).status_code, range(12)))
    assert sorted(answers) == [201] * 3 + [422] * 9
    assert shown(loyal, jane)["points"] == 10
    assert differences(site) == []


@given(amounts=st.lists(st.integers(-50, 50).filter(bool), max_size=8))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_points_are_the_sum_of_all_that_was_accepted(loyal: Caller, amounts: list[int]) -> None:
    body = {"emails": [{"email": f"p{clock.tick()}@example.com"}]}
    jane, left = loyal.made("/customer", body)["id"], 0
    for amount in amounts:
        answer = moved(loyal, jane, amount)
        if left + amount < 0:
            is_answer(answer, 422, SHORT)
        else:
            assert answer.status_code == 201
            left += amount
    assert shown(loyal, jane)["points"] == left


def test_transactions_are_filtered_by_customer_and_date(loyal: Caller) -> None:
    jane, jo = customer(loyal), customer(loyal, "jo")
    with clock.frozen(1_719_990_000_000):
        old = moved(loyal, jane, 1).json()
    new = moved(loyal, jo, 2).json()
    for query, made in (
        (f"customerId={jane}", old),
        (f"customerId={jo}", new),
        ("transactionDate=2024-07-03", old),
        ("transactionDate=gt:2024-07-04", new),
    ):
        for more in ("", "&cursor=start"):
            rows = loyal.seen(f"/loyalty-transaction?{query}{more}")["loyaltyTransactions"]
            assert [row["id"] for row in rows] == [made["id"]], query


def test_a_new_customer_is_welcomed_but_not_one_who_is_brought_in(site: Site) -> None:
    """LOY-3."""
    switch_loyalty(site, points=50)
    api, data = site.app(), site.person("Data")
    made = api.made("/customer", {"emails": [{"email": "new@example.com"}]})
    assert made["loyalty"]["points"] == 50
    place = {"firstName": "A", "lastName": "B", "address": "1 Vine", "city": "Blenheim", "countryCode": "NZ"}
    both = api.made("/customer-address", {"emails": [{"email": "both@example.com"}], **place})
    assert both["loyalty"]["points"] == 50
    assert both == api.seen(f"/customer/{both['id']}")
    assert data.made("/customer", {"emails": [{"email": "old@example.com"}]})["loyalty"]["points"] == 0
    ((told,), _) = sent(data, "customer", [{"emails": [{"email": "bulk@example.com"}]}])
    assert shown(api, told["id"])["points"] == 0
    created = [each for each in site.events() if (each.object, each.action) == ("Customer", "Create")]
    assert created[0].payload["loyalty"]["points"] == 50
    assert differences(site) == []


def test_points_go_and_come_back_with_their_customer(site: Site, loyal: Caller) -> None:
    jane = customer(loyal)
    moved(loyal, jane, 70)
    loyal.gone(f"/customer/{jane}")
    assert loyal.seen("/loyalty-transaction") == {"loyaltyTransactions": [], "total": 0}
    assert loyal.seen(f"/loyalty-transaction?customerId={jane}&cursor=start")["loyaltyTransactions"] == []
    actor = Actor("account", site.tenant_id, site.slug, name="Ann", email="ann@a.example", face="site")
    site.server.run(restore_customer(site.server.store, actor, jane))
    assert shown(loyal, jane)["points"] == 70
    assert loyal.seen("/loyalty-transaction")["total"] == 1
    assert differences(site) == []


def test_a_merged_customers_points_are_the_masters(site: Site, loyal: Caller) -> None:
    """CUS-13."""
    master, duplicate = customer(loyal), customer(loyal, "jo")
    moved(loyal, master, 5)
    moved(loyal, duplicate, 30)
    merged(site, master, duplicate)
    assert shown(loyal, master)["points"] == 35
    rows = loyal.seen("/loyalty-transaction")["loyaltyTransactions"]
    assert [row["customer"]["id"] for row in rows] == [master] * 2
    assert differences(site) == []


def test_an_import_brings_history_in_any_order(site: Site, loyal: Caller) -> None:
    data, jane = site.person("Data"), customer(loyal)
    lines = [
        {
            "id": f"6ce71a37-bcfc-4a15-b207-6f7d55cde24{place}",
            "createdAt": moment,
            "updatedAt": moment,
            "customerId": jane,
            "amount": amount,
            "transactionDate": moment,
            "transactionType": kind,
            "orderNumber": 1812,
            "transactionDetails": "Order 1812",
            "notes": None,
        }
        for place, (amount, kind, moment) in enumerate(
            ((-30, "Redemption", "2024-02-01T00:00:00.000Z"), (49, "Order", "2024-01-01T00:00:00.000Z"))
        )
    ]
    told, _ = sent(data, "loyalty-transaction", lines)
    assert [each["result"] for each in told] == ["created"] * 2, told
    assert shown(loyal, jane)["points"] == 19
    rows = {row["id"]: row for row in loyal.seen("/loyalty-transaction")["loyaltyTransactions"]}
    for each in lines:
        assert {name: rows[each["id"]][name] for name in each} == each
    told, _ = sent(data, "loyalty-transaction", lines)
    assert [each["result"] for each in told] == ["unchanged"] * 2
    # What brings no date is a new transaction like any other.
    told, _ = sent(data, "loyalty-transaction", [{"customerId": jane, "amount": -20}])
    assert told[0]["error"]["message"] == "Not enough loyalty points"
    assert differences(site) == []
