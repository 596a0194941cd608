"""Taxes: which rates hold in a country or a state (reference B31, domain TAX)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, Required, TypedDict

from cellarhand.customers.places import check_place
from cellarhand.events.trash import into_trash
from cellarhand.record import errors
from cellarhand.record.formats import countries
from cellarhand.record.resource import Draft, Extract, Filter, Resource, TextSearch
from cellarhand.record.search import fold
from cellarhand.record.types import (
    CountryCode,
    Default,
    Hint,
    Instant,
    Range,
    StateCode,
    Text,
    Title,
    Uuid,
)
from cellarhand.record.validate import Record
from cellarhand.store.tables import Column

TaxCalculation = Literal["Added", "Instead Of"]
CATEGORIES = ("freight", "food", "generalMerchandise", "wine")
"""What a tax has a rate for; which products each is for, TAX-1 says."""
_FINEST = Decimal("0.0001")
Percent = Annotated[float, Range(0, 100), Default(0), Hint("percent, up to 4 decimals")]


class TaxWrite(TypedDict, total=False):
    title: Required[Title]
    countryCode: Required[CountryCode]
    stateCode: Annotated[StateCode | None, Default(None), Hint("the whole country without one")]
    freight: Percent
    food: Percent
    generalMerchandise: Percent
    wine: Percent
    taxCalculation: Required[
        Annotated[TaxCalculation, Hint("added to the country's taxes, or in their place in the state")]
    ]


class Tax(TypedDict):
    id: Uuid
    title: Text
    countryCode: CountryCode
    stateCode: Text | None
    freight: float
    food: float
    generalMerchandise: float
    wine: float
    taxCalculation: TaxCalculation
    createdAt: Instant
    updatedAt: Instant


def exact(rate: float | Decimal) -> Decimal:
    """A percentage as it was written, for sums: 7.1 is 7.1."""
    return Decimal(str(rate))


def rates_at(taxes: Iterable[Record], country: str, state: str | None) -> list[Record]:
    """The taxes that hold at a place, in their order (TAX-3).

    Those of the country and those of the state; one of the state that says Instead Of takes the place of the
    country's. No tax is charged on another, so the rates of a category add up.
    """
    here = [tax for tax in taxes if tax["countryCode"] == country]
    of_state = [tax for tax in here if tax["stateCode"] and fold(tax["stateCode"]) == fold(state or "")]
    replaced = any(tax["taxCalculation"] == "Instead Of" for tax in of_state)
    return [tax for tax in here if tax in of_state or (not tax["stateCode"] and not replaced)]


def _check(draft: Draft) -> None:
    check_place(draft)
    if "stateCode" in draft.sent:
        # An empty state is none: the whole country.
        draft.sent["stateCode"] = draft.sent["stateCode"] or None
    for name in CATEGORIES:
        rate = draft.sent.get(name)
        if rate is not None and exact(rate) % _FINEST:
            draft.faults.add(name, errors.TOO_FINE)


TAX = Resource(
    name="tax",
    thing="Tax",
    path="/tax",
    key="taxes",
    read=Tax,
    write=TaxWrite,
    right="tax",
    permission="Setting",
    extracts=(
        Extract(Column("country_code", "text"), lambda tax: tax["countryCode"]),
        Extract(Column("state_key", "text", null=True), lambda tax: fold(tax["stateCode"] or "") or None),
    ),
    filters=(
        Filter("countryCode", "E", "country_code", choices=tuple(countries())),
        Filter("stateCode", "S", "state_key", stored=fold),
    ),
    search=TextSearch(lambda tax: tax["title"]),
    trash_title=lambda tax: tax["title"],
    check=_check,
    follow_delete=(into_trash,),
)
