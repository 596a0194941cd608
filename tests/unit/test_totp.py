"""RFC 6238: codes of an authenticator app."""

import base64

import pytest

from cellarhand.accounts.totp import STEP_MS, code_at, matching_step, new_secret, uri

# Appendix B, cut to six digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("second", "code"), RFC)
def test_codes_are_those_of_the_rfc(second: int, code: str) -> None:
    assert code_at(RFC_SECRET, second // 30) == code
    assert matching_step(RFC_SECRET, f" {code[:3]} {code[3:]}", second * 1000, None) == second // 30


def test_a_clock_may_be_off_by_one_step_and_no_more() -> None:
    secret, now = new_secret(), 1_000_000 * STEP_MS
    for off, found in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        step = matching_step(secret, code_at(secret, 1_000_000 + off), now, None)
        assert (step == 1_000_000 + off) is found


def test_a_code_is_good_once() -> None:
    secret, now = new_secret(), 1_000_000 * STEP_MS
    code = code_at(secret, 1_000_000)
    assert matching_step(secret, code, now, 999_999) == 1_000_000
    assert matching_step(secret, code, now, 1_000_000) is None


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "٣٣٣٣٣٣", "0" * 1000])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert matching_step(RFC_SECRET, code, 59_000, None) is None


def test_an_app_is_told_whose_it_is() -> None:
    assert uri("ABC", "a b@c.example") == (
        "otpauth://totp/Cellarhand%3Aa%20b%40c.example?secret=ABC&issuer=Cellarhand"
    )
