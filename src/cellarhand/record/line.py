"""One line of a bulk import, and what can be said of it before there is a unit of work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, cast

from cellarhand.ids import parse_id
from cellarhand.record import errors
from cellarhand.record.actor import Actor
from cellarhand.record.checking import checked, read_plain
from cellarhand.record.errors import Fault, Faults, HouseError
from cellarhand.record.resource import Resource, no_members
from cellarhand.record.shapes import Shape
from cellarhand.record.text import body_of, decode
from cellarhand.record.types import Instant, Uuid
from cellarhand.record.validate import Record, Turn, check_body
from cellarhand.record.writing import fixed, work_aside
from cellarhand.store.conditions import Value


@dataclass(slots=True)
class Line:
    """One line on its way: its body, what a path would decide, and what the check of a create says."""

    number: int
    # As it was sent; None for one that is too long.
    raw: bytes | None
    params: dict[str, str] = field(default_factory=no_members)
    clean: Record = field(default_factory=no_members)
    hidden: Mapping[str, Value] = field(default_factory=no_members)
    error: HouseError | None = None
    # Whether somebody has taken what was cleaned; who needs it after that judges the line again.
    taken: bool = False
    # The body without what a path would decide; read on demand of lines that are plain.
    parted: Record | None = None

    @property
    def id(self) -> str | None:
        return self.clean.get("id")

    def take(self) -> Record:
        """What the check says, for whoever makes a record of it; many lines wait long, and this lets go."""
        clean, self.clean, self.parted, self.taken = self.clean, {}, None, True
        return clean

    @property
    def body(self) -> Record:
        """What was sent as the body of a single call; empty where that can't be told."""
        if self.parted is None:
            self.parted = decode(self.raw) if self.raw is not None else {}
        return self.parted


def judged(resource: Resource, actor: Actor, number: int, raw: bytes | None) -> Line:
    """All that can be said of a line without a unit of work, and without waiting."""
    line = Line(number, raw)
    try:
        if raw is None:
            raise errors.too_large()
        clean = read_plain(resource, actor, raw)
        if clean is not None:
            line.clean = clean
        else:
            _look_at(resource, actor, line, raw)
    except HouseError as error:
        line.error = error
    return line


def judged_again(resource: Resource, actor: Actor, line: Line) -> Line:
    """A line that was taken, as it was before."""
    found = judged(resource, actor, line.number, line.raw)
    found.hidden = line.hidden
    return found


async def prepared(resource: Resource, line: Line) -> None:
    """Do the slow work on a line that was found right."""
    try:
        # Of a plain line the body is what it was cleaned to.
        line.hidden = await work_aside(resource, line.clean if line.parted is None else line.parted)
    except HouseError as error:
        line.error = error


def _look_at(resource: Resource, actor: Actor, line: Line, raw: bytes) -> None:
    """Check a line member by member."""
    line.parted, identity = {}, dict[str, Any]()
    body = body_of(raw)
    if isinstance(body, dict):
        line.parted, line.params = _parted(resource, cast(Record, body))
        body = line.parted
        if actor.is_data_role and not resource.data_role:
            body, identity = _without_identity(line.parted)
    line.clean = checked(resource, actor, body, own_ids=True)
    line.clean.update(fixed(resource, line.params), **identity)


class _Identity(TypedDict, total=False):
    """What an import may bring for every resource, even where a single create takes none of it."""

    id: Uuid
    createdAt: Instant
    updatedAt: Instant


def _without_identity(body: Record) -> tuple[Record, Record]:
    """A body and its identity apart: its own create knows nothing of the latter."""
    shape = Shape.of(_Identity)
    faults = Faults(shape.members)
    sent = {name: value for name, value in body.items() if name in shape.members}
    identity = check_body(shape, sent, Turn(faults))
    faults.raise_any()
    return {name: value for name, value in body.items() if name not in shape.members}, identity


def _parted(resource: Resource, body: Record) -> tuple[Record, dict[str, str]]:
    """A line's body without the members that the path of a single call decides, and those as parameters."""
    rest, params, faults = dict(body), dict[str, str](), list[Fault]()
    if resource.parent is not None:
        name = resource.parent.param
        sent = rest.pop(name, None)
        id = parse_id(sent) if isinstance(sent, str) else None
        if sent is None:
            faults.append(Fault(name, errors.REQUIRED))
        elif id is None:
            faults.append(Fault(name, 'must match format "uuid"'))
        else:
            params[name] = id
    if resource.scope is not None:
        name = resource.scope.member
        sent = rest.pop(name, None)
        if sent is None:
            faults.append(Fault(name, errors.REQUIRED))
        elif sent not in resource.scope.words.values():
            faults.append(Fault(name, errors.NOT_ONE_OF))
        else:
            params[resource.scope.param] = sent
    if faults:
        raise errors.invalid(*faults)
    return rest, params
