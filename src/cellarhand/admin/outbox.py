"""Developer, Outbox: what mail was written and what became of it."""

from starlette.responses import Response

from cellarhand.admin.visit import UTC, Screen, Visit
from cellarhand.mail import outbox
from cellarhand.record import errors


def _is_open(visit: Visit) -> bool:
    """Whether the texts are shown: only where nothing sends them. They hold links that open doors."""
    return not visit.grounds.settings.smtp_host


async def show_outbox(visit: Visit) -> Response:
    mails = await outbox.newest(visit.store, visit.actor.tenant_id)
    return visit.page("outbox.html", mails=mails, reads=_is_open(visit), locale=visit.locale)


async def show_all_mail(visit: Visit) -> Response:
    """All mail of the demo, whose passwords are public: links to new passwords among it."""
    if not visit.grounds.settings.mail_for_all:
        raise errors.unknown_route()
    mails = await outbox.newest_of_all(visit.store)
    return visit.page("all_mail.html", mails=mails, reads=True, locale=UTC)


SCREENS = (Screen("GET", "/developer/outbox", show_outbox, "account", "list"),)
PLATFORM_SCREENS = (Screen("GET", "/outbox", show_all_mail, open=True),)
