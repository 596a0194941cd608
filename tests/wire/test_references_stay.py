"""What a write refers to is there when the write ends, whoever deletes it meanwhile (docs/decisions/0024)."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from cellarhand.accounts import tenants
from cellarhand.catalog.product import PRODUCT
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.customer import CUSTOMER
from cellarhand.discounts.promotion import COUPON, PROMOTION
from cellarhand.ids import new_id
from cellarhand.orders.order import ORDER
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode
from cellarhand.record.writing import create_record
from cellarhand.resources import TABLES
from cellarhand.store.engine import Job, NoSuchTenant, Store
from cellarhand.store.unit import ReadUnit, WriteUnit
from tests.callers import Caller, House, Site
from tests.verifying import differences
from tests.wire import shop
from tests.wire.discounts import KINDS, discount, set_of, sets
from tests.wire.members import new_member

Record = dict[str, Any]
T = TypeVar("T")
# A deletion that would overtake the write has done so by then; one that waits goes on waiting.
SECONDS_TO_OVERTAKE = 0.3
_JANE: Record = {"emails": [{"email": "jane@example.com"}]}


class _Slow:
    """A store whose units have done all their work when they stop, before their commit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reached, self._go_on = threading.Event(), asyncio.Event()

    def reading(self, tenant_id: int | None) -> ReadUnit:
        return self._store.reading(tenant_id)

    async def write(self, tenant_id: int | None, job: Job[T], *, alone: bool = False) -> T:
        async def slow(unit: WriteUnit) -> T:
            result = await job(unit)
            self.reached.set()
            await self._go_on.wait()
            return result

        return await self._store.write(tenant_id, slow, alone=alone)

    async def go_on(self) -> None:
        self._go_on.set()


def _overtaken(site: Site, resource: Resource, body: Record, delete: Callable[[], None]) -> Record:
    """The record that `body` makes, seen after `delete` was called while it was about to be committed."""
    slow: Any = _Slow(site.server.store)
    actor = Actor("app", site.tenant_id, site.slug, app_id="slow")
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        making = threads.submit(site.server.run, create_record(resource, slow, actor, {}, body))
        assert slow.reached.wait(20), making.exception(1)
        deleting = threads.submit(delete)
        concurrent.futures.wait([deleting], SECONDS_TO_OVERTAKE)
        site.server.run(slow.go_on())
        made = decode(making.result(20))
        deleting.result(20)
    return made


def _ordered(site: Site, api: Caller, delete: Callable[[], None], **line: Any) -> Record:
    made = _overtaken(site, ORDER, shop.order(shop.line(**line)), delete)
    assert differences(site) == []
    return api.seen(f"/order/{made['id']}")["items"][0]


def test_an_order_forgets_the_product_that_is_deleted_meanwhile(site: Site, api: Caller) -> None:
    product = shop.product(api, "CAB")
    line = _ordered(site, api, lambda: api.gone(f"/product/{product['id']}"), productId=product["id"])
    assert (line["productId"], line["productVariantId"]) == (None, None)


def test_an_order_that_names_a_sku_forgets_its_product_too(site: Site, api: Caller) -> None:
    product = shop.product(api, "CAB")
    line = _ordered(site, api, lambda: api.gone(f"/product/{product['id']}"), sku="cab")
    assert (line["productId"], line["productVariantId"]) == (None, None)


@pytest.mark.parametrize("kind", ["customer", "order"])
def test_a_tag_that_is_deleted_meanwhile_is_taken_off(site: Site, api: Caller, kind: str) -> None:
    tag = api.made(f"/tag/{kind}", {"title": "VIP", "type": "Manual"})["id"]
    resource, body = (CUSTOMER, _JANE) if kind == "customer" else (ORDER, shop.order())
    made = _overtaken(site, resource, {**body, "tags": [{"id": tag}]}, lambda: api.gone(f"/tag/{kind}/{tag}"))
    assert api.seen(f"/{kind}/{made['id']}")["tags"] == []
    assert differences(site) == []


def test_a_tag_that_is_renamed_meanwhile_shows_its_new_name(site: Site, api: Caller) -> None:
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    body = {**_JANE, "tags": [{"id": tag}]}
    made = _overtaken(site, CUSTOMER, body, lambda: api.changed(f"/tag/customer/{tag}", {"title": "Friend"}))
    assert [each["title"] for each in api.seen(f"/customer/{made['id']}")["tags"]] == ["Friend"]


