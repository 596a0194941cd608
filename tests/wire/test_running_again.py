"""New orders whose unit has to run again: what was filled in the first time is forgotten."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, TypeVar, cast

import pytest

from cellarhand.customers.customer import CUSTOMER
from cellarhand.ids import new_id
from cellarhand.orders.order import ORDER
from cellarhand.record.actor import Actor
from cellarhand.record.bulk import Options, import_lines
from cellarhand.record.checking import create_body
from cellarhand.record.text import decode, encode
from cellarhand.record.writing import create_record
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Job, Store
from cellarhand.store.unit import WriteUnit
from tests.callers import Caller, Site
from tests.verifying import differences
from tests.wire.shop import PLACE, Record, customer, line, order

T = TypeVar("T")


class _Taken(Exception):
    """What another unit did has taken this one back."""


class _RunsAgain:
    """A store each of whose units is taken back at its end, and run again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write(
        self, tenant_id: int | None, job: Job[T], *, alone: bool = False, large: bool = False
    ) -> T:
        async def failing(unit: WriteUnit) -> None:
            await job(unit)
            raise _Taken

        with pytest.raises(_Taken):
            await self._store.write(tenant_id, failing, alone=alone, large=large)
        return await self._store.write(tenant_id, job, alone=alone, large=large)

    async def leisure(self) -> None:
        await self._store.leisure()


@pytest.mark.parametrize("title", ["Plain", "Not so plain: \u5c71"])
def test_an_order_whose_unit_has_to_run_again_is_the_one_that_was_sent(
    site: Site, api: Caller, title: str
) -> None:
    jane = customer(api)["id"]
    bundle = line(type="Bundle", bundleItems=[line(productTitle=title)])
    sent = order(line(productTitle=title), bundle, customerId=jane, billTo=PLACE)
    sent |= {"shipping": [{"title": title, "price": 0}], "taxes": [{"title": title, "price": 0}]}
    actor, store = Actor("app", site.tenant_id, site.slug, app_id="again"), site.server.store
    texts: list[bytes] = []
    for each in (store, _RunsAgain(store)):
        body = create_body(ORDER, actor, encode(sent))
        texts.append(site.server.run(create_record(ORDER, cast(Any, each), actor, {}, body)))
    once, again = (decode(text) for text in texts)
    assert _without_own(again) == _without_own(once)
    assert not set(_ids(once)) & set(_ids(again))
    assert api.seen(f"/order/{again['id']}") == again
    shown = api.seen(f"/customer/{jane}")
    assert shown["orderInformation"]["orderCount"] == 2
    assert differences(site) == []


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_lines_whose_unit_has_to_run_again_are_those_that_were_sent(
    site: Site, api: Caller, mode: str
) -> None:
    def lines(first: int) -> list[bytes]:
        """A plain one, one that is not, one that is refused, and one that refunds the first."""
        numbered = [order(line(productTitle=title), orderNumber=first) for title in ("Plain", "\u5c71")]
        refused = order(line(productTitle="Plain"), customerId=new_id())
        sent = [
            {**each, "id": new_id(), "orderNumber": first + at}
            for at, each in enumerate((*numbered, refused))
        ]
        sent[0]["customerId"] = jane
        back = {
            "id": new_id(),
            "orderNumber": first + 3,
            "previousOrderId": sent[0]["id"],
            "purchaseType": "Refund",
        }
        return [encode(each) for each in (*sent, {**sent[0], **back})]

    async def answered(store: Any, first: int) -> list[Record]:
        options = Options(upsert=mode == "upsert")
        parts = import_lines(ORDER, store, actor, _each(lines(first)), options)
        return [decode(answer) for answer in b"".join([part async for part in parts]).splitlines()]

    jane = customer(api)["id"]
    actor = Actor("account", site.tenant_id, site.slug, name="Dana", email="dana@vines.example", role="Data")
    store = site.server.store
    once = site.server.run(answered(store, 7000))
    again = site.server.run(answered(_RunsAgain(store), 8000))
    assert [each.get("result") for each in once] == ["created", "created", "refused", "created", None]
    assert _without_own(again) == _without_own(once)
    for before, after in zip(once, again, strict=True):
        if before.get("result") == "created":
            found = [_without_own(api.seen(f"/order/{each['id']}")) for each in (before, after)]
            assert _without_links(found[1]) == _without_links(found[0])
    assert api.seen(f"/customer/{jane}")["orderInformation"]["orderCount"] == 2
    assert differences(site) == []


def test_customers_whose_unit_has_to_run_again_keep_their_passwords(site: Site) -> None:
    async def hashes(store: Any, email: str) -> list[str]:
        sent = [{"id": new_id(), "emails": [{"email": f"{number}.{email}"}]} for number in range(3)]
        lines = [encode({**each, "password": "Riesling 2019, dry"}) for each in sent[:2]] + [encode(sent[2])]
        actor = Actor("account", site.tenant_id, site.slug, name="Dana", email="d@vines.example", role="Data")
        async for _ in import_lines(CUSTOMER, store, actor, _each(lines), Options()):
            pass
        reading = site.server.store.reading(site.tenant_id)
        rows = [
            await reading.row(CUSTOMER.table, ("password_hash",), equal("id", each["id"])) for each in sent
        ]
        return [row[0] for row in rows if row is not None]

    for store in (site.server.store, _RunsAgain(site.server.store)):
        first, second, third = site.server.run(hashes(store, f"{type(store).__name__}@vines.example".lower()))
        assert first.startswith("$argon2id$")
        assert second.startswith("$argon2id$")
        assert third is None
    assert differences(site) == []


async def _each(lines: Sequence[bytes]) -> AsyncIterator[bytes | None]:
    for each in lines:
        yield each


def _without_links(order: Record) -> Record:
    """An order without the ids and numbers of others."""
    return {
        **order,
        "linkedOrders": [each["purchaseType"] for each in order["linkedOrders"]],
        "previousOrderId": order["previousOrderId"] is not None,
        "previousOrderNumber": order["previousOrderNumber"] is not None,
    }


_OWN = ("id", "createdAt", "updatedAt", "orderNumber", "customer", "customerType")


def _without_own(value: Any) -> Any:
    """A record without what no two records share."""
    if isinstance(value, dict):
        members = cast(Record, value)
        return {name: _without_own(each) for name, each in members.items() if name not in _OWN}
    return [_without_own(each) for each in cast(list[Any], value)] if isinstance(value, list) else value


def _ids(value: Any) -> Iterator[str]:
    """The ids of a record's parts."""
    if isinstance(value, dict):
        members = cast(Record, value)
        if "id" in members:
            yield members["id"]
        for name, each in members.items():
            if name != "customer":
                yield from _ids(each)
    elif isinstance(value, list):
        for each in cast(list[Any], value):
            yield from _ids(each)
