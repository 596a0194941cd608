"""The texts of mails: one template each, from which the plain text and the HTML are made alike.

A template is plain text. Its first line is the subject; paragraphs are parted by an empty line; a paragraph
that is only an address becomes a button in HTML.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Message:
    """A mail's subject (one line), its plain text and its HTML."""

    subject: str
    content: str
    html: str


@cache
def _environments() -> "tuple[Environment, Environment]":
    """For plain text, where nothing is escaped, and for HTML, where everything is."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("cellarhand.mail")
    return (
        Environment(loader=loader, undefined=StrictUndefined),  # noqa: S701 - plain text has no markup
        Environment(loader=loader, undefined=StrictUndefined, autoescape=True),
    )


def render(kind: str, values: dict[str, str]) -> Message:
    """The mail `kind` with its values. Line ends in a value become blanks: none can begin a header."""
    plain, marked_up = _environments()
    flat = {name: " ".join(value.split()) for name, value in values.items()}
    text = plain.get_template(f"{kind}.txt").render(flat)
    subject, _, body = text.partition("\n")
    paragraphs = [part.strip() for part in body.split("\n\n") if part.strip()]
    html = marked_up.get_template("layout.html").render(subject=subject, paragraphs=paragraphs)
    return Message(subject, "\n\n".join(paragraphs) + "\n", html)
