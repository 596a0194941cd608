"""The nightly run: each customer has a rank, once a night and tenant, whoever runs it (CUS-10, TIM-3)."""

from typing import Any

import pytest

from cellarhand import clock
from cellarhand.customers.ranking import CUSTOMER_RANK, rank_customers
from cellarhand.events.nightly import run_due
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store
from tests.callers import Caller, House, Site
from tests.verifying import differences
from tests.wire.members import new_member
from tests.wire.orders import line, order, put

pytestmark = pytest.mark.usefixtures("heard")

NOON = 1_790_103_600_000
"""22 September 2026, noon in Los Angeles."""
HOUR = 3_600_000


def ranked(site: Site, at: int) -> int:
    with clock.frozen(at):
        return site.server.run(rank_customers(site.server.store, site.tenant_id))


def shown(api: Caller, customer: str) -> tuple[int, str | None]:
    found = api.seen(f"/customer/{customer}")["orderInformation"]
    return found["rank"], found["rankTrend"]


def customers(api: Caller, count: int) -> list[str]:
    bodies = [{"emails": [{"email": f"c{number}@example.com"}]} for number in range(count)]
    return [api.made("/customer", body)["id"] for body in bodies]


def test_ranks_follow_from_all_customers(site: Site, api: Caller) -> None:
    best, other, idle = customers(api, 3)
    put(site, order(best, NOON, [line(price=9000)]))
    put(site, order(other, NOON - 73 * clock.DAY_MS, [line(price=100)]))
    assert ranked(site, NOON) == 2
    assert shown(api, best) == (40 + 20 + 25, None)
    assert shown(api, other) == (23, None), "22.5, half up"
    assert shown(api, idle) == (0, None)
    assert ranked(site, NOON) == 0, "nothing moves within a night"


def test_a_membership_counts_as_long_as_it_is_current(site: Site, api: Caller) -> None:
    member = new_member(api, "jane@example.com", "Jane")
    joined = member.joins()
    ranked(site, NOON)
    assert shown(api, member.customer)[0] == 15
    ended = {"cancelDate": clock.to_wire(NOON), "cancellationReason": "Other"}
    api.changed(f"/club-membership/{joined['id']}", ended)
    ranked(site, NOON)
    assert shown(api, member.customer)[0] == 0


def test_the_trend_compares_with_thirty_days_before(site: Site, api: Caller) -> None:
    first, second = customers(api, 2)
    put(site, order(first, NOON))
    ranked(site, NOON)
    put(site, order(second, NOON, [line(price=9000)]))
    ranked(site, NOON + 29 * clock.DAY_MS)
    assert shown(api, first)[1] is None
    ranked(site, NOON + 30 * clock.DAY_MS)
    assert (shown(api, first)[1], shown(api, second)[1]) == ("Down", "Up")


def test_a_rank_is_no_change_of_the_customer(site: Site, api: Caller) -> None:
    [customer] = customers(api, 1)
    put(site, order(customer, NOON))
    before, events = api.seen(f"/customer/{customer}"), len(site.events())
    ranked(site, NOON)
    after = api.seen(f"/customer/{customer}")
    assert after["orderInformation"].pop("rank") == 85
    assert before["orderInformation"].pop("rank") == 0
    assert after == before
    assert len(site.events()) == events
    assert differences(site) == []


def test_a_write_keeps_the_rank_and_a_deletion_takes_its_snapshots(site: Site, api: Caller) -> None:
    [customer] = customers(api, 1)
    put(site, order(customer, NOON))
    ranked(site, NOON)
    put(site, order(customer, NOON))
    api.changed(f"/customer/{customer}", {"firstName": "Jo"})
    assert shown(api, customer)[0] == 85

    def snapshots() -> Any:
        unit = site.server.store.reading(site.tenant_id)
        return site.server.run(unit.rows(CUSTOMER_RANK, ("rank",), equal("customer_id", customer)))

    assert [row[0] for row in snapshots()] == [85]
    api.gone(f"/customer/{customer}")
    assert list(snapshots()) == []


def nights(house: House, site: Site, *instants: int) -> list[int]:
    """For how many of the tenant's nights the work was done at each of these moments."""
    done: list[int] = []

    async def work(_: Store, tenant_id: int) -> int:
        done[-1] += tenant_id == site.tenant_id
        return 0

    for instant in instants:
        done.append(0)
        with clock.frozen(instant):
            house.server.run(run_due(house.server.store, {"test": work}))
    return done


def test_each_night_is_worked_once_at_three_of_local_time(house: House) -> None:
    with clock.frozen(NOON):
        site = house.open()
    three = NOON + 15 * HOUR
    assert nights(house, site, NOON, three - 1, three, three + 1, three + 23 * HOUR) == [0, 0, 1, 0, 0]
    assert nights(house, site, three + 24 * HOUR) == [1]
    assert nights(house, site, three + 24 * 5 * HOUR, three + 24 * 5 * HOUR + 1) == [1, 0], "missed: once"


def test_a_night_whose_work_failed_is_tried_again(house: House) -> None:
    with clock.frozen(NOON):
        site = house.open()
    tried: list[int] = []

    async def fails_at_first(_: Store, tenant_id: int) -> int:
        if tenant_id == site.tenant_id:
            tried.append(tenant_id)
            if len(tried) == 1:
                raise ValueError("on purpose")
        return 0

    for hours in (15, 15, 17, 18):
        with clock.frozen(NOON + hours * HOUR):
            house.server.run(run_due(house.server.store, {"failing": fails_at_first}))
    assert len(tried) == 2, "claimed for an hour, then free again"
