"""Periods of figures: whole days of the tenant without a gap, in every zone, and as many days before."""

import itertools
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.orders.sales import Sold
from cellarhand.settings.periods import DAY, PERIODS, Days, local_day, period, span_of

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
zones = st.sampled_from(
    [
        "America/Los_Angeles",
        "Australia/Adelaide",
        "Pacific/Chatham",
        "America/Sao_Paulo",
        "UTC",
        "Asia/Beirut",
    ]
).map(ZoneInfo)
words = st.sampled_from(sorted(PERIODS))
amounts = st.integers(-(10**9), 10**9)


@given(words, days)
def test_the_parts_are_the_period_day_for_day(word: str, last: date) -> None:
    whole, parts, before = period(word, last)
    assert parts[0].first == whole.first
    assert parts[-1].last == whole.last == last
    for one, following in itertools.pairwise(parts):
        assert one.first <= one.last
        assert following.first == one.last + DAY
    assert before.last < whole.first
    if word in ("30", "90"):
        assert before.last + DAY == whole.first
        assert before.last - before.first == whole.last - whole.first
    else:
        # The same days a year before; 29 February may make it one more or less.
        assert abs((before.last - before.first) - (whole.last - whole.first)) <= timedelta(1)


@given(words, days, zones)
def test_instants_of_a_period_lie_in_one_of_its_parts(word: str, last: date, zone: ZoneInfo) -> None:
    whole, parts, _ = period(word, last)
    spans = [span_of(part, zone) for part in parts]
    assert spans[0][0] == span_of(whole, zone)[0]
    assert spans[-1][1] == span_of(whole, zone)[1]
    assert all(one[1] == following[0] for one, following in itertools.pairwise(spans))
    for part, (begins, ends) in zip(parts, spans, strict=True):
        assert (local_day(begins, zone), local_day(ends - 1, zone)) == part


@given(days, zones)
def test_a_day_is_as_long_as_its_zone_makes_it(day: date, zone: ZoneInfo) -> None:
    begins, ends = span_of(Days(day, day), zone)
    assert 23 * 3_600_000 <= ends - begins <= 25 * 3_600_000


@given(st.lists(st.tuples(st.booleans(), amounts)))
def test_sums_of_what_was_sold_add_up_and_averages_are_rounded_half_up(
    orders: list[tuple[bool, int]],
) -> None:
    sold = sum((Sold(1, int(refund), amount, amount if refund else 0) for refund, amount in orders), Sold())
    kept = [amount for refund, amount in orders if not refund]
    assert (sold.orders, sold.amount) == (len(orders), sum(amount for _, amount in orders))
    if not kept:
        assert sold.average is None
        return
    average = sold.average
    assert average is not None
    # Half a cent away at most, and away from zero at just that (GEN-2).
    assert abs(2 * (average * len(kept) - sum(kept))) <= len(kept)
    assert abs(average) * 2 * len(kept) >= 2 * abs(sum(kept)) - len(kept)
