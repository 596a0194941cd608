"""Changes to many records: previewed, done in chunks, told of once, safe from a process that is killed."""

import itertools
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest

from cellarhand import clock
from cellarhand.accounts.tables import ACCOUNT_ROLE
from cellarhand.customers import bulk as customers_bulk
from cellarhand.events import bulk_job, bulk_runner
from cellarhand.events.web_hook import ACTIONS, OBJECTS
from cellarhand.record import emitting
from cellarhand.record.actor import Actor
from cellarhand.resources import BULK_WORKS
from cellarhand.store.conditions import equal
from cellarhand.store.engine import StoreUnavailable
from cellarhand.store.unit import WriteUnit
from cellarhand.tags import bulk as tags_bulk
from cellarhand.tags.back_population import populate_tenant
from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.verifying import differences
from tests.wire.members import new_member
from tests.wire.shop import available, customer, location, order, product

SECONDS = 30
API_URL = "http://127.0.0.1:8000"


@pytest.fixture
def told() -> Iterator[list[tuple[str, str]]]:
    """The events of this test, as if hooks waited for all: a server takes them out of the outbox at once."""
    heard = set(itertools.product(OBJECTS, ACTIONS))
    real, events = emitting._write_event, list[tuple[str, str]]()  # pyright: ignore[reportPrivateUsage]

    async def write(unit: WriteUnit, name: str, action: str, *more: Any) -> None:
        if action != "Create":
            events.append((name, action))
        await real(unit, name, action, *more)

    async def all_of_them(_: WriteUnit) -> set[tuple[str, str]]:
        return heard

    with patch.object(emitting, "_write_event", write), patch.object(emitting, "_heard", all_of_them):
        yield events


@pytest.fixture
def api(winery: Winery) -> Any:
    return winery.site.app()


@pytest.fixture
def by_hand() -> Iterator[None]:
    """The server's own runner finds no jobs: a test does the chunks itself."""

    async def nothing(*_: object) -> bool:
        return False

    with patch.object(bulk_runner, "run_due", nothing):
        yield


def _customers(api: Any, count: int, last: str = "Lee") -> list[str]:
    emails = [{"email": f"{last}.{number}@a.example"} for number in range(count)]
    return [api.made("/customer", {"lastName": last, "emails": [each]})["id"] for each in emails]


def _tag(api: Any, kind: str = "customer", title: str = "Friend") -> str:
    return api.made(f"/tag/{kind}", {"title": title, "type": "Manual"})["id"]


def _chosen(visitor: Visitor, winery: Winery, path: str, action: str, *ids: str, **more: str) -> Page:
    """The page of an action, for rows chosen on the list at `path`."""
    fields = dict(visitor.see(winery.slug, path).forms[-1].fields)
    sent = [("form_token", fields["form_token"]), ("query", fields.get("query", "")), *more.items()]
    url = visitor.at(winery.slug, f"{path.partition('?')[0]}/bulk/{action}")
    return visitor.post(url, [*sent, *(("id", id) for id in ids)])


def _ended(visitor: Visitor, page: Page) -> Page:
    """The page of a job once it has ended."""
    ends = time.monotonic() + SECONDS
    while "It runs" in page.text:
        assert time.monotonic() < ends, page.text
        time.sleep(0.05)
        page = visitor.open(str(page.answer.url))
    return page


def _job(winery: Winery) -> bulk_job.Job:
    [job, *_] = winery.site.server.run(_newest(winery))
    return job


async def _newest(winery: Winery) -> list[bulk_job.Job]:
    return await bulk_job.newest(winery.site.server.store.reading(winery.site.tenant_id), 5)


def _chunk(winery: Winery, actor: Actor | None = None) -> None:
    """What the runner does for one job at a time."""
    server, job = winery.site.server, _job(winery)

    async def work() -> None:
        found = actor or await bulk_runner.actor_of(server.store, winery.site.tenant_id, job.id)
        assert found is not None
        works = bulk_job.Works(BULK_WORKS, API_URL)
        await bulk_job.run_chunk(server.store, found, works, job.id)

    server.run(work())


