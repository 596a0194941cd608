"""The parameters of the document: path, header and query, with what each accepts (reference A8 to A11)."""

import re
from typing import Any

from cellarhand.http.routes import Endpoint
from cellarhand.http.schemas import Schema
from cellarhand.record.bulk import MOST_CHUNK
from cellarhand.record.query import MOST_LIMIT, MOST_SEARCH, MOST_VALUES
from cellarhand.record.resource import Filter, FilterClass, Resource, TextSearch

Parameter = dict[str, Any]

_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)"
_INSTANT = f"{_DAY}({_TIME})?"
_NUMBER = r"-?\d{1,18}"
_ID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

TENANT: Parameter = {
    "name": "tenant",
    "in": "header",
    "required": True,
    "description": "The tenant whose data is meant.",
    "schema": {"type": "string", "pattern": "^[a-z0-9-]{2,63}$"},
    "example": "spectrawinery",
}
_PAGING: tuple[Parameter, ...] = (
    {
        "name": "page",
        "in": "query",
        "description": "Counts from 1; not together with `cursor`. Pages above 100 have their own limit.",
        "schema": {"type": "integer", "minimum": 1},
    },
    {
        "name": "limit",
        "in": "query",
        "description": "Records of one answer.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "`start`, then the `cursor` of each answer until there is none. Not rate limited.",
        "schema": {"type": "string", "pattern": f"^(start|{_ID})?$"},
    },
)
SHARED = {"Tenant": TENANT} | {each["name"].title(): each for each in _PAGING}
"""The parameters that many operations have, by the name of their component."""

_OPERATORS: dict[FilterClass, str] = {
    "D": "A date, meaning that whole day in UTC; `gt:`, `gte:`, `lt:` or `lte:` with an instant or date; or "
    "`btw:` with two and `|` between. After an operator a date means its midnight.",
    "N": "A whole number; `gt:`, `gte:`, `lt:` or `lte:` with one; or `btw:` with two and `|` between.",
    "I": f"An id, or `in:` with up to {MOST_VALUES} separated by commas.",
    "E": f"One of the values, or `in:` with up to {MOST_VALUES} separated by commas.",
    "B": "`true` is true, anything else is false.",
    "S": "Compared without case.",
}
_SAYS = {
    "isSendTransactionEmail": "`false` sends the customer no e-mail.",
    "isSendEmailConfirmation": "`false` sends the customer no e-mail.",
    "version": "Accepted and without effect.",
    "code": "The code that is asked about.",
    "atomic": "`line` (as when missing): each line by itself. `chunk`: all lines of a chunk or none.",
    "mode": "`create` (as when missing): a line whose id is there already is left alone if the record shows "
    "what it says, else refused. `upsert`: it changes the record as PUT would.",
    "dates": "`move` (as when missing): what a line changes beside its own record (its customer, the "
    "default address before it) gets a new `updatedAt`, as in a single call. `keep`: it keeps its own.",
    "chunk": "How many lines are stored together: 1 to 2000, 1000 when missing.",
}

_OPTIONS: dict[str, Schema] = {
    "atomic": {"type": "string", "enum": ["line", "chunk"]},
    "mode": {"type": "string", "enum": ["create", "upsert"]},
    "dates": {"type": "string", "enum": ["move", "keep"]},
    "chunk": {"type": "integer", "minimum": 1, "maximum": MOST_CHUNK},
}


def of(endpoint: Endpoint) -> list[Parameter]:
    """All parameters of one operation."""
    found: list[Parameter] = [_in_path(name, endpoint) for name in path_names(endpoint)]
    found.append({"$ref": "#/components/parameters/Tenant"})
    action = endpoint.action
    listed = endpoint.resource if endpoint.operation == "list" else None
    if action is not None:
        found += [_plain(name, required=name in action.needs) for name in action.query]
        listed = action.lists
    elif endpoint.resource is not None and endpoint.takes_body:
        found += [_plain(name) for name in endpoint.resource.write_flags]
    if listed is not None:
        found += _of_list(listed)
    return found


