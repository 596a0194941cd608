"""The order in which the records of one list are sent, where that of their ids will not do."""

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec

from cellarhand.transfer.moved import Moved
from cellarhand.transfer.sending import Prepared


def in_order(moved: Moved, bodies: Iterator[Prepared]) -> Iterator[Prepared]:
    """Orders by when they were submitted, which tells new customers from others; bundles last."""
    if moved.name == "order":
        return _by_submission(bodies)
    return _bundles_last(bodies) if moved.name == "product" else bodies


def _bundles_last(bodies: Iterator[Prepared]) -> Iterator[Prepared]:
    bundles: list[Prepared] = []
    for each in bodies:
        if each.body.get("type") == "Bundle":
            bundles.append(each)
        else:
            yield each
    yield from bundles


def _by_submission(bodies: Iterator[Prepared]) -> Iterator[Prepared]:
    """Sorted month by month, through files: memory holds a month."""
    with tempfile.TemporaryDirectory(prefix="cellarhand-push-") as folder:
        with ExitStack() as files:
            months: dict[str, gzip.GzipFile] = {}
            for each in bodies:
                month = _submitted(each)[:7].replace("/", "-")
                if month not in months:
                    path = Path(folder) / f"month {month}"
                    months[month] = files.enter_context(gzip.open(path, "wb", compresslevel=1))
                months[month].write(msgspec.json.encode(each) + b"\n")
        for month in sorted(months):
            with gzip.open(Path(folder) / f"month {month}", "rb") as file:
                found = [msgspec.json.decode(line, type=Prepared) for line in file]
            yield from sorted(found, key=lambda each: (_submitted(each), each.id))


def _submitted(each: Prepared) -> str:
    return str(each.body.get("orderSubmittedDate", ""))
