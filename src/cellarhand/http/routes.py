"""The routes of the API, made from the declarations, and finding one (reference A2, A5.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from cellarhand.record.action import Action
from cellarhand.record.resource import Operation, Resource

_METHODS: dict[Operation, str] = {
    "list": "GET",
    "create": "POST",
    "read": "GET",
    "update": "PUT",
    "delete": "DELETE",
}
_WORDS = ("objectType", "resource")
"""Parameters of paths that are words out of a list, not ids."""
_TEXTS = ("slug",)
"""Those that may be any text."""
_STATUS: dict[Operation, int] = {"list": 200, "create": 201, "read": 200, "update": 200, "delete": 204}


@dataclass(frozen=True)
class Endpoint:
    """One method on one path: what is called, and what the edge has to know about it."""

    name: str
    method: str
    template: str
    operation: str
    right: str
    permission: str | None
    status: int
    resource: Resource | None = None
    action: Action | None = None
    public: bool = False
    paged: bool = False

    @cached_property
    def open_names(self) -> tuple[str, ...]:
        """The parameters of its path that no list of words fixes, in order."""
        names = (s[1:] for s in self.template.split("/") if s.startswith(":"))
        return tuple(name for name in names if name not in _WORDS)

    @cached_property
    def id_names(self) -> tuple[str, ...]:
        """Those of them that are ids."""
        return tuple(name for name in self.open_names if name not in _TEXTS)

    @property
    def streams(self) -> bool:
        """Whether its body and its answer are lines."""
        return self.action is not None and self.action.streams

    @cached_property
    def takes_body(self) -> bool:
        """Whether it has one: of deletions only those that say what they take (reference A2)."""
        return self.method in ("POST", "PUT") or (self.action is not None and self.action.takes is not None)


@dataclass(slots=True)
class _Node:
    words: "dict[str, _Node]" = field(default_factory=dict[str, "_Node"])
    # Words that fix a parameter: `customer` in `/tag/:objectType`.
    fixed: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    # Below any id or text; what that is called depends on the endpoint.
    any_id: "_Node | None" = None
    methods: dict[str, Endpoint] = field(default_factory=dict[str, Endpoint])


class Match(NamedTuple):
    """What a path leads to: endpoints by method, the words it fixes, ids and texts in order, unchecked."""

    methods: Mapping[str, Endpoint]
    words: Mapping[str, str]
    ids: tuple[str, ...]


def endpoints_of(resource: Resource) -> Iterable[Endpoint]:
    """The endpoints of a resource's operations."""
    for operation in resource.operations:
        one = operation in ("read", "update", "delete")
        verb = "list all" if operation == "list" else operation
        yield Endpoint(
            name=f"{verb.split(' ')[0]}-{resource.name}",
            method=_METHODS[operation],
            template=f"{resource.path}/:id" if one else resource.path,
            operation=operation,
            right=resource.right,
            permission=resource.permission,
            status=_STATUS[operation],
            resource=resource,
            paged=operation == "list",
        )


def endpoint_of(action: Action) -> Endpoint:
    return Endpoint(
        name=action.name,
        method=action.method,
        template=action.path,
        operation=action.operation,
        right=action.right,
        permission=action.permission,
        status=action.status,
        action=action,
        public=action.public,
        paged=action.paged,
    )


class Routes:
    """All endpoints, found by path. Paths are case-sensitive; one trailing slash is ignored."""

    def __init__(self, resources: Iterable[Resource], actions: Iterable[Action]) -> None:
        self._root = _Node()
        self.endpoints: list[Endpoint] = []
        for resource in resources:
            words = dict(resource.scope.words) if resource.scope else {}
            for endpoint in endpoints_of(resource):
                self._add(endpoint, resource.scope.param if resource.scope else "", words)
        for action in actions:
            scope = next((name for name in _WORDS if f"/:{name}" in action.path), "") if action.words else ""
            self._add(endpoint_of(action), scope, dict(action.words))

    def _add(self, endpoint: Endpoint, scope: str, words: dict[str, str]) -> None:
        self.endpoints.append(endpoint)
        nodes = [self._root]
        for segment in endpoint.template.split("/")[1:]:
            if segment == f":{scope}":
                for node in nodes:
                    for word, value in words.items():
                        node.fixed[word] = (scope, value)
                nodes = [node.words.setdefault(word, _Node()) for node in nodes for word in words]
            elif segment.startswith(":"):
                below: list[_Node] = []
                for node in nodes:
                    node.any_id = node.any_id or _Node()
                    below.append(node.any_id)
                nodes = below
            else:
                nodes = [node.words.setdefault(segment, _Node()) for node in nodes]
        for node in nodes:
            node.methods[endpoint.method] = endpoint

    def find(self, path: str) -> Match | None:
        """The endpoints of a path below `/v1`, by method; None when no route has it."""
        node = self._root
        words: dict[str, str] = {}
        ids: tuple[str, ...] = ()
        path = path[:-1] if path.endswith("/") else path
        for segment in path.split("/")[1:]:
            below = node.words.get(segment)
            if below is not None:
                if segment in node.fixed:
                    name, value = node.fixed[segment]
                    words[name] = value
                node = below
            elif node.any_id is not None and segment:
                node = node.any_id
                ids += (segment,)
            else:
                return None
        return Match(node.methods, words, ids) if node.methods else None
