"""Handing mail to an SMTP server, in a thread: the standard library's client is all that it takes."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from cellarhand.mail.outbox import Mail

SECONDS_TO_ANSWER = 10
SECURITY = ("starttls", "tls", "none")
LEAST_PERMANENT = 500
# What a server says of how it is set up, and not of the mail: worth another try.
_AUTHENTICATION = frozenset((530, 534, 535, 538))


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where mail is handed over; `security` is starttls, tls or none, `sender` the From of every mail."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""


class NotSent(Exception):
    """A mail that was not taken. `final` when another try is useless."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


async def send(smtp: Smtp, mail: Mail) -> None:
    """Hand one mail over; raises NotSent."""
    await asyncio.to_thread(_send, smtp, mail)


def _send(smtp: Smtp, mail: Mail) -> None:
    try:
        with _connected(smtp) as server:
            if smtp.user:
                server.login(smtp.user, smtp.password)
            server.send_message(compose(smtp.sender, mail))
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        raise NotSent(_told(code, text), final=_is_final(code)) from refused
    except smtplib.SMTPSenderRefused as refused:
        # The operator's setting is wrong, not the mail.
        raise NotSent(_told(refused.smtp_code, refused.smtp_error)) from refused
    except smtplib.SMTPResponseException as answer:
        raise NotSent(
            _told(answer.smtp_code, answer.smtp_error), final=_is_final(answer.smtp_code)
        ) from answer
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # Of a reason in other words only its kind: it may repeat what was sent.
        raise NotSent(f"{type(error).__name__}: {smtp.host}:{smtp.port}") from error


def _connected(smtp: Smtp) -> smtplib.SMTP:
    if smtp.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=SECONDS_TO_ANSWER, context=context)
    server = smtplib.SMTP(smtp.host, smtp.port, timeout=SECONDS_TO_ANSWER)
    if smtp.security == "starttls":
        try:
            # Never in clear text after all: a server without it is an error.
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def compose(sender: str, mail: Mail) -> EmailMessage:
    """The mail as it travels. Its id stays over all tries, so that a second copy can be known as one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = formatdate(mail.created_at / 1000)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.content or "")
    message.add_alternative(mail.html or "", subtype="html")
    # Else the generator makes one up by chance, and no two tries send the same bytes.
    message.set_boundary(f"=_{mail.id}")
    return message


def _is_final(code: int) -> bool:
    return code >= LEAST_PERMANENT and code not in _AUTHENTICATION


def _told(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"
