"""The admin site over the large winery: server time of lists and the first page, and bytes on the wire."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import median
from urllib.parse import urlencode

from benchmarks.bench import Bench
from benchmarks.orders import winery
from benchmarks.results import Result, at_most
from cellarhand.demo import wineries

_TIMES = 5
_FAST = 0.02
"""Seconds."""
_FORM_TOKEN = re.compile(rb'name="form_token" value="(\w+)"')
_ASSET = re.compile(rb'(?:href|src)="([^"]*/static/[^"]+)"')
DASHBOARD = "/?period=12&until=2025-12-31"
_FILTERS = {
    "/orders": (
        "channel=POS",
        "channel=Club",
        "fulfillmentStatus=Fulfilled",
        "complianceStatus=Compliant",
        "orderDeliveryMethod=Ship",
        "orderPaidDate.from=2023-01-01",
        "orderSubmittedDate.to=2025-06-01",
        "updatedAt.from=2022-01-01",
        "q=smith",
        "q=an",
        "q=a",
    ),
    "/customers": (
        "lifetimeValue.from=100",
        "orderCount.to=1",
        "createdAt.from=2023-01-01",
        "updatedAt.from=2022-01-01",
        "q=smith",
        "q=1",
    ),
}
_SORTS = {
    "/orders": ("", "sort=-orderNumber", "sort=orderSubmittedDate"),
    "/customers": ("", "sort=lastName", "sort=-orderInformation.orderCount"),
}
_MORE = (
    "/orders?orderPaidDate.from=2025-06-01&orderPaidDate.to=2025-06-30&paymentStatus=Paid&channel=Web",
    "/memberships?status=Active&page=100",
    "/products?q=pinot",
    "/inventory?sort=availableForSaleCount",
    "/search?find=smith",
)
_PAGES = re.compile(rb"Page 1 of ([\d,]+)")


def _asked() -> Iterator[str]:
    """Lists without a page: each filter in each order, and each pair of filters."""
    for path, filters in _FILTERS.items():
        for sort in _SORTS[path]:
            yield from (f"{path}?{'&'.join(filter(None, (each, sort)))}" for each in ("", *filters))
        for one, other in combinations(filters, 2):
            if one.partition("=")[0] != other.partition("=")[0]:
                yield f"{path}?{one}&{other}"


class Visitor:
    """A browser of one person, on one connection; it takes compressed pages."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = ""

    def get(self, path: str, *, packed: bool = False) -> bytes:
        """The body as it comes over the wire."""
        encoding = {"Accept-Encoding": "gzip"} if packed else {}
        return self._ask("GET", path, None, encoding)

    def _ask(self, method: str, path: str, body: str | None, more: dict[str, str]) -> bytes:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        self._http.request(method, f"/admin{path}", body, {"Cookie": self._cookie, **kind, **more})
        answer = self._http.getresponse()
        found = answer.read()
        if (cookie := answer.getheader("set-cookie")) is not None:
            self._cookie = cookie.partition(";")[0]
        if answer.status not in (200, 303):
            raise RuntimeError(f"{path} answered {answer.status}")
        return found

    def log_in(self) -> None:
        token = _FORM_TOKEN.search(self.get("/_/login"))
        if token is None:
            raise RuntimeError("the log-in has no form")
        fields = {
            "form_token": token[1].decode(),
            "email": wineries.OWNER,
            "password": wineries.PASSWORD,
            "next": "",
        }
        self._ask("POST", "/_/login", urlencode(fields), {})

    def milliseconds(self, path: str) -> float:
        """What a page takes, the median of some times; what is far below the goal is asked for once."""
        taken: list[float] = []
        for _ in range(_TIMES):
            began = time.perf_counter()
            self.get(path)
            taken.append(time.perf_counter() - began)
            if len(taken) == 1 and taken[0] < _FAST:
                break
        return median(taken) * 1000

    def lists(self, at: str) -> dict[str, float]:
        """The milliseconds of the first, the middle and the last page of each list, and of some others."""
        taken = {path: self.milliseconds(at + path) for path in _MORE}
        for path in _asked():
            taken[path] = self.milliseconds(at + path)
            told = _PAGES.search(self.get(at + path))
            last = int(told[1].replace(b",", b"")) if told else 1
            for page in {last // 2, last} - {0, 1}:
                taken[f"{path}&page={page}"] = self.milliseconds(f"{at}{path}&page={page}")
        return taken


def site(bench: Bench, engine: str) -> Sequence[Result]:
    """The slowest of the lists, the first page with its year of sales, and what a browser loads."""
    with bench.cellarhand(winery(bench, engine)) as served:
        visitor = Visitor(served.port)
        visitor.log_in()
        at = f"/{wineries.SLUG}"
        times = visitor.lists(at)
        slowest = max(times, key=lambda path: times[path])
        first = visitor.milliseconds(at + DASHBOARD)
        page = visitor.get(at + DASHBOARD, packed=True)
        assets = sum(
            len(visitor.get(found.decode().removeprefix("/admin"), packed=True))
            for found in _ASSET.findall(visitor.get(at + DASHBOARD))
        )
    over = sum(taken > 50 for taken in times.values())
    details = f"of {len(times)} pages: {slowest}; median {median(times.values()):.0f} ms, {over} above 50 ms"
    return [
        Result("site", engine, "slowest list of the site", times[slowest], at_most(50, 25), " ms", details),
        Result("site", engine, "its first page, a year of sales", first, at_most(150, 75), " ms"),
        Result(
            "site", engine, "bytes of a first visit", (len(page) + assets) / 1000, at_most(150, 75), " kB"
        ),
        Result("site", engine, "bytes of a page after it", len(page) / 1000, at_most(40, 20), " kB"),
    ]
