"""Loyalty: the tiers, and points that are given or taken by hand on a customer's page (LOY-3, LOY-4)."""

from typing import Any

from starlette.responses import Response

from cellarhand.admin import records
from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.marks import Again, said
from cellarhand.admin.show import Locale, moment, money, plain, whole_number
from cellarhand.admin.visit import Screen, Visit
from cellarhand.clubs.club import CLUB
from cellarhand.loyalty.loyalty_tier import LOYALTY_TIER
from cellarhand.loyalty.loyalty_transaction import LOYALTY_TRANSACTION
from cellarhand.record import writing
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record

PATH = "/loyalty-tiers"


async def _clubs(visit: Visit) -> list[Choice]:
    return [(each["id"], each["title"]) for each in await records.first_page(visit, CLUB, {})]


def _titles(clubs: object, locale: Locale) -> str:
    titles = [club["title"] for club in clubs] if isinstance(clubs, list) else []  # pyright: ignore[reportUnknownVariableType]
    return plain(", ".join(titles), locale)  # pyright: ignore[reportUnknownArgumentType]


LIST = ListScreen(
    LOYALTY_TIER,
    "Loyalty tiers",
    PATH,
    opens=True,
    adds="Add tier",
    intro="A customer is in the tier of the highest rate that it qualifies for, and else in the base tier."
    " Loyalty is switched on under Settings, Company.",
    columns=(
        Column("title", "Title", "title"),
        Column("base", "Base tier", "isBaseTier"),
        Column("type", "Qualifies by", "qualificationType"),
        Column("lifetime", "Lifetime value", "lifetimeValueToQualify", money),
        Column("yearly", "Yearly value", "yearlyValueToQualify", money),
        Column("clubs", "Clubs", "clubsToQualify", _titles),
        Column("rate", "Points per 1.00", "earnRate", number=True),
        Column("order", "Order", "sortOrder", number=True),
        Column("updated", "Updated", "updatedAt", moment, usual=False),
    ),
)
EDIT = EditScreen(
    LOYALTY_TIER,
    "tier",
    PATH,
    (
        "title",
        "qualificationType",
        "lifetimeValueToQualify",
        "yearlyValueToQualify",
        "clubsToQualify",
        "earnRate",
        "sortOrder",
    ),
    back=f"{PATH}/{{id}}",
    sayings={
        "qualificationType": Saying("Qualifies by"),
        "lifetimeValueToQualify": Saying("Lifetime value", "To qualify by it"),
        "yearlyValueToQualify": Saying("Yearly value", "Of this or the last calendar year, to qualify by it"),
        "clubsToQualify": Saying("Clubs", "A membership in one of them, to qualify by it"),
        "earnRate": Saying("Points per 1.00"),
        "sortOrder": Saying("Order", "The lowest is the base tier; after all others when it is left empty"),
    },
    choices={"clubsToQualify": _clubs},
)
SHOW = RecordScreen(
    LOYALTY_TIER,
    "tier",
    PATH,
    "title",
    LIST.columns[1:],
    warning="Customers who were in it are in another one then. The base tier can't be deleted.",
)


async def of_customer(visit: Visit, customer: Record) -> dict[str, Any]:
    """What a customer's page shows of loyalty: the newest transactions, while it is on."""
    shown = customer["loyalty"] is not None
    inside = {"customerId": customer["id"]}
    return {
        "point_transactions": await records.first_page(visit, LOYALTY_TRANSACTION, {}, inside)
        if shown
        else [],
        "may_give_points": shown and visit.may_with(LOYALTY_TRANSACTION, "create"),
        "points": visit.sent("points"),
        "points_notes": visit.sent("pointsNotes"),
    }


def points_screens(page: Again) -> tuple[Screen, ...]:
    """Points given or taken by hand; what refuses them is said on the customer's page."""

    async def give(visit: Visit) -> Response:
        body = {
            "customerId": visit.params["id"],
            "amount": whole_number(visit.sent("points")),
            "notes": visit.sent("pointsNotes") or None,
        }
        try:
            await writing.create_record(LOYALTY_TRANSACTION, visit.store, visit.actor, {}, body)
        except HouseError as error:
            return await page(visit, said(error), error.status)
        return visit.go(f"/customers/{visit.params['id']}", "points")

    return (Screen("POST", "/customers/{id}/points", give, LOYALTY_TRANSACTION.right, "create"),)


SCREENS = (*EDIT.screens(), *LIST.screens(), *SHOW.screens())
