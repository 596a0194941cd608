"""CUS-13: duplicates go into one customer, with all that belongs to them, in one step."""

import asyncio
from typing import Any

import pytest

from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.merge import merge, preview
from cellarhand.customers.restore import restore_customer
from cellarhand.events.activity import of_record
from cellarhand.orders.order import ORDER
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked
from cellarhand.record.errors import HouseError
from cellarhand.record.resource import Draft
from cellarhand.record.text import decode
from cellarhand.record.writing import new_draft, replace_record, store_new
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit
from tests.callers import NIL, Caller, Site
from tests.verifying import differences
from tests.wire.loyal import switch_loyalty
from tests.wire.members import ADDRESS, new_member
from tests.wire.shop import order

pytestmark = pytest.mark.usefixtures("heard")

Record = dict[str, Any]


def merged(site: Site, master: str, *duplicates: str, seen: dict[str, str] | None = None) -> None:
    actor = Actor("account", site.tenant_id, site.slug, name="Ann Lee", email="ann@a.example", face="site")
    site.server.run(merge(site.server.store, actor, master, duplicates, seen))


def refused(site: Site, master: str, *duplicates: str, seen: dict[str, str] | None = None) -> HouseError:
    with pytest.raises(HouseError) as caught:
        merged(site, master, *duplicates, seen=seen)
    return caught.value


def customer(api: Caller, email: str, **more: Any) -> Record:
    return api.made("/customer", {"emails": [{"email": email}], **more})


def test_what_belongs_to_the_duplicate_moves_and_keeps_its_ids(site: Site, api: Caller) -> None:
    master = customer(api, "ann@example.com", firstName="Ann")
    bo = new_member(api, "bo@example.com", "Bo")
    membership = bo.joins()
    bought = api.made("/order", order(customerId=bo.customer))
    note = api.made("/note", {"content": "Called", "customerId": bo.customer})
    merged(site, master["id"], bo.customer)
    at = f"/customer/{master['id']}"
    assert [each["id"] for each in api.seen(f"{at}/address")["customerAddresses"]] == [bo.address]
    assert [each["id"] for each in api.seen(f"{at}/credit-card")["customerCreditCards"]] == [bo.card]
    assert api.seen(f"/note/{note['id']}")["customerId"] == master["id"]
    assert api.seen(f"/club-membership/{membership['id']}")["customer"]["id"] == master["id"]
    assert api.seen(f"/order/{bought['id']}")["customer"]["id"] == master["id"]
    seen = api.seen(at)
    assert [club["clubMembershipId"] for club in seen["clubs"]] == [membership["id"]]
    assert seen["orderInformation"]["lastOrderId"] == bought["id"]
    assert seen["orderInformation"]["isActiveClubMember"]
    assert api.get(bo.at).status_code == 404
    assert differences(site) == []


def test_the_person_stays_as_the_master_is(site: Site, api: Caller) -> None:
    tag, other = (api.made("/tag/customer", {"title": each, "type": "Manual"}) for each in ("VIP", "Press"))
    kept = {
        "honorific": "Ms",
        "firstName": "Ann",
        "lastName": "Lee",
        "birthDate": "1980-01-01",
        "city": "Napa",
        "stateCode": "CA",
        "zipCode": "94558",
        "countryCode": "US",
    }
    master = customer(api, "ann@example.com", **kept, tags=[{"id": tag["id"]}], flags=[{"content": "Kind"}])
    phones = [{"phone": "+17075550100"}]
    other_one = customer(
        api,
        "bo@example.com",
        firstName="Bo",
        city="Wien",
        countryCode="AT",
        birthDate="1990-01-01",
        emailMarketingStatus="Unsubscribed",
        phones=phones,
        tags=[{"id": other["id"]}],
        flags=[{"content": "Tall"}],
        orderInformation={"acquisitionChannel": "Web"},
    )
    merged(site, master["id"], other_one["id"])
    seen = api.seen(f"/customer/{master['id']}")
    assert {name: seen[name] for name in kept} == kept
    assert [each["email"] for each in seen["emails"]] == ["ann@example.com", "bo@example.com"]
    assert [each["id"] for each in seen["emails"]] == [
        master["emails"][0]["id"],
        other_one["emails"][0]["id"],
    ]
    assert [each["phone"] for each in seen["phones"]] == ["+17075550100"]
    assert [each["title"] for each in seen["tags"]] == ["VIP"]
    assert [each["content"] for each in seen["flags"]] == ["Kind", "Tall"]
    assert seen["emailMarketingStatus"] == "Unsubscribed"
    assert api.seen("/customer?q=bo@example.com")["customers"][0]["id"] == master["id"]
    assert api.seen(f"/customer?tagId={other['id']}")["customers"] == []
    assert differences(site) == []


@pytest.mark.parametrize(("before", "after"), [(None, None), ("Subscribed", "Subscribed")])
def test_a_subscription_of_the_duplicate_subscribes_nobody(
    site: Site, api: Caller, before: str | None, after: str | None
) -> None:
    master = customer(api, "ann@example.com", emailMarketingStatus=before)
    merged(site, master["id"], customer(api, "bo@example.com", emailMarketingStatus="Subscribed")["id"])
    assert api.seen(f"/customer/{master['id']}")["emailMarketingStatus"] == after


