"""A tenant's first page: what was sold, who came and went, what waits. Every figure leads to its records."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from cellarhand import clock
from cellarhand.accounts.rights import reported_channels
from cellarhand.admin import activity, records
from cellarhand.admin.charts import Series, stacked
from cellarhand.admin.filters import fields_of, pairs_of
from cellarhand.admin.show import money, whole_number
from cellarhand.admin.visit import Screen, Visit
from cellarhand.catalog.inventory import INVENTORY
from cellarhand.catalog.low_stock import low_stock
from cellarhand.clubs.club_membership import CLUB_MEMBERSHIP
from cellarhand.orders.handover import NOTHING, PART
from cellarhand.orders.order import ORDER
from cellarhand.orders.sales import COUNTED, Sold, last_sale, sales
from cellarhand.record.resource import Resource
from cellarhand.settings.periods import DAY, PERIODS, Days, Period, local_day, period, span_of

FEW_BOTTLES = 12
MOST_BOTTLES = 1_000_000
_LOWEST = _NEWEST = 8
_OPEN = {"fulfillmentStatus": f"in:{NOTHING},{PART}", "paymentStatus": "in:Paid,Authorized"}
_AGES = (("Today", 0, 0), ("1 to 2 days", 1, 2), ("3 to 7 days", 3, 7), ("Older", 8, None))
"""How long orders wait to be handed over: days since they were submitted, from and to."""
_WIDE, _NARROW, _HEIGHT = 960, 340, 260


class Figure(NamedTuple):
    """A number with its name, where its records are, and what it was in the period before."""

    title: str
    shown: str
    link: str = ""
    hint: str = ""
    before: str = ""


async def show_dashboard(visit: Visit) -> Response:
    """The parts that the person may see; one who may see none is told so."""
    zone = ZoneInfo(visit.locale.zone)
    today = local_day(clock.now(), zone)
    chosen = await _chosen(visit, zone, today)
    values: dict[str, Any] = {
        "periods": PERIODS,
        "word": _word(visit),
        "period": chosen,
        "today": today,
        "earlier": chosen.days.first - DAY,
        "sold": None,
        "members": (),
        "waiting": (),
        "low": None,
        "newest": await activity.newest(visit, _NEWEST),
    }
    if visit.may("report", "read"):
        values["sold"] = await _sold(visit, zone, chosen)
    if visit.may_with(ORDER, "list"):
        values["waiting"] = await _waiting(visit, today)
    if visit.may_with(CLUB_MEMBERSHIP, "list"):
        values["members"] = await _members(visit, chosen)
    if visit.may_with(INVENTORY, "list"):
        values["low"] = await _low(visit)
    return visit.page("dashboard.html", **values)


def _word(visit: Visit) -> str:
    word = visit.request.query_params.get("period", "")
    return word if word in PERIODS else "30"


async def _chosen(visit: Visit, zone: ZoneInfo, today: date) -> Period:
    """The period that ends with the day asked for; else today, or the last day on which anything was sold.

    So a history that was moved here and ends long ago is not shown as an empty page.
    """
    word, asked = _word(visit), _day(visit.request.query_params.get("until", ""))
    if asked is not None and asked <= today:
        return period(word, asked)
    chosen = period(word, today)
    if not visit.may("report", "read"):
        return chosen
    begins, ends = span_of(chosen.days, zone)
    last = await last_sale(visit.store.reading(visit.actor.tenant_id), ends)
    if last is None or last >= begins or _day(clock.to_wire(last)[:10]) is None:
        return chosen
    return period(word, local_day(last, zone))


def _day(text: str) -> date | None:
    """A day of an address; years without a year before them are none."""
    instant = clock.date_from_wire(text)
    if instant is None:
        return None
    day = local_day(instant, ZoneInfo("UTC"))
    return day if day.year > 3 else None


def _link(visit: Visit, path: str, query: dict[str, str]) -> str:
    return f"{visit.link(path)}?{urlencode(query)}"


def _within(member: str, days: Days) -> dict[str, str]:
    """The fields of a list's form that ask for these days."""
    return {f"{member}.from": days.first.isoformat(), f"{member}.to": days.last.isoformat()}


async def _sold(visit: Visit, zone: ZoneInfo, chosen: Period) -> dict[str, Any]:
    """Sales by channel: figures of the whole period, a chart of its parts, and the chart's numbers."""
    spans = [span_of(days, zone) for days in (*chosen.parts, chosen.before)]
    only = reported_channels(visit.actor)
    *parts, before = [
        part if only is None else {channel: part[channel] for channel in only if channel in part}
        for part in await sales(visit.store.reading(visit.actor.tenant_id), spans)
    ]
    total, earlier = _all(parts), _all([before])
    channels = sorted({channel for part in parts for channel in part})
    labels = [_label(chosen, days) for days in chosen.parts]
    series = [Series(channel, [_on(part, channel).amount for part in parts]) for channel in channels]
    return {
        "figures": _sales_figures(visit, chosen, total, earlier),
        "channels": channels,
        "charts": [stacked(labels, series, _whole(visit), width, _HEIGHT) for width in (_WIDE, _NARROW)],
        "rows": [
            (label, _orders(visit, days), [_on(part, channel) for channel in channels], _all([part]))
            for label, days, part in zip(labels, chosen.parts, parts, strict=True)
        ],
        "by_channel": [
            (
                channel,
                _orders(visit, chosen.days, channel),
                sold := sum((_on(part, channel) for part in parts), Sold()),
                change(sold.amount, _on(before, channel).amount),
            )
            for channel in channels
        ],
    }


