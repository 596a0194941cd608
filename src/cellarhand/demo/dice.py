"""Chance that repeats itself: the same seed throws the same."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Urn(Generic[T]):
    """Values that are drawn as often as their weights say."""

    def __init__(self, values: Sequence[T], weights: Iterable[float]) -> None:
        self.values = values
        self.sums = list(accumulate(weights))


class Dice:
    """All the chance of one generation. Its throws cost a third of what the methods of `Random` do."""

    def __init__(self, seed: int) -> None:
        self.fraction = Random(seed).random  # noqa: S311 - repeatable on purpose

    def chance(self, share: float) -> bool:
        return self.fraction() < share

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.fraction() * (most - least + 1))

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.fraction() * len(values))]

    def some(self, values: Sequence[T], least: int, most: int) -> list[T]:
        """Some of the values, in their order."""
        count, left = self.between(least, most), len(values)
        kept: list[T] = []
        for value in values:
            if self.fraction() * left < count - len(kept):
                kept.append(value)
            left -= 1
        return kept

    def draw(self, urn: Urn[T]) -> T:
        return urn.values[bisect(urn.sums, self.fraction() * urn.sums[-1])]
