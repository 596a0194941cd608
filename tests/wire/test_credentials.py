"""A3: who is let in, and the three messages of those who are not."""

import base64
from dataclasses import replace

import pytest

from cellarhand.accounts import apps, people
from cellarhand.events.web_hook import WEB_HOOK
from tests.callers import FULL, PASSWORD, SECRET, Caller, House, Site, basic
from tests.catalogue import (
    NO_TENANT,
    NOT_FOR_ROUTE,
    UNAUTHENTICATED,
    UNAUTHORIZED,
    UNKNOWN_ROUTE,
    is_answer,
)
from tests.servers import LiveServer


def test_no_credentials_is_unauthenticated(site: Site) -> None:
    is_answer(site.stranger().get("/customer"), 401, UNAUTHENTICATED)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("no-such-app", SECRET),
        (FULL, "not its secret"),
        (FULL, ""),
        ("nobody@people.example", PASSWORD),
        ("admin.owner@people.example", "not the password"),
        ("admin.owner@people.example", PASSWORD + " "),
    ],
)
def test_a_wrong_name_or_secret_is_unauthenticated(site: Site, name: str, secret: str) -> None:
    site.app()
    site.person("Admin Owner")
    is_answer(site.stranger().but(authorization=basic(name, secret)).get("/customer"), 401, UNAUTHENTICATED)


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b":no name").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:not utf-8").decode(),
        "Basic " + base64.b64encode(b"a\0b:c").decode(),
        "Basic " + base64.b64encode(b"app:a\0b").decode(),
    ],
)
def test_credentials_that_can_not_be_read_count_as_wrong_ones(site: Site, header: str) -> None:
    is_answer(site.stranger().but(authorization=header).get("/customer"), 401, UNAUTHENTICATED)


def test_credentials_are_split_at_the_first_colon(site: Site) -> None:
    store = site.server.store
    secret = "a secret: with:colons and ü"
    site.server.run(apps.create_app(store, "colon-app-" + site.slug[-6:], "Colons", {}, secret=secret))
    site.server.run(apps.install_app(store, "colon-app-" + site.slug[-6:], site.slug))
    caller = site.stranger().but(authorization=basic("colon-app-" + site.slug[-6:], secret))
    assert caller.get("").status_code == 200


def test_the_word_basic_may_be_in_any_case_and_an_e_mail_too(site: Site) -> None:
    site.person("Admin Owner")
    sent = basic("ADMIN.Owner@People.example", PASSWORD).replace("Basic", "bAsIc")
    assert site.stranger().but(authorization=sent).get("").status_code == 200


def test_a_missing_or_empty_tenant_header_is_said_so(api: Caller) -> None:
    for tenant in (None, ""):
        is_answer(api.but(tenant=tenant).get("/customer"), 422, NO_TENANT)


def test_blanks_around_the_tenant_are_cut_and_its_header_name_has_no_case(site: Site, api: Caller) -> None:
    with site.raw() as raw:
        for name in ("tenant", "Tenant", "TENANT"):
            sent = {name: f"  {site.slug}  ", "authorization": api.headers["authorization"]}
            assert raw.ask("GET", "/v1", sent).status == 200


def test_a_tenant_matches_exactly(site: Site, api: Caller) -> None:
    for tenant in (site.slug.upper(), site.slug[:-1], site.slug + "x"):
        is_answer(api.but(tenant=tenant).get("/customer"), 401, UNAUTHORIZED)


def test_an_unknown_tenant_and_one_without_access_can_not_be_told_apart(house: House, site: Site) -> None:
    """The same status, headers and bytes, whoever asks and whatever the reason (A3)."""
    other = house.open()
    app, person = site.app(), site.person("Data", f"data-{site.slug}@people.example")
    for caller in (app, person):
        answers = [
            caller.but(tenant=tenant, x_request_id="same").get("/customer")
            for tenant in (other.slug, "no-such-tenant", "Not A Slug!", "x" * 80)
        ]
        for answer in answers:
            is_answer(answer, 401, UNAUTHORIZED)
            shown = {name: value for name, value in answer.headers.items() if name != "date"}
            assert shown == {
                "content-type": "application/json; charset=utf-8",
                "content-length": str(len(UNAUTHORIZED)),
                "cache-control": "no-store",
                "www-authenticate": 'Basic realm="v1"',
                "x-request-id": "same",
            }


