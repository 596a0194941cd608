"""`rank` and `rankTrend`: how engaged a customer is, 0 to 100 (domain CUS-10, CUS-11). Pure.

Every rank depends on all customers of the tenant, so it is a snapshot that is taken each night
(`customers.ranking`). Amounts are cents, instants milliseconds UTC, days the numbers of local days.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from cellarhand import clock
from cellarhand.customers.order_information import OrderFacts, counted_newest_first
from cellarhand.money import half

Trend = Literal["Up", "Down"]
STEP = 5
"""How far a rank has to move before it shows as a trend."""
DAYS_BACK = 30
_FORGOTTEN_AFTER = 730
_WEIGHTS = (40, 20, 25, 15)
_HALVES = {"Active": 2, "On Hold": 1}


class Engagement(NamedTuple):
    """What of one customer enters its rank; `average`: of orders other than refunds, in whole cents."""

    lifetime_value: int
    average: int
    last_order_at: int | None
    has_orders: bool
    statuses: frozenset[str]


def engagement(lifetime_value: int, orders: Iterable[OrderFacts], statuses: Iterable[str]) -> Engagement:
    """`statuses` are those of the customer's memberships at this moment."""
    counted = counted_newest_first(orders)
    bought = [order for order in counted if order.purchase_type != "Refund"]
    average = half(sum(order.total for order in bought), len(bought)) if bought else 0
    last = bought[0].paid_at if bought else None
    current = frozenset(status for status in statuses if status in _HALVES)
    return Engagement(lifetime_value, average, last, bool(counted), current)


@dataclass(frozen=True, slots=True)
class Field:
    """The values of all customers with counted orders, each list from low to high."""

    lifetime_values: Sequence[int]
    averages: Sequence[int]


def rank(of: Engagement, field: Field, now: int) -> int:
    """0 without counted orders and current membership, else 1 to 100."""
    if not of.has_orders and not of.statuses:
        return 0
    others = max(1, len(field.lifetime_values) - 1)
    lower_value = _lower(field.lifetime_values, of.lifetime_value, of)
    lower_average = _lower(field.averages, of.average, of)
    fresh = 0
    if of.last_order_at is not None:
        fresh = max(0, _FORGOTTEN_AFTER - max(0, now - of.last_order_at) // clock.DAY_MS)
    member = max((_HALVES[status] for status in of.statuses), default=0)
    by_value, by_average, by_recency, by_club = _WEIGHTS
    # All four over one denominator: no fraction is rounded before the sum is.
    whole = others * _FORGOTTEN_AFTER * 2
    points = (
        (by_value * lower_value + by_average * lower_average) * _FORGOTTEN_AFTER * 2
        + by_recency * fresh * others * 2
        + by_club * member * others * _FORGOTTEN_AFTER
    )
    return max(1, half(points, whole))


def _lower(values: Sequence[int], own: int, of: Engagement) -> int:
    """How many are strictly lower; the only one of its kind stands above all, and nobody above the first."""
    others = max(1, len(values) - 1)
    if of.has_orders and len(values) == 1:
        return others
    return min(bisect_left(values, own), others)


class Snapshot(NamedTuple):
    """A rank, and the day since which it is the customer's."""

    day: int
    rank: int


def trend(snapshots: Iterable[Snapshot], rank: int, today: int) -> Trend | None:
    """Against the rank of 30 days before; None where there was none yet."""
    old = [each for each in snapshots if each.day <= today - DAYS_BACK]
    if not old:
        return None
    moved = rank - max(old).rank
    return "Up" if moved >= STEP else "Down" if moved <= -STEP else None


def kept(snapshots: Iterable[Snapshot], rank: int, today: int) -> list[Snapshot]:
    """The snapshots after tonight's: a new one where the rank is another, and none that no trend looks at."""
    before = sorted(each for each in snapshots if each.day < today)
    if not before or before[-1].rank != rank:
        before.append(Snapshot(today, rank))
    needed = [place for place, each in enumerate(before) if each.day <= today - DAYS_BACK]
    return before[needed[-1] :] if needed else before
