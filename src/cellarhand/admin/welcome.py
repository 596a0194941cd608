"""A tenant's first page."""

from starlette.responses import Response

from cellarhand.admin.navigation import entries
from cellarhand.admin.visit import Screen, Visit


async def show_first(visit: Visit) -> Response:
    """On to the first page of the menu that the person may see."""
    for _, group in entries(visit):
        for entry in group:
            return visit.go(entry.path)
    return visit.page("apology.html", title="Nothing to see", text="Your role has no pages here.")


SCREENS = (Screen("GET", "/", show_first),)
