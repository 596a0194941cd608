"""Developer, Requests: the last requests of the winery's integrations, and where its API is documented."""

import re

from starlette.responses import Response

from cellarhand.admin.visit import Screen, Visit
from cellarhand.events import request_log

STATUSES = (
    ("2", "2xx: done"),
    ("4", "4xx: refused"),
    ("5", "5xx: failed"),
    ("401", "401"),
    ("404", "404"),
    ("422", "422"),
    ("429", "429"),
)
_STATUS = re.compile(r"[1-5]([0-9]{2})?", re.ASCII)


def _range(status: str) -> tuple[int, int] | None:
    """The statuses that a filter lets through: one, or all of a hundred."""
    if not _STATUS.fullmatch(status):
        return None
    number = int(status)
    return (number, number) if number > 99 else (number * 100, number * 100 + 99)


async def show_requests(visit: Visit) -> Response:
    sent = visit.request.query_params
    log, status, path = visit.grounds.requests, sent.get("status", ""), sent.get("path", "").strip()[:200]
    if log is not None:
        # What this process has not written yet is what somebody looks for.
        await log.write()
    unit = visit.store.reading(visit.actor.tenant_id)
    return visit.page(
        "requests.html",
        kept=log is not None,
        requests=await request_log.newest(unit, statuses=_range(status), path=path),
        statuses=STATUSES,
        wanted=status,
        path=path,
        most=request_log.KEPT,
    )


async def show_docs(visit: Visit) -> Response:
    return visit.page("docs.html", docs=visit.grounds.settings.docs, api=visit.grounds.addresses.api)


SCREENS = (
    Screen("GET", "/developer/requests", show_requests, "web-hook", "list"),
    Screen("GET", "/developer/docs", show_docs, "web-hook", "list"),
)
