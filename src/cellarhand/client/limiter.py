"""The client's own limit: at most so many counted requests in any window, over all threads and tasks.

It knows no I/O: who wants a slot is told how long to wait. A slot is taken when a request is sent and is free
again one window after its answer came. The server counts somewhere between the two, so that no window of its
own clock holds more (reference A18).
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

MOST = 100
WINDOW = 60.0
_POLICY = re.compile(r'"tenant";q=(\d{1,9});w=(\d{1,6})')
_LEFT = re.compile(r'"tenant";r=0;t=(\d{1,6})')
_ASLEEP = 0.05


@dataclass(slots=True, eq=False)
class Slot:
    """One request under way, or done at `ended` (seconds of a monotonic clock)."""

    counted: bool
    deep: bool = False
    ended: float | None = None


@dataclass(eq=False)
class Limiter:
    """The limits of one tenant. `most` 0 switches its own counting off; what a server says still holds.

    A server's policy is taken over, unless the limit was `chosen` by the caller.
    """

    most: int = MOST
    window: float = WINDOW
    chosen: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _slots: list[Slot] = field(default_factory=list[Slot], repr=False)
    _deep: list[Slot] = field(default_factory=list[Slot], repr=False)
    _told: float | None = None
    _paused: float = 0.0
    _all_paused: float = 0.0

    def take(self, slot: Slot, now: float) -> float:
        """0 when `slot` is taken, else how many seconds to wait before asking again."""
        with self._lock:
            wait = self._all_paused - now
            if slot.counted:
                wait = max(wait, self._paused - now, self._until_free(self._slots, self.most, now))
            if slot.deep and self.most:
                wait = max(wait, self._until_free(self._deep, 1, now))
            if wait > 0:
                return wait
            if slot.counted and self.most:
                self._slots.append(slot)
            if slot.deep and self.most:
                self._deep.append(slot)
            return 0

    @property
    def rate(self) -> float | None:
        """Counted requests that it comes to in a second, by what is known; None without a limit."""
        own = self.most / self.window if self.most else None
        known = [each for each in (own, self._told) if each is not None]
        return min(known, default=None)

    def give_back(self, slot: Slot, now: float) -> None:
        """The request has been answered, or has failed."""
        slot.ended = now

    def _until_free(self, slots: list[Slot], most: int, now: float) -> float:
        if not most or len(slots) < most:
            return 0
        slots[:] = [slot for slot in slots if slot.ended is None or slot.ended + self.window > now]
        if len(slots) < most:
            return 0
        ends = sorted(slot.ended for slot in slots if slot.ended is not None)
        # As many must end as are above the limit; while too few have an answer, ask again soon.
        place = len(slots) - most
        return ends[place] + self.window - now if place < len(ends) else _ASLEEP

    def pause(self, until: float, *, everything: bool = False) -> None:
        """The server has said when the next counted request (or any at all) is welcome."""
        with self._lock:
            self._paused = max(self._paused, until)
            if everything:
                self._all_paused = max(self._all_paused, until)

    def learn(self, headers: Mapping[str, str], now: float) -> None:
        """Take over what a server tells of its limits, where it does; others may use the same tenant."""
        policy = _POLICY.fullmatch(headers.get("ratelimit-policy", ""))
        if policy is None:
            return
        with self._lock:
            self._told = int(policy[1]) / max(1, int(policy[2]))
            if not self.chosen:
                self.most, self.window = int(policy[1]), float(policy[2])
            spent = _LEFT.fullmatch(headers.get("ratelimit", ""))
            if spent is not None:
                self._paused = max(self._paused, now + int(spent[1]))


_shared: "WeakValueDictionary[tuple[str, str], Limiter]" = WeakValueDictionary()
_lock = threading.Lock()


def limiter_of(base_url: str, tenant: str) -> Limiter:
    """The limiter of a tenant, one for all clients of the process."""
    with _lock:
        found = _shared.get((base_url, tenant))
        if found is None:
            found = _shared[base_url, tenant] = Limiter()
        return found