def test_a_401_asks_for_a_password_but_not_in_a_browser_page_nor_of_a_token(site: Site) -> None:
    nobody = site.stranger()
    assert nobody.get("/customer").headers["www-authenticate"] == 'Basic realm="v1"'
    wrong = nobody.but(authorization=basic("x", "y"))
    assert wrong.get("/customer").headers["www-authenticate"] == 'Basic realm="v1"'
    for caller in (nobody.but(origin="https://shop.example"), nobody.but(authorization="a.b.c")):
        answer = caller.get("/customer")
        assert answer.status_code == 401
        assert "www-authenticate" not in answer.headers


def test_a_401_for_the_route_asks_for_a_password_too(site: Site) -> None:
    answer = site.person("Basic").get("/web-hook")
    is_answer(answer, 401, NOT_FOR_ROUTE)
    assert answer.headers["www-authenticate"] == 'Basic realm="v1"'


def test_an_uninstalled_app_is_out_at_once_and_its_hooks_are_gone(site: Site, owner: Caller) -> None:
    """APP-3."""
    name = f"leaving-{site.slug[-6:]}"
    app = site.app(name, {"*": "Full"})
    app.made("/web-hook", {"object": "Customer", "action": "Create", "url": "https://a.example/hook"})
    assert owner.seen("/web-hook")["total"] == 1
    site.server.run(apps.uninstall_app(site.server.store, name, site.slug, WEB_HOOK.table))
    app.until_refused()
    is_answer(app.get("/web-hook"), 401, UNAUTHORIZED)
    assert owner.seen("/web-hook") == {"webHooks": [], "total": 0}


def test_an_old_secret_stays_good_while_a_new_one_takes_over(site: Site) -> None:
    """APP-4."""
    name = f"rotating-{site.slug[-6:]}"
    old = site.app(name, {"Customer": "Read"})
    fresh = site.server.run(apps.rotate_secret(site.server.store, name))
    new = old.but(authorization=basic(name, fresh))
    assert (old.get("/customer").status_code, new.get("/customer").status_code) == (200, 200)


def test_a_changed_password_ends_the_old_one_at_once(site: Site) -> None:
    """ACC-4."""
    email = f"changing-{site.slug}@people.example"
    old = site.person("Admin User", email)
    assert old.get("").status_code == 200
    site.server.run(people.set_password(site.server.store, email, "another password"))
    old.until_refused()
    is_answer(old.get(""), 401, UNAUTHENTICATED)
    assert old.but(authorization=basic(email, "another password")).get("").status_code == 200


def test_a_removed_person_is_out_at_once(site: Site) -> None:
    """ACC-4."""
    email = f"removed-{site.slug}@people.example"
    caller = site.person("Admin User", email)
    assert caller.get("").status_code == 200
    site.server.run(people.remove_account(site.server.store, site.slug, email))
    caller.until_refused()
    is_answer(caller.get(""), 401, UNAUTHORIZED)


def test_ten_wrong_passwords_lock_the_name_even_for_the_right_one(site: Site) -> None:
    """ACC-5: for 15 minutes, and the answer says nothing about whether there is such an account."""
    email = f"guessed-{site.slug}@people.example"
    right = site.person("Admin User", email)
    for name in (email, f"nobody-{site.slug}@people.example"):
        wrong = right.but(authorization=basic(name, "wrong password"))
        for _ in range(10):
            is_answer(wrong.get(""), 401, UNAUTHENTICATED)
        answer = wrong.get("")
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 901
    assert right.get("").status_code == 429


def test_an_unknown_route_is_one_for_strangers_too(site: Site) -> None:
    is_answer(site.stranger().get("/nope"), 404, UNKNOWN_ROUTE)


def test_people_can_be_kept_to_the_site(house: House, site: Site) -> None:
    """A3: the variant with e-mail and password can be switched off; apps stay."""
    person, app = site.person("Admin Owner"), site.app()
    settings = house.server.app.settings
    with LiveServer(replace(settings, people_may_call=False)) as server, site.raw_to(server) as raw:
        asked = {"tenant": site.slug, "authorization": person.headers["authorization"]}
        answer = raw.ask("GET", "/v1", asked)
        assert (answer.status, answer.body) == (401, UNAUTHENTICATED)
        assert raw.ask("GET", "/v1", asked | {"authorization": app.headers["authorization"]}).status == 200
