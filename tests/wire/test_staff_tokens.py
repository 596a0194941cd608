"""A3, B2: staff tokens."""

import base64
import json
from typing import Any

import jwt
import pytest

from cellarhand import clock
from cellarhand.accounts import people
from tests.callers import Caller, House, Site, basic
from tests.catalogue import NO_TENANT, UNAUTHORIZED, is_answer

HOUR = 3_600_000


class Staff:
    """A person of a fresh tenant whose tokens the test makes itself."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.email = f"token-{site.slug}@people.example"
        self.person = site.person("Admin User", self.email)
        self.secret = site.token_secret()
        self.issued: dict[str, Any] = jwt.decode(
            site.token_of(self.email), options={"verify_signature": False}
        )

    def by(self, token: str) -> Caller:
        return self.site.stranger().but(authorization=token)

    def token(self, *, secret: str | None = None, algorithm: str = "HS256", **claims: Any) -> str:
        sent = {name: value for name, value in (self.issued | claims).items() if value is not None}
        return jwt.encode(sent, secret or self.secret, algorithm=algorithm)


@pytest.fixture
def staff(site: Site) -> Staff:
    return Staff(site)


def test_a_token_carries_the_documented_claims_with_milliseconds_in_iat(staff: Staff) -> None:
    assert set(staff.issued) == {"sub", "firstName", "lastName", "email", "iat", "type", "exp"}
    assert staff.issued["type"] == "Account"
    assert abs(staff.issued["iat"] - clock.now()) < HOUR
    assert staff.issued["exp"] == (staff.issued["iat"] + 24 * HOUR) // 1000


def test_a_token_is_good_on_every_endpoint_with_the_rights_of_its_role(staff: Staff) -> None:
    caller = staff.by(staff.token())
    assert caller.get("/customer").status_code == 200
    assert caller.post("/tag/customer", {"title": "VIP", "type": "Manual"}).status_code == 201
    assert caller.get("/web-hook").status_code == 401


def test_the_word_bearer_is_tolerated(staff: Staff) -> None:
    for lead in ("Bearer ", "bearer ", "BEARER   "):
        assert staff.by(lead + staff.token()).get("").status_code == 200


def test_an_older_token_without_type_and_expiry_is_good(staff: Staff) -> None:
    assert staff.by(staff.token(type=None, exp=None)).get("").status_code == 200


def _unsigned(claims: dict[str, Any]) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_bad_token_is_unauthorized(staff: Staff) -> None:
    now = clock.now()
    good = staff.token()
    for token in (
        "nonsense",
        "a.b.c",
        good[:-2],
        good + "x",
        good.replace(".", ".x", 1),
        _unsigned(staff.issued),
        staff.token(algorithm="HS512"),
        staff.token(algorithm="HS384"),
        staff.token(secret="another secret, long enough for the algorithm"),
        staff.token(type="Customer"),
        staff.token(sub="00000000-0000-0000-0000-000000000000"),
        staff.token(sub=None),
        staff.token(iat=None),
        staff.token(iat=str(now)),
        staff.token(iat=True),
        staff.token(iat=now // 1000),
        staff.token(iat=now - 25 * HOUR, exp=None),
        staff.token(iat=now + HOUR),
        staff.token(exp=now // 1000 - 1),
        staff.token(exp="soon"),
    ):
        is_answer(staff.by(token).get("/customer"), 401, UNAUTHORIZED)


def test_a_token_of_another_tenant_is_unauthorized(house: House, staff: Staff) -> None:
    other = house.open()
    other.person("Admin User", staff.email)
    is_answer(staff.by(other.token_of(staff.email)).get(""), 401, UNAUTHORIZED)


def test_a_token_in_an_unknown_tenant_is_unauthorized_and_without_tenant_said_so(staff: Staff) -> None:
    is_answer(staff.by(staff.token()).but(tenant="no-such-tenant").get(""), 401, UNAUTHORIZED)
    is_answer(staff.by(staff.token()).but(tenant=None).get(""), 422, NO_TENANT)


def test_a_token_ends_with_its_expiry_though_it_was_just_used(staff: Staff) -> None:
    now = clock.now()
    caller = staff.by(staff.token(exp=now // 1000 + 5))
    with clock.frozen(now):
        assert caller.get("").status_code == 200
    with clock.frozen(now + 6_000):
        is_answer(caller.get(""), 401, UNAUTHORIZED)


def test_a_token_ends_with_the_configured_lifetime_though_it_was_just_used(staff: Staff) -> None:
    now = clock.now()
    caller = staff.by(staff.token(iat=now, exp=None))
    for later, status in ((0, 200), (24 * HOUR - 1000, 200), (24 * HOUR + 1, 401)):
        with clock.frozen(now + later):
            assert caller.get("").status_code == status


def test_a_changed_role_ends_the_tokens_issued_before(staff: Staff) -> None:
    """ACC-4."""
    now = clock.now()
    before = staff.by(staff.token())
    with clock.frozen(now + 1000):
        staff.site.server.run(
            people.set_role(staff.site.server.store, staff.site.slug, staff.email, "Standard")
        )
        before.until_refused()
        is_answer(before.get(""), 401, UNAUTHORIZED)
        after = staff.by(staff.site.token_of(staff.email))
        assert after.seen("/account/user")["role"] == "Standard"


def test_a_changed_password_ends_the_tokens_issued_before(staff: Staff) -> None:
    now = clock.now()
    before = staff.by(staff.token())
    with clock.frozen(now + 1000):
        staff.site.server.run(people.set_password(staff.site.server.store, staff.email, "a new password"))
        before.until_refused()
        is_answer(before.get(""), 401, UNAUTHORIZED)
        assert staff.person.but(authorization=basic(staff.email, "a new password")).get("").is_success
