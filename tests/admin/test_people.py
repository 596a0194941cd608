"""ACC-2 to ACC-5: inviting people, forgotten passwords, roles that change while somebody is logged in."""

import secrets

import pytest

from cellarhand import clock
from cellarhand.accounts import invites, recovery
from tests.admin.conftest import Winery
from tests.admin.mailbox import text_of
from tests.admin.visitors import Form, Page, Visitor
from tests.callers import PASSWORD, basic

CHOSEN = "chosen by the invitee"
ACCOUNTS = "/settings/accounts"


@pytest.fixture
def somebody() -> str:
    return f"somebody-{secrets.token_hex(4)}@people.example"


def _invite(winery: Winery, owner: Visitor, email: str, role: str = "Admin User") -> str:
    """The link that the invitee is mailed."""
    page = owner.see(winery.slug, ACCOUNTS).send("/invite", email=email, role=role)
    assert "The invite is on its way" in page.text
    return winery.mailbox.link(email, "invites you")


def _accept(visitor: Visitor, link: str, password: str = CHOSEN) -> Page:
    return visitor.open(link).send("", firstName="Bo", lastName="Berg", password=password, again=password)


def test_an_invitee_chooses_a_password_and_is_in(winery: Winery, owner: Visitor, somebody: str) -> None:
    link = _invite(winery, owner, somebody)
    newcomer = winery.visitor()
    page = newcomer.open(link)
    assert f"{somebody} is to work here as Admin User" in page.text
    there = _accept(newcomer, link)
    assert (there.host, there.path) == (f"{winery.slug}.admin.platform.localhost", "/")
    api = winery.site.stranger().but(authorization=basic(somebody, CHOSEN))
    assert api.get("/account/user").json()["role"] == "Admin User"
    listed = owner.see(winery.slug, ACCOUNTS)
    assert somebody in listed.text
    assert "Open invites" not in listed.text


def test_every_owner_is_told_of_a_new_account(winery: Winery, owner: Visitor, somebody: str) -> None:
    winery.site.person("Admin Owner", f"second@{winery.slug}.example")
    _accept(winery.visitor(), _invite(winery, owner, somebody))
    for told in (winery.email("Admin Owner"), f"second@{winery.slug}.example"):
        mail = winery.mailbox.newest(told, somebody)
        assert "Bo Berg" in text_of(mail)
        assert "Admin User" in text_of(mail, "html")
    assert not [each for each in winery.mailbox.to(somebody) if "New account" in each["Subject"]]


def test_an_invite_works_once(winery: Winery, owner: Visitor, somebody: str) -> None:
    link = _invite(winery, owner, somebody)
    _accept(winery.visitor(), link)
    again = winery.visitor().open(link)
    assert again.status == 404
    assert "no longer good" in again.text


def test_an_invite_ends_after_seven_days_and_can_be_sent_again(
    winery: Winery, owner: Visitor, somebody: str
) -> None:
    link = _invite(winery, owner, somebody)
    with clock.frozen(clock.now() + invites.LIFETIME_MS + 1000):
        assert winery.visitor().open(link).status == 404
        assert "Expired" in winery.staff().see(winery.slug, ACCOUNTS).text
    resent = owner.see(winery.slug, ACCOUNTS).send("/resend")
    assert "A new invite is on its way" in resent.text
    assert winery.visitor().open(link).status == 404, "the earlier link is void"
    newer = winery.mailbox.link(somebody, "invites you")
    while newer == link:
        newer = winery.mailbox.link(somebody, "invites you")
    assert winery.visitor().open(newer).status == 200


def test_a_withdrawn_invite_is_no_longer_good(winery: Winery, owner: Visitor, somebody: str) -> None:
    link = _invite(winery, owner, somebody)
    assert "withdrawn" in owner.see(winery.slug, ACCOUNTS).send("/withdraw").text
    assert winery.visitor().open(link).status == 404


def test_a_known_person_joins_by_logging_in(winery: Winery, owner: Visitor) -> None:
    other = winery.site.house.open()
    email = f"known@{winery.slug}.example"
    other.person("Basic", email)
    link = _invite(winery, owner, email, "POS Standard")
    visitor = winery.visitor()
    page = visitor.open(link)
    assert "Log in to join" in page.text
    assert not [form for form in page.forms if "password" in dict(form.fields)]
    back = page.follow("/login?next=").send("/login", email=email, password=PASSWORD)
    assert "/invite/" in back.path
    there = back.send("")
    assert there.host.startswith(f"{winery.slug}.admin.")


