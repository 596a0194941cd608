"""The admin site over the large winery: server time of lists and the first page, and bytes on the wire."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Sequence
from statistics import median
from urllib.parse import urlencode

from benchmarks.bench import Bench
from benchmarks.orders import winery
from benchmarks.results import Result, at_most
from cellarhand.demo import wineries

_TIMES = 9
_FORM_TOKEN = re.compile(rb'name="form_token" value="(\w+)"')
_ASSET = re.compile(rb'(?:href|src)="([^"]*/static/[^"]+)"')
DASHBOARD = "/?period=12&until=2025-12-31"
LISTS = (
    "/customers",
    "/customers?page=800",
    "/customers?page=1587",
    "/customers?sort=lastName&page=793",
    "/customers?sort=-orderInformation.lifetimeValue",
    "/customers?q=smith",
    "/customers?q=an",
    "/customers?lifetimeValue.from=100&page=700",
    "/customers?createdAt.from=2025-01-01",
    "/orders",
    "/orders?page=2500",
    "/orders?page=5000",
    "/orders?sort=orderNumber&page=2500",
    "/orders?channel=POS&page=1000",
    "/orders?channel=POS&sort=orderNumber&page=1000",
    "/orders?fulfillmentStatus=Fulfilled&page=2400",
    "/orders?orderPaidDate.from=2025-01-01&page=1200",
    "/orders?orderPaidDate.from=2025-06-01&orderPaidDate.to=2025-06-30&paymentStatus=Paid&channel=Web",
    "/orders?q=smith",
    "/memberships?status=Active&page=100",
    "/products?q=pinot",
    "/inventory?sort=availableForSaleCount",
    "/search?find=smith",
)
"""Pages of every kind: first, middle and last ones, sorted, filtered, searched."""


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
        """What a page takes, the median of some times."""
        taken: list[float] = []
        for _ in range(_TIMES):
            began = time.perf_counter()
            self.get(path)
            taken.append(time.perf_counter() - began)
        return median(taken) * 1000


def site(bench: Bench, engine: str) -> Sequence[Result]:
    """The slowest of the lists, the first page with its year of sales, and what a browser loads."""
    with bench.cellarhand(winery(bench, engine)) as served:
        visitor = Visitor(served.port)
        visitor.log_in()
        at = f"/{wineries.SLUG}"
        times = {path: visitor.milliseconds(at + path) for path in LISTS}
        slowest = max(times, key=lambda path: times[path])
        first = visitor.milliseconds(at + DASHBOARD)
        page = visitor.get(at + DASHBOARD, packed=True)
        assets = sum(
            len(visitor.get(found.decode().removeprefix("/admin"), packed=True))
            for found in _ASSET.findall(visitor.get(at + DASHBOARD))
        )
    details = f"of {len(LISTS)} pages: {slowest}; median {median(times.values()):.0f} ms"
    return [
        Result("site", engine, "slowest list of the site", times[slowest], at_most(50, 25), " ms", details),
        Result("site", engine, "its first page, a year of sales", first, at_most(150, 75), " ms"),
        Result(
            "site", engine, "bytes of a first visit", (len(page) + assets) / 1000, at_most(150, 75), " kB"
        ),
        Result("site", engine, "bytes of a page after it", len(page) / 1000, at_most(40, 20), " kB"),
    ]
