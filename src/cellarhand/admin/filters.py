"""The filters of a list as a form, and what a filled one asks of the API's own filters. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cellarhand import clock
from cellarhand.admin.show import Locale, cents_of, day_begins
from cellarhand.record.errors import Faults
from cellarhand.record.resource import Filter, Resource

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
Choice = tuple[str, str]
"""A value and what is shown for it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One filter of the form; a `range` has two inputs, `name.from` and `name.to`."""

    name: str
    title: str
    kind: Literal["text", "choice", "days", "numbers", "money"]
    choices: tuple[Choice, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of its inputs."""
        ranged = self.kind in ("days", "numbers", "money")
        return (f"{self.name}.from", f"{self.name}.to") if ranged else (self.name,)


def choices_with(choices: tuple[Choice, ...], sent: str) -> tuple[Choice, ...]:
    """The choices of a filter, and what was asked for where that is several of them: `in:Paid,Authorized`."""
    if not sent.startswith("in:"):
        return choices
    titles = dict(choices)
    return (*choices, (sent, " or ".join(titles.get(each, each) for each in sent[3:].split(","))))


def title_of(name: str) -> str:
    """`lifetimeValue` as words: `Lifetime value`."""
    return _CAPITAL.sub(" ", name).lower().capitalize()


def fields_of(resource: Resource, choices: Mapping[str, list[Choice]], money: frozenset[str]) -> list[Field]:
    """The filters of a resource that people can fill in. One by id can be, when it has choices."""
    found: list[Field] = []
    for each in resource.all_filters.values():
        made = _field(each, choices.get(each.name), each.name in money)
        if made is not None:
            found.append(made)
    return found


def _field(wanted: Filter, choices: list[Choice] | None, money: bool) -> Field | None:
    name, title = wanted.name, title_of(wanted.name.removesuffix("Id"))
    match wanted.kind:
        case "D":
            return Field(name, title.removesuffix(" at"), "days")
        case "N":
            return Field(name, title, "money" if money else "numbers")
        case "E":
            return Field(name, title, "choice", tuple((each, each) for each in wanted.choices))
        case "B":
            return Field(name, title, "choice", (("true", "Yes"), ("false", "No")))
        case "S":
            return Field(name, title, "text")
        case "I":
            return Field(name, title, "choice", tuple(choices)) if choices is not None else None


def pairs_of(fields: list[Field], sent: Mapping[str, str], locale: Locale) -> list[tuple[str, str]]:
    """The query of the API that a filled form asks for; raises E5 for values that can't be read."""
    faults = Faults()
    pairs: list[tuple[str, str]] = []
    if sent.get("q", "").strip():
        pairs.append(("q", sent["q"].strip()))
    for each in fields:
        if each.kind in ("text", "choice"):
            value = sent.get(each.name, "").strip()
            if value:
                pairs.append((each.name, value))
            continue
        low = _point(each, sent.get(each.inputs[0], ""), locale, faults, end=False)
        high = _point(each, sent.get(each.inputs[1], ""), locale, faults, end=True)
        if low is not None and high is not None:
            pairs.append((each.name, f"btw:{low}|{high}"))
        elif low is not None:
            pairs.append((each.name, f"gte:{low}"))
        elif high is not None:
            pairs.append((each.name, f"lte:{high}"))
    faults.raise_any()
    return pairs


def _point(field: Field, text: str, locale: Locale, faults: Faults, *, end: bool) -> str | None:
    """One end of a range as the API reads it: days in the tenant's zone, amounts in cents."""
    text = text.strip()
    if not text:
        return None
    if field.kind == "days":
        instant = day_begins(text, locale, after=1 if end else 0)
        if instant is not None:
            return clock.to_wire(instant - 1 if end else instant)
        faults.add(field.name, "must be a day, such as 2026-07-03")
    elif field.kind == "money":
        cents = cents_of(text)
        if cents is not None:
            return str(cents)
        faults.add(field.name, "must be an amount, such as 12.50")
    else:
        return text.replace(",", "")
    return None


@dataclass(frozen=True, slots=True)
class Active:
    """A filter that a list is narrowed by, as people read it, and the inputs to empty to be rid of it."""

    title: str
    told: str
    inputs: tuple[str, ...]


def active(fields: list[Field], sent: Mapping[str, str]) -> list[Active]:
    """What a filled form narrows its list by."""
    found: list[Active] = []
    for each in fields:
        values = [sent.get(name, "").strip() for name in each.inputs]
        if any(values):
            found.append(Active(each.title, _told(each, values), each.inputs))
    return found


def _told(field: Field, values: list[str]) -> str:
    if len(values) == 1:
        return dict(choices_with(field.choices, values[0])).get(values[0], values[0])
    low, high = values
    return " ".join(filter(None, (low and f"from {low}", high and f"to {high}")))
