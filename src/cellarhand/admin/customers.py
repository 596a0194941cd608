"""Customers: the list, one person with all that belongs to them, editing, tags and notes."""

from starlette.responses import Response

from cellarhand.admin import records
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import day, moment, money
from cellarhand.admin.visit import Screen, Visit
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.note import NOTE
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.tags.tag import TAG
from cellarhand.tags.tag_x_object import TAG_X_OBJECT_ACTIONS

_ATTACH, _DETACH = TAG_X_OBJECT_ACTIONS
_OF_CUSTOMERS = {"objectType": "Customer"}


async def _tags(visit: Visit) -> list[Choice]:
    tags = await records.first_page(visit, TAG, _OF_CUSTOMERS)
    return [(tag["id"], tag["title"]) for tag in sorted(tags, key=lambda tag: tag["title"].casefold())]


LIST = ListScreen(
    CUSTOMER,
    "Customers",
    "/customers",
    opens=True,
    adds="Add customer",
    money=frozenset(("lifetimeValue",)),
    choices={"tagId": _tags},
    columns=(
        Column("lastName", "Last name", "lastName"),
        Column("firstName", "First name", "firstName"),
        Column("email", "E-mail", "emails.0.email"),
        Column("phone", "Phone", "phones.0.phone", usual=False),
        Column("city", "City", "city"),
        Column("stateCode", "State", "stateCode"),
        Column("countryCode", "Country", "countryCode", usual=False),
        Column("club", "Club", "orderInformation.currentClubTitle"),
        Column("orders", "Orders", "orderInformation.orderCount"),
        Column("lifetimeValue", "Lifetime value", "orderInformation.lifetimeValue", money),
        Column("lastOrder", "Last order", "orderInformation.lastOrderDate", moment, usual=False),
        Column("marketing", "E-mail marketing", "emailMarketingStatus", usual=False),
        Column("birthDate", "Birth date", "birthDate", day, usual=False),
        Column("created", "Created", "createdAt", moment),
        Column("updated", "Updated", "updatedAt", moment, usual=False),
    ),
)
EDIT = EditScreen(
    CUSTOMER,
    "customer",
    "/customers",
    (
        "honorific",
        "firstName",
        "lastName",
        "emails",
        "phones",
        "birthDate",
        "city",
        "stateCode",
        "zipCode",
        "countryCode",
        "emailMarketingStatus",
    ),
    back="/customers/{id}",
)
EDIT_ADDRESS = EditScreen(
    ADDRESS,
    "address",
    "/customers/{customerId}/addresses",
    (
        "honorific",
        "firstName",
        "lastName",
        "company",
        "address",
        "address2",
        "city",
        "stateCode",
        "zipCode",
        "countryCode",
        "phone",
        "birthDate",
        "isDefault",
    ),
    back="/customers/{customerId}",
)


async def show_customer(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    """All about one customer; parts that the role may not see are left out."""
    customer = await records.read(visit, CUSTOMER, visit.params)
    inside = {"customerId": customer["id"]}
    on = {tag["id"] for tag in customer["tags"]}
    return visit.page(
        "customer.html",
        status,
        customer=customer,
        addresses=await records.first_page(visit, ADDRESS, inside),
        cards=await records.first_page(visit, CREDIT_CARD, inside),
        notes=await records.first_page(visit, NOTE, {}, inside),
        tags=[choice for choice in await _tags(visit) if choice[0] not in on],
        may_tag=visit.may("tag-x-object", "create"),
        may_see_cards=visit.may_with(CREDIT_CARD, "list"),
        fault=fault,
        note=visit.sent("content"),
    )


async def put_tag_on(visit: Visit) -> Response:
    body = {"tagId": visit.sent("tagId"), "objectId": visit.params["id"]}
    try:
        await records.act(visit, _ATTACH, _OF_CUSTOMERS, body)
    except HouseError as error:
        return await _told(visit, error)
    return visit.go(f"/customers/{visit.params['id']}", "tagged")


async def take_tag_off(visit: Visit) -> Response:
    params = {**_OF_CUSTOMERS, "tagId": visit.params["tagId"], "objectId": visit.params["id"]}
    try:
        await records.act(visit, _DETACH, params)
    except HouseError as error:
        return await _told(visit, error)
    return visit.go(f"/customers/{visit.params['id']}", "untagged")


async def add_note(visit: Visit) -> Response:
    body = {"customerId": visit.params["id"], "content": visit.sent("content")}
    try:
        await writing.create_record(NOTE, visit.store, visit.actor, {}, body)
    except HouseError as error:
        return await _told(visit, error)
    return visit.go(f"/customers/{visit.params['id']}", "noted")


async def _told(visit: Visit, error: HouseError) -> Response:
    """The page again, with what is wrong and all that was typed."""
    faults = [f"{fault.field}: {fault.message}" for fault in error.faults or ()]
    return await _page(visit, "; ".join(faults) or error.message, error.status)


SCREENS = (
    *LIST.screens(),
    *EDIT.screens(),
    *EDIT_ADDRESS.screens(),
    Screen("GET", "/customers/{id}", show_customer, "customer", "read"),
    Screen("POST", "/customers/{id}/tags", put_tag_on, "tag-x-object", "create"),
    Screen("POST", "/customers/{id}/tags/{tagId}/remove", take_tag_off, "tag-x-object", "update"),
    Screen("POST", "/customers/{id}/notes", add_note, "note", "create"),
)
