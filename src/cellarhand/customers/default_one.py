"""Exactly one address and one card of a customer is the default, while there is any (CRD-2, reference B4)."""

from collections.abc import Callable, Iterable

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER
from cellarhand.record.emitting import emit
from cellarhand.record.resource import Draft, Reference, Resource
from cellarhand.record.text import decode
from cellarhand.record.validate import Record
from cellarhand.record.writing import replace_record
from cellarhand.store.conditions import NEWEST_FIRST, Compare, Where, equal
from cellarhand.store.unit import ReadUnit


def _of_customer(customer_id: str) -> Where:
    return equal("customer_id", customer_id)


async def default_of(unit: ReadUnit, resource: Resource, customer_id: str) -> Record | None:
    where = (*_of_customer(customer_id), *equal("is_default", 1))
    row = await unit.row(resource.table, ("body",), where)
    return decode(row[0]) if row else None


def _others(draft: Draft, customer_id: str) -> Where:
    return (*_of_customer(customer_id), Compare("id", "<>", draft.id))


def of_customer(*names: str) -> Callable[[Record], Iterable[Reference]]:
    """What an import looks up of the customers that its lines belong to; each is locked meanwhile."""
    return lambda sent: (Reference(CUSTOMER.table, names, (sent["customerId"],), locked=True),)


async def settle_default(draft: Draft) -> None:
    """The first is the default anyway; giving it up has no effect while there is no other."""
    record = draft.record
    if record["isDefault"]:
        return
    was_default = draft.stored is not None and draft.stored["isDefault"]
    if draft.creating or was_default:
        others = _others(draft, record["customerId"])
        record["isDefault"] = await draft.unit.row(draft.resource.table, ("id",), others) is None


async def pass_default_on(draft: Draft) -> None:
    """Take the default from the one before, or give it to the newest other; and touch the customer."""
    record = draft.record
    was_default = draft.stored is not None and draft.stored["isDefault"]
    if record["isDefault"] and not was_default:
        await _take_from_others(draft, record["customerId"])
    elif was_default and not record["isDefault"]:
        await _give_to_newest(draft, record["customerId"])
    if (record["isDefault"] or was_default) and not draft.with_parent:
        await touch_customer(draft, record["customerId"])


async def pass_default_of_deleted(draft: Draft) -> None:
    stored = draft.stored
    if stored is not None and stored["isDefault"]:
        await _give_to_newest(draft, stored["customerId"])
        await touch_customer(draft, stored["customerId"])


async def _take_from_others(draft: Draft, customer_id: str) -> None:
    where = (*_others(draft, customer_id), *equal("is_default", 1))
    for row in await draft.unit.rows(draft.resource.table, ("body",), where):
        await _set_default(draft, decode(row[0]), is_default=False)


async def _give_to_newest(draft: Draft, customer_id: str) -> None:
    where = _others(draft, customer_id)
    for row in await draft.unit.rows(draft.resource.table, ("body",), where, NEWEST_FIRST, 1):
        await _set_default(draft, decode(row[0]), is_default=True)


async def _set_default(draft: Draft, stored: Record, *, is_default: bool) -> None:
    moment = stored["updatedAt"] if draft.actor.keeps_dates else clock.to_wire(draft.now)
    record = {**stored, "isDefault": is_default, "updatedAt": moment}
    await replace_record(draft.unit, draft.resource, stored, record)
    await emit(draft.unit, draft.resource, "Update", record, draft.actor)


async def touch_customer(draft: Draft, customer_id: str) -> None:
    """What the customer shows of its default has changed: a new `updatedAt` and an Update (reference A13)."""
    if draft.actor.keeps_dates:
        # Nothing but its date would be another.
        return
    # What a customer shows of others is put together from all of them, and so that module imports this one.
    from cellarhand.customers.derived import refresh_customer

    await refresh_customer(draft.unit, draft.actor, customer_id, touched=True)
