"""A15: the forms of texts, dates, places and phones."""

import unicodedata
from typing import Any

import pytest

from cellarhand import clock
from tests.callers import Caller
from tests.catalogue import BAD_NAME, HTML, NOT_ONE_OF, REQUIRED, is_invalid

US_ZIP = r'must match pattern "^\d{5}(-\d{4})?$"'
CA_ZIP = r'must match pattern "^[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d$"'
PHONE = 'must match format "phone"'
EMAIL = 'must match format "email"'
_numbers = iter(range(10_000))


def _customer(**members: Any) -> dict[str, Any]:
    return {"emails": [{"email": f"someone{next(_numbers)}@example.com"}], **members}


@pytest.mark.parametrize(
    ("sent", "country", "stored"),
    [
        ("+15555550100", None, "+15555550100"),
        ("+1 (555) 555-0100", None, "+15555550100"),
        ("+1.555.555.0100", None, "+15555550100"),
        ("+1/555/5550100", None, "+15555550100"),
        (" +15555550100 ", None, "+15555550100"),
        ("+1234567", None, "+1234567"),
        ("+123456789012345", None, "+123456789012345"),
        ("707-555-0100", "US", "+17075550100"),
        ("(707) 555 0100", "US", "+17075550100"),
        ("1-707-555-0100", "US", "+17075550100"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("0412 345 678", "AU", "+61412345678"),
        ("021 123 4567", "NZ", "+64211234567"),
        ("604 555 0100", "CA", "+16045550100"),
        ("+442079460018", "US", "+442079460018"),
    ],
)
def test_a_phone_is_returned_in_e_164(api: Caller, sent: str, country: str | None, stored: str) -> None:
    made = api.made("/customer", _customer(phones=[{"phone": sent}], countryCode=country))
    assert [each["phone"] for each in made["phones"]] == [stored]


@pytest.mark.parametrize(
    ("sent", "country"),
    [
        ("+123456", "US"),
        ("+1234567890123456", "US"),
        ("+1-555-CALL-NOW", "US"),
        ("+", "US"),
        ("++15555550100", "US"),
        ("", "US"),
        ("phone", "US"),
        ("5", "US"),
        ("123456789012345678901234567890", "US"),
    ],
)
def test_a_phone_that_can_not_be_read_is_refused(api: Caller, sent: str, country: str) -> None:
    body = _customer(phones=[{"phone": "+15555550100"}, {"phone": sent}], countryCode=country)
    is_invalid(api.post("/customer", body), ("phones[1].phone", PHONE))


def test_a_national_phone_needs_the_country_of_the_record(api: Caller) -> None:
    is_invalid(
        api.post("/customer", _customer(phones=[{"phone": "707-555-0100"}])), ("countryCode", REQUIRED)
    )
    made = api.made("/customer", _customer(countryCode="US"))
    changed = api.changed(f"/customer/{made['id']}", {"phones": [{"phone": "707-555-0100"}]})
    assert changed["phones"][0]["phone"] == "+17075550100"
    other = api.made("/customer", _customer())
    is_invalid(
        api.put(f"/customer/{other['id']}", {"phones": [{"phone": "707-555-0100"}]}),
        ("countryCode", REQUIRED),
    )


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ({"countryCode": "US", "stateCode": "XX"}, ("stateCode", NOT_ONE_OF)),
        ({"countryCode": "US", "stateCode": "ca"}, ("stateCode", NOT_ONE_OF)),
        ({"countryCode": "US", "stateCode": "California"}, ("stateCode", NOT_ONE_OF)),
        ({"countryCode": "CA", "stateCode": "CA"}, ("stateCode", NOT_ONE_OF)),
        ({"countryCode": "AU", "stateCode": "XXX"}, ("stateCode", NOT_ONE_OF)),
        ({"countryCode": "US", "zipCode": "9455"}, ("zipCode", US_ZIP)),
        ({"countryCode": "US", "zipCode": "94558-12"}, ("zipCode", US_ZIP)),
        ({"countryCode": "US", "zipCode": "945581234"}, ("zipCode", US_ZIP)),
        ({"countryCode": "US", "zipCode": "V1A 1A1"}, ("zipCode", US_ZIP)),
        ({"countryCode": "CA", "zipCode": "94558"}, ("zipCode", CA_ZIP)),
        ({"countryCode": "CA", "zipCode": "V1A  1A1"}, ("zipCode", CA_ZIP)),
        ({"countryCode": "CA", "zipCode": "V1A-1A1"}, ("zipCode", CA_ZIP)),
    ],
)
def test_states_and_zips_are_checked_where_they_are_known(
    api: Caller, place: dict[str, str], fault: tuple[str, str]
) -> None:
    is_invalid(api.post("/customer", _customer(**place)), fault)


