"""One-time codes of an authenticator app (RFC 6238: SHA-1, 30 seconds, 6 digits). Pure but for new secrets.

Own code, because it is these few lines over the standard library; a test holds them to the RFC's examples.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote, urlencode

STEP_MS = 30_000
DIGITS = 6
# A clock may be off by one step, either way.
DRIFT = 1


def new_secret() -> str:
    """160 random bits, in base 32 as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one step of 30 seconds."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, code: str, moment: int, after: int | None) -> int | None:
    """The step whose code this is, around `moment` (UTC ms) and later than `after`; None for a wrong code.

    Each code is good once: whoever looked over a shoulder comes too late.
    """
    typed = "".join(code.split())
    now = moment // STEP_MS
    for step in range(now - DRIFT, now + DRIFT + 1):
        matches = hmac.compare_digest(code_at(secret, step).encode(), typed.encode())
        if matches and (after is None or step > after):
            return step
    return None


def uri(secret: str, email: str) -> str:
    """What an authenticator app reads as one of its own."""
    label, query = quote(f"Cellarhand:{email}"), urlencode({"secret": secret, "issuer": "Cellarhand"})
    return f"otpauth://totp/{label}?{query}"
