"""Refunds move as the orders that they are: once, and what is left of an order is known afterwards too."""

from pathlib import Path
from typing import Any

import pytest

from cellarhand.client import Invalid
from cellarhand.testing.server import TestServer
from tests.transfer.pulling import pulled
from tests.transfer.pushing import count, differences, pushed
from tests.wire.shop import line, order


def _refund(sold: Any, quantity: int, amount: int) -> Any:
    item = {"id": sold["items"][0]["id"], "quantity": quantity, "isReturnToInventory": True}
    tenders = [{"tenderType": "Cash", "amountTendered": amount}]
    return {"orderId": sold["id"], "items": [item], "tenders": tenders, "notes": "Corked"}


def test_a_refund_is_pulled_once_and_pushed_as_an_order(server: TestServer, tmp_path: Path) -> None:
    source, target = server.tenant(), server.tenant(empty=True)
    first, again = tmp_path / "first.archive", tmp_path / "again.archive"
    with source.client() as client:
        buyer = client.customers.create({"emails": [{"email": "jane@example.com"}]})
        # Two lines of one wine at one price: the refund's line alone tells which of them it gives back.
        lines = (line(quantity=3, tax=100), line(quantity=3, tax=100))
        sent: Any = order(*lines, customerId=buyer["id"], taxTotal=200)
        sold = client.orders.create(sent)
        made = client.refunds.create(_refund(sold, 2, 2567))
        assert [each["id"] for each in client.refunds.list(previous_order_id=sold["id"])] == [made["id"]]
        assert client.refunds.get(made["id"])["total"] == -2567
    told = pulled(source, first, role="Data")
    assert (count(first, "order"), "refund" in told) == (2, False)
    pushed(target, first)
    pulled(target, again, role="Data")
    assert differences(first, again) == []
    with target.client() as client:
        with pytest.raises(Invalid, match=r"items\[0\]\.quantity: must be <= 1"):
            client.refunds.create(_refund(sold, 2, 2567))
        assert client.refunds.create(_refund(sold, 1, 1283))["total"] == -1283
        assert client.orders.get(sold["id"])["items"][0]["quantityFulfilled"] == 3
