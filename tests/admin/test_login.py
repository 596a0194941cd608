"""ACC-5, ACC-6: logging in, sessions and what ends them, and what every page is sent with."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest

from cellarhand import clock
from cellarhand.accounts import people, sessions
from cellarhand.accounts.tables import RECOVERY_CODE
from cellarhand.accounts.totp import STEP_MS, code_at
from tests.admin.conftest import Winery
from tests.admin.visitors import COOKIE, Page, Visitor
from tests.callers import PASSWORD, basic

OTHER = "another password, longer"
WRONG = "E-mail or password is wrong."


def test_who_knows_the_password_is_let_in(winery: Winery, owner: Visitor) -> None:
    page = owner.see(winery.slug, "/")
    assert (page.status, page.path) == (200, "/")
    people_here = winery.site.server.run(people.list_people(winery.site.server.store, winery.slug))
    assert people_here[0].last_login_at is not None


def test_wrong_names_and_wrong_passwords_get_one_answer(winery: Winery) -> None:
    winery.staff()
    visitor = winery.visitor()
    answers = [
        visitor.log_in(winery.email("Admin Owner"), "not this one"),
        visitor.log_in("nobody@nowhere.example", "not this one"),
        visitor.log_in("not an address", "not this one"),
        visitor.log_in("", ""),
    ]
    for page in answers:
        assert page.status == 401
        assert WRONG in page.text
        assert page.host == "platform.localhost"


def test_too_many_wrong_passwords_lock_known_and_unknown_alike(winery: Winery) -> None:
    winery.staff()
    visitor = winery.visitor()
    for email in (winery.email("Admin Owner"), "nobody@nowhere.example"):
        for _ in range(10):
            assert visitor.log_in(email, "not this one").status == 401
        locked = visitor.log_in(email, PASSWORD)
        assert locked.status == 429
        assert "Too many attempts" in locked.text
    api = winery.site.stranger().but(authorization=basic(winery.email("Admin Owner"), PASSWORD))
    assert api.get("").status_code == 429, "the site and the API count together"


def test_the_token_changes_with_the_log_in_and_the_old_one_is_nobodys(winery: Winery, owner: Visitor) -> None:
    before = owner.cookie
    visitor = winery.visitor()
    visitor.see(None, "/login")
    planted = visitor.cookie
    assert visitor.log_in(winery.email("Admin Owner"), PASSWORD).status == 200
    assert visitor.cookie not in (None, planted, before)
    thief = winery.visitor()
    thief.client.cookies.set(COOKIE, planted or "", domain="platform.localhost")
    assert thief.see(winery.slug, "/customers").path == "/login"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(winery: Winery) -> None:
    winery.staff()
    visitor = winery.visitor()
    page = visitor.see(None, "/login")
    sent = page.answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Domain=platform.localhost"} <= set(sent.split("; "))
    assert "Secure" not in sent


def test_every_answer_carries_the_headers_that_protect_it(winery: Winery, owner: Visitor) -> None:
    for page in (
        owner.see(winery.slug, "/customers"),
        owner.see(None, "/login"),
        owner.see(winery.slug, "/nowhere"),
        owner.see(None, "/static/site.css"),
    ):
        headers = page.answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == (
            "no-store" if page.path != "/static/site.css" else headers["cache-control"]
        )
    assert "immutable" in owner.see(None, "/static/htmx.min.js").answer.headers["cache-control"]
    assert owner.see(None, "/static/nothing.js").status == 404
    assert owner.see(None, "/static/../site.py").status == 404


def test_pages_hold_no_script_or_style_of_their_own(winery: Winery, owner: Visitor) -> None:
    for path in ("/customers", "/settings/accounts", "/customers/new"):
        text = owner.see(winery.slug, path).answer.text
        assert " style=" not in text
        assert "<style" not in text
        assert " on" + "click" not in text
        assert "<script>" not in text


def test_a_form_without_its_token_is_refused(winery: Winery, owner: Visitor) -> None:
    url = owner.at(None, "/profile/name")
    for token in ([], [("form_token", "0" * 64)], [("form_token", "é")]):
        page = owner.post(url, [("firstName", "Eve"), ("lastName", "Evil"), *token])
        assert page.status == 403
    stranger = winery.visitor()
    stolen = dict(stranger.see(None, "/login").form("/login").fields)["form_token"]
    assert owner.post(url, [("firstName", "Eve"), ("form_token", stolen)]).status == 403
    assert "Eve" not in owner.see(None, "/profile").text
    login = winery.visitor().post(owner.at(None, "/login"), [("email", "a@b.example"), ("password", "x")])
    assert login.status == 403


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 3000, b"x" * 300_000])
def test_what_is_no_form_is_refused(winery: Winery, owner: Visitor, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = owner.client.post(owner.at(None, "/profile/name"), content=body, headers=headers)
    assert answer.status_code in (400, 403, 413)
    other = owner.client.post(
        owner.at(None, "/profile/name"), content=b"{}", headers={"content-type": "text/x"}
    )
    assert other.status_code == 415


@pytest.mark.parametrize("path", ["/activity?actor=%00", "/activity.csv?kind=%00", "/customers?page=%00"])
def test_an_address_with_what_no_text_has_is_refused(winery: Winery, owner: Visitor, path: str) -> None:
    assert owner.see(winery.slug, path).status == 400


def test_a_form_with_what_no_text_has_is_refused(winery: Winery, owner: Visitor) -> None:
    assert owner.see(None, "/profile").send("/name", firstName="Ann\0").status == 400


def test_another_method_is_not_taken(winery: Winery, owner: Visitor) -> None:
    assert owner.client.delete(owner.at(winery.slug, "/customers")).status_code == 405
    assert owner.client.get(owner.at(None, "/logout")).status_code == 405


def test_logging_out_ends_the_session_for_good(winery: Winery, owner: Visitor) -> None:
    kept = owner.cookie or ""
    page = owner.see(winery.slug, "/customers")
    form = next(each for each in page.forms if each.action.endswith("/logout"))
    assert page.submit(form).path == "/login"
    owner.client.cookies.set(COOKIE, kept, domain="platform.localhost")
    assert owner.see(winery.slug, "/customers").path == "/login"


def _aged(winery: Winery, visitor: Visitor, milliseconds: int) -> Page:
    with clock.frozen(clock.now() + milliseconds):
        return visitor.see(winery.slug, "/customers")


def test_a_session_ends_when_nobody_uses_it(winery: Winery, owner: Visitor) -> None:
    assert _aged(winery, owner, sessions.IDLE_MS - 60_000).path == "/customers"
    assert _aged(winery, owner, 2 * sessions.IDLE_MS).path == "/login"


def test_a_session_ends_after_14_days_however_it_is_used(winery: Winery, owner: Visitor) -> None:
    step = sessions.IDLE_MS - 60_000
    reached = 0
    while reached + step < sessions.LONGEST_MS:
        reached += step
        assert _aged(winery, owner, reached).path == "/customers"
    assert _aged(winery, owner, sessions.LONGEST_MS + 1000).path == "/login"


def test_people_see_their_sessions_and_end_others(winery: Winery, owner: Visitor) -> None:
    other = winery.staff()
    page = owner.see(None, "/profile")
    ends = [form for form in page.forms if form.action.endswith("/end")]
    assert len(ends) == 1, "the session in use is not offered"
    assert "The session has ended" in page.submit(ends[0]).text
    assert other.see(winery.slug, "/customers").path == "/login"
    assert owner.see(winery.slug, "/customers").path == "/customers"


def test_nobody_ends_the_session_of_another(winery: Winery, owner: Visitor) -> None:
    stranger = winery.staff("Basic")
    winery.staff()
    mine = next(each for each in owner.see(None, "/profile").forms if each.action.endswith("/end"))
    token = dict(stranger.see(None, "/profile").form("/name").fields)["form_token"]
    stranger.post(stranger.at(None, mine.action), [("form_token", token)])
    assert len([each for each in owner.see(None, "/profile").forms if each.action.endswith("/end")]) == 1


def test_a_changed_password_ends_all_other_sessions_at_once(winery: Winery, owner: Visitor) -> None:
    other, before = winery.staff(), owner.cookie
    api = winery.site.stranger().but(authorization=basic(winery.email("Admin Owner"), PASSWORD))
    assert api.get("").status_code == 200
    changed = owner.see(None, "/profile").send(
        "/profile/password", current=PASSWORD, password=OTHER, again=OTHER
    )
    assert "Your password is changed" in changed.text
    assert owner.cookie != before
    assert owner.see(winery.slug, "/customers").path == "/customers"
    assert other.see(winery.slug, "/customers").path == "/login"
    api.until_refused()
    assert winery.visitor().log_in(winery.email("Admin Owner"), OTHER).status == 200


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"current": "wrong one", "password": OTHER, "again": OTHER}, "Your current password is another one"),
        ({"current": PASSWORD, "password": OTHER, "again": OTHER + "x"}, "not the same"),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "at least 10 characters"),
        ({"current": PASSWORD, "password": "x" * 129, "again": "x" * 129}, "at most 128 characters"),
    ],
)
def test_a_password_is_changed_only_as_it_should(
    winery: Winery, owner: Visitor, typed: dict[str, str], told: str
) -> None:
    page = owner.see(None, "/profile").send("/profile/password", **typed)
    assert page.status == 422
    assert told in page.text
    assert winery.visitor().log_in(winery.email("Admin Owner"), PASSWORD).status == 200


def test_names_are_changed(winery: Winery, owner: Visitor) -> None:
    page = owner.see(None, "/profile").send("/profile/name", firstName="Zoë", lastName="O'Neil")
    assert "Saved." in page.text
    assert "Zoë O'Neil" in page.text
    refused = owner.see(None, "/profile").send("/profile/name", firstName="<b>", lastName="x")
    assert refused.status == 422


def test_one_person_chooses_among_their_tenants(winery: Winery, owner: Visitor) -> None:
    second = winery.site.house.open()
    second.person("Basic", winery.email("Admin Owner"))
    visitor = winery.visitor()
    page = visitor.log_in(winery.email("Admin Owner"), PASSWORD)
    assert (page.host, page.path) == ("platform.localhost", "/")
    places = [link for link in page.links if ".admin.platform." in link]
    assert [httpx.URL(link).host.split(".")[0] for link in places] == sorted((winery.slug, second.slug))
    assert visitor.open(places[0]).status == 200


def test_another_tenant_and_none_at_all_are_the_same_to_a_stranger(winery: Winery, owner: Visitor) -> None:
    other = winery.site.house.open()
    there = owner.see(other.slug, "/customers")
    nowhere = owner.see("no-such-winery", "/customers")
    assert there.status == nowhere.status == 404
    assert there.text == nowhere.text


def test_a_notice_is_one_of_ours(winery: Winery, owner: Visitor) -> None:
    query = urlencode({"notice": "You have won <b>"})
    assert "You have won" not in owner.see(winery.slug, f"/customers?{query}").text


def _code(page: Page, off: int = 0) -> str:
    """What the authenticator app shows, for the key on the profile."""
    secret = dict(page.form("/codes/on").fields)["secret"]
    return code_at(secret, clock.now() // STEP_MS + off)


def _with_codes(owner: Visitor) -> str:
    """The app's key, after codes were switched on with the code of the step before."""
    page = owner.see(None, "/profile")
    assert "The log-in asks for a code from now on" in page.send("/codes/on", code=_code(page, -1)).text
    return dict(page.form("/codes/on").fields)["secret"]


