"""What records name that is gone: deleted in the source since, and not in the target (MIG-4).

An order is history, and stays when its customer, an address or a department is deleted; so does a gift card
when its customer is. It comes without the ids of those. So does a coupon or a promotion, as long as anything
is left that it is for. Of a list that is not whole in the archive nobody knows what is gone: what names one
of its records is refused by a target that has not that one, and comes when the pull was finished.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import msgspec

from cellarhand.record.validate import Record
from cellarhand.transfer.archive import Archive
from cellarhand.transfer.moved import VARIANT, ByWord, Moved
from cellarhand.transfer.requests import values_at
from cellarhand.transfer.there import There

_GUEST = "customerId (of customers who are gone: their orders come as those of guests)"
_WITHOUT = "(of what is gone: the order comes without the id)"
_WITHOUT_SOME = "(of what is gone: it comes without those ids)"
_CARD = "customerId (of customers who are gone: their gift cards come as nobody's)"
HISTORY = ("order", "gift-card")
"""Lists of what stays when something that it names is deleted."""


@dataclass
class Gone:
    """What of such references is neither in the archive nor in the target."""

    archive: Archive
    there: There
    _archived: dict[str, set[str] | None] = field(default_factory=dict[str, "set[str] | None"])

    def let_go(self, moved: Moved, body: Record, left: set[str]) -> Record:
        """The body without what is gone; paths of that go into `left`."""
        for member, by in moved.by_word.items():
            self._let_ids_go(body, member, by, left)
        if moved.name not in HISTORY:
            return body
        for path, holder, member, name in _named(body, _tree(moved), ""):
            if self._is_gone(name, holder[member]):
                holder[member] = None
                nobody = _GUEST if moved.name == "order" else _CARD
                left.add(nobody if path == "customerId" else f"{path} {_WITHOUT}")
        return body

    def _let_ids_go(self, body: Record, member: str, by: ByWord, left: set[str]) -> None:
        """Without any, it would be for all or for nothing: then the target is to refuse it."""
        name, ids = by.lists.get(body.get(by.word) or ""), cast(list[str], body.get(member) or [])
        kept = [id for id in ids if not self._is_gone(name, id)] if name is not None else ids
        if kept and kept != ids:
            body[member] = kept
            left.add(f"{member} {_WITHOUT_SOME}")

    @property
    def unknown(self) -> list[str]:
        """Lists that they name records of, and of which nobody knows who is gone."""
        return sorted({_listed(name) for name, ids in self._archived.items() if ids is None})

    def _is_gone(self, name: str, id: str) -> bool:
        if name not in self._archived:
            self._archived[name] = self._ids(name)
        archived = self._archived[name]
        if archived is None or id in archived:
            return False
        return not self.there.has(name, id) and _listed(name) not in self.there.unchecked

    def _ids(self, name: str) -> set[str] | None:
        """The ids of a list of the archive; None while not all of it was pulled."""
        listed = _listed(name)
        if listed not in self.archive.manifest.resources:
            return None
        if not any(walk.kind == "full" and walk.done for walk in self.archive.current(listed)):
            return None
        rows = self.archive.records(listed)
        if name == VARIANT:
            products = (msgspec.json.decode(text) for _, text in rows)
            return {id for product in products for id in values_at(product, "variants[].id")}
        return {id for id, _ in rows}


def _listed(name: str) -> str:
    """The list whose records hold those."""
    return "product" if name == VARIANT else name


@dataclass(frozen=True, slots=True)
class _Tree:
    """Where ids stand: members with the list that each names, and members that hold such members."""

    ids: tuple[tuple[str, str], ...]
    within: "tuple[tuple[str, _Tree], ...]"


@cache
def _tree(moved: Moved) -> _Tree:
    """Of the references of a list those that may be let go: no other order, and no tag."""
    paths = {path: name for path, name in moved.references.items() if name not in ("order", "tag.order")}
    return _tree_of(paths)


def _tree_of(paths: Mapping[str, str]) -> _Tree:
    within: dict[str, dict[str, str]] = {}
    for path, name in paths.items():
        head, dot, rest = path.partition(".")
        if dot:
            within.setdefault(head.removesuffix("[]"), {})[rest] = name
    ids = tuple((path, name) for path, name in paths.items() if "." not in path)
    return _Tree(ids, tuple((head, _tree_of(rest)) for head, rest in within.items()))


def _named(value: Record, tree: _Tree, path: str) -> Iterator[tuple[str, Record, str, str]]:
    """Each id that stands there: its path, the object that holds it, its member, the list that it names."""
    for member, name in tree.ids:
        if value.get(member) is not None:
            yield f"{path}{member}", value, member, name
    for member, inner in tree.within:
        found: Any = value.get(member)
        if isinstance(found, dict):
            yield from _named(cast(Record, found), inner, f"{path}{member}.")
        elif isinstance(found, list):
            for each in cast(list[Record], found):
                yield from _named(each, inner, f"{path}{member}[].")
