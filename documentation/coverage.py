"""What of the documented interface is there: the coverage table, and what it is made of.

`operations.tsv` lists every documented operation with the phase that it belongs to; `members.tsv` the
documented members of bodies and answers, by resource or by call. Both are facts about the interface, not
about this server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cellarhand.http.routes import Endpoint, Routes
from cellarhand.record.shapes import Array, Kind, Object, Shape

_FOLDER = Path(__file__).parent
NOT_YET: dict[str, str] = {}
"""Core operations that are not there, and why. An entry goes with the work that brings its operation."""
OURS: dict[str, str] = {"POST /bulk/:resource": "bulk import, docs/bulk-import.md"}
"""Operations that the documented interface does not have."""
MEMBERS_NOT_THERE: frozenset[str] = frozenset()
"""Documented members that what is there leaves out on purpose, as `resource side member`."""


@dataclass(frozen=True, slots=True)
class Documented:
    """One documented operation."""

    method: str
    path: str
    phase: str

    @property
    def call(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Members:
    """Documented members of one body or answer, and those that are declared; None when it is not there."""

    of: str
    side: str
    documented: tuple[str, ...]
    declared: frozenset[str] | None

    @property
    def missing(self) -> list[str]:
        return [name for name in self.documented if self.declared is not None and name not in self.declared]


def documented() -> list[Documented]:
    return [Documented(*row) for row in _rows("operations.tsv")]


def call_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.template or '/'}"


def members(routes: Routes) -> list[Members]:
    """Each documented body and answer beside what is declared."""
    found: dict[tuple[str, str], list[str]] = {}
    for of, side, member in _rows("members.tsv"):
        found.setdefault((of, side), []).append(member)
    shapes = _shapes(routes)
    return [
        Members(of, side, tuple(names), _names(shapes[of, side]) if (of, side) in shapes else None)
        for (of, side), names in found.items()
    ]


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (_FOLDER / name).read_text("utf-8").splitlines()[1:]]


def _shapes(routes: Routes) -> dict[tuple[str, str], Shape]:
    """The declared shapes by resource or call, and side."""
    found: dict[tuple[str, str], Shape] = {}
    for endpoint in routes.endpoints:
        resource, action = endpoint.resource, endpoint.action
        if resource is not None:
            found[resource.name, "answer"] = resource.read_shape
            if resource.write is not None:
                found[resource.name, "body"] = resource.write_shape
        elif action is not None:
            of = [call_of(endpoint)]
            if action.lists is not None:
                of.append(action.lists.name)
            for name in of:
                if action.answers is not None:
                    found.setdefault((name, "answer"), Shape.of(action.answers))
                if action.takes is not None:
                    found.setdefault((name, "body"), Shape.of(action.takes))
    return found


@cache
def _names(shape: Shape) -> frozenset[str]:
    return frozenset(_paths(shape, "", 0))


def _paths(shape: Shape, lead: str, depth: int) -> Iterator[str]:
    for name, member in shape.members.items():
        if member.imported:
            continue
        yield lead + name
        yield from _inside(member.kind, lead + name, depth)


def _inside(kind: Kind, at: str, depth: int) -> Iterator[str]:
    if isinstance(kind, Array):
        yield from _inside(kind.item, f"{at}[]", depth)
    elif isinstance(kind, Object) and depth < 4:
        yield from _paths(kind.shape, f"{at}.", depth + 1)


def coverage_page(routes: Routes) -> str:
    """The coverage table as Markdown."""
    from documentation.pages import table

    there = {call_of(endpoint) for endpoint in routes.endpoints}
    known = documented()
    by_phase: list[tuple[str, ...]] = []
    for phase, says in _PHASES.items():
        calls = [each.call for each in known if each.phase == phase]
        by_phase.append((says, str(len(calls)), str(sum(call in there for call in calls))))
    operations = [
        (f"`{each.call}`", each.phase, "yes" if each.call in there else f"no: {_why(each)}") for each in known
    ]
    beside = [(f"`{call}`", says) for call, says in OURS.items()]
    rows = sorted(_member_row(each) for each in members(routes))
    return (
        "# Coverage\n\nEvery documented operation of the interface and every documented member of its core, "
        "and whether it is there.\n\n"
        + table(("part", "operations", "there"), by_phase)
        + "\n## Operations\n\n"
        + table(("call", "phase", "there"), operations)
        + "\nOurs, beside the documented ones:\n\n"
        + table(("call", "what"), beside)
        + "\n## Members\n\n"
        + table(("of", "in the", "documented", "there", "missing"), rows)
    )


_PHASES = {
    "core": "core: customers, catalogue, orders, clubs",
    "next": "next: money and carts",
    "later": "later",
}


def _why(operation: Documented) -> str:
    return NOT_YET.get(operation.call, "later" if operation.phase == "later" else "planned")


def _member_row(each: Members) -> tuple[str, ...]:
    count = len(each.documented)
    if each.declared is None:
        return f"`{each.of}`", each.side, str(count), "0", "all: not there yet"
    missing = ", ".join(f"`{name}`" for name in each.missing)
    return f"`{each.of}`", each.side, str(count), str(count - len(each.missing)), missing
