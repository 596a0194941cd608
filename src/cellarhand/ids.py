"""The only source of record ids: UUID version 4, lower case (reference A15).

`seeded` makes them repeatable, so that the same seed gives the same demo tenant.
"""

import random
import re
import uuid
from collections.abc import Generator
from contextlib import contextmanager

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_seeds: list[random.Random] = []


def new_id() -> str:
    """A fresh version-4 UUID in its 36-character lower-case form."""
    if _seeds:
        return str(uuid.UUID(int=_seeds[-1].getrandbits(128), version=4))
    return str(uuid.uuid4())


@contextmanager
def seeded(seed: int) -> Generator[None]:
    """Make every id of the block follow from `seed`."""
    _seeds.append(random.Random(seed))  # noqa: S311 - repeatable on purpose, never used for secrets
    try:
        yield
    finally:
        _seeds.pop()


def parse_id(text: str) -> str | None:
    """The stored form (lower case) of a UUID of any version, the nil UUID included; None when it is none."""
    lowered = text.lower()
    return lowered if _UUID.fullmatch(lowered) else None
