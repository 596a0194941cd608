"""Writes what the client knows of the declarations: `python -m cellarhand.client.generate`.

`_resources.py` holds the facts that calls need, so that the client loads no declaration; `_resources.pyi`
holds the types that editors and type checkers see. A test keeps both fresh.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cellarhand.record.action import Action
from cellarhand.record.resource import FilterClass, Resource
from cellarhand.resources import ACTIONS, RESOURCES

FOLDER = Path(__file__).parent
_HEAD = '"""Made from the declarations by `python -m cellarhand.client.generate`; not to be edited."""\n'
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_PARAMETER = re.compile(r":(\w+)")
_VALUES: dict[FilterClass, str] = {
    "D": "DateFilter",
    "N": "NumberFilter",
    "I": "IdFilter",
    "E": "str | Condition",
    "B": "bool",
    "S": "str",
}


def snake(name: str) -> str:
    """`metaDataConfigs` and `read-setting` as Python writes names."""
    return _CAPITAL.sub(r"_\1", name).lower().replace("-", "_")


def pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_]", name))


class Facts:
    """Everything that the client offers, in the order of the declarations."""

    def __init__(self, resources: tuple[Resource, ...], actions: tuple[Action, ...]) -> None:
        # Of a resource without operations of its own the list is a call like any other.
        listing = [each for each in actions if each.lists and each.lists.operations]
        lists = {each.lists.path: each for each in listing if each.lists and each.path == each.lists.path}
        besides = {each.lists.name: each for each in listing if each.lists and each.lists.name not in lists}
        named = {resource.name for resource in resources}
        read_only = [each.lists for each in lists.values() if each.lists and each.lists.name not in named]
        self.resources = [each for each in (*resources, *read_only) if each.operations]
        # The path that lists what otherwise stands below a parent, and what it is narrowed by there.
        self.besides = {name: action for name, action in besides.items() if name in named}
        covered = {each.name for each in (*lists.values(), *self.besides.values())}
        covered |= {each.name for each in actions if each.public or each.alias}
        # Calls that a resource of this kind has by its operations.
        own = {call for each in read_only for call in _calls(each)}
        self.actions = [
            each for each in actions if each.name not in covered and (each.method, each.path) not in own
        ]


def _calls(resource: Resource) -> Iterable[tuple[str, str]]:
    """The method and path of its operations read and create."""
    if "read" in resource.operations:
        yield "GET", f"{resource.path}/:id"
    if "create" in resource.operations:
        yield "POST", resource.path


def runtime(facts: Facts) -> str:
    """The text of `_resources.py`."""
    lines = [_HEAD, "from cellarhand.client.endpoints import Called, Described\n\n"]
    lines.append('class SyncResources:\n    """Attributes of `Client`; their types stand in the stub."""\n\n')
    lines.append('class AsyncResources:\n    """Attributes of `AsyncClient`."""\n\n')
    lines.append("DESCRIBED: tuple[Described, ...] = (")
    for each in facts.resources:
        beside = facts.besides.get(each.name)
        facts_of = [snake(each.key), each.path, each.key, tuple(each.operations)]
        more = {
            "beside": beside.path if beside else "",
            "words": tuple(each.scope.words) if each.scope else (),
            "dated": "updatedAt" in each.all_filters,
            "trash": (each.event or each.thing) if "delete" in each.operations else "",
        }
        lines.append(f"    {_made('Described', facts_of, more)},")
    lines.append(")\nCALLED: tuple[Called, ...] = (")
    for each in facts.actions:
        more = {"key": each.key or "", "takes": each.takes is not None, "answers": each.answers is not None}
        lines.append(f"    {_made('Called', [snake(each.name), each.method, each.path], more)},")
    return "\n".join([*lines, ")\n"])


def stub(facts: Facts) -> str:
    """The text of `_resources.pyi`."""
    types: dict[str, str] = {}
    body: list[str] = []
    for waits in (False, True):
        for each in facts.resources:
            body += _resource(each, facts.besides.get(each.name), types, waits)
        body += _actions(facts.actions, types, waits)
        body += [f"class {'Async' if waits else 'Sync'}Resources:"]
        body += [f"    {snake(r.key)}: {_class(r, waits)}" for r in facts.resources]
        body += [f"    actions: {'AsyncActions' if waits else 'SyncActions'}", ""]
    modules: dict[str, list[str]] = {}
    for name, module in types.items():
        modules.setdefault(module, []).append(name)
    head = [
        _HEAD,
        "from builtins import list as List",
        "from collections.abc import AsyncIterator, Iterator, Mapping",
        "from typing import Literal\n",
    ]
    imports = {
        "cellarhand.client.conditions": ["Condition", "DateFilter", "IdFilter", "NumberFilter"],
        "cellarhand.client.endpoints": ["Called", "Described"],
        "cellarhand.client.walk": ["Page"],
        **modules,
    }
    for module, names in sorted(imports.items()):
        head += [f"from {module} import (", *(f"    {name}," for name in sorted(names)), ")"]
    head += ["\nDESCRIBED: tuple[Described, ...]\nCALLED: tuple[Called, ...]\n"]
    return "\n".join([*head, *body])


def _class(resource: Resource, waits: bool) -> str:
    return ("Async" if waits else "") + pascal(snake(resource.key))


def _named(declared: type | None, types: dict[str, str]) -> str:
    """The name of a shape, which the stub imports."""
    if declared is None:
        return "None"
    if types.setdefault(declared.__name__, declared.__module__) != declared.__module__:
        raise LookupError(f"two shapes are called {declared.__name__}: rename one")
    return declared.__name__


def _resource(resource: Resource, beside: Action | None, types: dict[str, str], waits: bool) -> Iterable[str]:
    name = _class(resource, waits)
    methods = _operations(resource, types, waits)
    listed = _list(resource, _named(resource.read, types), waits)
    parameters = _PARAMETER.findall(resource.path)
    if not parameters:
        return [f"class {name}:", *methods, *(listed if "list" in resource.operations else ()), ""]
    inner = [f"class {name}Of:", *methods, *(listed if "list" in resource.operations else ()), ""]
    words = ", ".join(map(_quoted, resource.scope.words)) if resource.scope else ""
    taken = [f"{snake(each)}: {f'Literal[{words}]' if words else 'str'}" for each in parameters]
    outer = [f"class {name}:", f"    def __call__(self, {', '.join(taken)}) -> {name}Of: ..."]
    if beside is not None and beside.lists is not None:
        outer += _list(beside.lists, _named(resource.read, types), waits)
    return [*inner, *outer, ""]


def _operations(resource: Resource, types: dict[str, str], waits: bool) -> Iterable[str]:
    lead = "async def" if waits else "def"
    read = _named(resource.read, types)
    flags = "".join(f", {snake(flag)}: bool | None = ..." for flag in resource.write_flags)
    flags = f", *{flags}" if flags else ""
    if "read" in resource.operations:
        yield f"    {lead} get(self, id: str) -> {read}: ..."
    if "create" in resource.operations:
        yield f"    {lead} create(self, body: {_named(resource.write, types)}{flags}) -> {read}: ..."
    if "update" in resource.operations:
        yield f"    {lead} update(self, id: str, body: Mapping[str, object]{flags}) -> {read}: ..."
    if "delete" in resource.operations:
        yield f"    {lead} delete(self, id: str) -> None: ..."


def _list(resource: Resource, read: str, waits: bool) -> Iterable[str]:
    names = [(each.name, _VALUES[each.kind]) for each in resource.all_filters.values()]
    names += [(name, "str") for name in resource.search_parameters]
    filters = [f"        {snake(name)}: {kind} | None = ...," for name, kind in names]
    iterator = "AsyncIterator" if waits else "Iterator"
    lead = "async def" if waits else "def"
    yield "    def list("
    yield "        self,"
    yield "        *,"
    yield from filters
    yield "        limit: int | None = ...,"
    yield f"    ) -> {iterator}[{read}]: ..."
    yield f"    {lead} page("
    yield "        self,"
    yield "        number: int = ...,"
    yield "        *,"
    yield from filters
    yield "        limit: int | None = ...,"
    yield f"    ) -> Page[{read}]: ..."


def _actions(actions: list[Action], types: dict[str, str], waits: bool) -> Iterable[str]:
    yield f"class {'Async' if waits else 'Sync'}Actions:"
    for each in actions:
        answer = _named(each.answers, types)
        answer = f"List[{answer}]" if each.key else answer
        words = ", ".join(map(_quoted, each.words))
        taken = [
            f"{snake(p)}: {f'Literal[{words}]' if p == 'objectType' else 'str'}"
            for p in _PARAMETER.findall(each.path)
        ]
        taken += [f"body: {_named(each.takes, types)}"] if each.takes else []
        flags = [f"{snake(q)}: str | bool{'' if q in each.needs else ' | None = ...'}" for q in each.query]
        parameters = ", ".join(["self", *taken, *(["*", *flags] if flags else [])])
        yield f"    {'async def' if waits else 'def'} {snake(each.name)}({parameters}) -> {answer}: ..."
    yield ""


def _quoted(text: str) -> str:
    return f'"{text}"'


def _made(name: str, facts: Sequence[object], more: Mapping[str, object]) -> str:
    """The call that makes it; what is empty stays away."""
    parts = [_value(each) for each in facts]
    parts += [f"{key}={_value(value)}" for key, value in more.items() if value]
    return f"{name}({', '.join(parts)})"


def _value(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else repr(value).replace("'", '"')


def texts() -> dict[str, str]:
    """Both files by name, in the house format."""
    import subprocess
    import sys

    facts = Facts(RESOURCES, ACTIONS)
    made = {"_resources.py": runtime(facts), "_resources.pyi": stub(facts)}
    formatted: dict[str, str] = {}
    for name, text in made.items():
        command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(FOLDER / name), "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)  # noqa: S603
        formatted[name] = done.stdout
    return formatted


def main() -> None:
    for name, text in texts().items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