def test_who_uses_an_app_needs_its_code_too(winery: Winery, owner: Visitor) -> None:
    secret = _with_codes(owner)
    visitor = winery.visitor()
    asked = visitor.log_in(winery.email("Admin Owner"), PASSWORD)
    assert asked.path == "/login/code"
    assert visitor.see(winery.slug, "/customers").path == "/login", "the password alone opens nothing"
    before = visitor.cookie
    wrong = asked.send("/login/code", code="000000")
    assert wrong.status == 401
    code = code_at(secret, clock.now() // STEP_MS)
    assert asked.send("/login/code", code=code).host.startswith(winery.slug)
    assert visitor.cookie != before
    again = winery.visitor().log_in(winery.email("Admin Owner"), PASSWORD)
    assert again.send("/login/code", code=code).status == 401, "a code is good once"


def test_codes_can_not_be_guessed(winery: Winery, owner: Visitor) -> None:
    secret = _with_codes(owner)
    asked = winery.visitor().log_in(winery.email("Admin Owner"), PASSWORD)
    for _ in range(10):
        assert asked.send("/login/code", code="000000").status == 401
    assert asked.send("/login/code", code=code_at(secret, clock.now() // STEP_MS)).status == 429


def test_codes_that_come_at_once_are_no_more_guesses(winery: Winery, owner: Visitor) -> None:
    _with_codes(owner)
    page = owner.see(None, "/profile")
    with ThreadPoolExecutor(30) as many:
        # On the profile and at the log-in one count is kept.
        tried = list(many.map(lambda n: page.send("/codes/off", code=f"{n:06}").status, range(30)))
    assert Counter(tried) == {422: 10, 429: 20}
    asked = winery.visitor().log_in(winery.email("Admin Owner"), PASSWORD)
    assert asked.send("/login/code", code="000000").status == 429


def test_the_second_step_waits_five_minutes(winery: Winery, owner: Visitor) -> None:
    secret = _with_codes(owner)
    asked = winery.visitor().log_in(winery.email("Admin Owner"), PASSWORD)
    with clock.frozen(clock.now() + sessions.PENDING_MS + 1000):
        late = asked.send("/login/code", code=code_at(secret, clock.now() // STEP_MS))
    assert (late.status, late.path) == (200, "/login")


def _recovery_codes(page: Page) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", page.text)


def test_a_recovery_code_stands_in_for_the_app_once(winery: Winery, owner: Visitor) -> None:
    page = owner.see(None, "/profile")
    assert "data:image/svg" in page.answer.text, "a picture for the phone"
    codes = _recovery_codes(page.send("/codes/on", code=_code(page, -1)))
    assert len(set(codes)) == 10
    assert _recovery_codes(owner.see(None, "/profile")) == [], "they are shown once"
    email = winery.email("Admin Owner")
    asked = winery.visitor().log_in(email, PASSWORD)
    assert asked.send("/login/code", code=codes[0].lower()).host.startswith(winery.slug)
    again = winery.visitor().log_in(email, PASSWORD)
    assert again.send("/login/code", code=codes[0]).status == 401, "each is good once"
    assert "9 recovery codes are left" in owner.see(None, "/profile").text

    profile = owner.see(None, "/profile")
    renew = replace(
        profile.form("/codes/off"), action=profile.form("/codes/off").action.replace("off", "renew")
    )
    assert profile.submit(renew, code="000000").status == 422
    fresh = _recovery_codes(profile.submit(renew, code=codes[1]))
    assert len(fresh) == 10
    old = winery.visitor().log_in(email, PASSWORD)
    assert old.send("/login/code", code=codes[2]).status == 401, "new ones end the old"
    assert old.send("/login/code", code=fresh[0]).host.startswith(winery.slug)


def test_another_persons_recovery_code_opens_nothing(winery: Winery, owner: Visitor) -> None:
    page = owner.see(None, "/profile")
    code = _recovery_codes(page.send("/codes/on", code=_code(page, -1)))[0]
    user = winery.staff("Admin User")
    profile = user.see(None, "/profile")
    profile.send("/codes/on", code=_code(profile, -1))
    asked = winery.visitor().log_in(winery.email("Admin User"), PASSWORD)
    assert asked.send("/login/code", code=code).status == 401
    store = winery.site.server.store
    rows = winery.site.server.run(store.reading(None).rows(RECOVERY_CODE, ("code_hash",)))
    assert code.replace("-", "") not in {row[0] for row in rows}, "they are kept as digests"


def test_codes_that_are_on_are_not_switched_to_another_app(winery: Winery, owner: Visitor) -> None:
    """A browser left open is not enough: it would get recovery codes, and the app would be good no more."""
    page = owner.see(None, "/profile")
    secret = _with_codes(owner)
    refused = page.send("/codes/on", code=_code(page, 0))
    assert refused.status == 422
    assert "switch that off first" in refused.text
    assert _recovery_codes(refused) == []
    asked = winery.visitor().log_in(winery.email("Admin Owner"), PASSWORD)
    code = code_at(secret, clock.now() // STEP_MS)
    assert asked.send("/login/code", code=code).host.startswith(winery.slug)


def test_codes_are_switched_on_with_one_and_off_with_another(winery: Winery, owner: Visitor) -> None:
    page = owner.see(None, "/profile")
    refused = page.send("/codes/on", code="123")
    assert refused.status == 422
    assert dict(refused.form("/codes/on").fields)["secret"] == dict(page.form("/codes/on").fields)["secret"]
    assert page.send("/codes/on", code="000000", secret="no key").status == 422
    secret = _with_codes(owner)
    profile = owner.see(None, "/profile")
    assert secret not in profile.answer.text
    assert profile.send("/codes/off", code="000000").status == 422
    off = profile.send("/codes/off", code=code_at(secret, clock.now() // STEP_MS))
    assert "asks for no code any more" in off.text
    assert winery.visitor().log_in(winery.email("Admin Owner"), PASSWORD).path == "/"
