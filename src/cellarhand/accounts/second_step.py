"""The optional second step of the log-in: a one-time code of an authenticator app (ACC-5)."""

import re

from cellarhand import clock
from cellarhand.accounts.activity import tell_all_of_person
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.people import account_id_of
from cellarhand.accounts.tables import ACCOUNT
from cellarhand.accounts.totp import matching_step
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit

_SECRET = re.compile(r"[A-Z2-7]{32}", re.ASCII)


async def is_on(store: Store, account_id: str) -> bool:
    """Whether a person's password alone is not enough."""
    row = await store.reading(None).row(ACCOUNT, ("totp_secret",), equal("id", account_id))
    return row is not None and row[0] is not None


async def switch_on(store: Store, account_id: str, secret: str, code: str) -> None:
    """Ask for codes from now on; the first one shows that the app has the secret."""
    step = matching_step(secret, code, clock.now(), None) if _SECRET.fullmatch(secret) else None
    if step is None:
        raise AdministrationFault("this code is wrong: enter the one that the app shows now")

    async def job(unit: WriteUnit) -> None:
        await unit.update(ACCOUNT, equal("id", account_id), {"totp_secret": secret, "totp_step": step})
        await tell_all_of_person(unit, account_id, "Second step switched on")

    await store.write(None, job)


async def switch_off(store: Store, email: str, *, themselves: bool = False) -> None:
    """Let the password be enough again; it is the operator's doing, unless they do it `themselves`."""

    async def job(unit: WriteUnit) -> None:
        account_id = await account_id_of(unit, email)
        await unit.update(ACCOUNT, equal("id", account_id), {"totp_secret": None, "totp_step": None})
        await tell_all_of_person(unit, account_id, "Second step switched off", themselves=themselves)

    await store.write(None, job)


async def prove(store: Store, account_id: str, code: str) -> bool:
    """Whether the code is right and was not used before."""

    async def job(unit: WriteUnit) -> bool:
        row = await unit.lock(ACCOUNT, ("totp_secret", "totp_step"), equal("id", account_id))
        if row is None or row[0] is None:
            return False
        step = matching_step(row[0], code, clock.now(), row[1])
        if step is not None:
            await unit.update(ACCOUNT, equal("id", account_id), {"totp_step": step})
        return step is not None

    return await store.write(None, job)
