"""What came out, judged against goal and stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Goal:
    """`least` or `most` must be held; `stretch` is what the project would like."""

    goal: float
    stretch: float
    more_is_better: bool

    def verdict(self, value: float) -> str:
        sign = 1 if self.more_is_better else -1
        if sign * value >= sign * self.stretch:
            return "stretch"
        return "pass" if sign * value >= sign * self.goal else "MISSED"

    def words(self, bound: float, unit: str) -> str:
        return f"{'>=' if self.more_is_better else '<='} {bound:g}{unit}"


def at_least(goal: float, stretch: float) -> Goal:
    return Goal(goal, stretch, True)


def at_most(goal: float, stretch: float) -> Goal:
    return Goal(goal, stretch, False)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. `value` is a ratio, or a number of `unit`; `details` say what it was made of.

    Without a goal it is there for comparison.
    """

    scenario: str
    engine: str
    title: str
    value: float
    goal: Goal | None
    unit: str = ""
    details: str = ""

    @property
    def verdict(self) -> str:
        return self.goal.verdict(self.value) if self.goal is not None else ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A scenario that could not be measured here, and why."""

    scenario: str
    engine: str
    reason: str


def table(results: Sequence[Result]) -> str:
    """The results as a Markdown table, aligned for the eye."""
    rows = [("scenario", "engine", "measured", "result", "goal", "stretch", "")]
    for result in results:
        goal = result.goal
        rows.append(
            (
                result.title,
                result.engine,
                result.details,
                f"{result.value:.3g}{result.unit}",
                goal.words(goal.goal, result.unit) if goal is not None else "",
                goal.words(goal.stretch, result.unit) if goal is not None else "",
                result.verdict,
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def as_json(results: Sequence[Result], skipped: Sequence[Skipped], notes: Sequence[str]) -> str:
    """Everything, for programs."""
    told: dict[str, Any] = {
        "machine": list(notes),
        "results": [{**asdict(result), "verdict": result.verdict} for result in results],
        "skipped": [asdict(each) for each in skipped],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
