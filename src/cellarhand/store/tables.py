"""What a table is: plain data, from which the schema and every statement are made.

Each table that is not `shared` belongs to tenants: `tenant_id` is the first column of its key and of each
index, and no unit can read or write it without a tenant.
"""

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal["id", "text", "int", "body"]
"""`id` is a UUID (native on PostgreSQL, 36 characters on SQLite), `int` has 64 bits and holds instants in
milliseconds, cents and counts; `body` is the exact JSON text that the API returns."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: ColumnType
    null: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """Columns after `tenant_id`; a leading `-` means descending.

    A sparse one has only rows whose first column is not null: it is for looking up values that few rows have.
    """

    columns: tuple[str, ...]
    sparse: bool = False

    @property
    def first(self) -> str:
        return self.columns[0].lstrip("-")


@dataclass(frozen=True, eq=False)
class Table:
    name: str
    columns: tuple[Column, ...]
    # The primary key, after `tenant_id` where the table is not shared.
    key: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    # Shared tables are the installation's own: tenants, people, apps.
    shared: bool = False
    # Whether SQLite keeps the rows in the order of the key. Large rows are better kept apart from it: such a
    # tree has whole rows in its inner pages too, four in a page at most, and is deep (docs/decisions/0033).
    clustered: bool = True
    names: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset(column.name for column in self.columns))

    @property
    def full_key(self) -> tuple[str, ...]:
        return self.key if self.shared else ("tenant_id", *self.key)


LONGEST_NAME = 63
"""PostgreSQL's limit; it cuts longer names itself, SQLAlchemy refuses them."""


def index_name(table: Table, index: Index) -> str:
    names = index.columns if table.shared else ("tenant_id", *index.columns)
    return f"{table.name}_by_{'_'.join(name.lstrip('-') for name in names)}"[:LONGEST_NAME]


UNIQUE_KEY = Table(
    "unique_key",
    (Column("kind", "text"), Column("value", "text"), Column("object_id", "id")),
    key=("kind", "value"),
)
"""One row for each value that only one record of the tenant may have, such as a customer's e-mail address."""

SEARCH_TERM = Table(
    "search_term",
    (Column("kind", "text"), Column("term", "text"), Column("object_id", "id"), Column("part", "int")),
    key=("kind", "term", "object_id", "part"),
)
"""The entries that `q` finds a record by, folded; `part` tells who wrote them: 0 the record itself."""

COUNTER = Table(
    "counter",
    (Column("name", "text"), Column("slot", "int"), Column("value", "int")),
    key=("name", "slot"),
)
"""How many records a list has; several slots, so that concurrent writers do not wait for one row."""

DELETED_ID = Table(
    "deleted_id", (Column("kind", "text"), Column("object_id", "id")), key=("kind", "object_id")
)
"""Ids that were used and are gone: the Data role may not push them again (reference A17)."""

OUTBOX = Table(
    "outbox",
    (
        Column("seq", "int"),
        Column("id", "id"),
        Column("object", "text"),
        Column("action", "text"),
        Column("object_id", "id"),
        Column("actor", "text", null=True),
        Column("payload", "body"),
        Column("created_at", "int"),
    ),
    key=("seq", "id"),
)
"""Events written with the change that caused them, in order; web hooks, mail and jobs are fed from here."""

ACTIVITY = Table(
    "activity",
    (
        Column("at", "int"),
        Column("seq", "int"),
        Column("object_id", "id"),
        Column("kind", "text"),
        Column("title", "text"),
        Column("owner_id", "id"),
        Column("deed", "text"),
        Column("face", "text"),
        Column("actor_kind", "text"),
        Column("actor", "text"),
        Column("actor_key", "text"),
        Column("changes", "text", null=True),
    ),
    key=("at", "seq", "object_id"),
    indexes=(Index(("owner_id", "at", "seq")),),
)
"""The log of every change (domain GEN-5), in the order of time (record/activity.py)."""

GROUND_TABLES = (UNIQUE_KEY, SEARCH_TERM, COUNTER, DELETED_ID, OUTBOX, ACTIVITY)
