"""Verifying while others write: what changes meanwhile is no difference, and nobody's write is lost."""

from concurrent.futures import ThreadPoolExecutor

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.store.unit import WriteUnit
from tests.callers import House
from tests.verifying import differences
from tests.wire.members import new_member
from tests.wire.orders import line, order, put

WRITERS, EACH = 4, 6


def test_writers_at_work_are_no_difference(house: House) -> None:
    site = house.open()
    api = site.app()
    tag = api.made("/tag/customer", {"title": "VIP", "type": "Manual"})["id"]

    def write(number: int) -> str:
        member = new_member(api, f"writer{number}@example.com", "Jane Example")
        member.joins()
        for step in range(EACH):
            put(site, order(member.customer, clock.now(), [line(price=100 + step)]))
            api.changed(member.at, {"lastName": f"Example {step}", "tags": [{"id": tag}] * (step % 2)})
        return member.customer

    with ThreadPoolExecutor(WRITERS) as threads:
        writing = [threads.submit(write, number) for number in range(WRITERS)]
        while not all(each.done() for each in writing):
            assert differences(site) == []
    assert differences(site) == []
    for each in writing:
        information = api.seen(f"/customer/{each.result()}")["orderInformation"]
        assert information["orderCount"] == EACH


def test_a_repair_takes_nothing_from_writers(house: House) -> None:
    site = house.open()
    api = site.app()
    ids = [api.made("/customer", {"emails": [{"email": f"{n}@example.com"}]})["id"] for n in range(6)]

    async def ruin(unit: WriteUnit) -> None:
        await unit.update(CUSTOMER.table, (), {"last_name": "?", "lifetime_value": 7})
        await unit.count_up("customer", 5)

    site.server.write(site.tenant_id, ruin)
    with ThreadPoolExecutor(3) as threads:
        buying = [threads.submit(put, site, order(id, clock.now())) for id in ids * 4]
        differences(site, repair=True)
        for each in buying:
            each.result()
    assert differences(site, repair=True) == differences(site) == []
    assert {api.seen(f"/customer/{id}")["orderInformation"]["orderCount"] for id in ids} == {4}
