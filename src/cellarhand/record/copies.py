"""Changing what many records show of another one, inside their stored texts (docs/decisions/0007)."""

from collections.abc import Callable, Iterable

from cellarhand.record.resource import Resource
from cellarhand.record.text import decode, encode
from cellarhand.record.validate import Record
from cellarhand.store.conditions import BY_ID, Occurs, Where, equal
from cellarhand.store.unit import WriteUnit


async def replace_copies(
    unit: WriteUnit,
    resource: Resource,
    where: Where,
    copy: str,
    forms: Iterable[tuple[str, str]],
    change: Callable[[Record], None],
    times: int = 1,
) -> None:
    """Replace `copy`, the text that each record which meets `where` shows `times` times.

    `forms` are the texts around it and what comes in their place, tried one after the other. A record that
    holds the same text elsewhere too, in the data of an app, is left to `change`: what apps keep is theirs.
    """
    for old, new in forms:
        shown = Occurs("body", copy, "=", times)
        await unit.replace_text(resource.table, "body", old, new, (*where, shown))
    holding = (*where, Occurs("body", copy, ">", times))
    ids = [row[0] for row in await unit.rows(resource.table, ("id",), holding, BY_ID)]
    for id in ids:
        row = await unit.lock(resource.table, ("body",), equal("id", id))
        if row is not None:
            record = decode(row[0])
            change(record)
            await unit.update(resource.table, equal("id", id), {"body": encode(record).decode()})


def around(copy: str) -> tuple[tuple[str, str], ...]:
    """The forms of an element that goes: it may stand after another one, before another one, or alone."""
    return ((f",{copy}", ""), (f"{copy},", ""), (copy, ""))
