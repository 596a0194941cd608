"""Settings, Shipping: zones with their services, and what a weight would cost in one (domain SHP)."""

import re
from fractions import Fraction
from typing import Any

from cellarhand.admin.details import RecordScreen
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.forms import Saying
from cellarhand.admin.lists import Column, ListScreen
from cellarhand.admin.show import NOTHING, Locale, moment
from cellarhand.admin.visit import Visit
from cellarhand.record.formats import countries
from cellarhand.record.validate import Record
from cellarhand.settings.shipping import SHIPPING
from cellarhand.settings.shipping_rates import rate_for

PATH = "/settings/shipping"
_REST = "the rest"
_WEIGHT = re.compile(r"\d{1,7}(\.\d{1,6})?", re.ASCII)


def _places(regions: Any, _: Locale) -> str:
    """`United States: CA, OR; Canada` of the regions of a zone."""
    states: dict[str, list[str]] = {}
    for region in regions:
        states.setdefault(region["countryCode"], []).append(region["stateCode"] or _REST)
    told = [
        _name(country) if found == [_REST] else f"{_name(country)}: {', '.join(found)}"
        for country, found in states.items()
    ]
    return "; ".join(told) or NOTHING


def _name(country: str) -> str:
    return countries().get(country, country)


def _titles(services: Any, _: Locale) -> str:
    return ", ".join(service["title"] for service in services) or NOTHING


LIST = ListScreen(
    SHIPPING,
    "Shipping",
    PATH,
    opens=True,
    adds="Add zone",
    intro="A zone is where to, by which services, at which rates. A country or state is in one zone only.",
    columns=(
        Column("title", "Title", "title"),
        Column("regions", "Regions", "regions", _places),
        Column("services", "Services", "services", _titles),
        Column("updated", "Updated", "updatedAt", moment),
    ),
)
EDIT = EditScreen(
    SHIPPING,
    "zone",
    PATH,
    ("title", "regions", "services"),
    back=f"{PATH}/{{id}}",
    sayings={
        "regions": Saying("Regions", "A state counts before its country."),
        "regions.stateCode": Saying("State or province", "All that no zone names, when it is left empty"),
        "services.code": Saying("Code", "As the carrier calls the service"),
        "services.isActive": Saying("It is offered"),
        "services.isDefault": Saying("It is chosen until somebody chooses otherwise"),
        "services.sortOrder": Saying("Place", "The last one, when it is left empty"),
        "services.rates": Saying("Rates"),
        "services.rates.toWeight": Saying("Up to this weight"),
        "services.rates.price": Saying("Price", "As 24.50"),
        "services.rates.weightUnits": Saying("Unit", "The winery's own, when it is left empty"),
        "services.topRate": Saying("Above the last rate"),
        "services.topRate.isWrapShipping": Saying("As many parcels of the last rate as it takes"),
        "services.topRate.forEveryXWeight": Saying("Or for every", "The weight of a further step"),
        "services.topRate.weightUnits": Saying("Unit", "The winery's own, when it is left empty"),
        "services.topRate.price": Saying("Price of a step", "As 24.50; nothing, when it is left empty"),
    },
)


async def _costs(visit: Visit, zone: Record) -> dict[str, Any]:
    """What the weight that was asked for costs by each service that is offered."""
    asked = visit.request.query_params.get("weight", "").strip()
    unit, prices, wrong = visit.setting["defaultWeightUnit"], dict[str, int | None](), ""
    if _WEIGHT.fullmatch(asked):
        offered = [service for service in zone["services"] if service["isActive"]]
        prices = {service["id"]: rate_for(service, Fraction(asked), unit) for service in offered}
    elif asked:
        wrong = "must be a weight, such as 12.5"
    return {"asked": asked, "wrong": wrong, "unit": unit, "prices": prices}


SHOW = RecordScreen(
    SHIPPING,
    "zone",
    PATH,
    "title",
    (LIST.columns[1], LIST.columns[3]),
    template="zone.html",
    more=_costs,
    warning="Nothing can be shipped there until another zone has its regions.",
)
SCREENS = (*EDIT.screens(), *LIST.screens(), *SHOW.screens())
