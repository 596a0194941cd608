"""The log of activity: every change, who made it by which door, and what was what before (GEN-4, GEN-5).

An entry is written in the unit of the change that it tells of, and never changed. A new record is told
without values, for it has them all itself; of a changed one the members that changed are told.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from cellarhand import clock
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.text import MARK
from cellarhand.record.validate import Record
from cellarhand.store.conditions import equal
from cellarhand.store.tables import ACTIVITY
from cellarhand.store.unit import WriteUnit

MOST_CHANGES = 60
LONGEST_TEXT = 1000
LONGEST_TITLE = 200
# Their change is told, their values never: secrets, and what apps keep for themselves.
_WITHOUT_VALUES = ("appData", "appSync", "password", "signingSecret", "tokenOnFile")
_NOT_TOLD = ("updatedAt",)
# Groups are tags once more.
_GROUPS = "groups"
# What names an element of a list best, the most telling first.
_TELLING = ("title", "email", "phone", "productTitle", "name", "sku", "code", "content", "type")
_encode = msgspec.json.Encoder().encode

Path = Sequence[str | list[str]]
"""Where in a record: names of members, and in a list of its own what names an element."""
Change = Sequence[Any]
"""A path, the value before and the value now; the path alone where values are not told."""


class Happening(NamedTuple):
    """What is told: something (`deed`) happened to a thing of a `kind`, the name of a resource or a word.

    `owner_id` is the record on whose page it is told as well; the thing itself where there is none.
    """

    kind: str
    object_id: str
    title: str
    deed: str
    changes: Sequence[Change] = ()
    owner_id: str | None = None


async def tell(draft: Draft, deed: str) -> None:
    """Tell that a record was created or deleted."""
    record = draft.record or draft.before
    happening = Happening(
        draft.resource.name,
        record["id"],
        title_of(draft.resource, record),
        deed,
        owner_id=owner_of(draft.resource, record),
    )
    await write_down(draft.unit, draft.actor, happening)


async def tell_change(draft: Draft) -> None:
    """Tell what a change made another; nothing where all of that follows from other records."""
    resource, record = draft.resource, draft.record
    found = changes(draft.before, record, resource.log.never)
    deed = draft.deed or resource.log.deed(draft)
    if not deed and not draft.touched and (not found or not draft.sent):
        return
    title, owner = title_of(resource, record), owner_of(resource, record)
    happening = Happening(resource.name, record["id"], title, deed or "Updated", found, owner)
    await write_down(draft.unit, draft.actor, happening)


async def write_down(unit: WriteUnit, actor: Actor | None, happening: Happening) -> None:
    """Write an entry; without an actor it is the system's own doing, or the operator's."""
    kind, name, key, face = _by(actor)
    told = happening.changes
    values = {
        "at": clock.now(),
        "seq": clock.tick(),
        "object_id": happening.object_id,
        "kind": happening.kind,
        "title": happening.title,
        "owner_id": happening.owner_id or happening.object_id,
        "deed": happening.deed,
        "face": face,
        "actor_kind": kind,
        "actor": name,
        "actor_key": key,
        "changes": _encode(told).decode() if told else None,
    }
    await unit.insert(ACTIVITY, values)


async def move_page(unit: WriteUnit, from_id: str, to_id: str) -> None:
    """Have all that was told on one record's page told on another's: a merged customer (CUS-13)."""
    await unit.update(ACTIVITY, equal("owner_id", from_id), {"owner_id": to_id})


def _by(actor: Actor | None) -> tuple[str, str, str, str]:
    """What the log keeps of an actor: its kind, its name, what tells it from others, and the face."""
    if actor is None or actor.kind == "system":
        return "system", "System", "", "system"
    if actor.kind == "web":
        return "customer", "Customer", "", "web"
    key = actor.label or ""
    return ("person" if actor.kind == "account" else "app"), actor.name or key, key, actor.face


def title_of(resource: Resource, record: Record) -> str:
    """How a person would name a record."""
    return (resource.log.title(record) or resource.thing)[:LONGEST_TITLE]


def owner_of(resource: Resource, record: Record) -> str:
    """The record on whose page it is told."""
    own: str = record["id"]
    if resource.parent is not None:
        return record.get(resource.parent.param) or own
    return resource.log.owner(record) or own


def changes(before: Record, after: Record, never: frozenset[str] = frozenset()) -> list[Change]:
    """What differs between two states of a record, member by member. Pure."""
    found: list[Change] = []
    for name in after if before.keys() == after.keys() else dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        # Most are the same, and most of those the very same object.
        if old is not new and old != new and name not in (*_NOT_TOLD, _GROUPS, *never):
            found += _differences((name,), old, new)
    return found[:MOST_CHANGES]


def _differences(path: tuple[str | list[str], ...], before: Any, after: Any) -> Iterable[Change]:
    if before == after or _is_mark(before) or _is_mark(after):
        return
    if path[-1] in _WITHOUT_VALUES:
        yield (path,)
    elif isinstance(before, dict) and isinstance(after, dict):
        one, other = cast(Record, before), cast(Record, after)
        for name in dict.fromkeys((*one, *other)):
            if name not in _NOT_TOLD:
                yield from _differences((*path, name), one.get(name), other.get(name))
    elif _has_ids(before) and _has_ids(after):
        yield from _elements(path, cast(list[Record], before), cast(list[Record], after))
    else:
        yield (path, short(before), short(after))


def _is_mark(value: object) -> bool:
    """What is put in when a record is read is no member of its own."""
    return isinstance(value, str) and value.startswith(MARK)


def _has_ids(value: Any) -> bool:
    elements = cast(list[object], value) if isinstance(value, list) else None
    return elements is not None and all(isinstance(each, dict) and "id" in each for each in elements)


def _elements(path: Path, before: list[Record], after: list[Record]) -> Iterable[Change]:
    """Elements that went, came or changed; they are known by their ids."""
    one, other = ({each["id"]: each for each in elements} for elements in (before, after))
    for id, element in one.items():
        here = (*path, [name_of(element)])
        if id in other:
            yield from _differences(here, element, other[id])
        else:
            yield here, short(element), None
    for id, element in other.items():
        if id not in one:
            yield (*path, [name_of(element)]), None, short(element)
    if list(one) != list(other) and one.keys() == other.keys():
        yield path, [name_of(each) for each in before], [name_of(each) for each in after]


def name_of(element: Mapping[str, Any]) -> str:
    """What tells an element of a list from the others."""
    found = (element.get(name) for name in _TELLING)
    return next((each[:LONGEST_TITLE] for each in found if isinstance(each, str) and each), "")


def short(value: Any) -> Any:
    """A value as it is told: of objects what a person would look for, of long texts the beginning."""
    if isinstance(value, str):
        if _is_mark(value):
            return None
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}..."
    if isinstance(value, dict):
        kept = {
            name: short(each)
            for name, each in cast(Record, value).items()
            if name not in ("id", "createdAt", *_NOT_TOLD, *_WITHOUT_VALUES) and not _is_mark(each)
        }
        return {name: each for name, each in kept.items() if each not in (None, [], {})}
    if isinstance(value, list):
        return [short(each) for each in cast(list[Any], value)[:MOST_CHANGES]]
    return value
