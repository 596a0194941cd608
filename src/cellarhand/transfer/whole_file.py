"""A file that is there as a whole or not at all, whatever happens while it is written."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cellarhand.transfer.faults import TransferFault


@contextmanager
def whole_file(path: Path) -> Generator[IO[bytes]]:
    """Written under another name beside it, on disk before it takes its own. Only its owner may read it.

    A process that is killed leaves `NAME.XXXX.part` behind, which is of no use to anybody.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise TransferFault(f"'{path}' can not be written: {error.strerror}") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _keep_name(path.parent)
    except OSError as error:
        raise TransferFault(f"'{path}' could not be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    """Have the folder on disk too, where the system knows how."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
