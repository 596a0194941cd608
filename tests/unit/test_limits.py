"""The sliding limit (reference A18): no window, wherever it begins, holds more than the limit."""

from hypothesis import given
from hypothesis import strategies as st

from cellarhand import clock
from cellarhand.http.limits import Decision, Limit, MemoryLimiter

WINDOW = 60


async def taken_at(limiter: MemoryLimiter, moment: int, *limits: Limit) -> Decision:
    with clock.frozen(moment):
        return await limiter.take(limits)


@given(st.lists(st.integers(0, 20_000), max_size=120), st.integers(1, 9))
async def test_no_window_holds_more_than_the_limit(gaps: list[int], most: int) -> None:
    limiter, moment, allowed = MemoryLimiter(WINDOW), 0, list[int]()
    for gap in gaps:
        moment += gap
        recent = [at for at in allowed if at > moment - WINDOW * 1000]
        decision = await taken_at(limiter, moment, Limit("t", most))
        # Exactly: a request is refused when the window is full, and only then.
        assert decision.allowed is (len(recent) < most)
        if decision.allowed:
            allowed.append(moment)
            assert decision.left == most - len(recent) - 1
        else:
            assert decision.wait == -(-(recent[0] + WINDOW * 1000 - moment) // 1000)


async def test_after_the_wait_that_was_told_a_slot_is_free() -> None:
    limiter = MemoryLimiter(WINDOW)
    for at in (0, 700, 1_400):
        assert (await taken_at(limiter, at, Limit("t", 3))).allowed
    refused = await taken_at(limiter, 2_000, Limit("t", 3))
    assert not refused.allowed
    assert (await taken_at(limiter, 2_000 + refused.wait * 1000, Limit("t", 3))).allowed


async def test_a_request_that_one_limit_refuses_is_counted_by_none() -> None:
    limiter, wide, narrow = MemoryLimiter(WINDOW), Limit("wide", 10), Limit("narrow", 1)
    assert (await taken_at(limiter, 0, wide, narrow)).left == 9
    assert not (await taken_at(limiter, 1, wide, narrow)).allowed
    assert (await taken_at(limiter, 2, wide)).left == 8


async def test_what_is_used_is_that_of_the_window_that_ends_now() -> None:
    limiter = MemoryLimiter(WINDOW)
    for at in (0, 30_000):
        await taken_at(limiter, at, Limit("t", 3))
    for moment, used in ((30_000, 2), (59_999, 2), (60_000, 1), (90_000, 0)):
        with clock.frozen(moment):
            assert await limiter.used("t") == used


async def test_one_key_does_not_count_for_another() -> None:
    limiter = MemoryLimiter(WINDOW)
    assert (await taken_at(limiter, 0, Limit("a", 1))).allowed
    assert (await taken_at(limiter, 0, Limit("b", 1))).allowed
    assert not (await taken_at(limiter, 0, Limit("a", 1))).allowed
