"""GEN-4, GEN-5: every change leaves an entry: who, by which door, when, of what, and what was what."""

from typing import Any

import pytest

from cellarhand import clock
from cellarhand.accounts import apps, invites, people
from cellarhand.accounts.addresses import Addresses
from cellarhand.events.activity import Entry, newest, of_record
from cellarhand.events.web_hook import WEB_HOOK
from tests.callers import FULL, NIL, Caller, Site
from tests.wire.members import new_member
from tests.wire.samples import CUSTOMER, all_of
from tests.wire.shop import handover, location, order, product

JANE = {"firstName": "Jane", "lastName": "Doe", "emails": [{"email": "jane@example.com"}]}


def log(site: Site) -> list[Entry]:
    """The whole log, the oldest first."""
    return list(reversed(site.server.run(newest(site.server.store.reading(site.tenant_id), 500))))


def last(site: Site) -> Entry:
    return log(site)[-1]


def on_page_of(site: Site, id: str) -> list[str]:
    unit = site.server.store.reading(site.tenant_id)
    return [f"{each.kind} {each.deed}" for each in site.server.run(of_record(unit, id, 50))]


def told(entry: Entry) -> dict[str, Any]:
    """Its changes: the path in words, and what was what."""
    words = [
        ".".join(each if isinstance(each, str) else f"[{each[0]}]" for each in c[0]) for c in entry.changes
    ]
    return {path: tuple(change[1:]) for path, change in zip(words, entry.changes, strict=True)}


def test_a_new_record_is_told_by_name_and_without_values(site: Site, api: Caller) -> None:
    before = clock.now()
    made = api.made("/customer", JANE)
    entry = last(site)
    assert (entry.kind, entry.object_id, entry.owner_id) == ("customer", made["id"], made["id"])
    assert (entry.title, entry.deed, entry.changes) == ("Jane Doe", "Created", [])
    assert (entry.actor_kind, entry.actor, entry.actor_key, entry.face) == ("app", FULL, FULL, "api")
    assert before <= entry.at <= clock.now()


def test_a_change_tells_what_was_what_and_nothing_else(site: Site, owner: Caller) -> None:
    made = owner.made("/customer", {**JANE, "phones": [{"phone": "+17075550100"}]})
    email = {"id": made["emails"][0]["id"], "email": "doe@example.com"}
    owner.changed(
        f"/customer/{made['id']}", {"lastName": "Roe", "city": "Napa", "emails": [email], "phones": []}
    )
    entry = last(site)
    assert (entry.deed, entry.title, entry.actor) == ("Updated", "Jane Roe", "Admin Tester")
    assert (entry.actor_kind, entry.actor_key) == ("person", "admin.owner@people.example")
    assert told(entry) == {
        "lastName": ("Doe", "Roe"),
        "city": (None, "Napa"),
        "emails.[jane@example.com].email": ("jane@example.com", "doe@example.com"),
        "phones.[+17075550100]": ({"phone": "+17075550100"}, None),
    }


def test_what_changes_nothing_or_is_refused_is_not_told(site: Site, owner: Caller) -> None:
    made = owner.made("/customer", JANE)
    count = len(log(site))
    owner.changed(f"/customer/{made['id']}", {"firstName": "Jane"})
    assert owner.put(f"/customer/{made['id']}", {"emails": []}).status_code == 422
    assert owner.post("/customer", JANE).status_code == 422
    assert owner.delete(f"/customer/{NIL}").status_code == 404
    assert len(log(site)) == count


def test_no_secret_is_in_it(site: Site, owner: Caller) -> None:
    made = owner.made("/customer", {**CUSTOMER, "password": "first-secret"})
    at = f"/customer/{made['id']}"
    owner.changed(at, {"password": "second-secret"})
    assert (last(site).deed, last(site).changes) == ("Password changed", [])
    card = {"cardBrand": "Visa", "maskedCardNumber": "************1111", "expiryMo": 4, "expiryYr": 2091}
    id = owner.made(f"{at}/credit-card", {**card, "tokenOnFile": "tok_first-secret"})["id"]
    owner.changed(f"{at}/credit-card/{id}", {"tokenOnFile": "tok_second-secret"})
    assert (last(site).title, told(last(site))) == ("Visa 1111", {"tokenOnFile": ()})
    hook = {"object": "Customer", "action": "Update", "url": "https://hooks.example.com/a"}
    id = owner.made("/web-hook", {**hook, "password": "first-secret", "signingSecret": "first-secret"})["id"]
    owner.changed(f"/web-hook/{id}", {"signingSecret": "second-secret"})
    assert (last(site).kind, last(site).deed, last(site).changes) == ("web-hook", "Updated", [])
    assert "secret" not in repr([(each.title, each.changes) for each in log(site)])
    assert "argon" not in repr(log(site))