def test_an_invite_for_another_is_not_accepted_by_who_is_logged_in(
    winery: Winery, owner: Visitor, somebody: str
) -> None:
    link = _invite(winery, owner, somebody)
    page = owner.open(link)
    assert "this invite is for somebody else" in page.text
    token = dict(page.forms[-1].fields)["form_token"]
    forced = owner.post(
        link,
        [
            ("form_token", token),
            ("firstName", "A"),
            ("lastName", "B"),
            ("password", CHOSEN),
            ("again", CHOSEN),
        ],
    )
    assert forced.status == 403
    out = page.forms[-1]
    after = page.submit(out)
    assert "/invite/" in after.path
    assert _accept(owner, link).status == 200


def test_who_is_in_already_is_not_invited(winery: Winery, owner: Visitor) -> None:
    page = owner.see(winery.slug, ACCOUNTS).send("/invite", email=winery.email("Admin Owner"), role="Basic")
    assert page.status == 422
    assert "must be unique" in page.text


@pytest.mark.parametrize(("email", "role"), [("no address", "Basic"), ("a@b.example", "Boss"), ("", "")])
def test_an_invite_needs_an_address_and_a_role(winery: Winery, owner: Visitor, email: str, role: str) -> None:
    page = owner.see(winery.slug, ACCOUNTS).send("/invite", email=email, role=role)
    assert page.status == 422


def test_a_changed_role_acts_at_once(winery: Winery, owner: Visitor) -> None:
    user = winery.staff("Admin User")
    assert user.see(winery.slug, "/customers").status == 200
    page = owner.see(winery.slug, ACCOUNTS)
    changed = page.submit(_role_form(page, "Admin User"), role="Basic")
    assert "The role is changed" in changed.text
    assert user.see(winery.slug, "/customers").path == "/login"


def _role_form(page: Page, role: str) -> Form:
    """The form that changes the role of the one who has that role now."""
    return next(f for f in page.forms if f.action.endswith("/role") and dict(f.fields)["role"] == role)


def test_a_removed_account_is_out_at_once(winery: Winery, owner: Visitor) -> None:
    user = winery.staff("Admin User")
    api = winery.site.stranger().but(authorization=basic(winery.email("Admin User"), PASSWORD))
    assert api.get("").status_code == 200
    page = owner.see(winery.slug, ACCOUNTS)
    target = _role_form(page, "Admin User").action.replace("/role", "/remove")
    assert "The account is removed" in page.send(target).text
    assert user.see(winery.slug, "/customers").path == "/login"
    api.until_refused()


def test_the_last_owner_can_neither_go_nor_be_demoted(winery: Winery, owner: Visitor) -> None:
    page = owner.see(winery.slug, ACCOUNTS)
    removed = page.send("/remove")
    demoted = page.send("/role", role="Basic")
    for refused in (removed, demoted):
        assert refused.status == 422
        assert "The last Admin Owner" in refused.text
    assert owner.see(winery.slug, ACCOUNTS).status == 200


def test_a_forgotten_password_is_replaced_behind_a_link(winery: Winery, owner: Visitor) -> None:
    email = winery.email("Admin Owner")
    visitor = winery.visitor()
    asked = visitor.see(None, "/forgotten").send("/forgotten", email=email.upper())
    assert "on its way" in asked.text
    link = winery.mailbox.link(email, "new password")
    unequal = visitor.open(link).send("", password=CHOSEN, again=CHOSEN + "x")
    assert unequal.status == 422
    done = visitor.open(link).send("", password=CHOSEN, again=CHOSEN)
    assert done.path == "/login"
    assert "Your password is changed" in done.text
    assert owner.see(winery.slug, "/customers").path == "/login", "all sessions have ended"
    assert visitor.log_in(email, CHOSEN).status == 200
    assert winery.visitor().open(link).status == 404, "the link works once"


def test_asking_for_a_link_tells_nothing(winery: Winery, owner: Visitor, somebody: str) -> None:
    known = winery.visitor().see(None, "/forgotten").send("/forgotten", email=winery.email("Admin Owner"))
    unknown = winery.visitor().see(None, "/forgotten").send("/forgotten", email=somebody)
    assert known.status == unknown.status == 200
    assert known.text.replace(winery.email("Admin Owner"), "X") == unknown.text.replace(somebody, "X")
    winery.mailbox.newest(winery.email("Admin Owner"), "new password")
    assert not winery.mailbox.to(somebody)


def test_a_link_to_a_new_password_ends_after_an_hour(winery: Winery, owner: Visitor) -> None:
    email = winery.email("Admin Owner")
    winery.visitor().see(None, "/forgotten").send("/forgotten", email=email)
    link = winery.mailbox.link(email, "new password")
    with clock.frozen(clock.now() + recovery.LIFETIME_MS + 1000):
        assert winery.visitor().open(link).status == 404


def test_nobodys_mailbox_is_filled_by_asking(winery: Winery, somebody: str) -> None:
    visitor = winery.visitor()
    page = visitor.see(None, "/forgotten")
    for _ in range(10):
        assert page.send("/forgotten", email=somebody).status == 200
    assert page.send("/forgotten", email=somebody).status == 429
