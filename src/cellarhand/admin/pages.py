"""Templates: the one environment that makes every page, and the files that pages need."""

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cellarhand.admin import show
from cellarhand.admin.filters import active, choices_with
from cellarhand.admin.navigation import entries

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = {
    "site.css": "text/css; charset=utf-8",
    "site.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
}
"""The files of `static`, and what they are."""


@cache
def asset(name: str) -> bytes:
    return files("cellarhand.admin").joinpath("static", name).read_bytes()


@cache
def packed(name: str) -> bytes:
    """The file as it is sent to browsers, which all take gzip."""
    return gzip.compress(asset(name), 9)


@cache
def version(name: str) -> str:
    """Changes with the file, and stands in its address: browsers keep a file until it changes."""
    return hashlib.sha256(asset(name)).hexdigest()[:12]


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Every value is escaped; a name that a page was not given is a mistake, never an empty place.
    made = Environment(
        loader=PackageLoader("cellarhand.admin"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(entries=entries, value_of=show.value_of)  # pyright: ignore[reportUnknownMemberType, reportCallIssue]
    made.tests["startingwith"] = str.startswith  # pyright: ignore[reportUnknownMemberType]
    made.filters.update(  # pyright: ignore[reportUnknownMemberType]
        money=show.money,
        active=active,
        choices_with=choices_with,
        moment=show.moment,
        day=show.day,
        plain=show.plain,
    )
    return made


def render(template: str, values: dict[str, Any]) -> str:
    return _environment().get_template(template).render(values)
