"""What customers show of loyalty: points and tier, put in when they are read (reference B3, LOY-4).

A tier follows from what the customer itself shows, from the tiers and from the calendar: nothing is kept of
it, so nothing has to be brought in step.
"""

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.loyalty.loyalty_tier import tiers_of
from cellarhand.loyalty.loyalty_transaction import points_of
from cellarhand.loyalty.tier_rules import tier_of
from cellarhand.record.parts import apart, part, value_of
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.settings.loyalty import LOYALTY_MARK
from cellarhand.settings.time_zone import year_of, zone_of
from cellarhand.store.conditions import BY_ID, Occurs, equal
from cellarhand.store.unit import ReadUnit, WriteUnit

MARKED = encode(LOYALTY_MARK)
_IN_TEXT = (f'"loyalty":{MARKED.decode()},"emails":[', '"loyalty":null,"emails":[')
"""What a customer's text holds while loyalty is on, and while it is off."""


async def show_loyalty(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of customers with points and tiers for their marks."""
    customers = [apart(body) for body in bodies]
    waiting = [parts for parts in customers if bytes(parts["loyalty"]) == MARKED]
    ids: list[str] = [value_of(parts["id"]) for parts in waiting]
    tiers, points = await tiers_of(unit), await points_of(unit, ids)
    now = clock.now()
    year = year_of(now, await zone_of(unit))
    for id, parts in zip(ids, waiting, strict=True):
        information, clubs = value_of(parts["orderInformation"]), value_of(parts["clubs"])
        tier = tier_of(tiers, information, clubs, now, year)
        parts["loyalty"] = part(_shown(tier, points.get(id, 0)))
    return [encode(parts) for parts in customers]


def _shown(tier: Record | None, points: int) -> Record:
    return {
        "tier": tier["title"] if tier else None,
        "loyaltyTierId": tier["id"] if tier else None,
        "points": points,
    }


async def switch_in_customers(unit: WriteUnit, *, on: bool) -> None:
    """Have all customers show loyalty from now on, or show none; they have not changed themselves."""
    new, old = _IN_TEXT if on else _IN_TEXT[::-1]
    await unit.replace_text(CUSTOMER.table, "body", old, new, (Occurs("body", old, "=", 1),))
    # Those that hold the same text elsewhere too, in the data of an app, and those that came from elsewhere.
    for row in await unit.rows(CUSTOMER.table, ("id",), (Occurs("body", new, "=", 0),), BY_ID):
        found = await unit.lock(CUSTOMER.table, ("body",), equal("id", row[0]))
        if found is not None:
            customer = {**decode(found[0]), "loyalty": LOYALTY_MARK if on else None}
            await unit.update(CUSTOMER.table, equal("id", row[0]), {"body": encode(customer).decode()})
