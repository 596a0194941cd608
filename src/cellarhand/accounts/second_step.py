"""The optional second step of the log-in: a one-time code of an authenticator app (ACC-5).

Whoever loses the app has recovery codes: ten, each good once, kept as digests and shown when they are made.
"""

import base64
import re
import secrets

from cellarhand import clock
from cellarhand.accounts.activity import tell_all_of_person
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.passwords import token_digest
from cellarhand.accounts.people import account_id_of
from cellarhand.accounts.tables import ACCOUNT, RECOVERY_CODE
from cellarhand.accounts.totp import matching_step
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit

_SECRET = re.compile(r"[A-Z2-7]{32}", re.ASCII)
_RECOVERY = re.compile(r"[A-Z2-7]{16}", re.ASCII)
RECOVERY_CODES = 10


async def is_on(store: Store, account_id: str) -> bool:
    """Whether a person's password alone is not enough."""
    row = await store.reading(None).row(ACCOUNT, ("totp_secret",), equal("id", account_id))
    return row is not None and row[0] is not None


async def switch_on(store: Store, account_id: str, secret: str, code: str) -> list[str]:
    """Ask for codes from now on; the first one shows that the app has the secret. Returns recovery codes.

    Refused where codes are asked for already: a browser left open would exchange the app for another.
    """
    step = matching_step(secret, code, clock.now(), None) if _SECRET.fullmatch(secret) else None
    if step is None:
        raise AdministrationFault("this code is wrong: enter the one that the app shows now")
    codes = _new_codes()

    async def job(unit: WriteUnit) -> None:
        row = await unit.lock(ACCOUNT, ("totp_secret",), equal("id", account_id))
        if row is None or row[0] is not None:
            raise AdministrationFault("the log-in asks for codes already: switch that off first")
        await unit.update(ACCOUNT, equal("id", account_id), {"totp_secret": secret, "totp_step": step})
        await _keep(unit, account_id, codes)
        await tell_all_of_person(unit, account_id, "Second step switched on")

    await store.write(None, job)
    return codes


def _new_codes() -> list[str]:
    """Each has 80 random bits: a digest is enough for what nobody can guess."""
    return [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]


def _digest(account_id: str, code: str) -> str:
    return token_digest(f"{account_id}/{code}")


async def _keep(unit: WriteUnit, account_id: str, codes: list[str]) -> None:
    await unit.delete(RECOVERY_CODE, equal("account_id", account_id))
    rows = [(_digest(account_id, code), account_id) for code in codes]
    await unit.insert_many(RECOVERY_CODE, ("code_hash", "account_id"), rows)


async def renew_codes(store: Store, account_id: str) -> list[str]:
    """Ten new recovery codes; those from before are good no more."""
    codes = _new_codes()

    async def job(unit: WriteUnit) -> None:
        await _keep(unit, account_id, codes)
        await tell_all_of_person(unit, account_id, "Recovery codes renewed")

    await store.write(None, job)
    return codes


async def codes_left(store: Store, account_id: str) -> int:
    """How many recovery codes a person has not used."""
    return await store.reading(None).count(RECOVERY_CODE, equal("account_id", account_id))


async def switch_off(store: Store, email: str, *, themselves: bool = False) -> None:
    """Let the password be enough again; it is the operator's doing, unless they do it `themselves`."""

    async def job(unit: WriteUnit) -> None:
        account_id = await account_id_of(unit, email)
        await unit.update(ACCOUNT, equal("id", account_id), {"totp_secret": None, "totp_step": None})
        await unit.delete(RECOVERY_CODE, equal("account_id", account_id))
        await tell_all_of_person(unit, account_id, "Second step switched off", themselves=themselves)

    await store.write(None, job)


async def prove(store: Store, account_id: str, code: str) -> bool:
    """Whether the code, of the app or for recovery, is right and was not used before."""
    recovery = re.sub(r"[\s-]", "", code).upper()

    async def job(unit: WriteUnit) -> bool:
        row = await unit.lock(ACCOUNT, ("totp_secret", "totp_step"), equal("id", account_id))
        if row is None or row[0] is None:
            return False
        if _RECOVERY.fullmatch(recovery):
            return bool(await unit.delete(RECOVERY_CODE, equal("code_hash", _digest(account_id, recovery))))
        step = matching_step(row[0], code, clock.now(), row[1])
        if step is not None:
            await unit.update(ACCOUNT, equal("id", account_id), {"totp_step": step})
        return step is not None

    return await store.write(None, job)
