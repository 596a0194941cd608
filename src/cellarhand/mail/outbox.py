"""The outbox of mail: written in the unit of its cause, sent afterwards, at least once (EML-3)."""

from dataclasses import dataclass

from cellarhand import clock
from cellarhand.ids import new_id
from cellarhand.mail.messages import render
from cellarhand.store.conditions import Among, By, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.tables import Column, Index, Table
from cellarhand.store.unit import WriteUnit

MAIL = Table(
    "mail",
    (
        Column("id", "id"),
        Column("tenant_id", "int", null=True),
        Column("kind", "text"),
        Column("recipient", "text"),
        Column("subject", "text"),
        Column("content", "text", null=True),
        Column("html", "text", null=True),
        Column("state", "text"),
        Column("attempts", "int"),
        Column("next_attempt_at", "int"),
        Column("error", "text", null=True),
        Column("created_at", "int"),
        Column("sent_at", "int", null=True),
    ),
    key=("id",),
    indexes=(
        Index(("state", "next_attempt_at")),
        Index(("tenant_id", "-created_at")),
        Index(("created_at",)),
    ),
    shared=True,
)
"""Shared, because mail to a person about their password belongs to no tenant, and one look finds what is due.

The text goes when the mail is sent: links in it open doors, and nobody needs it again.
"""

_MINUTE = 60_000
# Together a little more than 24 hours.
PAUSES_MS = tuple(minutes * _MINUTE for minutes in (1, 2, 5, 10, 30, 60, 120, 240, 480, 500))
# A mail that was taken and never reported on is taken again: its process died.
LEASE_MS = 5 * _MINUTE
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the outbox; `state` is Waiting, Sent or Failed, instants in milliseconds UTC."""

    id: str
    tenant_id: int | None
    kind: str
    recipient: str
    subject: str
    content: str | None
    html: str | None
    state: str
    attempts: int
    next_attempt_at: int
    error: str | None
    created_at: int
    sent_at: int | None


_NAMES = tuple(column.name for column in MAIL.columns)


async def queue(
    unit: WriteUnit, tenant_id: int | None, kind: str, recipient: str, values: dict[str, str]
) -> None:
    """Put one mail into the outbox, in the unit of what causes it. `unit` reaches the shared tables."""
    message = render(kind, values)
    row = {"id": new_id(), "tenant_id": tenant_id, "kind": kind, "recipient": recipient, "state": "Waiting"}
    texts = {"subject": message.subject, "content": message.content, "html": message.html}
    moment = clock.now()
    await unit.insert(MAIL, {**row, **texts, "attempts": 0, "next_attempt_at": moment, "created_at": moment})


async def claim(store: Store) -> Mail | None:
    """A mail that is due, kept from other processes for the time of a lease; None when there is none."""

    async def job(unit: WriteUnit) -> Mail | None:
        found = await unit.rows(MAIL, ("id",), due, (By("next_attempt_at"),), limit=1)
        row = await unit.lock(MAIL, _NAMES, (*equal("id", found[0][0]), *due)) if found else None
        if row is None:
            return None
        mail = Mail(*row)
        taken = {"attempts": mail.attempts + 1, "next_attempt_at": clock.now() + LEASE_MS}
        await unit.update(MAIL, equal("id", mail.id), taken)
        return mail

    due = (*equal("state", "Waiting"), Compare("next_attempt_at", "<=", clock.now()))
    # Looking costs other writers nothing; only what is found is worth a unit.
    if await store.reading(None).row(MAIL, ("id",), due) is None:
        return None
    return await store.write(None, job)


async def sent(store: Store, mail: Mail) -> None:
    """Note that a mail went, and forget its text."""
    changed = {"state": "Sent", "sent_at": clock.now(), "content": None, "html": None, "error": None}

    async def job(unit: WriteUnit) -> None:
        await unit.update(MAIL, equal("id", mail.id), changed)

    await store.write(None, job)


async def not_sent(store: Store, mail: Mail, error: str, *, final: bool) -> None:
    """Note why a mail did not go, and when to try again; after the last pause or a final no it has failed."""
    pause = None if final or mail.attempts >= len(PAUSES_MS) else PAUSES_MS[mail.attempts]
    changed: dict[str, str | int | None] = {"error": error[:LONGEST_ERROR]}
    if pause is None:
        changed |= {"state": "Failed", "content": None, "html": None}
    else:
        changed["next_attempt_at"] = clock.now() + pause

    async def job(unit: WriteUnit) -> None:
        await unit.update(MAIL, equal("id", mail.id), changed)

    await store.write(None, job)


_NEWEST = (By("created_at", descending=True),)


async def newest(store: Store, tenant_id: int, most: int = 50) -> list[Mail]:
    """The newest mails of a tenant; those about people's own passwords belong to none."""
    rows = await store.reading(None).rows(MAIL, _NAMES, equal("tenant_id", tenant_id), _NEWEST, most)
    return [Mail(*row) for row in rows]


async def newest_of_all(store: Store, most: int = 50) -> list[Mail]:
    """The newest mails of the whole installation."""
    return [Mail(*row) for row in await store.reading(None).rows(MAIL, _NAMES, (), _NEWEST, most)]


async def drop_old(store: Store, days: int) -> int:
    """Delete mails older than that, whatever became of them; how many went."""

    async def job(unit: WriteUnit) -> int:
        where = (Compare("created_at", "<", clock.now() - days * clock.DAY_MS),)
        rows = await unit.rows(MAIL, ("id",), where, limit=500)
        return await unit.delete(MAIL, (Among("id", tuple(row[0] for row in rows)),)) if rows else 0

    return await store.write(None, job)
