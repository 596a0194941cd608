"""What a membership shows of others and of the hour: its status, its customer and its club (reference B24).

Its text holds a mark in the place of each, which reading fills: nothing has to be rewritten when a customer
or a club changes, or when a hold ends. A deleted club leaves its last text in the place of the mark.
"""

import msgspec

from cellarhand import clock
from cellarhand.clubs.club import CLUB
from cellarhand.clubs.course import course, status_at
from cellarhand.customers.customer import CUSTOMER
from cellarhand.record.parts import Parts, apart, part, value_of
from cellarhand.record.resource import Resource
from cellarhand.record.text import encode
from cellarhand.store.conditions import Among
from cellarhand.store.unit import ReadUnit

IN_PLACE = "\x01"
"""The mark."""
_MARKED = encode(IN_PLACE)
_NOT_SHOWN = {"customer": "products", "club": "addOns"}


async def show_copies(unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """The texts of memberships at this moment; one look-up for all customers, one for all clubs."""
    memberships = [apart(body) for body in bodies]
    now = clock.now()
    for parts in memberships:
        dates = {member: value_of(parts[member]) for member in ("cancelDate", "onHolds")}
        parts["status"] = part(status_at(course(dates), now))
    await _fill(unit, memberships, "customer", CUSTOMER)
    await _fill(unit, memberships, "club", CLUB)
    return [encode(parts) for parts in memberships]


async def _fill(unit: ReadUnit, memberships: list[Parts], member: str, resource: Resource) -> None:
    of = [(parts, value_of(parts[f"{member}Id"])) for parts in memberships if bytes(parts[member]) == _MARKED]
    texts = await copies(unit, resource, {id for _, id in of}, _NOT_SHOWN[member])
    for parts, id in of:
        parts[member] = texts.get(id) or part(None)


async def copies(unit: ReadUnit, resource: Resource, ids: set[str], without: str) -> dict[str, msgspec.Raw]:
    """The texts of these records as GET shows them, but for one member."""
    if not ids:
        return {}
    where = (Among("id", tuple(sorted(ids))),)
    bodies = [row[0] for row in await unit.rows(resource.table, ("body",), where)]
    if resource.present is not None:
        bodies = await resource.present(unit, bodies)
    found: dict[str, msgspec.Raw] = {}
    for parts in map(apart, bodies):
        parts.pop(without, None)
        found[value_of(parts["id"])] = part(parts)
    return found
