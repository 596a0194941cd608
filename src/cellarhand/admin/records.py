"""Reading and changing single records for a page, by the operations of the API."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cellarhand.admin.visit import Visit
from cellarhand.record import query, reading
from cellarhand.record.action import Action, Call
from cellarhand.record.reading import Params
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record

_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def read(visit: Visit, resource: Resource, params: Params) -> Record:
    """One record as GET returns it; E15 when there is none."""
    unit = visit.store.reading(visit.actor.tenant_id)
    return _decode(await reading.read_record(resource, unit, visit.actor, params))


async def first_page(
    visit: Visit, resource: Resource, params: Params, filters: Mapping[str, str] | None = None
) -> list[Record]:
    """The first 50 records of a list; none for who may not see them."""
    if not visit.may_with(resource, "list"):
        return []
    unit = visit.store.reading(visit.actor.tenant_id)
    wanted = query.parse(resource, list((filters or {}).items()))
    page = await reading.list_records(resource, unit, visit.actor, params, wanted)
    return _decode(page)[resource.key]


async def total(visit: Visit, resource: Resource, filters: Mapping[str, str]) -> int:
    """How many records a list has with these filters."""
    unit = visit.store.reading(visit.actor.tenant_id)
    wanted = query.parse(resource, [*filters.items(), ("limit", "1")])
    return _decode(await reading.list_records(resource, unit, visit.actor, {}, wanted))["total"]


async def act(visit: Visit, action: Action, params: Params, body: Any = None) -> bytes:
    """Call what is none of the five operations, as the API does."""
    answer = await action.handler(Call(visit.store, visit.actor, params, (), body))
    if not isinstance(answer, bytes):
        raise TypeError(f"{action.name} answers as it goes: no page shows that")
    return answer
