"""One change to many records of a list: chosen rows or all that the filters let through, shown beforehand.

What takes long is a bulk job, which goes on without the page; its own page tells how far it is.
"""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams
from starlette.responses import Response

from cellarhand import clock
from cellarhand.admin import records
from cellarhand.admin.filters import Choice
from cellarhand.admin.lists import BulkAction, ListScreen
from cellarhand.admin.marks import said, tag_choices
from cellarhand.admin.show import whole_number
from cellarhand.admin.visit import Screen, Visit
from cellarhand.catalog.inventory_location import LOCATION
from cellarhand.events.bulk_job import MOST_CHOSEN, Meant, begin, count
from cellarhand.ids import parse_id
from cellarhand.orders.bulk import FULFILL
from cellarhand.orders.fulfillment import check_whole
from cellarhand.record import query, reading
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among
from cellarhand.tags.bulk import PUT_ON, TAKE_OFF

MOST_PRINTED = 200
TAGS = (
    BulkAction("tag", "Put a tag on", "tag-x-object", "create"),
    BulkAction("untag", "Take a tag off", "tag-x-object", "update"),
)
HAND_OVER = BulkAction("fulfill", "Fulfill", "order", "create")
SLIPS = BulkAction("packing-slips", "Packing slips", "order", "list")
RECEIPTS = BulkAction("receipts", "Receipts", "order", "list")


def csv_of(right: str) -> BulkAction:
    """The chosen rows as a file; exporting is a right of its own (ACC-9: W)."""
    return BulkAction("csv", "CSV", right, "export")


class NothingChosen(Exception):
    """Nothing that a change could be made to."""


@dataclass(frozen=True)
class Bulk:
    """The changes of one list; `object_type` is that of the tags which its records carry."""

    list: ListScreen
    object_type: str
    things: str

    def screens(self) -> tuple[Screen, ...]:
        return tuple(screen for action in self.list.bulk for screen in self._of(action))

    def _of(self, action: BulkAction) -> tuple[Screen, ...]:
        at, kind = f"{self.list.path}/bulk/{action.word}", (action.right, action.operation)
        match action.word:
            case "tag":
                return self._job(at, *kind, PUT_ON)
            case "untag":
                return self._job(at, *kind, TAKE_OFF)
            case "fulfill":
                return self._job(at, *kind, FULFILL)
            case "csv":
                return (Screen("POST", at, self._csv, *kind),)
            case _:
                return (Screen("POST", at, self._printer(action), *kind),)

    def _job(self, at: str, right: str, operation: str, kind: str) -> tuple[Screen, Screen]:
        async def ask(visit: Visit) -> Response:
            return await self._ask(visit, kind)

        async def start(visit: Visit) -> Response:
            return await self._start(visit, kind)

        return Screen("POST", at, ask, right, operation), Screen(
            "POST", f"{at}/start", start, right, operation
        )

    async def _meant(self, visit: Visit) -> tuple[Meant, int]:
        """What was chosen, and how many that is now."""
        if visit.sent("all"):
            sent = QueryParams(parse_qsl(visit.sent("query").removeprefix("?")))
            meant = Meant(pairs=tuple(await self.list.pairs(visit, sent)))
        else:
            ids = [parse_id(value) for name, value in visit.form if name == "id"]
            meant = Meant(ids=tuple(dict.fromkeys(id for id in ids if id))[:MOST_CHOSEN])
            if not meant.ids:
                raise NothingChosen
        unit = visit.store.reading(visit.actor.tenant_id)
        total = await count(unit, self.list.resource, meant, visit.actor)
        if not total:
            raise NothingChosen
        return meant, total

    async def _ask(self, visit: Visit, kind: str, fault: str = "", status: int = 200) -> Response:
        """What is about to happen to how many records, and what more has to be said for that."""
        try:
            meant, total = await self._meant(visit)
        except NothingChosen:
            return self._nothing(visit)
        choices: list[Choice] = []
        if kind == FULFILL:
            choices = [(each["id"], each["title"]) for each in await records.first_page(visit, LOCATION, {})]
        else:
            choices = await tag_choices(visit, self.object_type, manual=True)
        return visit.page(
            "bulk.html",
            status,
            kind=kind,
            things=self.things,
            screen=self.list,
            meant=meant,
            total=total,
            choices=choices,
            fault=fault,
        )

    def _nothing(self, visit: Visit) -> Response:
        text = "Choose rows of the list first, or all that it found."
        return visit.page("apology.html", 422, title="Nothing is chosen", text=text)

    async def _start(self, visit: Visit, kind: str) -> Response:
        try:
            meant, total = await self._meant(visit)
        except NothingChosen:
            return self._nothing(visit)
        try:
            title, options = await self._wished(visit, kind, total)
        except HouseError as error:
            return await self._ask(visit, kind, said(error), error.status)
        if not options:
            return await self._ask(visit, kind, "Choose a tag.", 422)
        id = await begin(visit.store, visit.actor, kind, title, meant, options, total)
        return visit.go(f"/jobs/{id}")

    async def _wished(self, visit: Visit, kind: str, total: int) -> tuple[str, dict[str, Any]]:
        """What the job is called and what it is to do; nothing to do when no tag was chosen."""
        things = f"{total:,} {self.things}"
        if kind == FULFILL:
            body: Record = {
                "type": visit.sent("type"),
                "fulfillmentDate": clock.to_wire(clock.now()),
                "packageCount": whole_number(visit.sent("packageCount")),
                "inventoryLocationId": visit.sent("inventoryLocationId") or None,
            }
            check_whole(body)
            return f"Fulfill {things}", {"body": body}
        titles = dict(await tag_choices(visit, self.object_type, manual=True))
        tag_id = visit.sent("tagId")
        if tag_id not in titles:
            return "", {}
        verb, preposition = ("Put", "on") if kind == PUT_ON else ("Take", "off")
        options = {"objectType": self.object_type, "tagId": tag_id}
        return f"{verb} the tag “{titles[tag_id]}” {preposition} {things}", options

    async def _wanted(self, visit: Visit) -> query.ListQuery:
        """The list of what was chosen, in the order of the list that it was chosen from."""
        sent = QueryParams(parse_qsl(visit.sent("query").removeprefix("?")))
        meant, _ = await self._meant(visit)
        wanted = self.list.wanted([] if meant.ids else list(meant.pairs), self.list.sort(sent))
        return wanted._replace(where=(Among("id", meant.ids),)) if meant.ids else wanted

    async def _csv(self, visit: Visit) -> Response:
        try:
            wanted = await self._wanted(visit)
        except NothingChosen:
            return self._nothing(visit)
        sent = QueryParams(parse_qsl(visit.sent("query").removeprefix("?")))
        return self.list.csv(visit, wanted, sent.getlist("column"))

    def _printer(self, action: BulkAction) -> Any:
        async def show(visit: Visit) -> Response:
            try:
                wanted = await self._wanted(visit)
            except NothingChosen:
                return self._nothing(visit)
            unit, resource = visit.store.reading(visit.actor.tenant_id), self.list.resource
            ids = await reading.ids_in_order(resource, unit, visit.actor, {}, wanted)
            orders = await reading.read_some(resource, unit, ids[:MOST_PRINTED])
            title: Literal["Receipt", "Packing slip"] = "Receipt" if action is RECEIPTS else "Packing slip"
            return visit.page("order_prints.html", orders=orders, title=title, left=len(ids) - len(orders))

        return show
