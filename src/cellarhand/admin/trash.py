"""Trash: what was deleted, and customers who can be brought back (CUS-14)."""

from starlette.responses import Response

from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import said
from cellarhand.admin.show import moment
from cellarhand.admin.visit import Screen, Visit
from cellarhand.customers.restore import DAYS, deleted_customers, restore_customer
from cellarhand.events.trash import TRASH
from cellarhand.record.errors import HouseError

PATH = "/trash/customers"
_MOST = 200
LIST = ListScreen(
    TRASH,
    "Trash",
    "/trash",
    opens=True,
    leads="/activity?record={objectId}",
    columns=(
        Column("type", "Type", "objectType"),
        Column("title", "Title", "title"),
        Column("deleted", "Deleted", "createdAt", moment),
        Column("by", "By", "deletedBy"),
        Column("id", "Id", "objectId", usual=False),
    ),
)


async def show_deleted(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    unit = visit.store.reading(visit.actor.tenant_id)
    found = await deleted_customers(unit, _MOST)
    return visit.page("trash_customers.html", status, deleted=found, days=DAYS, fault=fault)


async def restore(visit: Visit) -> Response:
    try:
        await restore_customer(visit.store, visit.actor, visit.params["id"])
    except HouseError as error:
        if error.status == 404:
            return await _page(visit, "This customer was restored meanwhile, or is gone for good.", 422)
        return await _page(visit, said(error), error.status)
    return visit.go(f"/customers/{visit.params['id']}", "restored")


SCREENS = (
    *LIST.screens(),
    Screen("GET", PATH, show_deleted, "trash", "list"),
    Screen("POST", f"{PATH}/{{id}}/restore", restore, "customer", "restore"),
)
