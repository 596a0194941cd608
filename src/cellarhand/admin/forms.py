"""Edit forms, made from the shape of what may be written: a record as inputs, and inputs as a body. Pure.

An input's name is the member's; of an array of objects with one member to fill in it is `emails.0.email`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cellarhand.admin.filters import Choice, title_of
from cellarhand.record.errors import Fault
from cellarhand.record.formats import countries
from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Boolean, Member, Object, String

Values = Mapping[str, str]
_ELEMENT = re.compile(r"\[(\d+)\]")
_KINDS: Mapping[str, Literal["date", "email", "tel"]] = {"date": "date", "email": "email", "phone": "tel"}


@dataclass(frozen=True, slots=True)
class Input:
    """One member in a form; `part` is the member of the elements of an array."""

    name: str
    title: str
    kind: Literal["text", "long", "date", "email", "tel", "choice", "check", "list"]
    required: bool = False
    nullable: bool = False
    choices: tuple[Choice, ...] = ()
    part: str = ""
    part_kind: str = "text"

    def rows(self, values: Values) -> list[int]:
        """The elements of an array that have inputs: those there are, and one to add."""
        used = {int(name.split(".")[1]) for name in values if name.startswith(f"{self.name}.")}
        filled = [place for place in sorted(used) if values.get(f"{self.name}.{place}.{self.part}")]
        return [*filled, max(used, default=-1) + 1]


def inputs_of(resource: Resource, names: Sequence[str]) -> list[Input]:
    """The inputs of those members, in that order."""
    return [_input(resource.write_shape.members[name]) for name in names]


def _input(member: Member) -> Input:
    kind, title = member.kind, title_of(member.name.removesuffix("Code"))
    if isinstance(kind, Boolean):
        return Input(member.name, title, "check")
    if isinstance(kind, Array) and isinstance(kind.item, Object):
        part = next(each for each in kind.item.shape.members.values() if each.required)
        inner = _input(part)
        return Input(
            member.name, title, "list", required=member.required, part=part.name, part_kind=inner.kind
        )
    if not isinstance(kind, String):
        raise TypeError(f"{member.name} has no input")
    choices: tuple[Choice, ...] = tuple((each, each) for each in kind.choices or ())
    form = kind.format.name if kind.format else ""
    if form == "country":
        choices = tuple(sorted(countries().items(), key=lambda pair: pair[1]))
    return Input(
        member.name,
        title,
        "choice" if choices else _KINDS.get(form, "long" if (kind.size.most or 0) > 255 else "text"),
        required=member.required,
        nullable=member.nullable,
        choices=choices,
    )


def values_of(inputs: Iterable[Input], record: Mapping[str, Any]) -> dict[str, str]:
    """A record as the values of its inputs."""
    values: dict[str, str] = {}
    for each in inputs:
        value = record.get(each.name)
        if each.kind == "list":
            for place, element in enumerate(value or ()):
                values[f"{each.name}.{place}.{each.part}"] = element[each.part]
                values[f"{each.name}.{place}.id"] = element["id"]
        elif each.kind == "check":
            values[each.name] = "true" if value else ""
        else:
            values[each.name] = "" if value is None else str(value)
    return values


def body_of(inputs: Iterable[Input], values: Values, *, creating: bool) -> dict[str, Any]:
    """The body that filled inputs make. What is empty becomes null, an empty element of an array goes."""
    body: dict[str, Any] = {}
    for each in inputs:
        if each.kind == "list":
            body[each.name] = [_element(each, values, place) for place in _filled(each, values)]
        elif each.kind == "check":
            body[each.name] = values.get(each.name) == "true"
        else:
            value = values.get(each.name, "").strip()
            if value or not each.nullable:
                # On create what has to be there is missing when it is empty; the check then says so.
                if value or not creating:
                    body[each.name] = value
            else:
                body[each.name] = None
    return body


def _filled(each: Input, values: Values) -> list[int]:
    return [
        place for place in each.rows(values) if values.get(f"{each.name}.{place}.{each.part}", "").strip()
    ]


def _element(each: Input, values: Values, place: int) -> dict[str, str]:
    element = {each.part: values[f"{each.name}.{place}.{each.part}"].strip()}
    known = values.get(f"{each.name}.{place}.id", "")
    return {"id": known, **element} if known else element


def faults_of(inputs: Iterable[Input], values: Values, faults: Iterable[Fault]) -> dict[str, str]:
    """Each fault at the name of its input; those without one stand under an empty name."""
    lists = {each.name: each for each in inputs if each.kind == "list"}
    names = {each.name for each in inputs}
    found: dict[str, str] = {}
    for fault in faults:
        root = fault.field.partition("[")[0].partition(".")[0]
        name, place = root, _ELEMENT.search(fault.field)
        if root in lists and place is not None:
            filled = _filled(lists[root], values)
            if int(place[1]) < len(filled):
                name = f"{root}.{filled[int(place[1])]}.{lists[root].part}"
        if root in names:
            found.setdefault(name, fault.message)
        else:
            found[""] = f"{found[''] + '; ' if '' in found else ''}{fault.field}: {fault.message}"
    return found


def changed_meanwhile(inputs: Iterable[Input], typed: Values, now: Values) -> dict[str, str]:
    """What the record has now, for each input where that is not what was typed."""
    found: dict[str, str] = {}
    for each in inputs:
        if each.kind == "list":
            mine = [typed[f"{each.name}.{place}.{each.part}"] for place in _filled(each, typed)]
            theirs = [now[f"{each.name}.{place}.{each.part}"] for place in _filled(each, now)]
            if mine != theirs:
                found[each.name] = ", ".join(theirs)
        elif typed.get(each.name, "") != now.get(each.name, ""):
            found[each.name] = now.get(each.name, "")
    return found