def path_names(endpoint: Endpoint) -> list[str]:
    """The parameters of its path, in order."""
    return [segment[1:] for segment in endpoint.template.split("/") if segment.startswith(":")]


def words_of(endpoint: Endpoint) -> list[str]:
    """The words that `objectType` in its path may be."""
    if endpoint.action is not None:
        return list(endpoint.action.words)
    scope = endpoint.resource.scope if endpoint.resource is not None else None
    return list(scope.words) if scope is not None else []


def _in_path(name: str, endpoint: Endpoint) -> Parameter:
    schema: Schema = {"type": "string", "format": "uuid"}
    if name not in endpoint.open_names:
        schema = {"type": "string", "enum": words_of(endpoint)}
    elif name not in endpoint.id_names:
        schema = {"type": "string", "pattern": "^[A-Za-z0-9-]{1,100}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _plain(name: str, *, required: bool = False) -> Parameter:
    schema: Schema = {"type": "string", "pattern": r"\S"} if required else {"type": "string"}
    schema = _OPTIONS.get(name, schema)
    found: Parameter = {"name": name, "in": "query", "required": required, "schema": schema}
    return found | ({"description": _SAYS[name]} if name in _SAYS else {})


def _of_list(resource: Resource) -> list[Parameter]:
    found = [_filter(each) for each in resource.all_filters.values()]
    first = resource.search_parameters[:1]
    for name in resource.search_parameters:
        says = "Words, each the beginning of an entry of the record: a name, an e-mail address, a number."
        if isinstance(resource.search, TextSearch):
            says = "Text that the record contains, without case and accents."
            if resource.search.by_word:
                says = "Words that the record contains, each of them, without case and accents."
        if name not in first:
            says = f"Another name of `{first[0]}`; not both at once."
        schema: Schema = {"type": "string", "maxLength": MOST_SEARCH, "pattern": r"^[^\x00]*$"}
        found.append({"name": name, "in": "query", "description": says, "schema": schema})
    return found + [{"$ref": f"#/components/parameters/{each['name'].title()}"} for each in _PAGING]


def _filter(wanted: Filter) -> Parameter:
    says = _OPERATORS[wanted.kind]
    if wanted.kind == "E":
        says += f" Values: {', '.join(f'`{choice}`' for choice in wanted.choices)}."
    return {"name": wanted.name, "in": "query", "description": says, "schema": _value(wanted)}


def _value(wanted: Filter) -> Schema:
    """What a value of the filter looks like; an empty one is no filter."""
    match wanted.kind:
        case "D" | "N" | "I":
            return {"$ref": f"#/components/schemas/{_NAMES[wanted.kind]}"}
        case "E":
            choices = [_SIGNS.sub(r"\\\g<0>", choice) for choice in wanted.choices]
            return {"type": "string", "pattern": _listed(f"({'|'.join(choices)})")}
        case "B" | "S":
            return {"type": "string", "pattern": r"^[^\x00]*$"}


def _compared(one: str, alone: str) -> str:
    return f"^({alone}|(gt|gte|lt|lte):{one}|btw:{one}\\|{one})?$"


def _listed(one: str) -> str:
    return f"^({one}|in:{one}(,{one}){{0,{MOST_VALUES - 1}}})?$"


_SIGNS = re.compile(r"[\\^$.*+?()\[\]{}|/]")
_NAMES = {"D": "DateFilter", "N": "NumberFilter", "I": "IdFilter"}
FILTERS: dict[str, Schema] = {
    "DateFilter": {"type": "string", "pattern": _compared(_INSTANT, _DAY)},
    "NumberFilter": {"type": "string", "pattern": _compared(_NUMBER, _NUMBER)},
    "IdFilter": {"type": "string", "pattern": _listed(_ID)},
}
"""The schemas that the values of many filters have."""
