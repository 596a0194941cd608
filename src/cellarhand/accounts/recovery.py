"""A forgotten password: a link by mail, good for 60 minutes and one use, that ends all sessions (ACC-5)."""

from cellarhand import clock
from cellarhand.accounts.addresses import Addresses
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.passwords import new_token, token_digest
from cellarhand.accounts.people import checked_password_hash, email_key, replace_password
from cellarhand.accounts.tables import ACCOUNT, PASSWORD_RESET
from cellarhand.mail.outbox import queue
from cellarhand.store.conditions import Compare, Where, equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit

LIFETIME_MS = 60 * 60_000


async def ask(store: Store, email: str, addresses: Addresses) -> None:
    """Mail a link to a new password, when there is such an account. An earlier link ends.

    For after the answer: how long it takes tells whether there is one.
    """
    token = new_token()

    async def job(unit: WriteUnit) -> None:
        row = await unit.row(ACCOUNT, ("id", "email"), equal("email_key", email_key(email)))
        if row is None:
            return
        moment = clock.now()
        await unit.delete(PASSWORD_RESET, equal("account_id", row[0]))
        await unit.delete(PASSWORD_RESET, (Compare("expires_at", "<", moment),))
        reset = {"token_hash": token_digest(token), "account_id": row[0], "expires_at": moment + LIFETIME_MS}
        await unit.insert(PASSWORD_RESET, reset)
        link = addresses.url(None, f"/reset/{token}")
        await queue(unit, None, "reset-password", row[1], {"email": row[1], "link": link})

    await store.write(None, job)


def _good(token: str) -> Where:
    return (*equal("token_hash", token_digest(token)), Compare("expires_at", ">", clock.now()))


async def email_of(store: Store, token: str) -> str | None:
    """Whose new password is behind a link; None when it is spent."""
    unit = store.reading(None)
    row = await unit.row(PASSWORD_RESET, ("account_id",), _good(token))
    found = await unit.row(ACCOUNT, ("email",), equal("id", row[0])) if row is not None else None
    return found[0] if found is not None else None


async def reset(store: Store, token: str, password: str) -> None:
    """Set the password that was chosen behind a link."""
    password_hash = await checked_password_hash(password)

    async def job(unit: WriteUnit) -> None:
        row = await unit.lock(PASSWORD_RESET, ("account_id",), _good(token))
        if row is None:
            raise AdministrationFault("this link was used or has expired: ask for a new one")
        await unit.delete(PASSWORD_RESET, equal("account_id", row[0]))
        await replace_password(unit, row[0], password_hash)

    await store.write(None, job)
