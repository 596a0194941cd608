"""Activity: who changed what, as a whole with filters, and the newest of it on the page of each record."""

import csv
import io
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from cellarhand import clock
from cellarhand.accounts import apps, people
from cellarhand.admin import records
from cellarhand.admin.filters import Choice
from cellarhand.admin.lists import csv_cell
from cellarhand.admin.show import day_begins
from cellarhand.admin.told import FACES, THINGS, Told, page_of, referred, shown_record, told
from cellarhand.admin.visit import Screen, Visit
from cellarhand.catalog.product import PRODUCT
from cellarhand.clubs.club import CLUB
from cellarhand.customers.customer import CUSTOMER
from cellarhand.events import activity
from cellarhand.events.activity import Entry, Wanted
from cellarhand.ids import parse_id
from cellarhand.orders.order import ORDER

PATH = "/activity"
RIGHT = "activity"
PAGE = 50
ON_CARD = 10
_EXPORTED_AT_ONCE = 500
_SEARCHED = (CUSTOMER, ORDER, PRODUCT, CLUB)
_HEAD = (
    "Time (UTC)",
    "Who",
    "E-mail or app",
    "By",
    "Kind",
    "Record",
    "Record id",
    "What",
    "Change",
    "Before",
    "After",
)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a page shows it: what kind of thing, the page that shows the thing, and the changes."""

    entry: Entry
    thing: str
    face: str
    page: str
    changes: list[Told]

    @property
    def actor(self) -> str:
        """Who, as the filter takes it."""
        return f"{self.entry.actor_kind}:{self.entry.actor_key}"


async def _lines(visit: Visit, entries: list[Entry]) -> list[Line]:
    unit = visit.store.reading(visit.actor.tenant_id)
    titles = await activity.titles_of(unit, referred(entries))
    shown = [shown_record(entry) for entry in entries]
    there = await activity.still_there(unit, filter(None, shown))
    return [
        Line(
            entry,
            THINGS.get(entry.kind, entry.kind),
            FACES.get(entry.face, entry.face),
            page_of(record) if record is not None and record in there else "",
            told(entry, titles, visit.locale),
        )
        for entry, record in zip(entries, shown, strict=True)
    ]


async def newest(visit: Visit, limit: int) -> list[Line]:
    """The newest of all; nothing for who may not see it."""
    if not visit.may(RIGHT, "list"):
        return []
    unit = visit.store.reading(visit.actor.tenant_id)
    return await _lines(visit, await activity.newest(unit, limit))


async def card(visit: Visit, owner_id: str, object_id: str | None = None) -> dict[str, Any]:
    """What `activity_card` shows on a record's page: `owner_id` is the page's record.

    The page of what belongs to another record, as a membership to a customer, names both.
    """
    if not visit.may(RIGHT, "list"):
        return {"activity": None}
    unit = visit.store.reading(visit.actor.tenant_id)
    entries = await activity.of_record(unit, owner_id, ON_CARD, object_id)
    asked = {"record": owner_id, **({"thing": object_id} if object_id else {})}
    return {"activity": await _lines(visit, entries), "all_activity": f"{PATH}?{urlencode(asked)}"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a filled form asks for; `records`, where there are any, narrows to what their pages tell."""

    wanted: Wanted
    records: tuple[str, ...] | None = None
    thing: str | None = None
    fault: str = ""


async def _asked(visit: Visit) -> _Asked:
    sent = visit.request.query_params
    since = until = None
    faults: list[str] = []
    for name, title in (("from", "From"), ("to", "To")):
        text = sent.get(name, "").strip()
        instant = day_begins(text, visit.locale, after=int(name == "to")) if text else None
        if text and instant is None:
            faults.append(f"{title}: must be a day, such as 2026-07-03")
        since, until = (instant, until) if name == "from" else (since, instant)
    wanted = Wanted(
        sent.get("actor", ""),
        sent.get("kind", ""),
        sent.get("face", ""),
        since,
        until,
        sent.get("before", ""),
    )
    record, thing = parse_id(sent.get("record", "")), parse_id(sent.get("thing", ""))
    text = sent.get("q", "").strip()
    found = (record,) if record is not None else await _found(visit, text) if text else None
    return _Asked(wanted, found, thing, "; ".join(faults))


