"""Settings, Taxes: rates by place, and what holds there in all (domain TAX)."""

from decimal import Decimal
from typing import Any

from cellarhand.admin import records
from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import NOTHING, Locale, moment
from cellarhand.admin.visit import Visit
from cellarhand.record.validate import Record
from cellarhand.settings.tax import CATEGORIES, TAX, exact, rates_at

PATH = "/settings/taxes"


def percent(rate: Any, _: Locale) -> str:
    """`7.75 %` of 7.75."""
    return NOTHING if rate is None else f"{exact(rate).normalize():f} %"


_TITLES = {"freight": "Shipping", "food": "Food", "generalMerchandise": "Merchandise", "wine": "Wine"}
_RATES = tuple(Column(name, _TITLES[name], name, percent, number=True) for name in CATEGORIES)
LIST = ListScreen(
    TAX,
    "Taxes",
    PATH,
    opens=True,
    adds="Add tax",
    columns=(
        Column("title", "Title", "title"),
        Column("country", "Country", "countryCode"),
        Column("state", "State or province", "stateCode"),
        *_RATES,
        Column("calculation", "Calculation", "taxCalculation"),
        Column("updated", "Updated", "updatedAt", moment, usual=False),
    ),
)
EDIT = EditScreen(
    TAX,
    "tax",
    PATH,
    ("title", "countryCode", "stateCode", *CATEGORIES, "taxCalculation"),
    back=f"{PATH}/{{id}}",
    sayings={
        "stateCode": Saying("State or province", "The whole country, when it is left empty"),
        **{name: Saying(title, "Percent, as 7.75") for name, title in _TITLES.items()},
        "taxCalculation": Saying(
            "Calculation", "For a state: added to the taxes of the country, or instead of them"
        ),
    },
)


async def _together(visit: Visit, tax: Record) -> dict[str, Any]:
    """All that holds where this tax holds, and what it comes to."""
    country, state = tax["countryCode"], tax["stateCode"]
    taxes = await records.every(visit, TAX, {}, filters={"countryCode": country})
    here = sorted(rates_at(taxes, country, state), key=lambda each: (each["stateCode"] or "", each["title"]))
    sums = {name: sum((exact(each[name]) for each in here), Decimal()) for name in CATEGORIES}
    return {"here": here, "sums": sums, "rates": _RATES, "place": f"{country} {state or ''}".strip()}


SHOW = RecordScreen(
    TAX,
    "tax",
    PATH,
    "title",
    LIST.columns[1:],
    template="tax.html",
    more=_together,
)
SCREENS = (*EDIT.screens(), *LIST.screens(), *SHOW.screens())
