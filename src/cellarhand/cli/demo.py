"""`cellarhand demo`: a server with two wineries full of made-up customers, ready to be called."""

import ipaddress
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cellarhand.cli.answers import Failure, with_store
from cellarhand.cli.database import DATABASE_HELP, DatabaseUrl
from cellarhand.cli.options import running_of, server_options, settings_of


@click.command(context_settings={"auto_envvar_prefix": "CELLARHAND"})
@click.option(
    "--customers", type=click.IntRange(0, 1_000_000), default=500, show_default=True, allow_from_autoenv=False
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
@server_options("text")
def demo(database: str | None, customers: int, seed: int, **options: Any) -> None:
    """Serve a sample winery, `spectrawinery`, and a second one to see that nothing leaks between the two.

    Its passwords are known to everybody, so it listens on this machine alone.

    \b
    Example:  cellarhand demo --port 9000
              cellarhand demo --customers 79318 --database big.db
    """
    _refuse_outside(options["host"])
    from cellarhand.cli.account import issue_token
    from cellarhand.cli.listening import listen
    from cellarhand.cli.schema import Upgrade, check_writable

    running = running_of(options)
    with _kept_or_temporary(database) as url, listen(running.host, running.port) as door:
        settings = replace(settings_of(url, options, door.getsockname()[1]), mail_for_all=True)
        check_writable(url)
        upgrade = Upgrade(url)
        from cellarhand.cli import serving
        from cellarhand.demo import wineries

        upgrade.wait()
        with _progress(customers) as progress:
            made = with_store(url, lambda store: wineries.prepare(store, customers, seed, progress))
        if made.started_over:
            click.echo("An earlier generation was interrupted; it was taken away and made anew.", err=True)
        token = with_store(url, lambda store: issue_token(store, wineries.SLUG, wineries.OWNER))
        source = f"seed {seed}" if made.made_now else "as the database has them"
        winery = f"Spectra Winery with {made.customers} customers ({source})"
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


@contextmanager
def _progress(customers: int) -> Generator[Callable[[int], None]]:
    """A bar with rate and remaining time, where a terminal looks and it is worth it."""
    if customers < 5000 or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("making customers"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=customers, rate="")

        def advance(count: int) -> None:
            bar.advance(task, count)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:,.0f}/s" if speed else "")

        yield advance


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
        "# walk through all of them: each answer names the next cursor",
        f"curl -u {APP_ID}:{APP_KEY} {slug} '{api}/customer?cursor=start&limit=50'",
        "# who stands behind a staff token",
        f"curl -H 'authorization: {token}' {slug} {api}/account/user",
        "",
    ]
    return "\n".join(lines)
