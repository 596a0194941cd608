"""What a check is: a derived thing by name, how suspects are found, and how one is judged.

Suspects are found in large reads that keep nobody waiting, while others may be writing. Each suspect is then
judged in a unit of its own with its record locked, where recomputing is exact: what another writer changed in
between is no difference. Repairing is part of the same unit.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellarhand.record.actor import Actor
from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import Value, Where, equal
from cellarhand.store.tables import Table
from cellarhand.store.unit import ReadUnit, WriteUnit


@dataclass(frozen=True, slots=True)
class Difference:
    """One derived value that is not what recomputing gives. `thing` and `id` name the record it belongs to.

    `repaired` None means that nobody asked for it; False that it could not be done, `note` tells why.
    """

    check: str
    thing: str
    id: str
    member: str
    stored: Any
    computed: Any
    repaired: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judging:
    """A judgement under way: its unit, who acts in it, and whether differences are put right."""

    unit: WriteUnit
    actor: Actor
    repair: bool

    def found(
        self, check: str, thing: str, id: str, member: str, stored: Any, computed: Any, *, note: str = ""
    ) -> Difference:
        """A difference; one with a note can't be put right."""
        repaired = (not note) if self.repair else None
        return Difference(check, thing, id, member, stored, computed, repaired, note)

    async def locked(self, resource: Resource, id: str) -> Record | None:
        """A record, kept from other writers."""
        row = await self.unit.lock(resource.table, ("body",), equal("id", id))
        return decode(row[0]) if row else None

    async def rewrite(self, resource: Resource, record: Record) -> None:
        """Store what a record shows of others, when that is to be put right: it has not changed itself.

        What lists sort and filter by follows the text: some of that is shown of others too.
        """
        if self.repair:
            values = {**resource.columns_of(record), "body": encode(record).decode()}
            await self.unit.update(resource.table, equal("id", record["id"]), values)


Judge = Callable[[Judging, str], Awaitable[list[Difference]]]


@dataclass(frozen=True, slots=True)
class RecordCheck:
    """Something that stands in or beside the records of a resource.

    `suspects` are those of a page of records (as stored, with their columns) that look wrong.
    """

    name: str
    says: str
    resource: Resource
    suspects: Callable[[ReadUnit, Sequence["Stored"]], Awaitable[Iterable[str]]]
    judge: Judge


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is stored, with the columns beside it."""

    record: Record
    columns: Mapping[str, Value]

    @property
    def id(self) -> str:
        return self.record["id"]


Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class RowsCheck:
    """Rows of another table that follow from records: exactly those have to stand there.

    `names` are the columns compared, `owner` the one that holds the id of the record they follow from;
    `expected` gives the rows of a record, by resource. `more` fills columns that nothing is derived for.
    `through`: the owner is not that record itself, but the one (of this resource) that this column names.
    """

    name: str
    says: str
    table: Table
    names: tuple[str, ...]
    owner: str
    expected: Mapping[Resource, Callable[[Record], Iterable[Row]]]
    where: Where = ()
    more: Callable[[], Mapping[str, Value]] = dict
    through: tuple[Resource, str] | None = None

    @property
    def thing(self) -> str:
        return " or ".join(resource.name for resource in self.expected)


@dataclass(frozen=True, slots=True)
class WholeCheck:
    """Something that all records of the tenant come to together; it finds its suspects by itself."""

    name: str
    says: str
    suspects: Callable[[ReadUnit], Awaitable[Iterable[str]]]
    judge: Judge


Check = RecordCheck | RowsCheck | WholeCheck