@pytest.mark.parametrize(
    "place",
    [
        {"countryCode": "US", "stateCode": "CA", "zipCode": "94558"},
        {"countryCode": "US", "stateCode": "DC", "zipCode": "20001-1234"},
        {"countryCode": "US", "stateCode": "PR", "zipCode": "00901"},
        {"countryCode": "CA", "stateCode": "BC", "zipCode": "v1a1a1"},
        {"countryCode": "CA", "stateCode": "QC", "zipCode": "V1A 1A1"},
        {"countryCode": "AU", "stateCode": "NSW", "zipCode": "2000"},
        {"countryCode": "AU", "stateCode": "SA", "zipCode": "anything"},
        {"countryCode": "NZ", "stateCode": "Hawke's Bay", "zipCode": "4110"},
        {"countryCode": "GB", "stateCode": "Kent", "zipCode": "SW1A 1AA"},
        {"countryCode": "FR", "stateCode": None, "zipCode": "33000"},
        {"countryCode": None, "stateCode": "XX", "zipCode": "1"},
    ],
)
def test_a_place_is_stored_as_sent(api: Caller, place: dict[str, str | None]) -> None:
    made = api.made("/customer", _customer(**place))
    assert {name: made[name] for name in place} == place


def test_a_place_is_judged_with_what_is_stored_of_it(api: Caller) -> None:
    made = api.made("/customer", _customer(countryCode="US", stateCode="CA", zipCode="94558"))
    at = f"/customer/{made['id']}"
    is_invalid(api.put(at, {"zipCode": "V1A 1A1"}), ("zipCode", US_ZIP))
    is_invalid(api.put(at, {"countryCode": "CA"}), ("stateCode", NOT_ONE_OF), ("zipCode", CA_ZIP))
    assert api.put(at, {"countryCode": "GB"}).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "O'Neil",
        "Jean-Luc",
        "Martin Luther King, Jr.",
        "Smith & Sons",
        "A/B (C)",
        "Zoë Ångström",
        "Nguyễn Thị Mỹ",
        "Иван Петрович",
        "王小明",
        "山田 花子",
        "محمد",
        "दीपिका",
        "שרה",
        "Ελένη",
        "홍길동",
        "Dog 2",
        "ß",
    ],
)
def test_names_of_many_scripts_are_names(api: Caller, name: str) -> None:
    made = api.made("/customer", _customer(firstName=name, lastName=name))
    assert made["firstName"] == made["lastName"] == unicodedata.normalize("NFC", name)
    assert api.seen(f"/customer?q={name.split(' ')[0]}")["total"] == 1 or "&" in name or "/" in name


@pytest.mark.parametrize(
    "name", ["a@b", "Jane!", "<3", "Jane #1", "a;b", "a\nb", "🍷", "Jane*", 'J "D" D', "a_b", "a|b"]
)
def test_other_characters_are_no_name(api: Caller, name: str) -> None:
    is_invalid(api.post("/customer", _customer(firstName=name)), ("firstName", BAD_NAME))


@pytest.mark.parametrize(
    "text",
    [
        "<b>",
        "a <b> c",
        "</p>",
        "<!DOCTYPE html>",
        "<script>x</script>",
        "<img src=x onerror=y>",
        "1 <a 2> 3",
        "<a\n>",
    ],
)
def test_what_looks_like_html_is_no_plain_text(api: Caller, text: str) -> None:
    customer = api.made("/customer", _customer())["id"]
    is_invalid(api.post("/customer", _customer(city=text)), ("city", HTML))
    is_invalid(api.post("/note", {"content": text, "customerId": customer}), ("content", HTML))
    is_invalid(api.post("/tag/customer", {"title": text, "type": "Manual"}), ("title", HTML))


@pytest.mark.parametrize(
    "text", ["a < b", "a > b", "1 <2> 3", "<", "<>", "< b >", "</>", "a <b", "x<3", "<<", "& &amp;"]
)
def test_a_lone_sign_is_fine(api: Caller, text: str) -> None:
    assert api.made("/customer", _customer(city=text))["city"] == text


@pytest.mark.parametrize(
    "address",
    [
        "a@b.co",
        "First.Last+tag@sub.example.com",
        "o'neil@example.com",
        "ünï@exämple.com",
        "x@1.2.3.4.example",
    ],
)
def test_an_e_mail_has_one_at_and_a_dot_in_its_domain(api: Caller, address: str) -> None:
    made = api.made("/customer", {"emails": [{"email": address}]})
    assert made["emails"][0]["email"] == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@b",
        "@b.co",
        "a@",
        "a@@b.co",
        "a@b@c.co",
        "a b@c.co",
        "a@b..co",
        "a@.co",
        "a@b.co.",
        "<a@b.co>",
    ],
)
def test_anything_else_is_no_e_mail(api: Caller, address: str) -> None:
    is_invalid(api.post("/customer", {"emails": [{"email": address}]}), ("emails[0].email", EMAIL))


