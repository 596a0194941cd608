"""A2: what a request body may be."""

import gzip
import json
import secrets
from typing import Any

import pytest

from tests.callers import Caller, Site
from tests.catalogue import (
    BAD_NAME,
    HTML,
    NOT_JSON,
    REQUIRED,
    TOO_LARGE,
    UNKNOWN,
    WRONG_TYPE,
    is_answer,
    is_invalid,
)

JANE = b'{"emails":[{"email":"jane@example.com"}]}'
NO_EMAILS = ("emails", REQUIRED)


def _post(api: Caller, content: bytes, **headers: str) -> Any:
    return api.request("POST", "/customer", content=content, headers=headers)


@pytest.mark.parametrize(
    "header",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "Application/JSON",
    ],
)
def test_json_in_utf_8_is_read(api: Caller, header: str) -> None:
    assert _post(api, JANE, **{"content-type": header}).status_code == 201


def test_a_body_without_content_type_is_read_as_json(api: Caller) -> None:
    assert _post(api, JANE).status_code == 201


@pytest.mark.parametrize(
    "header",
    [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-patch+json",
        "application/xml",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
    ],
)
def test_another_type_or_charset_is_415(api: Caller, header: str) -> None:
    is_answer(_post(api, JANE, **{"content-type": header}), 415, WRONG_TYPE)


def test_another_content_encoding_is_415_and_identity_is_none(api: Caller) -> None:
    for coding in ("gzip", "br", "deflate"):
        answer = _post(api, gzip.compress(JANE), **{"content-encoding": coding})
        is_answer(answer, 415, WRONG_TYPE)
    assert _post(api, JANE, **{"content-encoding": "identity"}).status_code == 201


def test_an_empty_body_is_validated_as_an_empty_object_whatever_its_type(api: Caller) -> None:
    for header in ("application/json", "text/plain", "multipart/form-data"):
        is_invalid(_post(api, b"", **{"content-type": header}), NO_EMAILS)
    made = _post(api, JANE).json()
    for header in ("application/json", "text/plain"):
        answer = api.request("PUT", f"/customer/{made['id']}", headers={"content-type": header})
        is_answer(answer, 200, json.dumps(made, separators=(",", ":")).encode())


def test_get_and_delete_may_carry_a_content_type_without_body(api: Caller) -> None:
    made = _post(api, JANE).json()
    header = {"content-type": "application/json"}
    assert api.request("GET", f"/customer/{made['id']}", headers=header).status_code == 200
    assert api.request("DELETE", f"/customer/{made['id']}", headers=header).status_code == 204


def test_a_body_on_get_and_delete_is_ignored(api: Caller) -> None:
    made = _post(api, JANE).json()
    for method, status in (("GET", 200), ("DELETE", 204)):
        answer = api.request(
            method, f"/customer/{made['id']}", content=b"{ nonsense", headers={"content-type": "text/plain"}
        )
        assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"emails":',
        b'{"emails":[{"email":"jane@example.com"}]',
        b'{"emails":[{"email":"jane@example.com"}]}}',
        b'{"emails":[{"email":"jane@example.com"}],}',
        b"{'emails':[]}",
        b"{emails:[]}",
        b"[1,]",
        b"NaN",
        b"Infinity",
        b"undefined",
        b"nul",
        b'{"a":01}',
        b'{"a":.5}',
        b'{"a":1.}',
        b'{"a":+1}',
        b'{"a":0x1}',
        b'{"a":1e999}',
        b'{"a":"\x01"}',
        b'{"a":"\\x41"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xc0\xaf"}',
        b'{"a\xff":1}',
        b"\xef\xbb\xbf{}",
        b"/* remark */ {}",
        b"{} // remark",
        b"{}\0",
        b"\0",
        b" ",
        b"\xff\xfe{\0}\0",
    ],
)
def test_malformed_json_is_400(api: Caller, body: bytes) -> None:
    is_answer(_post(api, body), 400, NOT_JSON)


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b"1", b"-1.5", b'"text"', b"true", b"null"])
def test_an_array_or_scalar_at_the_top_is_422(api: Caller, body: bytes) -> None:
    fault = ("body", "must be a object")
    is_invalid(_post(api, body), fault)
    made = _post(api, JANE).json()
    is_invalid(api.request("PUT", f"/customer/{made['id']}", content=body), fault)
    is_invalid(api.request("POST", "/tag-x-object/customer", content=body), fault)
    is_invalid(api.request("POST", "/customer-address", content=body), fault)