def test_what_an_app_keeps_is_told_without_its_values(site: Site, api: Caller) -> None:
    made = api.made("/customer", JANE)
    api.changed(f"/customer/{made['id']}", {"appData": {"key": "a secret of its own"}})
    assert told(last(site)) == {"appData": ()}


def test_every_kind_of_record_is_told_when_it_comes_and_when_it_goes(
    site: Site, api: Caller, owner: Caller
) -> None:
    made = list(all_of(api))
    kinds = {each.object_id: each.kind for each in log(site) if each.deed == "Created"}
    assert {each.record["id"] for each in made} <= kinds.keys()
    for each in made:
        owner.gone(each.at)
        of_it = [entry for entry in log(site) if entry.object_id == each.record["id"]]
        assert [entry.deed for entry in of_it if entry.deed in ("Created", "Deleted")] == [
            "Created",
            "Deleted",
        ]
        assert len({entry.title for entry in of_it}) == 1
        assert of_it[-1].title


def test_what_belongs_to_a_customer_is_told_on_the_customers_page(site: Site, api: Caller) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    membership = member.joins()
    api.made("/note", {"content": "Called", "customerId": member.customer})
    on_page = on_page_of(site, member.customer)
    assert on_page == [
        "note Created",
        "club-membership Created",
        "customer-credit-card Created",
        "customer-address Created",
        "customer Created",
    ]
    unit = site.server.store.reading(site.tenant_id)
    (entry,) = site.server.run(of_record(unit, member.customer, 50, membership["id"]))
    assert (entry.kind, entry.object_id) == ("club-membership", membership["id"])


def test_a_deleted_customer_is_told_with_all_that_goes_along(site: Site, api: Caller) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    api.made("/note", {"content": "Called", "customerId": member.customer})
    count = len(log(site))
    api.gone(member.at)
    gone = log(site)[count:]
    assert {(each.kind, each.deed) for each in gone} == {
        ("customer", "Deleted"),
        ("customer-address", "Deleted"),
        ("customer-credit-card", "Deleted"),
        ("note", "Deleted"),
    }
    assert {each.owner_id for each in gone} == {member.customer}


def test_holds_and_cancellations_have_names(site: Site, api: Caller) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    at = f"/club-membership/{member.joins()['id']}"
    hold = {"startDate": "2030-01-01T00:00:00.000Z", "endDate": None, "holdReason": "Away from home"}
    deeds: list[str] = []
    for body in (
        {"onHolds": [hold]},
        {"onHolds": []},
        {"cancelDate": "2020-01-01T00:00:00.000Z", "cancellationReason": "Other"},
        {"cancelDate": None},
    ):
        answer = api.put(at, body)
        assert answer.status_code == 200, answer.text
        deeds.append(last(site).deed)
    assert deeds == ["Put on hold", "Hold taken away", "Cancelled", "Renewed"]


def test_an_order_tells_of_its_fulfillments_and_not_of_what_follows(site: Site, api: Caller) -> None:
    wine = product(api, "CAB", stock=10)
    made = api.made("/order", order())
    count = len(log(site))
    api.post(f"/order/{made['id']}/fulfillment/all", handover())
    fulfillment = api.seen(f"/order/{made['id']}")["fulfillments"][0]["id"]
    api.delete(f"/order/{made['id']}/fulfillment/{fulfillment}")
    handed, back = log(site)[count:]
    assert (handed.title, handed.deed) == (f"Order {made['orderNumber']}", "Fulfilled")
    assert (back.deed, back.object_id) == ("Fulfillment taken back", made["id"])
    assert told(handed)["fulfillmentStatus"] == ("Not Fulfilled", "Fulfilled")
    assert told(handed)["items.[Cabernet].quantityFulfilled"] == (0, 1)
    # Stock that an order takes follows from the order.
    assert {each.deed for each in log(site) if each.object_id == wine["id"]} == {"Created", "Updated"}


def test_stock_moved_by_hand_is_told_of_its_product(site: Site, api: Caller) -> None:
    wine = product(api, "CAB", stock=10)
    body = {"action": "Adjust", "sku": "CAB", "inventoryLocationId": location(api), "notes": "Broken"}
    api.made("/inventory-transaction", {**body, "availableForSaleCount": -2})
    entry = last(site)
    assert (entry.object_id, entry.title, entry.deed) == (wine["id"], "Wine CAB (CAB)", "Stock adjusted")
    assert told(entry) == {
        "[Default Location].availableForSaleCount": (10, 8),
        "notes": (None, "Broken"),
    }


