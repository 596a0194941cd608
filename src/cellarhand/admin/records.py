"""Reading and changing single records for a page, by the operations of the API."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cellarhand.admin.visit import Visit
from cellarhand.record import errors, query, reading
from cellarhand.record.action import Action, Call
from cellarhand.record.reading import Params
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record

_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def read(visit: Visit, resource: Resource, params: Params) -> Record:
    """One record as GET returns it; E15 when there is none."""
    unit = visit.store.reading(visit.actor.tenant_id)
    return _decode(await reading.read_record(resource, unit, visit.actor, params))


def params_of(resource: Resource, params: Params) -> Params:
    """The parameters of an address as the API's operations take them: `customer` as the type Customer."""
    scope = resource.scope
    if scope is None or scope.param not in params:
        return params
    word = scope.words.get(params[scope.param])
    if word is None:
        raise errors.unknown_route()
    return {**params, scope.param: word}


def filled_path(path: str, params: Params) -> str:
    """A path with those of its parameters put in that are known."""
    for name, value in params.items():
        path = path.replace(f"{{{name}}}", value)
    return path


async def every(
    visit: Visit,
    resource: Resource,
    params: Params,
    most: int = 500,
    filters: Mapping[str, str] | None = None,
) -> list[Record]:
    """The records of a list, up to `most` of them, for choices; none for who may not see them."""
    found: list[Record] = []
    if not visit.may_with(resource, "list"):
        return found
    unit, cursor = visit.store.reading(visit.actor.tenant_id), "start"
    while cursor and len(found) < most:
        wanted = query.parse(resource, [*(filters or {}).items(), ("cursor", cursor)])
        page = _decode(await reading.list_records(resource, unit, visit.actor, params, wanted))
        found += page[resource.key]
        cursor = page.get("cursor", "")
    return found


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
    wanted = query.parse(resource, list(filters.items()))
    return await reading.count_records(resource, unit, visit.actor, {}, wanted)


async def act(visit: Visit, action: Action, params: Params, body: Any = None) -> bytes:
    """Call what is none of the five operations, as the API does."""
    answer = await action.handler(Call(visit.store, visit.actor, params, (), body))
    if not isinstance(answer, bytes):
        raise TypeError(f"{action.name} answers as it goes: no page shows that")
    return answer
