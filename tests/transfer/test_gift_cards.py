"""Moving gift cards: no cent is lost on the way, and none comes twice."""

from pathlib import Path
from typing import Any

import pytest

from cellarhand.client import Client
from cellarhand.testing.server import TestServer, TestTenant
from tests.transfer.pulling import pulled
from tests.transfer.pushing import differences, pushed

CARD: Any = {"title": "Gift", "type": "Virtual", "initialAmount": 5000}


@pytest.fixture(scope="module")
def source(server: TestServer) -> TestTenant:
    """A winery with cards of every kind: new, used, topped up, spent and cancelled."""
    tenant = server.tenant()
    with tenant.client() as client:
        jane = client.customers.create({"emails": [{"email": "jane@example.com"}]})
        cards = [client.gift_cards.create(CARD) for _ in range(5)]
        for card, amount in zip(cards[1:], (-2000, 700, -5000, -1), strict=True):
            client.actions.create_gift_card_transaction({"giftCardId": card["id"], "amount": amount})
        client.gift_cards.update(cards[1]["id"], {"customerId": jane["id"], "giftMessage": "Cheers"})
        client.gift_cards.update(cards[4]["id"], {"status": "Cancelled"})
        client.gift_cards.delete(cards[0]["id"])
        physical: Any = {**CARD, "code": "PHYSICAL-000-1", "type": "Physical"}
        client.gift_cards.create(physical)
    return tenant


@pytest.fixture
def archive(source: TestTenant, tmp_path: Path) -> Path:
    archive = tmp_path / "cards.archive"
    pulled(source, archive, role="Data")
    return archive


@pytest.fixture
def target(server: TestServer) -> TestTenant:
    return server.tenant(empty=True)


def _balances(client: Client) -> dict[str, int]:
    return {each["code"]: each["currentBalance"] for each in client.gift_cards.list()}


def _spend(client: Client, code: str, amount: int) -> None:
    card = next(each for each in client.gift_cards.list() if each["code"] == code)
    client.actions.create_gift_card_transaction({"giftCardId": card["id"], "amount": amount})


def test_cards_arrive_as_they_were(archive: Path, target: TestTenant, tmp_path: Path) -> None:
    assert pushed(target, archive, "--dry-run")["gift-card"]["refused"] == 0
    told = pushed(target, archive)
    assert (told["gift-card"]["created"], told["gift-card"]["notCarried"]) == (5, [])
    again = tmp_path / "again.archive"
    pulled(target, again, role="Data")
    assert [each for each in differences(archive, again) if each[0] != "trash"] == []
    with target.client() as client:
        # The next number is one that nobody has.
        assert client.gift_cards.create(CARD)["giftCardNumber"] == 1001
        assert client.gift_cards.create(CARD)["giftCardNumber"] == 1007


def test_what_was_spent_since_is_not_given_back(
    source: TestTenant, archive: Path, target: TestTenant
) -> None:
    pushed(target, archive)
    with target.client() as client:
        before = _balances(client)
        used = next(code for code, balance in before.items() if balance == 3000)
        _spend(client, used, -500)
        pushed(target, archive)
        assert _balances(client) == before | {used: 2500}
        pushed(target, archive, "--update")
        assert _balances(client) == before | {used: 3000}


def test_by_single_calls_a_balance_comes_as_one_transaction(
    source: TestTenant, archive: Path, target: TestTenant
) -> None:
    """Of a cancelled card it can't: that is told."""
    with source.client() as client:
        wanted = _balances(client)
        (cancelled,) = (each["code"] for each in client.gift_cards.list(status="Cancelled"))
    told = pushed(target, archive, "--one-by-one", "--only", "customer", "--only", "gift-card", fails=True)
    assert told["gift-card"]["created"] == 5
    assert (told["gift-card.balance"]["updated"], told["gift-card.balance"]["refused"]) == (3, 1)
    with target.client() as client:
        assert _balances(client) == wanted | {cancelled: 5000}
        used = next(code for code, balance in wanted.items() if balance == 3000)
        _spend(client, used, -3000)
        told = pushed(
            target, archive, "--one-by-one", "--only", "customer", "--only", "gift-card", fails=True
        )
        assert (told["gift-card.balance"]["updated"], told["gift-card.balance"]["refused"]) == (0, 1)
        assert _balances(client) == wanted | {cancelled: 5000, used: 0}


def test_a_card_of_a_customer_who_is_gone_comes_as_nobodys(
    server: TestServer, target: TestTenant, tmp_path: Path
) -> None:
    source, archive = server.tenant(), tmp_path / "gone.archive"
    with source.client() as client:
        jane = client.customers.create({"emails": [{"email": "jane@example.com"}]})
        hers: Any = {**CARD, "customerId": jane["id"]}
        card = client.gift_cards.create(hers)
        client.customers.delete(jane["id"])
    pulled(source, archive, role="Data")
    told = pushed(target, archive)["gift-card"]
    assert (told["created"], told["refused"]) == (1, 0)
    assert told["notCarried"][0].startswith("customerId (of customers who are gone")
    with target.client() as client:
        assert client.gift_cards.get(card["id"])["customerId"] is None
