"""What is on its way to web hooks: out of the outbox, waiting for its turn, done (reference A19, domain HOK).

An event leaves the outbox in one unit that writes a delivery for each hook it concerns. Deliveries of one
hook about one object stand in a queue: the first is due at some instant, the others not until that is done.
Whoever changes a queue holds the hook's row.
"""

from collections.abc import Sequence
from typing import Literal

from cellarhand import clock
from cellarhand.events.letter import Delivery, Hook, Outcome
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.events.web_hook_log import WEB_HOOK_LOG, log_attempt
from cellarhand.ids import new_id
from cellarhand.mail import outbox
from cellarhand.record import errors
from cellarhand.record.activity import Happening, title_of, write_down
from cellarhand.record.assemble import assemble
from cellarhand.record.text import decode, encode
from cellarhand.record.writing import replace_record
from cellarhand.settings.setting import setting_of
from cellarhand.store.conditions import Among, By, Compare, Where, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import OUTBOX, Column, Index, Table
from cellarhand.store.unit import ReadUnit, Row, WriteUnit

DELIVERY = Table(
    "web_hook_delivery",
    (
        Column("hook_id", "id"),
        Column("object_id", "id"),
        Column("seq", "int"),
        Column("id", "id"),
        Column("object", "text"),
        Column("action", "text"),
        Column("user_email", "text", null=True),
        Column("payload", "body"),
        Column("attempts", "int"),
        Column("due_at", "int"),
        # When the event happened.
        Column("created_at", "int"),
    ),
    key=("hook_id", "object_id", "seq", "id"),
    indexes=(Index(("hook_id", "due_at", "seq")), Index(("created_at",))),
)

EVENTS_AT_ONCE = 100
BEHIND_ANOTHER = 2**62
"""`due_at` of a delivery that waits for an earlier one of its queue."""
_MINUTE_MS = 60_000
_RETRY_MINUTES = (1, 5, 15, 60)
MOST_ATTEMPTS = 51
"""The 51st falls 48 hours after the first."""
DISABLED_AFTER_MS = 48 * 60 * _MINUTE_MS

Result = Literal["delivered", "put off", "given up", "disabled", "gone"]


class SpreadElsewhere(Exception):
    """Another process took the same events out of the outbox: nothing of this unit is kept."""


def retry_delay(attempts: int) -> int:
    """Milliseconds from the last of `attempts` that failed to the next: 1, 5, 15, 60 minutes, then hourly."""
    return _RETRY_MINUTES[min(attempts, len(_RETRY_MINUTES)) - 1] * _MINUTE_MS


async def spread(store: Store, tenant_id: int) -> int:
    """Move the oldest events of a tenant out of the outbox into its hooks' queues; how many events."""

    async def job(unit: WriteUnit) -> int:
        names = ("seq", "id", "object", "action", "created_at", "object_id", "actor")
        events = await unit.rows(OUTBOX, names, order=(By("seq"), By("id")), limit=EVENTS_AT_ONCE)
        if not events:
            return 0
        for hook_id, wanted in await _wanted_by_hooks(unit, events):
            # Read when the hook is held: whoever finishes a delivery now lets us see it, or sees ours.
            if await unit.lock(WEB_HOOK.table, ("id",), equal("id", hook_id)) is not None:
                for event in wanted:
                    await _enqueue(unit, hook_id, event)
        # Only exactly these: what commits late may stand before them.
        among = (Compare("seq", ">=", events[0][0]), Compare("seq", "<=", events[-1][0]))
        gone = await unit.delete(OUTBOX, (*among, Among("id", tuple(event[1] for event in events))))
        if gone != len(events):
            raise SpreadElsewhere
        return gone

    return await store.write(tenant_id, job)


