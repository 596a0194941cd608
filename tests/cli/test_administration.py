"""`cellarhand tenant`, `account`, `app` and `db`: setting a server up, on either engine."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from cellarhand import clock
from cellarhand.accounts import people, second_step, tokens, totp
from cellarhand.mail.outbox import Mail, newest_of_all
from cellarhand.store.engine import Store, open_store
from tests.cli.shell import Shell

T = TypeVar("T")
PASSWORD = "a password of twelve\n"


@pytest.fixture
def shell(empty: str) -> Shell:
    return Shell(empty)


@pytest.fixture
def slug(shell: Shell) -> str:
    """A fresh tenant with an owner, `ann@<slug>.example`."""
    slug = f"winery-{secrets.token_hex(4)}"
    shell.ok("tenant", "create", slug, "--company", "A Winery", "--email", f"hello@{slug}.example")
    _person(shell, slug, "ann", "Ann", "Lee")
    return slug


def _person(shell: Shell, slug: str, name: str, first: str, last: str, *more: str) -> str:
    email = f"{name}@{slug}.example"
    names = ("--first-name", first, "--last-name", last, "--password-stdin")
    shell.ok("account", "create", slug, email, *names, *more, stdin=PASSWORD)
    return email


def _app(shell: Shell) -> str:
    app = f"app-{secrets.token_hex(4)}"
    shell.ok("app", "create", app, "--all", "Read")
    return app


def test_a_database_is_checked_and_upgraded(tmp_path: Any) -> None:
    shell = Shell(str(tmp_path / "shop.db"))
    assert shell.refused("db", "check").endswith("run `cellarhand db upgrade`")
    assert shell.run("db", "check", "--json").exit_code == 1
    assert "no schema yet" in shell.refused("tenant", "list")
    assert shell.json("db", "upgrade")["changed"] is True
    assert shell.json("db", "upgrade")["changed"] is False
    assert shell.json("db", "check")["current"] is True


def test_tenants_are_created_listed_and_deleted(shell: Shell, slug: str) -> None:
    assert slug in shell.ok("tenant", "list")
    listed = {tenant["tenant"]: tenant for tenant in shell.json("tenant", "list")["tenants"]}
    assert listed[slug]["state"] == "Live"
    assert shell.json("tenant", "delete", slug, "--yes") == {"deleted": slug}
    assert slug not in shell.ok("tenant", "list")


def test_a_tenant_is_deleted_by_who_types_its_name(shell: Shell, slug: str) -> None:
    other = shell.run("tenant", "delete", slug, stdin="another\n")
    assert (other.exit_code, "nothing was erased" in other.stderr) == (1, True)
    assert slug in shell.ok("tenant", "list")
    assert f"erased '{slug}'" in shell.ok("tenant", "delete", slug, stdin=f"{slug}\n")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("--time-zone", "Napa"), "'Napa' is no time zone"),
        (("--currency", "dollars"), "'dollars' is no currency"),
        (("--country", "USA"), "'USA' is no country"),
    ],
)
def test_a_tenant_needs_settings_that_exist(shell: Shell, more: tuple[str, str], expected: str) -> None:
    base = ("tenant", "create", "not-made", "--company", "A", "--email", "a@b.example")
    assert shell.refused(*base, *more).startswith(expected)


def test_faults_are_one_line_or_json_as_asked(shell: Shell, slug: str) -> None:
    again = ("tenant", "create", slug, "--company", "A", "--email", "a@b.example")
    assert shell.refused(*again) == f"there is a tenant '{slug}' already"
    assert json.loads(shell.refused(*again, "--json")) == {"error": f"there is a tenant '{slug}' already"}


def test_people_have_roles(shell: Shell, slug: str) -> None:
    bo = _person(shell, slug, "bo", "Bo", "Berg", "--role", "POS Basic")
    shell.ok("account", "role", slug, bo, "Data")
    people = {person["email"]: person for person in shell.json("account", "list", slug)["accounts"]}
    assert people[bo]["role"] == "Data"
    assert "Bo Berg" in shell.ok("account", "list", slug)
    shell.ok("account", "remove", slug, bo)
    assert bo not in shell.ok("account", "list", slug)
    assert shell.refused("account", "role", slug, bo, "Boss").startswith("'Boss' is no role")


def test_the_last_owner_stays(shell: Shell, slug: str) -> None:
    assert "last Admin Owner" in shell.refused("account", "remove", slug, f"ann@{slug}.example")


def test_a_new_person_accepts_an_invite_with_name_and_password(shell: Shell, slug: str) -> None:
    bo = f"bo@{slug}.example"
    invited = shell.json("account", "invite", slug, bo, "--role", "Admin User")
    assert invited["expiresAt"].endswith("Z")
    accept = ("account", "accept", invited["token"])
    assert shell.refused(*accept) == "choose a password to accept this invite"
    named = (*accept, "--first-name", "Bo", "--last-name", "Berg", "--password-stdin")
    assert shell.ok(*named, stdin=PASSWORD) == f"{bo} is in\n"
    assert "was used" in shell.refused(*named, stdin=PASSWORD)


def test_an_invite_goes_out_by_mail_with_the_link_that_is_shown(shell: Shell, slug: str, empty: str) -> None:
    bo, where = f"bo@{slug}.example", ("--admin-domain", "shop.example", "--admin-https")
    invited = shell.json("account", "invite", slug, bo, "--role", "Basic", *where)
    assert invited["link"] == f"https://platform.shop.example/invite/{invited['token']}"
    by_path = shell.json("account", "invite", slug, bo, "--role", "Basic", *where, "--admin-by-path")
    assert by_path["link"] == f"https://shop.example/admin/_/invite/{by_path['token']}"
    assert shell.json("account", "invite", slug, bo, "--role", "Basic")["link"].startswith(
        "http://platform.localhost:8000/invite/"
    )
    mails = [mail for mail in _outbox(empty) if mail.recipient == bo]
    assert [mail.kind for mail in mails] == ["invite"] * 3
    assert any(invited["link"] in (mail.content or "") for mail in mails)


def _outbox(url: str) -> list[Mail]:
    return _in_store(url, newest_of_all)


def _in_store(url: str, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        store = open_store(url)
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def test_a_deleted_tenant_takes_its_mail_along(shell: Shell, slug: str, empty: str) -> None:
    bo = f"bo@{slug}.example"
    shell.ok("account", "invite", slug, bo, "--role", "Basic")
    shell.ok("tenant", "delete", slug, "--yes")
    assert [mail for mail in _outbox(empty) if mail.recipient == bo] == []


def test_a_known_person_accepts_an_invite_as_who_they_are(shell: Shell, slug: str) -> None:
    other = f"other-{slug}"
    shell.ok("tenant", "create", other, "--company", "Other", "--email", "a@b.example")
    printed = shell.ok("account", "invite", other, f"ann@{slug}.example", "--role", "Admin Owner")
    token = printed.split("account accept ")[1].split()[0]
    shell.ok("account", "accept", token)
    assert "Ann Lee" in shell.ok("account", "list", other)


def test_who_lost_the_app_with_the_codes_is_let_in_without(shell: Shell, slug: str, empty: str) -> None:
    email = f"ann@{slug}.example"

    async def work(store: Store) -> bool:
        account_id = await people.account_id_of(store.reading(None), email)
        secret = totp.new_secret()
        code = totp.code_at(secret, clock.now() // totp.STEP_MS)
        if not await second_step.is_on(store, account_id):
            await second_step.switch_on(store, account_id, secret, code)
        return await second_step.is_on(store, account_id)

    assert _in_store(empty, work) is True
    assert shell.json("account", "no-codes", email) == {"email": email}

    async def look(store: Store) -> bool:
        return await second_step.is_on(store, await people.account_id_of(store.reading(None), email))

    assert _in_store(empty, look) is False
    assert "no account" in shell.refused("account", "no-codes", "nobody@nowhere.example")


def test_a_password_is_asked_for_twice_and_changed(shell: Shell, slug: str) -> None:
    email = f"ann@{slug}.example"
    typed = shell.run("account", "password", email, stdin="another password\nanother password\n")
    assert typed.exit_code == 0
    assert "another password" not in typed.output
    short = shell.refused("account", "password", email, "--password-stdin", stdin="short\n")
    assert short == "a password has at least 10 characters"


def test_a_staff_token_names_its_person(shell: Shell, slug: str) -> None:
    token = shell.ok("account", "token", slug, f"ann@{slug}.example").strip()
    assert shell.json("account", "token", slug, f"ANN@{slug}.example")["token"].count(".") == 2
    assert tokens.account_of(token, "another secret, as long as those that are made here") is None
    assert "has no role" in shell.refused("account", "token", slug, "nobody@example.com")


def test_an_app_is_created_installed_and_uninstalled(shell: Shell, slug: str) -> None:
    app = f"crm-{secrets.token_hex(4)}"
    made = shell.json("app", "create", app, "--permission", "Customer=Full", "--permission", "Note=Read")
    assert len(made["secret"]) >= 32
    shell.ok("app", "install", app, slug)
    listed = {each["id"]: each for each in shell.json("app", "list")["apps"]}
    assert listed[app]["permissions"] == {"Customer": "Full", "Note": "Read"}
    assert listed[app]["tenants"] == [slug]
    shell.ok("app", "uninstall", app, slug)
    assert "is not installed" in shell.refused("app", "uninstall", app, slug)


def test_an_app_with_everything_is_listed_shortly(shell: Shell) -> None:
    app = _app(shell)
    line = next(line for line in shell.ok("app", "list").splitlines() if line.startswith(app))
    assert "everything=Read" in line


def test_a_rotated_secret_is_shown_once(shell: Shell) -> None:
    app = _app(shell)
    first, second = (shell.json("app", "rotate", app)["secret"] for _ in range(2))
    assert first != second
    assert first not in shell.ok("app", "list")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ((), "an app needs permissions"),
        (("--permission", "Customer"), "'Customer' is no permission: write it as"),
        (("--permission", "Cellar=Full"), "'Cellar' is no permission"),
        (("--all", "Some"), "'Some' is no grant"),
    ],
)
def test_an_app_needs_permissions_that_exist(shell: Shell, more: tuple[str, ...], expected: str) -> None:
    assert shell.refused("app", "create", "not-made", *more).startswith(expected)
