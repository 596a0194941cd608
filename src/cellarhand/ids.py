"""The only source of record ids: UUIDs in the form of version 4, lower case (reference A15).

They begin with the moment in milliseconds and go on with 74 random bits (docs/decisions/0013). `seeded`
makes them repeatable, so that the same seed gives the same demo tenant.
"""

import os
import random
import re
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache

from cellarhand import clock

FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_seeds: list[random.Random] = []
# The random ends of the next ids: asking the system for many at once costs a third less. No process may give
# out what its parent has.
_ends: list[str] = []
_AT_ONCE = 256
os.register_at_fork(after_in_child=_ends.clear)
_NAMESPACE = uuid.UUID("42beebcc-02cf-434a-8c53-7e0b7c1ab6e8")


def new_id() -> str:
    """A fresh id in its 36-character lower-case form; those of later milliseconds are greater."""
    if _seeds:
        return _version_4(f"{_seeds[-1].getrandbits(128):032x}")
    while True:
        try:
            return _begin(clock.now()) + _ends.pop()
        except IndexError:
            _ends.extend(_random_ends())


@lru_cache(1)
def _begin(moment: int) -> str:
    digits = f"{moment:012x}"
    return f"{digits[:8]}-{digits[8:]}-"


def _random_ends() -> list[str]:
    digits = os.urandom(10 * _AT_ONCE).hex()
    chances = (digits[place : place + 20] for place in range(0, len(digits), 20))
    return [f"4{each[:3]}-{_VARIANTS[each[3]]}{each[4:7]}-{each[7:19]}" for each in chances]


def _version_4(digits: str) -> str:
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def id_of(*words: str) -> str:
    """The id that always belongs to these words: a UUID of version 5."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(words)))


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
    return lowered if FORM.fullmatch(lowered) else None