async def _wanted_by_hooks(unit: ReadUnit, events: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Each live hook with the events that it was registered for when they happened, in the order of ids."""
    names = ("id", "object", "action", "created_at", "disabled_at")
    hooks = await unit.rows(WEB_HOOK.table, names, order=(By("id"),))
    found: list[tuple[str, list[Row]]] = []
    for hook_id, hook_object, action, registered_at, disabled_at in hooks:
        wanted = [e for e in events if (e[2], e[3]) == (hook_object, action) and e[4] >= registered_at]
        if wanted and disabled_at is None:
            found.append((hook_id, wanted))
    return found


async def _enqueue(unit: WriteUnit, hook_id: str, event: Row) -> None:
    seq, event_id, name, action, created_at, object_id, actor = event
    queue = (*equal("hook_id", hook_id), *equal("object_id", object_id))
    behind = await unit.row(DELIVERY, ("id",), queue) is not None
    found = await unit.row(OUTBOX, ("payload",), (*equal("seq", seq), *equal("id", event_id)))
    if found is None:
        raise SpreadElsewhere
    await unit.insert(
        DELIVERY,
        {
            "hook_id": hook_id,
            "object_id": object_id,
            "seq": seq,
            "id": new_id(),
            "object": name,
            "action": action,
            "user_email": actor,
            "payload": found[0].decode(),
            "attempts": 0,
            "due_at": BEHIND_ANOTHER if behind else clock.now(),
            "created_at": created_at,
        },
    )


async def send_again(store: Store, tenant_id: int, hook_id: str, log_id: str) -> None:
    """Put what a row of the log delivered into its hook's queue once more, with the same body (HOK-3).

    E15 when there is no such row; E6 when the hook is disabled.
    """

    async def job(unit: WriteUnit) -> None:
        where = (*equal("id", log_id), *equal("web_hook_id", hook_id))
        found = await unit.row(WEB_HOOK_LOG.table, ("body",), where)
        hook = await unit.lock(WEB_HOOK.table, ("disabled_at",), equal("id", hook_id))
        if found is None or hook is None:
            raise errors.not_found(WEB_HOOK_LOG.thing)
        if hook[0] is not None:
            raise errors.forbidden_by_state("The web hook is disabled")
        row = decode(found[0])
        # What has no id of its own, such as a Bulk Update, waits for nothing else.
        object_id = row["payload"].get("id") or new_id()
        queue = (*equal("hook_id", hook_id), *equal("object_id", object_id))
        behind = await unit.row(DELIVERY, ("id",), queue) is not None
        await unit.insert(
            DELIVERY,
            {
                "hook_id": hook_id,
                "object_id": object_id,
                "seq": clock.tick(),
                "id": new_id(),
                "object": row["object"],
                "action": row["action"],
                "user_email": row["user"],
                "payload": encode(row["payload"]).decode(),
                "attempts": 0,
                "due_at": BEHIND_ANOTHER if behind else clock.now(),
                "created_at": clock.now(),
            },
        )

    await store.write(tenant_id, job)


async def hooks_that_wait(unit: ReadUnit) -> list[str]:
    """The ids of the hooks for which anything waits, due or not."""
    found: list[str] = []
    where: Where = ()
    while rows := await unit.rows(DELIVERY, ("hook_id",), where, (By("hook_id"),), 1):
        found.append(rows[0][0])
        where = (Compare("hook_id", ">", found[-1]),)
    return found


async def live_hook(unit: ReadUnit, hook_id: str) -> Hook | None:
    """The hook with its secrets, unless it is deleted or disabled."""
    names = ("body", "owner", "password", "signing_secret", "disabled_at")
    row = await unit.row(WEB_HOOK.table, names, equal("id", hook_id))
    if row is None or row[4] is not None:
        return None
    record = decode(row[0])
    return Hook(hook_id, record["url"], row[1], record.get("username"), row[2], row[3])


async def due(unit: ReadUnit, hook_id: str, most: int) -> list[tuple[str, str, int]]:
    """Up to `most` deliveries whose time has come, longest due first: id, object id and seq of each."""
    where = (*equal("hook_id", hook_id), Compare("due_at", "<=", clock.now()))
    order = (By("due_at"), By("seq"))
    rows = await unit.rows(DELIVERY, ("id", "object_id", "seq"), where, order, most)
    return [(row[0], row[1], row[2]) for row in rows]


async def read_delivery(unit: ReadUnit, hook: Hook, id: str, object_id: str, seq: int) -> Delivery | None:
    """All of one delivery; None when it is done."""
    names = ("object", "action", "user_email", "payload", "attempts")
    row = await unit.row(DELIVERY, names, _place(hook.id, object_id, seq, id))
    if row is None:
        return None
    return Delivery(id, hook, row[0], row[1], object_id, seq, row[2], row[3], row[4])


def _place(hook_id: str, object_id: str, seq: int, id: str) -> Where:
    return (
        *equal("hook_id", hook_id),
        *equal("object_id", object_id),
        *equal("seq", seq),
        *equal("id", id),
    )


async def drop_all(store: Store, tenant_id: int, hook_id: str) -> None:
    """Forget what waits for a hook that is deleted or disabled."""
    await store.write(tenant_id, lambda unit: unit.delete(DELIVERY, equal("hook_id", hook_id)))


async def finish(store: Store, tenant_id: int, delivery: Delivery, outcome: Outcome, began: int) -> Result:
    """Log one attempt and do what follows from it, in one unit."""

    async def job(unit: WriteUnit) -> Result:
        await log_attempt(unit, delivery, outcome, began)
        names = ("body", "failing_since", "disabled_at")
        row = await unit.lock(WEB_HOOK.table, names, equal("id", delivery.hook.id))
        if row is None or row[2] is not None:
            return "gone"
        if outcome.delivered:
            if row[1] is not None:
                await _note_failing(unit, delivery.hook.id, None)
            return "delivered" if await _take_out(unit, delivery) else "gone"
        failing_since: int | None = row[1]
        if failing_since is None:
            await _note_failing(unit, delivery.hook.id, began)
        elif clock.now() - failing_since >= DISABLED_AFTER_MS:
            await _disable(unit, tenant_id, delivery.hook.id, row[0])
            return "disabled"
        if delivery.attempts + 1 >= MOST_ATTEMPTS:
            return "given up" if await _take_out(unit, delivery) else "gone"
        return "put off" if await _put_off(unit, delivery) else "gone"

    return await store.write(tenant_id, job)


async def _note_failing(unit: WriteUnit, hook_id: str, since: int | None) -> None:
    await unit.update(WEB_HOOK.table, equal("id", hook_id), {"failing_since": since})


def _same_turn(delivery: Delivery) -> Where:
    """The delivery, unless another process has made the same attempt meanwhile."""
    place = _place(delivery.hook.id, delivery.object_id, delivery.seq, delivery.id)
    return (*place, *equal("attempts", delivery.attempts))


async def _put_off(unit: WriteUnit, delivery: Delivery) -> bool:
    attempts = delivery.attempts + 1
    later = {"attempts": attempts, "due_at": clock.now() + retry_delay(attempts)}
    return bool(await unit.update(DELIVERY, _same_turn(delivery), later))


async def _take_out(unit: WriteUnit, delivery: Delivery) -> bool:
    """Take a delivery out of its queue; the next one's turn comes at once."""
    if not await unit.delete(DELIVERY, _same_turn(delivery)):
        return False
    queue = (*equal("hook_id", delivery.hook.id), *equal("object_id", delivery.object_id))
    following = await unit.rows(DELIVERY, ("seq", "id"), queue, (By("seq"), By("id")), 1)
    for seq, id in following:
        place = _place(delivery.hook.id, delivery.object_id, seq, id)
        await unit.update(DELIVERY, place, {"due_at": clock.now()})
    return True


async def _disable(unit: WriteUnit, tenant_id: int, hook_id: str, body: bytes) -> None:
    """48 hours without one success: disabled, what waits for it is forgotten, and its owner told (HOK-3)."""
    now = clock.now()
    stored, moment = decode(body), clock.to_wire(now)
    record = assemble(WEB_HOOK.read_shape, {"disabledAt": moment, "updatedAt": moment}, stored)
    await replace_record(unit, WEB_HOOK, stored, record, {"disabled_at": now})
    title = title_of(WEB_HOOK, record)
    await write_down(unit, None, Happening(WEB_HOOK.name, hook_id, title, "Disabled after failures"))
    await unit.delete(DELIVERY, equal("hook_id", hook_id))
    if record.get("notificationEmail"):
        company = (await setting_of(unit))[0]["companyName"]
        values = {"company": company, "object": record["object"], "action": record["action"]}
        values |= {"url": record["url"]}
        await outbox.queue(unit.shared, tenant_id, "web-hook-disabled", record["notificationEmail"], values)
