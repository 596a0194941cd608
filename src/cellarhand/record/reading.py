"""Reading records: a page of a list, and one by its id. Stored bytes go out as they are."""

from collections.abc import Mapping, Sequence

from cellarhand.record import errors
from cellarhand.record.actor import Actor
from cellarhand.record.broad import broad_page
from cellarhand.record.paging import FEW, checked, gathering, ids_of_page, within_indexes
from cellarhand.record.query import ListQuery
from cellarhand.record.resource import Resource
from cellarhand.record.shares import page_in_shares
from cellarhand.record.text import decode, encode, marked, page, split
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Among, Checked, Compare, Where, equal, gathered
from cellarhand.store.unit import ReadUnit

Params = Mapping[str, str]
"""The ids and words of the path, by parameter name."""


async def list_records(
    resource: Resource, unit: ReadUnit, actor: Actor, params: Params, query: ListQuery
) -> bytes:
    """One page, in page mode or cursor mode (reference A7 to A9)."""
    await refuse_switched_off(resource, unit)
    if resource.parent is not None:
        await refuse_lost_parent(resource, unit, params)
    within = place_of(resource, params) + resource.visible(actor)
    where, wide = within + query.where, _is_wide(within, query)
    if query.cursor is not None:
        where = await _narrowed(resource, unit, where) if wide else where
        if query.cursor != "start":
            where += (Compare("id", ">=", query.cursor),)
        joined, following = await unit.page_by_id(resource.table, where, query.limit, wide=wide)
        tail = b"]}" if following is None else b'],"cursor":"%b"}' % following.encode()
        return page(resource.key, await _present_joined(resource, unit, joined), tail)
    order, offset = query.order or resource.order, min((query.page - 1) * query.limit, 2**62)
    more = b""
    if not wide and offset <= FEW:
        total = await _total(resource, unit, where, wide=wide)
    else:
        # Found first, so that texts are read of this page alone.
        table, limit = resource.table, query.limit
        brief = None
        if query.brief and query.searched:
            brief = await broad_page(table, unit, resource.name, where, order, limit, offset)
        found = None if brief else await page_in_shares(table, unit, where, order, limit, offset)
        if brief is not None:
            ids, total, offset = brief.ids, brief.known, 0
            more = b',"more":true' if brief.more else b""
        elif found is not None:
            (total, ids), offset = found, 0
        else:
            total = await _total(resource, unit, where, wide=wide)
            ids, offset = await ids_of_page(table, unit, where, order, total, limit, offset)
        where, order = (Among("id", ids),), gathered(order)
    joined = await unit.page(resource.table, where, order, query.limit, offset, wide=wide)
    tail = b'],"total":%d%b}' % (total, more)
    return page(resource.key, await _present_joined(resource, unit, joined), tail)


async def refuse_switched_off(resource: Resource, unit: ReadUnit) -> None:
    """E6 while the tenant has switched off what the resource is part of."""
    if resource.gate is not None:
        await resource.gate(unit)


async def count_records(
    resource: Resource, unit: ReadUnit, actor: Actor, params: Params, query: ListQuery
) -> int:
    """The `total` of a list, for who needs none of its records."""
    if resource.parent is not None:
        await refuse_lost_parent(resource, unit, params)
    within = place_of(resource, params) + resource.visible(actor)
    return await _total(resource, unit, within + query.where, wide=_is_wide(within, query))


def _is_wide(within: Where, query: ListQuery) -> bool:
    """Whether rows are gone through that the answer does not show."""
    return bool(query.where) or any(isinstance(each, Checked) for each in within)


async def _total(resource: Resource, unit: ReadUnit, where: Where, *, wide: bool) -> int:
    """How many records the whole list has."""
    if where:
        return await unit.count(resource.table, within_indexes(resource.table, where), wide=wide)
    return await unit.counter(resource.name)


async def ids_in_order(
    resource: Resource, unit: ReadUnit, actor: Actor, params: Params, query: ListQuery
) -> list[str]:
    """All that a list has, by id, in its order: for what is done page after page while the list changes."""
    await refuse_switched_off(resource, unit)
    where = place_of(resource, params) + resource.visible(actor) + query.where
    order = query.order or resource.order
    if where:
        where, order = gathering(resource.table, where, order), gathered(order)
    return [row[0] for row in await unit.rows(resource.table, ("id",), where, order, wide=True)]


async def read_some(resource: Resource, unit: ReadUnit, ids: Sequence[str]) -> list[Record]:
    """The records with these ids, in that order, as GET returns them; those that are gone are left out."""
    rows = await unit.rows(resource.table, ("id", "body"), (Among("id", tuple(ids)),))
    bodies = await present(resource, unit, [row[1] for row in rows])
    found = {row[0]: decode(body) for row, body in zip(rows, bodies, strict=True)}
    return [found[id] for id in ids if id in found]


async def present(resource: Resource, unit: ReadUnit, bodies: list[bytes]) -> list[bytes]:
    """Stored texts as GET returns them at this moment."""
    if resource.present is None or not any(map(marked, bodies)):
        return bodies
    return await resource.present(unit, bodies)


async def _present_joined(resource: Resource, unit: ReadUnit, joined: bytes) -> bytes:
    """The same for the texts of a page: as they were read, unless one of them holds a mark."""
    if resource.present is None or not marked(joined):
        return joined
    if resource.present_joined:
        return (await resource.present(unit, [joined]))[0]
    return b",".join(await resource.present(unit, split(joined)))


async def shown(resource: Resource, unit: ReadUnit, record: Record) -> bytes:
    """The text of a record in hand as GET returns it at this moment."""
    return (await present(resource, unit, [encode(record)]))[0]


async def _narrowed(resource: Resource, unit: ReadUnit, where: Where) -> Where:
    """Conditions that few records meet are looked up first; those that many meet are checked on the way.

    Either way a page costs about the same: what was changed since yesterday is found among a million
    records by its index, and a filter that everything passes does not gather a million ids.
    """
    if not any(isinstance(condition, Compare | Among) for condition in where):
        return where
    near = within_indexes(resource.table, where, ("id",))
    few = await unit.rows(resource.table, ("id",), near, limit=FEW + 1, wide=True)
    return (Among("id", tuple(row[0] for row in few)),) if len(few) <= FEW else checked(where)


async def read_record(resource: Resource, unit: ReadUnit, actor: Actor, params: Params) -> bytes:
    """The stored bytes of one record, or E15."""
    await refuse_switched_off(resource, unit)
    place = place_of(resource, params) + resource.visible(actor)
    if not place:
        body = await unit.body(resource.table, params["id"])
    else:
        await refuse_lost_parent(resource, unit, params)
        found = await unit.row(resource.table, ("body",), (*equal("id", params["id"]), *place))
        body = found[0] if found else None
    if body is None:
        raise errors.not_found(resource.thing)
    if resource.present is None or not marked(body):
        return body
    return (await resource.present(unit, [body]))[0]


async def refuse_lost_parent(resource: Resource, unit: ReadUnit, params: Params) -> None:
    """On a nested path the parent is checked first (reference A5.3)."""
    if resource.parent is not None and resource.parent.param in params:
        above = resource.parent.resource
        if await unit.row(above.table, ("id",), equal("id", params[resource.parent.param])) is None:
            raise errors.not_found(above.thing)


def place_of(resource: Resource, params: Params) -> Where:
    """The part of the resource that the path selects."""
    where: Where = ()
    if resource.parent is not None and resource.parent.param in params:
        where += equal(resource.parent.column, params[resource.parent.param])
    if resource.scope is not None:
        where += equal(resource.scope.column, params[resource.scope.param])
    return where
