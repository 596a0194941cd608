"""Limits on guessing passwords: failures per name and source, and per source alone (ACC-5, reference A4).

Kept in memory of each process: a restart forgives, and a guesser gains little by it.
"""

from collections import OrderedDict, deque

from cellarhand import clock

WINDOW_MS = 15 * 60_000
MOST_PER_NAME = 10
MOST_PER_SOURCE = 100
MOST_KEYS = 50_000


class Guesses:
    """Remembers failures of the last 15 minutes. An unknown name counts like a known one."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, ...], deque[int]] = OrderedDict()

    def locked_for(self, name: str, source: str) -> int:
        """Seconds until this name may be tried again from this source; 0 when it may be tried now."""
        waits = (self._wait((source, name), MOST_PER_NAME), self._wait((source,), MOST_PER_SOURCE))
        return max(waits)

    def failed(self, name: str, source: str) -> None:
        for key in ((source, name), (source,)):
            self._failures.setdefault(key, deque()).append(clock.now())
            self._failures.move_to_end(key)
        while len(self._failures) > MOST_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, name: str, source: str) -> None:
        self._failures.pop((source, name), None)

    def _wait(self, key: tuple[str, ...], most: int) -> int:
        failures = self._failures.get(key)
        if failures is None:
            return 0
        moment = clock.now()
        while failures and failures[0] <= moment - WINDOW_MS:
            failures.popleft()
        if not failures:
            del self._failures[key]
            return 0
        if len(failures) < most:
            return 0
        return (failures[-1] + WINDOW_MS - moment) // 1000 + 1
