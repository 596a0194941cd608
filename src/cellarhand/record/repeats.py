"""Whether a record shows already what a body says: then sending it again changes nothing. Pure."""

from typing import cast

from cellarhand.record.validate import Record

_OF_THE_NIGHT = frozenset(("rank", "rankTrend"))
"""What becomes another overnight by itself says nothing against a record."""


def shows(shown: object, said: object) -> bool:
    """Whether what is shown has all of what is said; members that are never shown can't tell. Pure."""
    if isinstance(shown, dict) and isinstance(said, dict):
        mine, theirs = cast(Record, shown), cast(Record, said)
        told = theirs.keys() & mine.keys() - _OF_THE_NIGHT
        return all(shows(mine[name], theirs[name]) for name in told)
    if isinstance(shown, list) and isinstance(said, list):
        kept, sent = cast(list[object], shown), cast(list[object], said)
        if len(kept) > len(sent):
            # Dynamic tags and collections join by themselves, and are never said.
            kept = [each for each in kept if not _is_dynamic(each)]
        return len(kept) == len(sent) and all(map(shows, kept, sent))
    return isinstance(shown, bool) is isinstance(said, bool) and shown == said


def said_by(body: object, clean: object) -> object:
    """What a body says itself, in the form that is stored: no defaults of what it leaves out. Pure."""
    if isinstance(body, dict) and isinstance(clean, dict):
        sent, cleaned = cast(Record, body), cast(Record, clean)
        return {name: said_by(sent[name], each) for name, each in cleaned.items() if name in sent}
    if isinstance(body, list) and isinstance(clean, list):
        elements, cleaned_elements = cast(list[object], body), cast(list[object], clean)
        if len(elements) == len(cleaned_elements):
            return list(map(said_by, elements, cleaned_elements))
    return cast(object, clean)


def _is_dynamic(element: object) -> bool:
    return isinstance(element, dict) and cast(Record, element).get("type") == "Dynamic"
