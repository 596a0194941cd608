"""Customers: the list, one person with all that belongs to them, editing, tags and notes."""

from starlette.responses import Response

from cellarhand.admin import activity, loyalty, records
from cellarhand.admin.belongings import Belongings
from cellarhand.admin.bulk import TAGS, Bulk, csv_of
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import Marks, tag_choices
from cellarhand.admin.show import day, moment, money
from cellarhand.admin.visit import Screen, Visit
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.customers.address import ADDRESS
from cellarhand.customers.credit_card import CREDIT_CARD
from cellarhand.customers.customer import CUSTOMER
from cellarhand.orders.order import ORDER


async def _tags(visit: Visit) -> list[Choice]:
    return await tag_choices(visit, "Customer")


LIST = ListScreen(
    CUSTOMER,
    "Customers",
    "/customers",
    opens=True,
    adds="Add customer",
    money=frozenset(("lifetimeValue",)),
    choices={"tagId": _tags},
    bulk=(*TAGS, csv_of("customer")),
    columns=(
        Column("lastName", "Last name", "lastName"),
        Column("firstName", "First name", "firstName"),
        Column("email", "E-mail", "emails.0.email"),
        Column("phone", "Phone", "phones.0.phone", usual=False),
        Column("city", "City", "city"),
        Column("stateCode", "State", "stateCode"),
        Column("countryCode", "Country", "countryCode", usual=False),
        Column("club", "Club", "orderInformation.currentClubTitle"),
        Column("orders", "Orders", "orderInformation.orderCount", number=True),
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
        "metaData",
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
        "metaData",
    ),
    back="/customers/{customerId}",
)


async def show_customer(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    """All about one customer; parts that the role may not see are left out."""
    params = {"id": visit.params.get("customerId", visit.params.get("id", ""))}
    customer = await records.read(visit, CUSTOMER, params)
    inside = {"customerId": customer["id"]}
    return visit.page(
        "customer.html",
        status,
        customer=customer,
        addresses=await records.first_page(visit, ADDRESS, inside),
        cards=await records.first_page(visit, CREDIT_CARD, inside),
        orders=await records.first_page(visit, ORDER, {}, inside),
        may_see_cards=visit.may_with(CREDIT_CARD, "list"),
        memberships=await records.first_page(visit, CLUB_MEMBERSHIP, {}, inside),
        fault=fault,
        **await loyalty.of_customer(visit, customer),
        **await MARKS.shown(visit, customer),
        **await activity.card(visit, customer["id"]),
    )


MARKS = Marks("Customer", "/customers", _page, "customerId")
SCREENS = (
    *LIST.screens(),
    *EDIT.screens(),
    *EDIT_ADDRESS.screens(),
    Screen("GET", "/customers/{id}", show_customer, "customer", "read"),
    *MARKS.screens(),
    *loyalty.points_screens(_page),
    *Belongings(ADDRESS, "addresses", _page).screens(),
    *Belongings(CREDIT_CARD, "cards", _page).screens(),
    *Bulk(LIST, "Customer", "customers").screens(),
)
