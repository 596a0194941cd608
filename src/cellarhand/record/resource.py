"""What a resource declares. From one declaration come its routes, table, list, checks and documentation."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, cast

from cellarhand import clock
from cellarhand.record.actor import Actor
from cellarhand.record.errors import Faults
from cellarhand.record.shapes import Shape
from cellarhand.record.validate import Record
from cellarhand.store.conditions import NEWEST_FIRST, By, Order, Value, Where
from cellarhand.store.tables import Column, Index, Table
from cellarhand.store.unit import ReadUnit, WriteUnit

Operation = Literal["list", "create", "read", "update", "delete"]
ALL: tuple[Operation, ...] = ("list", "create", "read", "update", "delete")
FilterClass = Literal["D", "N", "I", "E", "B", "S"]
BY_CREATION = Index(("-created_at", "id"))
"""The index that the lists of dated records, of no part and no parent, are ordered by."""


@dataclass(frozen=True, slots=True)
class Link:
    """A filter over another table: records whose id stands in `select` where `column` has the value."""

    table: Table
    select: str
    column: str
    where: Where = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter of a list; its class says which operators it takes (reference A1)."""

    name: str
    kind: FilterClass
    column: str = ""
    choices: tuple[str, ...] = ()
    link: Link | None = None
    # How a sent value is stored, where the two differ: folded names, names without blanks.
    stored: Callable[[str], str] | None = None
    # The condition that the values ask for, where that is not a matter of one column.
    where: Callable[[tuple[str | int, ...]], Where] | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """A column beside the body: what the list can filter, sort or search by."""

    column: Column
    value: Callable[[Record], Value]


@dataclass(frozen=True, slots=True)
class WordSearch:
    """`q` by words, each a prefix of some entry (reference A11); `find` where that is not all of it."""

    entries: Callable[[Record], Iterable[str]]
    find: Callable[[str], Where] | None = None


@dataclass(frozen=True, slots=True)
class TextSearch:
    """`q` contained in the record's text (reference A11)."""

    text: Callable[[Record], str]
    parameters: tuple[str, ...] = ("q",)
    # Whether each word of `q` is looked for by itself.
    by_word: bool = False


@dataclass(frozen=True, slots=True)
class Unique:
    """Values that one record of the tenant may have: each with the path that a fault names."""

    kind: str
    values: Callable[[Record], Iterable[tuple[str, str]]]
    # Whether a body tells all that it brings: then those of many bodies can be looked up at once.
    in_body: bool = False


class Reference(NamedTuple):
    """Rows of another table that a body names by id, with the columns that are looked at."""

    table: Table
    names: tuple[str, ...]
    ids: Collection[str]
    # Whether they are kept from other writers.
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Parent:
    """The record that a nested path goes through; it is looked up first (reference A5.3)."""

    param: str
    resource: "Resource"
    column: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A word of the path that selects a part of the resource, such as `customer` in `/tag/customer`."""

    param: str
    member: str
    column: str
    words: Mapping[str, str]


# Drafts are made by the thousand, and calling `dict[str, Any]` takes ten times as long as calling `dict`.
no_members = cast(Callable[[], dict[str, Any]], dict)
_no_names = cast(Callable[[], set[str]], set)


@dataclass(slots=True)
class Draft:
    """One write under way; what a resource's functions look at and change.

    `sent` holds the cleaned members of the body, `stored` the record before (None on create), `record` the
    record as it will be stored (from `settle` on).
    """

    resource: "Resource"
    unit: WriteUnit
    actor: Actor
    now: int
    sent: Record
    faults: Faults
    stored: Record | None = None
    record: Record = field(default_factory=no_members)
    # Columns beside the body that no member shows, such as a password's hash.
    hidden: dict[str, Value] = field(default_factory=no_members)
    # The stored text of the record, once it is stored; empty when a later step made it stale.
    text: bytes = b""
    # Set when something changed that the record doesn't show.
    touched: bool = False
    # Unique members that the house made itself: taken in the meantime, they are made again, not refused.
    derived: set[str] = field(default_factory=_no_names)
    # Set for a line of a bulk import: what is wrong with it may be told at greater length.
    importing: bool = False
    # Set when nobody else will look at `sent`, down to its last part.
    owns_sent: bool = False
    # Set when this is one of many changes that are told of together.
    quiet: bool = False
    # Set when the parent is written by the same call, so that nothing of it has to follow.
    with_parent: bool = False
    # What the log of activity calls this change, where that is more than an update.
    deed: str = ""

    @property
    def before(self) -> Record:
        """The record as it was; there is none on create."""
        if self.stored is None:
            raise LookupError("a new record has no state before")
        return self.stored

    @property
    def creating(self) -> bool:
        return self.stored is None

    @property
    def id(self) -> str:
        return self.record["id"] if self.record else (self.stored or self.sent)["id"]

    def after(self, member: str) -> object:
        """The member as it will be: as sent, else as stored."""
        return self.sent[member] if member in self.sent else (self.stored or {}).get(member)


@dataclass(frozen=True, slots=True)
class Log:
    """How the log of activity tells of a resource's records (record/activity.py)."""

    # How a person would name a record.
    title: Callable[[Record], str | None] = lambda record: record.get("title")
    # The record on whose page it is told as well, where that is not the parent or the record itself.
    owner: Callable[[Record], str | None] = lambda _: None
    # Members that follow from other records: no change of this one.
    never: frozenset[str] = frozenset()
    # A change that has a name of its own; None for any other.
    deed: Callable[[Draft], str | None] = lambda _: None


