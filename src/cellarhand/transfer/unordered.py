"""Records that came in no order of their ids, brought into it.

Such are cards, which come by their customers, and all that a source's cursor goes along in another way.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

Row = tuple[str, bytes]
IN_MEMORY = 32 * 1024 * 1024
"""So many bytes of records are put in order without a file."""
_READ = 32 * 1024


def by_id(parts: Iterable[Iterable[Row]], id_of: Callable[[bytes], str], folder: Path) -> Iterator[Row]:
    """The rows of all parts in the order of their ids; of several rows of one id the last is the truer one.

    Memory holds a part and a little of each of the others; the rest lies in a nameless file in `folder`, as
    long as somebody reads. A row is one line.
    """
    with TemporaryFile(dir=folder) as file:
        runs: list[Iterator[tuple[str, int, bytes]]] = []
        start = 0
        for number, rows in enumerate(parts):
            for _, row in sorted(dict(rows).items()):
                file.write(row + b"\n")
            end = file.tell()
            # Of equal ids that of the last part comes first.
            runs.append(_keyed(file, start, end, -number, id_of))
            start = end
        last = None
        for id, _, row in heapq.merge(*runs, key=lambda each: each[:2]):
            if id != last:
                yield id, row
            last = id


def _keyed(
    file: IO[bytes], start: int, end: int, age: int, id_of: Callable[[bytes], str]
) -> Iterator[tuple[str, int, bytes]]:
    return ((id_of(row), age, row) for row in _lines(file, start, end))


def _lines(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    """The lines of a stretch of a file that others read in between."""
    rest = b""
    while start < end:
        file.seek(start)
        read = file.read(min(_READ, end - start))
        start += len(read)
        *lines, rest = (rest + read).split(b"\n")
        yield from lines
