"""What a dynamic tag asks of a record, and whether the record answers to it (TAG-2). Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cellarhand.record.validate import Record

Fact = str | int | frozenset[str] | None
"""What a record says of one subject: a text, a number, several texts of which one may fit, or nothing."""
Facts = Mapping[str, Fact]

_EQUAL, _MORE_OR_LESS = ("is equal to",), ("is greater than", "is less than")
SUBJECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Order": {
        "Channel": _EQUAL,
        "POS Profile": _EQUAL,
        "Sku": _EQUAL,
        "Ship To State": _EQUAL,
        "Ship To Country": _EQUAL,
        "Has Gift Message": _EQUAL,
        "Order Total": _MORE_OR_LESS,
    },
    "Customer": {
        "State": _EQUAL,
        "Country": _EQUAL,
        "Email Marketing Status": _EQUAL,
        "Birth Month": _EQUAL,
        "Sku Purchased": _EQUAL,
        "Lifetime Value": _MORE_OR_LESS,
        "Birthdate": _MORE_OR_LESS,
        "Order Count": _MORE_OR_LESS,
        "Last Order Date": _MORE_OR_LESS,
        "Rank": _MORE_OR_LESS,
    },
}
"""Which subjects each object type knows, and how each may be compared (reference B7)."""
NUMBERS = frozenset(("Order Total", "Lifetime Value", "Order Count", "Rank"))
DATES = frozenset(("Birthdate", "Last Order Date"))
NIGHTLY = DATES | {"Rank"}
"""What a night may change without a change of the record (TAG-3)."""
_YES_OR_NO = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
VALUES = {"Birth Month": frozenset(map(str, range(1, 13))), "Has Gift Message": frozenset(_YES_OR_NO)}
"""The values that some subjects can be asked for, without case."""
_ALL = "All conditions"
_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class Rule:
    """The conditions of one dynamic tag."""

    needs_all: bool
    conditions: Sequence[Record]

    @staticmethod
    def of(tag: Record) -> "Rule":
        return Rule(tag["appliesToCondition"] == _ALL, tag["conditions"])

    @cached_property
    def asks(self) -> object:
        """What it asks, whatever its conditions are called: two rules that ask the same are equal in it."""
        members = ("appliesTo", "condition", "value")
        return self.needs_all, [[each[name] for name in members] for each in self.conditions]

    @cached_property
    def subjects(self) -> frozenset[str]:
        return frozenset(each["appliesTo"] for each in self.conditions)

    @cached_property
    def skus(self) -> frozenset[str]:
        """The SKUs that somebody has to have bought."""
        return frozenset(
            each["value"].strip().casefold()
            for each in self.conditions
            if each["appliesTo"] == "Sku Purchased"
        )

    def meets(self, facts: Facts) -> bool:
        answers = (_holds(each, facts.get(each["appliesTo"])) for each in self.conditions)
        return bool(self.conditions) and (all(answers) if self.needs_all else any(answers))


def reads_as_number(value: str) -> bool:
    return _NUMBER.fullmatch(value.strip()) is not None


def _holds(condition: Record, fact: Fact) -> bool:
    """Text compares without case; what is missing never fits; greater and less are strict (TAG-2)."""
    value: str = condition["value"].strip()
    if fact is None:
        return False
    if condition["condition"] == "is equal to":
        text = value.casefold()
        if isinstance(fact, frozenset):
            return text in fact
        return str(fact).casefold() == (_YES_OR_NO.get(text) if fact in ("yes", "no") else text)
    # A tag that came from elsewhere may ask what nobody can answer.
    wanted = int(value) if _NUMBER.fullmatch(value) else None
    match condition["condition"], fact:
        case "is greater than", int():
            return wanted is not None and fact > wanted
        case "is less than", int():
            return wanted is not None and fact < wanted
        case "is greater than", str():
            return fact > value
        case "is less than", str():
            return fact < value
        case _:
            return False


def facts_of_customer(customer: Record, last_order_day: str | None, skus: frozenset[str]) -> Facts:
    """`last_order_day` is a day of the tenant; `skus`, without case, are what counted orders sold."""
    information, born = customer["orderInformation"], customer["birthDate"]
    return {
        "State": customer["stateCode"],
        "Country": customer["countryCode"],
        "Email Marketing Status": customer["emailMarketingStatus"],
        "Birth Month": str(int(born[5:7])) if born else None,
        "Sku Purchased": skus,
        "Lifetime Value": information["lifetimeValue"],
        "Birthdate": born,
        "Order Count": information["orderCount"],
        "Last Order Date": last_order_day,
        "Rank": information["rank"],
    }


def facts_of_order(order: Record) -> Facts:
    place: Record = order["shipTo"] or {}
    profile = order["posProfileId"]
    return {
        "Channel": order["channel"],
        "POS Profile": frozenset((profile.casefold(),)) if profile else None,
        "Sku": frozenset(item["sku"].casefold() for item in order["items"] if item["sku"]),
        "Ship To State": place.get("stateCode"),
        "Ship To Country": place.get("countryCode"),
        "Has Gift Message": "yes" if order["giftMessage"] else "no",
        "Order Total": order["total"],
    }
