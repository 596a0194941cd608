"""Exporting a list: the records that the API's filters and search find, from one moment, streaming."""

from collections.abc import Callable, Sequence

from cellarhand.accounts.tenants import known_tenant
from cellarhand.record import query
from cellarhand.record.actor import Actor
from cellarhand.record.errors import HouseError
from cellarhand.record.query import ListQuery
from cellarhand.record.reading import present
from cellarhand.record.resource import Resource
from cellarhand.resources import RESOURCES
from cellarhand.store.engine import Store
from cellarhand.transfer.faults import TransferFault
from cellarhand.transfer.forms import Form

Progress = Callable[[int, int], None]


def resource_of(name: str) -> Resource:
    """The resource of that name. Raises TransferFault that lists them."""
    for resource in RESOURCES:
        if resource.name == name:
            return resource
    names = ", ".join(resource.name for resource in RESOURCES)
    raise TransferFault(f"there is no resource '{name}': there are {names}")


def wanted(resource: Resource, filters: Sequence[str], sought: str | None) -> ListQuery:
    """What `name=value` filters and a search ask for, read as the API reads its query string."""
    pairs: list[tuple[str, str]] = []
    for text in filters:
        name, equals, value = text.partition("=")
        if not equals or name in query.PAGING:
            raise TransferFault(f"'{text}' is no filter: write it as createdAt=gte:2026-01-01")
        pairs.append((name, value))
    if sought is not None:
        if not resource.search_parameters:
            raise TransferFault(f"{resource.name} can not be searched")
        pairs.append((resource.search_parameters[0], sought))
    try:
        return query.parse(resource, pairs)
    except HouseError as error:
        faults = "; ".join(f"{fault.field} {fault.message}" for fault in error.faults or ())
        raise TransferFault(f"{error.message}{': ' if faults else ''}{faults}") from error


async def export(
    store: Store, slug: str, resource: Resource, asked: ListQuery, form: Form, progress: Progress
) -> int:
    """Write the records into `form`, in the order of the list; how many there were."""
    try:
        async with store.snapshot() as snapshot:
            tenant = await known_tenant(snapshot.reading(None), slug)
            unit = snapshot.reading(tenant.tenant_id)
            actor = Actor("system", tenant.tenant_id, tenant.slug)
            where = (*resource.visible(actor), *asked.where)
            total = await unit.count(resource.table, where)
            done = 0
            async for rows in unit.stream(resource.table, ("body",), where, resource.order):
                form.write(await present(resource, unit, [row[0] for row in rows]))
                done += len(rows)
                progress(len(rows), total)
            form.finish()
            return done
    except BaseException:
        form.drop()
        raise