def test_the_orders_of_a_customer_that_is_deleted_meanwhile_keep_its_last_copy(
    site: Site, api: Caller
) -> None:
    customer = shop.customer(api)["id"]
    order = shop.order(customerId=customer)
    made = _overtaken(site, ORDER, order, lambda: api.gone(f"/customer/{customer}"))
    shown = api.seen(f"/order/{made['id']}")
    assert (shown["customerId"], shown["customer"]["firstName"]) == (customer, "Jane")
    assert differences(site) == []


@pytest.mark.parametrize("member", ["department", "vendor", "collection"])
def test_a_product_loses_the_class_that_is_deleted_meanwhile(site: Site, api: Caller, member: str) -> None:
    names = {"title": "Reds", **({"code": "R"} if member == "department" else {})}
    id = api.made(f"/{member}", names)["id"]
    wine = {"type": "Wine", "title": "Red", "variants": [{"title": "750ml", "sku": "R", "price": 1}]}
    named = {"collections": [{"id": id}]} if member == "collection" else {f"{member}Id": id}
    made = _overtaken(site, PRODUCT, {**wine, **named}, lambda: api.gone(f"/{member}/{id}"))
    seen = api.seen(f"/product/{made['id']}")
    assert (seen["departmentId"], seen["vendorId"], seen["collections"]) == (None, None, [])
    assert differences(site) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_discount_loses_the_set_that_is_deleted_meanwhile(site: Site, api: Caller, kind: str) -> None:
    bundle = set_of(api)
    resource = COUPON if kind == "coupon" else PROMOTION
    body = discount(kind, promotionSets=sets(bundle))
    made = _overtaken(site, resource, body, lambda: api.gone(f"/promotion-set/{bundle}"))
    assert api.seen(f"/{kind}/{made['id']}")["promotionSets"] == []
    assert differences(site) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_that_a_new_discount_names_is_kept(site: Site, api: Caller, kind: str) -> None:
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]
    resource = COUPON if kind == "coupon" else PROMOTION
    body, statuses = discount(kind, availableTo="Tag", availableToObjectIds=[tag]), list[int]()
    _overtaken(site, resource, body, lambda: statuses.append(api.delete(f"/tag/customer/{tag}").status_code))
    assert statuses == [422]


@pytest.mark.parametrize("what", ["club", "card", "customer"])
def test_what_a_new_membership_needs_is_kept_or_left(site: Site, api: Caller, what: str) -> None:
    """A club and a customer with a member stay; a card goes, and the membership is without one."""
    member = new_member(api, "a@example.com", "Ann")
    path = {
        "club": f"/club/{member.club}",
        "card": f"{member.at}/credit-card/{member.card}",
        "customer": member.at,
    }[what]
    statuses = list[int]()
    made = _overtaken(
        site, CLUB_MEMBERSHIP, member.body(), lambda: statuses.append(api.delete(path).status_code)
    )
    shown = api.seen(f"/club-membership/{made['id']}")
    assert statuses == [204 if what == "card" else 422]
    assert shown["customerCreditCardId"] == (None if what == "card" else member.card)
    assert differences(site) == []


def test_writes_on_their_way_when_their_tenant_is_deleted_are_refused_and_leave_nothing(house: House) -> None:
    site = house.open()
    api, statuses = site.app(), list[int]()
    api.made("/customer", _JANE)
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            statuses.append(
                api.post("/customer", {"emails": [{"email": f"{new_id()}@example.com"}]}).status_code
            )

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write) for _ in range(4)]
        while len(statuses) < 20:
            assert not any(each.done() for each in writing)
        house.server.run(tenants.delete_tenant(house.server.store, site.slug, TABLES))
        told = len(statuses)
        while len(statuses) < told + 20:
            assert not any(each.done() for each in writing)
        ended.set()
    assert set(statuses) == {201, 401}
    for table in TABLES:
        if not table.shared:
            assert house.server.run(house.server.store.reading(site.tenant_id).count(table, ())) == 0


def test_a_write_of_a_deleted_tenant_is_refused_before_it_does_anything(house: House) -> None:
    site = house.open()
    house.server.run(tenants.delete_tenant(house.server.store, site.slug, TABLES))
    actor = Actor("app", site.tenant_id, site.slug, app_id="late")
    with pytest.raises(NoSuchTenant):
        house.server.run(create_record(CUSTOMER, house.server.store, actor, {}, _JANE))
    later = house.open()
    assert later.tenant_id > site.tenant_id
