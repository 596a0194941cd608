"""Verifying a tenant: every record is read once for all checks, and what looks wrong is judged one by one.

The database may be in use. Memory stays bounded, and every unit is short: at most a few records are judged
in one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from cellarhand.accounts.tenants import Tenant
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Resource
from cellarhand.store.engine import Store
from cellarhand.store.unit import WriteUnit
from cellarhand.verify import rows
from cellarhand.verify.check import Check, Difference, Judging, RecordCheck, RowsCheck, Stored, WholeCheck
from cellarhand.verify.texts import Unreadable, read
from cellarhand.verify.walk import PAGE, pages

JUDGED_AT_ONCE = 20
Progress = Callable[[str, int, int], None]
"""Told what is being read, how many records of it are done, and how many there are."""
_Judged = Callable[[Judging], Awaitable[list[Difference]]]


T = TypeVar("T")


def _a_few(found: Iterable[T]) -> Iterator[list[T]]:
    """As many as are judged in one unit."""
    iterator = iter(found)
    while some := list(islice(iterator, JUDGED_AT_ONCE)):
        yield some


async def verify_tenant(
    store: Store, tenant: Tenant, checks: Sequence[Check], progress: Progress, *, repair: bool = False
) -> AsyncIterator[Difference]:
    """Every difference in a tenant, as it is found; with `repair` each is put right where it can be."""
    run = _Run(store, tenant, repair)
    balances = [rows.Balance(check) for check in checks if isinstance(check, RowsCheck)]
    of_records = [check for check in checks if isinstance(check, RecordCheck)]
    for resource in _in_order(checks):
        own = [check for check in of_records if check.resource is resource]
        followed = [balance for balance in balances if resource in balance.check.expected]
        async for difference in _resource(run, resource, own, followed, progress):
            yield difference
    for place, balance in enumerate(balances):
        progress("rows that follow from records", place, len(balances))
        await balance.read(run.reading)
        async for suspects in rows.suspects(run.reading, balance):
            for owners in _a_few(suspects.items()):
                for difference in await run.judge([_judged_rows(balance.check, *each) for each in owners]):
                    yield difference
    progress("rows that follow from records", len(balances), len(balances))
    for check in checks:
        if isinstance(check, WholeCheck):
            for difference in await run.judge_all(check, await check.suspects(run.reading)):
                yield difference


class _Run:
    """One verification of one tenant under way."""

    def __init__(self, store: Store, tenant: Tenant, repair: bool) -> None:
        self.store, self.tenant_id, self.repair = store, tenant.tenant_id, repair
        self.actor = Actor("system", tenant.tenant_id, tenant.slug)
        self.reading = store.reading(tenant.tenant_id)

    async def judge(self, judgements: Iterable[_Judged]) -> list[Difference]:
        """Judge a few suspects in one unit."""
        made = tuple(judgements)

        async def job(unit: WriteUnit) -> list[Difference]:
            judging = Judging(unit, self.actor, self.repair)
            return [difference for each in made for difference in await each(judging)]

        return await self.store.write(self.tenant_id, job, alone=True) if made else []

    async def judge_all(self, check: RecordCheck | WholeCheck, ids: Iterable[str]) -> list[Difference]:
        found: list[Difference] = []
        for some in _a_few(ids):
            found += await self.judge([_judged(check, id) for id in some])
        return found


def _judged(check: RecordCheck | WholeCheck, id: str) -> _Judged:
    return lambda judging: check.judge(judging, id)


def _judged_rows(check: RowsCheck, owner: str, found: set[rows.Row]) -> _Judged:
    return lambda judging: rows.judge(judging, check, owner, found)


def _in_order(checks: Sequence[Check]) -> list[Resource]:
    """The resources whose records have to be read, by the last check that looks at them.

    So customers, who follow from nearly all others, are judged when what they follow from is in order.
    """
    found: dict[Resource, None] = {}
    for check in checks:
        looked_at = [check.resource] if isinstance(check, RecordCheck) else []
        looked_at += check.expected if isinstance(check, RowsCheck) else []
        for resource in looked_at:
            found.pop(resource, None)
            found[resource] = None
    return list(found)


async def _resource(
    run: _Run,
    resource: Resource,
    checks: Sequence[RecordCheck],
    balances: Sequence[rows.Balance],
    progress: Progress,
) -> AsyncIterator[Difference]:
    """Read all records of a resource once, for all that looks at them."""
    names = tuple(column.name for column in resource.table.columns)
    total, done = await run.reading.counter(resource.name), 0
    progress(resource.name, done, total)
    async for page in pages(run.reading, resource.table, names, size=PAGE):
        found = [dict(zip(names, row, strict=True)) for row in page]
        records, unreadable = _read(resource, found, run.repair)
        for difference in unreadable:
            yield difference
        for balance in balances:
            for stored in records:
                balance.expect(resource, stored.record)
        for check in checks:
            for difference in await run.judge_all(check, await check.suspects(run.reading, records)):
                yield difference
        done += len(page)
        progress(resource.name, done, max(total, done))


def _read(
    resource: Resource, found: Iterable[Mapping[str, Any]], repair: bool
) -> tuple[list[Stored], list[Difference]]:
    """The records of a page; one whose text is no record can't be looked at further, nor put right."""
    records: list[Stored] = []
    unreadable: list[Difference] = []
    for columns in found:
        try:
            records.append(Stored(read(resource, columns["body"]), columns))
        except Unreadable as error:
            note = "the text is no record: restore it from a backup"
            lost = Difference(
                "texts",
                resource.name,
                columns["id"],
                "body",
                str(error),
                None,
                False if repair else None,
                note,
            )
            unreadable.append(lost)
    return records, unreadable
