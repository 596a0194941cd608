"""Dynamic tags as a client would make them."""

from typing import Any


def rule(
    *conditions: tuple[str, str, str], title: str = "T", applies: str = "All conditions"
) -> dict[str, Any]:
    words = ("appliesTo", "condition", "value")
    asked = [dict(zip(words, each, strict=True)) for each in conditions]
    return {"title": title, "type": "Dynamic", "appliesToCondition": applies, "conditions": asked}
