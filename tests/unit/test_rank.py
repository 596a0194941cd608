"""Rank and its trend, against the formula in fractions (CUS-10, CUS-11)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.customers.rank import Engagement, Field, Snapshot, engagement, kept, rank, trend
from cellarhand.money import half
from tests.unit.orders import bought

NOW = 1_790_000_000_000
STATUSES = st.frozensets(st.sampled_from(["Active", "On Hold", "Cancelled"]))


@st.composite
def buyers(draw: st.DrawFn) -> list[Engagement]:
    """Customers with counted orders; small values, so that many are equal."""
    one = st.builds(
        Engagement,
        lifetime_value=st.integers(-3, 12),
        average=st.integers(0, 6),
        last_order_at=st.none() | st.integers(-10, 800).map(lambda days: NOW - days * clock.DAY_MS),
        has_orders=st.just(True),
        statuses=STATUSES.map(lambda found: found - {"Cancelled"}),
    )
    return draw(st.lists(one, min_size=1, max_size=8))


def field_of(customers: list[Engagement]) -> Field:
    values = sorted(each.lifetime_value for each in customers)
    return Field(values, sorted(each.average for each in customers))


def by_the_book(own: Engagement, customers: list[Engagement]) -> int:
    others = len(customers) - 1

    def share(values: list[int], mine: int) -> Fraction:
        return Fraction(1) if others == 0 else Fraction(sum(value < mine for value in values), others)

    value = share([each.lifetime_value for each in customers], own.lifetime_value)
    average = share([each.average for each in customers], own.average)
    recency = Fraction(0)
    if own.last_order_at is not None:
        days = max(0, (NOW - own.last_order_at) // clock.DAY_MS)
        recency = max(Fraction(0), 1 - Fraction(days, 730))
    member = Fraction(1) if "Active" in own.statuses else Fraction("On Hold" in own.statuses, 2)
    points = 40 * value + 20 * average + 25 * recency + 15 * member
    return max(1, int(points + Fraction(1, 2)))


@given(buyers())
def test_the_formula(customers: list[Engagement]) -> None:
    field = field_of(customers)
    for each in customers:
        assert rank(each, field, NOW) == by_the_book(each, customers)
        assert 1 <= rank(each, field, NOW) <= 100


@given(buyers(), STATUSES)
def test_without_orders_only_a_membership_counts(
    customers: list[Engagement], statuses: frozenset[str]
) -> None:
    own = engagement(0, [], statuses)
    found = rank(own, field_of(customers), NOW)
    if statuses & {"Active", "On Hold"}:
        assert 1 <= found <= 100
        assert rank(own, Field((), ()), NOW) == (15 if "Active" in statuses else 8)
    else:
        assert found == 0


def test_the_average_leaves_refunds_out_and_is_in_whole_cents() -> None:
    orders = [bought(total=1000, paid_at=5), bought(total=501, paid_at=9)]
    orders.append(bought(total=-400, paid_at=20, purchase_type="Refund"))
    found = engagement(1101, orders, ["Active", "Cancelled"])
    assert (found.average, found.last_order_at, found.has_orders) == (751, 9, True)
    assert found.statuses == {"Active"}


@pytest.mark.parametrize(("amount", "parts", "expected"), [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (0, 7, 0)])
def test_halves_go_up_and_mirror(amount: int, parts: int, expected: int) -> None:
    assert half(amount, parts) == expected


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 100)), max_size=60))
def test_a_trend_looks_at_the_rank_of_thirty_days_before(nights: list[tuple[int, int]]) -> None:
    """Nights pass, some without a run; each snapshot is kept for as long as a trend can need it."""
    day, snapshots, ranks = 1000, list[Snapshot](), dict[int, int]()
    for passed, new in nights:
        day += passed
        moved = trend(snapshots, new, day)
        past = [ranks[each] for each in sorted(ranks) if each <= day - 30]
        expected = None
        if past and abs(new - past[-1]) >= 5:
            expected = "Up" if new > past[-1] else "Down"
        assert moved == expected
        snapshots = kept(snapshots, new, day)
        ranks[day] = new
        assert len(snapshots) <= 31
        assert max(snapshots).rank == new


def test_a_second_run_of_a_night_takes_the_place_of_the_first() -> None:
    first = kept([Snapshot(990, 10)], 20, 1000)
    assert kept(first, 30, 1000) == [Snapshot(990, 10), Snapshot(1000, 30)]
    assert kept(first, 10, 1000) == [Snapshot(990, 10)]
