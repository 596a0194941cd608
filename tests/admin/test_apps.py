"""APP-1 to APP-4: apps of a winery, made, rotated and installed by its owners; secrets are shown once."""

import secrets

import pytest

from cellarhand import clock
from cellarhand.accounts import apps
from tests.admin.conftest import Winery
from tests.admin.visitors import Page, Visitor
from tests.callers import PASSWORD, Caller, basic

APPS = "/settings/apps"


@pytest.fixture
def name() -> str:
    return f"crm-{secrets.token_hex(4)}"


def _made(winery: Winery, owner: Visitor, name: str, **grants: str) -> tuple[Page, str]:
    """The page after an app was made, and its secret."""
    chosen = {f"grant.{each.replace('_', ' ')}": grant for each, grant in grants.items()}
    page = owner.see(winery.slug, f"{APPS}/new").send("/new", app=name, title="My CRM", **chosen)
    return page, _secret(page, name)


def _secret(page: Page, name: str) -> str:
    assert "It is shown this once" in page.text, page.text
    return page.text.partition(f"curl -u {name}:")[2].partition(" ")[0]


def _call(winery: Winery, name: str, secret: str) -> Caller:
    return winery.site.stranger().but(authorization=basic(name, secret))


def test_an_owner_makes_an_app_that_can_call_at_once(winery: Winery, owner: Visitor, name: str) -> None:
    _, secret = _made(winery, owner, name, Customer="Read", Note="Full")
    api = _call(winery, name, secret)
    assert api.get("/customer").status_code == 200
    assert api.post("/customer", {"emails": [{"email": "a@b.example"}]}).status_code == 401
    assert api.get("/order").status_code == 401
    shown = owner.see(winery.slug, f"{APPS}/{name}")
    assert secret not in shown.answer.text, "the secret is shown once"
    assert "My CRM" in owner.see(winery.slug, APPS).text


def test_two_secrets_are_good_for_a_day_while_one_replaces_the_other(
    winery: Winery, owner: Visitor, name: str
) -> None:
    page, first = _made(winery, owner, name, Customer="Read")
    rotated = page.send("/rotate")
    second = _secret(rotated, name)
    assert _call(winery, name, first).get("").status_code == 200
    assert _call(winery, name, second).get("").status_code == 200
    with clock.frozen(clock.now() + apps.ROTATION_MS + 1000):
        assert _call(winery, name, first).get("").status_code == 401
        assert _call(winery, name, second).get("").status_code == 200
    third = _secret(rotated.send("/rotate"), name)
    assert _call(winery, name, first).get("").status_code == 401, "two, never three"
    ended = owner.see(winery.slug, f"{APPS}/{name}").send("/old-secret")
    assert "Only the newest secret is good now" in ended.text
    assert _call(winery, name, second).get("").status_code == 401
    assert _call(winery, name, third).get("").status_code == 200


def test_permissions_act_at_once_and_uninstalling_ends_them(
    winery: Winery, owner: Visitor, name: str
) -> None:
    page, secret = _made(winery, owner, name, Customer="Read")
    api = _call(winery, name, secret)
    assert api.get("/order").status_code == 401
    assert "Saved." in page.send("/permissions", **{"grant.Order": "Read"}).text
    assert api.get("/order").status_code == 200
    assert "Choose at least one" in page.send("/permissions", **{"grant.Customer": ""}).text
    assert "its access has ended" in page.send("/uninstall").text
    assert api.get("/customer").status_code == 401
    assert "is installed." in owner.see(winery.slug, f"{APPS}/{name}").send("/install").text
    assert api.get("/customer").status_code == 200
    assert "Deleted." in owner.see(winery.slug, f"{APPS}/{name}").send("/delete").text
    assert api.get("/customer").status_code == 401
    assert owner.see(winery.slug, f"{APPS}/{name}").status == 404