def _hash(site: Site, id: str) -> str | None:
    unit = site.server.store.reading(site.tenant_id)
    row = site.server.run(unit.row(CUSTOMER.table, ("password_hash",), equal("id", id)))
    return row[0] if row else None


@pytest.mark.parametrize("of_master", [True, False])
def test_the_password_is_the_masters_else_the_duplicates(site: Site, api: Caller, *, of_master: bool) -> None:
    own = {"password": "the-masters-own"} if of_master else {}
    master = customer(api, "ann@example.com", **own)
    other = customer(api, "bo@example.com", password="the-duplicates")
    expected = _hash(site, master["id"] if of_master else other["id"])
    merged(site, master["id"], other["id"])
    assert expected is not None
    assert _hash(site, master["id"]) == expected
    assert api.seen(f"/customer/{master['id']}")["hasAccount"] is True


@pytest.mark.parametrize("has_own", [True, False])
def test_one_address_and_one_card_are_the_default(site: Site, api: Caller, *, has_own: bool) -> None:
    master = customer(api, "ann@example.com")
    at = f"/customer/{master['id']}"
    own = api.made(f"{at}/address", {**ADDRESS, "company": "Own"})["id"] if has_own else None
    others = [new_member(api, f"{name}@example.com", name) for name in ("bo", "cy")]
    api.changed(f"{others[0].at}/address/{others[0].address}", {"company": "Other"})
    merged(site, master["id"], *(each.customer for each in others))
    addresses, cards = api.seen(f"{at}/address"), api.seen(f"{at}/credit-card")
    assert [each["id"] for each in addresses["customerAddresses"] if each["isDefault"]] == [
        own or others[0].address
    ]
    assert [each["id"] for each in cards["customerCreditCards"] if each["isDefault"]] == [others[0].card]
    found = "Own" if has_own else "Other"
    assert [each["id"] for each in api.seen(f"/customer?q={found}")["customers"]] == [master["id"]]
    assert differences(site) == []


def test_everybody_who_keeps_copies_is_told_at_once(site: Site, api: Caller) -> None:
    master = customer(api, "ann@example.com")
    bo = new_member(api, "bo@example.com", "Bo")
    bo.joins()
    api.made("/order", order(customerId=bo.customer))
    count = len(site.events())
    merged(site, master["id"], bo.customer)
    events = site.events()[count:]
    assert sorted((each.object, each.action) for each in events) == [
        ("Club Membership", "Update"),
        ("Customer", "Delete"),
        ("Customer", "Update"),
        ("Customer Address", "Update"),
        ("Customer Credit Card", "Update"),
        ("Order", "Update"),
    ]
    of = {each.object: each.payload for each in events if each.action == "Update"}
    assert of["Order"]["customer"]["id"] == of["Club Membership"]["customer"]["id"] == master["id"]
    assert len(of["Customer"]["emails"]) == 2
    assert [(row["objectType"], row["objectId"]) for row in api.seen("/trash")["trashes"]] == [
        ("Customer", bo.customer)
    ]


def test_amounts_that_moved_do_not_come_back_with_a_restored_duplicate(site: Site, api: Caller) -> None:
    switch_loyalty(site)
    master, other = customer(api, "ann@example.com"), customer(api, "bo@example.com")
    for each, amount in ((master, 500), (other, 700)):
        give(site, each, amount)
    merged(site, master["id"], other["id"])
    assert amounts(api, master) == (1200, 1200, 120)
    # Without the duplicate's address, which would keep it in the trash.
    api.changed(f"/customer/{master['id']}", {"emails": [{"email": "ann@example.com"}]})
    actor = Actor("account", site.tenant_id, site.slug, name="Ann Lee", email="ann@a.example", face="site")
    site.server.run(restore_customer(site.server.store, actor, other["id"]))
    assert (amounts(api, master), amounts(api, other)) == ((1200, 1200, 120), (0, 0, 0))


