"""Edit forms, made from the shape of what may be written: which inputs there are, and a record in them. Pure.

An input's name is the member's; of members inside others it is their path: `wine.vintage`, `emails.0.email`.
What filled inputs say is read by `filled`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from cellarhand.admin.filters import Choice, title_of
from cellarhand.record.formats import countries
from cellarhand.record.resource import Resource
from cellarhand.record.shapes import Array, Boolean, Integer, Member, Number, Object, Shape, String

Values = Mapping[str, str]
Choices = Mapping[str, Sequence[Choice]]
"""What can be chosen, by the path of a member without places: `variants.taxType`."""
Kind = Literal[
    "text",
    "long",
    "secret",
    "date",
    "email",
    "tel",
    "url",
    "whole",
    "decimal",
    "money",
    "choice",
    "check",
    "lines",
    "many",
    "group",
    "list",
]
_KINDS: Mapping[str, Kind] = {
    "date": "date",
    "email": "email",
    "phone": "tel",
    "uri": "url",
    "password": "secret",
}
_LONG = 500
_CHECKED = "true"


@dataclass(frozen=True, slots=True)
class Saying:
    """What a declaration does not know of a member: how people call it, and what helps to fill it in."""

    title: str = ""
    hint: str = ""
    # Whole cents, which people type as amounts.
    money: bool = False
    # A text of several lines, whatever its limit.
    long: bool = False
    # A group that few records have: out of the way until somebody opens it.
    rare: bool = False


Sayings = Mapping[str, Saying]


@dataclass(frozen=True, slots=True)
class Input:
    """One member in a form. `parts` are the members of an object, or of each element of a list."""

    name: str
    title: str
    kind: Kind
    required: bool = False
    nullable: bool = False
    choices: tuple[Choice, ...] = ()
    parts: "tuple[Input, ...]" = ()
    hint: str = ""
    # What a new record has, in the form's own words.
    default: str = ""
    rare: bool = False
    # Can be told once and stays.
    fixed: bool = False
    # Elements of `many` are objects that hold an id, not plain values.
    by_id: bool = False
    # Only what was changed of a group is sent: the API merges it (reference A16).
    merged: bool = False
    # An empty array is not sent: the API wants none or some.
    some: bool = False
    # A day that the API takes as the instant when it begins in UTC.
    instant: bool = False

    def counts(self, values: Values, name: str) -> bool:
        """Whether somebody filled this input in: what it had from the beginning does not count."""
        if self.kind == "check":
            return False
        if self.kind in ("group", "list"):
            return any(each.counts(values, f"{name}.{each.name}") for each in self.parts)
        if self.kind == "many":
            return bool(chosen(values, name))
        return values.get(name, "").strip() not in ("", self.default)

    def rows(self, values: Values, name: str = "") -> list[int]:
        """The elements of a list that have inputs: those there are, and one to add."""
        lead = f"{name or self.name}."
        used = {int(word) for word in _words_after(lead, values) if word.isdecimal() and len(word) < 4}
        return [*self.filled(values, name), max(used, default=-1) + 1]

    def blank(self, values: Values, lead: str) -> Values:
        """The inputs of the element to add: as typed where something was, else what a new one gets."""
        return {**first_values(self.parts, lead), **values}

    def filled(self, values: Values, name: str = "") -> list[int]:
        """The elements of a list that are filled in and were not taken out."""
        lead = f"{name or self.name}."
        used = sorted(int(word) for word in _words_after(lead, values) if word.isdecimal() and len(word) < 4)
        return [
            place
            for place in used
            if values.get(f"{lead}{place}.gone") != _CHECKED
            and any(each.counts(values, f"{lead}{place}.{each.name}") for each in self.parts)
        ]


def _words_after(lead: str, values: Values) -> set[str]:
    return {name[len(lead) :].partition(".")[0] for name in values if name.startswith(lead)}


def chosen(values: Values, name: str) -> list[str]:
    """The boxes that are ticked of many, in the order of the form."""
    lead = f"{name}."
    return [key[len(lead) :] for key, value in values.items() if key.startswith(lead) and value == _CHECKED]


def inputs_of(
    resource: Resource,
    names: Sequence[str],
    sayings: Sayings | None = None,
    choices: Choices | None = None,
    *,
    creating: bool = True,
) -> list[Input]:
    """The inputs of those members, in that order."""
    members = resource.write_shape.members if creating else resource.change_shape.members
    found = [_input(members[name], name, sayings or {}, choices or {}) for name in names]
    return found if creating else [_of_change(each, members[each.name]) for each in found]


def _of_change(made: Input, member: Member) -> Input:
    return replace(made, fixed=True, required=False) if member.create_only else made


def _input(member: Member, path: str, sayings: Sayings, choices: Choices) -> Input:
    """The input of one member, by what may be written to it."""
    kind, said = member.kind, sayings.get(path, Saying())
    made = Input(
        member.name,
        said.title or title_of(member.name.removesuffix("Code").removesuffix("Id")),
        "text",
        member.required,
        member.nullable,
        hint=said.hint,
        rare=said.rare,
        default=_default(member),
    )
    options = tuple(choices.get(path, ()))
    match kind:
        case Boolean():
            return replace(made, kind="check")
        case Integer():
            return replace(made, kind="money" if said.money or kind.is_money else "whole")
        case Number():
            return replace(made, kind="decimal")
        case Object():
            return replace(made, kind="group", parts=_parts(kind.shape, path, sayings, choices))
        case Array(item=Object() as item) if tuple(item.shape.members) == ("id",):
            return replace(made, kind="many", by_id=True, choices=options, some=bool(kind.size.least))
        case Array(item=Object() as item):
            return replace(made, kind="list", parts=_parts(item.shape, path, sayings, choices))
        case Array():
            made = replace(made, some=bool(kind.size.least))
            return replace(made, kind="many", choices=options) if options else replace(made, kind="lines")
        case String():
            return _of_text(made, kind, options, long=said.long)
        case _:
            raise TypeError(f"{path} has no input")


def _parts(shape: Shape, path: str, sayings: Sayings, choices: Choices) -> tuple[Input, ...]:
    return tuple(
        _input(member, f"{path}.{name}", sayings, choices)
        for name, member in shape.members.items()
        if name != "id" and not member.data_role
    )


def _of_text(made: Input, kind: String, options: tuple[Choice, ...], *, long: bool) -> Input:
    form = kind.format.name if kind.format else ""
    if not options:
        options = tuple((each, each) for each in kind.choices or ())
    if form == "country":
        options = tuple(sorted(countries().items(), key=lambda pair: pair[1]))
    if options:
        return replace(made, kind="choice", choices=options)
    if form in _KINDS:
        return replace(made, kind=_KINDS[form])
    return replace(made, kind="long" if long or (kind.size.most or 0) > _LONG else "text")


def _default(member: Member) -> str:
    value = member.default[0] if member.default else None
    if isinstance(value, bool):
        return _CHECKED if value else ""
    return value if isinstance(value, str) else ""


def first_values(inputs: Iterable[Input], prefix: str = "") -> dict[str, str]:
    """The inputs of a record that is not there yet: with what it gets unless something else is said."""
    found: dict[str, str] = {}
    for each in inputs:
        if each.kind == "group":
            found |= first_values(each.parts, f"{prefix}{each.name}.")
        elif each.default:
            found[prefix + each.name] = each.default
    return found


def values_of(inputs: Iterable[Input], record: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """A record as the values of its inputs."""
    values: dict[str, str] = {}
    for each in inputs:
        name, value = prefix + each.name, record.get(each.name)
        if each.kind == "list":
            for place, element in enumerate(value or ()):
                values |= values_of(each.parts, element, f"{name}.{place}.")
                values[f"{name}.{place}.id"] = element.get("id", "")
        elif each.kind == "group":
            values |= values_of(each.parts, value or {}, f"{name}.")
            values[f"was.{name}"] = _CHECKED if value else ""
            if each.merged:
                values |= {was(name, part): written(part, values, f"{name}.") for part in each.parts}
        elif each.kind == "many":
            held = cast(list[Any], value if isinstance(value, list) else [] if value is None else [value])
            values |= {f"{name}.{one['id'] if each.by_id else one}": _CHECKED for one in held}
        else:
            values[name] = _shown(each, value)
    return values


def was(name: str, part: Input) -> str:
    """Where the form keeps what a part of a merged group was when the form was made."""
    return f"was.{name}.{part.name}"


def written(each: Input, values: Values, prefix: str) -> str:
    """What an input says, as one text to compare."""
    name = prefix + each.name
    return "\n".join(sorted(chosen(values, name))) if each.kind == "many" else values.get(name, "").strip()


def _shown(each: Input, value: Any) -> str:
    if value is None:
        return ""
    if each.kind == "check":
        return _CHECKED if value else ""
    if each.kind == "lines":
        return "\n".join(value)
    if each.kind == "money" and isinstance(value, int):
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    if each.kind == "date" and isinstance(value, str):
        return value[:10]
    if isinstance(value, bool):
        # A value of meta data, which may be told in words too.
        return next((text for text, _ in each.choices if text.casefold() in _WORDS[value]), "")
    return str(value)


_WORDS = {True: ("true", "yes"), False: ("false", "no")}
