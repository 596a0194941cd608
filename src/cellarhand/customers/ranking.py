"""The nightly run that gives every customer its rank (domain CUS-10, CUS-11).

A rank is no change of the customer: `updatedAt` stays and no event is written (docs/decisions/0012).
"""

from array import array
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from cellarhand import clock
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.clubs.course import course, status_at
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.derived import order_facts
from cellarhand.customers.rank import Engagement, Field, Snapshot, engagement, kept, rank, trend
from cellarhand.record.text import decode, encode
from cellarhand.settings.time_zone import day_of, zone_of
from cellarhand.store.conditions import BY_ID, Among, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import Column, Table
from cellarhand.store.unit import ReadUnit, WriteUnit
from cellarhand.tags.back_population import begin_nightly

CUSTOMER_RANK = Table(
    "customer_rank",
    (Column("customer_id", "id"), Column("day", "int"), Column("rank", "int")),
    key=("customer_id", "day"),
)
"""The ranks of the last 30 days: one row for each day on which a customer's rank became another."""
CHUNK = 100
"""Customers that are ranked at a time: a server answers others in between."""


class _Information(msgspec.Struct):
    rank: int | None = None
    rankTrend: str | None = None


class _Ranked(msgspec.Struct):
    orderInformation: _Information


_shown = msgspec.json.Decoder(_Ranked).decode


@dataclass(frozen=True, slots=True)
class _Change:
    """What tonight changes of one customer."""

    id: str
    rank: int
    trend: str | None
    shows_other: bool
    snapshots: Sequence[Snapshot]
    before: Sequence[Snapshot]


async def rank_customers(store: Store, tenant_id: int) -> int:
    """Rank all customers of a tenant as they are now; how many show another rank or trend than before.

    A few customers are written at a time, so that no other writer waits for long.
    """
    reading = store.reading(tenant_id)
    now = clock.now()
    today = day_of(now, await zone_of(reading))
    field = await _field(reading)
    changed = 0
    async for rows in _chunks(reading, ("id", "lifetime_value", "body")):
        engagements = await _engagements(reading, rows, now)
        snapshots = await _snapshots(reading, tuple(engagements))
        changes = [
            change
            for id, _, body in rows
            if (change := _change(id, body, rank(engagements[id], field, now), snapshots[id], today))
        ]
        if changes:
            await store.write(tenant_id, partial(_keep, changes=changes))
        changed += sum(change.shows_other for change in changes)
    # Tags that ask for ranks and days are looked at anew (TAG-3).
    await begin_nightly(store, tenant_id)
    return changed


async def _chunks(unit: ReadUnit, names: tuple[str, ...]) -> AsyncIterator[Sequence[Sequence[Any]]]:
    """All customers, in the order of their ids; the first of `names` is the id."""
    after = ""
    while True:
        where = (Compare("id", ">", after),) if after else ()
        rows = await unit.rows(CUSTOMER.table, names, where, BY_ID, CHUNK, wide=True)
        if rows:
            yield rows
        if len(rows) < CHUNK:
            return
        after = rows[-1][0]


async def _field(unit: ReadUnit) -> Field:
    """The values of all customers with counted orders: 16 bytes for each."""
    values, averages = array("q"), array("q")
    async for rows in _chunks(unit, ("id", "lifetime_value")):
        orders = await order_facts(unit, [row[0] for row in rows])
        for id, lifetime_value in rows:
            of = engagement(lifetime_value, orders[id], ())
            if of.has_orders:
                values.append(of.lifetime_value)
                averages.append(of.average)
    return Field(array("q", sorted(values)), array("q", sorted(averages)))


async def _engagements(unit: ReadUnit, rows: Sequence[Sequence[Any]], now: int) -> dict[str, Engagement]:
    ids = [row[0] for row in rows]
    orders = await order_facts(unit, ids)
    statuses: dict[str, list[str]] = {id: [] for id in ids}
    where = (Among("customer_id", tuple(ids)),)
    for row in await unit.rows(CLUB_MEMBERSHIP.table, ("customer_id", "body"), where):
        statuses[row[0]].append(status_at(course(decode(row[1])), now))
    return {row[0]: engagement(row[1], orders[row[0]], statuses[row[0]]) for row in rows}


async def _snapshots(unit: ReadUnit, ids: tuple[str, ...]) -> dict[str, list[Snapshot]]:
    found: dict[str, list[Snapshot]] = {id: [] for id in ids}
    where = (Among("customer_id", ids),)
    for row in await unit.rows(CUSTOMER_RANK, ("customer_id", "day", "rank"), where):
        found[row[0]].append(Snapshot(row[1], row[2]))
    return found


def _change(id: str, body: bytes, new: int, before: list[Snapshot], today: int) -> _Change | None:
    shown = _shown(body).orderInformation
    after, moved = kept(before, new, today), trend(before, new, today)
    shows_other = (shown.rank, shown.rankTrend) != (new, moved)
    if not shows_other and sorted(before) == after:
        return None
    return _Change(id, new, moved, shows_other, after, before)


async def _keep(unit: WriteUnit, *, changes: Sequence[_Change]) -> None:
    for change in changes:
        row = await unit.lock(CUSTOMER.table, ("body",), equal("id", change.id))
        if row is None:
            continue
        if change.shows_other:
            customer = decode(row[0])
            customer["orderInformation"] |= {"rank": change.rank, "rankTrend": change.trend}
            text = {"body": encode(customer).decode()}
            await unit.update(CUSTOMER.table, equal("id", change.id), text)
        gone = {each.day for each in change.before} - {each.day for each in change.snapshots}
        new = [(change.id, *each) for each in change.snapshots if each not in change.before]
        gone |= {day for _, day, _ in new} & {each.day for each in change.before}
        if gone:
            where = (*equal("customer_id", change.id), Among("day", tuple(sorted(gone))))
            await unit.delete(CUSTOMER_RANK, where)
        if new:
            await unit.insert_many(CUSTOMER_RANK, ("customer_id", "day", "rank"), new)


async def forget_rank(unit: WriteUnit, customer_id: str) -> None:
    """A deleted customer has none."""
    await unit.delete(CUSTOMER_RANK, equal("customer_id", customer_id))
