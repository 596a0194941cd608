"""Signing up for mail on a shop's pages: a public call, with a tenant and no credentials (reference B3)."""

from typing import Annotated, Literal, Required, TypedDict

from cellarhand import clock
from cellarhand.customers.customer import CUSTOMER, email_key
from cellarhand.record.action import Action, Call
from cellarhand.record.checking import checked
from cellarhand.record.errors import Faults
from cellarhand.record.query import only
from cellarhand.record.resource import Draft
from cellarhand.record.shapes import Shape
from cellarhand.record.text import decode, encode
from cellarhand.record.types import CountryCode, Default, Email, PersonName
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import change, new_draft, store_new
from cellarhand.store.conditions import equal
from cellarhand.store.tables import UNIQUE_KEY
from cellarhand.store.unit import WriteUnit

_SUBSCRIBED = "Subscribed"


class SubscribeWrite(TypedDict, total=False):
    email: Required[Email]
    firstName: Annotated[PersonName | None, Default(None)]
    lastName: Annotated[PersonName | None, Default(None)]
    countryCode: Annotated[CountryCode | None, Default(None)]


class Subscribed(TypedDict):
    email: Email
    emailMarketingStatus: Literal["Subscribed"]


async def subscribe(call: Call) -> bytes:
    """Nothing in the answer tells whether there was a customer with that address.

    Of one who is known nothing but the status changes: anybody may send any name with an address.
    """
    only(call.query, ())
    shape = Shape.of(SubscribeWrite)
    faults = Faults(shape.members)
    sent = check_body(shape, call.body, Turn(faults))
    faults.raise_any()
    email = sent["email"]

    async def job(unit: WriteUnit) -> None:
        known = await _locked(unit, email)
        if known is None:
            draft = new_draft(CUSTOMER, unit, call.actor, _customer(call, sent), {})
            # Of two who bring one new address at once the second is run again, and finds the first.
            draft.derived.add("emails[0].email")
            await store_new(draft)
        else:
            told = {"emailMarketingStatus": _SUBSCRIBED}
            await change(Draft(CUSTOMER, unit, call.actor, clock.now(), told, Faults(), known))

    await call.store.write(call.actor.tenant_id, job, alone=CUSTOMER.spreads)
    return encode({"email": email, "emailMarketingStatus": _SUBSCRIBED})


async def _locked(unit: WriteUnit, email: str) -> Record | None:
    """The customer who has an address, kept from other writers."""
    keys = (("customer.email", email_key(email)),)
    rows = await unit.of_keys(UNIQUE_KEY, ("object_id",), keys)
    row = await unit.lock(CUSTOMER.table, ("body",), equal("id", rows[0][0])) if rows else None
    customer = decode(row[0]) if row else None
    if customer is None or not any(email_key(each["email"]) == keys[0][1] for each in customer["emails"]):
        # It may have been taken off meanwhile.
        return None
    return customer


def _customer(call: Call, sent: Record) -> Record:
    """The body of the customer that a new address makes; the web is where it came from (CUS-9)."""
    body = {name: sent[name] for name in ("firstName", "lastName", "countryCode")}
    body |= {
        "emails": [{"email": sent["email"]}],
        "emailMarketingStatus": _SUBSCRIBED,
        "orderInformation": {"acquisitionChannel": "Web"},
    }
    return checked(CUSTOMER, call.actor, body)


SUBSCRIBE = Action(
    "subscribe-customer",
    "POST",
    "/customer/subscribe",
    subscribe,
    "Subscribe an e-mail address to marketing mail",
    operation="create",
    public=True,
    takes=SubscribeWrite,
    answers=Subscribed,
)
