"""`cellarhand account`: people and their roles in a tenant."""

import sys
from typing import TYPE_CHECKING

import click

from cellarhand.cli.answers import Failure, answer, as_json, table, with_store
from cellarhand.cli.database import database_option
from cellarhand.cli.options import admin_options

if TYPE_CHECKING:
    from cellarhand.store.engine import Store

password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")


@click.group()
def account() -> None:
    """People and their roles: create, invite, accept, list, role, password, no-codes, remove, token."""


def _new_password(from_stdin: bool, prompt: str = "Password") -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return click.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True)


@account.command()
@click.argument("slug")
@click.argument("email")
@click.option("--role", default="Admin Owner", show_default=True)
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@password_stdin
@database_option
@as_json
def create(
    slug: str,
    email: str,
    role: str,
    first_name: str,
    last_name: str,
    password_stdin: bool,
    database: str,
    as_json: bool,
) -> None:
    """Create a person with a password, for setting up. Later people are better invited.

    \b
    Example:  cellarhand account create my-winery ann@my-winery.example --first-name Ann --last-name Lee
    """
    from cellarhand.accounts.people import create_account

    password = _new_password(password_stdin)
    id = with_store(
        database,
        lambda store: create_account(
            store, slug, email, role, password=password, first_name=first_name, last_name=last_name
        ),
    )
    value = {"id": id, "email": email, "tenant": slug, "role": role}
    answer(value, f"created {email}: {role} in '{slug}'", as_json=as_json)


@account.command()
@click.argument("slug")
@click.argument("email")
@click.option("--role", required=True)
@admin_options
@database_option
@as_json
def invite(
    slug: str,
    email: str,
    role: str,
    admin_domain: str | None,
    admin_https: bool,
    admin_by_path: bool,
    database: str,
    as_json: bool,
) -> None:
    """Invite a person by mail, and show the link too. It works once, within 7 days; an earlier one ends.

    The server sends the mail: give the admin options here as there.

    \b
    Example:  cellarhand account invite my-winery bo@my-winery.example --role "Admin User"
    """
    from cellarhand import clock
    from cellarhand.accounts import invites
    from cellarhand.accounts.addresses import Addresses

    addresses = Addresses(admin_domain or "localhost:8000", admin_https, admin_by_path)
    token = with_store(database, lambda store: invites.invite(store, slug, email, role, addresses))
    expires = clock.to_wire(clock.now() + invites.LIFETIME_MS)
    link = addresses.url(None, f"/invite/{token}")
    text = (
        f"invited {email} as {role}. Shown only now, good until {expires}:\n\n  {link}\n\n"
        f"or, without the site:\n\n  cellarhand account accept {token}\n\n"
        "Who is new here adds --first-name NAME --last-name NAME, and is asked for a password."
    )
    value = {"email": email, "tenant": slug, "role": role, "token": token, "link": link}
    value["expiresAt"] = expires
    answer(value, text, as_json=as_json)


@account.command()
@click.argument("token")
@click.option("--first-name", default="", help="Needed for a new person.")
@click.option("--last-name", default="", help="Needed for a new person.")
@password_stdin
@database_option
@as_json
def accept(
    token: str, first_name: str, last_name: str, password_stdin: bool, database: str, as_json: bool
) -> None:
    """Redeem an invite. A new person chooses a password and gives a name, a known one keeps both.

    \b
    Example:  cellarhand account accept TOKEN --first-name Bo --last-name Berg
    """
    from cellarhand.accounts import invites

    if not (password_stdin or first_name or last_name):
        email = with_store(database, lambda store: invites.accept_as_known(store, token))
    elif not (first_name and last_name):
        raise Failure("a new person needs --first-name and --last-name")
    else:
        password = _new_password(password_stdin)
        email = with_store(
            database, lambda store: invites.accept_as_new(store, token, password, first_name, last_name)
        ).email
    answer({"email": email}, f"{email} is in", as_json=as_json)


