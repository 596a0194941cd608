"""Giving records their `updatedAt` back, where writing others into the target has moved it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from cellarhand.client import Client
from cellarhand.transfer.archive import Archive
from cellarhand.transfer.ledger import Entry, Ledger, digest_of
from cellarhand.transfer.moved import Moved
from cellarhand.transfer.sending import lines_of

if TYPE_CHECKING:
    from cellarhand.transfer.push import Outcome

_LINES = 1000


class _Dated(msgspec.Struct, rename="camel"):
    id: str
    updated_at: str = ""
    customer_id: str | None = None
    previous_order_id: str | None = None


_decode = msgspec.json.Decoder(_Dated).decode


def set_dates(
    client: Client,
    archive: Archive,
    moved: Moved,
    ledger: Ledger,
    dates: Ledger,
    outcome: "Outcome",
    progress: "Callable[[Outcome], None]",
) -> None:
    """Those of a list that others may have touched, once for each value. Works on a Cellarhand alone."""
    some: list[tuple[_Dated, str]] = []
    touched = _touched(archive, moved)

    def send() -> None:
        lines = [_line(moved, each) for each, _ in some]
        answers = list(lines_of(client, moved.bulk_path, {"mode": "upsert"}, lines))
        done = [pair for pair, said in zip(some, answers, strict=True) if said["result"] != "refused"]
        dates.add(Entry(each.id, digest, "updated", each.id) for each, digest in done)
        outcome.total += len(some)
        outcome.updated += sum(said["result"] == "updated" for said in answers)
        outcome.unchanged += sum(said["result"] == "unchanged" for said in answers)
        outcome.refused += len(some) - len(done)
        progress(outcome)
        some.clear()

    for _, text in archive.records(moved.name):
        each = _decode(text)
        digest = digest_of(each.updated_at.encode())
        entry = ledger.get(each.id)
        if entry is None or entry.state == "refused" or (touched is not None and each.id not in touched):
            continue
        if not dates.is_done(each.id, digest + entry.digest):
            some.append((each, digest + entry.digest))
        if len(some) == _LINES:
            send()
    if some:
        send()


def _line(moved: Moved, each: _Dated) -> dict[str, object]:
    parent = {"customerId": each.customer_id} if moved.resource.parent is not None else {}
    return {"id": each.id, "updatedAt": each.updated_at, **parent}


def _touched(archive: Archive, moved: Moved) -> set[str] | None:
    """The ids that matter; None for all of them."""
    if moved.name == "customer":
        return None
    if moved.name == "order":
        return {each.previous_order_id for each in _all(archive, moved) if each.previous_order_id}
    if moved.resource.parent is not None:
        # The default moves on between those of one customer.
        first: dict[str | None, str] = {}
        found: set[str] = set()
        for each in _all(archive, moved):
            other = first.setdefault(each.customer_id, each.id)
            if other != each.id:
                found.update((other, each.id))
        return found
    return set()


def _all(archive: Archive, moved: Moved) -> Iterator[_Dated]:
    return (_decode(text) for _, text in archive.records(moved.name))
