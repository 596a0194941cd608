"""Filling a winery of the demo with people and what they bought, some thousands at a time.

A large winery is drawn by a process beside the one that writes; what comes out is the same.
"""

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection

from cellarhand import clock, ids
from cellarhand.demo.calendar import Calendar
from cellarhand.demo.dice import Dice
from cellarhand.demo.members import Members
from cellarhand.demo.people import FOUNDED, Household, People, Staff, millis
from cellarhand.demo.rows import Known, write_households, write_order
from cellarhand.demo.sales import Sales
from cellarhand.demo.shop import Shop
from cellarhand.store.engine import Store
from cellarhand.store.gathering import GatheringUnit
from cellarhand.store.unit import WriteUnit
from cellarhand.store.waiting import Gathered

CHUNK = 4000
MANY = 5000
"""So many customers are worth the start of a second process."""
Progress = Callable[[int], None]
"""Told how many customers and orders have been written since it was told last."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides what is drawn."""

    tenant_id: int
    seed: int
    customers: int
    orders: int
    staff: tuple[Staff, ...]
    known: Known
    # Without a shop nobody buys anything, or joins a club.
    shop: Shop | None = None

    @property
    def tags(self) -> dict[str, str]:
        """The ids of customers' tags by title."""
        return {tag["title"]: id for id, tag in self.known.tags.items() if tag["objectType"] == "Customer"}


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written in one unit: so many customers and orders."""

    gathered: Gathered
    count: int


async def fill(store: Store, plan: Plan, progress: Progress) -> None:
    """Draw and write all customers of the plan with all that belongs to them, and the orders of guests."""
    drawn = _drawn_beside(plan) if plan.customers >= MANY else _drawn(plan)
    async with aclosing(drawn) as batches:
        async for batch in batches:
            await store.write(plan.tenant_id, lambda unit, batch=batch: _write(unit, batch))
            progress(batch.count)


async def _write(unit: WriteUnit, batch: Batch) -> None:
    await unit.gathering().send(batch.gathered)


async def _drawn(plan: Plan) -> AsyncGenerator[Batch]:
    dice = Dice(plan.seed)
    sales = None
    with clock.frozen(millis(FOUNDED)), ids.seeded(plan.seed + 10):
        people = People(dice, plan.tags, plan.staff, meta_data=plan.shop is not None)
        households = people.draw(plan.customers)
        if plan.shop is not None:
            tags = [tag for tag in plan.known.tags.values() if tag["objectType"] == "Order"]
            sales = Sales(dice, plan.shop, Calendar(dice, plan.orders), tags)
            households = buying(households, Members(dice, plan.shop), sales, plan.staff)
        while some := list(islice(households, CHUNK)):
            unit = GatheringUnit(None, plan.tenant_id)
            await write_households(unit, some, plan.known)
            yield Batch(unit.take(), len(some) + sum(len(each.orders) for each in some))
        guests = sales.guests() if sales is not None else iter(())
        while some_orders := list(islice(guests, CHUNK)):
            unit = GatheringUnit(None, plan.tenant_id)
            for order in some_orders:
                await write_order(unit, order)
            yield Batch(unit.take(), len(some_orders))


def buying(
    households: Iterator[Household], members: Members, sales: Sales, staff: tuple[Staff, ...]
) -> Iterator[Household]:
    """The same households, with what they joined and bought."""
    for household in households:
        household.memberships = members.draw(household)
        household.orders = sales.of(household)
        # What the customer shows has changed with its last order.
        moments = (household.customer["updatedAt"], *(order["createdAt"] for order in household.orders))
        household.customer["updatedAt"] = max(moments)
        notes = (sales.note_on(order, staff) for order in household.orders)
        household.notes += [note for note in notes if note is not None]
        yield household


async def _drawn_beside(plan: Plan) -> AsyncGenerator[Batch]:
    """The same batches, drawn by another process while this one writes."""
    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_draw_for, args=(plan, sending), daemon=True)
    process.start()
    sending.close()
    try:
        while (batch := await asyncio.to_thread(receiving.recv)) is not None:
            yield batch
    except EOFError:
        raise RuntimeError("the process that draws the demo's data ended early") from None
    finally:
        process.terminate()
        process.join()


def _draw_for(plan: Plan, sending: Connection) -> None:
    async def draw() -> None:
        async for batch in _drawn(plan):
            sending.send(batch)
        sending.send(None)

    # What is drawn has no cycles: looking for them among so many records would take half of the time.
    gc.disable()
    asyncio.run(draw())
