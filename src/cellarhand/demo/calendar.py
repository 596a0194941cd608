"""When the demo's orders were submitted: a number of moments over two years, busier with season and week-end.

Every order of the history has a place in it, and its number follows from the place. Customers take places
first; what is left over was bought by guests.
"""

from array import array
from datetime import date
from itertools import accumulate

from cellarhand import clock
from cellarhand.demo.dice import Dice, Urn

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2025, 12, 31)
# January to December: quiet winters, spring releases, harvest, and the holidays.
_SEASONS = (5, 6, 8, 9, 9, 8, 7, 7, 10, 12, 15, 17)
# Monday to Sunday.
_WEEK = (7, 8, 9, 11, 15, 20, 16)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_HOUR_MS = 3_600_000


class Calendar:
    """The moments, in order; each can be taken once."""

    def __init__(self, dice: Dice, count: int) -> None:
        days = range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
        urn = Urn(days, (_SEASONS[date.fromordinal(day).month - 1] * _WEEK[(day - 1) % 7] for day in days))
        taken = [0] * len(days)
        for _ in range(count):
            taken[dice.draw(urn) - days.start] += 1
        self.moments = array("q")
        for day, orders in zip(days, taken, strict=True):
            # From morning to late afternoon in California, which is one day of UTC.
            begins = (day - _EPOCH_DAY) * clock.DAY_MS + 15 * _HOUR_MS
            moments = sorted(begins + dice.between(0, 9 * _HOUR_MS - 1) for _ in range(orders))
            self.moments.extend(moments)
        # For each place the next one that may be free; chains are shortened as they are followed.
        self._next = array("l", range(count + 1))
        self._begins = [0, *accumulate(taken)]
        self._first_day = days.start - _EPOCH_DAY

    def take(self, place: int) -> int | None:
        """The first free place from `place` on, which nobody else has then; None when there is none."""
        found = self._free(place)
        if found == len(self.moments):
            return None
        self._next[found] = found + 1
        return found

    def _free(self, place: int) -> int:
        found = place
        while self._next[found] != found:
            found = self._next[found]
        while self._next[place] != found:
            self._next[place], place = found, self._next[place]
        return found

    def from_moment(self, moment: int) -> int:
        """The first place of the day after `moment`."""
        day = moment // clock.DAY_MS + 1 - self._first_day
        return self._begins[min(max(day, 0), len(self._begins) - 1)]

    def left(self) -> list[int]:
        """The places that nobody took."""
        return [place for place in range(len(self.moments)) if self._next[place] == place]
