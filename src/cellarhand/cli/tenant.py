"""`cellarhand tenant`: the wineries of this installation."""

from typing import TYPE_CHECKING

import click

from cellarhand.cli.answers import answer, as_json, table, with_store
from cellarhand.cli.database import database_option

if TYPE_CHECKING:
    from cellarhand.store.engine import Store


@click.group()
def tenant() -> None:
    """The wineries of this installation: create, list, delete."""


@tenant.command()
@click.argument("slug")
@click.option("--company", required=True, help="The company's name.")
@click.option("--email", required=True, help="The address that customers may write to.")
@click.option("--phone", default="+15555550100", show_default=True)
@click.option("--time-zone", default="America/Los_Angeles", show_default=True, help="An IANA name.")
@click.option("--currency", default="USD", show_default=True, help="An ISO 4217 code.")
@click.option("--country", default="US", show_default=True, help="An ISO 3166-1 code.")
@click.option("--url", help="The web site's address. [default: https://SLUG.example]")
@click.option("--empty", is_flag=True, help="Without a location of its own: for a tenant that a push fills.")
@database_option
@as_json
def create(
    slug: str,
    company: str,
    email: str,
    phone: str,
    time_zone: str,
    currency: str,
    country: str,
    url: str | None,
    empty: bool,
    database: str,
    as_json: bool,
) -> None:
    """Create a tenant. SLUG is what clients send in the header `tenant`; it never changes.

    \b
    Example:  cellarhand tenant create my-winery --company "My Winery" --email hello@my-winery.example
    """
    from cellarhand.accounts.tenants import create_tenant

    with_store(
        database,
        lambda store: create_tenant(
            store,
            slug,
            company_name=company,
            email=email,
            phone=phone,
            time_zone=time_zone,
            currency=currency,
            country=country,
            url=url,
            empty=empty,
        ),
    )
    text = (
        f"created '{slug}'. Next: cellarhand account create {slug} EMAIL --first-name NAME --last-name NAME"
    )
    answer({"tenant": slug}, text, as_json=as_json)


@tenant.command("list")
@database_option
@as_json
def list_all(database: str, as_json: bool) -> None:
    """Show all tenants.

    \b
    Example:  cellarhand tenant list --json
    """
    from cellarhand import clock
    from cellarhand.accounts.tenants import list_tenants

    found = with_store(database, list_tenants)
    rows = [(each.slug, each.state, clock.to_wire(each.created_at)) for each in found]
    value = [{"tenant": row[0], "state": row[1], "createdAt": row[2]} for row in rows]
    text = table(("TENANT", "STATE", "CREATED"), rows) if rows else "there are no tenants yet"
    answer({"tenants": value}, text, as_json=as_json)


@tenant.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Don't ask.")
@database_option
@as_json
def delete(slug: str, yes: bool, database: str, as_json: bool) -> None:
    """Erase a tenant with all its data, for good. People and apps stay, without access to it.

    \b
    Example:  cellarhand tenant delete my-winery
    """
    from cellarhand.accounts.tenants import delete_tenant, known_tenant
    from cellarhand.cli.answers import Failure
    from cellarhand.resources import TABLES

    if not yes:
        with_store(database, lambda store: known_tenant(store.reading(None), slug))
        typed = click.prompt(f"This erases all data of '{slug}'. Type its name to go on", err=True)
        if typed.strip() != slug:
            raise Failure("that is another name: nothing was erased")
    with_store(database, lambda store: delete_tenant(store, slug, TABLES))
    answer({"deleted": slug}, f"erased '{slug}'", as_json=as_json)


@tenant.command()
@click.argument("slug")
@database_option
@as_json
def rank(slug: str, database: str, as_json: bool) -> None:
    """Rank all customers of a tenant now, as a server does every night at 03:00 of the tenant's time.

    \b
    Example:  cellarhand tenant rank my-winery
    """
    from cellarhand.accounts.tenants import known_tenant
    from cellarhand.customers.ranking import rank_customers

    async def work(store: "Store") -> int:
        found = await known_tenant(store.reading(None), slug)
        return await rank_customers(store, found.tenant_id)

    changed = with_store(database, work)
    answer({"tenant": slug, "changed": changed}, f"{changed} customers show another rank", as_json=as_json)
