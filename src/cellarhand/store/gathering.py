"""A unit of work for many records: the same verbs, in as few statements as can be.

New rows wait and go out many at a time, each table's in the order of its key. What is read is true all the
same: a look-up by key, or by plain comparisons, sees the rows that wait; any other read of their tables sends
them out first. Reads that repeat themselves, and keys that were asked about beforehand (`foresee`), are
answered from memory. What follows from many of the records is done once for all of them (`together`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, cast

from cellarhand.store.asked import Key, Known, as_stored, keys_in, keys_of, tables_of, where_key
from cellarhand.store.conditions import Among, Order, Span, Sums, Value, Where, is_plain
from cellarhand.store.tables import COUNTER, Table
from cellarhand.store.unit import Actor, Row, Thing, WriteUnit
from cellarhand.store.waiting import Gathered, Names, Rows, Waiting

Job = Callable[[WriteUnit, Any, Sequence[Any]], Awaitable[None]]
_SAVEPOINT = "record"
_NOTHING: Mapping[Any, Any] = {}


class _Following(NamedTuple):
    """What is to be done at the end, for all things at once."""

    last: bool
    job: Job
    actor_id: int


class GatheringUnit(WriteUnit):
    """Writes of one tenant that wait to be sent together. Whoever makes one calls `finish` at its end."""

    _known: dict[Table, Known]
    _repeated: dict[Table, dict[Any, Sequence[Row]]]
    _following: dict[_Following, tuple[Any, list[Any]]]
    # How many things something was to follow from when a record began; None outside of one.
    _followed: dict[_Following, int] | None
    # Whether a statement of the record has been sent.
    _saved: bool

    def __init__(self, connection: Any, tenant_id: int | None) -> None:
        super().__init__(connection, tenant_id)
        self._waiting = Waiting()
        self._known, self._repeated, self._following = {}, {}, {}
        self._followed, self._saved = None, False
        self._locked = set[tuple[Table, Key]]()

    # What follows

    async def together(
        self,
        job: Callable[[WriteUnit, Actor, Sequence[Thing]], Awaitable[None]],
        actor: Actor,
        things: Sequence[Thing],
        *,
        last: bool = False,
    ) -> None:
        _, waiting = self._following.setdefault(_Following(last, job, id(actor)), (actor, []))
        waiting += things

    async def finish(self) -> None:
        """Do what follows from all that was written, and send it out."""
        while self._following:
            following = min(self._following, key=attrgetter("last"))
            actor, things = self._following.pop(following)
            await following.job(self, actor, things)
        await self.flush()

    # Reading

    async def foresee(self, table: Table, names: Names, where: Where) -> None:
        """Look up at once what will be asked about one by one; `where` names keys, as `rows` takes them."""
        keys = keys_of(table, where)
        if keys is None:
            raise LookupError(f"not a condition on the key of {table.name}")
        wanted = tuple(dict.fromkeys((*table.key, *names)))
        known = self._known.setdefault(table, Known(wanted))
        if known.names != wanted:
            raise LookupError(f"{table.name} was asked for other columns before")
        known.rows.update(dict.fromkeys(keys))
        for row in await super().rows(table, wanted, where):
            known.rows[tuple(row[: len(table.key)])] = row

    async def lock_ahead(self, table: Table, ids: Sequence[str]) -> None:
        """Lock at once, in the order in which all units lock, what will be locked one by one."""
        if ids and self._connection.dialect.lock:
            await super().lock_rows(table, table.key, (Among("id", tuple(ids)),))
            self._locked.update((table, (id,)) for id in ids)

    async def rows(
        self,
        table: Table,
        names: Sequence[str],
        where: Where = (),
        order: Order = (),
        limit: int | None = None,
        offset: int = 0,
        *,
        wide: bool = False,
    ) -> Sequence[Row]:
        if not order and not offset:
            found = self.at_hand(table, names, where)
            if found is None:
                keys = keys_of(table, where)
                found = None if keys is None else await self._ask_for(table, names, where, keys)
            if found is not None:
                return found[:limit]
        asked = (tuple(names), where, order, limit, offset)
        if asked in self._repeated.get(table, ()):
            return self._repeated[table][asked]
        involved = tables_of(table, where)
        if COUNTER in involved and self._waiting.counts:
            await self.flush()
        elif self._waiting.of_any(involved):
            if len(involved) == 1 and not order and not offset and all(map(is_plain, where)):
                stored = await super().rows(table, names, where, limit=limit, wide=wide)
                mine = [as_stored(table, row, tuple(names)) for row in self._waiting.where(table, where)]
                return [*stored, *mine][:limit]
            await self.flush()
        found = await super().rows(table, names, where, order, limit, offset, wide=wide)
        if len(involved) == 1:
            # Whatever changes the table lets go of it.
            self._repeated.setdefault(table, {})[asked] = found
        return found

    async def row(self, table: Table, names: Sequence[str], where: Where) -> Row | None:
        found = self.at_hand(table, names, where)
        if found is None:
            found = await self.rows(table, names, where, limit=1)
        return found[0] if found else None

    async def seldom_changed(self, table: Table, names: Sequence[str], where: Where) -> Sequence[Row]:
        # Asked for each record: what is remembered of the table is as it is now.
        found = self._repeated.get(table, _NOTHING).get((tuple(names), where, (), None, 0))
        return found if found is not None else await self.rows(table, names, where)

    def at_hand(self, table: Table, names: Sequence[str], where: Where) -> Sequence[Row] | None:
        """The rows with certain keys, when each waits or was asked about before; None for any other read."""
        keys = keys_of(table, where)
        return self.having(table, tuple(names), keys) if keys is not None else None

    async def of_keys(self, table: Table, names: Names, keys: Sequence[Key]) -> Sequence[Row]:
        found = self.having(table, names, keys)
        return found if found is not None else await super().of_keys(table, names, keys)

    def having(self, table: Table, names: Names, keys: Iterable[Key]) -> Sequence[Row] | None:
        """The same by keys."""
        waiting, known = self._waiting.by_key(table), self._known.get(table)
        pick = known.pick(names) if known is not None else None
        found: list[Row] = []
        for key in keys:
            if key in waiting:
                found.append(as_stored(table, waiting[key], names))
            elif known is None or pick is None or key not in known.rows:
                return None
            else:
                row = known.rows[key]
                if row is not None:
                    found.append(pick(row))
        return found

    async def _ask_for(
        self, table: Table, names: Sequence[str], where: Where, keys: Sequence[Key]
    ) -> Sequence[Row]:
        """Ask the database for the rows with certain keys; of those that wait it has to know."""
        if len(keys) == 1:
            # The commonest way to ask, in the words whose statement is made but once.
            where = where_key(table, keys[0])
        waiting = self._waiting.by_key(table)
        if any(key in waiting for key in keys):
            await self.flush()
        return await super().rows(table, names, where)

    async def count(self, table: Table, where: Where, *, wide: bool = True) -> int:
        await self.flush()
        return await super().count(table, where, wide=wide)

    async def sums(self, table: Table, sums: Sums, spans: Sequence[Span], where: Where = ()) -> Sequence[Row]:
        await self.flush()
        return await super().sums(table, sums, spans, where)

    async def lock(self, table: Table, names: Sequence[str], where: Where) -> Row | None:
        """A row that waits is nobody else's; any other is locked in the database."""
        keys = keys_of(table, where)
        if keys is not None and (
            not self._connection.dialect.lock or all((table, key) in self._locked for key in keys)
        ):
            # Nobody else writes it: what is read stays as it is.
            found = await self.of_keys(table, tuple(names), keys)
            return found[0] if found else None
        if keys is not None:
            waiting = self._waiting.by_key(table)
            mine = [waiting[key] for key in keys if key in waiting]
            if mine:
                return as_stored(table, mine[0], tuple(names))
        elif self._waiting.of_any((table,)):
            await self.flush()
        if self._connection.dialect.lock:
            # Whoever is waited for may have changed what was read before.
            self._repeated = {}
        return await super().lock(table, names, where)

    async def lock_rows(self, table: Table, names: Sequence[str], where: Where) -> Sequence[Row]:
        if self._waiting.of_any((table,)):
            await self.flush()
        return await super().lock_rows(table, names, where)

    # Writing

    async def insert(self, table: Table, values: Mapping[str, Value]) -> None:
        self._waiting.add(table, values)
        self._repeated.pop(table, None)

    async def insert_many(self, table: Table, names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        self._waiting.add_many(table, tuple(names), rows)
        self._repeated.pop(table, None)

    async def count_up(self, name: str, delta: int = 1) -> None:
        self._waiting.count_up(name, delta)
        self._repeated.pop(COUNTER, None)

    async def update(self, table: Table, where: Where, values: Mapping[str, Value]) -> int:
        keys = keys_of(table, where)
        if keys is not None and len(keys) == 1 and keys[0] in self._waiting.by_key(table):
            self._repeated.pop(table, None)
            if self._waiting.replace(table, keys[0], values):
                return 1
        await self._before_change(table, where)
        return await super().update(table, where, values)

    async def replace_text(self, table: Table, column: str, old: str, new: str, where: Where) -> int:
        await self._before_change(table, where)
        return await super().replace_text(table, column, old, new, where)

    async def delete(self, table: Table, where: Where) -> int:
        await self._before_change(table, where)
        return await super().delete(table, where)

    async def _before_change(self, table: Table, where: Where) -> None:
        keys, involved = keys_of(table, where), tables_of(table, where)
        if self._waiting.of_any(involved):
            waiting = self._waiting.by_key(table)
            if keys is None or any(key in waiting for key in keys):
                await self.flush()
        await self._save()
        if keys is None:
            self._known.pop(table, None)
        else:
            self._forget(table, keys)
        self._repeated.pop(table, None)

    def _forget(self, table: Table, keys: Iterable[Key]) -> None:
        """What the database has under these keys is another than was known."""
        if table in self._known:
            for key in keys:
                self._known[table].rows.pop(key, None)

    async def flush(self) -> None:
        """Send out all that waits."""
        if self._waiting:
            await self._save()
        await self.send(self.take())

    async def send_ahead(self) -> None:
        """Between two records: what waits goes out while others are prepared, where that can be."""
        if self._connection.beside:
            await self._send_rows(self._waiting.take_rows())

    def take(self) -> Gathered:
        """All that waits, taken out for another unit to send, even one of another process."""
        return self._waiting.take()

    async def send(self, taken: Gathered) -> None:
        """Send out what another unit gathered."""
        await self._send_rows(taken.rows)
        for name, count in sorted(taken.counts.items()):
            if count:
                await super().count_up(name, count)

    async def _send_rows(self, taken: Mapping[tuple[Table, Names], Rows]) -> None:
        for (table, names), rows in taken.items():
            if rows:
                # Neighbours meet on the same pages, and all writers take keys in one order.
                if names == table.key:
                    cast(list[Any], rows).sort()
                else:
                    rows.sort(key=itemgetter(*map(names.index, table.key)))
                await super().insert_many(table, names, rows)
                self._forget(table, keys_in(table, names, rows))
                # Others have a turn between two tables.
                await asyncio.sleep(0)

    # One record of many

    def begin_record(self) -> None:
        """From here on what is written can be taken back alone, until `keep_record` or `undo_record`."""
        self._waiting.begin()
        self._followed = {each: len(things) for each, (_, things) in self._following.items()}
        self._saved = False

    async def keep_record(self) -> None:
        if self._saved:
            await self._connection.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}", ())
        self._waiting.end()
        self._followed, self._saved = None, False

    async def undo_record(self) -> None:
        """Take back what was written since `begin_record`, whether it waits or was sent."""
        if self._followed is None:
            raise LookupError("no record was begun")
        if self._saved:
            await self._connection.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", ())
            self._connection.texts.clear()
            await self._connection.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}", ())
            self._known = {}
        self._waiting.take_back()
        for each, (_, things) in self._following.items():
            del things[self._followed.get(each, 0) :]
        self._repeated = {}
        self._followed, self._saved = None, False

    async def _save(self) -> None:
        """Before the first statement of a record that changes rows: what came before it goes out ahead."""
        if self._followed is None or self._saved:
            return
        before, replaced = self._waiting.take_before()
        await self.send(before)
        await self._connection.execute(f"SAVEPOINT {_SAVEPOINT}", ())
        self._saved = True
        for each in replaced:
            await super().update(each.table, where_key(each.table, each.key), each.values)


def in_parts(things: Sequence[Thing], most: int) -> Iterable[Sequence[Thing]]:
    """So many at a time: as one statement takes, or as may be held at once."""
    return (things[begin : begin + most] for begin in range(0, len(things), most))
