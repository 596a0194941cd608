"""Staff tokens: a raw JWT (HS256) that tells who stands behind a call (reference A3, B2)."""

from typing import Any

import jwt

from cellarhand import clock

LIFETIME_MS = clock.DAY_MS
# The library types its optional parts by a package that is not needed here.
_jwt: Any = jwt


def issue(secret: str, account_id: str, first_name: str, last_name: str, email: str) -> str:
    """A token for one account in the tenant whose secret this is; `iat` in milliseconds, `exp` in seconds."""
    moment = clock.now()
    claims = {
        "sub": account_id,
        "firstName": first_name,
        "lastName": last_name,
        "email": email,
        "iat": moment,
        "type": "Account",
        "exp": (moment + LIFETIME_MS) // 1000,
    }
    return _jwt.encode(claims, secret, algorithm="HS256")


def account_of(token: str, secret: str, lifetime_ms: int = LIFETIME_MS) -> tuple[str, int, int] | None:
    """The account id, the moment of issue and the end of a good staff token; None for any other."""
    try:
        claims: dict[str, Any] = _jwt.decode(
            token, secret, algorithms=["HS256"], options={"verify_iat": False, "verify_exp": False}
        )
    except (jwt.InvalidTokenError, ValueError):
        return None
    subject, issued = claims.get("sub"), claims.get("iat")
    if not isinstance(subject, str) or not isinstance(issued, int) or isinstance(issued, bool):
        return None
    # Older tokens carry no type; a customer's token says that it is one.
    if claims.get("type", "Account") != "Account":
        return None
    moment = clock.now()
    ends = issued + lifetime_ms + 1
    expires: object = claims.get("exp")
    if expires is not None:
        if not isinstance(expires, int | float):
            return None
        ends = int(min(ends, expires * 1000))
    if issued > moment + 60_000 or ends <= moment:
        return None
    return subject, issued, ends