def test_an_e_mail_has_at_most_254_characters(api: Caller) -> None:
    address = "a@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + "." + "e" * 57 + ".co"
    assert len(address) == 254
    api.made("/customer", {"emails": [{"email": address}]})
    answer = api.post("/customer", {"emails": [{"email": "a" + address}]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "emails[0].email")


def test_a_birth_date_is_a_day_since_1900_and_not_in_the_future(api: Caller) -> None:
    now = clock.from_wire("2024-05-10T12:00:00.000Z")
    assert now is not None
    with clock.frozen(now):
        for day in ("1900-01-01", "2000-02-29", "2024-05-10"):
            assert api.made("/customer", _customer(birthDate=day))["birthDate"] == day
        for day in (
            "1899-12-31",
            "2024-05-12",
            "2025-01-01",
            "0001-01-01",
            "2001-02-29",
            "20000101",
            "2000-1-1",
            "",
        ):
            is_invalid(
                api.post("/customer", _customer(birthDate=day)), ("birthDate", 'must match format "date"')
            )


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2024-07-03T07:00:00.000Z", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03T07:00:00Z", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03T07:00Z", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03T09:00:00+02:00", "2024-07-03T07:00:00.000Z"),
        ("2024-07-03T09:00:00.123456+02:00", "2024-07-03T07:00:00.123Z"),
        ("2024-07-02T23:30:00.5-07:30", "2024-07-03T07:00:00.500Z"),
        ("2024-07-03", "2024-07-03T00:00:00.000Z"),
    ],
)
def test_an_instant_of_any_iso_form_is_echoed_in_the_output_form(api: Caller, sent: str, stored: str) -> None:
    customer = api.made("/customer", _customer())["id"]
    note = api.made("/note", {"content": "x", "customerId": customer, "noteDate": sent})
    assert note["noteDate"] == stored


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "today",
        "2024-07-03T07:00:00",
        "2024-07-03T07:00:00 Z",
        "2024-02-30",
        "2024-07-03T24:00:00Z",
        "1720000000",
    ],
)
def test_an_instant_without_zone_or_sense_is_refused(api: Caller, sent: str) -> None:
    customer = api.made("/customer", _customer())["id"]
    body = {"content": "x", "customerId": customer, "noteDate": sent}
    is_invalid(api.post("/note", body), ("noteDate", 'must match format "date-time"'))


def test_text_is_stored_in_nfc(api: Caller) -> None:
    decomposed = unicodedata.normalize("NFD", "Zoë Ångström")
    made = api.made("/customer", _customer(firstName=decomposed, city=decomposed))
    assert made["firstName"] == made["city"] == unicodedata.normalize("NFC", decomposed) != decomposed


def test_control_characters_are_no_text_but_tabs_and_line_ends_are(api: Caller) -> None:
    customer = api.made("/customer", _customer())["id"]
    for bad in ("a\x07b", "a\x1bb", "a\x7fb", "a\x00b"):
        is_invalid(api.post("/note", {"content": bad, "customerId": customer}), ("content", HTML))
    fine = "one\r\n\ttwo"
    assert api.made("/note", {"content": fine, "customerId": customer})["content"] == fine


def test_lengths_are_those_of_the_table(api: Caller) -> None:
    customer = api.made("/customer", _customer())["id"]
    for path, body, member, most in (
        ("/customer", _customer(), "firstName", 100),
        ("/customer", _customer(), "city", 255),
        ("/tag/customer", {"type": "Manual"}, "title", 255),
        ("/note", {"customerId": customer}, "content", 5000),
        ("/meta-data-config/customer", {"title": "T", "dataType": "String"}, "code", 100),
    ):
        api.made(path, {**body, member: "é" * most if member not in ("code",) else "e" * most})
        if path == "/customer":
            body = _customer()
        too_long = {**body, member: "e" * (most + 1)}
        is_invalid(api.post(path, too_long), (member, f"must NOT have more than {most} characters"))


def test_emails_and_phones_are_at_most_twenty(api: Caller) -> None:
    phones = [{"phone": f"+1555555{number:04}"} for number in range(20)]
    assert len(api.made("/customer", _customer(phones=phones))["phones"]) == 20
    is_invalid(
        api.post("/customer", _customer(phones=[*phones, {"phone": "+15555559999"}])),
        ("phones", "must NOT have more than 20 items"),
    )


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "x 5555555555554444 y"]
)
def test_a_card_number_in_free_text_is_refused(api: Caller, number: str) -> None:
    """CRD-1."""
    customer = api.made("/customer", _customer())["id"]
    is_invalid(api.post("/note", {"content": f"card {number}", "customerId": customer}), ("content", HTML))
    is_invalid(api.put(f"/customer/{customer}", {"flags": [{"content": number}]}), ("flags[0].content", HTML))


def test_other_long_numbers_in_free_text_are_fine(api: Caller) -> None:
    customer = api.made("/customer", _customer())["id"]
    for number in ("4111 1111 1111 1112", "1234567890123", "0012345678905", "41111111111111111111111"):
        api.made("/note", {"content": f"parcel {number}", "customerId": customer})