def _on(part: dict[str, Sold], channel: str) -> Sold:
    return part.get(channel, Sold())


def _all(parts: Sequence[dict[str, Sold]]) -> Sold:
    return sum((sold for part in parts for sold in part.values()), Sold())


def _whole(visit: Visit) -> Callable[[int], str]:
    """Whole units of the currency: cents have no room on an axis."""
    return lambda cents: money(cents, visit.locale).partition(".")[0]


def _label(chosen: Period, days: Days) -> str:
    """`3 Jul`, also of the week that begins then, or `Jul 2024`."""
    by_month = len(chosen.parts) <= 12
    return f"{days.first:%b %Y}" if by_month else f"{days.first.day} {days.first:%b}"


def _orders(visit: Visit, days: Days, channel: str = "") -> str:
    """The counted orders of some days that the person's reports are of, as a list."""
    only = reported_channels(visit.actor)
    channel = channel or (only[0] if only else "")
    more = {"channel": channel} if channel else {}
    return _link(visit, "/orders", {**_within("orderPaidDate", days), "paymentStatus": COUNTED, **more})


def _sales_figures(visit: Visit, chosen: Period, total: Sold, before: Sold) -> list[Figure]:
    here = _orders(visit, chosen.days)
    refunds = f"{total.refunds:,} of them refunds" if total.refunds else ""
    average, was = total.average or 0, before.average or 0
    return [
        Figure("Sales", money(total.amount, visit.locale), here, "", change(total.amount, before.amount)),
        Figure("Orders", f"{total.orders:,}", here, refunds, change(total.orders, before.orders)),
        Figure("Average order", money(average, visit.locale), here, "without refunds", change(average, was)),
    ]


def change(now: int, before: int) -> str:
    """`+12 %` against what it was before, in whole percent, rounded half up; empty when it was nothing."""
    if before <= 0:
        return ""
    doubled = 2 * 100 * (now - before)
    percent = (abs(doubled) + before) // (2 * before)
    return f"{'+' if doubled >= 0 else '-'}{percent:,} %" if percent else "0 %"


async def _members(visit: Visit, chosen: Period) -> list[Figure]:
    """Memberships that began and ended in the period, and those on hold now."""
    found: list[Figure] = []
    for title, member in (("Members joined", "signupDate"), ("Members cancelled", "cancelDate")):
        now = _within(member, chosen.days)
        counts = [
            await _count(visit, CLUB_MEMBERSHIP, query) for query in (now, _within(member, chosen.before))
        ]
        link = _link(visit, "/memberships", now)
        found.append(Figure(title, f"{counts[0]:,}", link, before=change(*counts)))
    held = {"status": "On Hold"}
    count = await _count(visit, CLUB_MEMBERSHIP, held)
    return [*found, Figure("On hold now", f"{count:,}", _link(visit, "/memberships", held))]


async def _count(visit: Visit, resource: Resource, sent: dict[str, str]) -> int:
    """How many records a list shows whose form is filled in like that."""
    pairs = pairs_of(fields_of(resource, {}, frozenset()), sent, visit.locale)
    return await records.total(visit, resource, dict(pairs))


async def _waiting(visit: Visit, today: date) -> list[Figure]:
    """Orders that are not handed over, by how long they wait."""
    found: list[Figure] = []
    for title, least, most in _AGES:
        sent = {**_OPEN, "orderSubmittedDate.to": (today - least * DAY).isoformat()}
        if most is not None:
            sent["orderSubmittedDate.from"] = (today - most * DAY).isoformat()
        count = await _count(visit, ORDER, sent)
        found.append(Figure(title, f"{count:,}", _link(visit, "/orders", sent)))
    return found


async def _low(visit: Visit) -> dict[str, Any]:
    """Stock at or below what was asked for, the lowest first."""
    asked = whole_number(visit.request.query_params.get("low", ""))
    most = min(asked, MOST_BOTTLES) if isinstance(asked, int) else FEW_BOTTLES
    rows, total = await low_stock(visit.store.reading(visit.actor.tenant_id), most, _LOWEST)
    return {"rows": rows, "total": total, "most": most}


SCREENS = (Screen("GET", "/", show_dashboard),)
