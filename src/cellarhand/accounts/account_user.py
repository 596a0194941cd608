"""Who stands behind a staff token (reference B2)."""

from typing import TypedDict

from cellarhand.accounts.tables import ACCOUNT
from cellarhand.record import errors
from cellarhand.record.action import Action, Call
from cellarhand.record.query import only
from cellarhand.record.text import encode
from cellarhand.record.types import Email, Text, Uuid
from cellarhand.store.conditions import equal


class AccountUser(TypedDict):
    id: Uuid
    firstName: Text
    lastName: Text
    email: Email
    role: Text


async def read_account_user(call: Call) -> bytes:
    if call.actor.account_id is None:
        raise errors.unauthorized()
    only(call.query, ())
    unit = call.store.reading(None)
    names = ("first_name", "last_name", "email")
    row = await unit.row(ACCOUNT, names, equal("id", call.actor.account_id))
    if row is None:
        raise errors.unauthorized()
    return encode(
        {
            "id": call.actor.account_id,
            "firstName": row[0],
            "lastName": row[1],
            "email": row[2],
            "role": call.actor.role,
        }
    )


ACCOUNT_USER = Action(
    "read-account-user",
    "GET",
    "/account/user",
    read_account_user,
    "Who stands behind a staff token",
    accounts_only=True,
    answers=AccountUser,
)
