"""The pages of the reference: one for each resource, an index and the coverage table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cellarhand.accounts.rights import ROLES, may
from cellarhand.events.web_hook import ACTIONS as HOOK_ACTIONS
from cellarhand.http import docs, openapi
from cellarhand.http.docs import Form, Operation, Row, Section
from cellarhand.http.routes import Endpoint, Routes
from cellarhand.record.actor import Actor
from cellarhand.record.resource import Resource, WordSearch
from cellarhand.resources import ACTIONS, RESOURCES
from documentation.coverage import coverage_page

_MADE = "<!-- Made by `make docs` from the declarations. Change those, not this. -->\n\n"
_NEEDS = {"list": "R", "read": "R", "create": "C", "update": "C", "delete": "W"}


def pages() -> dict[str, str]:
    """The text of each page by file name."""
    routes = Routes(RESOURCES, ACTIONS)
    sections = docs.sections(routes, openapi.describe(routes))
    endpoints = {endpoint.name: endpoint for endpoint in routes.endpoints}
    made = {_file(section): _MADE + _page(section, endpoints) for section in sections}
    made["README.md"] = _MADE + _index(sections)
    made["coverage.md"] = _MADE + coverage_page(routes)
    return made


def _file(section: Section) -> str:
    return f"{section.name.lower().replace(' ', '-')}.md"


def _index(sections: Sequence[Section]) -> str:
    rows = [
        (f"[{each.name}]({_file(each)})", ", ".join(_call(operation) for operation in each.operations))
        for each in sections
    ]
    return (
        "# Reference\n\n"
        "What the server offers, made from the declarations that it runs by. The same for programs is at\n"
        "`/v1/openapi.json`, and to read and search in the server itself at `/docs`. What of the documented\n"
        "interface is there and what is not: [coverage](coverage.md).\n\n"
        + table(("resource", "operations"), rows)
    )


def _call(operation: Operation) -> str:
    return f"`{operation.method} {operation.path}`"


def _page(section: Section, endpoints: dict[str, Endpoint]) -> str:
    mine = [endpoints[operation.id] for operation in section.operations]
    resource = next((endpoint.resource for endpoint in mine if endpoint.resource is not None), None)
    parts = [f"# {section.name}\n"]
    if resource is not None:
        parts.append(_about(resource))
    parts.append(table(("call", "what", "success", "roles", "apps"), map(_line, section.operations, mine)))
    parts += [_of(operation) for operation in section.operations]
    parts += [_form(form) for form in section.forms]
    parts.append(_errors(section.operations))
    return "\n".join(parts)


def _about(resource: Resource) -> str:
    told: list[str] = []
    if resource.data_role:
        told.append("People of role Data may bring `id`, `createdAt` and `updatedAt`.")
    if "create" in resource.operations:
        told.append(f"Many at once: `POST /v1/bulk/{resource.name}` ([bulk import](../bulk-import.md)).")
    if resource.unique:
        told.append(f"Unique in the tenant: {', '.join(f'`{each.kind}`' for each in resource.unique)}.")
    if resource.search is not None:
        by = (
            "words, each the beginning of an entry" if isinstance(resource.search, WordSearch) else "any part"
        )
        names = ", ".join(f"`{name}`" for name in resource.search_parameters)
        told.append(f"Search ({names}): by {by}, without case and accents.")
    if resource.event is not None:
        fired = [a for a in HOOK_ACTIONS if a.lower() in resource.operations]
        told.append(f"Web hooks: `{resource.event}` {', '.join(fired)}.")
    return "".join(f"- {each}\n" for each in told)


def _line(operation: Operation, endpoint: Endpoint) -> tuple[str, ...]:
    return _call(operation), operation.summary, operation.status, _roles(endpoint), _apps(endpoint)


def _roles(endpoint: Endpoint) -> str:
    if endpoint.public:
        return "everybody"
    if endpoint.action is not None and endpoint.action.data_role:
        return "Data"
    calls = [
        role
        for role in ROLES
        if may(Actor("account", 0, "", role=role), endpoint.right, endpoint.permission, endpoint.operation)
    ]
    return "all" if len(calls) == len(ROLES) else ", ".join(calls)


def _apps(endpoint: Endpoint) -> str:
    if endpoint.public:
        return "everybody"
    action = endpoint.action
    if action is not None and (action.data_role or action.accounts_only):
        return "none"
    if endpoint.permission is None:
        return "all"
    return f"{endpoint.permission}: {'Read' if _NEEDS[endpoint.operation] == 'R' else 'Full'}"


def _of(operation: Operation) -> str:
    parts = [f"## {operation.method} {operation.path}\n", f"{operation.summary}.\n"]
    parts += [f"{note}\n" for note in operation.notes]
    given = [row for row in operation.parameters if row.place != "header"]
    if given:
        parts.append(table(("parameter", "in", "takes"), [(f"`{r.name}`", r.place, r.rule) for r in given]))
    if operation.body:
        said = "The body; what is not sent stays as it is." if operation.partial else "The body."
        parts += [f"{said}\n", _members(operation.body)]
    parts.append(f"Answer: {operation.status}. {_answer(operation)}\n")
    return "\n".join(parts)


def _answer(operation: Operation) -> str:
    if not operation.form:
        return operation.answer
    form = f"[{operation.form}](#{operation.form.lower()}-in-answers)"
    if not operation.answer:
        return f"One {form}."
    more = (
        ", with `total` in page mode and `cursor` while there is more in cursor mode"
        if operation.paged
        else ""
    )
    return f"`{operation.answer}`, an array of {form}{more}."


def _form(form: Form) -> str:
    rows = [(f"`{row.name}`", row.type, "" if row.required else "sometimes", row.rule) for row in form.rows]
    return f"## {form.name} in answers\n\nIn this order.\n\n" + table(("member", "type", "missing", ""), rows)


def _members(rows: Iterable[Row]) -> str:
    told = [
        (
            f"`{row.name}`",
            row.type,
            "yes" if row.required else "",
            row.default and f"`{row.default}`",
            row.rule,
        )
        for row in rows
    ]
    return table(("member", "type", "required", "default", "rule"), told)


def _errors(operations: Iterable[Operation]) -> str:
    found: dict[tuple[str, str, str], None] = {}
    for operation in operations:
        for failure in operation.failures:
            messages = "; ".join(f"`{message}`" for message in failure.messages)
            found[failure.status, failure.says, messages] = None
    return "## Errors\n\n" + table(("status", "when", "for example"), sorted(found))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")
