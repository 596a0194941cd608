"""Filling a winery of the demo with people and what they bought, some thousands at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from cellarhand.accounts.tenants import Tenant
from cellarhand.demo.members import Members
from cellarhand.demo.people import Household, People, Staff
from cellarhand.demo.rows import Chunk, Known, chunk_of, put_order, write_chunk
from cellarhand.demo.sales import Sales
from cellarhand.orders.number import FIRST, KIND, SEQUENCE
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit

CHUNK = 2000
Progress = Callable[[int], None]
"""Told how many customers and orders have been written since it was told last."""


@dataclass(frozen=True, slots=True)
class Filling:
    """One winery while it is being filled."""

    store: Store
    tenant: Tenant
    known: Known
    progress: Progress

    async def customers(
        self,
        people: People,
        count: int,
        members: Members | None = None,
        sales: Sales | None = None,
        staff: tuple[Staff, ...] = (),
    ) -> None:
        """`count` customers, in the order of their ids, with all that belongs to them."""
        drawn = _with_sales(people.draw(count), members, sales, staff)
        while households := list(islice(drawn, CHUNK)):
            await self._write(chunk_of(households, self.known))
            self.progress(len(households) + sum(len(each.orders) for each in households))

    async def guests(self, sales: Sales) -> None:
        """The orders that no customer placed."""
        drawn = sales.guests()
        while orders := list(islice(drawn, CHUNK)):
            chunk = Chunk()
            for order in orders:
                put_order(chunk, order)
            await self._write(chunk)
            self.progress(len(orders))

    async def next_number(self, orders: int) -> None:
        """New orders are numbered on from the last one."""

        async def job(unit: WriteUnit) -> None:
            await unit.insert(SEQUENCE, {"name": KIND, "value": FIRST + orders})

        await self.store.write(self.tenant.tenant_id, job)

    async def _write(self, chunk: Chunk) -> None:
        await self.store.write(self.tenant.tenant_id, lambda unit: write_chunk(unit, chunk))


def _with_sales(
    households: Iterator[Household], members: Members | None, sales: Sales | None, staff: tuple[Staff, ...]
) -> Iterator[Household]:
    for household in households:
        if members is not None and sales is not None:
            household.memberships = members.draw(household)
            household.orders = sales.of(household)
            notes = (sales.note_on(order, staff) for order in household.orders)
            household.notes += [note for note in notes if note is not None]
        yield household
