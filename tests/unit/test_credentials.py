"""Staff tokens and guesses (reference A3, ACC-5)."""

import jwt
import pytest

from cellarhand import clock
from cellarhand.accounts import tokens
from cellarhand.accounts.guesses import MOST_PER_NAME, MOST_PER_SOURCE, WINDOW_MS, Guesses
from cellarhand.accounts.passwords import (
    Verifier,
    hash_secret,
    new_token,
    password_fault,
    token_digest,
)

SECRET = "a secret of one tenant, long enough for HS256"
ACCOUNT = "3f0c7d8a-52a4-4a53-9a2b-0d6a3b0c1a11"


def issued() -> str:
    return tokens.issue(SECRET, ACCOUNT, "Jane", "Example", "jane@example.com")


def forged(**changed: object) -> str:
    claims = {"sub": ACCOUNT, "iat": clock.now(), "type": "Account", **changed}
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, SECRET, algorithm="HS256")


def test_a_token_tells_who_stands_behind_it() -> None:
    found = tokens.account_of(issued(), SECRET)
    assert found is not None
    assert found[0] == ACCOUNT


def test_a_token_dies_with_its_lifetime() -> None:
    token, moment = issued(), clock.now()
    with clock.frozen(moment + tokens.LIFETIME_MS + 2_000):
        assert tokens.account_of(token, SECRET) is None


def test_older_tokens_carry_no_type_and_no_end() -> None:
    assert tokens.account_of(forged(type=None), SECRET) is not None


@pytest.mark.parametrize(
    "changed", [{"type": "Customer"}, {"sub": None}, {"iat": None}, {"iat": "1"}, {"exp": 1}, {"exp": "x"}]
)
def test_other_claims_are_refused(changed: dict[str, object]) -> None:
    assert tokens.account_of(forged(**changed), SECRET) is None


def test_a_token_from_the_future_is_refused() -> None:
    assert tokens.account_of(forged(iat=clock.now() + 3_600_000), SECRET) is None


@pytest.mark.parametrize("algorithm", ["HS512", "none"])
def test_only_one_algorithm_is_known(algorithm: str) -> None:
    claims = {"sub": ACCOUNT, "iat": clock.now()}
    token = jwt.encode(claims, SECRET * 2 if algorithm != "none" else "", algorithm=algorithm)
    assert tokens.account_of(token, SECRET) is None


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "\xff", "." * 1000])
def test_rubbish_is_no_token(token: str) -> None:
    assert tokens.account_of(token, SECRET) is None


def test_ten_failures_lock_a_name_from_one_source() -> None:
    guesses = Guesses()
    with clock.frozen(0):
        for _ in range(MOST_PER_NAME):
            assert guesses.locked_for("jane", "source") == 0
            guesses.failed("jane", "source")
        assert guesses.locked_for("jane", "source") > 0
        assert guesses.locked_for("jane", "elsewhere") == 0
        assert guesses.locked_for("john", "source") == 0
    with clock.frozen(WINDOW_MS):
        assert guesses.locked_for("jane", "source") == 0


def test_a_success_forgives_the_name() -> None:
    guesses = Guesses()
    for _ in range(MOST_PER_NAME - 1):
        guesses.failed("jane", "source")
    guesses.succeeded("jane", "source")
    guesses.failed("jane", "source")
    assert guesses.locked_for("jane", "source") == 0


def test_a_source_that_tries_many_names_is_locked_for_all() -> None:
    guesses = Guesses()
    for number in range(MOST_PER_SOURCE):
        guesses.failed(f"name{number}", "source")
    assert guesses.locked_for("anybody", "source") > 0


async def test_a_secret_matches_its_own_hash_alone() -> None:
    verifier, kept = Verifier(), hash_secret("correct horse battery")
    assert await verifier.matches([kept], "correct horse battery")
    assert not await verifier.matches([kept], "correct horse")
    assert not await verifier.matches([], "nobody has this password")
    assert not await verifier.matches(["no hash"], "x")


def test_a_token_can_be_an_argument_of_a_command() -> None:
    assert not any(new_token().startswith("-") for _ in range(1000))


def test_lengths_of_passwords_and_digests_of_tokens() -> None:
    assert password_fault("short")
    assert password_fault("x" * 129)
    assert password_fault("long enough") is None
    assert token_digest("a") != token_digest("b")
