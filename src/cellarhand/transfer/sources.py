"""Where records to be compared come from: a tenant in a database, an archive; whatever else walks by id."""

from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from cellarhand import clock
from cellarhand.accounts.tenants import known_tenant
from cellarhand.catalog.wine_list import WINE_LISTS, texts_by_id
from cellarhand.record.action import Action
from cellarhand.record.actor import Actor
from cellarhand.record.reading import present
from cellarhand.record.resource import Resource
from cellarhand.resources import ACTIONS, RESOURCES
from cellarhand.store.conditions import BY_ID, Where, equal
from cellarhand.store.snapshot import Snapshot, SnapshotUnit
from cellarhand.transfer.archive import Archive, ArchiveFault, count_of
from cellarhand.transfer.explained import Moments
from cellarhand.transfer.faults import DamagedFile

ROWS_AT_ONCE = 500
Rows = Sequence[tuple[str, bytes]]
"""Ids and texts of records."""


class Source(Protocol):
    """One side of a comparison. `name` is what a report calls it."""

    name: str

    def lists(self) -> Sequence[str]:
        """Names of its lists, as archives have them: `customer`, `tag.customer`."""
        ...

    def about(self, list_name: str, /) -> int | None:
        """About how many records a list has, where that is known beforehand."""
        ...

    def records(self, list_name: str) -> AsyncGenerator[Rows]:
        """Its records in the order of their ids, each once, some at a time."""
        ...

    def moments(self, list_name: str, /) -> Moments:
        """When the records of a list were read that have come so far."""
        ...


class TenantSource:
    """A tenant of a database at one moment, as its API returns it to an account that may see everything."""

    def __init__(self, name: str, snapshot: Snapshot, tenant_id: int) -> None:
        self.name = name
        self._unit: SnapshotUnit = snapshot.reading(tenant_id)
        self._actor = Actor("system", tenant_id, name)
        self._opened = clock.now()

    @staticmethod
    async def of(name: str, snapshot: Snapshot, slug: str) -> "TenantSource":
        tenant = await known_tenant(snapshot.reading(None), slug)
        return TenantSource(name, snapshot, tenant.tenant_id)

    def lists(self) -> Sequence[str]:
        return tuple(LISTS)

    def about(self, _: str) -> int | None:
        return None

    def moments(self, _: str) -> Moments:
        # Rows are of one moment; what the clock decides is put in as they are read.
        return Moments(self._opened, clock.now())

    async def records(self, list_name: str) -> AsyncGenerator[Rows]:
        resource, within = LISTS[list_name]
        if resource in WINE_LISTS:
            yield texts_by_id(resource)
            return
        where = (*within, *resource.visible(self._actor))
        async for rows in self._unit.stream(resource.table, ("id", "body"), where, BY_ID):
            bodies = await present(resource, self._unit, [row[1] for row in rows])
            yield [(row[0], body) for row, body in zip(rows, bodies, strict=True)]


class ArchiveSource:
    """What `cellarhand pull` keeps of a tenant."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        try:
            self._archive = Archive.open(folder)
        except ArchiveFault as fault:
            raise DamagedFile(str(fault)) from fault

    def lists(self) -> Sequence[str]:
        return tuple(self._archive.manifest.resources)

    def about(self, list_name: str) -> int | None:
        return count_of(self._archive, list_name)

    def moments(self, list_name: str) -> Moments:
        runs = {each.number: each.finished_at for each in self._archive.manifest.runs}
        walks, now = self._archive.current(list_name), clock.now()
        begun = [clock.from_wire(each.read_at) for each in walks]
        ended = [clock.from_wire(runs.get(each.run) or "") or now for each in walks]
        return Moments(min((each or now for each in begun), default=now), max(ended, default=now))

    async def records(self, list_name: str) -> AsyncGenerator[Rows]:
        try:
            walk = self._archive.records(list_name)
            while rows := tuple(islice(walk, ROWS_AT_ONCE)):
                yield rows
        except ArchiveFault as fault:
            raise DamagedFile(str(fault)) from fault


def _lists() -> dict[str, tuple[Resource, Where]]:
    """Every list that can be read as a whole, by its name in an archive."""
    found: dict[str, tuple[Resource, Where]] = {}
    for resource in RESOURCES:
        if "list" not in resource.operations and not _listed_by_an_action(resource, ACTIONS):
            continue
        if resource.scope is not None:
            for word, value in resource.scope.words.items():
                found[f"{resource.name}.{word}"] = (resource, equal(resource.scope.column, value))
        elif resource.parent is not None and not _listed_by_an_action(resource, ACTIONS):
            last = resource.path.rpartition("/")[2]
            found[f"{resource.parent.resource.name}.{last}"] = (resource, ())
        else:
            found[resource.name] = (resource, ())
    return found | {resource.name: (resource, ()) for resource in WINE_LISTS}


def _listed_by_an_action(resource: Resource, actions: Sequence[Action]) -> bool:
    return any(each.method == "GET" and each.path == f"/{resource.name}" for each in actions)


LISTS = _lists()
