"""CUS-14: a deleted customer comes back from the trash with what went along, while its addresses are free."""

from typing import Any

import pytest

from cellarhand import clock
from tests.admin.conftest import Seer, Winery
from tests.admin.visitors import Page, Visitor
from tests.callers import Caller
from tests.verifying import differences
from tests.wire.members import Member, new_member
from tests.wire.shop import order

Record = dict[str, Any]
PATH = "/trash/customers"
CANCELLED = {"cancelDate": "2020-07-03T07:05:00.000Z", "cancellationReason": "Other"}
_MOVES = ("updatedAt", "rank")


@pytest.fixture
def api(winery: Winery) -> Caller:
    return winery.site.app()


def _told(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in _MOVES}


def _everything(api: Caller, member: Member, order_id: str) -> list[Any]:
    at = member.at
    lists = (f"{at}/address", f"{at}/credit-card", f"/note?customerId={member.customer}")
    found: list[Any] = [_told(api.seen(at)), api.seen(f"/order/{order_id}")["customer"]["lastName"]]
    for path in (*lists, f"/club-membership?customerId={member.customer}"):
        records = next(value for value in api.seen(path).values() if isinstance(value, list))
        found.append([{n: v for n, v in _told(each).items() if n != "customer"} for each in records])
    return found


def _restore(page: Page) -> Page:
    return page.send("/restore")


def test_a_customer_comes_back_with_all_that_went_along(api: Caller, see: Seer, winery: Winery) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    api.changed(member.at, {"lastName": "Doe", "tags": [{"id": tag["id"]}]})
    api.changed(f"{member.at}/address/{member.address}", {"company": "Acme"})
    api.changed(f"/club-membership/{member.joins()['id']}", CANCELLED)
    api.made("/note", {"content": "Called", "customerId": member.customer})
    made = api.made("/order", order(customerId=member.customer))
    before = _everything(api, member, made["id"])
    api.gone(member.at)
    page = see(PATH)
    assert "Jane Doe jane@example.com" in page.text
    done = _restore(page)
    assert (done.path, "The customer is restored." in done.text) == (f"/customers/{member.customer}", True)
    assert _everything(api, member, made["id"]) == before
    assert [each["id"] for each in api.seen("/customer?q=acme")["customers"]] == [member.customer]
    assert api.seen(f"/customer?tagId={tag['id']}")["total"] == 1
    assert api.seen("/trash")["total"] == 0
    assert "Nobody was deleted lately" in see(PATH).text
    assert differences(winery.site) == []
    api.gone(member.at)
    assert differences(winery.site) == []


def test_values_that_were_hidden_come_back_with_their_field(api: Caller, see: Seer) -> None:
    """A restored customer, its addresses and memberships know what their deleted fields held."""
    member = new_member(api, "jane@example.com", "Jane")
    places = {
        "customer": member.at,
        "customer-address": f"{member.at}/address/{member.address}",
        "club-membership": f"/club-membership/{member.joins()['id']}",
    }
    api.changed(places["club-membership"], CANCELLED)
    field = {"title": "Cork", "code": "cork", "dataType": "String"}
    for kind, place in places.items():
        config = api.made(f"/meta-data-config/{kind}", field)
        api.changed(place, {"metaData": {"cork": kind}})
        api.gone(f"/meta-data-config/{kind}/{config['id']}")
    api.gone(member.at)
    assert _restore(see(PATH)).path == places["customer"].replace("customer", "customers")
    for kind, place in places.items():
        assert api.seen(place)["metaData"] is None
        api.made(f"/meta-data-config/{kind}", field)
        assert api.seen(place)["metaData"] == {"cork": kind}


def test_a_restore_is_told_in_the_log(api: Caller, see: Seer) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    api.gone(member.at)
    _restore(see(PATH))
    text = see(f"/activity?record={member.customer}").text
    assert "Restored customer Jane" in text
    assert "Restored customer address" in text


def test_what_changed_meanwhile_is_as_it_is_now(api: Caller, see: Seer, winery: Winery) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    kept, gone = (api.made("/tag/customer", {"title": each, "type": "Manual"}) for each in ("A", "B"))
    api.changed(member.at, {"tags": [{"id": kept["id"]}, {"id": gone["id"]}], "password": "of the customer"})
    api.changed(f"/club-membership/{member.joins()['id']}", CANCELLED)
    api.gone(member.at)
    api.changed(f"/tag/customer/{kept['id']}", {"title": "Renamed"})
    api.gone(f"/tag/customer/{gone['id']}")
    api.gone(f"/club/{member.club}")
    _restore(see(PATH))
    seen = member.seen()
    assert [tag["title"] for tag in seen["tags"]] == ["Renamed"]
    # A membership of a club that is gone stays away, and passwords are kept nowhere.
    assert (seen["clubs"], seen["hasAccount"]) == ([], False)
    assert differences(winery.site) == []


def test_nobody_loses_an_address_to_the_past(api: Caller, see: Seer) -> None:
    old = api.made("/customer", {"emails": [{"email": "jane@example.com"}]})
    api.gone(f"/customer/{old['id']}")
    page = see(PATH)
    api.made("/customer", {"emails": [{"email": "Jane@Example.com"}]})
    refused = _restore(page)
    assert (refused.status, "Another customer has jane@example.com now" in refused.text) == (422, True)
    assert not any(form.action.endswith("/restore") for form in see(PATH).forms)
    assert api.get(f"/customer/{old['id']}").status_code == 404


def test_thirty_days_are_all_there_is(api: Caller, see: Seer) -> None:
    made = api.made("/customer", {"emails": [{"email": "jane@example.com"}]})
    with clock.frozen(clock.now() - 30 * clock.DAY_MS - 60_000):
        api.gone(f"/customer/{made['id']}")
    assert "Nobody was deleted lately" in see(PATH).text
    other = api.made("/customer", {"emails": [{"email": "bo@example.com"}]})
    api.gone(f"/customer/{other['id']}")
    page = see(PATH)
    form = page.form("/restore")
    form.action = form.action.replace(other["id"], made["id"])
    late = page.submit(form)
    assert (late.status, "gone for good" in late.text) == (422, True)
    _restore(page)
    assert _restore(page).status == 422


def test_the_whole_trash_leads_to_what_happened(api: Caller, see: Seer) -> None:
    made = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    api.gone(f"/tag/customer/{made['id']}")
    page = see("/trash")
    assert "Tag VIP" in page.text
    assert "Deleted tag VIP" in page.follow("/activity?record=").text


def test_who_may_not_delete_customers_finds_no_trash(api: Caller, winery: Winery, owner: Visitor) -> None:
    made = api.made("/customer", {"emails": [{"email": "jane@example.com"}]})
    api.gone(f"/customer/{made['id']}")
    clerk = winery.staff("Standard")
    page = clerk.see(winery.slug, "/customers")
    assert not any("/trash" in link for link in page.links)
    token = dict(clerk.see(None, "/profile").form("/name").fields)["form_token"]
    url = clerk.at(winery.slug, f"{PATH}/{made['id']}/restore")
    assert clerk.post(url, [("form_token", token)]).status == 404
    assert api.get(f"/customer/{made['id']}").status_code == 404