def test_blanks_around_json_are_nothing(api: Caller) -> None:
    assert _post(api, b"\r\n\t " + JANE + b" \n").status_code == 201


def test_of_a_member_sent_twice_the_last_wins(api: Caller) -> None:
    made = _post(api, b'{"lastName":"A","emails":[{"email":"a@b.co","email":"c@d.co"}],"lastName":"B"}')
    assert (made.json()["lastName"], made.json()["emails"][0]["email"]) == ("B", "c@d.co")


def test_escapes_and_raw_characters_are_the_same_text(api: Caller) -> None:
    made = _post(api, b'{"lastName":"Zo\\u00eb","city":"\\ud83c\\udf77","emails":[{"email":"a@b.co"}]}')
    assert made.status_code == 201, made.text
    assert (made.json()["lastName"], made.json()["city"]) == ("Zoë", "🍷")
    assert "Zoë".encode() in made.content


def test_deep_nesting_is_refused_and_never_a_failure(api: Caller) -> None:
    for depth in (10, 97, 98, 99, 400, 850, 980, 985, 990, 995, 1000, 5_000, 100_000):
        for lead, end in ((b"[", b"]"), (b'{"a":', b"}")):
            deep = lead * depth + b"1" + end * depth
            body = b'{"emails":[{"email":"deep@example.com"}],"deep":' + deep + b"}"
            assert _post(api, body).status_code in (400, 422)
            body = b'{"emails":[{"email":"%d-%d@b.co"}],"appData":{"a":%b}}' % (depth, lead[0], deep)
            answer = _post(api, body)
            assert answer.status_code == (201 if depth < 99 else 400), (depth, answer.text)


def test_numbers_beyond_what_json_readers_agree_on_are_never_a_failure(api: Caller) -> None:
    big = b"9" * 40
    for number in (big, b"-" + big, b"18446744073709551616", b"1e308", b"-0", b"0.1e-400"):
        for number_at in (
            b'"expiryYr":' + number,
            b'"appData":{"n":%b}' % number,
            b'"appData":{"n":[{"m":%b}]}' % number,
        ):
            body = b'{"emails":[{"email":"%b"}],%b}' % (secrets.token_hex(6).encode() + b"@b.co", number_at)
            answer = _post(api, body)
            assert answer.status_code in (201, 400, 422), (number_at, answer.text)
            if answer.status_code == 201:
                assert api.get(f"/customer/{answer.json()['id']}").content == answer.content


def test_nul_in_a_text_is_refused_and_in_a_name_unknown(api: Caller) -> None:
    emails = '"emails":[{"email":"nul@example.com"}]'
    is_invalid(_post(api, b'{"lastName":"a\\u0000b",%b}' % emails.encode()), ("lastName", BAD_NAME))
    is_invalid(_post(api, b'{"city":"a\\u0000b",%b}' % emails.encode()), ("city", HTML))
    answer = _post(api, b'{"last\\u0000Name":"a",%b}' % emails.encode())
    assert answer.json()["errors"] == [{"field": "last\0Name", "message": UNKNOWN}]


def test_data_of_an_app_with_nul_inside_comes_back_as_sent(api: Caller) -> None:
    body = b'{"emails":[{"email":"nul@example.com"}],"appData":{"k\\u0000":"\\u0000"}}'
    made = _post(api, body)
    assert made.status_code == 201, made.text
    assert made.json()["appData"] == {"test-full": {"k\0": "\0"}}
    assert api.get(f"/customer/{made.json()['id']}").content == made.content


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_413(api: Caller) -> None:
    most = 2 * 1024 * 1024
    exact = b'{"x":"' + b"a" * (most - 8) + b'"}'
    assert len(exact) == most
    is_invalid(_post(api, exact), NO_EMAILS, ("x", UNKNOWN))
    is_answer(_post(api, exact + b" "), 413, TOO_LARGE)


def test_a_body_without_length_is_read_and_its_limit_is_the_same(site: Site, api: Caller) -> None:
    def chunked(*parts: bytes) -> bytes:
        return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    sent = api.headers | {"transfer-encoding": "chunked", "content-type": "application/json"}
    with site.raw() as raw:
        answer = raw.ask("POST", "/v1/customer", sent, chunked(JANE[:7], JANE[7:]))
        assert answer.status == 201
        answer = raw.ask("POST", "/v1/customer", sent, chunked())
        assert (answer.status, b"emails" in answer.body) == (422, True)
        answer = raw.ask("POST", "/v1/customer", sent, chunked(*[b" " * 65_536] * 48))
        assert (answer.status, answer.body) == (413, TOO_LARGE)
