"""What a target holds already: ids, and values that no second record may have. Read list by list."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from cellarhand.catalog.product import sku_key
from cellarhand.client import ApiError, Client
from cellarhand.client.exchange import request_of
from cellarhand.client.walk import Walk, read_listing
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.transfer.moved import VARIANT, Moved, moved_lists
from cellarhand.transfer.requests import values_at
from cellarhand.transfer.targets import Target, is_closed, targets

_SKU = "sku"


@dataclass(slots=True)
class Held:
    """One list of a target: ids, who has which unique value, ids by key (`Moved.key`), and ids of parts."""

    ids: set[str] = field(default_factory=set[str])
    unique: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    by_key: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    parts: set[str] = field(default_factory=set[str])


class There:
    """A target as a dry run sees it; each list is read when it is first asked about."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lists = {each.name: each for each in targets()}
        self._moved = {each.name: each for each in moved_lists()}
        self._held: dict[str, Held] = {}
        self._deleted: dict[str, set[str]] | None = None
        self.unchecked: dict[str, str] = {}
        """What could not be looked up, and why."""

    def held(self, name: str) -> Held:
        """What is known of a list."""
        if name not in self._held:
            self._held[name] = self._read(name)
        return self._held[name]

    def has(self, name: str, id: str) -> bool:
        """Whether the target has what a record refers to."""
        return id in (self.held("product").parts if name == VARIANT else self.held(name).ids)

    def was_deleted(self, name: str, id: str) -> bool:
        """Whether the trash of the target tells of it: an id never comes back (reference A17)."""
        if self._deleted is None:
            self._deleted = {}
            for row in self.records("trash"):
                self._deleted.setdefault(str(row.get("objectType")), set()).add(str(row.get("objectId")))
        return id in self._deleted.get(self._lists[name].trash, ())

    def records(self, name: str) -> Iterator[Record]:
        """Its records, read as they are asked for."""
        listed = self._lists[name]
        if listed.parent:
            # Where nobody is yet, nobody has any.
            if self.held(listed.parent).ids:
                self.unchecked[name] = f"it takes a call for each {listed.parent}"
            return iter(())
        return self._rows(listed)

    def _read(self, name: str) -> Held:
        held, moved = Held(), self._moved.get(name)
        for record in self.records(name):
            id = str(record.get("id"))
            held.ids.add(id)
            if name == "product":
                held.parts.update(values_at(record, "variants[].id"))
            if moved is not None:
                for kind, value, _ in unique_values(moved.resource, record):
                    held.unique[kind, value] = id
                if moved.key:
                    held.by_key.setdefault(key_of(moved, record), []).append(id)
        return held

    def _rows(self, listed: Target) -> Iterator[Record]:
        read = partial(read_listing, key=listed.key)
        try:
            if listed.paged:
                yield from self._client.walk(Walk(listed.path, {}), read)
            else:
                request = request_of("GET", listed.path)
                yield from self._client.run(self._client.call(request, read)).rows
        except ApiError as refused:
            if not is_closed(refused):
                raise
            self.unchecked[listed.name] = refused.message


def key_of(moved: Moved, record: Record) -> str:
    """What a target may know a record by."""
    return "\n".join(str(record.get(name) or "") for name in moved.key.split()).casefold()


def unique_values(resource: Resource, record: Record) -> Iterator[tuple[str, str, str]]:
    """What no two records of a tenant may have: kind, value and path."""
    for unique in resource.unique:
        for value, path in _values(unique.values, record):
            yield unique.kind, value, path
    if resource.name == "product":
        for place, variant in enumerate(cast(list[Any], record.get("variants") or [])):
            sku: Any = cast(Record, variant).get("sku") if isinstance(variant, dict) else None
            if isinstance(sku, str):
                yield _SKU, sku_key(sku), f"variants[{place}].sku"


def _values(values: Callable[[Record], Iterable[tuple[str, str]]], record: Record) -> list[tuple[str, str]]:
    try:
        return list(values(record))
    except (KeyError, TypeError, AttributeError):
        # A body that is wrong in itself has been told of.
        return []