@pytest.mark.parametrize(
    ("path", "kind"), [("/customers", "customer"), ("/orders", "order")], ids=["customers", "orders"]
)
def test_chosen_rows_get_a_tag_and_lose_it_again(
    winery: Winery, owner: Visitor, api: Any, path: str, kind: str, told: list[tuple[str, str]]
) -> None:
    ids = _customers(api, 3) if kind == "customer" else [api.made("/order", order())["id"] for _ in range(3)]
    tag = _tag(api, kind)
    page = _chosen(owner, winery, path, "tag", *ids[:2])
    assert f"Put a tag on 2 {path[1:]}" in page.text
    job = _ended(owner, page.send("/start", tagId=tag))
    assert "It is done: 2 of 2 looked at, 2 changed, 0 refused." in job.text
    assert [len(api.seen(f"/{kind}/{id}")["tags"]) for id in ids] == [1, 1, 0]
    assert told == [(kind.capitalize(), "Bulk Update")]
    again = _ended(owner, _chosen(owner, winery, path, "tag", *ids).send("/start", tagId=tag))
    assert "3 of 3 looked at, 1 changed" in again.text
    off = _ended(owner, _chosen(owner, winery, path, "untag", *ids).send("/start", tagId=tag))
    assert "3 changed" in off.text
    assert [api.seen(f"/{kind}/{id}")["tags"] for id in ids] == [[], [], []]
    assert f"Take the tag “Friend” off 3 {path[1:]}" in owner.see(winery.slug, "/jobs").text


def test_all_that_the_filters_find_and_nobody_else(winery: Winery, owner: Visitor, api: Any) -> None:
    lees, bergs = _customers(api, 3), _customers(api, 2, "Berg")
    tag = _tag(api)
    page = _chosen(owner, winery, "/customers?lastName=lee", "tag", all="1")
    assert "Put a tag on 3 customers" in page.text
    assert "All that the list finds" in page.text
    _ended(owner, page.send("/start", tagId=tag))
    found = api.seen(f"/customer?tagId={tag}")
    assert {each["id"] for each in found["customers"]} == set(lees)
    assert not set(bergs) & {each["id"] for each in found["customers"]}


def test_receivers_are_told_where_the_changed_records_are(
    winery: Winery, owner: Visitor, api: Any, by_hand: None
) -> None:
    [ann], tag, payloads = _customers(api, 1), _tag(api), list[Any]()

    async def write(_unit: WriteUnit, name: str, object_id: str, payload: Any) -> None:
        payloads.append((name, object_id, payload))

    _chosen(owner, winery, "/customers", "tag", ann).send("/start", tagId=tag)
    with patch.object(tags_bulk, "emit_bulk", write):
        _chunk(winery)
    url = f"{API_URL}/v1/customer?tagId={tag}&cursor=start"
    assert payloads == [("Customer", tag, {"callbackUrl": url})]


def test_orders_are_fulfilled_and_each_refusal_is_named(winery: Winery, owner: Visitor, api: Any) -> None:
    wine = product(api, "CAB", stock=1)
    line = wine["variants"][0]
    item = {
        "productTitle": "Cab",
        "type": "Wine",
        "sku": "CAB",
        "price": 1250,
        "quantity": 1,
        "productId": wine["id"],
        "productVariantId": line["id"],
    }
    orders = [api.made("/order", order(item)) for _ in range(2)]
    done = api.made("/order", order(channel="POS", orderDeliveryMethod="Carry Out"))
    page = _chosen(owner, winery, "/orders", "fulfill", *(each["id"] for each in (*orders, done)))
    ended = _ended(owner, page.send("/start", type="Shipped", inventoryLocationId=location(api)))
    assert "3 of 3 looked at, 1 changed, 2 refused" in ended.text
    assert "Not enough inventory" in ended.text
    assert f"Order {done['orderNumber']}" in ended.text
    assert "Can not fulfill an order that is marked Fulfilled" in ended.text
    states = sorted(api.seen(f"/order/{each['id']}")["fulfillmentStatus"] for each in orders)
    assert states == ["Fulfilled", "Not Fulfilled"]
    assert available(api, wine) == 0


