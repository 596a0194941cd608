"""`cellarhand demo`: a server with two wineries full of made-up customers, ready to be called."""

import ipaddress
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from cellarhand.cli.answers import Failure, with_store
from cellarhand.cli.database import DATABASE_HELP, DatabaseUrl
from cellarhand.cli.options import running_of, server_options, settings_of
from cellarhand.cli.progress import progress


@click.command(context_settings={"auto_envvar_prefix": "CELLARHAND"})
@click.option(
    "--size",
    type=click.Choice(("small", "medium", "large")),
    default="small",
    show_default=True,
    allow_from_autoenv=False,
    help="500, 10,000 or 79,318 customers with two years of orders (large: 250,000).",
)
@click.option(
    "--customers",
    type=click.IntRange(0, 1_000_000),
    allow_from_autoenv=False,
    help="So many customers instead, with orders in proportion.",
)
@click.option(
    "--seed",
    type=int,
    default=7,
    show_default=True,
    allow_from_autoenv=False,
    help="The same seed gives the same data.",
)
@click.option(
    "--database",
    type=DatabaseUrl(),
    allow_from_autoenv=False,
    help=f"Where to keep it: {DATABASE_HELP} [default: a temporary file, gone at the end]",
)
@server_options("text", web_hook_reach="loopback")
def demo(database: str | None, size: str, customers: int | None, seed: int, **options: Any) -> None:
    """Serve a sample winery, `spectrawinery`: wines, stock, three clubs, customers and what they bought.

    A second one, `otherwinery`, is there to see that nothing leaks between the two.

    Its passwords are known to everybody, so it listens on this machine alone.

    \b
    Example:  cellarhand demo --port 9000
              cellarhand demo --size large --database big.db
    """
    _refuse_outside(options["host"])
    from cellarhand.cli.account import issue_token
    from cellarhand.cli.listening import listen
    from cellarhand.cli.schema import Upgrade, check_writable

    running = running_of(options)
    with _kept_or_temporary(database) as url, listen(running.host, running.port) as door:
        options["images"] = options["images"] or str(files("cellarhand.demo") / "images")
        settings = replace(settings_of(url, options, door.getsockname()[1]), mail_for_all=True)
        check_writable(url)
        upgrade = Upgrade(url)
        from cellarhand.cli import serving
        from cellarhand.demo import wineries

        upgrade.wait()
        wanted = wineries.SIZES[size] if customers is None else wineries.Size.of_customers(customers)
        records = wanted.customers + wanted.orders
        with progress("making customers and orders") as advance:
            made = with_store(
                url,
                lambda store: wineries.prepare(store, wanted, seed, lambda count: advance(count, records)),
                filling=True,
            )
        if made.started_over:
            click.echo("An earlier generation was interrupted; it was taken away and made anew.", err=True)
        token = with_store(url, lambda store: issue_token(store, wineries.SLUG, wineries.OWNER))
        source = f"seed {seed}" if made.made_now else "as the database has them"
        had = made.size
        winery = f"Spectra Winery with {had.customers:,} customers and {had.orders:,} orders ({source})"
        serving.serve(
            settings, running, door, lambda base: click.echo(_greeting(base, winery, token, options))
        )


def _refuse_outside(host: str) -> None:
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise Failure(
            f"the demo's passwords are public, so it does not listen on '{host}': use --host 127.0.0.1"
        )


@contextmanager
def _kept_or_temporary(database: str | None) -> Generator[str]:
    if database is not None:
        yield database
        return
    with tempfile.TemporaryDirectory(prefix="cellarhand-demo-") as folder:
        yield f"sqlite:///{Path(folder) / 'demo.db'}"


def _greeting(base: str, winery: str, token: str, options: dict[str, Any]) -> str:
    """Where everything is, and lines to paste into another shell."""
    from cellarhand import clock
    from cellarhand.demo.wineries import (
        APP_ID,
        APP_KEY,
        DATA,
        OTHER_OWNER,
        OTHER_SLUG,
        OWNER,
        PASSWORD,
        SLUG,
    )

    api, slug = f"{base}/v1", f"-H 'tenant: {SLUG}'"
    guest = f"guest-{clock.now()}@example.com"
    lines = [
        f"Cellarhand demo: {winery}. Ctrl-C ends it.",
        "",
        f"  base URL      {api}",
    ]
    if options["docs"]:
        lines.append(f"  docs          {base}/docs")
    if options["admin"]:
        lines += [f"  admin site    {base}/admin", f"  its mail      {base}/admin/_/outbox"]
    lines += [
        f"  images        {base}/images/red.svg and others, which its products name at a made-up host",
        f"  tenant        {SLUG}",
        f"  app           {APP_ID} with secret {APP_KEY}: Full on everything",
        f"  people        {OWNER}: Admin Owner",
        f"                {DATA}: Data, may bring ids and dates",
        f"  password      {PASSWORD}",
        f"  other tenant  {OTHER_SLUG}, with its own {OTHER_OWNER} and the same password",
        "",
        "# the newest customers, as an app",
        f"curl -u {APP_ID}:{APP_KEY} {slug} '{api}/customer?limit=2'",
    ]
    if options["people"]:
        body = f'{{"firstName":"Ada","lastName":"Guest","emails":[{{"email":"{guest}"}}]}}'
        lines += [
            "# create one, as a person",
            f"curl -u {OWNER}:{PASSWORD} {slug} -H 'content-type: application/json' -d '{body}'"
            f" {api}/customer",
        ]
    lines += [
        "# orders that wait to be handed over",
        f"curl -u {APP_ID}:{APP_KEY} {slug} '{api}/order?fulfillmentStatus=Not%20Fulfilled&limit=2'",
        "# walk through all of them: each answer names the next cursor",
        f"curl -u {APP_ID}:{APP_KEY} {slug} '{api}/customer?cursor=start&limit=50'",
        "# who stands behind a staff token",
        f"curl -H 'authorization: {token}' {slug} {api}/account/user",
        "",
    ]
    return "\n".join(lines)
