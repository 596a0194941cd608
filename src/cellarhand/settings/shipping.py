"""Shipping zones: where to, by which services, at which rates (reference B30, domain SHP)."""

from collections.abc import Iterator
from typing import Annotated, Required, TypedDict, cast

from cellarhand.customers.places import judge_place
from cellarhand.events.trash import into_trash
from cellarhand.record import errors, formats
from cellarhand.record.resource import Draft, Resource, TextSearch, Unique
from cellarhand.record.search import fold
from cellarhand.record.types import (
    Cents,
    CountryCode,
    Default,
    Format,
    Hint,
    Instant,
    Range,
    Size,
    StateCode,
    Text,
    Title,
    Uuid,
)
from cellarhand.record.validate import Record
from cellarhand.settings.setting import setting_of
from cellarhand.settings.setting_write import WeightUnit
from cellarhand.store.conditions import Contains
from cellarhand.store.unit import ReadUnit

Weight = Annotated[float, Range(0, 1_000_000)]
Price = Annotated[Cents, Range(0)]
Code = Annotated[str, Format("code", formats.trimmed), Size(1, 100)]
_OWN_UNIT = Hint("the tenant's unit unless sent")
_STEPS = "needed unless `isWrapShipping`"


class RegionWrite(TypedDict, total=False):
    id: Uuid
    countryCode: Required[CountryCode]
    stateCode: Annotated[StateCode | None, Default(None), Hint("the whole country without one")]


class RateWrite(TypedDict, total=False):
    id: Uuid
    toWeight: Required[Weight]
    price: Required[Price]
    weightUnits: Annotated[WeightUnit, _OWN_UNIT]


class TopRateWrite(TypedDict, total=False):
    id: Uuid
    isWrapShipping: Required[bool]
    forEveryXWeight: Annotated[Weight | None, Default(None), Hint(f"{_STEPS}; more than 0")]
    weightUnits: Annotated[WeightUnit | None, Default(None), _OWN_UNIT]
    price: Annotated[Price | None, Hint(f"{_STEPS}; null is 0")]


class ServiceWrite(TypedDict, total=False):
    id: Uuid
    title: Required[Title]
    code: Required[Annotated[Code, Hint("the carrier's own")]]
    carrier: Annotated[Text | None, Default(None)]
    isActive: Annotated[bool, Default(True)]
    isDefault: Annotated[bool, Default(False)]
    sortOrder: Annotated[int, Hint("its place unless sent")]
    rates: Required[Annotated[list[RateWrite], Size(0, 100)]]
    topRate: Required[TopRateWrite]


class ShippingWrite(TypedDict, total=False):
    title: Required[Title]
    regions: Required[
        Annotated[list[RegionWrite], Size(0, 500), Hint("each in one record only, compared without case")]
    ]
    services: Required[Annotated[list[ServiceWrite], Size(0, 100)]]


class Region(TypedDict):
    id: Uuid
    countryCode: CountryCode
    stateCode: Text | None


class Rate(TypedDict):
    id: Uuid
    toWeight: float
    price: Cents
    weightUnits: WeightUnit


class TopRate(TypedDict):
    id: Uuid
    isWrapShipping: bool
    forEveryXWeight: float | None
    weightUnits: WeightUnit | None
    price: Cents | None


class Service(TypedDict):
    id: Uuid
    title: Text
    code: Text
    carrier: Text | None
    isActive: bool
    isDefault: bool
    sortOrder: int
    rates: list[Rate]
    topRate: TopRate


class Shipping(TypedDict):
    id: Uuid
    title: Text
    createdAt: Instant
    updatedAt: Instant
    regions: list[Region]
    services: list[Service]


def _check(draft: Draft) -> None:
    for place, region in enumerate(_parts(draft.sent, "regions")):
        judge_place(region, f"regions[{place}].", draft.faults)
        # An empty state is none: the whole country.
        region["stateCode"] = region.get("stateCode") or None
    for place, service in enumerate(_parts(draft.sent, "services")):
        top = service.get("topRate")
        if top is not None:
            _check_top_rate(draft, f"services[{place}].topRate", top, service.get("id"))


def _parts(record: Record, name: str) -> list[Record]:
    return cast(list[Record], record.get(name) or [])


def _check_top_rate(draft: Draft, at: str, top: Record, service_id: str | None) -> None:
    faults = draft.faults
    if top.get("isWrapShipping") is False:
        if top.get("forEveryXWeight") is None:
            faults.require(f"{at}.forEveryXWeight")
        if "price" not in top:
            faults.require(f"{at}.price")
    if top.get("forEveryXWeight") == 0:
        faults.add(f"{at}.forEveryXWeight", errors.NOT_ABOVE_ZERO)
    # Its id is that of the service it belongs to; only an import of the Data role brings one of its own.
    chosen = draft.importing and draft.actor.is_data_role
    if "id" in top and not chosen and top["id"] != _top_rate_ids(draft.stored).get(service_id):
        faults.add(f"{at}.id", errors.DOES_NOT_EXIST)


def _top_rate_ids(stored: Record | None) -> dict[str | None, str]:
    return {service["id"]: service["topRate"]["id"] for service in _parts(stored or {}, "services")}


async def _fill_in(draft: Draft) -> None:
    """Defaults that depend on the place and on the tenant."""
    services = _parts(draft.sent, "services")
    if not services:
        return
    setting, _ = await setting_of(draft.unit)
    unit = setting["defaultWeightUnit"]
    for place, service in enumerate(services):
        service.setdefault("sortOrder", place + 1)
        for rate in service["rates"]:
            rate.setdefault("weightUnits", unit)
        top = service["topRate"]
        top.setdefault("price", None)
        if top["forEveryXWeight"] is not None and top["weightUnits"] is None:
            top["weightUnits"] = unit


async def _sort_services(draft: Draft) -> None:
    """Services are offered by `sortOrder` (SHP-2), and stand so."""
    draft.record["services"] = sorted(draft.record["services"], key=lambda each: each["sortOrder"])


def _regions(zone: Record) -> Iterator[tuple[str, str]]:
    for place, region in enumerate(zone["regions"]):
        yield f"{region['countryCode']}/{fold(region['stateCode'] or '')}", f"regions[{place}]"


SHIPPING = Resource(
    name="shipping",
    thing="Shipping",
    path="/shipping",
    key="shippings",
    read=Shipping,
    write=ShippingWrite,
    right="shipping",
    permission="Shipping",
    search=TextSearch(lambda zone: zone["title"]),
    # A region is in one zone only (SHP-1).
    unique=(Unique("shipping.region", _regions),),
    trash_title=lambda zone: zone["title"],
    check=_check,
    prepare=(_fill_in,),
    settle=(_sort_services,),
    follow_delete=(into_trash,),
)


async def has_shipping(unit: ReadUnit) -> bool:
    """Whether anything can be shipped anywhere: some zone has an active service."""
    rows = await unit.rows(SHIPPING.table, ("id",), (Contains("body", '"isActive":true'),), limit=1)
    return bool(rows)
