"""How fast a bar says that something goes on, and for how long still."""

import pytest

from cellarhand.cli.progress import Pace, spoken_rate, spoken_time


def test_a_pace_counts_what_was_waited() -> None:
    """The platform lets a hundred calls through at once, and then none for the rest of the minute."""
    pace = Pace(0.0)
    pace.note(2.0, 100)
    assert pace.rate(2.0) == 50
    assert pace.rate(2.0, most=100 / 60) == 100 / 60
    assert pace.rate(50.0) == 2
    for minute in range(1, 10):
        pace.note(minute * 60 + 1.0, minute * 100 + 100)
    assert pace.rate(600.0) == pytest.approx(100 / 60, rel=0.3)


def test_what_was_done_before_says_nothing_of_the_pace() -> None:
    pace = Pace(0.0, 5_000)
    assert pace.rate(30.0) is None
    pace.note(10.0, 5_010)
    assert pace.rate(10.0) == 1


def test_rates_and_times_are_spoken_as_people_do() -> None:
    assert [spoken_rate(each) for each in (None, 1234.5, 100 / 60)] == ["", "1,234/s", "100/min"]
    assert [spoken_time(each) for each in (9, 754, 7_500, 300_000)] == [
        "0:09",
        "12:34",
        "2 h 5 min",
        "3 d 11 h",
    ]
