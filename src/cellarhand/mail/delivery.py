"""Sending what is due from the outbox, for as long as the server runs. Several processes share the work."""

import asyncio
import logging

from cellarhand.mail import outbox
from cellarhand.mail.smtp import NotSent, Smtp, send
from cellarhand.store.engine import Store, StoreUnavailable

_LOG = logging.getLogger("cellarhand.mail")
SECONDS_BETWEEN = 1.0


async def deliver(store: Store, smtp: Smtp) -> int:
    """Send all that is due now; how many went. Nobody's address gets into the log."""
    gone = 0
    while (mail := await outbox.claim(store)) is not None:
        try:
            await send(smtp, mail)
        except NotSent as fault:
            _LOG.warning("mail %s (%s) was not sent: %s", mail.id, mail.kind, _without(mail.recipient, fault))
            await outbox.not_sent(store, mail, str(fault), final=fault.final)
        else:
            await outbox.sent(store, mail)
            gone += 1
    return gone


def _without(recipient: str, fault: NotSent) -> str:
    return str(fault).replace(recipient, "(recipient)")


async def keep_delivering(store: Store, smtp: Smtp) -> None:
    """Look for mail that is due, now and then."""
    while True:
        try:
            await deliver(store, smtp)
        except StoreUnavailable as error:
            _LOG.warning("mail waits: %s", error)
        except Exception:
            # One mail that can't be read must not keep all others for ever.
            _LOG.exception("mail could not be sent")
        await asyncio.sleep(SECONDS_BETWEEN)
