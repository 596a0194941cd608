"""Slugs and what search engines are told: made from titles when they are not sent (CAT-5, reference A21)."""

import html
import re
from typing import Annotated, Any, Required, TypedDict, cast

from cellarhand.record.formats import Refused
from cellarhand.record.resource import Draft, Resource, Unique
from cellarhand.record.search import fold
from cellarhand.record.types import Default, Format, Size, Text, Title
from cellarhand.record.validate import Record
from cellarhand.store.conditions import StartsWith, equal
from cellarhand.store.tables import UNIQUE_KEY
from cellarhand.store.unit import ReadUnit

LONGEST = 100
DESCRIPTION = 150
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_OTHER = re.compile(r"[^a-z0-9]+", re.ASCII)
_TAGS = re.compile(r"<[^>]*>")


def _slug_format(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise Refused('must match pattern "^[a-z0-9]+(-[a-z0-9]+)*$"')
    return value


_SLUG_WORDS = "lower-case letters and digits, with single hyphens between"
Slug = Annotated[
    str, Format("slug", _slug_format, _SLUG_WORDS, r"^[a-z0-9]+(-[a-z0-9]+)*$"), Size(1, LONGEST)
]


class Seo(TypedDict, total=False):
    title: Required[Title]
    description: Annotated[Annotated[Text, Size(0, 1000)] | None, Default(None)]


def slug_of(title: str) -> str:
    """The title without accents, in lower case, every other character a single hyphen."""
    slug = _OTHER.sub("-", fold(title)).strip("-")[:LONGEST].strip("-")
    return slug or "untitled"


def unique_slug(kind: str) -> Unique:
    """The unique value of a kind's slug, for its declaration."""
    return Unique(f"{kind}.slug", lambda record: [(record["slug"], "slug")])


async def id_of_slug(unit: ReadUnit, resource: Resource, slug: str) -> str | None:
    """The id of the record that has a slug, sent in any case; None where none has it."""
    slug = slug.lower()
    if len(slug) > LONGEST or not _SLUG.fullmatch(slug):
        return None
    rows = await unit.of_keys(UNIQUE_KEY, ("object_id",), ((f"{resource.name}.slug", slug),))
    return rows[0][0] if rows else None


async def settle_slug(draft: Draft) -> None:
    """A slug that was not sent is made from the title; `-2`, `-3` when it is taken."""
    if not draft.creating or "slug" in draft.sent:
        return
    wanted = slug_of(draft.sent["title"])
    where = (*equal("kind", f"{draft.resource.name}.slug"), StartsWith("value", wanted))
    taken = {row[0] for row in await draft.unit.rows(UNIQUE_KEY, ("value",), where)}
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted[: LONGEST - len(str(number)) - 1]}-{number}"
    draft.sent["slug"] = slug
    draft.derived.add("slug")


async def settle_seo(draft: Draft) -> None:
    """Without `seo` the title, and the first 150 characters of the content without HTML."""
    if draft.creating and "seo" not in draft.sent:
        draft.sent["seo"] = default_seo(draft.sent)


def default_seo(record: Record) -> dict[str, Any]:
    content = cast(str | None, record.get("content"))
    plain = " ".join(html.unescape(_TAGS.sub(" ", content or "")).split())[:DESCRIPTION].strip()
    return {"title": record["title"], "description": plain or None}
