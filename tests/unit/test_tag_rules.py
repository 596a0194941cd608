"""TAG-2: what a dynamic tag asks, and which records answer to it."""

from typing import Any

import pytest

from cellarhand.tags.rules import Facts, Rule, facts_of_customer, facts_of_order

Record = dict[str, Any]
CUSTOMER: Record = {
    "stateCode": "CA",
    "countryCode": "US",
    "emailMarketingStatus": "Subscribed",
    "birthDate": "1980-04-30",
    "orderInformation": {"lifetimeValue": 10000, "orderCount": 2, "rank": 40},
}
ORDER: Record = {
    "channel": "Web",
    "posProfileId": "0D2C1B6A-0000-4000-8000-000000000000",
    "shipTo": {"stateCode": "NY", "countryCode": "US"},
    "giftMessage": "For you",
    "total": 5000,
    "items": [{"sku": "Cab-19"}, {"sku": None}],
}
NOBODY: Record = {
    **dict.fromkeys(CUSTOMER),
    "orderInformation": {"lifetimeValue": 0, "orderCount": 0, "rank": None},
}
NOTHING: Record = {**ORDER, "posProfileId": None, "shipTo": None, "giftMessage": None, "items": []}


def asking(*conditions: tuple[str, str, str], needs_all: bool = True) -> Rule:
    words = ("appliesTo", "condition", "value")
    return Rule(needs_all, [dict(zip(words, each, strict=True)) for each in conditions])


def of(customer: Record) -> Facts:
    bought = frozenset(("cab-19",)) if customer is CUSTOMER else frozenset[str]()
    return facts_of_customer(customer, "2024-02-29" if customer is CUSTOMER else None, bought)


EQUAL, MORE, LESS = "is equal to", "is greater than", "is less than"


@pytest.mark.parametrize(
    ("subject", "condition", "fits", "fails"),
    [
        ("State", EQUAL, ("CA", " ca "), ("C", "CAL", "NY")),
        ("Country", EQUAL, ("us",), ("CA",)),
        ("Email Marketing Status", EQUAL, ("subscribed",), ("Unsubscribed",)),
        ("Birth Month", EQUAL, ("4",), ("04", "3", "30")),
        ("Sku Purchased", EQUAL, ("CAB-19", "cab-19"), ("CAB", "cab-190")),
        ("Lifetime Value", MORE, ("9999", "-1"), ("10000", "10001")),
        ("Lifetime Value", LESS, ("10001",), ("10000", "9999")),
        ("Order Count", MORE, ("1",), ("2", "10")),
        ("Order Count", LESS, ("3", "10"), ("2", "1")),
        ("Rank", MORE, ("39",), ("40", "41")),
        ("Birthdate", MORE, ("1980-04-29", "1900-01-01"), ("1980-04-30", "2100-01-01")),
        ("Birthdate", LESS, ("1980-05-01",), ("1980-04-30",)),
        ("Last Order Date", MORE, ("2024-02-28",), ("2024-02-29", "2024-03-01")),
        ("Last Order Date", LESS, ("2024-03-01",), ("2024-02-29",)),
    ],
)
def test_a_subject_of_customers(
    subject: str, condition: str, fits: tuple[str, ...], fails: tuple[str, ...]
) -> None:
    for value in (*fits, *fails):
        rule = asking((subject, condition, value))
        assert rule.meets(of(CUSTOMER)) is (value in fits), value
        # What is missing never fits, whatever is asked; nobody has bought nothing.
        if subject not in ("Lifetime Value", "Order Count"):
            assert rule.meets(of(NOBODY)) is False, value


@pytest.mark.parametrize(
    ("subject", "condition", "fits", "fails"),
    [
        ("Channel", EQUAL, ("Web", "web"), ("POS",)),
        ("POS Profile", EQUAL, ("0d2c1b6a-0000-4000-8000-000000000000",), ("0d2c",)),
        ("Sku", EQUAL, ("CAB-19",), ("cab",)),
        ("Ship To State", EQUAL, ("ny",), ("CA",)),
        ("Ship To Country", EQUAL, ("US",), ("CA",)),
        ("Has Gift Message", EQUAL, ("Yes", "true"), ("no", "FALSE")),
        ("Order Total", MORE, ("4999",), ("5000",)),
        ("Order Total", LESS, ("5001",), ("5000",)),
    ],
)
def test_a_subject_of_orders(
    subject: str, condition: str, fits: tuple[str, ...], fails: tuple[str, ...]
) -> None:
    for value in (*fits, *fails):
        rule = asking((subject, condition, value))
        assert rule.meets(facts_of_order(ORDER)) is (value in fits), value
        if subject not in ("Channel", "Order Total"):
            wanted = subject == "Has Gift Message" and value in fails
            assert rule.meets(facts_of_order(NOTHING)) is wanted, value


def test_all_conditions_or_one_of_them() -> None:
    local, buyer = ("State", EQUAL, "CA"), ("Order Count", MORE, "5")
    assert asking(local, buyer, needs_all=True).meets(of(CUSTOMER)) is False
    assert asking(local, buyer, needs_all=False).meets(of(CUSTOMER)) is True
    assert asking(buyer, buyer, needs_all=False).meets(of(CUSTOMER)) is False


@pytest.mark.parametrize(
    "condition",
    [
        ("Lifetime Value", MORE, "100.50"),
        ("Lifetime Value", LESS, "--5"),
        ("Order Count", MORE, ""),
        ("Rank", "is about", "40"),
        ("State", LESS + "!", "CA"),
        ("Favourite Colour", EQUAL, "Red"),
    ],
)
def test_what_nobody_can_answer_fits_nobody(condition: tuple[str, str, str]) -> None:
    assert asking(condition).meets(of(CUSTOMER)) is False


def test_without_conditions_a_tag_fits_nobody() -> None:
    assert asking(needs_all=True).meets(of(CUSTOMER)) is False
    assert asking(needs_all=False).meets(of(CUSTOMER)) is False
