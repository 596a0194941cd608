"""Secrets: argon2id hashes of passwords and app secrets, random tokens and their digests (ACC-5, APP-4).

Verifying takes some 20 ms of a core on purpose: it runs in threads, few at a time.
"""

import asyncio
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_PASSWORD = 10
MOST_PASSWORD = 128
LEAST_CUSTOMER_PASSWORD = 8
MOST_CUSTOMER_PASSWORD = 72
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified against when there is no such account, so that time does not tell.
_NOBODY = _HASHER.hash("nobody has this password")


def password_fault(password: str) -> str | None:
    """What is wrong with a new password of a person; None when nothing is."""
    if len(password) < LEAST_PASSWORD:
        return f"a password has at least {LEAST_PASSWORD} characters"
    if len(password) > MOST_PASSWORD:
        return f"a password has at most {MOST_PASSWORD} characters"
    return None


def hash_secret(secret: str) -> str:
    return _HASHER.hash(secret)


async def hash_secret_aside(secret: str) -> str:
    """`hash_secret` in a thread, off the event loop."""
    return await asyncio.to_thread(hash_secret, secret)


def _verify(hashes: list[str], secret: str) -> bool:
    matched = False
    for known in hashes or [_NOBODY]:
        try:
            matched |= _HASHER.verify(known, secret) and known != _NOBODY
        except (VerificationError, InvalidHashError):
            continue
    return matched


class Verifier:
    """Checks secrets in threads; more than `most` at a time wait their turn."""

    def __init__(self, most: int = 2) -> None:
        self._turns = asyncio.Semaphore(most)

    async def matches(self, hashes: list[str], secret: str) -> bool:
        """Whether one of `hashes` is that of `secret`; takes as long when there are none."""
        async with self._turns:
            return await asyncio.to_thread(_verify, hashes, secret)


def new_token() -> str:
    """256 random bits for an invite link, an app's secret or a signing key; no option of a command line."""
    token = secrets.token_urlsafe(32)
    return token if token[0] != "-" else new_token()


def token_digest(token: str) -> str:
    """How a random token is kept: a digest is enough for what nobody can guess."""
    return hashlib.sha256(token.encode()).hexdigest()