@account.command("list")
@click.argument("slug")
@database_option
@as_json
def list_all(slug: str, database: str, as_json: bool) -> None:
    """Show the people of a tenant.

    \b
    Example:  cellarhand account list my-winery
    """
    from cellarhand.accounts.people import list_people

    people = with_store(database, lambda store: list_people(store, slug))
    rows = [(each.email, f"{each.first_name} {each.last_name}", each.role) for each in people]
    value = [
        {
            "id": each.id,
            "email": each.email,
            "firstName": each.first_name,
            "lastName": each.last_name,
            "role": each.role,
        }
        for each in people
    ]
    text = table(("E-MAIL", "NAME", "ROLE"), rows) if rows else f"there is nobody in '{slug}' yet"
    answer({"accounts": value}, text, as_json=as_json)


@account.command()
@click.argument("slug")
@click.argument("email")
@click.argument("role")
@database_option
@as_json
def role(slug: str, email: str, role: str, database: str, as_json: bool) -> None:
    """Give a known person a role in a tenant. What was open under an earlier role ends at once.

    \b
    Example:  cellarhand account role my-winery ann@my-winery.example Data
    """
    from cellarhand.accounts.people import set_role

    with_store(database, lambda store: set_role(store, slug, email, role))
    value = {"email": email, "tenant": slug, "role": role}
    answer(value, f"{email} is {role} in '{slug}' now", as_json=as_json)


@account.command()
@click.argument("email")
@password_stdin
@database_option
@as_json
def password(email: str, password_stdin: bool, database: str, as_json: bool) -> None:
    """Change a person's password. Staff tokens issued before end at once.

    \b
    Example:  cellarhand account password ann@my-winery.example
    """
    from cellarhand.accounts.people import set_password

    chosen = _new_password(password_stdin, "New password")
    with_store(database, lambda store: set_password(store, email, chosen))
    answer({"email": email}, f"{email} has a new password", as_json=as_json)


@account.command("no-codes")
@click.argument("email")
@database_option
@as_json
def no_codes(email: str, database: str, as_json: bool) -> None:
    """Let a person log in without the code of an authenticator app: for who has lost theirs.

    \b
    Example:  cellarhand account no-codes ann@my-winery.example
    """
    from cellarhand.accounts.second_step import switch_off

    with_store(database, lambda store: switch_off(store, email))
    answer({"email": email}, f"{email} is asked for no code any more", as_json=as_json)


@account.command()
@click.argument("slug")
@click.argument("email")
@database_option
@as_json
def remove(slug: str, email: str, database: str, as_json: bool) -> None:
    """Take a person's role in a tenant away. The account and its other tenants stay.

    \b
    Example:  cellarhand account remove my-winery bo@my-winery.example
    """
    from cellarhand.accounts.people import remove_account

    with_store(database, lambda store: remove_account(store, slug, email))
    answer({"email": email, "tenant": slug}, f"{email} is out of '{slug}'", as_json=as_json)


@account.command()
@click.argument("slug")
@click.argument("email")
@database_option
@as_json
def token(slug: str, email: str, database: str, as_json: bool) -> None:
    """Issue a staff token, as the site does for its extensions: good for 24 hours.

    \b
    Example:  curl -H "Authorization: $(cellarhand account token my-winery ann@my-winery.example)" \\
                   -H "tenant: my-winery" http://127.0.0.1:8000/v1/account/user
    """
    text = with_store(database, lambda store: issue_token(store, slug, email))
    answer({"token": text}, text, as_json=as_json)


async def issue_token(store: "Store", slug: str, email: str) -> str:
    """A staff token of a person in a tenant."""
    from cellarhand.accounts import people, tokens
    from cellarhand.accounts.faults import AdministrationFault
    from cellarhand.accounts.tenants import known_tenant

    tenant = await known_tenant(store.reading(None), slug)
    for person in await people.list_people(store, slug):
        if people.email_key(person.email) == people.email_key(email):
            return tokens.issue(
                tenant.token_secret, person.id, person.first_name, person.last_name, person.email
            )
    raise AdministrationFault(f"'{email}' has no role in '{slug}'")
