"""B1, B2: the probe of credentials, and who stands behind a token."""

from tests.callers import Caller, Site
from tests.catalogue import UNAUTHORIZED, is_answer, query_param


def test_the_root_answers_ok_with_and_without_a_trailing_slash(api: Caller) -> None:
    for path in ("", "/"):
        is_answer(api.get(path), 200, b'{"API":"OK"}')


def test_the_root_takes_no_parameters(api: Caller) -> None:
    is_answer(api.get("?x=1"), 422, query_param("x"))


def test_an_account_sees_itself_in_documented_order(site: Site) -> None:
    caller = site.person("POS Basic")
    seen = caller.seen("/account/user")
    assert list(seen) == ["id", "firstName", "lastName", "email", "role"]
    assert seen | {"id": ""} == {
        "id": "",
        "firstName": "POS",
        "lastName": "Tester",
        "email": "pos.basic@people.example",
        "role": "POS Basic",
    }


def test_a_staff_token_tells_whose_it_is(site: Site) -> None:
    site.person("Reservation Basic")
    token = site.token_of("reservation.basic@people.example")
    seen = site.stranger().but(authorization=token).seen("/account/user")
    assert seen["email"] == "reservation.basic@people.example"


def test_an_app_is_no_account(api: Caller) -> None:
    is_answer(api.get("/account/user"), 401, UNAUTHORIZED)


def test_an_app_is_told_so_before_its_parameters_are_judged(api: Caller) -> None:
    """A4: access comes before query parameters."""
    is_answer(api.get("/account/user?x=1"), 401, UNAUTHORIZED)
