"""Merging customers: find the duplicates, see what moves and what stays, confirm (CUS-13)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from cellarhand.admin import records
from cellarhand.admin.marks import said
from cellarhand.admin.visit import Screen, Visit
from cellarhand.customers import merge
from cellarhand.customers.customer import CUSTOMER
from cellarhand.customers.merge import MOVED
from cellarhand.ids import parse_id
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record

_AT = "/customers/{id}/merge"
_COUNTED = {
    "customer-address": "Addresses",
    "customer-credit-card": "Cards",
    "club-membership": "Memberships",
    "order": "Orders",
    "note": "Notes",
    "gift-card": "Gift cards",
}
_MEMBERS = (
    ("Honorific", "honorific"),
    ("First name", "firstName"),
    ("Last name", "lastName"),
    ("Birth date", "birthDate"),
    ("City", "city"),
    ("State", "stateCode"),
    ("Zip code", "zipCode"),
    ("Country", "countryCode"),
)
"""What describes a person, and stays as the master has it."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The duplicates that a query or a form names, ids that are none left out."""

    ids: tuple[str, ...]

    @property
    def query(self) -> str:
        return urlencode([("duplicate", id) for id in self.ids])


def _chosen(values: list[str]) -> _Chosen:
    parsed = [parse_id(value) for value in values]
    return _Chosen(tuple(dict.fromkeys(id for id in parsed if id is not None)))


async def find_duplicates(visit: Visit) -> Response:
    """The search for whom to merge in; whoever is chosen already stays chosen."""
    return await _search(visit)


async def _search(visit: Visit, fault: str = "", status: int = 200) -> Response:
    sent = visit.request.query_params
    master = await records.read(visit, CUSTOMER, visit.params)
    text = sent.get("q", "").strip()
    found = await records.first_page(visit, CUSTOMER, {}, {"q": text}) if text else []
    chosen = _chosen(sent.getlist("duplicate")).ids
    others = [each for each in found if each["id"] != master["id"] and each["id"] not in chosen]
    picked = [each for id in chosen if id != master["id"] for each in await _there(visit, id)]
    return visit.page("merge.html", status, master=master, found=others, picked=picked, q=text, fault=fault)


async def _there(visit: Visit, id: str) -> list[Record]:
    """The customer of that id, if there still is one."""
    try:
        return [await records.read(visit, CUSTOMER, {"id": id})]
    except HouseError:
        return []


async def show_preview(visit: Visit) -> Response:
    """Both sides, what would move and what the master would be; nothing happens yet."""
    chosen = _chosen(visit.request.query_params.getlist("duplicate"))
    return await _preview(visit, chosen)


async def _preview(visit: Visit, chosen: _Chosen, fault: str = "", status: int = 200) -> Response:
    if not chosen.ids:
        return await _search(visit, "Choose at least one customer.", 422)
    unit = visit.store.reading(visit.actor.tenant_id)
    try:
        preview = await merge.preview(unit, visit.params["id"], chosen.ids)
    except HouseError as error:
        if error.status != 422:
            raise
        return await _search(visit, _why(error), error.status)
    return visit.page(
        "merge_preview.html",
        status,
        preview=preview,
        sides=[preview.master, *preview.duplicates],
        members=_MEMBERS,
        counted=[(each.name, _COUNTED[each.name]) for each in MOVED],
        chosen=chosen,
        fault=fault,
    )


def _why(error: HouseError) -> str:
    if any(fault.message == "not allowed" for fault in error.faults or ()):
        return "A customer can't be merged into itself."
    return said(error)


async def do_merge(visit: Visit) -> Response:
    """Merge what was seen; whoever was changed since is shown as it is now."""
    chosen = _chosen([value for name, value in visit.form if name == "duplicate"])
    seen = dict(value.split(" ", 1) for name, value in visit.form if name == "seen" and " " in value)
    try:
        await merge.merge(visit.store, visit.actor, visit.params["id"], chosen.ids, seen)
    except HouseError as error:
        if error.status == 404:
            raise
        fault = "Somebody changed one of these customers meanwhile. Look again: this is how they are now."
        return await _preview(visit, chosen, fault if error.status == 409 else _why(error), error.status)
    return visit.go(f"/customers/{visit.params['id']}", "merged")


SCREENS = (
    Screen("GET", _AT, find_duplicates, "customer", "merge"),
    Screen("GET", f"{_AT}/preview", show_preview, "customer", "merge"),
    Screen("POST", f"{_AT}/preview", do_merge, "customer", "merge"),
)
