"""The log of activity on the site: as a whole with filters, on each record's page, and as CSV."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import pytest

from cellarhand import clock
from cellarhand.record.activity import Happening, write_down
from cellarhand.record.actor import Actor
from cellarhand.store.unit import WriteUnit
from tests.admin.conftest import Seer, Winery
from tests.admin.visitors import Page, Visitor
from tests.callers import Caller
from tests.wire.members import new_member
from tests.wire.shop import location, order, product

Record = dict[str, Any]
NASTY = "\"><img src=x onerror=alert(1)>'{{ 7*7 }}"


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _customer(api: Caller, email: str = "jane@example.com", **more: Any) -> Record:
    return api.made(
        "/customer", {"firstName": "Jane", "lastName": "Doe", "emails": [{"email": email}], **more}
    )


def _deeds(page: Page) -> list[str]:
    """What happened, the newest first, by the words between the marks of each entry."""
    return [each.partition("</strong>")[0] for each in page.answer.text.split("<strong>")[1:]]


def test_a_change_on_the_site_is_told_with_who_and_what_was_what(
    api: Caller, owner: Visitor, see: Seer, winery: Winery
) -> None:
    made = _customer(api, city="Napa")
    see(f"/customers/{made['id']}/edit").send(city="Sonoma")
    page = see("/activity")
    assert "Updated customer Jane Doe" in page.text
    assert "City: Napa → Sonoma" in page.text
    assert "Admin Tester · Site" in page.text
    assert "test-full · API" in page.text
    assert f"/customers/{made['id']}" in " ".join(page.links)


def test_each_record_tells_of_itself_and_what_belongs_to_it(api: Caller, see: Seer) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    membership = member.joins()
    _customer(api, "other@example.com")
    page = see(f"/customers/{member.customer}")
    for word in (
        "Created customer address",
        "Created customer credit card Visa 1111",
        "Created club membership",
    ):
        assert word in page.text
    everything = page.follow("/activity?record=")
    assert "Created customer Jane" in everything.text
    assert "other@example.com" not in everything.text
    of_it = see(f"/memberships/{membership['id']}")
    assert _deeds(of_it)[-1] == "Created"
    assert "Visa 1111" not in of_it.follow("/activity?record=", "thing=").text


def test_orders_products_and_clubs_tell_of_themselves(api: Caller, see: Seer) -> None:
    wine, made = product(api, "CAB", stock=5), api.made("/order", order())
    club = api.made("/club", {"title": "Cellar Club", "type": "Traditional"})
    api.changed(f"/order/{made['id']}", {"flags": [{"content": "Fragile"}]})
    assert "Flags › Fragile" in see(f"/orders/{made['id']}").text
    variant = {**wine["variants"][0], "price": 123456}
    del variant["inventory"]
    api.changed(f"/product/{wine['id']}", {"variants": [variant]})
    assert "Variants › 750ml › Price: $12.50 → $1,234.56" in see(f"/products/{wine['id']}").text
    assert _deeds(see(f"/clubs/{club['id']}")) == ["Created"]


def test_times_are_the_tenants_and_ids_have_names(api: Caller, see: Seer) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    at = f"/club-membership/{member.joins()['id']}"
    api.changed(at, {"cancelDate": "2020-07-03T07:05:00.000Z", "cancellationReason": "Other"})
    api.changed(at, {"orderDeliveryMethod": "Pickup", "pickupInventoryLocationId": location(api)})
    page = see(f"/customers/{member.customer}")
    assert "Cancel date: – → 3 Jul 2020, 12:05 am" in page.text
    assert "Pickup inventory location: – → Default Location" in page.text


def test_it_is_narrowed_by_who_what_and_how(api: Caller, see: Seer, winery: Winery) -> None:
    made = _customer(api)
    see(f"/customers/{made['id']}/edit").send(city="Sonoma")
    api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    email = winery.email("Admin Owner")
    for query, deeds in (
        ("kind=customer", ["Updated", "Created"]),
        ("kind=tag", ["Created"]),
        (f"kind=customer&actor=person:{email}", ["Updated"]),
        ("kind=customer&actor=app:test-full", ["Created"]),
        ("face=site", ["Updated"]),
        ("actor=person:nobody@example.com", []),
        ("kind=nonsense&face=nonsense", []),
    ):
        assert _deeds(see(f"/activity?{query}")) == deeds, query


def test_days_are_those_of_the_tenant(api: Caller, see: Seer) -> None:
    # The winery is in California, where this is the evening of the 2nd.
    with clock.frozen(clock.from_wire("2024-07-03T05:00:00.000Z") or 0):
        _customer(api)
    asked = "/activity?kind=customer&from={0}&to={1}"
    assert _deeds(see(asked.format("2024-07-02", "2024-07-02"))) == ["Created"]
    assert _deeds(see(asked.format("2024-07-03", "2024-07-03"))) == []
    assert _deeds(see(asked.format("2024-07-01", ""))) == ["Created"]
    assert "must be a day" in see("/activity?from=soon").text


def test_a_record_is_searched_by_name_e_mail_number_and_id(api: Caller, see: Seer) -> None:
    made = _customer(api, "jane@winery.example")
    _customer(api, "other@example.com", lastName="Roe")
    number = api.made("/order", order())["orderNumber"]
    for text, found in (
        ("doe", "Jane Doe"),
        ("jane@winery.example", "Jane Doe"),
        (made["id"], "Jane Doe"),
        (str(number), f"Order {number}"),
    ):
        page = see(f"/activity?q={text}")
        assert found in page.text, text
        assert len(_deeds(page)) == 1, text
    assert "Nothing is found" in see("/activity?q=nobody").text


def test_a_page_has_fifty_and_the_older_ones_follow(api: Caller, see: Seer, winery: Winery) -> None:
    lines = "\n".join(f'{{"emails":[{{"email":"c{n}@example.com"}}]}}' for n in range(60))
    winery.site.person("Data").post("/bulk/customer", content=lines)
    first = see("/activity?kind=customer")
    assert len(_deeds(first)) == 50
    assert "c59@example.com" in first.text
    second = first.follow("before=")
    assert len(_deeds(second)) == 10
    assert "c9@example.com" in second.text
    assert "c10@example.com" not in second.text
    assert second.follow("/activity?kind=customer").text.count("Created") == first.text.count("Created")


@pytest.mark.parametrize(
    "before", ["x", "1-", "-1", "9" * 30 + "-1", "1-" + "9" * 30, "1-" + "9" * 19, "१-१"]
)
def test_a_place_that_is_none_is_the_beginning(api: Caller, see: Seer, before: str) -> None:
    _customer(api)
    page = see(f"/activity?kind=customer&before={before}")
    assert (page.status, _deeds(page)) == (200, ["Created"])


def test_all_that_the_filters_let_through_is_exported(
    api: Caller, owner: Visitor, see: Seer, winery: Winery
) -> None:
    made = _customer(api)
    api.changed(f"/customer/{made['id']}", {"city": "=CMD(1)", "zipCode": "94558"})
    answer = owner.see(winery.slug, "/activity.csv?kind=customer").answer
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert head[:2] == ["Time (UTC)", "Who"]
    assert [row[7:] for row in rows] == [
        ["Updated", "City", "", "'=CMD(1)"],
        ["Updated", "Zip code", "", "94558"],
        ["Created", "", "", ""],
    ]
    assert rows[0][1:7] == ["test-full", "test-full", "API", "Customer", "Jane Doe", made["id"]]


def test_filters_that_can_not_be_read_give_no_file(owner: Visitor, winery: Winery) -> None:
    """An empty one would say that nothing happened."""
    refused = owner.see(winery.slug, "/activity.csv?from=yesterday")
    assert refused.status == 422
    assert "must be a day" in refused.text


def test_whoever_may_not_see_it_finds_no_trace(api: Caller, winery: Winery) -> None:
    made = _customer(api)
    visitor = winery.staff("Standard")
    page = visitor.see(winery.slug, f"/customers/{made['id']}")
    assert page.status == 200
    assert "Activity" not in page.text
    assert visitor.see(winery.slug, "/activity").status == 404
    assert visitor.see(winery.slug, "/activity.csv").status == 404
    assert "Activity" in winery.staff("Admin User").see(winery.slug, "/activity").text


def test_nothing_shown_of_it_is_taken_for_markup(api: Caller, see: Seer, winery: Winery) -> None:
    """What is refused today may have come with an archive, or been let in by an earlier version."""
    made, site = _customer(api), winery.site
    changes = ((("city",), NASTY, {NASTY: [NASTY]}), (("emails", [NASTY], NASTY), NASTY, None), ((NASTY,),))
    actor = Actor("app", site.tenant_id, site.slug, app_id=NASTY)

    async def job(unit: WriteUnit) -> None:
        for kind in ("customer", NASTY):
            await write_down(unit, actor, Happening(kind, made["id"], NASTY, NASTY, changes))

    site.server.write(site.tenant_id, job)
    sent = urlencode(dict.fromkeys(("q", "actor", "kind", "face", "from", "to", "before", "record"), NASTY))
    for path in ("/activity", f"/customers/{made['id']}", f"/activity?{sent}"):
        page = see(path)
        assert page.status == 200
        assert "img" not in page.tags
    assert NASTY in see("/activity").text


def test_a_link_leads_to_what_is_there_alone(api: Caller, see: Seer, winery: Winery) -> None:
    """Of a merged customer it leads to the one who stayed, of a deleted one nowhere."""
    stays, goes, dies = (_customer(api, f"{name}@example.com")["id"] for name in ("ann", "bo", "cy"))
    api.gone(f"/customer/{dies}")
    see(f"/customers/{stays}/merge/preview?duplicate={goes}").send("/preview")
    links = see("/activity?kind=customer").links
    assert sum(link.endswith(f"/customers/{stays}") for link in links) == 4
    assert not any(goes in link or dies in link for link in links)


def test_an_address_that_came_is_told_by_its_name(api: Caller, see: Seer) -> None:
    made = _customer(api)
    emails = [{"email": "jane@example.com", "id": made["emails"][0]["id"]}, {"email": "two@example.com"}]
    api.changed(f"/customer/{made['id']}", {"emails": emails})
    assert "Emails: – → two@example.com" in see(f"/customers/{made['id']}").text


def test_who_is_removed_is_still_named(api: Caller, see: Seer, winery: Winery) -> None:
    clerk = winery.staff("Standard")
    made = _customer(api)
    clerk.see(winery.slug, f"/customers/{made['id']}/edit").send(city="Sonoma")
    people = see("/settings/accounts")
    people.submit([form for form in people.forms if form.action.endswith("/remove")][-1])
    page = see("/activity?face=site")
    assert "Removed account Standard Tester" in page.text
    assert "Standard Tester · Site" in page.text
    assert _deeds(see(f"/activity?actor=person:{winery.email('Standard')}")) == ["Updated"]
