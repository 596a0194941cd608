"""Addresses of customers, on their nested path and all together (reference B4)."""

from typing import Annotated, Required, TypedDict, cast

from cellarhand.accounts.app_data import set_app_data
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.default_one import (
    default_of,
    of_customer,
    pass_default_of_deleted,
    pass_default_on,
    settle_default,
)
from cellarhand.customers.places import check_needed_state, check_place, international
from cellarhand.customers.shapes import AppDataWrite, Honorific, MetaData, MetaDataWrite, SendsMail
from cellarhand.events.trash import into_trash
from cellarhand.record.resource import Draft, Extract, Log, Parent, Resource, TextSearch
from cellarhand.record.search import terms
from cellarhand.record.types import (
    CREATE_ONLY,
    DATA_ROLE,
    BirthDate,
    CountryCode,
    Date,
    Default,
    Hint,
    Instant,
    PersonName,
    Phone,
    StateCode,
    Text,
    Title,
    Uuid,
    ZipCode,
)
from cellarhand.record.validate import Record
from cellarhand.record.writing import add_terms, drop_terms
from cellarhand.settings.meta_data import HIDDEN_META_DATA, merge_meta_data
from cellarhand.store.conditions import equal
from cellarhand.store.tables import Column, Index
from cellarhand.store.unit import WriteUnit

NEEDED_AT_HOME = Hint("needed in the US, Canada and Australia")
COMPANY_PART = 1
"""The part of a customer's search terms that its default address writes."""


class AddressWrite(TypedDict, total=False):
    id: Annotated[Uuid, DATA_ROLE, CREATE_ONLY]
    createdAt: Annotated[Instant, DATA_ROLE]
    updatedAt: Annotated[Instant, DATA_ROLE]
    birthDate: Annotated[BirthDate | None, Default(None)]
    honorific: Annotated[Honorific | None, Default(None)]
    firstName: Required[PersonName]
    lastName: Required[PersonName]
    company: Annotated[Text | None, Default(None)]
    phone: Annotated[Phone | None, Default(None)]
    address: Required[Title]
    address2: Annotated[Text | None, Default(None)]
    city: Required[Title]
    stateCode: Annotated[StateCode | None, Default(None), NEEDED_AT_HOME]
    zipCode: Annotated[ZipCode | None, Default(None), NEEDED_AT_HOME]
    countryCode: Required[CountryCode]
    isDefault: Annotated[
        bool, Default(False), Hint("takes the default from the one before; the first has it")
    ]
    metaData: MetaDataWrite | None
    appData: AppDataWrite | None
    isSendTransactionEmail: SendsMail


class Address(TypedDict):
    id: Uuid
    customerId: Uuid
    birthDate: Date | None
    honorific: Honorific | None
    firstName: PersonName | None
    lastName: PersonName | None
    company: Text | None
    phone: Phone | None
    address: Text
    address2: Text | None
    city: Text
    stateCode: StateCode | None
    zipCode: ZipCode | None
    countryCode: CountryCode
    isDefault: bool
    metaData: Annotated[MetaData | None, Default(None)]
    appData: Annotated[MetaData | None, Default(None)]
    appSync: Annotated[MetaData | None, Default(None)]
    createdAt: Instant
    updatedAt: Instant


def _check(draft: Draft) -> None:
    check_needed_state(draft)
    check_place(draft)
    if "phone" in draft.sent:
        phone = cast(str | None, draft.sent["phone"])
        draft.sent["phone"] = international(draft, phone, "phone")


def _search_text(address: Record) -> str:
    members = ("firstName", "lastName", "company", "address", "city", "zipCode")
    return "\n".join(address[member] or "" for member in members)


async def _show_company(draft: Draft) -> None:
    """A customer is found by the company of the default address (reference A11)."""
    if draft.record["isDefault"]:
        await _set_company(draft.unit, draft.record["customerId"], draft.record["company"])


async def _drop_company(draft: Draft) -> None:
    before = draft.before
    if before["isDefault"]:
        await keep_company(draft.unit, before["customerId"])


async def _set_company(unit: WriteUnit, customer_id: str, company: str | None) -> None:
    """Bring the customer's search terms in step; which company they have stands beside the customer."""
    row = await unit.row(CUSTOMER.table, ("company",), equal("id", customer_id))
    if row is None or row[0] == company:
        return
    before, after = terms([row[0]]), terms([company])
    await drop_terms(unit, CUSTOMER.name, customer_id, before - after, COMPANY_PART)
    await add_terms(unit, CUSTOMER.name, customer_id, after - before, COMPANY_PART)
    await unit.update(CUSTOMER.table, equal("id", customer_id), {"company": company})


async def keep_company(unit: WriteUnit, customer_id: str) -> None:
    """Bring the company that a customer is found by in step with its default address."""
    default = await default_of(unit, ADDRESS, customer_id)
    await _set_company(unit, customer_id, default["company"] if default else None)


async def drop_company(unit: WriteUnit, address: Record) -> None:
    """Take the terms of a default address away from a customer who is gone."""
    if address["isDefault"]:
        found = terms([address["company"]])
        await drop_terms(unit, CUSTOMER.name, address["customerId"], found, COMPANY_PART)


async def _refuse_used(draft: Draft) -> None:
    # Memberships know their addresses, and so their module imports this one.
    from cellarhand.clubs.uses import refuse_used_address

    await refuse_used_address(draft)


async def _leave_memberships(draft: Draft) -> None:
    from cellarhand.clubs.uses import forget_address

    await forget_address(draft)


ADDRESS = Resource(
    name="customer-address",
    thing="Customer Address",
    path="/customer/:customerId/address",
    key="customerAddresses",
    read=Address,
    write=AddressWrite,
    right="customer-address",
    permission="Customer Address",
    data_role=True,
    event="Customer Address",
    log=Log(lambda address: f"{address['address']}, {address['city']}"),
    parent=Parent("customerId", CUSTOMER, "customer_id"),
    extracts=(
        Extract(Column("customer_id", "id"), lambda address: address["customerId"]),
        Extract(Column("is_default", "int"), lambda address: int(address["isDefault"])),
    ),
    hidden=(HIDDEN_META_DATA,),
    indexes=(Index(("-created_at", "id")),),
    search=TextSearch(_search_text, parameters=("searchText", "q")),
    write_flags=("isSendTransactionEmail",),
    check=_check,
    prepare=(merge_meta_data, set_app_data),
    refers=of_customer("company"),
    settle=(settle_default,),
    follow=(pass_default_on, _show_company),
    refuse_delete=(_refuse_used,),
    follow_delete=(_leave_memberships, pass_default_of_deleted, _drop_company, into_trash),
)
