"""Telling how an app's copy of a record is, and reading what was told (reference B35)."""

from collections.abc import Mapping

from cellarhand import clock
from cellarhand.catalog.product import PRODUCT
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.customer import CUSTOMER
from cellarhand.events.app_sync import (
    APP_SYNC,
    SHOWN,
    AppSync,
    AppSyncWrite,
    attempted,
    shown_of,
    sync_id,
)
from cellarhand.orders.order import ORDER
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.errors import Fault, Faults
from cellarhand.record.query import only, parse
from cellarhand.record.reading import list_records
from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import insert_record, replace_record
from cellarhand.store.conditions import equal
from cellarhand.store.unit import WriteUnit

HOLDERS: Mapping[str, Resource] = {
    "Order": ORDER,
    "Customer": CUSTOMER,
    "Customer Address": ADDRESS,
    "Club Membership": CLUB_MEMBERSHIP,
    "Product": PRODUCT,
}
"""What apps may tell of. Of reservations too, once there are any."""


async def add_attempt(call: Call) -> bytes:
    """One more attempt of the calling app; E3 for anybody who is no app."""
    only(call.query, ())
    app_id = call.actor.app_id
    if app_id is None:
        raise errors.unauthorized_for_route()
    shape = Shape.of(AppSyncWrite)
    faults = Faults(shape.members)
    sent = check_body(shape, call.body, Turn(faults))
    faults.raise_any()
    object_type, object_id = sent["objectType"], sent["objectId"]

    async def job(unit: WriteUnit) -> bytes:
        holder = HOLDERS.get(object_type)
        # Whoever tells of one object waits for the others here, so that no attempt is lost.
        found = None if holder is None else await unit.lock(holder.table, ("body",), equal("id", object_id))
        if holder is None or found is None:
            raise errors.invalid(Fault("objectId", errors.DOES_NOT_EXIST))
        body = await unit.body(APP_SYNC.table, sync_id(app_id, object_type, object_id))
        before = decode(body) if body is not None else None
        sync = attempted(before, app_id, sent, clock.to_wire(clock.now()))
        if before is None:
            await insert_record(unit, APP_SYNC, sync)
        else:
            await replace_record(unit, APP_SYNC, before, sync)
        await _show(unit, holder, decode(found[0]), sync)
        return encode(sync)

    return await call.store.write(call.actor.tenant_id, job)


async def _show(unit: WriteUnit, holder: Resource, record: Record, sync: Record) -> None:
    """The record shows it. That is no change of the record: an app that follows by web hooks, or by
    `updatedAt`, would otherwise answer itself for ever."""
    record[SHOWN] = {**(record.get(SHOWN) or {}), sync["appId"]: shown_of(sync)}
    await unit.update(holder.table, equal("id", record["id"]), {"body": encode(record).decode()})


async def list_syncs(call: Call) -> bytes:
    """What apps told of one object: to an app its own, to accounts all."""
    wanted = parse(APP_SYNC, call.query)
    within = equal("object_id", call.params["objectId"])
    unit = call.store.reading(call.actor.tenant_id)
    wanted = wanted._replace(where=(*within, *wanted.where))
    return await list_records(APP_SYNC, unit, call.actor, {}, wanted)


APP_SYNC_ACTIONS = (
    Action(
        "create-app-sync",
        "POST",
        "/app-sync",
        add_attempt,
        "Tell how the calling app's copy of a record is",
        operation="create",
        right=APP_SYNC.right,
        status=201,
        takes=AppSyncWrite,
        answers=AppSync,
        about=APP_SYNC.thing,
    ),
    Action(
        "list-app-syncs",
        "GET",
        APP_SYNC.path,
        list_syncs,
        "List what apps told of their copies of a record",
        operation="list",
        right=APP_SYNC.right,
        answers=AppSync,
        key=APP_SYNC.key,
        lists=APP_SYNC,
        paged=True,
        about=APP_SYNC.thing,
    ),
)
