"""The forms of strings (reference A15, CRD-1)."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand.record import formats
from cellarhand.record.formats import Refused


@pytest.mark.parametrize(
    "name",
    ["Jane", "José", "Nguyễn Thị Ánh", "O'Brien-Smith, Jr.", "李小龍", "محمد", "Smith & Sons (2nd)", "R2 D2"],
)
def test_people_have_names_in_every_script(name: str) -> None:
    assert formats.person_name(name) == name


@pytest.mark.parametrize(
    ("name", "message"), [("<b>x</b>", "invalid string"), ("a@b", "characters for a name")]
)
def test_markup_and_signs_are_no_names(name: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        formats.person_name(name)


@pytest.mark.parametrize("form", [formats.text, formats.html, formats.person_name])
def test_no_letter_has_more_marks_than_any_script_puts_on_one(form: Callable[[str], str]) -> None:
    """Bringing them in order takes quadratic time: a body full of them would keep a server busy."""
    in_order, upset = "\u0316" * 15 + "\u0301" * 15, "\u0301\u0316" * 15
    assert form(f"x{upset}") == f"x{in_order}"
    assert form(f"x{in_order}{chr(0x301) * 99}") == f"x{in_order}{chr(0x301) * 99}"
    with pytest.raises(Refused, match="invalid string"):
        form(f"x{upset}\u0316")
    with pytest.raises(Refused, match="invalid string"):
        form(f"x{upset * 30_000}")


@given(st.text(st.sampled_from("ax\u0301\u0316\u0344\u1100\u1161\u11a8\u212b"), max_size=25))
def test_text_is_stored_composed(value: str) -> None:
    assert formats.text(value) == unicodedata.normalize("NFC", value)


def test_outer_blanks_of_names_are_cut_and_text_is_composed() -> None:
    assert formats.person_name("  Jose\u0301 ") == "José"


@pytest.mark.parametrize("text", ["<b>x", "<b>", "a </p> b", "<!doctype html>", "x <script\n src=y>"])
def test_markup_in_plain_text(text: str) -> None:
    assert formats.looks_like_html(text) is (">" in text)


@pytest.mark.parametrize("text", ["1 < 2", "2 > 1", "<3", "a <- b ->", "< b >", "x<y"])
def test_lone_signs_are_fine(text: str) -> None:
    assert not formats.looks_like_html(text)


def test_a_hostile_text_is_read_in_one_go() -> None:
    assert not formats.looks_like_html("<a" * 100_000)


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "a\x7f"])
def test_control_characters_are_no_text(text: str) -> None:
    with pytest.raises(Refused):
        formats.text(text)


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "call 5555-5555-5555-4444 now", "378282246310005"])
def test_card_numbers_are_found_in_free_text(text: str) -> None:
    assert formats.holds_card_number(text)


@pytest.mark.parametrize("text", ["4111 1111 1111 1112", "order 1234567890123", "0012345678905", "tok_4111"])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not formats.holds_card_number(text)


@pytest.mark.parametrize(
    ("sent", "country", "stored"),
    [
        ("(707) 555-0100", "US", "+17075550100"),
        ("0412 345 678", "AU", "+61412345678"),
        ("03 312 34 56", "NZ", "+6433123456"),
    ],
)
def test_a_national_phone_is_read_by_its_country(sent: str, country: str, stored: str) -> None:
    assert formats.national_phone(formats.phone(sent), country) == stored


@pytest.mark.parametrize(
    ("sent", "stored"), [("+1 (555) 555-0100", "+15555550100"), (" +15555550100", "+15555550100")]
)
def test_separators_of_an_international_phone_are_cut(sent: str, stored: str) -> None:
    assert formats.phone(sent) == stored


@pytest.mark.parametrize("sent", ["+123", "+1234567890123456", "call me", "", "+1555ABC5555"])
def test_what_is_no_phone_is_refused(sent: str) -> None:
    with pytest.raises(Refused, match='must match format "phone"'):
        formats.phone(sent)


@pytest.mark.parametrize(
    "sent", ["jane@example.com", " j.d+wine@mail.example.co.uk ", "o'brien@example.org", "ü@exämple.de"]
)
def test_addresses_of_mail(sent: str) -> None:
    assert formats.email(sent) == sent.strip()


@pytest.mark.parametrize(
    "sent", ["jane", "jane@example", "a@b@c.d", "a b@c.d", "@c.d", "a@.d", "a@c..d", "x" * 250 + "@c.de"]
)
def test_what_is_no_address_of_mail(sent: str) -> None:
    with pytest.raises(Refused, match='must match format "email"'):
        formats.email(sent)


@pytest.mark.parametrize("sent", ["http://x.example", "ftp://x", "x.example", "javascript:alert(1)"])
def test_a_url_is_https(sent: str) -> None:
    with pytest.raises(Refused, match="must be https"):
        formats.https_url(sent)


@pytest.mark.parametrize(
    "sent", ["https://", "https:///x", "https://a b.example", "https://user@host.example/"]
)
def test_a_url_names_a_host_and_nobody(sent: str) -> None:
    with pytest.raises(Refused, match='must match format "uri"'):
        formats.https_url(sent)


@pytest.mark.parametrize(
    ("mask", "good"),
    [
        ("************1111", True),
        ("*1111", True),
        ("1111", False),
        ("****11112", False),
        ("4111111111111111", False),
    ],
)
def test_a_mask_shows_four_digits_at_most(mask: str, good: bool) -> None:
    if good:
        assert formats.masked_card_number(mask) == mask
    else:
        with pytest.raises(Refused):
            formats.masked_card_number(mask)


def test_a_birth_date_is_no_day_to_come_and_not_before_1900() -> None:
    assert formats.birth_date("1900-01-01") == "1900-01-01"
    for sent in ("1899-12-31", "2999-01-01", "1980-02-30"):
        with pytest.raises(Refused, match='must match format "date"'):
            formats.birth_date(sent)


def test_the_world_has_its_countries_and_three_of_them_known_states() -> None:
    assert len(formats.countries()) == 249
    assert formats.states().keys() == {"US", "CA", "AU"}
    assert formats.state_fits("CA", "US")
    assert not formats.state_fits("XX", "US")
    assert formats.state_fits("Otago", "NZ")


@given(st.text(max_size=300))
def test_plain_text_never_lets_markup_or_control_characters_through(sent: str) -> None:
    try:
        stored = formats.text(sent)
    except Refused:
        return
    assert not formats.looks_like_html(stored)
    assert "\x00" not in stored
    assert formats.text(stored) == stored


@given(st.text(max_size=60))
def test_a_format_gives_back_what_it_accepts_again(sent: str) -> None:
    for check in (formats.person_name, formats.email, formats.phone, formats.trimmed, formats.https_url):
        try:
            stored = check(sent)
        except Refused:
            continue
        assert check(stored) == stored
