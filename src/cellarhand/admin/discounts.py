"""Coupons, promotions and promotion sets (reference B26, B27)."""

from typing import Any

from cellarhand.admin import records
from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import NOTHING, Locale, moment
from cellarhand.admin.told import PAGES
from cellarhand.admin.visit import Visit
from cellarhand.discounts.promotion import COUPON, PROMOTION
from cellarhand.discounts.promotion_set import PROMOTION_SET
from cellarhand.discounts.references import NAMED
from cellarhand.discounts.rules import ID_LISTS
from cellarhand.events.activity import titles_of
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record

_CHANNELS = ("All", "Web", "Inbound", "POS", "Club")
_FORM = (
    "title",
    "actionMessage",
    "status",
    "type",
    "discountType",
    "discount",
    "dollarOffDiscountApplies",
    "startDate",
    "endDate",
    "appliesTo",
    "appliesToObjectIds",
    "excludes",
    "excludeObjectIds",
    "cartRequirementType",
    "cartRequirement",
    "cartRequirementMaximum",
    "cartRequirementCountType",
    "cartContainsType",
    "cartContainsObjectIds",
    "availableTo",
    "availableToObjectIds",
    "channels",
    "usageLimitType",
    "usageLimit",
    "promotionSets",
)
_IDS = "Their ids, one on each line"
_SAYINGS = {
    "title": Saying("Title", "For staff"),
    "actionMessage": Saying("Message", "What shoppers read"),
    "code": Saying("Code", "What shoppers enter; without blanks, unique whatever its case"),
    "type": Saying("On", "What it takes something off"),
    "discountType": Saying("Kind"),
    "discount": Saying("Discount", "As 15.00: an amount, or percent for Percentage Off", money=True),
    "dollarOffDiscountApplies": Saying("An amount is taken off"),
    "startDate": Saying("Begins", "As 2026-03-01T08:00:00.000Z; now, when it is left empty"),
    "endDate": Saying("Ends", "As 2026-03-31T21:59:00.000Z, the last minute; never, when it is left empty"),
    "appliesTo": Saying("Applies to"),
    "appliesToObjectIds": Saying("Products, collections or departments", _IDS),
    "excludes": Saying("But not to"),
    "excludeObjectIds": Saying("Products, collections or departments that are left out", _IDS),
    "cartRequirementType": Saying("Needs in the cart"),
    "cartRequirement": Saying("At least", "A quantity, or cents for an amount"),
    "cartRequirementMaximum": Saying("At most", "A quantity, or cents for an amount"),
    "cartRequirementCountType": Saying("Counted are"),
    "cartContainsType": Saying("The cart has to hold"),
    "cartContainsObjectIds": Saying("Products, collections or departments that it has to hold", _IDS),
    "availableTo": Saying("For"),
    "availableToObjectIds": Saying("Clubs, customers or tags", _IDS),
    "usageLimitType": Saying("How often"),
    "usageLimit": Saying("So many times"),
    "promotionSets": Saying("Promotion sets", "Those of one set apply together; else one at a time"),
}


def _hundredths(value: object, _: Locale) -> str:
    """`15.00` of 1500: cents and hundredths of a percent read alike."""
    return f"{value // 100:,}.{value % 100:02}" if isinstance(value, int) else NOTHING


async def _channels(_: Visit) -> list[Choice]:
    return [(each, each) for each in _CHANNELS]


async def _sets(visit: Visit) -> list[Choice]:
    found = await records.every(visit, PROMOTION_SET, {})
    return sorted(((each["id"], each["title"]) for each in found), key=lambda choice: choice[1].casefold())


async def _first(_: Visit) -> dict[str, str]:
    return {"channels.All": "true"}


