"""What a push, or a dry run of one, did with one list."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_PLACE = re.compile(r"\[\d+\]")


@dataclass(slots=True)
class Outcome:
    """What a push did with one list. `left` are paths that could not be carried; `note` says what to know.

    `read` are records of the archive that were looked at: orders are sorted before the first is sent. `most`
    is how many a second the limit allows, where each takes a call of its own. `reasons` are those of
    refusals, with how often each was given.
    """

    name: str
    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    matched: int = 0
    refused: int = 0
    skipped: int = 0
    read: int = 0
    most: float | None = None
    left: set[str] = field(default_factory=set[str])
    reasons: dict[str, int] = field(default_factory=dict[str, int])
    seconds: float = 0.0
    note: str = ""

    @property
    def done(self) -> int:
        return self.created + self.updated + self.unchanged + self.matched + self.refused + self.skipped

    def refuse(self, message: str, faults: Iterable[tuple[str, str]]) -> None:
        """Count why a record was refused: without places, and without what is of that record alone."""
        for name, text in tuple(faults) or (("", message),):
            path, said = _PLACE.sub("[]", name), re.split(r"[:(]", text)[0].strip()
            reason = f"{path}: {said}" if path else said
            self.reasons[reason] = self.reasons.get(reason, 0) + 1


Progress = Callable[[Outcome], None]
