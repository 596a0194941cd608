"""Checking the body of a create, by its shape and by the resource's own rules, before any unit of work."""

from typing import Any

from cellarhand import clock
from cellarhand.record.actor import Actor
from cellarhand.record.errors import Faults
from cellarhand.record.plain import Plain, plain
from cellarhand.record.resource import Draft, Resource
from cellarhand.record.text import body_of
from cellarhand.record.validate import Record, Turn, check_body

_NO_UNIT: Any = None


def may_push(resource: Resource, actor: Actor) -> bool:
    """Whether the actor may bring ids and dates of this resource (reference A17)."""
    return actor.is_data_role and resource.data_role


class PlainBody:
    """The body of a create that is plain, and so was read and cleaned in one go."""

    def __init__(self, form: Plain, raw: bytes, clean: Record) -> None:
        self._form, self._raw = form, raw
        self._clean: Record | None = clean

    def take(self) -> Record:
        """Its cleaned members; whoever asks once more gets others."""
        clean, self._clean = self._clean, None
        return clean or self._form.read(self._raw) or {}


def create_body(resource: Resource, actor: Actor, raw: bytes) -> object:
    """The body of a single create, as `checked` takes it: E18 when it is no JSON."""
    if resource.aside is None:
        form = plain(resource.write_shape, data_role=may_push(resource, actor), importing=False)
        clean = form.read(raw)
        if clean is not None:
            return PlainBody(form, raw, clean)
    return body_of(raw)


def checked(resource: Resource, actor: Actor, body: object, *, own_ids: bool = False) -> Record:
    """The cleaned members of a create, or one E5 with every fault of the shape.

    With `own_ids` (a bulk import) the Data role may bring ids of parts, whatever the resource, and members
    that only an import takes.
    """
    faults = Faults(resource.write_shape.members)
    if isinstance(body, PlainBody):
        return _by_rules(resource, actor, body.take(), faults, importing=False)
    pushes = may_push(resource, actor) or (own_ids and actor.is_data_role)
    clean = check_body(resource.write_shape, body, Turn(faults, pushes, importing=own_ids))
    return _by_rules(resource, actor, clean, faults, importing=own_ids)


def read_plain(resource: Resource, actor: Actor, raw: bytes) -> Record | None:
    """The same of a line of a bulk import, when it is plain and brings all in its body; else None."""
    if resource.parent is not None or resource.scope is not None or not resource.data_role:
        return None
    shape = resource.write_shape
    clean = plain(shape, data_role=actor.is_data_role, importing=True).read(raw)
    if clean is None:
        return None
    return _by_rules(resource, actor, clean, Faults(shape.members), importing=True)


def _by_rules(resource: Resource, actor: Actor, clean: Record, faults: Faults, *, importing: bool) -> Record:
    """A body of the right shape, when the resource's own rules find no fault either."""
    if resource.check is not None:
        # The pure rules look at a draft that has no unit yet: they have no use for one.
        resource.check(Draft(resource, _NO_UNIT, actor, clock.now(), clean, faults, importing=importing))
    faults.raise_any()
    return clean