def test_what_is_wrong_with_the_wish_itself_begins_nothing(winery: Winery, owner: Visitor, api: Any) -> None:
    made = api.made("/order", order())
    page = _chosen(owner, winery, "/orders", "fulfill", made["id"])
    assert "packageCount" in page.send("/start", packageCount="many").text
    assert _chosen(owner, winery, "/orders", "fulfill").status == 422
    assert _chosen(owner, winery, "/orders", "fulfill", "no-id").status == 422
    api.made("/tag/customer", {"title": "Dyn", **DYNAMIC})
    [ann] = _customers(api, 1)
    asked = _chosen(owner, winery, "/customers", "tag", ann)
    assert "There is no tag that people put on customers yet" in asked.text
    assert winery.site.server.run(_newest(winery)) == []


DYNAMIC = {
    "type": "Dynamic",
    "appliesToCondition": "All conditions",
    "conditions": [{"appliesTo": "State", "condition": "is equal to", "value": "XX"}],
}


@pytest.fixture
def small_chunks(by_hand: None) -> Iterator[None]:
    kinds = dict(BULK_WORKS)
    for name, work in kinds.items():
        BULK_WORKS[name] = bulk_job.Work(work.resource, work.may, work.run, work.finish, 2)
    yield
    BULK_WORKS.update(kinds)


def test_a_job_goes_on_behind_its_last_chunk_and_does_nothing_twice(
    winery: Winery, owner: Visitor, api: Any, small_chunks: None, told: list[tuple[str, str]]
) -> None:
    ids, tag = _customers(api, 5), _tag(api)
    page = _chosen(owner, winery, "/customers", "tag", *ids).send("/start", tagId=tag)
    _chunk(winery)
    with _cut_off(), pytest.raises(StoreUnavailable):
        _chunk(winery)
    # Nothing of the chunk was kept, and the page says where the job stands.
    assert "It runs: 2 of 5 looked at, 2 changed" in owner.open(str(page.answer.url)).text
    assert len(api.seen(f"/customer?tagId={tag}")["customers"]) == 2
    assert told == []
    _chunk(winery)
    _chunk(winery)
    assert "It is done: 5 of 5 looked at, 5 changed" in owner.open(str(page.answer.url)).text
    assert len(api.seen(f"/customer?tagId={tag}")["customers"]) == 5
    assert told == [("Customer", "Bulk Update")]


