"""Who is calling: from the credentials of a request to an actor in a tenant (reference A3).

A verified credential is remembered for a short time under a keyed digest, never as itself, and forgotten the
moment any credential anywhere changes (ACC-4).
"""

import base64
import binascii
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from cellarhand import clock
from cellarhand.accounts import tokens
from cellarhand.accounts.guesses import Guesses
from cellarhand.accounts.passwords import Verifier
from cellarhand.accounts.people import email_key
from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, APP, APP_INSTALL, APP_SECRET
from cellarhand.accounts.tenants import Tenant, find_tenant
from cellarhand.record import errors
from cellarhand.record.actor import Actor
from cellarhand.record.text import decode
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store

REMEMBERED_MS = 60_000
MOST_REMEMBERED = 10_000
_READABLE = ("Live", "Onboarding")


@dataclass(frozen=True, slots=True)
class Credential:
    """A proven person or app, in no tenant yet; `issued` and `ends` are the moments of a staff token."""

    kind: str
    id: str
    issued: int | None = None
    ends: int | None = None


@dataclass(frozen=True, slots=True)
class _Remembered:
    actor: Actor
    until: int


class Identities:
    """Turns credentials into actors for one process."""

    def __init__(self, store: Store, *, people_may_call: bool = True, token_lifetime_ms: int) -> None:
        self._store = store
        self._people_may_call = people_may_call
        self._token_lifetime_ms = token_lifetime_ms
        self._digest = hashlib.blake2b(key=secrets.token_bytes(32), digest_size=32)
        self._epoch: int | None = None
        self._remembered: OrderedDict[bytes, _Remembered] = OrderedDict()
        self._verifier = Verifier()
        self._guesses = Guesses()

    def remembered(self, authorization: bytes, tenant: bytes) -> Actor | None:
        """The actor that these credentials were found to be a moment ago, unless any have changed since.

        None sends the caller to `actor`; no credentials at all are E1.
        """
        if not authorization:
            raise errors.unauthenticated()
        epoch = self._store.credentials_epoch()
        if epoch != self._epoch:
            self._remembered.clear()
            self._epoch = epoch
            return None
        known = self._remembered.get(self._digest_of(authorization, tenant))
        return known.actor if known is not None and known.until > clock.now() else None

    async def actor(self, authorization: bytes, tenant: bytes, source: str) -> Actor:
        """The actor of a private call, looked up; raises E1, E4 or E2, in the order of reference A4."""
        epoch = self._epoch
        actor, ends = await self._look_up(authorization, tenant.decode("latin-1").strip(), source)
        if epoch is not None and self._epoch == epoch:
            until = clock.now() + REMEMBERED_MS
            digest = self._digest_of(authorization, tenant)
            self._remembered[digest] = _Remembered(actor, until if ends is None else min(until, ends))
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return actor

    def _digest_of(self, authorization: bytes, tenant: bytes) -> bytes:
        digest = self._digest.copy()
        digest.update(authorization + b"\0" + tenant)
        return digest.digest()

    async def public(self, tenant: bytes | None) -> Actor:
        """The actor of a public web endpoint: no credentials, a tenant that must exist."""
        slug = (tenant or b"").decode("latin-1").strip()
        if not slug:
            raise errors.invalid(errors.Fault("tenant", errors.REQUIRED))
        found = await find_tenant(self._store.reading(None), slug)
        if found is None or found.state not in _READABLE:
            raise errors.unauthorized()
        return Actor("web", found.tenant_id, found.slug)

    async def log_in(self, email: str, password: str, source: str) -> str | None:
        """The id of the account that these belong to; None for any that are wrong, E21 after too many.

        Wrong ones count together with those of the API.
        """
        self._refuse_guesser(email, source)
        row = await self._store.reading(None).row(
            ACCOUNT, ("id", "password_hash"), equal("email_key", email_key(email))
        )
        hashes = [row[1]] if row is not None and row[1] is not None else []
        matched = await self._matches(hashes, password, email, source)
        return row[0] if matched and row is not None else None

    async def _look_up(self, authorization: bytes, slug: str, source: str) -> tuple[Actor, int | None]:
        """The actor, and the moment when this credential ends if that is known."""
        scheme, _, rest = authorization.strip().partition(b" ")
        if scheme.lower() == b"basic":
            credential = await self._basic(rest.strip(), source)
            tenant = await self._tenant(slug)
        else:
            token = (rest if scheme.lower() == b"bearer" else authorization).strip()
            tenant = await self._tenant(slug)
            credential = self._token(token, tenant)
        if tenant is None or tenant.state not in _READABLE:
            raise errors.unauthorized()
        find = self._app if credential.kind == "app" else self._person
        return await find(credential, tenant), credential.ends

    async def _tenant(self, slug: str) -> Tenant | None:
        if not slug:
            raise errors.invalid(errors.Fault("tenant", errors.REQUIRED))
        return await find_tenant(self._store.reading(None), slug)

    async def _basic(self, encoded: bytes, source: str) -> Credential:
        """A person by e-mail and password, or an app by id and secret."""
        name, secret = _name_and_secret(encoded)
        self._refuse_guesser(name, source)
        unit = self._store.reading(None)
        hashes: list[str] = []
        kind, found_id = "account", ""
        if "@" in name:
            person = None
            if self._people_may_call:
                where = equal("email_key", email_key(name))
                person = await unit.row(ACCOUNT, ("id", "password_hash"), where)
            if person is not None and person[1] is not None:
                found_id, hashes = person[0], [person[1]]
        else:
            kind = "app"
            if await unit.row(APP, ("id",), equal("id", name)) is not None:
                found_id = name
            rows = await unit.rows(APP_SECRET, ("secret_hash", "expires_at"), equal("app_id", name))
            hashes = [row[0] for row in rows if row[1] is None or row[1] > clock.now()]
        if not await self._matches(hashes, secret, name, source) or not found_id:
            raise errors.unauthenticated()
        return Credential(kind, found_id)

    def _refuse_guesser(self, name: str, source: str) -> None:
        wait = self._guesses.locked_for(email_key(name), source)
        if wait:
            raise errors.too_many_requests(wait)

    async def _matches(self, hashes: list[str], secret: str, name: str, source: str) -> bool:
        matched = await self._verifier.matches(hashes, secret)
        if matched:
            self._guesses.succeeded(email_key(name), source)
        else:
            self._guesses.failed(email_key(name), source)
        return matched

    def _token(self, token: bytes, tenant: Tenant | None) -> Credential:
        # An unknown tenant costs the same check as a known one.
        secret = (
            tenant.token_secret if tenant is not None else "no tenant has this secret, it is only as long"
        )
        found = tokens.account_of(token.decode("latin-1"), secret, self._token_lifetime_ms)
        if found is None:
            raise errors.unauthorized()
        return Credential("account", *found)

    async def _app(self, credential: Credential, tenant: Tenant) -> Actor:
        where = (*equal("app_id", credential.id), *equal("tenant_id", tenant.tenant_id))
        row = await self._store.reading(None).row(APP_INSTALL, ("permissions",), where)
        if row is None:
            raise errors.unauthorized()
        permissions: Mapping[str, str] = decode(row[0])
        return Actor("app", tenant.tenant_id, tenant.slug, app_id=credential.id, permissions=permissions)

    async def _person(self, credential: Credential, tenant: Tenant) -> Actor:
        unit = self._store.reading(None)
        where = (*equal("account_id", credential.id), *equal("tenant_id", tenant.tenant_id))
        role = await unit.row(ACCOUNT_ROLE, ("role", "valid_from"), where)
        names = ("email", "first_name", "last_name", "valid_from")
        person = await unit.row(ACCOUNT, names, equal("id", credential.id))
        if role is None or person is None:
            raise errors.unauthorized()
        if credential.issued is not None and credential.issued < max(role[1], person[3]):
            # Issued under an earlier role or password.
            raise errors.unauthorized()
        return Actor(
            "account",
            tenant.tenant_id,
            tenant.slug,
            account_id=credential.id,
            name=f"{person[1]} {person[2]}".strip(),
            email=person[0],
            role=role[0],
        )


def _name_and_secret(encoded: bytes) -> tuple[str, str]:
    """The two halves of Basic credentials; what can't be read counts as wrong (reference A3)."""
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        raise errors.unauthenticated() from None
    if not colon or not name or "\0" in name:
        raise errors.unauthenticated()
    return name, secret
