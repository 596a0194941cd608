"""All addresses of the tenant, and a customer made together with its default address (reference B4)."""

from dataclasses import replace
from typing import Annotated, Required, TypedDict

from cellarhand.customers.address import ADDRESS, NEEDED_AT_HOME
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.places import check_needed_state, check_phones, check_place
from cellarhand.customers.shapes import (
    AppDataWrite,
    Customer,
    Emails,
    Honorific,
    ManualTags,
    MarketingStatus,
    MetaDataWrite,
    OrderInformationWrite,
    Password,
    PhoneWrite,
    SendsMail,
)
from cellarhand.record import query
from cellarhand.record.action import Action, Call
from cellarhand.record.checking import checked
from cellarhand.record.reading import list_records, present
from cellarhand.record.resource import Draft, Filter, Resource
from cellarhand.record.text import encode
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    BirthDate,
    CountryCode,
    Default,
    Instant,
    PersonName,
    Size,
    StateCode,
    Text,
    Title,
    Uuid,
    ZipCode,
)
from cellarhand.record.writing import new_draft, store_new, work_aside
from cellarhand.store.unit import WriteUnit


class CustomerWithAddressWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    honorific: Annotated[Honorific | None, Default(None)]
    firstName: Required[PersonName]
    lastName: Required[PersonName]
    birthDate: Annotated[BirthDate | None, Default(None)]
    address: Required[Title]
    address2: Annotated[Text | None, Default(None)]
    company: Annotated[Text | None, Default(None)]
    city: Required[Title]
    stateCode: Annotated[StateCode | None, Default(None), NEEDED_AT_HOME]
    zipCode: Annotated[ZipCode | None, Default(None), NEEDED_AT_HOME]
    countryCode: Required[CountryCode]
    emailMarketingStatus: Annotated[MarketingStatus | None, Default(None)]
    password: Password
    emails: Required[Emails]
    phones: Annotated[list[PhoneWrite], Size(0, 20), Default([])]
    tags: ManualTags
    orderInformation: OrderInformationWrite
    metaData: MetaDataWrite | None
    appData: AppDataWrite | None
    isSendTransactionEmail: SendsMail


def _check(draft: Draft) -> None:
    check_needed_state(draft)
    check_place(draft)
    check_phones(draft)


_BOTH = Resource(
    name="customer",
    thing="Customer",
    path="/customer-address",
    key="customers",
    read=Customer,
    write=CustomerWithAddressWrite,
    data_role=True,
    check=_check,
)
_OF_ADDRESS_ALONE = ("address", "address2", "company")
_OF_BOTH = (
    "birthDate",
    "honorific",
    "firstName",
    "lastName",
    "city",
    "stateCode",
    "zipCode",
    "countryCode",
    "createdAt",
    "updatedAt",
)


async def create_both(call: Call) -> bytes:
    """Customer and default address in one step; answers the customer."""
    sent = checked(_BOTH, call.actor, call.body)
    hidden = await work_aside(CUSTOMER, call.body)

    async def job(unit: WriteUnit) -> bytes:
        own = {name: value for name, value in sent.items() if name not in _OF_ADDRESS_ALONE}
        own.setdefault("flags", [])
        customer = new_draft(CUSTOMER, unit, call.actor, own, hidden)
        await store_new(customer)
        place = {name: sent[name] for name in (*_OF_ADDRESS_ALONE, *_OF_BOTH) if name in sent}
        phones = customer.record["phones"]
        place |= {
            "customerId": customer.id,
            "phone": phones[0]["phone"] if phones else None,
            "isDefault": True,
        }
        address = new_draft(ADDRESS, unit, call.actor, place, {})
        address.with_parent = True
        await store_new(address)
        return (await present(CUSTOMER, unit, [encode(customer.record)]))[0]

    return await call.store.write(call.actor.tenant_id, job)


ALL_ADDRESSES = replace(
    ADDRESS,
    path="/customer-address",
    parent=None,
    filters=(Filter("customerId", "I", "customer_id"),),
)
"""The same records without the customer in the path."""


async def list_all_addresses(call: Call) -> bytes:
    wanted = query.parse(ALL_ADDRESSES, call.query)
    unit = call.store.reading(call.actor.tenant_id)
    return await list_records(ALL_ADDRESSES, unit, call.actor, {}, wanted)


CUSTOMER_ADDRESS_ACTIONS = (
    Action(
        "list-all-addresses",
        "GET",
        "/customer-address",
        list_all_addresses,
        "List the addresses of all customers",
        operation="list",
        right="customer-address",
        permission="Customer Address",
        answers=ADDRESS.read,
        key="customerAddresses",
        lists=ALL_ADDRESSES,
        paged=True,
    ),
    Action(
        "create-customer-with-address",
        "POST",
        "/customer-address",
        create_both,
        "Create a customer and its default address; answers the customer",
        operation="create",
        right="customer",
        permission="Customer",
        also=((ADDRESS.right, ADDRESS.permission),),
        status=201,
        takes=CustomerWithAddressWrite,
        answers=Customer,
        query=ADDRESS.write_flags,
    ),
)
