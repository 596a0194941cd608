"""What a server tells its operator: one line a request, and numbers for Prometheus. No personal data."""

import asyncio
import itertools
import os
import re
import sys
import time
from typing import Any, BinaryIO

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_REQUEST_ID = re.compile(rb"[A-Za-z0-9_.\-]{1,64}")
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_encode = msgspec.json.Encoder().encode
_FLUSH_SECONDS = 0.2
_FLUSH_LINES = 256


class RequestIds:
    """An id for each request: the caller's own when it is well formed, else one of ours."""

    def __init__(self) -> None:
        self._lead = os.urandom(6).hex().encode()
        self._numbers = itertools.count(1)

    def of(self, sent: bytes | None) -> bytes:
        if sent is not None and _REQUEST_ID.fullmatch(sent):
            return sent
        return b"%b-%x" % (self._lead, next(self._numbers))


class AccessLog:
    """One line a request, `json` or `text`, written in small batches; `off` writes nothing."""

    def __init__(self, form: str, out: BinaryIO | None = None) -> None:
        self._form = form
        self._out = out or sys.stdout.buffer
        self._lines: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None
        self._second = (0, "")

    def write(
        self, request_id: bytes, method: str, route: str, status: int, seconds: float, tenant: str | None
    ) -> None:
        """`route` is the template, never the path: paths and queries hold ids, names and e-mails."""
        if self._form == "off":
            return
        if self._form == "json":
            line: dict[str, Any] = {
                "time": self._time(),
                "requestId": request_id.decode(),
                "tenant": tenant,
                "method": method,
                "route": route,
                "status": status,
                "milliseconds": round(seconds * 1000, 2),
            }
            self._lines.append(_encode(line))
        else:
            text = f"{status} {method:<7}{route:<46} {seconds * 1000:7.1f} ms  {tenant or '-'}"
            self._lines.append(text.encode())
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)

    def _time(self) -> str:
        """This second, written once for all its lines."""
        second = int(time.time())
        if second != self._second[0]:
            self._second = (second, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second)))
        return self._second[1]

    def flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines = self._lines, []
        if lines:
            try:
                self._out.write(b"\n".join(lines) + b"\n")
                self._out.flush()
            except (OSError, ValueError):
                # A log that can't be written (a full disk, a closed pipe) stops no shop.
                return


class Metrics:
    """Requests by route and status, and their seconds by route."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "cellarhand_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "cellarhand_request_seconds",
            "Seconds from the request's head to its answer",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        known = self._known.get(key)
        if known is None:
            counter = self._requests.labels(method, route, str(status))
            known = self._known[key] = (counter, self._seconds.labels(method, route))
        known[0].inc()
        known[1].observe(seconds)


class WebHookMetrics:
    """Attempts to deliver web hooks, how many deliveries wait, and how long the oldest does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._attempts = Counter(
            "cellarhand_web_hook_attempts",
            "Attempts to deliver a web hook",
            ("result",),
            registry=registry,
        )
        # One process sends for all: what it said last is true of all.
        self._waiting = Gauge(
            "cellarhand_web_hooks_waiting",
            "Events and deliveries that wait",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._oldest = Gauge(
            "cellarhand_web_hooks_oldest_seconds",
            "Age of the oldest event that waits",
            registry=registry,
            multiprocess_mode="mostrecent",
        )

    def attempted(self, *, delivered: bool) -> None:
        self._attempts.labels("delivered" if delivered else "failed").inc()

    def waiting(self, count: int, oldest_seconds: float) -> None:
        self._waiting.set(count)
        self._oldest.set(oldest_seconds)


def of_all_processes(registry: CollectorRegistry) -> CollectorRegistry:
    """The numbers of all worker processes, where there are several; else `registry`, which has this one's."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return registry
    from prometheus_client.multiprocess import MultiProcessCollector

    shared = CollectorRegistry()
    MultiProcessCollector(shared)
    return shared