Check = Callable[[Draft], None]
Step = Callable[[Draft], Awaitable[None]]


@dataclass(frozen=True)
class Resource:
    """One resource of the API.

    The steps of a write: `check` (pure, with the shape's own faults), `prepare` (references, uniqueness and
    whatever needs other records, before the record is put together), `settle` (computed members of the record
    itself), storing, `follow` (changes of other records that this one causes), event. `refuse` and `follow`
    frame a deletion likewise.
    """

    name: str
    thing: str
    path: str
    key: str
    read: type
    write: type | None = None
    # What a PUT takes, where that is not what a POST takes.
    change: type | None = None
    operations: tuple[Operation, ...] = ALL
    # The row of the table of rights (domain ACC-9) and the permission of apps (reference A3).
    right: str = ""
    permission: str | None = None
    extracts: tuple[Extract, ...] = ()
    indexes: tuple[Index, ...] = ()
    filters: tuple[Filter, ...] = ()
    search: WordSearch | TextSearch | None = None
    order: Order = NEWEST_FIRST
    # Columns that stand in the indexes by dates of creation and change too: filters are checked there alone.
    listed: tuple[str, ...] = ()
    # Members that the site's lists can be sorted by, each with the index that serves it at any page: up to
    # `id` it is the order, what comes behind stands there for filters.
    sorts: Mapping[str, Index] = field(default_factory=dict[str, Index])
    unique: tuple[Unique, ...] = ()
    # What `prepare` looks up for a checked body: that of many bodies is looked up at once.
    refers: Callable[[Record], Iterable[Reference]] | None = None
    parent: Parent | None = None
    scope: Scope | None = None
    # Query parameters of writes, besides those of lists (reference A14).
    write_flags: tuple[str, ...] = ()
    data_role: bool = False
    # The object of its web hooks (reference A19) and of its trash rows; None when it has none.
    event: str | None = None
    trash_title: Callable[[Record], str | None] = lambda _: None
    log: Log = Log()
    # Columns beside the body that no member shows.
    hidden: tuple[Column, ...] = ()
    # The table's name, where the resource's own is a word of SQL.
    table_name: str = ""
    # Large records are not clustered either, and their body comes last: other columns are read without it.
    large: bool = False
    # See `Table.clustered`: records of some kilobytes are better not.
    clustered: bool = True
    # Refuses every call while what it is part of is switched off for the tenant.
    gate: Callable[[ReadUnit], Awaitable[None]] | None = None
    # Rows that an actor may see, where that is not all.
    visible: Callable[[Actor], Where] = lambda _: ()
    check: Check | None = None
    # Replaces the marks in stored texts when they are shown: live counts, copies. Called with texts of which
    # one at least holds a mark.
    present: Callable[[ReadUnit, list[bytes]], Awaitable[list[bytes]]] | None = None
    # Whether `present` takes the texts of many records, joined by commas, as one.
    present_joined: bool = False
    # Slow work on a body before its unit begins; what it returns goes into the draft's `hidden`.
    aside: Callable[[object], Awaitable[dict[str, Value]]] | None = None
    prepare: tuple[Step, ...] = ()
    settle: tuple[Step, ...] = ()
    follow: tuple[Step, ...] = ()
    # Whether many other records show it or follow from it, or units go by it, so that a write of it needs its
    # tenant to itself.
    spreads: bool = False
    refuse_delete: tuple[Step, ...] = ()
    follow_delete: tuple[Step, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def table(self) -> Table:
        """Its table: id, body, the extracted columns and, where rows have dates, indexes by them."""
        columns = [Column("id", "id")]
        if not self.large:
            columns.append(Column("body", "body"))
        if self.dated:
            columns += [Column("created_at", "int"), Column("updated_at", "int")]
        columns += [extract.column for extract in self.extracts]
        if isinstance(self.search, TextSearch):
            columns.append(Column("search_text", "text"))
        columns += self.hidden
        if self.large:
            columns.append(Column("body", "body"))
        indexes = list(self.indexes)
        if self.dated:
            lead = (self.scope.column,) if self.scope else (self.parent.column,) if self.parent else ()
            indexes.append(Index((*lead, "-created_at", "id", *self.listed)))
            more = (name for name in self.listed if name != "updated_at")
            indexes.append(
                Index(("updated_at", "created_at", "id", *more) if self.listed else ("updated_at",))
            )
        name = self.table_name or self.name.replace("-", "_")
        return Table(
            name, tuple(columns), ("id",), tuple(indexes), clustered=self.clustered and not self.large
        )

    @cached_property
    def dated(self) -> bool:
        return "createdAt" in self.read_shape.members

    @cached_property
    def read_shape(self) -> Shape:
        return Shape.of(self.read)

    @cached_property
    def write_shape(self) -> Shape:
        if self.write is None:
            raise LookupError(f"{self.name} can not be written")
        return Shape.of(self.write)

    @cached_property
    def change_shape(self) -> Shape:
        return Shape.of(self.change) if self.change is not None else self.write_shape

    @cached_property
    def all_filters(self) -> Mapping[str, Filter]:
        """Its filters by name; dates are filters of every list whose rows carry them (reference A10)."""
        found = {each.name: each for each in self.filters}
        if self.dated:
            found.setdefault("createdAt", Filter("createdAt", "D", "created_at"))
            found.setdefault("updatedAt", Filter("updatedAt", "D", "updated_at"))
        return found

    def sorted_by(self, member: str, *, descending: bool) -> Order:
        """The order of the list by a member of `sorts`, as its index has it or the other way round."""
        columns = self.sorts[member].columns
        columns = columns[: columns.index("id") + 1]
        falling = columns[0].startswith("-") is not descending
        return tuple(By(name.lstrip("-"), name.startswith("-") is not falling) for name in columns)

    @cached_property
    def search_parameters(self) -> tuple[str, ...]:
        if self.search is None:
            return ()
        return self.search.parameters if isinstance(self.search, TextSearch) else ("q",)

    @cached_property
    def _extracted(self) -> tuple[tuple[str, Callable[[Record], Value]], ...]:
        return tuple((extract.column.name, extract.value) for extract in self.extracts)

    def columns_of(self, record: Record) -> dict[str, Value]:
        """The values of the extracted columns."""
        values: dict[str, Value] = {"id": record["id"]}
        if self.dated:
            values["created_at"] = clock.from_wire(record["createdAt"])
            values["updated_at"] = clock.from_wire(record["updatedAt"])
        for name, value in self._extracted:
            values[name] = value(record)
        if isinstance(self.search, TextSearch):
            from cellarhand.record.search import fold

            values["search_text"] = fold(self.search.text(record))
        return values

    def changed_columns(self, stored: Record, record: Record) -> dict[str, Value]:
        """Those that say something else now: an index is written anew for each column that is set."""
        values: dict[str, Value] = {}
        if self.dated:
            for member, column in (("createdAt", "created_at"), ("updatedAt", "updated_at")):
                if record[member] != stored[member]:
                    values[column] = clock.from_wire(record[member])
        for extract in self.extracts:
            value = extract.value(record)
            if value != extract.value(stored):
                values[extract.column.name] = value
        if isinstance(self.search, TextSearch):
            text = self.search.text(record)
            if text != self.search.text(stored):
                from cellarhand.record.search import fold

                values["search_text"] = fold(text)
        return values