def test_another_winerys_app_is_not_there(winery: Winery, owner: Visitor, name: str) -> None:
    page, secret = _made(winery, owner, name, Customer="Read")
    other = Winery(winery.site.house.open(), winery.mailbox)
    stranger = other.staff()
    try:
        assert name not in stranger.see(other.slug, APPS).text
        assert stranger.see(other.slug, f"{APPS}/{name}").status == 404
        token = dict(stranger.see(None, "/profile").form("/name").fields)["form_token"]
        for step in ("rotate", "old-secret", "permissions", "install", "uninstall", "delete"):
            url = stranger.at(other.slug, f"{APPS}/{name}/{step}")
            sent = [("form_token", token), ("grant.Order", "Full")]
            assert stranger.post(url, sent).status == 404, step
    finally:
        stranger.client.close()
    assert _call(winery, name, secret).get("/customer").status_code == 200
    taken = owner.see(winery.slug, f"{APPS}/new").send("/new", app=name, **{"grant.Order": "Full"})
    assert "There is an app" in taken.text
    assert page.status == 200


def test_a_deleted_app_leaves_no_web_hook_behind(winery: Winery, owner: Visitor, name: str) -> None:
    """Not where the operator let it in either: it would go on telling what happens there."""
    other = winery.site.house.open()
    page, secret = _made(winery, owner, name, WebHook="Full", Customer="Read")
    server = winery.site.server
    server.run(apps.install_app(server.store, name, other.slug))
    hook = {"object": "Customer", "action": "Create", "url": f"https://{name}.example/"}
    _call(winery, name, secret).but(tenant=other.slug).made("/web-hook", hook)
    page.send("/delete")
    assert other.person("Admin Owner").seen("/web-hook")["webHooks"] == []


def test_the_operators_app_is_installed_but_not_changed(winery: Winery, owner: Visitor, name: str) -> None:
    server = winery.site.server
    server.run(apps.create_app(server.store, name, "Shipper", {"Order": "Read"}))
    page = owner.see(winery.slug, f"{APPS}/{name}")
    assert not [form for form in page.forms if form.action.endswith(("/rotate", "/permissions", "/delete"))]
    page = page.send("/install")
    assert "is installed." in page.text
    token = dict(page.form("/uninstall").fields)["form_token"]
    for step in ("rotate", "old-secret", "permissions", "delete"):
        sent = [("form_token", token), ("grant.Order", "Full")]
        refused = owner.post(owner.at(winery.slug, f"{APPS}/{name}/{step}"), sent)
        assert "is no app of this winery" in refused.text, step


@pytest.mark.parametrize(
    ("app", "grants", "told"),
    [
        ("Not An Id", {"grant.Order": "Read"}, "can not be an app id"),
        # What belongs to people belongs to no app of that name.
        ("account", {"grant.WebHook": "Full"}, "can not be an app id"),
        ("new", {"grant.Order": "Read"}, "can not be an app id"),
        ("fine-id", {}, "Choose at least one thing"),
        ("fine-id", {"grant.Order": "Everything"}, "is no grant"),
    ],
)
def test_what_is_no_app_is_told(
    winery: Winery, owner: Visitor, app: str, grants: dict[str, str], told: str
) -> None:
    page = owner.see(winery.slug, f"{APPS}/new").send("/new", app=app, title="<i>Mine</i>", **grants)
    assert page.status == 422
    assert told in page.text
    assert dict(page.form("/new").fields)["title"] == "<i>Mine</i>"


def test_the_page_of_the_api_says_how_to_call_it(winery: Winery, owner: Visitor) -> None:
    page = owner.see(winery.slug, "/settings/api")
    assert f"curl -u {winery.email('Admin Owner')} -H 'tenant: {winery.slug}'" in page.text
    assert "0 of 1 used" in page.text, "the limit of deep pages, of which none was asked for"
    assert "no limit" in page.text, "calls, in this test"
    partner = winery.staff("Partner").see(winery.slug, "/settings/api")
    assert winery.email("Admin Owner") not in partner.text, "who works here is for owners"
    assert PASSWORD not in page.answer.text