def _cut_off() -> Any:
    """The database goes away in the middle of a chunk."""
    real, calls = WriteUnit.update, list[int]()

    async def update(self: WriteUnit, *args: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise StoreUnavailable("gone")
        return await real(self, *args)

    return patch.object(WriteUnit, "update", update)


def test_a_job_is_stopped_and_goes_on(
    winery: Winery, owner: Visitor, api: Any, small_chunks: None, told: list[tuple[str, str]]
) -> None:
    ids, tag = _customers(api, 5), _tag(api)
    page = _chosen(owner, winery, "/customers", "tag", *ids).send("/start", tagId=tag)
    _chunk(winery)
    stopped = owner.open(str(page.answer.url)).send("/stop")
    assert "It is stopped: 2 of 5 looked at, 2 changed" in stopped.text
    assert told == [("Customer", "Bulk Update")]
    _chunk(winery)
    assert _job(winery).done == 2
    assert "It runs" in stopped.send("/resume").text
    _chunk(winery)
    _chunk(winery)
    assert (_job(winery).state, _job(winery).changed) == ("Done", 5)


def _demote(winery: Winery) -> None:
    """Who began the newest job may do next to nothing any more."""
    job, server = _job(winery), winery.site.server

    async def demote(unit: WriteUnit) -> None:
        where = (*equal("account_id", job.account_id), *equal("tenant_id", winery.site.tenant_id))
        await unit.update(ACCOUNT_ROLE, where, {"role": "POS Standard"})

    server.run(server.store.write(None, demote))


def test_a_role_that_was_taken_ends_the_job(winery: Winery, api: Any, small_chunks: None) -> None:
    ids, tag = _customers(api, 3), _tag(api)
    user = winery.staff("Admin User")
    page = _chosen(user, winery, "/customers", "tag", *ids).send("/start", tagId=tag)
    _demote(winery)
    _chunk(winery)
    # What still may tag one record after the other may not tag many.
    assert "may not do it any more" in winery.staff().open(str(page.answer.url)).text
    assert (_job(winery).state, _job(winery).done) == ("Stopped", 0)


def test_jobs_that_ended_long_ago_are_forgotten(
    winery: Winery, owner: Visitor, api: Any, small_chunks: None
) -> None:
    ids, tag, server = _customers(api, 2), _tag(api), winery.site.server
    _chosen(owner, winery, "/customers", "tag", ids[0]).send("/start", tagId=tag)
    _chunk(winery)
    _chosen(owner, winery, "/customers", "tag", ids[1]).send("/start", tagId=tag)
    ends = clock.now() + 1

    async def forget(unit: WriteUnit) -> int:
        return await bulk_job.drop_ended(unit, ends, 10)

    assert server.run(server.store.write(winery.site.tenant_id, forget)) == 1
    assert _job(winery).state == "Running"


def test_jobs_are_for_who_began_them_and_for_owners(winery: Winery, api: Any) -> None:
    [ann], tag = _customers(api, 1), _tag(api)
    user = winery.staff("Admin User")
    page = _ended(user, _chosen(user, winery, "/customers", "tag", ann).send("/start", tagId=tag))
    assert winery.staff("Standard").open(str(page.answer.url)).status == 404
    assert winery.staff().open(str(page.answer.url)).status == 200
    basic = winery.staff("Reservation Basic").see(winery.slug, "/customers")
    assert "Put a tag on" not in basic.text


def test_chosen_orders_are_printed_and_exported(winery: Winery, owner: Visitor, api: Any) -> None:
    orders = [api.made("/order", order(giftMessage=f"Gift {n}")) for n in range(3)]
    ids = [each["id"] for each in orders[:2]]
    slips = _chosen(owner, winery, "/orders", "packing-slips", *ids)
    assert "Gift 0" in slips.text
    assert "Gift 2" not in slips.text
    assert "$12.50" not in slips.text
    assert "$12.50" in _chosen(owner, winery, "/orders", "receipts", *ids).text
    rows = _chosen(owner, winery, "/orders?sort=orderNumber", "csv", *ids).answer.text.splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == [str(each["orderNumber"]) for each in orders[:2]]
    every = _chosen(owner, winery, "/orders?channel=Web", "csv", all="1").answer.text.splitlines()
    assert len(every) == 4


NEW_YEAR = "2024-01-01T03:00:00.000Z"
"""Still the last evening of 2023 in California, which is where a tenant begins."""
SINCE_2024 = {
    "type": "Dynamic",
    "appliesToCondition": "All conditions",
    "conditions": [{"appliesTo": "Last Order Date", "condition": "is greater than", "value": "2023-12-31"}],
}


def _buyers(api: Any, count: int) -> list[str]:
    """Customers who bought at New Year."""
    ids = _customers(api, count)
    for id in ids:
        api.made("/order", order(customerId=id, orderPaidDate=NEW_YEAR, orderSubmittedDate=NEW_YEAR))
    return ids


def _move(visitor: Visitor, winery: Winery, zone: str = "Europe/Paris") -> None:
    assert "Saved." in visitor.see(winery.slug, "/settings/company").send("", timeZone=zone).text


def _years(api: Any, id: str) -> list[int]:
    return [int(year) for year in api.seen(f"/customer/{id}")["orderInformation"]["yearlyValue"]]


def test_customers_follow_the_time_zone(
    winery: Winery, owner: Visitor, api: Any, by_hand: None, told: list[tuple[str, str]]
) -> None:
    tag, site = api.made("/tag/customer", {"title": "Of late", **SINCE_2024})["id"], winery.site
    site.server.run(populate_tenant(site.server.store, site.tenant_id, API_URL))
    [ann], nobody = _buyers(api, 1), customer(api)["id"]
    member = new_member(api, "member@a.example", "Jane Example")
    member.joins()
    before = [api.seen(f"/customer/{id}") for id in (nobody, member.customer)]
    assert (_years(api, ann), differences(site)) == ([2023], [])
    told.clear()
    _move(owner, winery)
    # Her card expires at another moment, in years: what she shows today is the same.
    assert {each.id for each in differences(site)} == {ann, member.customer}
    _chunk(winery)
    assert _years(api, ann) == [2024]
    assert [each["id"] for each in api.seen(f"/customer/{ann}")["tags"]] == [tag]
    assert [api.seen(f"/customer/{id}") for id in (nobody, member.customer)] == before
    assert differences(site) == []
    assert told == [("Customer", "Bulk Update")]
    page = owner.see(winery.slug, f"/jobs/{_job(winery).id}")
    assert "Bring customers in step with the time zone Europe/Paris" in page.text
    assert "It is done: 3 of 3 looked at, 1 changed, 0 refused." in page.text


def test_following_the_time_zone_survives_a_killed_process_and_a_lost_role(
    winery: Winery, api: Any, small_chunks: None
) -> None:
    ids, quiet, payloads = _buyers(api, 5), customer(api)["id"], list[Any]()

    async def write(_unit: WriteUnit, name: str, _id: str, payload: Any) -> None:
        payloads.append((name, payload["callbackUrl"]))

    _move(winery.staff(), winery)
    _chunk(winery)
    with _cut_off(), pytest.raises(StoreUnavailable):
        _chunk(winery)
    assert sum(_years(api, id) == [2024] for id in ids) == _job(winery).changed
    _demote(winery)
    with patch.object(customers_bulk, "emit_bulk", write):
        for _ in range(3):
            _chunk(winery)
    job = _job(winery)
    assert (job.state, job.done, job.changed) == ("Done", 6, 5)
    assert [_years(api, id) for id in ids] == [[2024]] * 5
    assert differences(winery.site) == []
    [(name, url)] = payloads
    assert (name, url.partition("?")[0]) == ("Customer", f"{API_URL}/v1/customer")
    listed = api.seen(url.removeprefix(f"{API_URL}/v1"))["customers"]
    assert {each["id"] for each in listed} == set(ids), quiet


def test_any_owner_has_customers_go_on_following_the_time_zone(
    winery: Winery, owner: Visitor, api: Any, by_hand: None
) -> None:
    _buyers(api, 1)
    _move(winery.staff("Data"), winery)
    page = owner.see(winery.slug, f"/jobs/{_job(winery).id}").send("/stop")
    assert winery.staff("Admin User").open(str(page.answer.url)).status == 404
    assert "It runs" in page.send("/resume").text
    _chunk(winery)
    assert (_job(winery).state, differences(winery.site)) == ("Done", [])


def test_only_another_time_zone_sets_customers_in_motion(
    winery: Winery, owner: Visitor, by_hand: None
) -> None:
    owner.see(winery.slug, "/settings/company").send("", companyName="Other")
    zone = dict(owner.see(winery.slug, "/settings/company").form().fields)["timeZone"]
    _move(owner, winery, zone)
    assert "must be an IANA" in owner.see(winery.slug, "/settings/company").send("", timeZone="Mars/X").text
    assert winery.site.server.run(_newest(winery)) == []