def test_a_tag_put_on_is_a_change_of_its_holder(site: Site, api: Caller) -> None:
    made, tag = api.made("/customer", JANE), api.made("/tag/customer", {"title": "VIP", "type": "Manual"})
    api.made("/tag-x-object/customer", {"objectId": made["id"], "tagId": tag["id"]})
    assert (last(site).object_id, list(told(last(site)))) == (made["id"], ["tags.[VIP]"])


def test_a_renamed_department_is_no_change_of_its_products(site: Site, api: Caller) -> None:
    department = api.made("/department", {"title": "Wine", "code": "W"})
    wine = product(api, "CAB")
    api.changed(f"/product/{wine['id']}", {"departmentId": department["id"]})
    assert told(last(site))["department"][1]["title"] == "Wine"
    count = len(log(site))
    api.changed(f"/department/{department['id']}", {"title": "Bottles"})
    assert [each.kind for each in log(site)[count:]] == ["department"]


def test_each_line_of_an_import_is_told(site: Site) -> None:
    data = site.person("Data")
    lines = "\n".join(f'{{"emails":[{{"email":"{n}@example.com"}}]}}' for n in range(5))
    count = len(log(site))
    answer = data.post("/bulk/customer", content=lines + '\n{"emails":[]}')
    assert '"created":5' in answer.text
    entries = log(site)[count:]
    assert [each.title for each in entries] == [f"{n}@example.com" for n in range(5)]
    assert {(each.deed, each.actor_key) for each in entries} == {("Created", "data@people.example")}


def test_the_number_of_the_next_order_is_told(site: Site, owner: Caller) -> None:
    owner.put("/order-number", {"orderNumber": 5000})
    assert (last(site).title, told(last(site))) == ("Next order number", {"orderNumber": (1001, 5000)})


def test_people_are_told_with_the_role_that_they_get_and_keep_their_names(site: Site, owner: Caller) -> None:
    store, run = site.server.store, site.server.run
    site.person("Standard")
    run(people.set_role(store, site.slug, "standard@people.example", "Basic"))
    entry = last(site)
    assert (entry.kind, entry.title, entry.deed) == ("account", "Standard Tester", "Role changed")
    assert (entry.actor_kind, entry.face, told(entry)) == (
        "system",
        "system",
        {"role": ("Standard", "Basic")},
    )
    made = owner.made("/customer", JANE)
    run(people.remove_account(store, site.slug, "standard@people.example"))
    assert (last(site).title, last(site).deed) == ("Standard Tester", "Removed")
    assert next(each.actor for each in log(site) if each.object_id == made["id"]) == "Admin Tester"


def test_a_password_is_told_in_every_tenant_of_the_person_and_never_shown(site: Site) -> None:
    other, email = site.house.open(), f"ann-{site.slug}@people.example"
    store, run = site.server.store, site.server.run
    site.person("Standard", email)
    other.person("Basic", email)
    run(people.set_password(store, email, "a new password of twelve", themselves=True))
    for each in (site, other):
        assert (last(each).deed, last(each).changes, last(each).face) == ("Password changed", [], "site")
        assert last(each).actor_key == email


def test_invites_are_told_without_their_links(site: Site) -> None:
    store, run, where = site.server.store, site.server.run, Addresses("winery.example")
    token = run(invites.invite(store, site.slug, f"new-{site.slug}@people.example", "Basic", where))
    assert (last(site).deed, told(last(site))) == ("Invited", {"role": (None, "Basic")})
    run(invites.accept_as_new(store, token, "a password of twelve", "Ann", "Lee"))
    entry = last(site)
    assert (entry.title, entry.deed, entry.actor, entry.face) == ("Ann Lee", "Added", "Ann Lee", "site")
    assert token not in repr(log(site))


def test_apps_are_told_when_they_come_and_go(site: Site) -> None:
    app = f"app-{site.slug}"
    store, run = site.server.store, site.server.run
    site.app(app, {"Customer": "Read"})
    assert (last(site).kind, last(site).title, last(site).deed) == ("app", app, "App installed")
    assert told(last(site)) == {"permissions": (None, {"Customer": "Read"})}
    secret = run(apps.rotate_secret(store, app))
    assert last(site).deed == "Secret rotated"
    run(apps.uninstall_app(store, app, site.slug, WEB_HOOK.table))
    assert last(site).deed == "App uninstalled"
    assert secret not in repr(log(site))


@pytest.mark.parametrize("text", ["x" * 5000, 'Tom & "Jerry" \u2028 <3'])
def test_long_texts_are_cut_and_no_text_is_altered(site: Site, api: Caller, text: str) -> None:
    made = api.made("/note", {"content": "short", "customerId": api.made("/customer", JANE)["id"]})
    api.changed(f"/note/{made['id']}", {"content": text})
    before, after = told(last(site))["content"]
    assert before == "short"
    assert after == text if len(text) < 1000 else after == "x" * 1000 + "..."
