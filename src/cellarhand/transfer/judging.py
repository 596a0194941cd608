"""A dry run: which records of an archive a target would refuse, with field and reason. Writes nothing.

Judged are the form of each body, by the very checks that a Cellarhand runs; whether what it refers to is in
the archive or in the target; whether what must be unique is so, in both; and whether an id that is there
already shows the same. Rules between records of different lists are the target's to judge (docs/moving.md).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import msgspec

from cellarhand.record import errors
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked
from cellarhand.record.errors import HouseError
from cellarhand.record.repeats import said_by, shows
from cellarhand.record.validate import Record
from cellarhand.transfer.archive import count_of
from cellarhand.transfer.ledger import Ledger, digest_of
from cellarhand.transfer.moved import VARIANT, Moved, moved_lists
from cellarhand.transfer.outcome import Outcome
from cellarhand.transfer.push import Mended, Push
from cellarhand.transfer.requests import values_at
from cellarhand.transfer.sending import DELETED, DIFFERS, STAYS_SO, Prepared
from cellarhand.transfer.stock import STOCK, reset_of
from cellarhand.transfer.there import Held, There, key_of, unique_values

_ACTOR = Actor("account", 0, "", role="Data")
_IDENTITY = ("id", "createdAt", "updatedAt")
Refuse = Callable[[Mended], None]
Faults = list[tuple[str, str]]


@dataclass
class DryRun:
    """What a push would come to. `refuse` hears of each record that would fail.

    `mended` are lines of a file of errors, to be judged instead of what the archive has.
    """

    push: Push
    refuse: Refuse
    mended: Sequence[Mended] | None = None
    # Of the lists of the archive: the ids that the target will have.
    coming: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    there: There = field(init=False)

    def __post_init__(self) -> None:
        self.there = self.push.there
        self.archive = self.push.archive

    def run(self) -> list[Outcome]:
        found: list[Outcome] = []
        for moved in moved_lists():
            name = moved.name
            if self._is_wanted(name):
                outcome = Outcome(name, count_of(self.archive, name))
                found.append(outcome)
                began = time.monotonic()
                self._list(moved, outcome)
                if outcome.refused:
                    outcome.note = self.push.unknown(moved)
                outcome.seconds = time.monotonic() - began
                self.push.progress(outcome)
        if self._is_wanted(STOCK):
            found.append(self._stock())
        return found

    def _stock(self) -> Outcome:
        """Counts of variants and locations that the target will not have."""
        outcome = Outcome(STOCK, count_of(self.archive, STOCK))
        for prepared, names in self._resets():
            lost = [path for path, (name, id) in names.items() if not self.comes(name, id)]
            if not lost:
                outcome.updated += 1
                continue
            outcome.refused += 1
            outcome.refuse("", [(path, errors.DOES_NOT_EXIST) for path in lost])
            told = [{"field": path, "message": errors.DOES_NOT_EXIST} for path in lost]
            said = 422, errors.MISSING_OR_INVALID, told, prepared.body
            self.refuse(Mended(STOCK, prepared.id, prepared.digest, *said))
        self.push.progress(outcome)
        return outcome

    def _resets(self) -> Iterator[tuple[Prepared, dict[str, tuple[str, str]]]]:
        """The calls that set counts, with what each refers to; of mended ones the target is to judge."""
        if self.mended is not None:
            for line in self.mended:
                if line.of_list == STOCK:
                    yield Prepared(line.id, line.digest, msgspec.json.encode(line.body)), {}
            return
        for _, text in self.archive.records(STOCK):
            row = cast(Record, msgspec.json.decode(text))
            names = {
                "sku": (VARIANT, row["productVariantId"]),
                "inventoryLocationId": ("inventory-location", row["inventoryLocationId"]),
            }
            yield reset_of(row, row["inventoryLocationId"]), names

    def _is_wanted(self, name: str) -> bool:
        if self.mended is not None:
            return any(line.of_list == name for line in self.mended)
        return self.push.is_wanted(name)

    def _list(self, moved: Moved, outcome: Outcome) -> None:
        held = self.there.held(moved.name)
        self.coming[moved.name] = {id for id, _ in self.archive.records(moved.name)}
        if moved.name == "product":
            rows = (msgspec.json.decode(text) for _, text in self.archive.records(moved.name))
            self.coming[VARIANT] = {id for record in rows for id in values_at(record, "variants[].id")}
        with self.push.ledger(moved.name) as done:
            _Judging(self, moved, held, done, outcome).run()

    def bodies(self, moved: Moved, outcome: Outcome) -> Iterator[tuple[str, Record]]:
        """What a push would send, in the order of ids."""
        if self.mended is not None:
            yield from sorted((line.id, line.body) for line in self.mended if line.of_list == moved.name)
            return
        for id, text in self.archive.records(moved.name):
            yield id, self.push.body(moved, cast(Record, msgspec.json.decode(text)), outcome.left)

    @property
    def unchecked(self) -> list[str]:
        """What could not be looked up in the target, and why."""
        return [f"{name}: {why}" for name, why in self.there.unchecked.items()]

    def comes(self, name: str, id: str) -> bool:
        """Whether the target has a record, or will have it."""
        return id in self.coming.get(name, ()) or self.there.has(name, id)


class _Judging:
    """One list. Those refused leave the ids that are coming; another look then finds what needed them."""

    def __init__(self, dry: DryRun, moved: Moved, held: Held, done: Ledger, outcome: Outcome) -> None:
        self._dry, self._moved, self._held, self._done, self._outcome = dry, moved, held, done, outcome
        self._coming = dry.coming[moved.name]
        # The id in the target of what is there under another one: such a record may have its own values.
        self._stands_for = done.elsewhere
        self._refused = set[str]()

    def run(self) -> None:
        self._look(again=False)
        within = [path for path, name in self._moved.references.items() if name == self._moved.name]
        before = 0
        while within and len(self._refused) > before:
            before = len(self._refused)
            self._look(again=True)

    def _look(self, *, again: bool) -> None:
        """Judge every record; in another look only by what of its own list is refused."""
        taken: dict[tuple[str, str], str] = {}
        shown = _Shown(self._moved, self._dry.there, self._held, self._coming)
        for place, (id, body) in enumerate(self._dry.bodies(self._moved, self._outcome)):
            if again:
                faults = [] if id in self._refused else list(self._references(body, of=self._moved.name))
                if faults:
                    self._outcome.created -= 1
                    self._refuse(id, body, faults)
                continue
            digest = digest_of(msgspec.json.encode(body))
            if self._done.is_done(id, digest):
                self._outcome.skipped += 1
                continue
            said, faults = self._own(body)
            faults += self._references(body)
            state = shown.state_of(id, body, said, update=self._dry.push.sender.update)
            if state == "created":
                faults += self._taken(id, body, taken)
            elif state == "differs":
                can = "update" in self._moved.resource.operations
                faults.append(("id", DIFFERS if can else STAYS_SO))
            elif state == "updated":
                faults += shown.unchangeable
            if faults:
                self._refuse(id, body, faults)
            else:
                name = "created" if state in ("created", "differs") else state
                setattr(self._outcome, name, getattr(self._outcome, name) + 1)
            if place % 500 == 0:
                self._dry.push.progress(self._outcome)

    def _refuse(self, id: str, body: Record, faults: Faults) -> None:
        self._refused.add(id)
        self._coming.discard(id)
        if self._moved.name == "product":
            self._dry.coming[VARIANT].difference_update(values_at(body, "variants[].id"))
        self._outcome.refused += 1
        self._outcome.refuse(errors.MISSING_OR_INVALID, faults)
        told = [{"field": path, "message": message} for path, message in faults]
        digest = digest_of(msgspec.json.encode(body))
        self._dry.refuse(Mended(self._moved.name, id, digest, 422, errors.MISSING_OR_INVALID, told, body))

    def _own(self, body: Record) -> tuple[Record, Faults]:
        """What a target would store of the body alone, and its faults."""
        resource, bulk = self._moved.resource, self._dry.push.sender.bulk
        apart = {resource.parent.param} if resource.parent else set[str]()
        apart |= {resource.scope.member} if resource.scope else set()
        apart |= set() if resource.data_role else set(_IDENTITY)
        own = {name: value for name, value in body.items() if name not in apart}
        try:
            clean = checked(resource, _ACTOR, own, own_ids=bulk)
        except HouseError as error:
            return {}, [(fault.field, fault.message) for fault in error.faults or ()]
        return cast(Record, said_by(own, clean)), []

    def _references(self, body: Record, of: str = "") -> Iterator[tuple[str, str]]:
        """What the body refers to and the target will not have."""
        named = dict(self._moved.references)
        for member, by in self._moved.by_word.items():
            if body.get(by.word) in by.lists:
                named[f"{member}[]"] = by.lists[body[by.word]]
        for path, name in named.items():
            if of and name != of:
                continue
            for id in values_at(body, path):
                if not self._dry.comes(name, id):
                    yield path, f"{errors.DOES_NOT_EXIST}: {id} is not in the target and will not come"

    def _taken(self, id: str, body: Record, taken: dict[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
        """Values that another record has, of the archive or of the target; and an id that is used up."""
        if (self._moved.keeps_ids or self._dry.push.sender.bulk) and self._dry.there.was_deleted(
            self._moved.name, id
        ):
            yield "id", DELETED
        for kind, value, path in unique_values(self._moved.resource, body):
            other = taken.setdefault((kind, value), id)
            if other != id:
                yield path, f"{errors.UNIQUE} (record {other} of the archive has it too)"
                continue
            holder = self._held.unique.get((kind, value))
            if holder not in (None, id, self._stands_for.get(id)):
                yield path, f"{errors.UNIQUE} (record {holder} of the target has it)"


class _Shown:
    """What the target shows of the records of an archive that it has already, in step with the archive."""

    def __init__(self, moved: Moved, there: There, held: Held, coming: set[str]) -> None:
        self._moved, self._held = moved, held
        both = not held.ids.isdisjoint(coming)
        self._rows = there.records(moved.name) if both else iter(())
        self._row: Record | None = None
        # Of the record looked at last: what differs and no change takes.
        self.unchangeable: Faults = []
        # Records by key stand for one record of the archive each.
        self._by_key = {key: [id for id in ids if id not in coming] for key, ids in held.by_key.items()}

    def state_of(self, id: str, body: Record, said: Record, *, update: bool) -> str:
        """`created`, `unchanged`, `updated` or `matched`, or `differs` when it would be refused for that."""
        if id not in self._held.ids:
            same = self._by_key.get(key_of(self._moved, body)) if self._moved.key else None
            if same:
                same.pop(0)
                return "matched"
            return "created"
        shown = self._advanced(id)
        if shown is None:
            return "differs"
        other = [name for name, value in said.items() if name in shown and not shows(shown[name], value)]
        if not set(other) - {"updatedAt"}:
            return "unchanged"
        if not update or "update" not in self._moved.resource.operations:
            return "differs"
        change = self._moved.resource.change_shape.members
        self.unchangeable = [
            (name, errors.CAN_NOT_CHANGE)
            for name in other
            if (name not in change or change[name].create_only) and name not in _IDENTITY
        ]
        return "updated"

    def _advanced(self, id: str) -> Record | None:
        """The target's record of that id; both sides come in the order of ids."""
        while self._row is None or str(self._row["id"]) < id:
            self._row = next(self._rows, None)
            if self._row is None:
                return None
        return self._row if self._row["id"] == id else None
