"""A real SMTP server on this machine that keeps what it is given."""

import email
import email.policy
import re
import time
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import free_port

SECONDS_TO_ARRIVE = 20


class Mailbox:
    """All mail that was taken. `answer` is what it says to each; use as a context manager."""

    def __init__(self, **options: Any) -> None:
        self.port = free_port()
        self.taken: list[EmailMessage] = []
        self.answer = "250 OK"
        self._options = options
        self._controller: Controller | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Called by the SMTP server for each mail."""
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        return self.answer

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self._options)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> "Mailbox":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def to(self, recipient: str) -> list[EmailMessage]:
        return [message for message in self.taken if message["To"] == recipient]

    def newest(self, recipient: str, subject: str = "") -> EmailMessage:
        """The last mail to somebody, as soon as one has come."""
        ends = time.monotonic() + SECONDS_TO_ARRIVE
        while time.monotonic() < ends:
            found = [message for message in self.to(recipient) if subject in str(message["Subject"])]
            if found:
                return found[-1]
            time.sleep(0.02)
        raise AssertionError(f"no mail '{subject}' came for {recipient}")

    def link(self, recipient: str, subject: str = "") -> str:
        """The link in the last mail to somebody."""
        return link_in(self.newest(recipient, subject))


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage) -> str:
    found = re.search(r"https?://\S+", text_of(message))
    assert found is not None
    return found[0]


def knows(name: str, password: str) -> Any:
    """An authenticator that lets in who knows both."""

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (
            name.encode(),
            password.encode(),
        )
        return AuthResult(success=known, handled=False)

    return authenticate
