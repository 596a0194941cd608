"""`cellarhand account`: people and their roles in a tenant."""

import sys
from typing import TYPE_CHECKING

import click

from cellarhand.cli.answers import Failure, answer, as_json, table, with_store
from cellarhand.cli.database import database_option

if TYPE_CHECKING:
    from cellarhand.store.engine import Store

password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")


@click.group()
def account() -> None:
    """People and their roles: create, invite, accept, list, role, password, remove, token."""


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
@database_option
@as_json
def invite(slug: str, email: str, role: str, database: str, as_json: bool) -> None:
    """Make an invite. Its token works once, within 7 days; an earlier one for the same person ends.

    \b
    Example:  cellarhand account invite my-winery bo@my-winery.example --role "Admin User"
    """
    from cellarhand import clock
    from cellarhand.accounts import people

    token = with_store(database, lambda store: people.invite(store, slug, email, role))
    expires = clock.to_wire(clock.now() + people.INVITE_LIFETIME_MS)
    text = (
        f"invited {email} as {role}. Shown only now, good until {expires}:\n\n"
        f"  cellarhand account accept {token}\n\n"
        "Who is new here adds --first-name NAME --last-name NAME, and is asked for a password."
    )
    value = {"email": email, "tenant": slug, "role": role, "token": token, "expiresAt": expires}
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
    from cellarhand.accounts.people import accept_invite

    password = None
    if password_stdin or first_name or last_name:
        if not (first_name and last_name):
            raise Failure("a new person needs --first-name and --last-name")
        password = _new_password(password_stdin)
    email = with_store(
        database,
        lambda store: accept_invite(
            store, token, password=password, first_name=first_name, last_name=last_name
        ),
    )
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
