"""A forgotten password: asking for a link, and choosing a new one behind it (ACC-5)."""

from starlette.background import BackgroundTask
from starlette.responses import Response

from cellarhand.accounts import recovery
from cellarhand.accounts.faults import AdministrationFault
from cellarhand.accounts.people import email_key
from cellarhand.admin.visit import Screen, Visit, said
from cellarhand.record import errors

_MOST_EMAIL = 254


async def show_forgotten(visit: Visit) -> Response:
    return visit.page("forgotten.html", asked="")


async def ask(visit: Visit) -> Response:
    """One answer, whether or not there is such an account; the mail is written when it has left."""
    email = visit.sent("email")[:_MOST_EMAIL]
    wait = visit.grounds.asked.locked_for(email_key(email), visit.source)
    if wait:
        raise errors.too_many_requests(wait)
    visit.grounds.asked.failed(email_key(email), visit.source)
    response = visit.page("forgotten.html", asked=email)
    response.background = BackgroundTask(recovery.ask, visit.store, email, visit.grounds.addresses)
    return response


async def show_reset(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> Response:
    email = await recovery.email_of(visit.store, visit.params["token"])
    if email is None:
        return visit.page("spent.html", 404, thing="link", again=True)
    return visit.page("reset.html", status, email=email, fault=fault)


async def reset(visit: Visit) -> Response:
    password = visit.secret("password")
    if await recovery.email_of(visit.store, visit.params["token"]) is None:
        # Before the slow hashing of a password: anybody may send this form.
        return await _page(visit)
    if password != visit.secret("again"):
        return await _page(visit, "The two passwords are not the same.", 422)
    try:
        await recovery.reset(visit.store, visit.params["token"], password)
    except AdministrationFault as fault:
        return await _page(visit, said(fault), 422)
    return visit.go("/login", "reset")


SCREENS = (
    Screen("GET", "/forgotten", show_forgotten, open=True),
    Screen("POST", "/forgotten", ask, open=True),
    Screen("GET", "/reset/{token}", show_reset, open=True),
    Screen("POST", "/reset/{token}", reset, open=True),
)