def give(site: Site, of: Record, cents: int) -> None:
    """A seed of its lifetime value, and a tenth of that as points."""
    site.app().made("/loyalty-transaction", {"customerId": of["id"], "amount": cents // 10})

    async def job(unit: WriteUnit) -> None:
        row = await unit.lock(CUSTOMER.table, ("body",), equal("id", of["id"]))
        stored: Record = decode(row[0]) if row else {}
        information = {**stored["orderInformation"], "lifetimeValueSeedAmount": cents, "lifetimeValue": cents}
        changed = {**stored, "orderInformation": information}
        await replace_record(unit, CUSTOMER, stored, changed)

    site.server.run(site.server.store.write(site.tenant_id, job))


def amounts(api: Caller, of: Record) -> tuple[int, int, int]:
    seen = api.seen(f"/customer/{of['id']}")
    information = seen["orderInformation"]
    return information["lifetimeValueSeedAmount"], information["lifetimeValue"], seen["loyalty"]["points"]


def test_all_that_happened_to_the_duplicate_is_told_on_the_masters_page(site: Site, api: Caller) -> None:
    master, other = customer(api, "ann@example.com"), customer(api, "bo@example.com", firstName="Bo")
    api.made(f"/customer/{other['id']}/address", ADDRESS)
    merged(site, master["id"], other["id"])
    unit = site.server.store.reading(site.tenant_id)
    told = [(each.title, each.deed) for each in site.server.run(of_record(unit, master["id"], 50))]
    assert told == [
        ("ann@example.com", "Duplicates merged in"),
        ("Bo", "Merged"),
        ("1 Vineyard Road, Blenheim", "Moved"),
        ("1 Vineyard Road, Blenheim", "Created"),
        ("Bo", "Created"),
        ("ann@example.com", "Created"),
    ]
    assert site.server.run(of_record(unit, other["id"], 50)) == []


def test_what_makes_no_sense_is_refused_and_changes_nothing(site: Site, api: Caller) -> None:
    ids = [customer(api, f"c{n}@example.com")["id"] for n in range(12)]
    before = api.seen("/customer?limit=50")
    events = len(site.events())
    assert [fault.message for fault in refused(site, ids[0], ids[0]).faults or ()] == ["not allowed"]
    assert [fault.message for fault in refused(site, ids[0]).faults or ()] == ["required"]
    assert refused(site, ids[0], *ids[1:]).status == 422
    assert refused(site, ids[0], ids[1], NIL).status == 404
    assert refused(site, NIL, ids[1]).status == 404
    seen = {ids[0]: before["customers"][-1]["updatedAt"], ids[1]: "2020-01-01T00:00:00.000Z"}
    assert refused(site, ids[0], ids[1], seen=seen).status == 409
    assert api.seen("/customer?limit=50") == before
    assert len(site.events()) == events


def test_nobody_gets_more_addresses_than_can_be_saved_again(site: Site, api: Caller) -> None:
    one, other = (
        api.made("/customer", {"emails": [{"email": f"{lead}{n}@example.com"} for n in range(11)]})["id"]
        for lead in "ab"
    )
    assert "22 e-mail addresses" in refused(site, one, other).message
    assert len(api.seen(f"/customer/{other}")["emails"]) == 11


def test_ten_go_in_at_once(site: Site, api: Caller) -> None:
    ids = [customer(api, f"c{n}@example.com")["id"] for n in range(11)]
    for id in ids:
        api.made("/order", order(customerId=id))
    merged(site, *ids)
    seen = api.seen(f"/customer/{ids[0]}")
    assert (len(seen["emails"]), seen["orderInformation"]["orderCount"]) == (11, 11)
    assert api.seen("/customer")["total"] == 1
    assert differences(site) == []


def test_an_order_that_comes_meanwhile_is_the_masters_or_refused_and_never_lost(
    site: Site, api: Caller
) -> None:
    """One by e-mail address always finds its customer; one by id may come after that id was gone."""
    actor = Actor("system", site.tenant_id, site.slug)
    store = site.server.store

    refused: list[str] = []

    async def place(body: Record) -> bool:
        async def job(unit: WriteUnit) -> str:
            draft: Draft = new_draft(ORDER, unit, actor, checked(ORDER, actor, body), {})
            await store_new(draft)
            return draft.id

        try:
            await store.write(site.tenant_id, job)
        except HouseError as error:
            refused.extend(f"{each.field} {each.message}" for each in error.faults or ())
            return False
        return True

    async def all_at_once(master: str, other: str, email: str) -> list[Any]:
        bodies = [order(customerId=other) if n % 2 else order(email=email) for n in range(12)]
        tasks: list[Any] = [place(body) for body in bodies]
        tasks.insert(6, merge(store, actor, master, (other,)))
        return await asyncio.gather(*tasks)

    for turn in range(3):
        email = f"other{turn}@example.com"
        master, other = customer(api, f"master{turn}@example.com")["id"], customer(api, email)["id"]
        placed = [each for each in site.server.run(all_at_once(master, other, email)) if each is not None]
        assert all(placed[::2])
        assert api.seen(f"/customer/{master}")["orderInformation"]["orderCount"] == sum(placed)
    assert set(refused) <= {"customerId does not exist"}
    assert differences(site) == []


def test_a_preview_tells_what_will_be_and_changes_nothing(site: Site, api: Caller) -> None:
    master = customer(api, "ann@example.com", firstName="Ann")
    bo = new_member(api, "bo@example.com", "Bo")
    api.made("/order", order(customerId=bo.customer))
    unit = site.server.store.reading(site.tenant_id)
    before = api.seen("/customer")
    told = site.server.run(preview(unit, master["id"], [bo.customer]))
    assert told.duplicates[0].counts == {
        "customer-address": 1,
        "customer-credit-card": 1,
        "club-membership": 0,
        "order": 1,
        "note": 0,
        "gift-card": 0,
    }
    assert api.seen("/customer") == before
    merged(site, master["id"], bo.customer)
    seen = api.seen(f"/customer/{master['id']}")
    for member in ("emails", "phones", "flags", "firstName", "emailMarketingStatus", "hasAccount"):
        assert told.merged[member] == seen[member]
