"""One web hook's message as it goes out, and what can come back (reference A19). Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from cellarhand import __version__
from cellarhand.record.text import encode


@dataclass(frozen=True, slots=True)
class Hook:
    """A registration with its secrets; it never leaves the process in this form."""

    id: str
    url: str
    owner: str
    username: str | None
    password: str | None
    signing_secret: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one hook. `id` is the same at every attempt, `attempts` counts those made."""

    id: str
    hook: Hook
    object: str
    action: str
    object_id: str
    seq: int
    user: str | None
    payload: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What is posted."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the receiver's status and the first of its body, or why there is none."""

    status: int | None = None
    answer: bytes = b""
    # The body was longer than what is kept of it.
    cut: bool = False
    trouble: str = ""

    @property
    def delivered(self) -> bool:
        """Any 2xx is success (reference A19)."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def message(self) -> str:
        return self.trouble or f"Request failed with status code {self.status}"


Post = Callable[[Letter], Awaitable[Outcome]]
"""Sends one letter, once. Never raises: whatever goes wrong is an outcome."""


def write_letter(delivery: Delivery, tenant: str, now: int) -> Letter:
    """The letter of an attempt made at `now`."""
    body = b'{"object":%b,"action":%b,"payload":%b,"user":%b,"tenantId":%b,"webHookId":%b}' % (
        encode(delivery.object),
        encode(delivery.action),
        delivery.payload,
        encode(delivery.user),
        encode(tenant),
        encode(delivery.hook.id),
    )
    seconds = str(now // 1000)
    headers = {
        "content-type": "application/json",
        "user-agent": f"Cellarhand/{__version__}",
        "webhook-id": delivery.id,
        "webhook-timestamp": seconds,
    }
    hook = delivery.hook
    if hook.username is not None or hook.password is not None:
        pair = f"{hook.username or ''}:{hook.password or ''}"
        headers["authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    if hook.signing_secret is not None:
        signed = f"{delivery.id}.{seconds}.".encode() + body
        digest = hmac.digest(_key(hook.signing_secret), signed, hashlib.sha256)
        headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
    return Letter(hook.url, headers, body)


def _key(secret: str) -> bytes:
    """The bytes of a secret: `whsec_` leads base64, as in Standard Webhooks; all else is taken as it is."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
