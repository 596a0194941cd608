"""The rate limits (reference A18): at most so many requests in any window, exactly.

A sliding log: each counted request is remembered until it leaves the window, so that no 60 seconds, wherever
they begin, hold more than the limit. In memory for one process, in Redis for several.
"""

import logging
from collections import deque
from math import ceil
from typing import Any, NamedTuple, Protocol

from cellarhand import clock

_LOG = logging.getLogger("cellarhand.limits")
_SWEEP = 4096


class Limit(NamedTuple):
    """At most `most` in any window, for everything counted under `key`."""

    key: str
    most: int


class Decision(NamedTuple):
    """`left` and `wait` (seconds until a slot is free, 0 when one is) are those of the first limit."""

    allowed: bool
    left: int
    wait: int


class Limiter(Protocol):
    async def take(self, limits: tuple[Limit, ...]) -> Decision:
        """Count one request against all `limits`, or against none when one of them is reached."""
        ...

    async def used(self, key: str) -> int:
        """How many requests are counted in the window that ends now."""
        ...

    async def close(self) -> None: ...


class MemoryLimiter:
    """The limits of one process."""

    def __init__(self, window_seconds: int) -> None:
        self._window = window_seconds * 1000
        self._logs: dict[str, deque[int]] = {}
        self._taken = 0

    async def take(self, limits: tuple[Limit, ...]) -> Decision:
        moment = clock.now()
        self._sweep(moment)
        wait = 0
        logs: list[deque[int]] = []
        for limit in limits:
            log = self._log(limit.key, moment)
            logs.append(log)
            if len(log) >= limit.most:
                wait = max(wait, self._until_free(log, moment))
        if wait:
            return Decision(False, max(0, limits[0].most - len(logs[0])), wait)
        for log in logs:
            log.append(moment)
        left = limits[0].most - len(logs[0])
        return Decision(True, left, 0 if left else self._until_free(logs[0], moment))

    async def used(self, key: str) -> int:
        return len(self._log(key, clock.now()))

    def _until_free(self, log: deque[int], moment: int) -> int:
        """Whole seconds until the oldest request leaves the window."""
        return ceil((log[0] + self._window - moment) / 1000)

    def _log(self, key: str, moment: int) -> deque[int]:
        log = self._logs.get(key)
        if log is None:
            log = self._logs[key] = deque()
        gone = moment - self._window
        while log and log[0] <= gone:
            log.popleft()
        return log

    def _sweep(self, moment: int) -> None:
        """Forget keys (source addresses above all) that have been quiet for a window."""
        self._taken += 1
        if self._taken % _SWEEP == 0:
            gone = moment - self._window
            self._logs = {key: log for key, log in self._logs.items() if log and log[-1] > gone}

    async def close(self) -> None:
        self._logs.clear()


# One script decides on all limits at once, by the clock of Redis: several servers can't disagree.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window = tonumber(ARGV[1])
local wait, left = 0, 0
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local count = redis.call('ZCARD', key)
  local most = tonumber(ARGV[i + 1])
  if i == 1 then left = most - count end
  if count >= most then
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    wait = math.max(wait, oldest[2] + window - now)
  end
end
if wait > 0 then return {0, math.max(left, 0), wait} end
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, now .. '-' .. redis.call('INCR', key .. ':n'))
  redis.call('PEXPIRE', key, window / 1000)
  redis.call('PEXPIRE', key .. ':n', window / 1000)
end
left = left - 1
if left == 0 then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  wait = oldest[2] + window - now
end
return {1, left, wait}
"""


class RedisLimiter:
    """The limits of several processes together. While Redis is away, each process limits by itself."""

    def __init__(self, url: str, window_seconds: int) -> None:
        from redis import asyncio as redis

        self._redis: Any = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)  # pyright: ignore[reportUnknownMemberType]
        self._script: Any = self._redis.register_script(_SCRIPT)
        self._window = window_seconds
        self._alone = MemoryLimiter(window_seconds)
        self._warned = False

    async def take(self, limits: tuple[Limit, ...]) -> Decision:
        from redis.exceptions import RedisError

        keys = [f"cellarhand:limit:{limit.key}" for limit in limits]
        args = [self._window * 1_000_000, *(limit.most for limit in limits)]
        try:
            allowed, left, wait = await self._script(keys=keys, args=args)
        except (RedisError, OSError) as error:
            if not self._warned:
                _LOG.warning("rate limits: Redis can not be reached, each process counts alone (%s)", error)
                self._warned = True
            return await self._alone.take(limits)
        self._warned = False
        return Decision(bool(allowed), left, ceil(wait / 1_000_000))

    async def used(self, key: str) -> int:
        from redis.exceptions import RedisError

        try:
            seconds, micros = await self._redis.time()
            since = (seconds * 1_000_000 + micros) - self._window * 1_000_000
            return int(await self._redis.zcount(f"cellarhand:limit:{key}", f"({since}", "+inf"))
        except (RedisError, OSError):
            return await self._alone.used(key)

    async def close(self) -> None:
        await self._redis.aclose()


def open_limiter(store: str, window_seconds: int) -> Limiter:
    """`memory`, or `redis://host:port/n` to share the limits between server processes."""
    if store == "memory":
        return MemoryLimiter(window_seconds)
    return RedisLimiter(store, window_seconds)