async def _found(visit: Visit, text: str) -> tuple[str, ...]:
    """The records that a search means: by id, or by what their own lists are searched by."""
    id = parse_id(text)
    if id is not None:
        return (id,)
    found: list[str] = []
    for resource in _SEARCHED:
        found += [each["id"] for each in await records.first_page(visit, resource, {}, {"q": text})]
    return tuple(found)


async def _entries(visit: Visit, asked: _Asked, limit: int) -> list[Entry]:
    if asked.fault:
        return []
    unit = visit.store.reading(visit.actor.tenant_id)
    return await activity.entries(unit, asked.wanted, limit, asked.records, asked.thing)


async def show_activity(visit: Visit) -> Response:
    """A page of the log; older entries follow by the place of the last one, at any depth as fast."""
    asked = await _asked(visit)
    found = await _entries(visit, asked, PAGE + 1)
    sent = visit.request.query_params
    actors = await _actors(visit)
    if sent.get("actor") and sent["actor"] not in dict(actors):
        # Who is gone is still known by what they did.
        actors.append((sent["actor"], sent["actor"].partition(":")[2]))
    return visit.page(
        "activity.html",
        lines=await _lines(visit, found[:PAGE]),
        older=_query(visit, before=found[PAGE - 1].place) if len(found) > PAGE else "",
        newest=_query(visit, before="") if asked.wanted.before else "",
        export=f"{PATH}.csv{_query(visit, before='')}",
        actors=actors,
        things=sorted(THINGS.items(), key=lambda each: each[1]),
        faces=list(FACES.items()),
        of_one=asked.records is not None and len(asked.records) == 1,
        fault=asked.fault,
    )


def _query(visit: Visit, **changed: str) -> str:
    kept: Mapping[str, str] = {**visit.request.query_params, **changed}
    return "?" + urlencode({name: value for name, value in kept.items() if value and name != "notice"})


async def _actors(visit: Visit) -> list[Choice]:
    """Who works here now, and the apps that are installed."""
    staff = await people.list_people(visit.store, visit.actor.tenant)
    found = [(f"person:{each.email}", f"{each.first_name} {each.last_name}".strip()) for each in staff]
    slug = visit.actor.tenant
    found += [(f"app:{app.id}", app.id) for app in await apps.list_apps(visit.store) if slug in app.tenants]
    return [*found, ("system:", "System")]


async def export_activity(visit: Visit) -> Response:
    """All entries that the filters let through, as CSV: a line for each change."""
    asked = await _asked(visit)
    if asked.fault:
        return visit.page("apology.html", 422, title="That did not work", text=asked.fault)
    headers = {"content-disposition": 'attachment; filename="activity.csv"'}
    return StreamingResponse(_rows(visit, asked), media_type="text/csv; charset=utf-8", headers=headers)


async def _rows(visit: Visit, asked: _Asked) -> AsyncGenerator[str]:
    yield _csv(_HEAD)
    before: str | None = asked.wanted.before
    while before is not None:
        found = await _entries(visit, asked, _EXPORTED_AT_ONCE)
        for line in await _lines(visit, found):
            for cells in _cells(line):
                yield _csv(cells)
        before = found[-1].place if len(found) == _EXPORTED_AT_ONCE else None
        asked = _Asked(asked.wanted.earlier(before or ""), asked.records, asked.thing)


def _cells(line: Line) -> list[tuple[str, ...]]:
    entry = line.entry
    when, who = clock.to_wire(entry.at), (entry.actor, entry.actor_key)
    lead = (when, *who, line.face, line.thing, entry.title, entry.object_id, entry.deed)
    return [(*lead, each.what, each.before, each.after) for each in line.changes or [Told("")]]


def _csv(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(cell) for cell in cells])
    return out.getvalue()


SCREENS = (
    Screen("GET", PATH, show_activity, RIGHT, "list"),
    Screen("GET", f"{PATH}.csv", export_activity, RIGHT, "list"),
)
