"""Charts: bars stand on zero, stay inside, and are as high as what they show."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cellarhand.admin.charts import Series, stacked
from cellarhand.admin.dashboard import change

values = st.lists(st.integers(-(10**8), 10**8), min_size=3, max_size=3)


@given(st.lists(values, max_size=6))
def test_bars_stay_in_their_box_and_do_not_overlap(columns: list[list[int]]) -> None:
    series = [Series(str(place), each) for place, each in enumerate(columns)]
    chart = stacked(["a", "b", "c"], series, str, 600, 200)
    for bar in chart.bars:
        assert chart.left <= bar.x
        assert bar.x + bar.width <= chart.width - chart.right
        assert bar.y >= 0
        assert bar.y + bar.height <= chart.base
        assert bar.height >= 0
    assert 2 <= len(chart.levels) <= 12
    assert [each.text for each in chart.labels] == ["a", "b", "c"]
    for place in {bar.x for bar in chart.bars}:
        column = sorted((bar.y, bar.y + bar.height) for bar in chart.bars if bar.x == place)
        assert all(one[1] <= following[0] for one, following in itertools.pairwise(column))


def test_labels_are_left_out_where_they_find_no_room() -> None:
    labels = [f"{day} Dec" for day in range(1, 31)]
    shown = [each.text for each in stacked(labels, [Series("a", [1] * 30)], str, 340, 200).labels]
    assert shown[-1] == "30 Dec"
    assert len(shown) < 10


def test_changes_are_whole_percent_rounded_half_up() -> None:
    assert change(150, 100) == "+50 %"
    assert change(1005, 1000) == "+1 %"
    assert change(995, 1000) == "-1 %"
    assert change(1004, 1000) == "0 %"
    assert change(5, 0) == ""
    assert change(-50, 100) == "-150 %"
