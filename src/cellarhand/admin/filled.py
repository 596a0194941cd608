"""What a filled form says: the body that it makes, and where the answer's faults belong in it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cellarhand.admin.forms import Input, Values, chosen, was, written
from cellarhand.admin.show import cents_of, decimal_number, whole_number
from cellarhand.record.errors import Fault

_NOT_SENT = object()
NO_AMOUNT = "must be an amount, such as 12.50"


def body_of(inputs: Iterable[Input], values: Values, *, creating: bool, prefix: str = "") -> dict[str, Any]:
    """The body that filled inputs make. What is empty becomes null, an empty element of a list goes."""
    body: dict[str, Any] = {}
    for each in inputs:
        value = _NOT_SENT if each.fixed else _value(each, values, prefix + each.name, creating=creating)
        if value is not _NOT_SENT:
            body[each.name] = value
    return body


def _value(each: Input, values: Values, name: str, *, creating: bool) -> Any:
    match each.kind:
        case "check":
            return values.get(name) == "true"
        case "list":
            return [_element(each, values, name, place) for place in each.filled(values, name)]
        case "many":
            held = chosen(values, name)
            return (
                _NOT_SENT if each.some and not held else [{"id": one} if each.by_id else one for one in held]
            )
        case "lines":
            lines = [line.strip() for line in values.get(name, "").splitlines() if line.strip()]
            if not lines and (each.nullable or each.some):
                return None if each.nullable else _NOT_SENT
            return lines
        case "group":
            return _group(each, values, name, creating=creating)
        case _:
            return _single(each, values.get(name, ""), creating=creating)


def _single(each: Input, typed: str, *, creating: bool) -> Any:
    # A secret is taken as it was typed; left empty, what is kept of it stays.
    value = typed if each.kind == "secret" else typed.strip()
    if each.kind == "secret" and not value:
        return _NOT_SENT
    if not value and each.nullable:
        return None
    if not value and (creating or each.kind in ("whole", "decimal", "money")):
        # On create what has to be there is missing when it is empty; the check then says so.
        return _NOT_SENT
    return _number(each, value)


def _number(each: Input, value: str) -> Any:
    """A number that was typed; what can't be read goes as it is, and is refused."""
    if each.kind == "whole":
        return whole_number(value)
    if each.kind == "money":
        cents = cents_of(value)
        return value if cents is None else cents
    if each.kind == "decimal":
        return decimal_number(value)
    return f"{value}T00:00:00.000Z" if each.instant and value else value


def _group(each: Input, values: Values, name: str, *, creating: bool) -> Any:
    if each.merged:
        changed = [
            part
            for part in each.parts
            if written(part, values, f"{name}.") != values.get(was(name, part), "").strip()
        ]
        return body_of(changed, values, creating=False, prefix=f"{name}.") if changed else _NOT_SENT
    if not each.counts(values, name):
        ticked = any(values.get(f"{name}.{part.name}") == "true" for part in each.parts)
        if each.nullable:
            return None
        # What a record never had, and whoever filled the form in left alone.
        untouched = not ticked and (creating or values.get(f"was.{name}") != "true")
        if not each.required and (untouched or any(part.required for part in each.parts)):
            return _NOT_SENT
    # A sub-object is replaced whole: what is missing in it becomes empty, as in a new one.
    return body_of(each.parts, values, creating=True, prefix=f"{name}.")


def _element(each: Input, values: Values, name: str, place: int) -> dict[str, Any]:
    lead = f"{name}.{place}."
    body, known = body_of(each.parts, values, creating=True, prefix=lead), values.get(f"{lead}id", "")
    return {"id": known, **body} if known else body


def faults_of(inputs: Iterable[Input], values: Values, faults: Iterable[Fault]) -> dict[str, str]:
    """Each fault at the name of its input; those without one stand under an empty name."""
    places = dict(_places(inputs, values))
    found: dict[str, str] = {}
    for fault in faults:
        path, place = fault.field, places.get(fault.field)
        while place is None and path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
            place = places.get(path)
        if place is None:
            found[""] = f"{found[''] + '; ' if '' in found else ''}{fault.field}: {fault.message}"
            continue
        name, each = place
        inner = fault.field.removeprefix(path).lstrip(".")
        message = f"{inner} {fault.message}" if inner else fault.message
        if each.kind == "money" and values.get(name, "").strip() and cents_of(values[name]) is None:
            message = NO_AMOUNT
        found.setdefault(name, message)
    return found


def _places(
    inputs: Iterable[Input], values: Values, path: str = "", prefix: str = ""
) -> Iterator[tuple[str, tuple[str, Input]]]:
    """The path of each member in the body that the form makes, with the name of its input."""
    for each in inputs:
        at, name = path + each.name, prefix + each.name
        yield at, (name, each)
        if each.kind == "group":
            yield from _places(each.parts, values, f"{at}.", f"{name}.")
        elif each.kind == "list":
            for number, place in enumerate(each.filled(values, name)):
                yield from _places(each.parts, values, f"{at}[{number}].", f"{name}.{place}.")


def changed_meanwhile(
    inputs: Iterable[Input], typed: Values, now: Values, prefix: str = ""
) -> dict[str, str]:
    """What the record has now, for each input where that is not what was typed."""
    found: dict[str, str] = {}
    for each in inputs:
        name = prefix + each.name
        if each.fixed or each.kind == "secret":
            continue
        if each.kind == "group":
            found |= changed_meanwhile(each.parts, typed, now, f"{name}.")
        elif each.kind == "list":
            mine, theirs = _elements(each, typed, name), _elements(each, now, name)
            if mine != theirs:
                found[name] = "; ".join(", ".join(filter(None, texts)) for texts in theirs)
        elif written(each, typed, prefix) != written(each, now, prefix):
            said = [text for value, text in each.choices if value in chosen(now, name)]
            found[name] = ", ".join(said) if each.kind == "many" else now.get(name, "")
    return found


def _elements(each: Input, values: Values, name: str) -> list[tuple[str, ...]]:
    return [
        tuple(written(part, values, f"{name}.{place}.") for part in each.parts)
        for place in each.filled(values, name)
    ]


def among(values: Mapping[str, str], inputs: Iterable[Input]) -> dict[str, str]:
    """Those of `values` that are inputs of the form: what a link to it may have filled in."""
    names = {each.name for each in inputs if each.kind not in ("list", "group", "many", "secret")}
    return {name: value for name, value in values.items() if name in names}
