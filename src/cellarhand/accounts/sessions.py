"""Who is logged in to the site: sessions on the server, each behind a token that is kept hashed (ACC-6)."""

from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts.passwords import new_token, token_digest
from cellarhand.accounts.tables import ACCOUNT, SESSION
from cellarhand.ids import new_id
from cellarhand.store.conditions import By, Compare, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit

IDLE_MS = 12 * 3_600_000
LONGEST_MS = 14 * clock.DAY_MS
# Between the password and the one-time code.
PENDING_MS = 5 * 60_000
# How far the moment of the last visit may lag behind: a page would be a write otherwise.
_SEEN_EVERY_MS = 5 * 60_000
LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in of one person; instants in milliseconds UTC, `source` the address it came from."""

    id: str
    account_id: str
    source: str
    agent: str
    seen_at: int
    created_at: int


_NAMES = ("id", "account_id", "source", "agent", "seen_at", "created_at")


def is_over(session: Session, moment: int) -> bool:
    """Whether a session has ended by itself: idle for 12 hours, or 14 days old."""
    return moment >= min(session.seen_at + IDLE_MS, session.created_at + LONGEST_MS)


async def begin(
    store: Store,
    account_id: str,
    source: str,
    agent: str,
    *,
    instead_of: str | None,
    proven: bool = True,
) -> str:
    """The token of a new session. The one that the browser had ends: no token outlives a log-in.

    One that is not `proven` lets nobody in: the one-time code is missing (`find_pending`).
    """
    token, moment = new_token(), clock.now()
    row = {"id": new_id(), "token_hash": token_digest(token), "account_id": account_id, "source": source}
    row |= {"agent": agent[:LONGEST_AGENT], "proven": int(proven)}

    async def job(unit: WriteUnit) -> None:
        if instead_of:
            await unit.delete(SESSION, equal("token_hash", token_digest(instead_of)))
        # What ended by itself is swept out by whoever comes next.
        await unit.delete(SESSION, (Compare("seen_at", "<", moment - LONGEST_MS),))
        await unit.insert(SESSION, {**row, "seen_at": moment, "created_at": moment})
        if proven:
            await unit.update(ACCOUNT, equal("id", account_id), {"last_login_at": moment})

    await store.write(None, job)
    return token


async def find(store: Store, token: str) -> Session | None:
    """The session behind a token, marked as seen; None when there is none any more."""
    where = (*equal("token_hash", token_digest(token)), *equal("proven", 1))
    row = await store.reading(None).row(SESSION, _NAMES, where)
    if row is None:
        return None
    session, moment = Session(*row), clock.now()
    if is_over(session, moment):
        return None
    if session.seen_at < moment - _SEEN_EVERY_MS:

        async def job(unit: WriteUnit) -> None:
            await unit.update(SESSION, equal("id", session.id), {"seen_at": moment})

        await store.write(None, job)
    return session


async def find_pending(store: Store, token: str) -> str | None:
    """The account whose password was right a moment ago, and whose one-time code is still missing."""
    where = (*equal("token_hash", token_digest(token)), *equal("proven", 0))
    young = Compare("created_at", ">", clock.now() - PENDING_MS)
    row = await store.reading(None).row(SESSION, ("account_id",), (*where, young))
    return row[0] if row is not None else None


async def list_own(store: Store, account_id: str) -> list[Session]:
    """The open sessions of a person, last used first."""
    order = (By("seen_at", descending=True),)
    rows = await store.reading(None).rows(
        SESSION, _NAMES, (*equal("account_id", account_id), *equal("proven", 1)), order
    )
    return [session for session in (Session(*row) for row in rows) if not is_over(session, clock.now())]


async def end(store: Store, account_id: str, session_id: str) -> bool:
    """End one session of that person; whether there was one."""

    async def job(unit: WriteUnit) -> bool:
        where = (*equal("id", session_id), *equal("account_id", account_id))
        return bool(await unit.delete(SESSION, where))

    return await store.write(None, job)


async def end_all(unit: WriteUnit, account_id: str) -> None:
    """End every session of a person, in the unit of what ends them: a new password, another role (ACC-4)."""
    await unit.delete(SESSION, equal("account_id", account_id))