_COLUMNS = (
    Column("status", "Status", "status"),
    Column("type", "On", "type"),
    Column("discountType", "Kind", "discountType"),
    Column("discount", "Discount", "discount", _hundredths, number=True),
    Column("availableTo", "For", "availableTo"),
    Column("usageCount", "Used", "usageCount"),
    Column("begins", "Begins", "startDate", moment),
    Column("ends", "Ends", "endDate", moment),
    Column("updated", "Updated", "updatedAt", moment, usual=False),
)
_FACTS = (
    *_COLUMNS[:4],
    Column("applies", "An amount is taken off", "dollarOffDiscountApplies"),
    Column("message", "Message", "actionMessage"),
    Column("appliesTo", "Applies to", "appliesTo"),
    Column("excludes", "But not to", "excludes"),
    Column("requirement", "Needs in the cart", "cartRequirementType"),
    Column("least", "At least", "cartRequirement"),
    Column("most", "At most", "cartRequirementMaximum"),
    Column("contains", "The cart has to hold", "cartContainsType"),
    Column("availableTo", "For", "availableTo"),
    Column("channels", "Channels", "channels.*"),
    Column("frequencies", "Months of subscriptions", "clubFrequencies.*"),
    Column("often", "How often", "usageLimitType"),
    Column("limit", "So many times", "usageLimit"),
    *_COLUMNS[5:],
)
_TITLES = {
    "appliesToObjectIds": "Applies to",
    "excludeObjectIds": "But not to",
    "cartContainsObjectIds": "The cart has to hold",
    "availableToObjectIds": "For",
}


async def _named(visit: Visit, discount: Record) -> dict[str, Any]:
    """What it names by ids, by title and with where it is shown; what is gone has neither."""
    unit = visit.store.reading(visit.actor.tenant_id)
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for word, member in ID_LISTS:
        ids = discount[member]
        if not ids:
            continue
        resource = NAMED[discount[word]][0]
        titles = await titles_of(unit, {resource: set(ids)}) if visit.may_with(resource, "read") else {}
        path = PAGES.get(resource.name, "/tags/customer")
        lines = [(titles[id], f"{path}/{id}") if id in titles else (id, "") for id in ids]
        found.append((_TITLES[member], lines))
    return {"named": found, "sets": discount["promotionSets"]}


def _edit(resource: Resource, title: str, path: str, members: tuple[str, ...]) -> EditScreen:
    return EditScreen(
        resource,
        title,
        path,
        members,
        back=f"{path}/{{id}}",
        sayings=_SAYINGS,
        choices={"channels": _channels, "promotionSets": _sets},
        first=_first,
    )


def _show(resource: Resource, title: str, path: str, facts: tuple[Column, ...]) -> RecordScreen:
    warning = "It leaves its promotion sets. Orders that used it keep what they say."
    return RecordScreen(
        resource, title, path, "title", facts, template="discount.html", more=_named, warning=warning
    )


_CODE = Column("code", "Code", "code")
_TITLE = Column("title", "Title", "title")
COUPONS = ListScreen(COUPON, "Coupons", "/coupons", (_CODE, _TITLE, *_COLUMNS), opens=True, adds="Add coupon")
PROMOTIONS = ListScreen(
    PROMOTION, "Promotions", "/promotions", (_TITLE, *_COLUMNS), opens=True, adds="Add promotion"
)
_DATES = (
    Column("created", "Created", "createdAt", moment),
    Column("updated", "Updated", "updatedAt", moment),
)
SETS = ListScreen(
    PROMOTION_SET,
    "Promotion sets",
    "/promotion-sets",
    (_TITLE, *_DATES),
    opens=True,
    adds="Add set",
    intro="One discount applies at a time. Those of a set apply together.",
)
SCREENS = (
    *_edit(COUPON, "coupon", "/coupons", ("code", *_FORM)).screens(),
    *COUPONS.screens(),
    *_show(COUPON, "coupon", "/coupons", (_CODE, *_FACTS)).screens(),
    *_edit(PROMOTION, "promotion", "/promotions", _FORM).screens(),
    *PROMOTIONS.screens(),
    *_show(PROMOTION, "promotion", "/promotions", _FACTS).screens(),
    *EditScreen(
        PROMOTION_SET, "promotion set", "/promotion-sets", ("title",), back="/promotion-sets/{id}"
    ).screens(),
    *SETS.screens(),
    *RecordScreen(
        PROMOTION_SET,
        "promotion set",
        "/promotion-sets",
        "title",
        _DATES,
        template="promotion_set.html",
        warning="Its coupons and promotions stay, and apply one at a time.",
    ).screens(),
)
