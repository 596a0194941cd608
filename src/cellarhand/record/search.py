"""Search text: folding, and the words of `q` (reference A11). Pure."""

import re
import unicodedata
from collections.abc import Iterable

from cellarhand.store.conditions import Contains, Linked, StartsWith, Where, equal
from cellarhand.store.tables import SEARCH_TERM

MOST_WORDS = 4
LONGEST_TERM = 200
_NO_DIGIT = re.compile(r"\D+", re.ASCII)


def fold(text: str) -> str:
    """Text as it is compared: without case, accents and doubled blanks."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def terms(entries: Iterable[str | None]) -> set[str]:
    """The search terms of a record: each entry whole, and each further word of an entry."""
    found: set[str] = set()
    for entry in entries:
        if entry:
            folded = fold(entry)[:LONGEST_TERM]
            found.add(folded)
            if " " in folded:
                found.update(folded.split(" ")[1:])
    found.discard("")
    return found


def phone_terms(phone: str) -> tuple[str, str]:
    """The digits without `+`, and the last ten of them."""
    digits = _NO_DIGIT.sub("", phone)
    return digits, digits[-10:]


def by_words(kind: str, text: str) -> Where:
    """The first word and up to three further ones of two or more letters, each a prefix of some entry."""
    words = fold(text).split()
    sought = words[:1] + [word for word in words[1:] if len(word) > 1][: MOST_WORDS - 1]
    return tuple(
        Linked("id", SEARCH_TERM, "object_id", (*equal("kind", kind), StartsWith("term", _as_term(word))))
        for word in sought
    )


def _as_term(word: str) -> str:
    """A word as entries are kept: a phone number with its separators reads as digits."""
    if re.fullmatch(r"\+?[\d().\-/]{7,}", word, re.ASCII):
        return _NO_DIGIT.sub("", word)
    return word


def by_text(text: str, *, by_word: bool = False) -> Where:
    """The whole of `text` contained in the record's, or each word of it by itself."""
    sought = dict.fromkeys(fold(text).split()) if by_word else (fold(text),)
    return tuple(Contains("search_text", each) for each in sought)
