"""The client's own limit, by a clock of the test."""

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.client.limiter import Limiter, Slot, limiter_of

gaps = st.lists(st.tuples(st.floats(0, 5), st.floats(0, 3), st.floats(0, 1)), min_size=1, max_size=60)


@given(gaps, st.integers(1, 8))
def test_no_window_of_the_server_holds_more_whenever_it_counts(
    calls: list[tuple[float, float, float]], most: int
) -> None:
    """Each call comes a gap after the one before, takes a while, and is counted somewhere in it."""
    limiter = Limiter(most, 10.0)
    now, counted = 0.0, list[float]()
    for gap, takes, part in calls:
        now += gap
        slot = Slot(counted=True)
        while wait := limiter.take(slot, now):
            now += wait
        counted.append(now + takes * part)
        now += takes
        limiter.give_back(slot, now)
    for start in counted:
        assert sum(start <= each < start + 10.0 - 1e-6 for each in counted) <= most


@given(st.integers(1, 8))
def test_what_is_under_way_holds_its_slot(most: int) -> None:
    limiter = Limiter(most, 10.0)
    slots = [Slot(counted=True) for _ in range(most)]
    assert [limiter.take(slot, 0.0) for slot in slots] == [0] * most
    assert limiter.take(Slot(counted=True), 1000.0) > 0
    limiter.give_back(slots[0], 1000.0)
    assert limiter.take(Slot(counted=True), 1009.0) == 1.0
    assert limiter.take(Slot(counted=True), 1010.0) == 0


def test_lists_by_cursor_are_free_and_deep_pages_one_a_window() -> None:
    limiter = Limiter(1, 60.0)
    deep = Slot(counted=True, deep=True)
    assert limiter.take(deep, 0.0) == 0
    limiter.give_back(deep, 0.0)
    assert [limiter.take(Slot(counted=False), 0.0) for _ in range(5)] == [0] * 5
    limiter.most = 100
    assert limiter.take(Slot(counted=True, deep=True), 1.0) == 59.0
    assert limiter.take(Slot(counted=True), 1.0) == 0


def test_what_the_server_tells_is_taken_over() -> None:
    limiter = Limiter()
    limiter.learn({"ratelimit-policy": '"tenant";q=3;w=5', "ratelimit": '"tenant";r=2;t=0'}, 0.0)
    assert (limiter.most, limiter.window) == (3, 5.0)
    limiter.learn({"ratelimit-policy": '"tenant";q=3;w=5', "ratelimit": '"tenant";r=0;t=4'}, 0.0)
    assert limiter.take(Slot(counted=True), 1.0) == 3.0
    assert limiter.take(Slot(counted=False), 1.0) == 0
    limiter.learn({"ratelimit-policy": "nonsense"}, 0.0)
    assert limiter.most == 3
    chosen = Limiter(2, chosen=True)
    chosen.learn({"ratelimit-policy": '"tenant";q=100;w=60'}, 0.0)
    assert chosen.most == 2


def test_a_tenant_has_one_limiter_for_all() -> None:
    one = limiter_of("https://a.example/v1", "winery")
    assert limiter_of("https://a.example/v1", "winery") is one
    assert limiter_of("https://a.example/v1", "other") is not one
