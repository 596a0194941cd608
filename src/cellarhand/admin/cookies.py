"""The site's one cookie: the token of a session, or before the log-in of nobody."""

from starlette.responses import Response

from cellarhand.accounts.addresses import LEAD
from cellarhand.admin.visit import Visit

COOKIE = "cellarhand_site"


def remember(visit: Visit, response: Response, token: str) -> None:
    """Give the browser its cookie: for the site alone, out of reach of scripts."""
    addresses = visit.grounds.addresses
    response.set_cookie(
        COOKIE,
        token,
        path=LEAD if visit.place.by_path else "/",
        # The log-in and the tenants are names below one another.
        domain=None if visit.place.by_path else f"platform.{addresses.host}",
        secure=addresses.https,
        httponly=True,
        samesite="lax",
    )
