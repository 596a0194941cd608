"""From the demo's bodies to the records that the API would have stored, many at a time.

What one record's write does is said in `record.writing` and in the resources; here the same is done without
checks, which made-up people need not pass, and without events. A test holds the two together.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from cellarhand import clock
from cellarhand.customers.address import ADDRESS, COMPANY_PART
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.note import NOTE
from cellarhand.demo.people import Household
from cellarhand.ids import new_id
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Resource
from cellarhand.record.search import terms
from cellarhand.record.validate import Record
from cellarhand.record.writing import add_terms, insert_record
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.attached import TAG_X_OBJECT


async def write_households(
    unit: WriteUnit, households: Sequence[Household], tags: Mapping[str, Record]
) -> None:
    """Store these customers and all that belongs to them; `tags` are the TagRefs by id."""
    gathering = unit.gathering()
    for household in households:
        await _write_customer(gathering, household, tags)
        owner = {"customerId": household.customer["id"]}
        for body in household.addresses:
            await insert_record(gathering, ADDRESS, _blank(ADDRESS) | body | owner)
        for body in household.cards:
            await insert_record(gathering, CREDIT_CARD, _blank(CREDIT_CARD) | body | owner)
        for body in household.notes:
            await insert_record(gathering, NOTE, _blank(NOTE) | body)
    await gathering.flush()


@cache
def _blank(resource: Resource) -> Record:
    """A record without anything sent: every member in wire order. What is put on it keeps that order."""
    # The id is given, so that none is drawn: the next one must not depend on who was first to ask.
    return assemble(resource.read_shape, {"id": ""}, None)


async def _write_customer(unit: WriteUnit, household: Household, tags: Mapping[str, Record]) -> None:
    body, blank = household.customer, _blank(CUSTOMER)
    carried = [tags[tag_id] for tag_id in household.tag_ids]
    computed: Record = {
        "orderInformation": blank["orderInformation"] | body["orderInformation"],
        "emails": [{**email, "status": "Ok"} for email in body["emails"]],
        "lastActivityDate": body["createdAt"],
        "tags": carried,
        "groups": carried,
    }
    default = next((each for each in household.addresses if each.get("isDefault")), None)
    company = default.get("company") if default else None
    await insert_record(unit, CUSTOMER, blank | body | computed, {"company": company})
    await add_terms(unit, CUSTOMER.name, body["id"], terms([company]), COMPANY_PART)
    joined = clock.from_wire(body["createdAt"])
    for tag_id in household.tag_ids:
        row = {"id": new_id(), "tag_id": tag_id, "object_id": body["id"], "created_at": joined}
        await unit.insert(TAG_X_OBJECT, row)
