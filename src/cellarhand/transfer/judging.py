"""A dry run: which records of an archive a target would refuse, with field and reason. Writes nothing.

Judged are the form of each body, by the very checks that a Cellarhand runs; whether what it refers to is in
the archive or in the target; and whether what must be unique is so within the archive.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from cellarhand.client import Client, NotFound
from cellarhand.record import errors
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked
from cellarhand.record.errors import HouseError
from cellarhand.record.validate import Record
from cellarhand.transfer.archive import Archive
from cellarhand.transfer.ledger import digest_of
from cellarhand.transfer.moved import CARDS, VARIANT, Moved, moved_lists
from cellarhand.transfer.push import Mended, Outcome, count_of
from cellarhand.transfer.requests import body_of, values_at, without_card

_ACTOR = Actor("account", 0, "", role="Data")
_PLACES = {"inventory-location", "department", "vendor", "collection", "product", "club", "customer", "order"}
_IDENTITY = ("id", "createdAt", "updatedAt")
_NUMBER = "orderNumber"
Refuse = Callable[[Mended], None]


@dataclass
class DryRun:
    """One look at an archive with the eyes of a target. `refuse` hears of each record that would fail."""

    client: Client
    archive: Archive
    bulk: bool
    refuse: Refuse
    progress: Callable[[Outcome], None]
    only: tuple[str, ...] = ()
    _known: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _asked: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])

    def run(self) -> list[Outcome]:
        found: list[Outcome] = []
        for moved in moved_lists():
            name = moved.name
            if name in self.archive.manifest.resources and (not self.only or name in self.only):
                outcome = Outcome(name, count_of(self.archive, name))
                found.append(outcome)
                self._list(moved, outcome)
                self.progress(outcome)
        return found

    def _list(self, moved: Moved, outcome: Outcome) -> None:
        taken: dict[tuple[str, str], str] = {}
        for place, (id, text) in enumerate(self.archive.records(moved.name)):
            record = cast(Record, msgspec.json.decode(text))
            body = body_of(moved, record, outcome.left, bulk=self.bulk)
            if CARDS not in self.archive.manifest.resources:
                body = without_card(body, outcome.left)
            faults = [*self._own(moved, body), *self._references(moved, body)]
            for kind, value, path in _unique(moved, body):
                other = taken.setdefault((kind, value), id)
                if other != id:
                    faults.append((path, f"{errors.UNIQUE} (record {other} of the archive has it too)"))
            if faults:
                outcome.refused += 1
                told = [{"field": path, "message": message} for path, message in faults]
                digest = digest_of(msgspec.json.encode(body))
                message = "One or more elements is missing or invalid"
                self.refuse(Mended(moved.name, id, digest, 422, message, told, body))
            else:
                outcome.created += 1
            if place % 500 == 0:
                self.progress(outcome)

    def _own(self, moved: Moved, body: Record) -> list[tuple[str, str]]:
        """The faults of the body alone."""
        resource = moved.resource
        apart = {resource.parent.param} if resource.parent else set[str]()
        apart |= {resource.scope.member} if resource.scope else set()
        apart |= set() if resource.data_role else set(_IDENTITY)
        try:
            own = {name: value for name, value in body.items() if name not in apart}
            checked(resource, _ACTOR, own, own_ids=self.bulk)
        except HouseError as error:
            return [(fault.field, fault.message) for fault in error.faults or ()]
        return []

    def _references(self, moved: Moved, body: Record) -> Iterator[tuple[str, str]]:
        for path, name in moved.references.items():
            for id in values_at(body, path):
                if id not in self._ids(name) and not self._is_in_target(name, id):
                    yield path, f"{errors.DOES_NOT_EXIST}: {id} is neither in the archive nor in the target"

    def _ids(self, name: str) -> set[str]:
        """The ids of a list of the archive."""
        if name not in self._known:
            of = "product" if name == VARIANT else name
            there = of in self.archive.manifest.resources
            rows = self.archive.records(of) if there else iter(())
            self._known[name] = (
                {id for _, text in rows for id in values_at(msgspec.json.decode(text), "variants[].id")}
                if name == VARIANT
                else {id for id, _ in rows}
            )
        return self._known[name]

    def _is_in_target(self, name: str, id: str) -> bool:
        if name not in _PLACES and not name.startswith("tag."):
            return False
        if (name, id) not in self._asked:
            path = f"/{name.replace('.', '/')}/{id}"
            try:
                self.client.request("GET", path)
            except NotFound:
                self._asked[name, id] = False
            else:
                self._asked[name, id] = True
        return self._asked[name, id]


def _unique(moved: Moved, body: Record) -> Iterator[tuple[str, str, str]]:
    """What no two records may have: kind, value and path."""
    for unique in moved.resource.unique:
        if unique.in_body:
            for value, path in _values(unique.values, body):
                yield unique.kind, value, path
    number: Any = body.get(_NUMBER)
    if moved.name == "order" and number is not None:
        yield _NUMBER, str(number), _NUMBER


def _values(values: Callable[[Record], Any], body: Record) -> list[tuple[str, str]]:
    try:
        return list(values(body))
    except (KeyError, TypeError, AttributeError):
        # A body that is wrong in itself has been told of.
        return []
