"""Bars of a chart, laid out for an SVG: no script, it prints, and follows the page's colours. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 12, 26
_LETTER = 7
"""About how wide a letter of a label is."""


class Series(NamedTuple):
    """What is stacked with others: its name and a value for each place."""

    name: str
    values: Sequence[int]


class Bar(NamedTuple):
    """A rectangle; `series` is the place of its series, `title` what is read when it is pointed at."""

    x: int
    y: int
    width: int
    height: int
    series: int
    title: str


class Mark(NamedTuple):
    """A word on an axis, at a distance from the left or from the top."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars in a box of `width` by `height`."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    levels: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    left: int = _LEFT
    right: int = _RIGHT

    @property
    def base(self) -> int:
        """Where the labels stand."""
        return self.height - 8


def stacked(
    labels: Sequence[str], series: Sequence[Series], show: Callable[[int], str], width: int, height: int
) -> Chart:
    """Bars over `labels`: what is positive stacked upwards from zero, what is negative downwards."""
    columns = [[each.values[place] for each in series] for place in range(len(labels))]
    top = max((sum(value for value in column if value > 0) for column in columns), default=0)
    bottom = min((sum(value for value in column if value < 0) for column in columns), default=0)
    step = _step(max(top, -bottom, 1))
    highest, lowest = -(-top // step) * step or step, bottom // step * step
    room = height - _TOP - _BOTTOM

    def y(value: int) -> int:
        return _TOP + room * (highest - value) // (highest - lowest)

    inside = width - _LEFT - _RIGHT
    bars: list[Bar] = []
    for place, column in enumerate(columns):
        begins, ends = inside * place // len(labels), inside * (place + 1) // len(labels)
        gap = min(8, (ends - begins) // 4)
        up = down = 0
        for number, value in enumerate(column):
            start = up if value > 0 else down
            high, low = y(max(start, start + value)), y(min(start, start + value))
            up, down = (up + value, down) if value > 0 else (up, down + value)
            if value:
                title = f"{labels[place]}, {series[number].name}: {show(value)}"
                bars.append(
                    Bar(_LEFT + begins + gap, high, ends - begins - 2 * gap, low - high, number, title)
                )
    levels = [Mark(y(value), show(value)) for value in range(lowest, highest + 1, step)]
    return Chart(width, height, tuple(bars), tuple(levels), _thinned(labels, inside))


def _step(most: int) -> int:
    """A round number of which two to five make up `most`."""
    size = 10 ** (len(str(most)) - 1)
    return next(size * part // 10 or 1 for part in (2, 5, 10, 20, 50) if size * part // 10 * 5 >= most)


def _thinned(labels: Sequence[str], inside: int) -> tuple[Mark, ...]:
    """The labels in the middle of their places, as many as find room."""
    if not labels:
        return ()
    widest = max(map(len, labels)) * _LETTER + _LETTER
    every = -(-widest * len(labels) // inside)
    return tuple(
        Mark(_LEFT + inside * (2 * place + 1) // (2 * len(labels)), labels[place])
        for place in range((len(labels) - 1) % every, len(labels), every)
    )
