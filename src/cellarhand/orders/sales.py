"""What was sold (reference REP-1): counted orders by the day on which they were paid, cut by channel."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from cellarhand.orders.order import ORDER
from cellarhand.orders.words import Channel, PurchaseType
from cellarhand.store.conditions import Among, By, Checked, Compare, Span, Sums, equal
from cellarhand.store.unit import ReadUnit

COUNTED = "Paid"
"""The payment status of orders that count (GEN-8)."""
_COUNTED = (Compare("payment_status", "=", COUNTED),)
REFUND = "Refund"
_NO_REFUND = tuple(each for each in get_args(PurchaseType) if each != REFUND)
_SUMS = Sums("paid_at", of=("total",))


class Sold(NamedTuple):
    """Orders that count, refunds among them, and what they come to in cents; refunds lie below zero."""

    orders: int = 0
    refunds: int = 0
    amount: int = 0
    refunded: int = 0

    def __add__(self, other: object) -> "Sold":
        if not isinstance(other, Sold):
            return NotImplemented
        return Sold(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def average(self) -> int | None:
        """What an order is worth that is no refund, in cents, rounded half up (GEN-2); None without one."""
        count, amount = self.orders - self.refunds, self.amount - self.refunded
        if not count:
            return None
        rounded = (2 * abs(amount) + count) // (2 * count)
        return rounded if amount >= 0 else -rounded


async def sales(unit: ReadUnit, spans: Sequence[Span]) -> list[dict[str, Sold]]:
    """For each span of instants what was sold on each channel; a refund counts when it was paid back."""
    found: dict[tuple[int, str], Sold] = {}
    for channel in get_args(Channel):
        for is_refund, types in ((False, _NO_REFUND), (True, (REFUND,))):
            # An index has the rows of these in the order of their payment: they are added up as they come.
            where = (*_COUNTED, *equal("channel", channel), Among("purchase_type", types))
            for place, count, amount in await unit.sums(ORDER.table, _SUMS, spans, where):
                if count:
                    sold = Sold(count, count * is_refund, amount, amount * is_refund)
                    found[place, channel] = found.get((place, channel), Sold()) + sold
    return [
        {channel: sold for (at, channel), sold in found.items() if at == place} for place in range(len(spans))
    ]


async def last_sale(unit: ReadUnit, before: int) -> int | None:
    """When the newest counted order before an instant was paid; None when there is none."""
    where = (Compare("paid_at", "<", before), Checked(_COUNTED[0]))
    rows = await unit.rows(ORDER.table, ("paid_at",), where, (By("paid_at", descending=True),), 1)
    return rows[0][0] if rows else None
