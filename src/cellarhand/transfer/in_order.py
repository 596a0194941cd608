"""The order in which the records of one list are sent, where that of their ids will not do."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import IO

from cellarhand.record.validate import Record
from cellarhand.transfer.moved import Moved
from cellarhand.transfer.sending import Prepared

_SORTING = ".sorting-"
_NO_NAME = re.compile(r"[^0-9a-zA-Z-]")


def place_of(moved: Moved, body: Record, *, bulk: bool) -> str:
    """Where a record stands among the others of its list; those without a place keep the order of ids.

    Single calls bring orders by when they were submitted, which tells new customers from others. In bulk an
    order says that itself: there those of a customer come together, so that the customer changes once.
    """
    if moved.name == "product":
        return "bundle" if body.get("type") == "Bundle" else ""
    if moved.name != "order":
        return ""
    submitted = str(body.get("orderSubmittedDate", ""))
    return f"{body.get('customerId')} {submitted}" if bulk else submitted


def in_order(moved: Moved, bodies: Iterator[Prepared], folder: Path, *, bulk: bool) -> Iterator[Prepared]:
    """The records by their places. Orders go through files in `folder`: memory holds a part of them."""
    if moved.name == "product":
        return _bundles_last(bodies)
    if moved.name == "order":
        # A 256th of the customers, or a month.
        return _sorted(bodies, folder, (lambda place: place[:2]) if bulk else (lambda place: place[:7]))
    return bodies


def _bundles_last(bodies: Iterator[Prepared]) -> Iterator[Prepared]:
    bundles: list[Prepared] = []
    for each in bodies:
        if each.place:
            bundles.append(each)
        else:
            yield each
    yield from bundles


def _sorted(bodies: Iterator[Prepared], folder: Path, part_of: Callable[[str], str]) -> Iterator[Prepared]:
    for left in folder.glob(f"{_SORTING}*"):
        # Of a push that was killed; no other works in this folder.
        rmtree(left)
    with TemporaryDirectory(prefix=_SORTING, dir=folder) as name:
        with ExitStack() as files:
            parts: dict[str, IO[bytes]] = {}
            for each in bodies:
                part = _NO_NAME.sub("-", part_of(each.place))
                if part not in parts:
                    parts[part] = files.enter_context((Path(name) / f"part {part}").open("wb"))
                head = f"{each.id}\t{each.digest}\t{each.place}\t".encode()
                parts[part].write(head + each.content + b"\n")
        for part in sorted(parts):
            with (Path(name) / f"part {part}").open("rb") as file:
                found = [_read(line) for line in file]
            yield from sorted(found, key=lambda each: (each.place, each.id))


def _read(line: bytes) -> Prepared:
    id, digest, place, content = line[:-1].split(b"\t", 3)
    return Prepared(id.decode(), digest.decode(), content, place.decode())
